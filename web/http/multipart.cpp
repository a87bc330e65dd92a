#include "web/http/multipart.h"

#include <algorithm>
#include <utility>

#include "dms/base/text.h"
#include "web/http/ascii.h"
#include "web/http/media_type.h"

namespace dms::web {

namespace {

tl::unexpected<Error> bad_body(std::string_view en) {
  return fail(ErrorCode::invalid,
              "Der hochgeladene Formularinhalt (multipart/form-data) ist ungültig.", en);
}

bool is_boundary_character(char c) {
  return is_alpha(c) || is_digit(c) ||
         std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
}

std::string decode_browser_escapes(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string_view escape = value.substr(i, 3);
    if (escape == "%22") {
      out.push_back('"');
    } else if (ascii_equal(escape, "%0D")) {
      out.push_back('\r');
    } else if (ascii_equal(escape, "%0A")) {
      out.push_back('\n');
    } else {
      out.push_back(value[i]);
      continue;
    }
    i += 2;
  }
  return out;
}

// RFC 8187: UTF-8'language'percent-encoded. Only UTF-8 is understood.
Result<std::string> decode_extended_value(std::string_view value) {
  const std::size_t first = value.find('\'');
  const std::size_t second = first == std::string_view::npos ? first : value.find('\'', first + 1);
  if (second == std::string_view::npos || !ascii_equal(value.substr(0, first), "utf-8")) {
    return bad_body("filename* is not in UTF-8.");
  }
  std::string out;
  for (std::size_t i = second + 1; i < value.size(); ++i) {
    if (value[i] != '%') {
      out.push_back(value[i]);
      continue;
    }
    const int high = i + 2 < value.size() ? hex_value(value[i + 1]) : -1;
    const int low = i + 2 < value.size() ? hex_value(value[i + 2]) : -1;
    if (high < 0 || low < 0) return bad_body("filename* has a broken percent-encoding.");
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  if (!is_valid_utf8(out)) return bad_body("filename* is not UTF-8.");
  return out;
}

Result<void> read_disposition(std::string_view value, PartHead& head) {
  const auto disposition = parse_parameterised(value);
  if (!disposition || !ascii_equal(disposition->value, "form-data")) {
    return bad_body("A part's Content-Disposition is not form-data.");
  }
  const auto name = disposition->find("name");
  if (!name || name->empty()) return bad_body("A part has no name.");
  head.name = decode_browser_escapes(*name);
  if (const auto extended = disposition->find("filename*")) {
    head.file_name = DMS_TRY(decode_extended_value(*extended));
  } else if (const auto plain = disposition->find("filename")) {
    head.file_name = decode_browser_escapes(*plain);
  }
  return {};
}

}  // namespace

Result<std::string> multipart_boundary(std::string_view content_type) {
  const auto type = parse_parameterised(content_type);
  if (!type || !ascii_equal(type->value, "multipart/form-data")) {
    return fail(ErrorCode::unsupported, "Erwartet wird multipart/form-data.",
                "multipart/form-data is expected.");
  }
  const auto boundary = type->find("boundary");
  if (!boundary || boundary->empty() || boundary->size() > boundary_bytes_max ||
      boundary->back() == ' ' || !std::ranges::all_of(*boundary, is_boundary_character)) {
    return bad_body("The boundary of multipart/form-data is missing or malformed.");
  }
  return std::string(*boundary);
}

Result<PartHead> parse_part_head(std::string_view lines) {
  PartHead head;
  bool has_disposition = false;
  bool has_type = false;
  while (!lines.empty()) {
    const std::size_t end = lines.find("\r\n");
    if (end == std::string_view::npos) return bad_body("A part's header line has no end.");
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(end + 2);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 ||
        !std::ranges::all_of(line.substr(0, colon), is_token_character)) {
      return bad_body("A part's header line has no name.");
    }
    const auto is_bad = [](char c) { return is_control(c) && c != '\t'; };
    if (std::ranges::any_of(line, is_bad))
      return bad_body("A part's header has a control character.");
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trim_blanks(line.substr(colon + 1));
    if (ascii_equal(name, "Content-Disposition")) {
      if (std::exchange(has_disposition, true)) return bad_body("Content-Disposition is repeated.");
      DMS_TRY(read_disposition(value, head));
    } else if (ascii_equal(name, "Content-Type")) {
      if (std::exchange(has_type, true)) return bad_body("A part's Content-Type is repeated.");
      head.media_type = value;
    } else if (ascii_equal(name, "Content-Transfer-Encoding") && !ascii_equal(value, "binary") &&
               !ascii_equal(value, "8bit") && !ascii_equal(value, "7bit")) {
      return bad_body("Content-Transfer-Encoding is not for HTTP (RFC 7578, section 4.7).");
    }
  }
  if (!has_disposition) return bad_body("A part has no Content-Disposition.");
  return head;
}

MultipartParser::MultipartParser(std::string_view boundary, PartHandler handler)
    : delimiter_("\r\n--" + std::string(boundary)), handler_(std::move(handler)) {}

Result<void> MultipartParser::feed(std::string_view block) {
  std::string joined;
  std::string_view bytes = block;
  if (!carry_.empty()) {
    joined = std::move(carry_);
    joined += block;
    bytes = joined;
  }
  while (DMS_TRY(step(bytes))) {
  }
  carry_ = std::string(bytes);
  return {};
}

Result<void> MultipartParser::finish() const {
  const bool is_whole = state_ == State::epilogue && carry_.empty();
  if (!is_whole) return bad_body("The body ends before its closing boundary.");
  return {};
}

Result<bool> MultipartParser::step(std::string_view& bytes) {
  if (bytes.empty()) return false;
  switch (state_) {
    case State::first_boundary:
      return read_first_boundary(bytes);
    case State::after_boundary:
      return read_after_boundary(bytes);
    case State::head:
      return read_head(bytes);
    case State::data:
      return read_data(bytes);
    case State::epilogue:
      return read_epilogue(bytes);
  }
  return false;
}

Result<bool> MultipartParser::read_first_boundary(std::string_view& bytes) {
  const std::string_view expected = std::string_view(delimiter_).substr(2);  // without CRLF
  const std::size_t size = std::min(bytes.size(), expected.size());
  if (bytes.substr(0, size) != expected.substr(0, size)) {
    return bad_body("The body does not begin with its boundary.");
  }
  if (size < expected.size()) return false;
  bytes.remove_prefix(size);
  state_ = State::after_boundary;
  return true;
}

Result<bool> MultipartParser::read_after_boundary(std::string_view& bytes) {
  if (bytes.size() < 2) return false;
  const std::string_view mark = bytes.substr(0, 2);
  bytes.remove_prefix(2);
  if (mark == "--") {
    state_ = State::epilogue;
    return true;
  }
  if (mark != "\r\n") return bad_body("A boundary is followed by neither CRLF nor --.");
  if (++parts_ > parts_max) return bad_body("The body has too many parts.");
  state_ = State::head;
  return true;
}

Result<bool> MultipartParser::read_head(std::string_view& bytes) {
  const std::size_t end = bytes.substr(0, part_head_bytes_max).find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (bytes.size() >= part_head_bytes_max) return bad_body("A part's header is too long.");
    return false;
  }
  PartHead head = DMS_TRY(parse_part_head(bytes.substr(0, end + 2)));
  bytes.remove_prefix(end + 4);
  state_ = State::data;
  DMS_TRY(handler_.begin(std::move(head)));
  return true;
}

Result<bool> MultipartParser::read_data(std::string_view& bytes) {
  const std::size_t found = bytes.find(delimiter_);
  if (found != std::string_view::npos) {
    if (found > 0) DMS_TRY(handler_.data(bytes.substr(0, found)));
    bytes.remove_prefix(found + delimiter_.size());
    DMS_TRY(handler_.end());
    state_ = State::after_boundary;
    return true;
  }
  // The end may be the beginning of a delimiter: keep it for the next block.
  std::size_t keep_from = bytes.size() - std::min(bytes.size(), delimiter_.size() - 1);
  for (;; ++keep_from) {
    keep_from = std::min(bytes.find('\r', keep_from), bytes.size());
    if (std::string_view(delimiter_).starts_with(bytes.substr(keep_from))) break;
  }
  if (keep_from > 0) DMS_TRY(handler_.data(bytes.substr(0, keep_from)));
  bytes.remove_prefix(keep_from);
  return false;
}

Result<bool> MultipartParser::read_epilogue(std::string_view& bytes) {
  // Only the line end that clients put after the closing boundary.
  static constexpr std::string_view line_end = "\r\n";
  for (const char c : bytes) {
    if (epilogue_bytes_ == line_end.size() || c != line_end[epilogue_bytes_]) {
      return bad_body("There are bytes after the closing boundary.");
    }
    ++epilogue_bytes_;
  }
  bytes = {};
  return false;
}

}  // namespace dms::web
