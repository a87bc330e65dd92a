#pragma once

// Header values of the form  value; name=token; name="quoted string"  (Content-Type,
// Content-Disposition). Pure functions.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dms::web {

struct Parameterised {
  std::string value;                                            // as sent, without blanks
  std::vector<std::pair<std::string, std::string>> parameters;  // names in lower case, unquoted
  std::optional<std::string_view> find(std::string_view name) const;
};

// nullopt for what is not of that form or names a parameter twice. In quoted strings \" and \\ are
// unescaped; any other backslash is taken literally, as browsers send it.
std::optional<Parameterised> parse_parameterised(std::string_view text);

// Whether `content_type` is `expected` ("application/json"), its charset, if any, UTF-8.
bool is_media_type(std::string_view content_type, std::string_view expected);

}  // namespace dms::web
