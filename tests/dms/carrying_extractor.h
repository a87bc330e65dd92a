#pragma once

// A file that carries others, without a parser: an extractor that gives what the test says, and the
// text rendition of a mail that lists attachments.

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dms/document_text_record.h"
#include "indexing_fixture.h"
#include "search/extract/extractor.h"

namespace dms::test {

// Gives what it is told to, whatever the file.
class CarryingExtractor final : public search::Extractor {
 public:
  search::SandboxStatus sandbox() const override { return {}; }
  Result<std::optional<std::string>> attachment(int, std::size_t number) override {
    asked_ = number;
    if (meanwhile_) meanwhile_();
    return content_;
  }
  Result<search::Extraction> extract(int) override {
    if (meanwhile_) meanwhile_();
    search::Extraction found;
    found.state = content_ == "damaged" ? search::TextState::damaged : search::TextState::extracted;
    found.text = "Text von " + content_.value_or("");
    return found;
  }
  Result<Several> extract_several(std::span<const std::string>) override { return Several(); }
  Result<search::RecognisedPage> recognise(int, std::uint32_t, const std::atomic<bool>&) override {
    return search::RecognisedPage();
  }
  Result<search::PageStack> look_through(int, const std::atomic<bool>&) override {
    return search::PageStack();
  }
  Result<std::optional<std::string>> part(int, search::PageRange) override {
    return std::optional<std::string>();
  }
  Result<search::DrawnFile> draw(int, const search::ImageWanted&,
                                 const std::atomic<bool>&) override {
    return search::DrawnFile();
  }
  Result<search::DrawnFile> picture_pdf(int, const std::atomic<bool>&) override {
    return search::DrawnFile();
  }
  Result<std::vector<search::DrawnFile>> convert(std::span<const search::OfficeFile>,
                                                 const std::atomic<bool>&) override {
    return std::vector<search::DrawnFile>();
  }
  Result<std::string> detect(std::string_view) override { return std::string("text/plain"); }

  std::optional<std::string> content_ = "Anlage";
  std::size_t asked_ = 0;
  std::function<void()> meanwhile_;  // of each process
};

// What was found in the file `content`, which is a mail.
inline DocumentTextRecord listed_record(const Uuid& id, const Sha256Digest& content,
                                        const std::vector<DocumentAttachment>& attachments) {
  DocumentTextRecord record;
  record.id = id;
  record.content = content;
  record.extraction_version = extraction_version;
  record.state = DocumentTextState::empty;
  record.mime_type = "message/rfc822";
  record.mail.emplace();
  record.mail->from = "Petra Ackerlund <petra@example.org>";
  record.mail->sent_at = parse_rfc3339("2026-11-18T23:30:00Z");
  for (const DocumentAttachment& each : attachments) {
    AttachmentRecord kept;
    kept.name = each.name;
    kept.mime_type = each.mime_type;
    kept.number = each.number;
    kept.size = each.size;
    record.attachments.push_back(std::move(kept));
  }
  return record;
}

inline void keep(storage::Store& store, const DocumentTextRecord& record) {
  value_of(store.commit([&](const storage::View& view) -> Result<storage::Commit> {
    storage::Commit commit(view);
    DMS_TRY(commit.put(document_text_table, record));
    return commit;
  }));
}

inline void keep_listed(storage::Store& store, const Uuid& id, const Sha256Digest& content,
                        const std::vector<DocumentAttachment>& attachments) {
  keep(store, listed_record(id, content, attachments));
}

}  // namespace dms::test
