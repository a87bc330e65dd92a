#include "web/http/media_type.h"

#include <algorithm>

#include "web/http/ascii.h"

namespace dms::web {

namespace {

constexpr std::size_t parameters_max = 16;

// Takes a quoted string from the front of `text`, which begins with its quote.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string out;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      text.remove_prefix(i + 1);
      return out;
    }
    const bool is_escape =
        c == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\');
    if (is_escape) ++i;
    out.push_back(text[i]);
  }
  return std::nullopt;
}

std::string take_token(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && text[size] != ';' && text[size] != ' ' && text[size] != '\t' &&
         text[size] != '"') {
    ++size;
  }
  std::string out(text.substr(0, size));
  text.remove_prefix(size);
  return out;
}

}  // namespace

std::optional<std::string_view> Parameterised::find(std::string_view name) const {
  for (const auto& [known, value_of] : parameters) {
    if (known == name) return value_of;
  }
  return std::nullopt;
}

std::optional<Parameterised> parse_parameterised(std::string_view text) {
  Parameterised result;
  std::size_t end = std::min(text.find(';'), text.size());
  result.value = trim_blanks(text.substr(0, end));
  if (result.value.empty()) return std::nullopt;
  text.remove_prefix(end);
  while (!text.empty()) {
    if (text.front() != ';') return std::nullopt;
    text = trim_blanks(text.substr(1));
    if (text.empty()) break;  // a trailing semicolon is common and harmless
    end = text.find('=');
    if (end == std::string_view::npos || end == 0) return std::nullopt;
    std::string name = to_ascii_lower(text.substr(0, end));
    if (!std::ranges::all_of(name, is_token_character)) return std::nullopt;
    text.remove_prefix(end + 1);
    std::optional<std::string> value;
    if (!text.empty() && text.front() == '"') {
      value = take_quoted(text);
    } else {
      value = take_token(text);
      if (value->empty()) value.reset();
    }
    if (!value || result.find(name) || result.parameters.size() == parameters_max) {
      return std::nullopt;
    }
    result.parameters.emplace_back(std::move(name), std::move(*value));
    text = trim_blanks(text);
  }
  return result;
}

bool is_media_type(std::string_view content_type, std::string_view expected) {
  const auto type = parse_parameterised(content_type);
  if (!type || !ascii_equal(type->value, expected)) return false;
  const auto charset = type->find("charset");
  return !charset || ascii_equal(*charset, "utf-8");
}

}  // namespace dms::web
