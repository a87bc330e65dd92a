#pragma once

// Bytes of a stranger's choice of character set into UTF-8.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dms::search::extract {

// In this order: a byte order mark; `declared` (a charset's name as mails and web pages give it;
// may be empty or nonsense); UTF-8 where the bytes are valid; Windows-1252, as ISO 8859-1 is meant
// on the web and in mails (WHATWG Encoding, "labels"). Ill-formed parts become U+FFFD. Stops once
// `bytes_max` bytes of UTF-8 have been made.
std::string to_utf8(std::string_view bytes, std::string_view declared, std::size_t bytes_max);

// The name that to_utf8() takes for a code page of Windows: "windows-1252" where it is not known.
std::string code_page_name(std::uint32_t code_page);

// A code point that is no surrogate.
void append_utf8(std::uint32_t code_point, std::string& out);

// The name given by `<?xml … encoding=…?>` at the beginning; empty where there is none.
std::string declared_xml_charset(std::string_view bytes);
// The same, or what is given by `<meta charset=…>`, `<meta … content="…charset=…">`
// in the first 1,024 bytes; empty where there is none.
std::string declared_html_charset(std::string_view bytes);

}  // namespace dms::search::extract
