#include "dms/capture/secret_file.h"

#include <sys/stat.h>

#include <cstdlib>

#include "dms/small_file.h"

namespace dms {

namespace {

constexpr std::size_t secret_bytes_max = 16U << 10U;
constexpr mode_t open_to_others = S_IRWXG | S_IRWXO;

tl::unexpected<Error> trouble(const std::string& path, std::string_view what) {
  return fail(operator_error(ErrorCode::unavailable, path + ": " + std::string(what)));
}

bool is_credential(const std::string& path) {
  const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
  return folder != nullptr && *folder != '\0' && path.starts_with(std::string(folder) + "/");
}

}  // namespace

Result<Secret> read_secret_file(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && (status.st_mode & open_to_others) != 0 &&
      S_ISREG(status.st_mode) && !is_credential(path)) {
    return trouble(path, "is open to others; it must have mode 0600");
  }
  auto text = DMS_TRY(read_small_file(path, secret_bytes_max));
  if (!text) return trouble(path, "does not exist");
  text->resize(std::min(text->find_first_of("\r\n"), text->size()));
  if (text->empty()) return trouble(path, "is empty");
  return Secret(std::move(*text));
}

}  // namespace dms
