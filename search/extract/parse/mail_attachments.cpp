#include "search/extract/parse/mail_attachments.h"

#include <algorithm>
#include <utility>

#include "search/extract/parse/detect.h"
#include "search/extract/parse/dispatch.h"
#include "search/extract/protocol/reply.h"

namespace dms::search::extract {

void MailAttachments::add(Item item) {
  Kept kept;
  kept.listed.name = clean_metadata(item.name, attachment_name_bytes_max);
  kept.listed.mime_type = detect_type(item.content);
  kept.listed.inline_part = item.hidden;
  kept.content_id = std::move(item.content_id);
  kept.content = std::move(item.content);
  items_.push_back(std::move(kept));
}

void MailAttachments::add_message(std::string_view name) {
  Kept kept;
  kept.listed.name = clean_metadata(name, attachment_name_bytes_max);
  kept.listed.mime_type = "message/rfc822";
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

void MailAttachments::append_to(TextSink& sink, Parsed& parsed) {
  for (Kept& each : items_) {
    if (parsed.attachments.size() >= attachments_max) break;
    each.listed.inline_part = each.listed.inline_part || is_shown(each);
    parsed.attachments.push_back(each.listed);
  }
  for (Kept& each : items_) {
    if (sink.full()) return;
    if (each.content.empty() || each.listed.inline_part) continue;
    sink.line_break();
    if (!each.listed.name.empty()) sink.append(each.listed.name + "\n");
    const Parsed inner = parse_as(each.listed.mime_type, each.content, sink, nesting_ + 1);
    std::string().swap(each.content);
    const bool limit = inner.state == TextState::limit_exceeded;
    if (limit && parsed.cause == Cause::none) parsed.cause = inner.cause;
  }
  sink.line_break();
}

}  // namespace dms::search::extract
