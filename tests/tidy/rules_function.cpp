// The length of functions, by braces: what opens a brace outside a function and has parentheses in
// its head is one. Nested blocks and closures count with the function around them. A table in a
// function is told by the line before it: `// tidy: table`.

#include <regex>

#include "tests/tidy/rules.h"

namespace dms::tidy {

namespace {

constexpr std::size_t function_lines_max = 70;

enum class Scope : std::uint8_t { open, function, other };

class FunctionFinder {
 public:
  FunctionFinder(const SourceFile& file, Findings& findings) : file_(file), findings_(findings) {}

  void run() {
    for (std::size_t i = 0; i < file_.code.size(); ++i) {
      const char c = file_.code[i];
      if (c == '{') {
        open_brace(i);
      } else if (c == '}') {
        close_brace(i);
      } else if (c == ';') {
        head_begin_ = i + 1;
      }
    }
  }

 private:
  struct Brace {
    Scope scope = Scope::open;
    std::size_t first_line = 0;
  };

  void open_brace(std::size_t position) {
    std::size_t begin = head_begin_;
    while (begin < position && std::isspace(static_cast<unsigned char>(file_.code[begin])) != 0) {
      ++begin;
    }
    const std::string head = file_.code.substr(begin, position - begin);
    braces_.push_back({classify(head), file_.line_at(begin)});
    head_begin_ = position + 1;
  }

  void close_brace(std::size_t position) {
    head_begin_ = position + 1;
    if (braces_.empty()) return;
    const Brace brace = braces_.back();
    braces_.pop_back();
    if (brace.scope != Scope::function) return;
    const std::size_t lines = file_.line_at(position) - brace.first_line + 1;
    if (lines <= function_lines_max || is_marked_table(brace.first_line)) return;
    findings_.push_back({file_.path, brace.first_line, "function-length",
                         std::to_string(lines) + " lines; about 70 is the limit"});
  }

  Scope classify(const std::string& head) const {
    for (const Brace& brace : braces_) {
      if (brace.scope == Scope::function) return Scope::other;
    }
    static const std::regex opens(
        "^(?:inline )?(?:namespace|extern)\\b.*|^[^()]*\\b(?:class|"
        "struct|union|enum)\\b.*");
    if (head.find('(') == std::string::npos) return Scope::open;
    std::string line = head;
    for (char& c : line) c = c == '\n' ? ' ' : c;
    if (std::regex_match(line, opens)) return Scope::open;
    const bool is_initializer =
        line.find_last_not_of(' ') != std::string::npos && line[line.find_last_not_of(' ')] == '=';
    return is_initializer ? Scope::open : Scope::function;
  }

  bool is_marked_table(std::size_t line) const {
    const auto lines = split_lines(file_.text);
    return line >= 2 && lines[line - 2].find("// tidy: table") != std::string_view::npos;
  }

  const SourceFile& file_;
  Findings& findings_;
  std::vector<Brace> braces_;
  std::size_t head_begin_ = 0;
};

}  // namespace

void check_function_length(const SourceFile& file, Findings& findings) {
  if (file.is_cpp()) FunctionFinder(file, findings).run();
}

}  // namespace dms::tidy
