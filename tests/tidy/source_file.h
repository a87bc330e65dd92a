#pragma once

// A file of the source tree as the rules see it.

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace dms::tidy {

struct SourceFile {
  std::string path;  // relative to the root, with slashes
  std::string text;
  // C++ only: `text` with comments, literals and preprocessor lines turned into blanks, same
  // length, same lines. What is left is code.
  std::string code;
  // Lines (counted from 1) that lie inside a raw string literal.
  std::vector<bool> is_raw;

  bool is_cpp() const { return path.ends_with(".cpp") || is_header(); }
  bool is_header() const { return path.ends_with(".h"); }
  bool is_under(std::string_view folder) const { return path.starts_with(folder); }
  // The line, counted from 1, of a place in `text` or `code`.
  std::size_t line_at(std::size_t position) const;
};

SourceFile make_source_file(std::string path, std::string text);

// All text files below `root` that belong to the project: no build output, no version control, no
// installed packages, no test data.
std::vector<SourceFile> read_source_tree(const std::filesystem::path& root);

std::vector<std::string_view> split_lines(std::string_view text);

}  // namespace dms::tidy
