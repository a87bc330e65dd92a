#include "search/extract/parse/ole/outlook.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "search/extract/parse/charset.h"
#include "search/extract/parse/dispatch.h"
#include "search/extract/parse/html.h"
#include "search/extract/parse/mail.h"
#include "search/extract/parse/mail_attachments.h"
#include "search/extract/parse/mail_header.h"
#include "search/extract/parse/ole/compressed_rtf.h"
#include "search/extract/parse/ole/outlook_properties.h"
#include "search/extract/parse/rtf.h"
#include "search/extract/protocol/carried_invoice.h"
#include "search/extract/protocol/reply.h"

namespace dms::search::extract {
namespace {

constexpr std::size_t rtf_bytes_max = 64U << 20U;
constexpr std::uint32_t flag_shown_in_html = 4;  // [MS-OXCMSG] 2.2.2.18

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::string line_of(std::string_view text) {
  return clean_metadata(text, metadata_bytes_max);
}

bool is_internet_address(std::string_view address) {
  return address.find('@') != std::string_view::npos;
}

class OutlookReading {
 public:
  OutlookReading(const CompoundFile& file, TextSink& sink, int nesting)
      : file_(file), sink_(sink), nesting_(nesting), attachments_(nesting) {}

  Parsed run(const CompoundFile::Entry& storage) {
    const OutlookProperties message(file_, storage);
    MailFacts mail = read_head(message, storage);
    if (nesting_ == 0) {
      parsed_.title = mail.subject;
      parsed_.author = mail.from;
      parsed_.mail = std::move(mail);
    } else {
      append_mail_header(mail, sink_);
    }
    append_body(message);
    for (const CompoundFile::Entry* each : file_.children(storage)) {
      if (each->is_storage && each->name.starts_with("__attach_version1.0_")) attachment(*each);
    }
    attachments_.append_to(sink_, parsed_);
    return std::move(parsed_);
  }

 private:
  MailFacts read_head(const OutlookProperties& message, const CompoundFile::Entry& storage) {
    using enum OutlookProperty;
    MailFacts mail;
    mail.subject = line_of(message.text(subject));
    mail.sent_at = message.time(submitted);
    if (!mail.sent_at) mail.sent_at = message.time(delivered);
    mail.from = sender(message, sender_name, {sender_smtp, sender_address});
    if (mail.from.empty()) {
      mail.from = sender(message, represented_name, {represented_smtp, represented_address});
    }
    const std::vector<std::string> own = message_ids(message.text(message_id));
    if (!own.empty()) mail.message_id = own.front();
    mail.answers = message_ids(message.text(in_reply_to));
    mail.thread = message_ids(message.text(references));
    read_recipients(message, storage, mail);
    complete(mail, read_mail_head(message.text(transport_headers)));
    return mail;
  }

  static std::string sender(const OutlookProperties& message, OutlookProperty name,
                            std::initializer_list<OutlookProperty> addresses) {
    for (const OutlookProperty each : addresses) {
      const std::string address = message.text(each);
      if (is_internet_address(address)) return party_text(line_of(message.text(name)), address);
    }
    return line_of(message.text(name));
  }

  void read_recipients(const OutlookProperties& message, const CompoundFile::Entry& storage,
                       MailFacts& mail) {
    constexpr std::uint32_t kind_cc = 2;
    constexpr std::uint32_t kind_bcc = 3;
    using enum OutlookProperty;
    for (const CompoundFile::Entry* each : file_.children(storage)) {
      if (!each->is_storage || !each->name.starts_with("__recip_version1.0_")) continue;
      const OutlookProperties recipient(file_, *each);
      const std::uint32_t kind = recipient.number(recipient_kind).value_or(1) & 0xfU;
      const std::string name = line_of(recipient.text(display_name, message.code_page()));
      std::string address = recipient.text(smtp_address);
      if (!is_internet_address(address)) address = recipient.text(OutlookProperty::address);
      if (!is_internet_address(address)) address.clear();
      const std::string party = party_text(name, line_of(address));
      std::vector<std::string>& to = kind == kind_cc ? mail.cc : mail.to;
      if (kind != kind_bcc && !party.empty() && to.size() < MailFacts::parties_max) {
        to.push_back(party);
      }
    }
    if (mail.to.empty()) split_parties(message.text(shown_to), mail.to);
    if (mail.cc.empty()) split_parties(message.text(shown_cc), mail.cc);
  }

  static void split_parties(std::string_view shown, std::vector<std::string>& to) {
    while (!shown.empty() && to.size() < MailFacts::parties_max) {
      const std::size_t end = std::min(shown.find(';'), shown.size());
      std::string party = line_of(shown.substr(0, end));
      if (!party.empty()) to.push_back(std::move(party));
      shown.remove_prefix(std::min(end + 1, shown.size()));
    }
  }

  // What only the head says that the message came with. There an Exchange user has an address.
  static void complete(MailFacts& mail, MailFacts head) {
    if (mail.from.empty() || (!is_internet_address(mail.from) && !head.from.empty())) {
      mail.from = std::move(head.from);
    }
    if (mail.to.empty()) mail.to = std::move(head.to);
    if (mail.cc.empty()) mail.cc = std::move(head.cc);
    if (!mail.sent_at) mail.sent_at = head.sent_at;
    if (mail.subject.empty()) mail.subject = std::move(head.subject);
    if (mail.message_id.empty()) mail.message_id = std::move(head.message_id);
    if (mail.answers.empty()) mail.answers = std::move(head.answers);
    if (mail.thread.empty()) mail.thread = std::move(head.thread);
  }

  // Plain before HTML before RTF, as with MIME; pictures are told by what HTML or RTF name.
  void append_body(const OutlookProperties& message) {
    const std::string plain = message.text(OutlookProperty::body);
    std::string html = message.bytes(OutlookProperty::html);
    const bool is_text = html.empty();
    if (is_text) html = message.text(OutlookProperty::html);
    const std::string rtf = decompress_rtf(message.bytes(OutlookProperty::rtf), rtf_bytes_max);
    attachments_.see_html(html);
    attachments_.see_html(rtf);
    if (!is_blank(plain)) {
      std::string text = plain;
      text.erase(std::remove(text.begin(), text.end(), '\r'), text.end());
      sink_.append(text);
    } else if (!is_blank(html)) {
      const auto page = message.number(OutlookProperty::internet_code_page);
      parse_html(html, is_text ? "utf-8" : page ? code_page_name(*page) : std::string(), sink_);
    } else {
      parse_rtf(rtf, sink_);
    }
    sink_.line_break();
  }

  void attachment(const CompoundFile::Entry& storage) {
    const OutlookProperties part(file_, storage);
    std::string name = part.text(OutlookProperty::file_name);
    if (name.empty()) name = part.text(OutlookProperty::short_file_name);
    if (name.empty()) name = part.text(OutlookProperty::display_name);
    if (const CompoundFile::Entry* message = part.message()) {
      return embedded_message(*message, name);
    }
    MailAttachments::Item item;
    item.name = std::move(name);
    item.content = part.bytes(OutlookProperty::content);
    item.content_id = part.text(OutlookProperty::content_id);
    if (item.content_id.empty()) item.content_id = part.text(OutlookProperty::content_location);
    const bool hidden = (part.number(OutlookProperty::hidden).value_or(0) & 0xffU) == 1;
    const std::uint32_t flags = part.number(OutlookProperty::attachment_flags).value_or(0);
    item.hidden = hidden || (flags & flag_shown_in_html) != 0;
    attachments_.add(std::move(item));
  }

  void embedded_message(const CompoundFile::Entry& storage, const std::string& name) {
    attachments_.add_message(name, {});
    if (nesting_ + 1 > nesting_max) {
      parsed_.cause = Cause::nested_too_deep;
      return;
    }
    sink_.line_break();
    Parsed inner = OutlookReading(file_, sink_, nesting_ + 1).run(storage);
    if (parsed_.cause == Cause::none) parsed_.cause = inner.cause;
    carry_invoice(parsed_, inner);
  }

  const CompoundFile& file_;
  TextSink& sink_;
  int nesting_;
  MailAttachments attachments_;
  Parsed parsed_;
};

}  // namespace

Parsed parse_outlook(const CompoundFile& file, TextSink& sink, int nesting) {
  return OutlookReading(file, sink, nesting).run(file.root());
}

}  // namespace dms::search::extract
