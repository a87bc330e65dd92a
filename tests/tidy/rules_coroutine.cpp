// The coroutine forms that GCC 12.2 miscompiles (double free) or crashes on, as ARCHITECTURE lists
// them under "Pitfalls". They are found by shape, whatever the types are.

#include <array>
#include <cctype>
#include <optional>

#include "tests/tidy/rules.h"

namespace dms::tidy {

namespace {

constexpr std::string_view keyword = "co_await";

bool is_blank(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}
bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// The bracket that closes the one at `open`, or the end of the code.
std::size_t find_close(std::string_view code, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < code.size(); ++i) {
    if (code[i] == '(' || code[i] == '{' || code[i] == '[') ++depth;
    if (code[i] == ')' || code[i] == '}' || code[i] == ']') --depth;
    if (depth == 0) return i;
  }
  return code.size();
}

// The last character before `position` that is not blank, and its place.
std::size_t skip_back(std::string_view code, std::size_t position) {
  while (position > 0 && is_blank(code[position - 1])) --position;
  return position == 0 ? 0 : position - 1;
}

std::vector<std::size_t> find_words(std::string_view code, std::string_view word) {
  std::vector<std::size_t> places;
  for (std::size_t i = code.find(word); i != std::string_view::npos; i = code.find(word, i + 1)) {
    const bool begins = i == 0 || !is_word(code[i - 1]);
    const std::size_t end = i + word.size();
    if (begins && (end == code.size() || !is_word(code[end]))) places.push_back(i);
  }
  return places;
}

// What is made of bits alone and so safe in braces.
bool is_plain_type(std::string_view name) {
  static constexpr std::array plain = {"seconds",     "minutes", "hours",
                                       "string_view", "size_t",  "span"};
  for (const std::string_view ending : plain) {
    if (name.ends_with(ending)) return true;
  }
  return false;
}

// Whether the `[` at `position` begins a closure (and no subscript or attribute), with captures.
bool is_capturing_closure(std::string_view code, std::size_t position) {
  const char before = code[skip_back(code, position)];
  if (before != '(' && before != ',' && before != '{') return false;
  for (std::size_t i = position + 1; i < code.size() && code[i] != ']'; ++i) {
    if (!is_blank(code[i])) return true;
  }
  return false;
}

// Whether the `{` at `position` makes an argument: f({…}), f(T{…}), f(a, T<U>{…}).
bool is_braced_argument(std::string_view code, std::size_t position) {
  std::size_t i = skip_back(code, position);
  if (code[i] == '(' || code[i] == ',') return true;
  const std::size_t name_end = i + 1;
  int angles = 0;
  while (i > 0 && (is_word(code[i]) || code[i] == ':' || code[i] == '<' || code[i] == '>' ||
                   (angles > 0 && (code[i] == ',' || code[i] == ' ')))) {
    if (code[i] == '>') ++angles;
    if (code[i] == '<') --angles;
    --i;
  }
  const std::string_view name = code.substr(i + 1, name_end - i - 1);
  if (name.empty() || is_plain_type(name)) return false;
  while (i > 0 && is_blank(code[i])) --i;
  return code[i] == '(' || code[i] == ',';
}

class CoroutineChecker {
 public:
  CoroutineChecker(const SourceFile& file, Findings& findings)
      : file_(file), code_(file.code), findings_(findings) {}

  void run() {
    for (const std::size_t position : find_words(code_, keyword)) {
      check_operand(position);
      if (is_in_conditional(position)) {
        report(position, "co_await inside ?: is miscompiled by GCC 12: use if and else");
      }
      if (is_in_statement_expression(position)) {
        report(position, "co_await in a statement expression crashes GCC 12");
      }
    }
    for (const std::size_t position : find_words(code_, "DMS_TRY")) check_try(position);
  }

 private:
  void report(std::size_t position, std::string message) {
    findings_.push_back({file_.path, file_.line_at(position), "coroutine", std::move(message)});
  }

  // co_await a.b(c)(d): every argument list of the operand.
  void check_operand(std::size_t position) {
    std::size_t i = position + keyword.size();
    while (i < code_.size() && code_[i] != ';' && code_[i] != ',' && code_[i] != ')' &&
           code_[i] != '{' && code_[i] != '}') {
      if (code_[i] == '(') {
        const std::size_t close = find_close(code_, i);
        check_arguments(i, close);
        i = close;
      }
      ++i;
    }
  }

  void check_arguments(std::size_t open, std::size_t close) {
    for (std::size_t i = open + 1; i < close; ++i) {
      if (code_[i] == '[' && is_capturing_closure(code_, i)) {
        return report(i,
                      "co_await f([captures]…) is miscompiled by GCC 12: name the closure first");
      }
      if (code_[i] == '{') {
        if (is_braced_argument(code_, i)) {
          return report(i, "co_await f({…}) is miscompiled by GCC 12: name the aggregate first");
        }
        i = find_close(code_, i);  // the body of a closure without captures
      }
    }
  }

  // Whether a `?` stands in the same expression, outside or beside the co_await's own brackets.
  bool is_in_conditional(std::size_t position) const {
    int depth = 0;
    for (std::size_t i = position; i-- > 0;) {
      const char c = code_[i];
      if (c == ';' || c == '{' || c == '}') break;
      if (c == ')' || c == ']') ++depth;
      if ((c == '(' || c == '[') && depth > 0) --depth;
      if (c == '?' && depth == 0) return true;
    }
    depth = 0;
    for (std::size_t i = position; i < code_.size(); ++i) {
      const char c = code_[i];
      if (depth == 0 && (c == ';' || c == '{' || c == '}')) break;
      if (c == '(' || c == '[' || c == '{') ++depth;
      if ((c == ')' || c == ']' || c == '}') && depth > 0) --depth;
      if (c == '?' && depth == 0) return true;
    }
    return false;
  }

  // Whether the block around is `({ … })`.
  bool is_in_statement_expression(std::size_t position) const {
    int depth = 0;
    for (std::size_t i = position; i-- > 0;) {
      if (code_[i] == '}') ++depth;
      if (code_[i] != '{') continue;
      if (depth > 0) {
        --depth;
        continue;
      }
      const char before = code_[skip_back(code_, i)];
      if (before == '(') return true;
      if (before == ')') return false;  // a function's, a closure's or a statement's own block
    }
    return false;
  }

  void check_try(std::size_t position) {
    const std::size_t open = code_.find('(', position);
    if (open == std::string_view::npos) return;
    const std::string_view inside = code_.substr(open, find_close(code_, open) - open);
    if (find_words(inside, keyword).empty()) return;
    report(position, "DMS_TRY is a statement expression: no co_await inside");
  }

  const SourceFile& file_;
  std::string_view code_;
  Findings& findings_;
};

}  // namespace

void check_coroutines(const SourceFile& file, Findings& findings) {
  if (file.is_cpp()) CoroutineChecker(file, findings).run();
}

}  // namespace dms::tidy
