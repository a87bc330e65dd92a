// Who may include whom (ARCHITECTURE: the floors of the house), and which library lives where.

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "tests/tidy/rules.h"

namespace dms::tidy {

namespace {

struct Include {
  std::string_view target;
  std::size_t line = 0;
};

std::vector<Include> includes_of(const SourceFile& file) {
  std::vector<Include> includes;
  if (!file.is_cpp()) return includes;
  const auto lines = split_lines(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (file.is_raw[i + 1] || !lines[i].starts_with("#include")) continue;
    const std::size_t open = lines[i].find_first_of("<\"");
    const std::size_t close = lines[i].find_first_of(">\"", open + 1);
    if (open == std::string_view::npos || close == std::string_view::npos) continue;
    includes.push_back({lines[i].substr(open + 1, close - open - 1), i + 1});
  }
  return includes;
}

// A floor, the prefix of its files, and the floors it stands on besides itself. The longest prefix
// counts.
struct Layer {
  std::string_view prefix;
  std::string_view below;  // blank-separated prefixes
};

constexpr std::array layers = {
    Layer{"dms/base/", ""},
    Layer{"storage/", "dms/base/"},
    Layer{"search/", "dms/base/"},
    Layer{"dms/", "dms/base/ storage/ search/"},
    Layer{"workflow/", "dms/base/ storage/ search/ dms/"},
    Layer{"web/", "dms/base/ storage/ search/ dms/ workflow/"},
};

const Layer* layer_of(std::string_view path) {
  for (const Layer& layer : layers) {
    if (path.starts_with(layer.prefix)) return &layer;
  }
  return nullptr;
}

bool names(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::size_t end = list.find(' ');
    if (list.substr(0, end) == word) return true;
    list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
  }
  return false;
}

enum class Visibility : std::uint8_t {
  hidden,  // not even through a header of ours may it be seen outside
  seen     // our headers may show it
};

// A library, by the beginning of its headers' names, and the prefixes of the files that may include
// it (blank-separated). tests/ may include everything.
struct Room {
  std::string_view header;
  std::string_view files;
  Visibility visibility = Visibility::hidden;
};

constexpr std::array rooms = {
    Room{"rocksdb/", "storage/"},
    Room{"xapian", "search/"},
    Room{"boost/beast", "web/http/"},
    Room{"boost/asio", "web/http/"},
    Room{"boost/json/fwd.hpp", "dms/base/json_ web/api/", Visibility::seen},
    Room{"boost/json", "dms/base/json_ web/api/", Visibility::seen},
    Room{"boost/url", "web/"},
    Room{"toml++/", "dms/base/config.cpp deploy/demo/"},
    Room{"unicode/", "dms/base/text.cpp search/"},
    Room{"openssl/", "dms/base/ dms/ web/http/"},
    Room{"argon2.h", "dms/password"},
    Room{"gmime/", "search/extract/"},
    Room{"archive", "search/extract/ deploy/demo/"},
    Room{"libxml/", "search/extract/"},
    Room{"pugixml", "search/extract/"},
    Room{"qpdf/", "search/extract/"},
    Room{"magic.h", "search/extract/"},
    Room{"seccomp.h", "search/extract/"},
    Room{"curl/", "web/capture/mail_line.cpp"},
    Room{"CLI/", "web/ deploy/demo/"},
    Room{"hpdf.h", "deploy/demo/"},
    Room{"ldap.h", "dms/"},
    Room{"date/", "dms/base/"},
    Room{"hunspell/", "search/"},
    Room{"gtest/", "tests/"},
    Room{"gmock/", "tests/"},
    Room{"support/", "tests/"},
};

const Room* room_of(std::string_view header) {
  for (const Room& room : rooms) {
    if (header.starts_with(room.header)) return &room;
  }
  return nullptr;
}

bool may_enter(std::string_view path, const Room& room) {
  if (path.starts_with("tests/")) return true;
  std::string_view list = room.files;
  while (!list.empty()) {
    const std::size_t end = list.find(' ');
    if (path.starts_with(list.substr(0, end))) return true;
    list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
  }
  return false;
}

// The hidden libraries that a header of ours shows to whoever includes it, with its own includes.
class ShownLibraries {
 public:
  explicit ShownLibraries(const std::vector<SourceFile>& files) {
    for (const SourceFile& file : files) {
      if (file.is_header()) headers_[file.path] = &file;
    }
  }

  const std::set<const Room*>& of(const std::string& path) {
    const auto [place, is_new] = shown_.try_emplace(path);
    if (!is_new) return place->second;  // known, or a cycle being walked
    std::set<const Room*> shown;
    if (const auto header = headers_.find(path); header != headers_.end()) {
      for (const Include& include : includes_of(*header->second)) {
        const Room* room = room_of(include.target);
        if (room != nullptr && room->visibility == Visibility::hidden) shown.insert(room);
        const auto& deeper = of(std::string(include.target));
        shown.insert(deeper.begin(), deeper.end());
      }
    }
    return shown_[path] = std::move(shown);
  }

 private:
  std::map<std::string, const SourceFile*> headers_;
  std::map<std::string, std::set<const Room*>> shown_;
};

}  // namespace

void check_include_edges(const SourceFile& file, Findings& findings) {
  const Layer* from = layer_of(file.path);
  if (from == nullptr) return;
  for (const Include& include : includes_of(file)) {
    const Layer* to = layer_of(include.target);
    if (to == nullptr || to == from || names(from->below, to->prefix)) continue;
    findings.push_back({file.path, include.line, "include-edge",
                        std::string(from->prefix) + " must not know " + std::string(to->prefix)});
  }
}

void check_rooms(const SourceFile& file, Findings& findings) {
  for (const Include& include : includes_of(file)) {
    const Room* room = room_of(include.target);
    if (room == nullptr || may_enter(file.path, *room)) continue;
    findings.push_back(
        {file.path, include.line, "room",
         "<" + std::string(include.target) + "> belongs only in " + std::string(room->files)});
  }
}

void check_own_header_first(const SourceFile& file, Findings& findings) {
  if (!file.path.ends_with(".cpp")) return;
  const std::string own = file.path.substr(0, file.path.size() - 4) + ".h";
  const auto includes = includes_of(file);
  const auto place = std::find_if(includes.begin(), includes.end(),
                                  [&](const Include& include) { return include.target == own; });
  if (place == includes.end() || place == includes.begin()) return;
  findings.push_back({file.path, place->line, "own-header", "its own header comes first"});
}

void check_hidden_libraries(const std::vector<SourceFile>& files, Findings& findings) {
  ShownLibraries shown(files);
  for (const SourceFile& file : files) {
    for (const Include& include : includes_of(file)) {
      for (const Room* room : shown.of(std::string(include.target))) {
        if (may_enter(file.path, *room)) continue;
        findings.push_back({file.path, include.line, "hidden-library",
                            std::string(include.target) + " shows <" + std::string(room->header) +
                                "…>, which belongs only in " + std::string(room->files)});
      }
    }
  }
}

}  // namespace dms::tidy
