#include "search/extract/client/input_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace dms::search::extract {

Result<UniqueFd> reopen_read_only(int descriptor) {
  const std::string path = "/proc/self/fd/" + std::to_string(descriptor);
  UniqueFd own(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!own) {
    return fail(operator_error(ErrorCode::unavailable, "extraction: cannot reopen the file (" +
                                                           std::to_string(errno) + ")"));
  }
  return own;
}

Result<UniqueFd> make_input_file(std::string_view bytes) {
  const UniqueFd file(::memfd_create("aktenwerk-extract", MFD_CLOEXEC));
  if (!file || ::ftruncate(file.get(), static_cast<off_t>(bytes.size())) != 0 ||
      ::pwrite(file.get(), bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return fail(operator_error(ErrorCode::unavailable, "extraction: no memory file"));
  }
  return reopen_read_only(file.get());
}

}  // namespace dms::search::extract
