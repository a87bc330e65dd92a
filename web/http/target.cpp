#include "web/http/target.h"

#include <algorithm>

#include "dms/base/text.h"
#include "web/http/ascii.h"

namespace dms::web {

namespace {

tl::unexpected<Refusal> bad_target(std::string_view en) {
  return refuse(400, "Die Adresse der Anfrage ist ungültig.", en);
}

constexpr bool is_one_of(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

// pchar without "%" (RFC 3986 §3.3).
constexpr bool is_path_character(char c) {
  return is_alpha(c) || is_digit(c) || is_one_of(c, "-._~!$&'()*+,;=:@");
}

constexpr bool is_query_character(char c) {
  // "[" and "]" are not of the grammar, but browsers' URL parsers leave them as they are.
  return is_path_character(c) || is_one_of(c, "/?[]");
}

// The byte of the escape at `text[at]` ("%41"), or nullopt.
std::optional<char> decode_escape(std::string_view text, std::size_t at) {
  if (text.size() < at + 3) return std::nullopt;
  const int high = hex_value(text[at + 1]);
  const int low = hex_value(text[at + 2]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<char>(high * 16 + low);
}

OrRefusal<std::string> decode_path(std::string_view raw) {
  std::string path;
  path.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    char c = raw[i];
    if (c == '%') {
      const auto byte = decode_escape(raw, i);
      if (!byte) return bad_target("The path has a broken percent-encoding.");
      c = *byte;
      if (c == '/' || c == '\\' || is_control(c)) {
        return bad_target("The path has an encoded slash, backslash or control character.");
      }
      i += 2;
    } else if (c != '/' && !is_path_character(c)) {
      return bad_target("The path has a character that must be percent-encoded.");
    }
    path.push_back(c);
  }
  if (!is_valid_utf8(path)) return bad_target("The path is not UTF-8.");
  return path;
}

OrRefusal<void> check_segments(std::string_view path) {
  std::string_view rest = path.substr(1);
  while (!rest.empty()) {
    const std::size_t slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    if (segment.empty() || segment == "." || segment == "..") {
      return bad_target("The path has an empty or dot segment.");
    }
    rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
  }
  return {};
}

OrRefusal<std::string> decode_query_part(std::string_view raw) {
  std::string part;
  part.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    char c = raw[i];
    if (c == '%') {
      const auto byte = decode_escape(raw, i);
      if (!byte || *byte == '\0') return bad_target("The query has a broken percent-encoding.");
      c = *byte;
      i += 2;
    } else if (c == '+') {
      c = ' ';
    } else if (!is_query_character(c)) {
      return bad_target("The query has a character that must be percent-encoded.");
    }
    part.push_back(c);
  }
  return part;
}

OrRefusal<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view raw) {
  std::vector<std::pair<std::string, std::string>> query;
  while (!raw.empty()) {
    const std::size_t end = std::min(raw.find('&'), raw.size());
    const std::string_view pair = raw.substr(0, end);
    raw.remove_prefix(std::min(end + 1, raw.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = decode_query_part(pair.substr(0, equals));
    if (!name) return tl::unexpected(name.error());
    if (!is_valid_utf8(*name)) return bad_target("The query is not UTF-8.");
    auto value = decode_query_part(pair.substr(std::min(equals + 1, pair.size())));
    if (!value) return tl::unexpected(value.error());
    // What somebody looks for may come from anywhere and is no reason to refuse.
    if (!is_valid_utf8(*value)) value = replace_ill_formed(*value);
    const bool is_repeated =
        std::ranges::any_of(query, [&](const auto& known) { return known.first == *name; });
    if (is_repeated) return bad_target("A query parameter is given twice.");
    if (query.size() == query_parameters_max) return bad_target("Too many query parameters.");
    query.emplace_back(std::move(*name), std::move(*value));
  }
  return query;
}

// Splits "https://authority/path" where `raw` has that form.
std::optional<std::pair<std::string_view, std::string_view>> split_absolute(std::string_view raw) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!ascii_equal(raw.substr(0, scheme.size()), scheme)) continue;
    const std::string_view rest = raw.substr(scheme.size());
    const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
    return std::pair{rest.substr(0, end), rest.substr(end)};
  }
  return std::nullopt;
}

bool is_port(std::string_view text) {
  return text.size() <= 5 && std::ranges::all_of(text, is_digit);
}

}  // namespace

OrRefusal<Target> parse_target(std::string_view raw) {
  Target target;
  if (raw == "*") {
    target.path = "*";
    return target;
  }
  if (const auto absolute = split_absolute(raw)) {
    target.authority = std::string(absolute->first);
    raw = absolute->second.empty() ? "/" : absolute->second;
  }
  if (raw.empty() || raw.front() != '/') return bad_target("The target must begin with a slash.");
  const std::size_t question = std::min(raw.find('?'), raw.size());
  auto path = decode_path(raw.substr(0, question));
  if (!path) return tl::unexpected(path.error());
  if (auto segments = check_segments(*path); !segments) return tl::unexpected(segments.error());
  auto query = parse_query(raw.substr(std::min(question + 1, raw.size())));
  if (!query) return tl::unexpected(query.error());
  target.path = std::move(*path);
  target.query = std::move(*query);
  return target;
}

OrRefusal<Authority> parse_authority(std::string_view text) {
  const auto bad = [] {
    return refuse(400, "Der Servername der Anfrage (Host) ist ungültig.",
                  "The Host of the request is not a host name.");
  };
  if (text.empty() || text.size() > 255 + 6) return bad();
  std::string_view host = text;
  std::string_view port;
  const bool is_bracketed = text.front() == '[';
  const std::size_t colon =
      text.find(':', is_bracketed ? std::min(text.find(']'), text.size()) : 0);
  if (colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    if (port.empty()) return bad();
  }
  if (!is_port(port)) return bad();
  if (is_bracketed) {
    if (host.size() < 4 || host.back() != ']') return bad();
    host = host.substr(1, host.size() - 2);
    const auto fits = [](char c) { return hex_value(c) >= 0 || c == ':' || c == '.'; };
    if (!std::ranges::all_of(host, fits)) return bad();
  } else {
    const auto fits = [](char c) { return is_alpha(c) || is_digit(c) || is_one_of(c, "-_."); };
    if (host.empty() || !std::ranges::all_of(host, fits)) return bad();
  }
  return Authority{to_ascii_lower(host), std::string(text)};
}

}  // namespace dms::web
