#include "search/extract/parse/charset.h"

#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <memory>

#include "dms/base/text.h"

namespace dms::search::extract {
namespace {

constexpr std::size_t prescan_bytes = 1024;
constexpr std::string_view name_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:+";

struct Close {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, Close>;

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

// Labels that mean Windows-1252 to whoever writes them.
bool means_windows_1252(const std::string& name) {
  constexpr std::array<std::string_view, 8> labels{"iso-8859-1", "iso8859-1",     "iso_8859-1",
                                                   "latin1",     "latin-1",       "us-ascii",
                                                   "ascii",      "ansi_x3.4-1968"};
  return std::find(labels.begin(), labels.end(), name) != labels.end();
}

Converter open_converter(std::string_view declared) {
  std::string name = lower(declared);
  if (name.empty() || name.size() > 60) return nullptr;
  if (means_windows_1252(name)) name = "windows-1252";
  UErrorCode status = U_ZERO_ERROR;
  Converter converter(ucnv_open(name.c_str(), &status));
  return U_SUCCESS(status) ? std::move(converter) : nullptr;
}

std::string convert(UConverter* converter, std::string_view bytes, std::size_t bytes_max) {
  std::string text;
  std::array<UChar, 4096> block{};
  const char* source = bytes.data();
  const char* source_end = source + bytes.size();
  UErrorCode status = U_BUFFER_OVERFLOW_ERROR;
  while (status == U_BUFFER_OVERFLOW_ERROR && text.size() <= bytes_max) {
    status = U_ZERO_ERROR;
    UChar* target = block.data();
    ucnv_toUnicode(converter, &target, block.data() + block.size(), &source, source_end, nullptr, 1,
                   &status);
    icu::UnicodeString(0, block.data(), static_cast<std::int32_t>(target - block.data()))
        .toUTF8String(text);
  }
  return text;
}

struct ByteOrderMark {
  std::string_view bytes;
  std::string_view charset;
};
// UTF-32 first: its little-endian mark begins with UTF-16's.
constexpr std::array<ByteOrderMark, 5> byte_order_marks{{
    {std::string_view("\xff\xfe\0\0", 4), "utf-32le"},
    {std::string_view("\0\0\xfe\xff", 4), "utf-32be"},
    {"\xff\xfe", "utf-16le"},
    {"\xfe\xff", "utf-16be"},
    {"\xef\xbb\xbf", "utf-8"},
}};

// The name that follows `key` and an equals sign, quoted or not; empty where none does.
std::string value_after(std::string_view text, std::string_view key) {
  std::size_t at = text.find(key);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + key.size());
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  if (text.empty() || text.front() != '=') return {};
  text.remove_prefix(1);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n\"'"), text.size()));
  return std::string(text.substr(0, text.find_first_not_of(name_characters)));
}

// What could be searched for a name like this is in no 16-bit encoding.
std::string readable_charset(std::string name) {
  return name.starts_with("utf-16") ? "utf-8" : std::move(name);
}

}  // namespace

std::string code_page_name(std::uint32_t code_page) {
  switch (code_page) {
    case 1200:
      return "utf-16le";
    case 65001:
      return "utf-8";
    case 10000:
      return "macintosh";
    case 20127:
    case 28591:
      return "windows-1252";
    case 932:
      return "cp932";
    case 936:
      return "gbk";
    case 949:
      return "windows-949";
    case 950:
      return "big5";
    default:
      break;
  }
  if (code_page >= 1250 && code_page <= 1258) return "windows-" + std::to_string(code_page);
  if (code_page >= 437 && code_page <= 874) return "cp" + std::to_string(code_page);
  if (code_page > 28591 && code_page <= 28605) {
    return "iso-8859-" + std::to_string(code_page - 28590);
  }
  return "windows-1252";
}

void append_utf8(std::uint32_t code_point, std::string& out) {
  const auto add = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code_point < 0x80U) {
    add(code_point);
  } else if (code_point < 0x800U) {
    add(0xc0U | code_point >> 6U);
    add(0x80U | (code_point & 0x3fU));
  } else if (code_point < 0x10000U) {
    add(0xe0U | code_point >> 12U);
    add(0x80U | (code_point >> 6U & 0x3fU));
    add(0x80U | (code_point & 0x3fU));
  } else {
    add(0xf0U | code_point >> 18U);
    add(0x80U | (code_point >> 12U & 0x3fU));
    add(0x80U | (code_point >> 6U & 0x3fU));
    add(0x80U | (code_point & 0x3fU));
  }
}

std::string to_utf8(std::string_view bytes, std::string_view declared, std::size_t bytes_max) {
  for (const ByteOrderMark& mark : byte_order_marks) {
    if (!bytes.starts_with(mark.bytes)) continue;
    bytes.remove_prefix(mark.bytes.size());
    declared = mark.charset;
    break;
  }
  const std::string name = lower(declared);
  if (name != "utf-8" && name != "utf8") {
    if (Converter converter = open_converter(name)) {
      return convert(converter.get(), bytes, bytes_max);
    }
    if (!is_valid_utf8(bytes)) {
      if (Converter converter = open_converter("windows-1252")) {
        return convert(converter.get(), bytes, bytes_max);
      }
    }
  }
  return replace_ill_formed(bytes.substr(0, bytes_max + 4));
}

std::string declared_xml_charset(std::string_view bytes) {
  const std::string head = lower(bytes.substr(0, prescan_bytes));
  const std::string_view view = head;
  if (!view.starts_with("<?xml")) return {};
  return readable_charset(value_after(view.substr(0, view.find("?>")), "encoding"));
}

std::string declared_html_charset(std::string_view bytes) {
  if (std::string name = declared_xml_charset(bytes); !name.empty()) return name;
  const std::string head = lower(bytes.substr(0, prescan_bytes));
  const std::string_view view = head;
  for (std::size_t at = view.find("<meta"); at != std::string_view::npos;
       at = view.find("<meta", at + 1)) {
    std::string name = value_after(view.substr(at, view.find('>', at) - at), "charset");
    if (!name.empty()) return readable_charset(std::move(name));
  }
  return {};
}

}  // namespace dms::search::extract
