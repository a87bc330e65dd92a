#include "web/http/framing.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "web/http/ascii.h"

namespace dms::web {

namespace {

tl::unexpected<Refusal> malformed(std::string_view en) {
  return refuse(400, "Die Anfrage ist kein gültiges HTTP.", en);
}

// Digits only: no sign, no blanks, no list.
std::optional<std::uint64_t> parse_length(std::string_view text) {
  if (text.empty() || text.size() > 19 || !std::ranges::all_of(text, is_digit)) return {};
  std::uint64_t value = 0;
  for (const char c : text) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return {};
  return value;
}

bool lists_token(const Headers& headers, std::string_view name, std::string_view token) {
  for (const auto& [known, value] : headers.all()) {
    if (!ascii_equal(known, name)) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      if (ascii_equal(trim_blanks(rest.substr(0, comma)), token)) return true;
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return false;
}

OrRefusal<void> check_limits(const Head& head) {
  if (head.target.size() > target_bytes_max) {
    return refuse(414, "Die Adresse ist zu lang.", "The request target is too long.");
  }
  if (head.headers.all().size() > head_fields_max) {
    return refuse(431, "Die Anfrage hat zu viele Kopffelder.",
                  "The request has too many header fields.");
  }
  return {};
}

OrRefusal<void> check_body(const Head& head, Framing& framing) {
  const std::size_t lengths = head.headers.count("Content-Length");
  const std::size_t encodings = head.headers.count("Transfer-Encoding");
  if (lengths > 0 && encodings > 0) {
    return malformed("Content-Length and Transfer-Encoding exclude each other.");
  }
  if (encodings > 0) {
    if (head.version < 11) return malformed("HTTP/1.0 has no Transfer-Encoding.");
    if (encodings > 1 || !ascii_equal(*head.headers.find("Transfer-Encoding"), "chunked")) {
      return malformed("The only Transfer-Encoding understood is chunked.");
    }
    framing.body = Framing::Body::chunked;
  }
  if (lengths > 0) {
    if (lengths > 1) return malformed("Content-Length is repeated.");
    const auto length = parse_length(*head.headers.find("Content-Length"));
    if (!length) return malformed("Content-Length is not a number.");
    framing.has_content_length = true;
    framing.content_length = *length;
    if (*length > 0) framing.body = Framing::Body::length;
  }
  return {};
}

}  // namespace

HeadEnd find_head_end(std::string_view bytes, std::size_t looked_at) {
  using State = HeadEnd::State;
  const std::size_t end = std::min(bytes.size(), head_bytes_max);
  for (std::size_t i = looked_at; i < end; ++i) {
    const char c = bytes[i];
    if (!is_control(c)) continue;
    if (c == '\t') {
      if (i == 0 || bytes[i - 1] == '\n') return {State::malformed, i};
      continue;
    }
    if (c == '\r') {
      if (i == 0) return {State::malformed, i};
      // What follows is not there yet: look at this byte again.
      if (i + 1 == end) {
        return {bytes.size() > end ? State::too_large : State::incomplete, i};
      }
      if (bytes[i + 1] != '\n') return {State::malformed, i};
      continue;
    }
    if (c != '\n' || i == 0 || bytes[i - 1] != '\r') return {State::malformed, i};
    if (i >= 3 && bytes[i - 2] == '\n') return {State::complete, i + 1};
    if (i + 1 < end && (bytes[i + 1] == ' ' || bytes[i + 1] == '\t')) {
      return {State::malformed, i};
    }
  }
  if (bytes.size() >= head_bytes_max) return {State::too_large, end};
  // A line that begins with a blank shows only together with the LF before it.
  const bool ends_line = end > 0 && bytes[end - 1] == '\n';
  return {State::incomplete, ends_line ? end - 1 : end};
}

Refusal refusal_of(HeadEnd::State state) {
  if (state == HeadEnd::State::too_large) {
    return {431,
            {"Die Kopffelder der Anfrage sind zu lang.", "The request's header is too large."}};
  }
  return malformed("The request's header is malformed.").value();
}

OrRefusal<Framing> check_framing(const Head& head) {
  if (head.version != 10 && head.version != 11) {
    return refuse(505, "Diese HTTP-Version wird nicht unterstützt.",
                  "This version of HTTP is not supported.");
  }
  if (auto limits = check_limits(head); !limits) return tl::unexpected(limits.error());
  if (head.headers.count("Host") != 1) {
    return malformed("There must be exactly one Host field.");
  }
  Framing framing;
  if (auto body = check_body(head, framing); !body) return tl::unexpected(body.error());

  const auto expect = head.headers.find("Expect");
  if (expect && head.version >= 11) {
    if (!ascii_equal(*expect, "100-continue") || head.headers.count("Expect") > 1) {
      return refuse(417, "Diese Erwartung (Expect) wird nicht erfüllt.",
                    "This expectation (Expect) is not met.");
    }
    framing.expects_continue = framing.body != Framing::Body::none;
  }
  framing.keep_alive = head.version >= 11 ? !lists_token(head.headers, "Connection", "close")
                                          : lists_token(head.headers, "Connection", "keep-alive");
  return framing;
}

}  // namespace dms::web
