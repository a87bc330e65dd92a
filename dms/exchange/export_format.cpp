#include "dms/exchange/export_format.h"

#include <fmt/format.h>

#include <algorithm>

#include "dms/base/bytes.h"
#include "dms/base/json_codec.h"
#include "dms/base/text.h"

namespace dms::exchange {

namespace {

constexpr std::size_t path_bytes_max = 4000;
constexpr std::size_t digest_characters = 64;

tl::unexpected<Error> no_line(std::string_view what) {
  Error error = make_error(ErrorCode::invalid, "Eine Zeile des Exports ist nicht lesbar.",
                           "A line of the export cannot be read.");
  error.hint = what;
  return fail(std::move(error));
}

// JSON can stand in a line as it is where it has no line of its own and is JSON.
bool fits_a_line(std::string_view json) {
  return json.find_first_of("\r\n") == std::string_view::npos && !json.empty() &&
         check_json(json, JsonProfile::record).has_value();
}

// Ends the line with `bytes` as JSON under `name`, or else encoded under `name`_bytes.
void append_value(std::string& line, std::string_view name, std::string_view bytes) {
  if (fits_a_line(bytes)) {
    line.append(fmt::format("\"{}\":{}}}", name, bytes));
  } else {
    line.append(fmt::format("\"{}_bytes\":\"{}\"}}", name, to_base64url(bytes)));
  }
}

// Takes a line apart from left to right.
class Line {
 public:
  explicit Line(std::string_view text) : rest_(text) {}

  bool take(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  // Up to the next quote, which is taken, too.
  std::optional<std::string_view> take_quoted() {
    const std::size_t end = rest_.find('"');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return text;
  }
  // What append_value() wrote.
  std::optional<std::string> take_value(std::string_view name) {
    if (take(fmt::format("\"{}\":", name))) {
      if (!rest_.ends_with('}')) return std::nullopt;
      const std::string_view json = rest_.substr(0, rest_.size() - 1);
      return fits_a_line(json) ? std::optional<std::string>(json) : std::nullopt;
    }
    if (!take(fmt::format("\"{}_bytes\":\"", name))) return std::nullopt;
    const auto text = take_quoted();
    if (!text || rest_ != "}") return std::nullopt;
    std::optional<std::string> bytes = from_base64url(*text);
    return bytes && !fits_a_line(*bytes) ? bytes : std::nullopt;
  }
  bool is_at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

bool is_table_name(std::string_view name) {
  return !name.empty() && name.size() <= 100 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// Lower-case hexadecimal, as it was written.
std::optional<std::string> strict_hex(std::string_view text) {
  std::optional<std::string> bytes = from_hex(text);
  return bytes && to_hex(*bytes) == text ? bytes : std::nullopt;
}

}  // namespace

std::string write_record_line(std::string_view table, std::string_view key,
                              std::string_view stored) {
  std::string line = fmt::format("{{\"table\":\"{}\",\"key\":\"{}\",", table, to_hex(key));
  append_value(line, "record", stored);
  return line;
}

std::string write_event_line(std::string_view envelope, std::optional<std::string_view> salt,
                             std::string_view detail) {
  std::string line = fmt::format("{{\"envelope\":\"{}\"", to_base64url(envelope));
  if (!salt) return line.append("}");
  line.append(fmt::format(",\"salt\":\"{}\",", to_hex(*salt)));
  append_value(line, "detail", detail);
  return line;
}

std::string write_read_line(std::string_view entry) {
  return fmt::format("{{\"entry\":\"{}\"}}", to_base64url(entry));
}

Result<RecordLine> parse_record_line(std::string_view text) {
  Line line(text);
  if (!line.take("{\"table\":\"")) return no_line("no table");
  const auto table = line.take_quoted();
  if (!table || !is_table_name(*table)) return no_line("no name of a table");
  if (!line.take(",\"key\":\"")) return no_line("no key");
  const auto key = line.take_quoted();
  std::optional<std::string> key_bytes = key ? strict_hex(*key) : std::nullopt;
  if (!key_bytes || !line.take(",")) return no_line("the key is not hexadecimal");
  std::optional<std::string> stored = line.take_value("record");
  if (!stored) return no_line("no record");
  return RecordLine{std::string(*table), std::move(*key_bytes), std::move(*stored)};
}

Result<EventLine> parse_event_line(std::string_view text) {
  Line line(text);
  if (!line.take("{\"envelope\":\"")) return no_line("no envelope");
  const auto encoded = line.take_quoted();
  std::optional<std::string> envelope = encoded ? from_base64url(*encoded) : std::nullopt;
  if (!envelope) return no_line("the envelope is not base64url");
  if (line.take("}")) {
    if (!line.is_at_end()) return no_line("something follows the envelope");
    return EventLine{std::move(*envelope), std::nullopt, {}};
  }
  if (!line.take(",\"salt\":\"")) return no_line("no salt");
  const auto hex = line.take_quoted();
  std::optional<std::string> salt = hex ? strict_hex(*hex) : std::nullopt;
  if (!salt || !line.take(",")) return no_line("the salt is not hexadecimal");
  std::optional<std::string> detail = line.take_value("detail");
  if (!detail) return no_line("no detail");
  return EventLine{std::move(*envelope), std::move(salt), std::move(*detail)};
}

Result<std::string> parse_read_line(std::string_view text) {
  Line line(text);
  const auto encoded = line.take("{\"entry\":\"") ? line.take_quoted() : std::nullopt;
  std::optional<std::string> entry = encoded ? from_base64url(*encoded) : std::nullopt;
  if (!entry || !line.take("}") || !line.is_at_end()) return no_line("no entry of reads");
  return std::move(*entry);
}

std::string write_checksum_line(const ChecksumLine& line) {
  return fmt::format("{} *{}", line.sha256.hex(), line.file);
}

Result<ChecksumLine> parse_checksum_line(std::string_view line) {
  const auto digest = Sha256Digest::from_hex(line.substr(0, digest_characters));
  if (!digest || digest->hex() != line.substr(0, digest_characters)) return no_line("no SHA-256");
  line.remove_prefix(digest_characters);
  if (!line.starts_with(" *") && !line.starts_with("  ")) return no_line("no file name");
  line.remove_prefix(2);
  if (!is_path_below(line)) return no_line("no path below the export's folder");
  return ChecksumLine{*digest, std::string(line)};
}

bool is_path_below(std::string_view path) {
  if (path.empty() || path.size() > path_bytes_max || !is_valid_utf8(path)) return false;
  const auto is_bad = [](char c) {
    return static_cast<unsigned char>(c) < 0x20U || c == '\x7f' || c == '\\';
  };
  if (std::any_of(path.begin(), path.end(), is_bad)) return false;
  while (true) {
    const std::size_t end = path.find('/');
    const std::string_view name = path.substr(0, end);
    if (name.empty() || name == "." || name == ".." || name.size() > 255) return false;
    if (end == std::string_view::npos) return true;
    path.remove_prefix(end + 1);
  }
}

}  // namespace dms::exchange
