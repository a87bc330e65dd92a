#include "web/api/conditional.h"

#include <algorithm>
#include <charconv>

namespace dms::web {

namespace {

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// "first-last", "first-" or "-suffix" against `size` bytes.
RangeDecision decide_spec(std::string_view spec, std::uint64_t size) {
  const auto dash = spec.find('-');
  if (dash == std::string_view::npos) return {};
  const std::string_view first_text = trimmed(spec.substr(0, dash));
  const std::string_view last_text = trimmed(spec.substr(dash + 1));
  const RangeDecision unsatisfiable{RangeDecision::Kind::unsatisfiable, {}};
  if (first_text.empty()) {
    const auto suffix = parse_number(last_text);
    if (!suffix) return {};
    if (*suffix == 0 || size == 0) return unsatisfiable;
    const std::uint64_t length = std::min(*suffix, size);
    return {RangeDecision::Kind::partial, {size - length, length}};
  }
  const auto first = parse_number(first_text);
  if (!first) return {};
  std::uint64_t last = size == 0 ? 0 : size - 1;
  if (!last_text.empty()) {
    const auto named = parse_number(last_text);
    if (!named || *named < *first) return {};
    last = std::min(last, *named);
  }
  if (*first >= size) return unsatisfiable;
  return {RangeDecision::Kind::partial, {*first, last - *first + 1}};
}

bool is_attribute_character(char c) {  // attr-char of RFC 8187
  if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
  return std::string_view("!#$&+-.^_`|~").find(c) != std::string_view::npos;
}

}  // namespace

std::string revision_etag(std::uint64_t revision) {
  return '"' + std::to_string(revision) + '"';
}

std::string content_etag(const Sha256Digest& digest) {
  return '"' + digest.hex() + '"';
}

Result<std::uint64_t> required_revision(const Request& request) {
  const auto header = request.headers.find("if-match");
  if (!header) {
    return fail(ErrorCode::precondition_required,
                "Für Änderungen ist die Kopfzeile If-Match mit dem ETag des gelesenen Standes "
                "nötig.",
                "Changes need the header If-Match with the ETag of the state that was read.");
  }
  const std::string_view tag = trimmed(*header);
  if (tag.size() < 3 || tag.front() != '"' || tag.back() != '"' ||
      tag.find('"', 1) != tag.size() - 1) {
    return fail(ErrorCode::invalid, "If-Match muss genau ein starkes ETag nennen.",
                "If-Match must name exactly one strong ETag.");
  }
  const auto revision = parse_number(tag.substr(1, tag.size() - 2));
  if (!revision) {
    return fail(ErrorCode::stale_version,
                "Das Objekt wurde inzwischen geändert. Bitte neu laden und erneut ändern.",
                "The object has changed since it was read. Read it again and repeat the change.");
  }
  return *revision;
}

RangeDecision decide_range(const Request& request, std::uint64_t size, std::string_view etag) {
  const auto header = request.headers.find("range");
  if (!header || request.headers.count("range") != 1 || request.method != Method::get) return {};
  const auto if_range = request.headers.find("if-range");
  if (if_range && *if_range != etag) return {};
  std::string_view value = trimmed(*header);
  if (!value.starts_with("bytes=")) return {};
  value.remove_prefix(6);
  if (value.find(',') != std::string_view::npos) return {};
  return decide_spec(trimmed(value), size);
}

std::string content_disposition(Disposition disposition, std::string_view file_name) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string fallback;
  std::string extended;
  for (const char c : file_name) {
    const auto octet = static_cast<unsigned char>(c);
    const bool plain = octet >= 0x20 && octet < 0x7f && c != '"' && c != '\\' && c != '%';
    if (plain) {
      fallback.push_back(c);
    } else if (octet < 0x80 || octet >= 0xc0) {
      fallback.push_back('_');  // one a character, not one a continuation byte
    }
    if (is_attribute_character(c)) {
      extended.push_back(c);
    } else {
      extended.push_back('%');
      extended.push_back(digits[octet >> 4U]);
      extended.push_back(digits[octet & 0xfU]);
    }
  }
  const std::string_view kind = disposition == Disposition::attachment ? "attachment" : "inline";
  return std::string(kind) + "; filename=\"" + fallback + "\"; filename*=UTF-8''" + extended;
}

}  // namespace dms::web
