#include "dms/content_key_ring.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <set>
#include <utility>

#include "dms/base/aead.h"
#include "dms/base/bytes.h"
#include "dms/base/random.h"
#include "dms/replaced_file.h"
#include "dms/small_file.h"

namespace dms {

using storage::ContentKeyState;
using storage::ContentOpeningKey;
using storage::ContentSealingKey;
using storage::KeyDomain;

namespace {

// Some eight million keys; a file beyond it is none.
constexpr std::size_t file_bytes_max = 1ULL << 30U;

tl::unexpected<Error> at_file(const std::string& file, Error error) {
  error.hint = file + ": " + error.hint;
  return fail(std::move(error));
}

tl::unexpected<Error> unavailable(std::string hint) {
  return fail(operator_error(ErrorCode::unavailable, std::move(hint)));
}

tl::unexpected<Error> destroyed_domain() {
  return fail(ErrorCode::conflict,
              "Die Schlüssel dieser Akte sind vernichtet: In ihr wird nichts mehr gespeichert.",
              "This file's keys are destroyed: nothing more is stored in it.");
}

// The newest of a domain's entries with this number, or nullptr.
const KeyEntry* find_entry(const std::vector<KeyEntry>& entries,
                           const std::vector<std::size_t>& places, std::uint32_t id) {
  for (auto place = places.rbegin(); place != places.rend(); ++place) {
    if (entries[*place].id == id) return &entries[*place];
  }
  return nullptr;
}

}  // namespace

// The lock is the kernel's and ends with the process.
class ContentKeyRing::FileLock {
 public:
  static Result<std::unique_ptr<FileLock>> take(const std::string& path) {
    const int number =
        ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (number < 0) return unavailable(path + ": " + std::strerror(errno));
    auto lock = std::unique_ptr<FileLock>(new FileLock(number));
    if (::flock(number, LOCK_EX | LOCK_NB) == 0) return lock;
    return fail(operator_error(ErrorCode::conflict,
                               path + ": another process has these keys open; stop the server"));
  }
  ~FileLock() { ::close(number_); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  explicit FileLock(int number) : number_(number) {}
  int number_;
};

Result<std::shared_ptr<ContentKeyRing>> ContentKeyRing::open(Options options, const Clock& clock) {
  auto lock = DMS_TRY(FileLock::take(options.file + ".lock"));
  auto server_keys = DMS_TRY(load_server_keys(options.server_key_file));
  const std::shared_ptr<ContentKeyRing> ring(
      new ContentKeyRing(std::move(options), clock, std::move(server_keys), std::move(lock)));
  DMS_TRY(ring->load());
  return ring;
}

ContentKeyRing::ContentKeyRing(Options options, const Clock& clock,
                               std::vector<ServerKey> server_keys, std::unique_ptr<FileLock> lock)
    : options_(std::move(options)),
      clock_(clock),
      server_keys_(std::move(server_keys)),
      lock_(std::move(lock)) {}
ContentKeyRing::~ContentKeyRing() = default;

Result<void> ContentKeyRing::load() {
  DMS_TRY(finish_replacing(options_.file));
  auto file = DMS_TRY(read_content_key_file(options_.file));
  const MutexLock lock(mutex_);
  if (file) {
    wrapped_by_ = DMS_TRY(server_key(file->fingerprint));
    take(std::move(*file));
    return {};
  }
  if (!server_keys_.empty()) {
    wrapped_by_ = server_keys_.back();  // while it is being changed, the next one
  } else if (options_.encryption != ContentEncryption::off) {
    return unavailable(options_.server_key_file +
                       ": there is no server key, and contents are to be encrypted; make one with "
                       "'aktenwerk keys init', or bring the one there was back with 'aktenwerk "
                       "keys recover'");
  }
  return {};
}

Result<ServerKey> ContentKeyRing::server_key(const std::string& fingerprint) const {
  for (const ServerKey& key : server_keys_) {
    if (key.fingerprint() == fingerprint) return key;
  }
  return unavailable(fmt::format(
      "{}: its keys are wrapped by the server key {}, and {} {}; bring the right one back "
      "(aktenwerk "
      "keys recover)",
      options_.file, fingerprint_text(fingerprint), options_.server_key_file,
      server_keys_.empty() ? std::string("is missing")
                           : "holds " + fingerprint_text(server_keys_.front().fingerprint())));
}

void ContentKeyRing::take(ContentKeyFile file) {
  entries_ = std::move(file.entries);
  checksum_ = file.checksum;
  whole_bytes_ = file.whole_bytes;
  domains_.clear();
  first_current_ = 0;
  for (std::size_t place = 0; place < entries_.size(); ++place) index(place);
}

void ContentKeyRing::index(std::size_t place) {
  const KeyEntry& entry = entries_[place];
  if (entry.kind == KeyEntryKind::rotation) {
    first_current_ = place + 1;
    return;
  }
  DomainKeys& keys = domains_[entry.domain];
  keys.entries.push_back(place);
  keys.is_destroyed = keys.is_destroyed || entry.kind == KeyEntryKind::destroyed;
}

std::vector<KeyEntry> ContentKeyRing::entries() const {
  const MutexLock lock(mutex_);
  return entries_;
}

Result<Secret> ContentKeyRing::unwrap(const ServerKey& by, const KeyEntry& entry) const {
  auto key = open_message(by.wrapping(), entry.wrapped, wrapping_context(entry));
  if (key) return std::move(*key);
  return fail(operator_error(
      ErrorCode::corrupt, fmt::format("{}: key {:08x} of domain {} does not unwrap", options_.file,
                                      entry.id, to_string(entry.domain.value))));
}

// nullopt where the domain has none that may still seal.
Result<std::optional<ContentSealingKey>> ContentKeyRing::current_key(KeyDomain domain) const {
  std::optional<KeyEntry> newest;
  std::optional<ServerKey> by;
  {
    const MutexLock lock(mutex_);
    const auto found = domains_.find(domain);
    if (found == domains_.end()) return std::optional<ContentSealingKey>();
    if (found->second.is_destroyed) return destroyed_domain();
    const std::size_t place = found->second.entries.back();
    if (place < first_current_) return std::optional<ContentSealingKey>();
    newest = entries_[place];
    by = wrapped_by_;
  }
  return std::optional(ContentSealingKey{newest->id, DMS_TRY(unwrap(*by, *newest))});
}

Result<std::optional<ContentSealingKey>> ContentKeyRing::sealing_key(KeyDomain domain) {
  if (domain == KeyDomain{} && options_.encryption == ContentEncryption::off) {
    return std::optional<ContentSealingKey>();
  }
  if (auto present = DMS_TRY(current_key(domain))) return present;
  const MutexLock lock(writing_);
  if (auto present = DMS_TRY(current_key(domain))) return present;  // another thread's
  return std::optional(DMS_TRY(make_key(domain)));
}

Result<ContentSealingKey> ContentKeyRing::make_key(KeyDomain domain) {
  std::optional<ServerKey> by;
  KeyEntry entry;
  entry.domain = domain;
  entry.time = clock_.now();
  {
    const MutexLock lock(mutex_);
    by = wrapped_by_;
    const auto known = domains_.find(domain);
    do {
      entry.id = *read_big_endian_32(random_bytes(sizeof(entry.id)));
    } while (entry.id == 0 || (known != domains_.end() &&
                               find_entry(entries_, known->second.entries, entry.id) != nullptr));
  }
  if (!by) return unavailable(options_.server_key_file + ": there is no server key");
  Secret key(random_bytes(aead_key_bytes));
  entry.wrapped = seal_message(by->wrapping(), key.expose(), wrapping_context(entry));
  DMS_TRY(append(entry));
  return ContentSealingKey{entry.id, std::move(key)};
}

Result<ContentOpeningKey> ContentKeyRing::opening_key(KeyDomain domain, std::uint32_t id) const {
  std::optional<KeyEntry> entry;
  std::optional<ServerKey> by;
  {
    const MutexLock lock(mutex_);
    const auto found = domains_.find(domain);
    if (found == domains_.end()) return ContentOpeningKey{};
    const KeyEntry* const known = find_entry(entries_, found->second.entries, id);
    if (known == nullptr) return ContentOpeningKey{};
    entry = *known;
    by = wrapped_by_;
  }
  if (entry->kind == KeyEntryKind::destroyed) {
    return ContentOpeningKey{ContentKeyState::destroyed, Secret()};
  }
  return ContentOpeningKey{ContentKeyState::present, DMS_TRY(unwrap(*by, *entry))};
}

Result<void> ContentKeyRing::append(const KeyEntry& entry) {
  Sha256Digest checksum;
  std::size_t size = 0;
  {
    const MutexLock lock(mutex_);
    checksum = checksum_;
    size = whole_bytes_;
  }
  if (must_replace_ || size == 0) {
    std::vector<KeyEntry> all = entries();
    all.push_back(entry);
    std::optional<ServerKey> by;
    {
      const MutexLock lock(mutex_);
      by = wrapped_by_;
    }
    if (!by) return unavailable(options_.server_key_file + ": there is no server key");
    return replace(*by, all);
  }
  const std::string bytes = encode_key_entry(entry, checksum);
  Result<void> written = append_to_small_file(options_.file, size, bytes);
  must_replace_ = !written;
  if (!written) return written;
  const MutexLock lock(mutex_);
  entries_.push_back(entry);
  checksum_ = checksum;
  whole_bytes_ = size + bytes.size();
  index(entries_.size() - 1);
  return {};
}

Result<void> ContentKeyRing::replace(const ServerKey& by, const std::vector<KeyEntry>& entries) {
  const std::string bytes = encode_key_file(by.fingerprint(), entries);
  must_replace_ = true;  // unless the whole of it succeeds
  DMS_TRY(replace_and_overwrite(options_.file, bytes));
  must_replace_ = false;
  ContentKeyFile file = DMS_TRY(parse_key_file(bytes));
  const MutexLock lock(mutex_);
  wrapped_by_ = by;
  take(std::move(file));
  return {};
}

Result<void> ContentKeyRing::destroy(std::span<const KeyDomain> domains) {
  const std::set<KeyDomain> gone(domains.begin(), domains.end());
  if (gone.contains(KeyDomain{})) {
    return fail(
        operator_error(ErrorCode::invalid, "the tenant's own keys are not destroyed singly"));
  }
  const MutexLock writing(writing_);
  std::vector<KeyEntry> left = entries();
  bool is_changed = false;
  for (KeyEntry& entry : left) {
    if (entry.kind != KeyEntryKind::key || !gone.contains(entry.domain)) continue;
    entry.kind = KeyEntryKind::destroyed;
    entry.time = clock_.now();
    entry.wrapped.clear();
    is_changed = true;
  }
  // Once more where an earlier attempt did not end: what it left behind may hold the keys.
  if (!is_changed && !must_replace_) return {};
  std::optional<ServerKey> by;
  {
    const MutexLock lock(mutex_);
    by = wrapped_by_;
  }
  if (left.empty() || !by) return {};
  return replace(*by, left);
}

Result<void> ContentKeyRing::rotate() {
  const MutexLock writing(writing_);
  KeyEntry entry;
  entry.kind = KeyEntryKind::rotation;
  entry.time = clock_.now();
  return append(entry);
}

Result<void> ContentKeyRing::rewrap(const ServerKey& key) {
  const MutexLock writing(writing_);
  std::vector<KeyEntry> all = entries();
  std::optional<ServerKey> by;
  {
    const MutexLock lock(mutex_);
    if (whole_bytes_ == 0) return {};
    by = wrapped_by_;
  }
  if (by->fingerprint() == key.fingerprint()) return {};
  for (KeyEntry& entry : all) {
    if (entry.kind != KeyEntryKind::key) continue;
    const Secret content_key = DMS_TRY(unwrap(*by, entry));
    entry.wrapped = seal_message(key.wrapping(), content_key.expose(), wrapping_context(entry));
  }
  return replace(key, all);
}

Result<std::string> ContentKeyRing::copy() const {
  const MutexLock writing(writing_);
  return DMS_TRY(read_small_file(options_.file, file_bytes_max)).value_or("");
}

Result<std::optional<ContentKeyFile>> read_content_key_file(const std::string& path) {
  const auto bytes = DMS_TRY(read_small_file(path, file_bytes_max));
  if (!bytes) return std::optional<ContentKeyFile>();
  auto parsed = parse_key_file(*bytes);
  if (!parsed) return at_file(path, std::move(parsed).error());
  return std::optional(std::move(*parsed));
}

}  // namespace dms
