#include "dms/exchange/export_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "dms/base/text.h"

namespace dms::exchange {

namespace {

// The longest end of a file name that is taken for one.
constexpr std::size_t ending_bytes_max = 16;

bool is_control_of_direction(std::string_view at) {
  // U+200E, U+200F, U+202A–202E and U+2066–2069.
  if (at.size() < 3 || at[0] != '\xE2') return false;
  const auto second = static_cast<unsigned char>(at[1]);
  const auto third = static_cast<unsigned char>(at[2]);
  return (second == 0x80U && (third == 0x8EU || third == 0x8FU)) ||
         (second == 0x80U && third >= 0xAAU && third <= 0xAEU) ||
         (second == 0x81U && third >= 0xA6U && third <= 0xA9U);
}

std::string without_forbidden(std::string_view text) {
  static constexpr std::string_view forbidden = "<>:\"/\\|?*";
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (is_control_of_direction(text.substr(i))) {
      name.push_back('_');
      i += 2;
    } else if (byte < 0x20U || byte == 0x7FU || forbidden.find(text[i]) != std::string::npos) {
      name.push_back('_');
    } else {
      name.push_back(text[i]);
    }
  }
  return name;
}

void trim(std::string& name) {
  const std::size_t first = name.find_first_not_of(' ');
  name.erase(0, std::min(first, name.size()));
  while (!name.empty() && (name.back() == ' ' || name.back() == '.')) name.pop_back();
}

bool is_device(std::string_view name) {
  std::string base(name.substr(0, name.find('.')));
  std::transform(base.begin(), base.end(), base.begin(),
                 [](unsigned char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : char(c); });
  static constexpr std::array<std::string_view, 4> words = {"CON", "PRN", "AUX", "NUL"};
  if (std::find(words.begin(), words.end(), base) != words.end()) return true;
  return base.size() == 4 && (base.starts_with("COM") || base.starts_with("LPT")) &&
         base[3] >= '0' && base[3] <= '9';
}

std::string_view ending_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return {};
  const std::string_view ending = name.substr(dot);
  return ending.size() <= ending_bytes_max ? ending : std::string_view();
}

std::string cleaned(std::string_view text) {
  std::string name = without_forbidden(to_nfc(replace_ill_formed(text)));
  trim(name);
  if (name.empty()) return "_";
  const bool is_special = name.front() == '.' || is_device(name);
  return is_special ? std::string("_").append(name) : name;
}

}  // namespace

std::string portable_name(std::string_view text, std::size_t bytes_max) {
  std::string name(truncate_utf8(cleaned(text), bytes_max));
  trim(name);
  return name.empty() ? "_" : name;
}

std::string portable_file_name(std::string_view name, std::size_t bytes_max) {
  std::string whole = cleaned(name);
  if (whole.size() <= bytes_max) return whole;
  const std::string_view ending = ending_of(whole);
  const std::string_view base = std::string_view(whole).substr(0, whole.size() - ending.size());
  return portable_name(base, bytes_max - ending.size()).append(ending);
}

std::string NamesTaken::take(const std::string& name) {
  if (folded_.insert(fold_german(name)).second) return name;
  const std::string_view ending = ending_of(name);
  const std::string_view base = std::string_view(name).substr(0, name.size() - ending.size());
  for (std::size_t number = 2;; ++number) {
    std::string other = fmt::format("{} ({}){}", base, number, ending);
    if (folded_.insert(fold_german(other)).second) return other;
  }
}

}  // namespace dms::exchange
