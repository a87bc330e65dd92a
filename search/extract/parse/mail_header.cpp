#include "search/extract/parse/mail_header.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "search/extract/protocol/reply.h"

namespace dms::search::extract {
namespace {

constexpr std::size_t line_bytes_max = metadata_bytes_max * 8;  // as text, where lists are long

struct FreeText {
  void operator()(char* text) const { g_free(text); }
};
using OwnedText = std::unique_ptr<char, FreeText>;

std::string_view view(const char* text) {
  return text == nullptr ? "" : std::string_view(text);
}

std::string address_text(InternetAddressList* list) {
  if (list == nullptr) return {};
  const OwnedText text(internet_address_list_to_string(list, nullptr, FALSE));
  return std::string(view(text.get()));
}

std::vector<std::string> parties(InternetAddressList* list) {
  std::vector<std::string> found;
  const int count = list == nullptr ? 0 : internet_address_list_length(list);
  for (int i = 0; i < count && found.size() < MailFacts::parties_max; ++i) {
    InternetAddress* address = internet_address_list_get_address(list, i);
    const OwnedText text(internet_address_to_string(address, nullptr, FALSE));
    std::string party = clean_metadata(view(text.get()), metadata_bytes_max);
    if (!party.empty()) found.push_back(std::move(party));
  }
  return found;
}

// A field that is no list of addresses, as its writer left it.
std::string field_text(GMimeMessage* message, const char* name) {
  const char* const raw = g_mime_object_get_header(GMIME_OBJECT(message), name);
  if (raw == nullptr) return {};
  const OwnedText text(g_mime_utils_header_decode_text(nullptr, raw));
  return clean_metadata(view(text.get()), metadata_bytes_max);
}

std::vector<std::string> as_party(std::string text) {
  if (text.empty()) return {};
  return {std::move(text)};
}

std::optional<Instant> instant_of(GDateTime* time) {
  if (time == nullptr) return std::nullopt;
  const Instant instant{std::chrono::seconds{g_date_time_to_unix(time)}};
  return parse_rfc3339(format_rfc3339(instant));  // a year of four digits, or nothing
}

// When the last of the servers on its way got it ("Received: from … by …; date"): near enough where
// a mail's own date is none.
std::optional<Instant> received_at(GMimeMessage* message) {
  const std::string_view received =
      view(g_mime_object_get_header(GMIME_OBJECT(message), "Received"));
  const std::size_t date = received.rfind(';');
  if (date == std::string_view::npos) return std::nullopt;
  GDateTime* const time = g_mime_utils_header_decode_date(received.data() + date + 1);
  const std::optional<Instant> instant = instant_of(time);
  if (time != nullptr) g_date_time_unref(time);
  return instant;
}

void append_line(const char* name, std::string_view value, TextSink& sink) {
  if (value.empty()) return;
  sink.append(name);
  sink.append(": ");
  sink.append(clean_metadata(value, line_bytes_max));
  sink.append("\n");
}

std::string joined(const std::vector<std::string>& parties) {
  std::string text;
  for (const std::string& each : parties) text += (text.empty() ? "" : ", ") + each;
  return text;
}

}  // namespace

MailFacts read_mail_facts(GMimeMessage* message) {
  MailFacts mail;
  mail.from = clean_metadata(address_text(g_mime_message_get_from(message)), metadata_bytes_max);
  if (mail.from.empty()) mail.from = field_text(message, "From");
  mail.to = parties(g_mime_message_get_to(message));
  if (mail.to.empty()) mail.to = as_party(field_text(message, "To"));
  mail.cc = parties(g_mime_message_get_cc(message));
  if (mail.cc.empty()) mail.cc = as_party(field_text(message, "Cc"));
  mail.sent_at = instant_of(g_mime_message_get_date(message));
  if (!mail.sent_at) mail.sent_at = received_at(message);
  mail.subject = clean_metadata(view(g_mime_message_get_subject(message)), metadata_bytes_max);
  mail.message_id =
      clean_metadata(view(g_mime_message_get_message_id(message)), metadata_bytes_max);
  GMimeObject* const object = GMIME_OBJECT(message);
  mail.answers = message_ids(view(g_mime_object_get_header(object, "In-Reply-To")));
  mail.thread = message_ids(view(g_mime_object_get_header(object, "References")));
  return mail;
}

std::string party_text(const std::string& given, const std::string& address) {
  // Outlook puts an address that stands for a name in quotation marks.
  const bool quoted = given.size() > 1 && given.front() == '\'' && given.back() == '\'';
  const std::string name = quoted ? given.substr(1, given.size() - 2) : given;
  if (address.empty() || name == address) return clean_metadata(name, metadata_bytes_max);
  InternetAddress* const party =
      internet_address_mailbox_new(name.empty() ? nullptr : name.c_str(), address.c_str());
  const OwnedText text(internet_address_to_string(party, nullptr, FALSE));
  g_object_unref(party);
  return clean_metadata(view(text.get()), metadata_bytes_max);
}

std::vector<std::string> message_ids(std::string_view field) {
  std::vector<std::string> ids;
  while (ids.size() < MailFacts::parties_max) {
    const std::size_t begin = field.find('<');
    if (begin == std::string_view::npos) break;
    field.remove_prefix(begin + 1);
    const std::size_t end = field.find('>');
    if (end == std::string_view::npos) break;
    std::string id = clean_metadata(field.substr(0, end), metadata_bytes_max);
    if (!id.empty()) ids.push_back(std::move(id));
    field.remove_prefix(end + 1);
  }
  return ids;
}

void append_mail_header(const MailFacts& mail, TextSink& sink) {
  append_line("From", mail.from, sink);
  append_line("To", joined(mail.to), sink);
  append_line("Cc", joined(mail.cc), sink);
  if (mail.sent_at) append_line("Date", format_rfc3339(*mail.sent_at), sink);
  append_line("Subject", mail.subject, sink);
  sink.append("\n");
}

void append_mail_header(GMimeMessage* message, TextSink& sink) {
  append_line("From", address_text(g_mime_message_get_from(message)), sink);
  append_line("To", address_text(g_mime_message_get_to(message)), sink);
  append_line("Cc", address_text(g_mime_message_get_cc(message)), sink);
  append_line("Date", view(g_mime_object_get_header(GMIME_OBJECT(message), "Date")), sink);
  append_line("Subject", view(g_mime_message_get_subject(message)), sink);
  sink.append("\n");
}

}  // namespace dms::search::extract
