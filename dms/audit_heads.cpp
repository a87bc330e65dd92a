#include "dms/audit_heads.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "dms/base/bytes.h"
#include "dms/base/digest.h"
#include "dms/ed25519.h"
#include "dms/head_archive.h"
#include "dms/small_file.h"

namespace dms {

namespace {

constexpr std::size_t known_keys_bytes_max = 64U << 10U;
constexpr std::chrono::hours look_every{1};

std::chrono::sys_days day_of(Instant time) {
  return std::chrono::floor<std::chrono::days>(time);
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

void add_missing(std::vector<std::string>& keys, const std::string& key) {
  if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
}

// FOR EVER: the keys, one a line, then a line with the SHA-256 of those lines.
constexpr std::string_view checksum_mark = "sha256:";

std::string format_known_keys(const std::vector<std::string>& keys) {
  std::string text;
  for (const std::string& key : keys) text += key + "\n";
  return text + std::string(checksum_mark) + sha256(text).hex() + "\n";
}

Result<std::vector<std::string>> parse_known_keys(const std::string& file, std::string_view text) {
  std::vector<std::string> keys = lines_of(text);
  if (!keys.empty()) keys.pop_back();
  if (format_known_keys(keys) != text) {
    return fail(operator_error(ErrorCode::corrupt,
                               file + ": is damaged: its checksum does not fit; put it back from "
                                      "a copy, or remove it to have it made from the heads"));
  }
  return keys;
}

Result<std::vector<std::string>> learn_keys(const AuditHeads::Options& options,
                                            const std::string& own) {
  const auto text = DMS_TRY(read_small_file(options.known_keys_file, known_keys_bytes_max));
  std::vector<std::string> keys;
  if (text) keys = DMS_TRY(parse_known_keys(options.known_keys_file, *text));
  const std::size_t before = keys.size();
  if (!text) {
    for (const auto& line : parse_heads(DMS_TRY(read_head_file(options.file))).lines) {
      if (has_good_signature(line.head)) add_missing(keys, line.head.public_key);
    }
  }
  add_missing(keys, own);
  if (keys.size() == before) return keys;
  DMS_TRY(replace_small_file(options.known_keys_file, format_known_keys(keys)));
  return keys;
}

}  // namespace

AuditHeads::AuditHeads(storage::Store& store, const Clock& clock, Options options)
    : store_(store),
      clock_(clock),
      options_(std::move(options)),
      public_key_(to_hex(ed25519_public_key(options_.seed))) {}

Result<std::unique_ptr<AuditHeads>> AuditHeads::open(storage::Store& store, const Clock& clock,
                                                     Options options) {
  std::unique_ptr<AuditHeads> heads(new AuditHeads(store, clock, std::move(options)));
  heads->known_keys_ = DMS_TRY(learn_keys(heads->options_, heads->public_key_));
  return heads;
}

Result<HeadFile> AuditHeads::read() const {
  return parse_heads(DMS_TRY(read_head_file(options_.file)));
}

bool AuditHeads::suffices(const SignedHead& newest, std::uint64_t sequence) const {
  return newest.public_key == public_key_ && newest.sequence == sequence &&
         day_of(newest.time) == day_of(clock_.now());
}

Result<SignedHead> AuditHeads::sign_on(Occasion occasion) {
  const HeadFile file = DMS_TRY(read());
  const storage::JournalPosition position = store_.journal_head();
  if (position.sequence == 0) {
    return fail(ErrorCode::conflict, "Es gibt noch nichts zu unterschreiben.",
                "There is nothing to sign yet.");
  }
  if (!file.lines.empty()) {
    const SignedHead& newest = file.lines.back().head;
    const HeadAgreement agrees = DMS_TRY(agreement(newest, store_));
    if (agrees != HeadAgreement::agrees) {
      return fail(operator_error(ErrorCode::corrupt, describe(newest, agrees)));
    }
    const bool is_daily = occasion == Occasion::daily;
    if (suffices(newest, is_daily ? newest.sequence : position.sequence)) return newest;
  }
  SignedHead head;
  head.tenant = options_.tenant;
  head.store = store_.id();
  head.sequence = position.sequence;
  head.hash = position.hash;
  head.time = clock_.now();
  sign_head(head, options_.seed);
  DMS_TRY(append_head(options_.file, head));
  return head;
}

Result<SignedHead> AuditHeads::sign() {
  const MutexLock lock(mutex_);
  return sign_on(Occasion::asked);
}

Result<void> AuditHeads::sign_daily() {
  const MutexLock lock(mutex_);
  const Instant now = clock_.now();
  if (now < not_before_ || store_.journal_head().sequence == 0) return {};
  not_before_ = now + look_every;
  DMS_TRY(sign_on(Occasion::daily));
  return {};
}

Result<HeadPage> AuditHeads::list(std::uint64_t before, std::size_t limit) const {
  const HeadFile file = DMS_TRY(read());
  std::uint64_t end = file.lines.size();
  if (before > 0) end = std::min(end, before - 1);
  const std::uint64_t begin = end > limit ? end - limit : 0;
  HeadPage page;
  for (std::uint64_t i = end; i > begin; --i) page.heads.push_back(file.lines[i - 1].head);
  page.next = begin > 0 ? begin + 1 : 0;
  return page;
}

Result<HeadsReport> AuditHeads::check() const {
  return check_heads(DMS_TRY(read()), owner(), store_);
}

}  // namespace dms
