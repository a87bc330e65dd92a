#include "dms/capture/scan_folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "dms/base/bytes.h"
#include "dms/base/text.h"
#include "dms/capture/captured_record.h"
#include "dms/capture/mail_file.h"
#include "dms/capture/scan_stack.h"
#include "dms/file_subject.h"

namespace dms {

using storage::Commit;
using storage::View;

namespace {

constexpr std::size_t block_bytes = 1U << 20U;
// In one folder at a time; the rest has its turn when these are gone.
constexpr std::size_t files_max = 1000;
constexpr std::size_t records_max = 10'000;
constexpr std::size_t subject_bytes_max = 250;
constexpr std::size_t file_name_bytes_max = 255;  // clean_file_name()

Sha256Digest digest_of(std::initializer_list<std::string_view> parts) {
  Sha256 digest;
  for (const std::string_view part : parts) {
    digest.update(part);
    digest.update(std::string_view("\0", 1));
  }
  return digest.finish();
}

// A name of any bytes as one that can be shown.
std::string shown_name(const std::string& bytes) {
  std::string name = replace_ill_formed(bytes);
  if (!clean_file_name(name, "")) {
    for (char& c : name) {
      if (static_cast<unsigned char>(c) < 0x20U || c == 0x7F || c == '\\') c = '_';
    }
  }
  auto clean = clean_file_name(name, "");
  return clean ? std::move(*clean) : "Scan";
}

// An item of one letter of a stack.
NewInboundItem part_of(const NewInboundItem& whole, const StagedPart& part,
                       const storage::ContentId& stack, std::size_t number) {
  NewInboundItem item = whole;
  const std::string end = fmt::format(" ({}){}", number, part.name_end);
  item.file_name =
      std::string(truncate_utf8(file_stem(whole.file_name), file_name_bytes_max - end.size())) +
      end;
  const std::string& label = part.part.label;
  item.fields.subject = label.empty() ? fmt::format("{} ({})", whole.fields.subject, number)
                                      : std::string(truncate_utf8(label, subject_bytes_max));
  item.stack =
      StackPlace{whole.file_name, stack.sha256, part.part.pages.first, part.part.pages.last};
  return item;
}

void fill_from_mail(MailFields&& mail, NewInboundItem& item) {
  item.fields.type = mail.type;
  if (!mail.subject.empty()) item.fields.subject = std::move(mail.subject);
  item.fields.sender = std::move(mail.sender);
  item.fields.letter_date = mail.letter_date;
  item.fields.foreign_reference = std::move(mail.foreign_reference);
  item.fields.deadline = mail.deadline;
  item.message = mail.message;
}

Error file_trouble(std::string_view de, std::string_view en) {
  return make_error(ErrorCode::invalid, de, en);
}

Result<FileMark> mark_of(const ScanDescriptor& file) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) {
    return fail(operator_error(ErrorCode::unavailable, std::strerror(errno)));
  }
  return dms::mark_of(status);
}

// Stores the file's bytes; `invalid` where they cannot be read or are too many.
Result<storage::StagedContent> stage(storage::Store& store, const ScanDescriptor& file,
                                     std::uint64_t bytes_max) {
  const auto writer = DMS_TRY(store.write_content({}));
  std::string block(block_bytes, '\0');
  std::uint64_t total = 0;
  for (;;) {
    const ssize_t got = ::read(file.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return fail(file_trouble("Die Datei lässt sich nicht zu Ende lesen.",
                               "The file cannot be read to its end."));
    }
    if (got == 0) return writer->finish();
    total += static_cast<std::uint64_t>(got);
    if (total > bytes_max) {
      return fail(file_trouble(fmt::format("Die Datei ist größer als {} Bytes.", bytes_max),
                               "The file is too large."));
    }
    DMS_TRY(writer->append(std::string_view(block).substr(0, static_cast<std::size_t>(got))));
  }
}

// Whether a refusal is about the file, and would be the same tomorrow.
bool is_about_the_file(ErrorCode code) {
  return code == ErrorCode::invalid || code == ErrorCode::too_large ||
         code == ErrorCode::unsupported;
}

Result<void> forget(storage::Store& store, const std::string& key) {
  DMS_TRY(store.commit([&](const View& view) -> Result<Commit> {
    Commit commit(view);
    DMS_TRY(commit.erase(captured_file_table, key));
    return commit;
  }));
  return {};
}

}  // namespace

ScanFolder::ScanFolder(ScanFolderConfig config, const Clock& clock)
    : config_(std::move(config)),
      clock_(clock),
      source_(digest_of({"scan folder", config_.name})) {}

bool ScanFolder::is_whole(const Sighting& sighting) const {
  return clock_.now() - sighting.since >= std::chrono::seconds(config_.settle_s);
}

Result<bool> ScanFolder::look() {
  std::map<Key, Sighting> now_seen;
  for (const ScanSubfolder& subfolder : config_.inboxes) {
    const ScanFiles files = DMS_TRY(ScanFiles::open(config_.folder, subfolder.name));
    for (const FoundFile& file : DMS_TRY(files.list(files_max))) {
      const Key key{subfolder.name, file.name};
      const auto before = seen_.find(key);
      const bool stands_still = before != seen_.end() && before->second.mark == file.mark;
      now_seen[key] = stands_still ? before->second : Sighting{file.mark, clock_.now()};
    }
  }
  seen_ = std::move(now_seen);
  return !has_forgotten_ || std::any_of(seen_.begin(), seen_.end(),
                                        [&](const auto& entry) { return is_whole(entry.second); });
}

// What a kill left between moving a file and forgetting it.
Result<void> ScanFolder::forget_moved(const Account& account) const {
  storage::ScanOptions options;
  options.prefix = captured_file_prefix(source_);
  options.limit = records_max;
  using Records = std::vector<CapturedFileRecord>;
  const Records records =
      DMS_TRY(account.store.read<Records>([&](const View& view) -> Result<Records> {
        return DMS_TRY(view.scan(captured_file_table, options)).items;
      }));
  for (const CapturedFileRecord& record : records) {
    const bool is_configured =
        std::any_of(config_.inboxes.begin(), config_.inboxes.end(),
                    [&](const auto& subfolder) { return subfolder.name == record.subfolder; });
    if (!is_configured) continue;  // who knows what lies there
    const ScanFiles files = DMS_TRY(ScanFiles::open(config_.folder, record.subfolder));
    if (files.has(from_hex(record.name_hex).value_or(""))) continue;
    DMS_TRY(forget(account.store, captured_file_table.key(record)));
  }
  return {};
}

Result<void> ScanFolder::take_in(const Account& account, ScanRound& round,
                                 const std::atomic<bool>& is_stopping) {
  if (!has_forgotten_) {
    DMS_TRY(forget_moved(account));
    has_forgotten_ = true;
  }
  scans_.begin_round();
  std::vector<Key> due;
  for (const auto& [key, sighting] : seen_) {
    if (is_whole(sighting)) due.push_back(key);
  }
  // What the scanner gave no answer about comes last: it may be why there was none.
  std::stable_partition(due.begin(), due.end(),
                        [&](const Key& key) { return seen_.at(key).scans.rounds == 0; });
  for (const Key& key : due) {
    if (is_stopping || scans_.is_scanner_away()) break;
    ScanFiles files = DMS_TRY(ScanFiles::open(config_.folder, key.first));
    const auto taken = take(account, files, key, round, is_stopping);
    if (taken) continue;
    if (!is_about_the_file(taken.error().code)) {
      if (taken.error().code == ErrorCode::not_found) continue;  // somebody took it away
      return fail(taken.error());
    }
    DMS_TRY(put_aside(files, key, taken.error(), round));
  }
  return scans_.outcome();
}

Result<std::optional<ScanFolder::Arrival>> ScanFolder::read(const Account& account,
                                                            const ScanDescriptor& file,
                                                            const Key& key) {
  using Read = std::optional<Arrival>;
  const FileMark mark = DMS_TRY(mark_of(file));
  Sighting& sighting = seen_[key];
  if (mark != sighting.mark) {
    sighting = {mark, clock_.now()};
    return Read();
  }
  if (mark.size == 0) return fail(file_trouble("Die Datei ist leer.", "The file is empty."));
  auto content = DMS_TRY(stage(account.store, file, config_.file_bytes_max));
  const FileMark after = DMS_TRY(mark_of(file));
  if (after != mark || content.id().size != mark.size) {
    sighting = {after, clock_.now()};
    return Read();
  }
  return Read(Arrival{key, std::move(content)});
}

Result<std::vector<InboundReceipt>> ScanFolder::examine(const Account& account,
                                                        const Arrival& arrival,
                                                        const std::atomic<bool>& is_stopping) {
  using Receipts = std::vector<InboundReceipt>;
  const auto& [subfolder, name] = arrival.key;
  const storage::ContentId& content = arrival.content.id();
  ScanTrouble& trouble = seen_[arrival.key].scans;
  NewInboundItem whole;
  whole.inbox = account.inboxes.at(subfolder);
  whole.channel = ReceiptChannel::scan_folder;
  whole.file_name = shown_name(name);
  whole.fields.subject = subject_of_file(whole.file_name, "Scan");
  const auto found = DMS_TRY(scans_.scan(account.scanner, account.store, content, trouble));
  if (!found) return Receipts();
  whole.malware = *found;
  // What is infected goes to no parser to tell whose it is.
  if (whole.malware.empty()) {
    const MailFiles mails(account.store, &account.extractor, account.staging_folder);
    if (auto mail = mails.read(content, whole.file_name)) fill_from_mail(std::move(*mail), whole);
  }
  Receipts letters;
  if (whole.malware.empty() && config_.separation) {
    const StackSplitting splitting{account.store, account.extractor, *config_.separation,
                                   account.staging_folder, is_stopping};
    for (const StagedPart& part : DMS_TRY(split_stack(splitting, content))) {
      const auto in_part =
          DMS_TRY(scans_.scan(account.scanner, account.store, part.content.id(), trouble));
      if (!in_part) return Receipts();
      if (!in_part->empty()) whole.malware = *in_part;
      letters.push_back({part_of(whole, part, content, letters.size() + 1), part.content});
    }
  }
  scans_.end_file(trouble);
  if (whole.malware.empty() && !letters.empty()) return letters;
  if (!whole.malware.empty()) {
    if (!account.quarantine) {
      return fail(operator_error(ErrorCode::unavailable, "quarantine_inbox: none is configured"));
    }
    whole.inbox = *account.quarantine;
  }
  return Receipts{{whole, arrival.content}};
}

Result<bool> ScanFolder::receive(const Account& account, const Arrival& arrival,
                                 const CapturedFileRecord& record, ScanRound& round,
                                 const std::atomic<bool>& is_stopping) {
  const std::vector<InboundReceipt> receipts = DMS_TRY(examine(account, arrival, is_stopping));
  if (receipts.empty()) return false;
  const auto remember = [&](const View&, Commit& commit, const Uuid& created) -> Result<void> {
    CapturedFileRecord named = record;
    named.item = InboundItemId{created};
    return commit.insert(captured_file_table, named);
  };
  const auto received = account.items.receive_all(account.actor, receipts, remember);
  if (!received && received.error().code == ErrorCode::not_found) {
    return fail(operator_error(ErrorCode::forbidden, "the account may not take in there"));
  }
  if (!received) return fail(received.error());
  round.taken += receipts.size();
  if (!receipts.front().item.malware.empty()) ++round.infected;
  return true;
}

Result<void> ScanFolder::take(const Account& account, ScanFiles& files, const Key& key,
                              ScanRound& round, const std::atomic<bool>& is_stopping) {
  const auto& [subfolder, name] = key;
  const ScanDescriptor file = DMS_TRY(files.open_file(name));
  const auto arrival = DMS_TRY(read(account, file, key));
  if (!arrival) return {};
  CapturedFileRecord record;
  record.source = source_;
  record.digest = digest_of({subfolder, name, std::to_string(arrival->content.id().size),
                             arrival->content.id().sha256.raw()});
  record.subfolder = subfolder;
  record.name_hex = to_hex(name);
  record.captured_at = clock_.now();
  const std::string record_key = captured_file_table.key(record);
  const bool is_known = DMS_TRY(account.store.read<bool>([&](const View& view) -> Result<bool> {
    return DMS_TRY(view.find(captured_file_table, record_key)).has_value();
  }));
  if (is_known) ++round.known;
  if (!is_known && !DMS_TRY(receive(account, *arrival, record, round, is_stopping))) return {};
  DMS_TRY(files.move(name, scan_done_folder));
  seen_.erase(key);
  return forget(account.store, record_key);
}

Result<void> ScanFolder::put_aside(ScanFiles& files, const Key& key, const Error& why,
                                   ScanRound& round) {
  DMS_TRY(files.put_aside(
      key.second,
      "Diese Datei wurde nicht in den Posteingang übernommen (" + format_rfc3339(clock_.now()) +
          ").\nGrund: " + why.message.de +
          "\nLegen Sie sie, wenn der Grund behoben ist, wieder in den Ordner darüber."));
  seen_.erase(key);
  ++round.put_aside;
  return {};
}

}  // namespace dms
