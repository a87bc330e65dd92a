#include "search/extract/parse/mail.h"

#include <gmime/gmime.h>

#include <array>
#include <memory>
#include <string>
#include <utility>

#include "search/extract/parse/charset.h"
#include "search/extract/parse/detect.h"
#include "search/extract/parse/dispatch.h"
#include "search/extract/parse/html.h"
#include "search/extract/parse/mail_attachments.h"
#include "search/extract/parse/mail_header.h"
#include "search/extract/parse/plain.h"
#include "search/extract/protocol/carried_invoice.h"

namespace dms::search::extract {
namespace {

constexpr int parts_max = 5000;
// Parts within parts within one message.
constexpr int part_depth_max = 50;

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

std::string_view view(const char* text) {
  return text == nullptr ? "" : std::string_view(text);
}

GMimeParserOptions* parser_options() {
  static GMimeParserOptions* options = [] {
    GMimeParserOptions* made = g_mime_parser_options_new();
    // Raw 8-bit headers: UTF-8 if valid, else what Windows programs write.
    std::array<const char*, 3> charsets{"utf-8", "windows-1252", nullptr};
    g_mime_parser_options_set_fallback_charsets(made, charsets.data());
    return made;
  }();
  return options;
}

std::string decoded_content(GMimePart* part) {
  GMimeDataWrapper* content = g_mime_part_get_content(part);
  if (content == nullptr) return {};
  Owned<GMimeStream> memory(g_mime_stream_mem_new());
  g_mime_data_wrapper_write_to_stream(content, memory.get());
  GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory.get()));
  return {reinterpret_cast<const char*>(bytes->data), bytes->len};
}

// The object as it would stand in a file.
std::string written(GMimeObject* object) {
  Owned<GMimeStream> memory(g_mime_stream_mem_new());
  g_mime_object_write_to_stream(object, nullptr, memory.get());
  GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory.get()));
  return {reinterpret_cast<const char*>(bytes->data), bytes->len};
}

bool is_attachment(GMimeObject* object) {
  GMimeContentDisposition* disposition = g_mime_object_get_content_disposition(object);
  return disposition != nullptr && g_mime_content_disposition_is_attachment(disposition);
}

class MailText {
 public:
  MailText(TextSink& sink, int nesting) : sink_(sink), nesting_(nesting), attachments_(nesting) {}

  void message(GMimeMessage* message) {
    if (nesting_ == 0) {
      parsed.mail = read_mail_facts(message);
      parsed.title = parsed.mail->subject;
      parsed.author = parsed.mail->from;
    } else {
      append_mail_header(message, sink_);
    }
    if (GMimeObject* body = g_mime_message_get_mime_part(message)) walk(body, 0);
    attachments_.append_to(sink_, parsed);
  }

  Parsed parsed;

 private:
  void walk(GMimeObject* object, int depth) {
    if (depth > part_depth_max || ++parts_ > parts_max) {
      parsed.cause = depth > part_depth_max ? Cause::nested_too_deep : Cause::too_many_parts;
      return;
    }
    if (GMIME_IS_MULTIPART(object)) {
      multipart(GMIME_MULTIPART(object), depth);
    } else if (GMIME_IS_MESSAGE_PART(object)) {
      embedded_message(GMIME_MESSAGE_PART(object));
    } else if (GMIME_IS_PART(object)) {
      part(GMIME_PART(object));
    }
  }

  void multipart(GMimeMultipart* parts, int depth) {
    GMimeContentType* type = g_mime_object_get_content_type(GMIME_OBJECT(parts));
    const int count = g_mime_multipart_get_count(parts);
    if (g_mime_content_type_is_type(type, "multipart", "alternative")) {
      const int chosen = choose_alternative(parts, count);
      for (int i = 0; i < count; ++i) {
        GMimeObject* each = g_mime_multipart_get_part(parts, i);
        if (i == chosen || !GMIME_IS_PART(each) || is_attachment(each)) {
          walk(each, depth + 1);
        } else {
          see_html(GMIME_PART(each));
        }
      }
      return;
    }
    for (int i = 0; i < count; ++i) walk(g_mime_multipart_get_part(parts, i), depth + 1);
  }

  // The plain text where it is more than white space, else HTML, else the last.
  static int choose_alternative(GMimeMultipart* parts, int count) {
    int html = -1;
    for (int i = 0; i < count; ++i) {
      GMimeObject* each = g_mime_multipart_get_part(parts, i);
      GMimeContentType* type = g_mime_object_get_content_type(each);
      if (!GMIME_IS_PART(each) || type == nullptr) continue;
      if (g_mime_content_type_is_type(type, "text", "html")) html = i;
      if (g_mime_content_type_is_type(type, "text", "plain") &&
          decoded_content(GMIME_PART(each)).find_first_not_of(" \t\r\n") != std::string::npos) {
        return i;
      }
    }
    return html >= 0 ? html : count - 1;
  }

  void part(GMimePart* part) {
    GMimeObject* object = GMIME_OBJECT(part);
    GMimeContentType* type = g_mime_object_get_content_type(object);
    const std::string_view name = view(g_mime_part_get_filename(part));
    const bool text = type == nullptr || g_mime_content_type_is_type(type, "text", "*");
    if (text && !is_attachment(object) && name.empty()) {
      body(part, type);
    } else {
      attachment(part, name);
    }
  }

  void body(GMimePart* part, GMimeContentType* type) {
    const std::string content = decoded_content(part);
    const std::string_view charset =
        type == nullptr ? "" : view(g_mime_content_type_get_parameter(type, "charset"));
    if (type != nullptr && g_mime_content_type_is_type(type, "text", "html")) {
      attachments_.see_html(content);
      parse_html(content, charset, sink_);
    } else {
      parse_plain(content, charset, sink_);
    }
    sink_.line_break();
  }

  // The HTML that is not read tells which pictures belong to it.
  void see_html(GMimePart* part) {
    GMimeContentType* type = g_mime_object_get_content_type(GMIME_OBJECT(part));
    if (type == nullptr || !g_mime_content_type_is_type(type, "text", "html")) return;
    attachments_.see_html(decoded_content(part));
  }

  void attachment(GMimePart* part, std::string_view name) {
    MailAttachments::Item item;
    item.name = name;
    item.content = decoded_content(part);
    item.content_id = view(g_mime_part_get_content_id(part));
    if (item.content_id.empty()) item.content_id = view(g_mime_part_get_content_location(part));
    GMimeContentDisposition* disposition =
        g_mime_object_get_content_disposition(GMIME_OBJECT(part));
    const bool is_inline =
        disposition != nullptr &&
        view(g_mime_content_disposition_get_disposition(disposition)) == "inline";
    // Programs give an id to whatever they send: it tells nothing of what is sent along.
    item.is_beside_text =
        is_inline || (!item.content_id.empty() && !is_attachment(GMIME_OBJECT(part)));
    attachments_.add(std::move(item));
  }

  // A forwarded message: listed, and read as a file of its own.
  void embedded_message(GMimeMessagePart* part) {
    GMimeMessage* inner = g_mime_message_part_get_message(part);
    if (inner == nullptr) return;
    GMimeContentDisposition* disposition =
        g_mime_object_get_content_disposition(GMIME_OBJECT(part));
    std::string_view name =
        disposition == nullptr
            ? ""
            : view(g_mime_content_disposition_get_parameter(disposition, "filename"));
    if (name.empty()) name = view(g_mime_message_get_subject(inner));
    attachments_.add_message(name, written(GMIME_OBJECT(inner)));
    if (nesting_ + 1 > nesting_max) {
      parsed.cause = Cause::nested_too_deep;
      return;
    }
    MailText text(sink_, nesting_ + 1);
    sink_.line_break();
    text.message(inner);
    if (parsed.cause == Cause::none) parsed.cause = text.parsed.cause;
    carry_invoice(parsed, text.parsed);
  }

  TextSink& sink_;
  int nesting_;
  int parts_ = 0;
  MailAttachments attachments_;
};

Owned<GMimeMessage> parse_message(std::string_view bytes) {
  Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
  Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  if (begins_with_mbox_line(bytes)) {
    g_mime_parser_set_format(parser.get(), GMIME_FORMAT_MBOX);
  }
  return Owned<GMimeMessage>(g_mime_parser_construct_message(parser.get(), parser_options()));
}

}  // namespace

void preload_mail_parser() {
  g_mime_init();
  parser_options();
  // Converters stay loaded as long as one descriptor of each is open: for ever, and kept in sight
  // of leak checkers.
  constexpr std::array charsets{
      "UTF-8",        "UTF-16",       "UTF-7",        "ISO-8859-1",   "ISO-8859-2",
      "ISO-8859-3",   "ISO-8859-4",   "ISO-8859-5",   "ISO-8859-6",   "ISO-8859-7",
      "ISO-8859-8",   "ISO-8859-9",   "ISO-8859-10",  "ISO-8859-13",  "ISO-8859-14",
      "ISO-8859-15",  "ISO-8859-16",  "WINDOWS-1250", "WINDOWS-1251", "WINDOWS-1252",
      "WINDOWS-1253", "WINDOWS-1254", "WINDOWS-1255", "WINDOWS-1256", "WINDOWS-1257",
      "WINDOWS-1258", "KOI8-R",       "KOI8-U",       "IBM850",       "IBM437",
      "MACINTOSH",    "ISO-2022-JP",  "SHIFT_JIS",    "EUC-JP",       "CP932",
      "ISO-2022-KR",  "EUC-KR",       "CP949",        "GB2312",       "GBK",
      "GB18030",      "BIG5",         "TIS-620"};
  static std::array<std::pair<iconv_t, iconv_t>, charsets.size()> kept_open;
  if (kept_open.front().first != nullptr) return;  // called before
  for (std::size_t i = 0; i < charsets.size(); ++i) {
    kept_open[i] = {g_mime_iconv_open("UTF-8", charsets[i]),
                    g_mime_iconv_open(charsets[i], "UTF-8")};
  }
}

MailFacts read_mail_head(std::string_view bytes) {
  const Owned<GMimeMessage> message = parse_message(bytes);
  return message ? read_mail_facts(message.get()) : MailFacts();
}

Parsed parse_mail(std::string_view bytes, TextSink& sink, int nesting) {
  const Owned<GMimeMessage> message = parse_message(bytes);
  if (!message) return not_parsed(TextState::damaged, Cause::broken_markup);
  MailText text(sink, nesting);
  text.message(message.get());
  return std::move(text.parsed);
}

}  // namespace dms::search::extract
