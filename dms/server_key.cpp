#include "dms/server_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "dms/base/aead.h"
#include "dms/base/bytes.h"
#include "dms/base/digest.h"
#include "dms/key_file.h"

namespace dms {

namespace {

// FOR EVER: what the derived values are for.
constexpr std::string_view wrapping_purpose = "aktenwerk content key wrapping 1";
constexpr std::string_view fingerprint_purpose = "aktenwerk server key fingerprint 1";

constexpr std::size_t rows = 8;
constexpr std::size_t row_bytes = key_file_key_bytes / rows;
constexpr std::size_t total_check_bytes = 4;

// What tells that a row was typed as it stands there, and in its place.
std::string row_check(std::size_t row, std::string_view bytes) {
  return std::string(sha256(fmt::format("row {} ", row).append(bytes)).raw().substr(0, 1));
}

std::string total_check(std::string_view key) {
  return std::string(
      sha256(std::string("server key ").append(key)).raw().substr(0, total_check_bytes));
}

std::string in_groups(std::string_view bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 2) {
    if (at > 0) text += ' ';
    text += to_hex(bytes.substr(at, 2));
  }
  return text;
}

// "label: digits" without spaces, in lower case; both empty for a line that does not matter.
struct TypedLine {
  std::string label;
  std::string digits;
};

TypedLine parse_line(std::string_view line) {
  std::string text;
  for (const char c : line) {
    if (std::isspace(static_cast<unsigned char>(c)) == 0) {
      text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  if (text.empty() || text.front() == '#') return {};
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return {std::move(text), ""};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

Error unsound(std::string where) {
  Error error =
      make_error(ErrorCode::invalid, "Das ist nicht der ganze Schlüssel, oder er ist vertippt.",
                 "This is not the whole key, or it is mistyped.");
  error.fields.push_back({std::move(where), {"stimmt nicht", "does not fit"}});
  return error;
}

// The bytes of row `row` where its check fits.
std::optional<std::string> row_of(std::string_view digits, std::size_t row) {
  const auto bytes = from_hex(digits);
  if (!bytes || bytes->size() != row_bytes + 1) return std::nullopt;
  std::string key_part = bytes->substr(0, row_bytes);
  if (row_check(row, key_part) != bytes->substr(row_bytes)) return std::nullopt;
  return key_part;
}

}  // namespace

ServerKey::ServerKey(Secret key)
    : key_(std::move(key)),
      wrapping_(hkdf_sha256(key_, "", wrapping_purpose, aead_key_bytes)),
      fingerprint_(hkdf_sha256(key_, "", fingerprint_purpose, fingerprint_bytes).expose()) {}

std::string fingerprint_text(std::string_view fingerprint) {
  return in_groups(fingerprint);
}

std::string default_server_key_file(const std::string& data_folder) {
  return data_folder + "/keys/server.key";
}

std::string next_server_key_file(const std::string& server_key_file) {
  return server_key_file + ".next";
}

Result<std::vector<ServerKey>> load_server_keys(const std::string& file) {
  std::vector<ServerKey> keys;
  for (const std::string& path : {file, next_server_key_file(file)}) {
    if (auto key = DMS_TRY(read_key_file(path))) keys.emplace_back(std::move(*key));
  }
  return keys;
}

Secret escrow_text(const ServerKey& key) {
  const std::string_view bytes = key.key().expose();
  std::string text;
  for (std::size_t row = 1; row <= rows; ++row) {
    const std::string_view part = bytes.substr((row - 1) * row_bytes, row_bytes);
    text += fmt::format("{}: {} {}\n", row, in_groups(part), to_hex(row_check(row, part)));
  }
  text += fmt::format("check: {}\n", in_groups(total_check(bytes)));
  return Secret(std::move(text));
}

Result<ServerKey> parse_escrow_text(std::string_view text) {
  std::array<std::optional<std::string>, rows> parts;
  std::string check;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const TypedLine line = parse_line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.label.empty()) continue;
    if (line.label == "check") {
      check = line.digits;
    } else if (line.label.size() == 1 && line.label[0] >= '1' && line.label[0] <= '8') {
      const auto row = static_cast<std::size_t>(line.label[0] - '0');
      parts[row - 1] = row_of(line.digits, row);
      if (!parts[row - 1]) return fail(unsound(line.label));
    } else {
      return fail(unsound(line.label));
    }
  }
  std::string key;
  for (std::size_t row = 0; row < rows; ++row) {
    if (!parts[row]) return fail(unsound(std::to_string(row + 1)));
    key += *parts[row];
  }
  if (check != to_hex(total_check(key))) return fail(unsound("check"));
  return ServerKey(Secret(std::move(key)));
}

}  // namespace dms
