#include "search/extract/parse/detect.h"

#include <magic.h>

#include <algorithm>
#include <array>
#include <memory>

#include "dms/base/text.h"
#include "search/extract/parse/ole/compound_document.h"
#include "search/extract/parse/ole/compound_file.h"
#include "search/extract/parse/zip_parts.h"
#include "search/extract/protocol/reply.h"

namespace dms::search::extract {
namespace {

constexpr std::string_view unknown_type = "application/octet-stream";
constexpr std::string_view plain_type = "text/plain";

struct Close {
  void operator()(magic_set* cookie) const { magic_close(cookie); }
};

// libmagic's state is one a process; helper and tests use it from one thread.
std::unique_ptr<magic_set, Close>& detector() {
  static std::unique_ptr<magic_set, Close> cookie;
  return cookie;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

struct MainPart {
  std::string_view word;  // in [Content_Types].xml
  std::string_view type;
};
// ECMA-376 part 1, 11.3.10, 12.3.x, 13.3.x: the content types of the main document part.
constexpr std::array<MainPart, 3> main_parts{{
    {"wordprocessingml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"spreadsheetml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"presentationml", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
}};

std::string type_of_zip(std::string_view bytes) {
  constexpr std::size_t names_bytes_max = 1U << 20U;
  ZipLimits limits;
  limits.part_bytes = names_bytes_max;
  const ZipParts parts = read_zip(
      bytes,
      [](std::string_view name) { return name == "[Content_Types].xml" || name == "mimetype"; },
      limits);
  const std::string declared = lower(parts.find("mimetype"));
  std::string kind = declared.substr(0, declared.find_first_of(" \r\n\t"));
  if (kind.starts_with("application/vnd.oasis.opendocument.") && is_mime_type(kind)) return kind;
  const std::string_view content_types = parts.find("[Content_Types].xml");
  for (const MainPart& part : main_parts) {
    // "…document.main+xml", "…template.main+xml", "…sheet.macroEnabled.main+xml"
    for (std::size_t at = content_types.find(part.word); at != std::string_view::npos;
         at = content_types.find(part.word, at + 1)) {
      std::string_view rest = content_types.substr(at, content_types.find('"', at) - at);
      if (rest.ends_with(".main+xml")) return std::string(part.type);
    }
  }
  return "application/zip";
}

// The names of the fields that begin a mail; what else may stand there begins with X-.
bool is_mail_field(const std::string& name) {
  constexpr std::array<std::string_view, 21> names{
      "from",        "to",           "cc",          "bcc",          "subject",
      "date",        "received",     "return-path", "message-id",   "mime-version",
      "reply-to",    "delivered-to", "sender",      "content-type", "content-transfer-encoding",
      "in-reply-to", "references",   "importance",  "list-id",      "dkim-signature",
      "envelope-to"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Whether the text begins with a mail's header (RFC 5322): only fields up to the first empty line,
// at least two of them known, one of those saying from whom, when or which way.
bool begins_like_mail(std::string_view bytes) {
  constexpr std::size_t lines_max = 200;
  std::size_t known = 0;
  bool telling = false;
  for (std::size_t line = 0; line < lines_max && !bytes.empty(); ++line) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string_view text = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (text.empty()) break;
    if (line == 0 && begins_with_mbox_line(text)) continue;
    if (text.front() == ' ' || text.front() == '\t') {
      if (line == 0) return false;
      continue;
    }
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    std::string name = lower(text.substr(0, colon));
    while (name.ends_with(' ')) name.pop_back();
    if (name.find(' ') != std::string::npos) return false;
    known += is_mail_field(name) ? 1U : 0U;
    telling = telling || name == "from" || name == "received" || name == "message-id" ||
              name == "date" || name == "return-path";
  }
  return known >= 2 && telling;
}

std::string_view skip_to_markup(std::string_view bytes) {
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
  bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size()));
  return bytes;
}

// The beginning of the root's tag in small letters, after declaration, comments and DOCTYPE; empty
// where none begins near.
std::string root_tag(std::string_view bytes) {
  constexpr std::size_t head_bytes = 8192;
  const std::string head = lower(skip_to_markup(bytes).substr(0, head_bytes));
  std::string_view rest = head;
  while (rest.starts_with("<?") || rest.starts_with("<!")) {
    const std::string_view close = rest.starts_with("<!--") ? "-->" : ">";
    const std::size_t end = rest.find(close);
    if (end == std::string_view::npos) return {};
    rest = skip_to_markup(rest.substr(end + close.size()));
  }
  return rest.starts_with('<') ? std::string(rest.substr(0, rest.find('>'))) : std::string();
}

bool is_html_root(std::string_view tag) {
  return tag.starts_with("<html") &&
         (tag.size() == 5 || std::string_view(" \t\r\n/").find(tag[5]) != std::string_view::npos);
}

// Without a declaration libmagic knows no XML; invoices come that way. Who declares a namespace
// means XML.
bool is_xml_root(std::string_view tag) {
  const std::size_t at = tag.find("xmlns");
  return at != std::string_view::npos && at > 1 && tag.size() > at + 5 &&
         (tag[at + 5] == ':' || tag[at + 5] == '=') &&
         std::string_view(" \t\r\n").find(tag[at - 1]) != std::string_view::npos;
}

// libmagic calls a text with a single control character data; office exports and texts out of PDFs
// have them. UTF-8 without NUL and with few of them is text.
bool is_text_with_controls(std::string_view bytes) {
  constexpr std::size_t bytes_a_control_min = 10;
  // A character that the end of what was read cuts in two does not count.
  const std::string_view head = truncate_utf8(bytes, detect_bytes_max - 4);
  std::size_t controls = 0;
  for (const char c : head) {
    const bool space = c == ' ' || (c >= '\t' && c <= '\r');
    if (c == '\0') return false;
    if (!space && static_cast<unsigned char>(c) < 0x20U) ++controls;
  }
  return !head.empty() && controls <= head.size() / bytes_a_control_min && is_valid_utf8(head);
}

// libmagic takes letters for Algol, makefiles and the like: to a town hall all are text.
bool is_guess_about_text(std::string_view type) {
  return type.starts_with("text/x-") || type == "text/troff" || type == "text/pgp";
}

}  // namespace

bool begins_with_mbox_line(std::string_view bytes) {
  if (bytes.starts_with('>')) bytes.remove_prefix(1);
  if (!bytes.starts_with("From ")) return false;
  const std::size_t next = bytes.find_first_not_of(" \t", 4);
  return next != std::string_view::npos && bytes[next] != ':';
}

bool load_detector() {
  std::unique_ptr<magic_set, Close> cookie(magic_open(MAGIC_MIME_TYPE | MAGIC_ERROR |
                                                      MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF |
                                                      MAGIC_NO_CHECK_TAR));
  if (!cookie || magic_load(cookie.get(), nullptr) != 0) return false;
  detector() = std::move(cookie);
  return true;
}

std::string refine_type(std::string_view magic, std::string_view bytes) {
  constexpr std::size_t pdf_head_bytes = 1024;
  std::string type = lower(magic);
  if (type == unknown_type || type == "application/zip") {
    if (bytes.starts_with("PK\x03\x04")) return type_of_zip(bytes);
  }
  if (CompoundFile::begins_like_one(bytes)) {
    // libmagic sees the beginning only, and the directory may stand at the end.
    if (const std::string_view known = type_of_compound_file(bytes); !known.empty()) {
      return std::string(known);
    }
    if (type == unknown_type || type == "application/cdfv2") return "application/x-ole-storage";
  }
  if (type == unknown_type && is_text_with_controls(bytes)) type = plain_type;
  const bool is_text = type.starts_with("text/") || type == "message/news";
  // ISO 32000-1, annex H 3.4.1: readers accept the header anywhere in the first 1,024 bytes.
  if ((type == unknown_type || is_text) &&
      bytes.substr(0, pdf_head_bytes).find("%PDF-") != std::string_view::npos &&
      bytes.find("%%EOF") != std::string_view::npos) {
    return "application/pdf";
  }
  if ((is_text && type != "text/rtf" && type != "text/xml") || type == unknown_type) {
    if (begins_like_mail(bytes)) return "message/rfc822";
  }
  if (type == "text/xml" || is_text) {
    const std::string root = root_tag(bytes);
    if (is_html_root(root)) return type == "text/xml" ? "application/xhtml+xml" : "text/html";
    if ((type == plain_type || is_guess_about_text(type)) && is_xml_root(root)) return "text/xml";
  }
  if (type == "application/csv") return "text/csv";
  if (is_guess_about_text(type)) return std::string(plain_type);
  return type;
}

std::string detect_type(std::string_view bytes) {
  if (!detector()) return std::string(unknown_type);
  const std::string_view head = bytes.substr(0, detect_bytes_max);
  const char* found = magic_buffer(detector().get(), head.data(), head.size());
  const std::string type = refine_type(found == nullptr ? unknown_type : found, bytes);
  return is_mime_type(type) ? type : std::string(unknown_type);
}

}  // namespace dms::search::extract
