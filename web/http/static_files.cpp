#include "web/http/static_files.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "dms/base/digest.h"
#include "web/http/ascii.h"
#include "web/http/entity_tag.h"
#include "web/http/media_type.h"

namespace dms::web {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t total_bytes_max = 128U << 20U;
constexpr std::string_view index_name = "index.html";
constexpr std::string_view routes_name = "page-routes.txt";

struct Form {
  ContentCoding coding = ContentCoding::identity;
  std::shared_ptr<const std::string> bytes;
  std::string etag;
};

struct File {
  std::string path;  // "/assets/index-1a2b.js": as it is asked for
  std::string_view media_type;
  bool is_immutable = false;  // its name changes with its content
  std::vector<Form> forms;    // best first, identity last
};

std::string_view name_of(ContentCoding coding) {
  switch (coding) {
    case ContentCoding::brotli:
      return "br";
    case ContentCoding::gzip:
      return "gzip";
    case ContentCoding::identity:
      break;
  }
  return "identity";
}

// The quality the client gives to `coding`, in thousandths; nullopt where it does not name it.
std::optional<int> named_quality(std::string_view accept, std::string_view coding) {
  while (!accept.empty()) {
    const auto comma = accept.find(',');
    const auto item = parse_parameterised(trim_blanks(accept.substr(0, comma)));
    accept.remove_prefix(comma == std::string_view::npos ? accept.size() : comma + 1);
    if (!item || !ascii_equal(item->value, coding)) continue;
    const std::string_view quality = item->find("q").value_or("1");
    if (quality.starts_with('1')) return 1000;
    int thousandths = 0;
    int weight = 100;
    for (const char c : quality.substr(std::min<std::size_t>(2, quality.size()), 3)) {
      if (c < '0' || c > '9') return 0;
      thousandths += (c - '0') * weight;
      weight /= 10;
    }
    return thousandths;
  }
  return std::nullopt;
}

int quality_of(std::string_view accept, ContentCoding coding) {
  if (const auto quality = named_quality(accept, name_of(coding))) return *quality;
  // What "*" says is for codings; the plain form is welcome unless it is refused.
  if (coding == ContentCoding::identity) return 1;
  return named_quality(accept, "*").value_or(0);
}

bool is_plain_name(std::string_view path) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-' || c == '/';
  };
  return std::ranges::all_of(path, is_plain);
}

Error bad_folder(const std::string& hint) {
  return operator_error(ErrorCode::invalid, hint);
}

Result<std::string> read_bytes(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) {
    return fail(operator_error(ErrorCode::unavailable, "cannot read " + path.string()));
  }
  return bytes;
}

// Every file below `root` by its path relative to it.
Result<std::map<std::string, std::string>> read_folder(const fs::path& root) {
  std::map<std::string, std::string> files;
  std::uintmax_t total = 0;
  std::error_code error;
  fs::recursive_directory_iterator place(root, error);
  for (; !error && place != fs::recursive_directory_iterator(); place.increment(error)) {
    const fs::file_status status = place->symlink_status();
    const std::string path = place->path().lexically_relative(root).generic_string();
    if (!is_plain_name(path)) return fail(bad_folder("a name the page cannot have: " + path));
    if (status.type() == fs::file_type::directory) continue;
    if (status.type() != fs::file_type::regular) {
      return fail(bad_folder("neither a folder nor a plain file: " + path));
    }
    std::string bytes = DMS_TRY(read_bytes(place->path()));
    total += bytes.size();
    if (total > total_bytes_max) return fail(bad_folder("the page's files exceed 128 MiB"));
    files.emplace(path, std::move(bytes));
  }
  if (error) {
    return fail(operator_error(ErrorCode::unavailable,
                               "cannot read " + root.string() + ": " + error.message()));
  }
  return files;
}

Form make_form(ContentCoding coding, std::string bytes) {
  Form form;
  form.coding = coding;
  form.etag = '"' + sha256(bytes).hex() + '"';
  form.bytes = std::make_shared<const std::string>(std::move(bytes));
  return form;
}

// The build names what lies there by its content ("assets/…") or version ("pdfjs-5.6.205/…").
bool is_hashed(std::string_view path) {
  return path.starts_with("assets/") || path.starts_with("pdfjs-");
}

std::vector<File> make_files(std::map<std::string, std::string> contents) {
  static constexpr std::array endings = {std::pair{ContentCoding::brotli, ".br"},
                                         std::pair{ContentCoding::gzip, ".gz"}};
  std::vector<File> files;
  for (auto& [path, bytes] : contents) {
    const bool is_form = std::ranges::any_of(endings, [&, &name = path](const auto& ending) {
      return name.ends_with(ending.second) && contents.contains(name.substr(0, name.size() - 3));
    });
    if (is_form || path == routes_name) continue;
    File file;
    file.path = "/" + path;
    file.media_type = media_type_of(path);
    file.is_immutable = is_hashed(path);
    for (const auto& [coding, ending] : endings) {
      const auto form = contents.find(path + ending);
      if (form != contents.end()) file.forms.push_back(make_form(coding, form->second));
    }
    file.forms.push_back(make_form(ContentCoding::identity, bytes));
    files.push_back(std::move(file));
  }
  return files;
}

Response respond(const File& file, const Request& request) {
  std::vector<ContentCoding> stored;
  for (const Form& form : file.forms) stored.push_back(form.coding);
  const ContentCoding coding =
      choose_coding(request.headers.find("accept-encoding").value_or(""), stored);
  const Form& form = *std::ranges::find(file.forms, coding, &Form::coding);
  Response response;
  response.headers.set("ETag", form.etag);
  response.headers.set("Cache-Control",
                       file.is_immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (file.forms.size() > 1) response.headers.set("Vary", "Accept-Encoding");
  if (matches_none_match(request, form.etag)) {
    response.status = 304;
    return response;
  }
  response.headers.set("Content-Type", std::string(file.media_type));
  // Scripts carry it too: a worker runs under the policy of its own answer.
  response.headers.set("Content-Security-Policy", std::string(page_policy));
  if (form.coding != ContentCoding::identity) {
    response.headers.set("Content-Encoding", std::string(name_of(form.coding)));
  }
  response.body = ContentBody{
      0, form.bytes->size(),
      [bytes = form.bytes](std::uint64_t offset, std::size_t length) -> Result<std::string> {
        return bytes->substr(static_cast<std::size_t>(offset), length);
      }};
  return response;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (const auto line = trim_blanks(text.substr(0, end)); !line.empty()) lines.emplace_back(line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

}  // namespace

// Route patterns are views into these strings.
struct StaticFiles::Content {
  std::vector<File> files;
  std::vector<std::string> screens;
  const File* index = nullptr;
};

ContentCoding choose_coding(std::string_view accept_encoding,
                            const std::vector<ContentCoding>& stored) {
  ContentCoding best = ContentCoding::identity;
  int best_quality = 0;
  for (const ContentCoding coding : stored) {
    const int quality = quality_of(accept_encoding, coding);
    if (quality <= best_quality) continue;
    best = coding;
    best_quality = quality;
  }
  return best;
}

std::string_view media_type_of(std::string_view file_name) {
  static constexpr std::array types = {
      std::pair{".html", "text/html; charset=utf-8"},
      std::pair{".js", "text/javascript; charset=utf-8"},
      std::pair{".mjs", "text/javascript; charset=utf-8"},
      std::pair{".css", "text/css; charset=utf-8"},
      std::pair{".svg", "image/svg+xml"},
      std::pair{".png", "image/png"},
      std::pair{".woff2", "font/woff2"},
      std::pair{".ttf", "font/ttf"},
      std::pair{".wasm", "application/wasm"},
      std::pair{".webmanifest", "application/manifest+json"},
      std::pair{".txt", "text/plain; charset=utf-8"},
  };
  for (const auto& [ending, type] : types) {
    if (file_name.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

StaticFiles::StaticFiles() = default;
StaticFiles::StaticFiles(StaticFiles&&) noexcept = default;
StaticFiles& StaticFiles::operator=(StaticFiles&&) noexcept = default;
StaticFiles::~StaticFiles() = default;

Result<StaticFiles> StaticFiles::load(const std::string& folder) {
  auto contents = DMS_TRY(read_folder(folder));
  const auto routes = contents.find(std::string(routes_name));
  if (routes == contents.end() || !contents.contains(std::string(index_name))) {
    return fail(bad_folder(folder + " holds no built page: index.html and page-routes.txt"));
  }
  auto content = std::make_shared<Content>();
  content->screens = lines_of(routes->second);
  content->files = make_files(std::move(contents));
  content->index = &*std::ranges::find(content->files, "/" + std::string(index_name), &File::path);
  StaticFiles files;
  files.content_ = std::move(content);
  return files;
}

std::vector<Route> StaticFiles::routes() const {
  std::vector<Route> routes;
  const auto add = [&](std::string_view pattern, const File& file) {
    Route route;
    route.pattern = pattern;
    route.handle = [content = content_, &file](Exchange& exchange) -> Result<Response> {
      return respond(file, exchange.request);
    };
    routes.push_back(std::move(route));
  };
  for (const File& file : content_->files) add(file.path, file);
  for (const std::string& screen : content_->screens) add(screen, *content_->index);
  return routes;
}

}  // namespace dms::web
