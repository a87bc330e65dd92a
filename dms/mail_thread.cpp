#include "dms/mail_thread.h"

#include <algorithm>
#include <deque>
#include <set>
#include <tuple>
#include <utility>

#include "dms/document_record.h"
#include "dms/document_text_record.h"

namespace dms {

using storage::RawEntry;
using storage::ScanOptions;
using storage::View;

namespace {

constexpr std::size_t ids_max = 500;           // that are followed
constexpr std::size_t mails_of_id_max = 1000;  // looked at, read or not
constexpr std::size_t versions_max = 100;      // of one content
// Of a walk, whatever it leads to: ids are a stranger's word, and many mails may name many.
constexpr std::size_t entries_max = 50'000;  // of the index
constexpr std::size_t records_max = 2000;    // decoded: mails, and versions that hold them

constexpr std::string_view mail_index = "mail";

// What is read of an index by itself does not ask whether it is whole.
Result<void> require_mail_index(const View& view) {
  for (const auto& each : document_text_table.indexes) {
    if (each.name != mail_index) continue;
    DMS_TRY(view.require_built(document_text_table.name, each.name, each.version()));
  }
  return {};
}

// Goes from id to id, by mails that the actor may read.
class Walk {
 public:
  Walk(const View& view, const ReadRights& rights, const Actor& actor, DocumentId start)
      : view_(view), rights_(rights), actor_(actor), start_(start) {}

  Result<std::vector<ThreadMail>> run(const MailRecord& first) {
    own_id_ = first.message_id.value_or("");
    follow(own_id_);
    follow(first);
    while (!open_ids_.empty() && !is_done()) {
      const std::string id = std::move(open_ids_.front());
      open_ids_.pop_front();
      DMS_TRY(look_for(id));
    }
    if (mails_.size() > thread_mails_max) mails_.resize(thread_mails_max);
    std::sort(mails_.begin(), mails_.end(), [](const ThreadMail& a, const ThreadMail& b) {
      return std::tuple(!a.sent_at, a.sent_at, a.document) <
             std::tuple(!b.sent_at, b.sent_at, b.document);
    });
    return std::move(mails_);
  }

 private:
  void follow(const MailRecord& mail) {
    for (const std::string& id : mail_ids(mail)) follow(id);
  }
  void follow(const std::string& id) {
    if (id.empty() || seen_ids_.size() >= ids_max) return;
    if (seen_ids_.insert(id).second) open_ids_.push_back(id);
  }

  bool is_done() const {
    return mails_.size() >= thread_mails_max || entries_ >= entries_max || records_ >= records_max;
  }

  Result<void> look_for(const std::string& id) {
    ScanOptions options;
    options.prefix = mail_id_key(id);
    options.limit = std::min(mails_of_id_max, entries_max - entries_);
    const auto entries = DMS_TRY(view_.read_index(document_text_table.name, mail_index, options));
    entries_ += entries.size();
    for (const RawEntry& entry : entries) {
      if (is_done()) break;
      if (!seen_texts_.insert(entry.record_key).second) continue;
      const DocumentTextRecord text = DMS_TRY(view_.get(document_text_table, entry.record_key));
      ++records_;
      if (!text.mail) continue;
      std::string content = version_content_prefix({{text.domain}, text.content, 0});
      if (!seen_contents_.insert(content).second) continue;
      DMS_TRY(add_documents(*text.mail, std::move(content)));
    }
    return {};
  }

  Result<void> add_documents(const MailRecord& mail, std::string content) {
    ScanOptions options;
    options.prefix = std::move(content);
    options.limit = std::min(versions_max, records_max + 1 - records_);
    bool is_read = false;
    for (const VersionRecord& version :
         DMS_TRY(view_.scan_index(version_table, "content", options)).items) {
      ++records_;
      auto filed = require_document(view_, rights_, actor_, version.document, Right::read);
      if (!filed && (filed.error().code == ErrorCode::not_found ||
                     filed.error().code == ErrorCode::forbidden)) {
        continue;
      }
      if (!filed) return fail(filed.error());
      const DocumentRecord& document = filed->record;
      if (document.binned_at || document.current_version != version.number) continue;
      is_read = true;
      if (document.id != start_) mails_.push_back(to_value(document, mail));
    }
    if (is_read) follow(mail);
    return {};
  }

  ThreadMail to_value(const DocumentRecord& document, const MailRecord& mail) const {
    return {document.id,
            document.dossier,
            document.subject,
            mail.from.value_or(document.sender.value_or("")),
            mail.sent_at,
            known_or(document.direction, Direction::internal),
            !own_id_.empty() && mail.message_id == own_id_};
  }

  const View& view_;
  const ReadRights& rights_;
  const Actor& actor_;
  const DocumentId start_;
  std::string own_id_;
  std::set<std::string> seen_ids_;
  std::deque<std::string> open_ids_;
  std::set<std::string> seen_texts_;  // keys of records
  std::set<std::string> seen_contents_;
  std::size_t entries_ = 0;
  std::size_t records_ = 0;
  std::vector<ThreadMail> mails_;
};

}  // namespace

Result<std::vector<ThreadMail>> MailThreads::of_document(const Actor& actor,
                                                         DocumentId document) const {
  using Mails = std::vector<ThreadMail>;
  return store_.read<Mails>([&](const View& view) -> Result<Mails> {
    const ReadRights rights{permissions_, grants_};
    const FiledDocument filed =
        DMS_TRY(require_document(view, rights, actor, document, Right::read));
    const VersionRecord version = DMS_TRY(current_version(view, filed.record));
    const auto text = DMS_TRY(find_document_text_record(view, DMS_TRY(original_content(version))));
    if (!text || !text->mail) return Mails();
    DMS_TRY(require_mail_index(view));
    return Walk(view, rights, actor, document).run(*text->mail);
  });
}

}  // namespace dms
