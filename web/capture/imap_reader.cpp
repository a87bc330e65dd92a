#include "web/capture/imap_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace dms::web {

namespace {

constexpr std::size_t read_bytes = 16U << 10U;  // as much as a TLS record brings

tl::unexpected<Error> no_response(std::string_view what) {
  return fail(operator_error(ErrorCode::corrupt, "IMAP: " + std::string(what)));
}

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

std::string upper(std::string_view text) {
  std::string all(text);
  std::transform(all.begin(), all.end(), all.begin(), [](char c) { return upper(c); });
  return all;
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The size of the literal that a line announces at its end: "{310}", "{310+}".
std::optional<std::uint64_t> literal_size(std::string_view line) {
  if (!line.ends_with('}')) return std::nullopt;
  const std::size_t open = line.rfind('{');
  if (open == std::string_view::npos) return std::nullopt;
  std::string_view digits = line.substr(open + 1, line.size() - open - 2);
  if (digits.ends_with('+')) digits.remove_suffix(1);
  return parse_number<std::uint64_t>(digits);
}

// Whether the literal at the end of the line is the whole of a mail.
bool announces_body(std::string_view line) {
  const std::string_view before = line.substr(0, line.rfind('{'));
  return upper(before.substr(before.size() < 7 ? 0 : before.size() - 7)) == "BODY[] ";
}

// Reads a FETCH response's list item by item.
class FetchItems {
 public:
  explicit FetchItems(std::string_view text) : rest_(text) {}

  // False at the end, or where it is none.
  bool next(std::string& name, std::string_view& value) {
    skip_blanks();
    if (rest_.empty() || rest_.front() == ')') return false;
    name = upper(take_name());
    skip_blanks();
    if (name.empty() || rest_.empty()) return false;
    value = take_value();
    return true;
  }

 private:
  void skip_blanks() {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
  }

  std::string_view take(std::size_t size) {
    const std::string_view part = rest_.substr(0, size);
    rest_.remove_prefix(part.size());
    return part;
  }

  // Up to a blank that is not within brackets: "BODY[HEADER.FIELDS (TO)]".
  std::string_view take_name() {
    std::size_t end = 0;
    bool in_brackets = false;
    for (; end < rest_.size() && (in_brackets || (rest_[end] != ' ' && rest_[end] != ')')); ++end) {
      if (rest_[end] == '[') in_brackets = true;
      if (rest_[end] == ']') in_brackets = false;
    }
    return take(end);
  }

  std::size_t end_of_quoted(std::size_t at) const {
    for (++at; at < rest_.size(); ++at) {
      if (rest_[at] == '\\') {
        ++at;
      } else if (rest_[at] == '"') {
        return at + 1;
      }
    }
    return rest_.size();
  }

  // A quoted text, a list in brackets, or a word.
  std::string_view take_value() {
    if (rest_.front() == '"') {
      const std::size_t end = std::min(end_of_quoted(0), rest_.size());
      const std::string_view quoted = take(end);
      return quoted.size() < 2 ? std::string_view() : quoted.substr(1, quoted.size() - 2);
    }
    if (rest_.front() != '(') return take(std::min(rest_.find_first_of(" )"), rest_.size()));
    std::size_t depth = 0;
    for (std::size_t at = 0; at < rest_.size();) {
      if (rest_[at] == '"') {
        at = end_of_quoted(at);
        continue;
      }
      if (rest_[at] == '(') ++depth;
      if (rest_[at] == ')' && --depth == 0) return take(at + 1);
      ++at;
    }
    return take(rest_.size());
  }

  std::string_view rest_;
};

// "digits digits:digits" and the like: the number in `text` at `at`, of `size` digits.
std::optional<int> digits_at(std::string_view text, std::size_t at, std::size_t size) {
  if (text.size() < at + size) return std::nullopt;
  std::string_view part = text.substr(at, size);
  if (part.starts_with(' ')) part.remove_prefix(1);
  return parse_number<int>(part);
}

}  // namespace

Result<void> ImapReader::fill() {
  if (begin_ == buffer_.size()) {
    buffer_.clear();
    begin_ = 0;
  }
  const std::size_t before = buffer_.size();
  buffer_.resize(before + read_bytes);
  const auto got = source_.read(std::span(buffer_).subspan(before));
  buffer_.resize(before + (got ? *got : 0));
  if (!got) return fail(got.error());
  if (*got == 0) {
    return fail(operator_error(ErrorCode::unavailable, "IMAP: the server ended the connection"));
  }
  return {};
}

Result<void> ImapReader::read_line(std::string& line) {
  for (std::size_t looked_at = begin_;;) {
    const std::size_t end = buffer_.find('\n', looked_at);
    if (end != std::string::npos) {
      std::size_t size = end - begin_;
      if (size > 0 && buffer_[end - 1] == '\r') --size;
      line.append(buffer_, begin_, size);
      begin_ = end + 1;
      return line.size() > line_bytes_max ? no_response("a line is too long") : Result<void>();
    }
    if (line.size() + buffer_.size() - begin_ > line_bytes_max) {
      return no_response("a line is too long");
    }
    const std::size_t waiting = buffer_.size() - begin_;
    DMS_TRY(fill());
    looked_at = begin_ + waiting;
  }
}

Result<void> ImapReader::read_literal(std::uint64_t size, const ImapBody* body) {
  if (body != nullptr && size > body->bytes_max) {
    return fail(operator_error(ErrorCode::too_large, "IMAP: the message is too large"));
  }
  if (body == nullptr && size > dropped_literal_bytes_max) {
    return no_response("a literal that nobody asked for");
  }
  while (size > 0) {
    if (begin_ == buffer_.size()) DMS_TRY(fill());
    const std::size_t part =
        static_cast<std::size_t>(std::min<std::uint64_t>(size, buffer_.size() - begin_));
    if (body != nullptr) DMS_TRY(body->take(std::string_view(buffer_).substr(begin_, part)));
    begin_ += part;
    size -= part;
  }
  return {};
}

Result<ImapResponse> ImapReader::next(const ImapBody* body) {
  std::string text;
  DMS_TRY(read_line(text));
  for (auto size = literal_size(text); size; size = literal_size(text)) {
    const ImapBody* const taker = body != nullptr && announces_body(text) ? body : nullptr;
    DMS_TRY(read_literal(*size, taker));
    text += ' ';  // so that an empty rest does not announce it again
    DMS_TRY(read_line(text));
  }
  const std::size_t blank = text.find(' ');
  if (blank == 0 || (blank == std::string::npos && text != "+")) {
    return no_response("no response");
  }
  if (blank == std::string::npos) return ImapResponse{text, ""};
  return ImapResponse{text.substr(0, blank), text.substr(blank + 1)};
}

std::optional<std::vector<std::uint32_t>> parse_search(std::string_view text) {
  constexpr std::string_view name = "SEARCH";
  if (upper(text.substr(0, name.size())) != name) return std::nullopt;
  text.remove_prefix(name.size());
  std::vector<std::uint32_t> uids;
  while (!text.empty()) {
    if (!text.starts_with(' ')) return std::nullopt;
    text.remove_prefix(1);
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end == 0 || text.starts_with('(')) return uids;  // a blank at the end, (MODSEQ …)
    const auto uid = parse_number<std::uint32_t>(text.substr(0, end));
    if (!uid || *uid == 0) return std::nullopt;
    uids.push_back(*uid);
    text.remove_prefix(end);
  }
  return uids;
}

std::string response_code(std::string_view text) {
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos || !text.substr(blank + 1).starts_with('[')) return {};
  const std::string_view inner = text.substr(blank + 2);
  const std::size_t end = inner.find(']');
  return end == std::string_view::npos ? std::string() : upper(inner.substr(0, end));
}

std::optional<std::uint32_t> parse_uid_validity(std::string_view text) {
  constexpr std::string_view name = "UIDVALIDITY ";
  if (upper(text.substr(0, 3)) != "OK ") return std::nullopt;
  const std::string code = response_code(text);
  if (!code.starts_with(name)) return std::nullopt;
  return parse_number<std::uint32_t>(std::string_view(code).substr(name.size()));
}

std::optional<ImapFetched> parse_fetch(std::string_view text) {
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos || !parse_number<std::uint32_t>(text.substr(0, blank))) {
    return std::nullopt;
  }
  constexpr std::string_view name = "FETCH (";
  text.remove_prefix(blank + 1);
  if (upper(text.substr(0, name.size())) != name) return std::nullopt;
  FetchItems items(text.substr(name.size()));
  ImapFetched fetched;
  std::string item;
  std::string_view value;
  while (items.next(item, value)) {
    if (item == "UID") fetched.uid = parse_number<std::uint32_t>(value);
    if (item == "RFC822.SIZE") fetched.size = parse_number<std::uint64_t>(value);
    if (item == "INTERNALDATE") fetched.internal_date = parse_internal_date(value);
    if (item == "BODY[]") fetched.has_body = true;
  }
  return fetched;
}

std::optional<Instant> parse_internal_date(std::string_view text) {
  static constexpr std::array<std::string_view, 12> months = {
      "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
  if (text.size() != 26 || text[2] != '-' || text[6] != '-' || text[11] != ' ' || text[14] != ':' ||
      text[17] != ':' || text[20] != ' ' || (text[21] != '+' && text[21] != '-')) {
    return std::nullopt;
  }
  const auto month = std::find(months.begin(), months.end(), upper(text.substr(3, 3)));
  const auto day = digits_at(text, 0, 2);
  const auto year = digits_at(text, 7, 4);
  const auto hour = digits_at(text, 12, 2);
  const auto minute = digits_at(text, 15, 2);
  const auto second = digits_at(text, 18, 2);
  const auto zone_hour = digits_at(text, 22, 2);
  const auto zone_minute = digits_at(text, 24, 2);
  if (month == months.end() || !day || !year || !hour || !minute || !second || !zone_hour ||
      !zone_minute || *year < 1 || *hour > 23 || *minute > 59 || *second > 60 || *hour < 0 ||
      *minute < 0 || *second < 0 || *zone_hour < 0 || *zone_minute < 0) {
    return std::nullopt;
  }
  const auto month_number = static_cast<unsigned>(month - months.begin()) + 1;
  const Date date{std::chrono::year(*year), std::chrono::month(month_number),
                  std::chrono::day(static_cast<unsigned>(std::max(*day, 0)))};
  if (!date.ok()) return std::nullopt;
  const std::chrono::minutes zone{(*zone_hour * 60 + *zone_minute) * (text[21] == '-' ? -1 : 1)};
  return Instant(std::chrono::sys_days(date) + std::chrono::hours(*hour) +
                 std::chrono::minutes(*minute) + std::chrono::seconds(*second) - zone);
}

namespace {

// One run of what is not printable ASCII, in the base64 of RFC 3501 over UTF-16.
class Utf7Run {
 public:
  void add(std::uint32_t code_point) {
    if (code_point >= 0x10000U) {
      add_unit(0xD800U + ((code_point - 0x10000U) >> 10U));
      add_unit(0xDC00U + ((code_point - 0x10000U) & 0x3FFU));
    } else {
      add_unit(code_point);
    }
  }
  bool empty() const { return text_.empty() && bits_ == 0; }
  std::string take() {
    if (bits_ > 0) add_sextet(waiting_ << (6 - bits_));
    bits_ = 0;
    waiting_ = 0;
    return "&" + std::exchange(text_, {}) + "-";
  }

 private:
  void add_unit(std::uint32_t unit) {
    waiting_ = (waiting_ << 16U) | unit;
    bits_ += 16;
    while (bits_ >= 6) {
      bits_ -= 6;
      add_sextet(waiting_ >> bits_);
    }
    waiting_ &= (1U << bits_) - 1U;
  }
  void add_sextet(std::uint32_t sextet) {
    static constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";
    text_ += alphabet[sextet & 0x3FU];
  }

  std::string text_;
  std::uint32_t waiting_ = 0;
  unsigned bits_ = 0;
};

// The next code point of well-formed UTF-8.
std::uint32_t take_code_point(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = first < 0x80U ? 1 : first < 0xE0U ? 2 : first < 0xF0U ? 3 : 4;
  std::uint32_t code_point = size == 1 ? first : first & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < std::min(size, text.size()); ++i) {
    code_point = (code_point << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  text.remove_prefix(std::min(size, text.size()));
  return code_point;
}

}  // namespace

std::string quoted_mailbox(std::string_view name) {
  std::string sent = "\"";
  Utf7Run run;
  while (!name.empty()) {
    const std::uint32_t code_point = take_code_point(name);
    if (code_point < 0x20U || code_point > 0x7EU) {
      run.add(code_point);
      continue;
    }
    if (!run.empty()) sent += run.take();
    const char c = static_cast<char>(code_point);
    if (c == '&') {
      sent += "&-";
    } else {
      if (c == '"' || c == '\\') sent += '\\';
      sent += c;
    }
  }
  if (!run.empty()) sent += run.take();
  return sent + "\"";
}

}  // namespace dms::web
