#include "dms/exchange/json_text.h"

#include "dms/base/id.h"

namespace dms::exchange {

namespace {

constexpr std::size_t uuid_characters = 36;

// The end of the string that begins at `at` with its quote.
std::size_t end_of_string(std::string_view json, std::size_t at) {
  for (std::size_t i = at + 1; i < json.size(); ++i) {
    if (json[i] == '\\') {
      ++i;
    } else if (json[i] == '"') {
      return i + 1;
    }
  }
  return json.size();
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

}  // namespace

std::string indented_json(std::string_view json) {
  std::string out;
  std::size_t depth = 0;
  const auto new_line = [&] { out.append("\n").append(2 * depth, ' '); };
  for (std::size_t i = 0; i < json.size();) {
    const char c = json[i];
    if (c == '"') {
      const std::size_t end = end_of_string(json, i);
      out.append(json.substr(i, end - i));
      i = end;
      continue;
    }
    ++i;
    if (is_blank(c)) continue;
    const bool is_closing = c == '}' || c == ']';
    if (is_closing && depth > 0) --depth;
    if (is_closing && out.back() != '{' && out.back() != '[') new_line();
    out.push_back(c);
    if (c == ':') out.push_back(' ');
    if (c == '{' || c == '[') ++depth;
    const char next = i < json.size() ? json[i] : '\0';
    if ((c == '{' || c == '[') && next != '}' && next != ']') new_line();
    if (c == ',') new_line();
  }
  return out.append("\n");
}

void for_each_uuid(std::string_view text, const std::function<void(std::string_view)>& see) {
  for (std::size_t i = 0; i + uuid_characters <= text.size();) {
    const std::string_view candidate = text.substr(i, uuid_characters);
    if (candidate[8] == '-' && candidate[13] == '-' && parse_uuid(candidate)) {
      see(candidate);
      i += uuid_characters;
    } else {
      ++i;
    }
  }
}

}  // namespace dms::exchange
