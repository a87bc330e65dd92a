#include "tests/tidy/source_file.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace dms::tidy {

namespace {

namespace fs = std::filesystem;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Turns what is no code into blanks.
class Blanker {
 public:
  explicit Blanker(SourceFile& file) : file_(file), code_(file.text) {
    file_.is_raw.assign(split_lines(file.text).size() + 2, false);
  }

  std::string run() {
    while (position_ < code_.size()) step();
    return std::move(code_);
  }

 private:
  bool looking_at(std::string_view text) const {
    return std::string_view(code_).substr(position_).starts_with(text);
  }

  void step() {
    const char c = code_[position_];
    if (looking_at("//")) {
      blank_until(find_from("\n", position_));
    } else if (looking_at("/*")) {
      blank_until(find_from("*/", position_ + 2) + 2);
    } else if (c == '#' && is_first_of_line()) {
      blank_directive();
    } else if (c == '"') {
      is_raw_prefix() ? blank_raw_string() : blank_literal('"');
    } else if (c == '\'' && !is_digit_separator()) {
      blank_literal('\'');
    } else {
      ++position_;
    }
  }

  std::size_t find_from(std::string_view what, std::size_t from) const {
    return std::min(code_.find(what, from), code_.size());
  }

  void blank_until(std::size_t end) {
    for (; position_ < std::min(end, code_.size()); ++position_) {
      if (code_[position_] != '\n') code_[position_] = ' ';
    }
  }

  bool is_first_of_line() const {
    std::size_t i = position_;
    while (i > 0 && (code_[i - 1] == ' ' || code_[i - 1] == '\t')) --i;
    return i == 0 || code_[i - 1] == '\n';
  }

  void blank_directive() {
    std::size_t end = position_;
    do {
      end = find_from("\n", end + 1);
    } while (end < code_.size() && code_[end - 1] == '\\');
    blank_until(end);
  }

  bool is_raw_prefix() const {
    return position_ > 0 && code_[position_ - 1] == 'R' &&
           (position_ < 2 || !is_word(code_[position_ - 2]));
  }

  bool is_digit_separator() const {
    return position_ > 0 && is_word(code_[position_ - 1]) && position_ + 1 < code_.size() &&
           is_word(code_[position_ + 1]);
  }

  void blank_raw_string() {
    const std::size_t open = find_from("(", position_);
    const std::string close = ")" + code_.substr(position_ + 1, open - position_ - 1) + "\"";
    const std::size_t end = find_from(close, open) + close.size();
    const std::size_t first = file_.line_at(position_);
    const std::size_t last = file_.line_at(std::min(end, code_.size()));
    for (std::size_t line = first; line <= last && line < file_.is_raw.size(); ++line) {
      file_.is_raw[line] = true;
    }
    blank_until(end);
  }

  void blank_literal(char quote) {
    std::size_t end = position_ + 1;
    while (end < code_.size() && code_[end] != quote && code_[end] != '\n') {
      end += code_[end] == '\\' ? 2 : 1;
    }
    blank_until(end + 1);
  }

  SourceFile& file_;
  std::string code_;
  std::size_t position_ = 0;
};

bool is_skipped_folder(const fs::path& folder) {
  static constexpr std::array skipped = {"build", "node_modules", "dist", "corpus"};
  const std::string name = folder.filename().string();
  if (name.starts_with('.') && name != ".ci") return true;
  return std::find(skipped.begin(), skipped.end(), name) != skipped.end();
}

bool is_text(std::string_view bytes) {
  return bytes.find('\0') == std::string_view::npos;
}

}  // namespace

std::size_t SourceFile::line_at(std::size_t position) const {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(position, text.size()));
  return 1 + static_cast<std::size_t>(std::count(text.begin(), end, '\n'));
}

SourceFile make_source_file(std::string path, std::string text) {
  SourceFile file;
  file.path = std::move(path);
  file.text = std::move(text);
  if (file.is_cpp()) file.code = Blanker(file).run();
  return file;
}

std::vector<SourceFile> read_source_tree(const fs::path& root) {
  std::vector<SourceFile> files;
  auto place = fs::recursive_directory_iterator(root);
  for (; place != fs::recursive_directory_iterator(); ++place) {
    if (place->is_directory() && is_skipped_folder(place->path())) {
      place.disable_recursion_pending();
      continue;
    }
    if (!place->is_regular_file() || place->is_symlink()) continue;
    if (place->path().filename() == ".git") continue;  // of a second work tree
    std::ifstream stream(place->path(), std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!is_text(text)) continue;
    files.push_back(
        make_source_file(fs::relative(place->path(), root).generic_string(), std::move(text)));
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

}  // namespace dms::tidy
