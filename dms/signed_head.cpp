#include "dms/signed_head.h"

#include <algorithm>

#include "dms/base/bytes.h"
#include "dms/base/json_codec.h"
#include "dms/ed25519.h"

namespace dms {

namespace {

constexpr std::string_view signature_member = ",\"signature\":";

bool is_hex(std::string_view text, std::size_t bytes) {
  return text.size() == 2 * bytes && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

void take_line(HeadFile& file, std::size_t number, std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty()) return;
  if (auto head = parse_head(line)) {
    file.lines.push_back({number, std::move(*head)});
  } else if (file.damaged++ == 0) {
    file.first_damaged = number;
  }
}

}  // namespace

std::string head_line(const SignedHead& head) {
  return encode_json(head);
}

std::string signed_part(const SignedHead& head) {
  std::string line = head_line(head);
  line.resize(line.rfind(signature_member));
  return line;
}

void sign_head(SignedHead& head, const Secret& seed) {
  head.public_key = to_hex(ed25519_public_key(seed));
  head.signature = to_hex(ed25519_sign(seed, signed_part(head)));
}

bool has_good_signature(const SignedHead& head) {
  const auto public_key = from_hex(head.public_key);
  const auto signature = from_hex(head.signature);
  return public_key && signature && ed25519_verifies({*public_key, *signature}, signed_part(head));
}

std::optional<SignedHead> parse_head(std::string_view line) {
  if (line.size() > head_line_bytes_max) return std::nullopt;
  auto head = decode_json<SignedHead>(line, JsonProfile::request);
  if (!head || head->format != head_format || head->tenant.empty() || head->sequence == 0 ||
      !is_hex(head->public_key, ed25519_public_key_bytes) ||
      !is_hex(head->signature, ed25519_signature_bytes) || head_line(*head) != line) {
    return std::nullopt;
  }
  return std::move(*head);
}

HeadFile parse_heads(std::string_view text) {
  HeadFile file;
  std::size_t number = 1;
  for (; file.whole_bytes < text.size(); ++number) {
    const std::size_t end = text.find('\n', file.whole_bytes);
    if (end == std::string_view::npos) break;
    take_line(file, number, text.substr(file.whole_bytes, end - file.whole_bytes));
    file.whole_bytes = end + 1;
  }
  const std::string_view rest = text.substr(file.whole_bytes);
  if (rest.empty()) return file;
  if (auto head = parse_head(rest)) {
    file.lines.push_back({number, std::move(*head)});
  } else {
    file.is_torn = true;
  }
  return file;
}

}  // namespace dms
