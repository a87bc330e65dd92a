#include "dms/capture/mail_head.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace dms {

namespace {

class MemoryFile {
 public:
  MemoryFile() : number_(::memfd_create("aktenwerk-mail-head", MFD_CLOEXEC)) {}
  ~MemoryFile() {
    if (number_ >= 0) ::close(number_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

Error system_error() {
  return operator_error(ErrorCode::unavailable,
                        std::string("no file for extraction: ") + std::strerror(errno));
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::lseek(file, 0, SEEK_SET) == 0;
}

}  // namespace

void MailHead::append(std::string_view bytes) {
  if (is_whole_ || head_.size() == bytes_max) return;
  const std::size_t seen = head_.size() < 3 ? 0 : head_.size() - 3;
  head_.append(bytes.substr(0, bytes_max - head_.size()));
  const std::size_t end = std::min(head_.find("\n\r\n", seen), head_.find("\n\n", seen));
  if (end == std::string::npos) return;
  is_whole_ = true;
  head_.resize(end);
  head_ += "\n\n";
}

Result<search::MailFacts> read_mail_head(search::Extractor& extractor, std::string_view head) {
  if (head.empty()) return search::MailFacts();
  const MemoryFile file;
  if (file.number() < 0 || !write_all(file.number(), head)) return fail(system_error());
  search::Extraction found = DMS_TRY(extractor.extract(file.number()));
  return std::move(found.mail).value_or(search::MailFacts());
}

}  // namespace dms
