#pragma once

// A content on its way into the sandbox: a file without a name, in memory or in the staging folder.

#include <string>
#include <string_view>
#include <utility>

#include "dms/base/result.h"
#include "storage/content.h"
#include "storage/view.h"

namespace dms {

// An open file, closed with it. Movable.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

// All of `original`, at its beginning. Up to 16 MiB in memory, larger ones in `staging_folder`,
// unlinked. `unavailable` where there is no room.
Result<Descriptor> copy_out(const storage::ContentReader& original,
                            const std::string& staging_folder);

// The same of bytes that are made on the way.
Result<Descriptor> put_out(std::string_view bytes, const std::string& staging_folder);

// Whether a version, or an item that waits, names the content: else nothing is to be made of it.
// `busy` while an index of an older store is being built.
Result<bool> is_named(const storage::View& view, const storage::ContentId& content);

}  // namespace dms
