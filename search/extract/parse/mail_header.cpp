#include "search/extract/parse/mail_header.h"

#include <chrono>
#include <memory>
#include <string>

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

std::optional<Instant> instant_of(GDateTime* time) {
  if (time == nullptr) return std::nullopt;
  const Instant instant{std::chrono::seconds{g_date_time_to_unix(time)}};
  return parse_rfc3339(format_rfc3339(instant));  // a year of four digits, or nothing
}

void append_line(const char* name, std::string_view value, TextSink& sink) {
  if (value.empty()) return;
  sink.append(name);
  sink.append(": ");
  sink.append(clean_metadata(value, line_bytes_max));
  sink.append("\n");
}

}  // namespace

MailFacts read_mail_facts(GMimeMessage* message) {
  MailFacts mail;
  mail.from = clean_metadata(address_text(g_mime_message_get_from(message)), metadata_bytes_max);
  mail.to = parties(g_mime_message_get_to(message));
  mail.cc = parties(g_mime_message_get_cc(message));
  mail.sent_at = instant_of(g_mime_message_get_date(message));
  mail.subject = clean_metadata(view(g_mime_message_get_subject(message)), metadata_bytes_max);
  return mail;
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
