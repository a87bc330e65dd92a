#include "search/extract/parse/mail_attachments.h"

#include <algorithm>
#include <utility>

#include "search/extract/parse/detect.h"
#include "search/extract/parse/dispatch.h"
#include "search/extract/parse/page_picture.h"
#include "search/extract/protocol/carried_invoice.h"
#include "search/extract/protocol/reply.h"

namespace dms::search::extract {

void MailAttachments::add(Item item) {
  Kept kept;
  kept.listed.name = clean_metadata(item.name, attachment_name_bytes_max);
  kept.listed.mime_type = detect_type(item.content);
  kept.listed.inline_part = item.hidden;
  kept.is_beside_text = item.is_beside_text;
  kept.content_id = std::move(item.content_id);
  kept.content = std::move(item.content);
  items_.push_back(std::move(kept));
}

void MailAttachments::add_message(std::string_view name, std::string content) {
  Kept kept;
  kept.listed.name = clean_metadata(name, attachment_name_bytes_max);
  kept.listed.mime_type = "message/rfc822";
  kept.content = std::move(content);
  kept.is_message = true;
  items_.push_back(std::move(kept));
}

void MailAttachments::see_html(std::string_view html) {
  constexpr std::size_t html_bytes_max = 16U << 20U;
  pages_.emplace_back(html.substr(0, html_bytes_max));
}

// Only pictures: a bill that a mail happens to name in its body is to be seen all the same.
bool MailAttachments::is_shown(const Kept& item) const {
  if (item.content_id.empty() || !item.listed.mime_type.starts_with("image/")) return false;
  return std::any_of(pages_.begin(), pages_.end(), [&](const std::string& page) {
    return page.find(item.content_id) != std::string::npos;
  });
}

// The logo below a name, in a mail whose text shows no picture: small, and said to be shown with
// the text. A photograph that is shown so is larger.
bool MailAttachments::is_signature(const Kept& item) {
  return item.listed.mime_type.starts_with("image/") && item.is_beside_text &&
         is_small_picture(item.content);
}

void MailAttachments::append_to(TextSink& sink, Parsed& parsed) {
  const bool has_words = !sink.is_blank();  // else the picture is the message
  for (Kept& each : items_) {
    if (parsed.attachments.size() >= attachments_max) break;
    each.listed.inline_part =
        each.listed.inline_part || is_shown(each) || (has_words && is_signature(each));
    const bool read = !each.content.empty() && !each.listed.inline_part && !each.is_message &&
                      each.listed.mime_type != "application/pdf" && !sink.full();
    if (read) append_text(each, sink, parsed);
    each.listed.size = each.content.size();
    parsed.attachments.push_back(std::move(each.listed));
    parsed.contents.push_back(std::move(each.content));
  }
  sink.line_break();
}

void MailAttachments::append_text(const Kept& item, TextSink& sink, Parsed& parsed) const {
  sink.line_break();
  if (!item.listed.name.empty()) sink.append(item.listed.name + "\n");
  Parsed inner = parse_as(item.listed.mime_type, item.content, sink, nesting_ + 1);
  const bool limit = inner.state == TextState::limit_exceeded;
  if (limit && parsed.cause == Cause::none) parsed.cause = inner.cause;
  carry_invoice(parsed, inner);
}

}  // namespace dms::search::extract
