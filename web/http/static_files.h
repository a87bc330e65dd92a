#pragma once

// The page's files. All of them are read when the server starts; from then on a request's path is
// compared with the paths found and never joined to a folder.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/result.h"
#include "web/http/route.h"

namespace dms::web {

// What the page may do: run its own scripts, decode scans by WebAssembly, talk to this server.
inline constexpr std::string_view page_policy =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' "
    "data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

// How a file is stored beside its plain form, best first.
enum class ContentCoding : std::uint8_t { brotli, gzip, identity };

// The coding to answer with (RFC 9110 §12.5.3): the client's highest quality, and the earliest of
// `stored` where several are equal. Identity where the header is absent or allows nothing stored.
ContentCoding choose_coding(std::string_view accept_encoding,
                            const std::vector<ContentCoding>& stored);

// The media type by the name's ending; application/octet-stream for others.
std::string_view media_type_of(std::string_view file_name);

// Immutable once loaded, so thread-safe. Holds every file in memory.
class StaticFiles {
 public:
  // Reads `folder`: name.br and name.gz are other codings of name; index.html and page-routes.txt
  // (one route pattern a line: the page's screens) must be there. `invalid` with a hint for the
  // operator where they are absent, where a name holds other characters than letters, figures,
  // '.', '_' and '-', where something is neither folder nor plain file (links are not followed), or
  // where all together exceed 128 MiB; `unavailable` where a file cannot be read.
  static Result<StaticFiles> load(const std::string& folder);
  StaticFiles(StaticFiles&&) noexcept;
  StaticFiles& operator=(StaticFiles&&) noexcept;
  ~StaticFiles();

  // A row for each file and each screen. They share the files with this object and may outlive it.
  std::vector<Route> routes() const;

 private:
  struct Content;
  StaticFiles();
  std::shared_ptr<const Content> content_;
};

}  // namespace dms::web
