#include "deploy/demo/mail.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "dms/local_date.h"

namespace dms::demo {

namespace {

constexpr std::size_t line_length_max = 76;
constexpr std::string_view boundary = "=_Teil_aus_Musterbach_1";

std::string to_base64(std::string_view bytes) {
  static constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8U;
      if (i + j < bytes.size()) group |= static_cast<unsigned char>(bytes[i + j]);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out.push_back(i + j > bytes.size() ? '=' : digits[(group >> (18U - 6U * j)) & 0x3FU]);
    }
  }
  return out;
}

std::string in_lines(std::string_view text) {
  std::string out;
  for (; !text.empty(); text.remove_prefix(std::min(line_length_max, text.size()))) {
    out += std::string(text.substr(0, line_length_max)) + "\r\n";
  }
  return out;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// RFC 2047. A word is encoded in pieces that are short enough and break no character.
std::string encoded_words(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    std::size_t length = std::min<std::size_t>(text.size(), 42);
    while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) {
      --length;
    }
    if (!out.empty()) out += "\r\n ";
    out += "=?UTF-8?B?" + to_base64(text.substr(0, length)) + "?=";
    text.remove_prefix(length);
  }
  return out;
}

// RFC 2045 §6.7.
std::string quoted_printable(std::string_view text) {
  std::string out;
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      out += "\r\n";
      column = 0;
      continue;
    }
    const bool at_end = i + 1 == text.size() || text[i + 1] == '\n';
    const bool plain = c >= ' ' && c <= '~' && c != '=' && !(c == ' ' && at_end);
    const std::string piece =
        plain ? std::string(1, c) : fmt::format("={:02X}", static_cast<unsigned char>(c));
    if (column + piece.size() >= line_length_max) {
      out += "=\r\n";
      column = 0;
    }
    out += piece;
    column += piece.size();
  }
  return out + "\r\n";
}

std::string address_list(const std::vector<MailAddress>& addresses) {
  std::string out;
  for (const MailAddress& one : addresses) {
    if (!out.empty()) out += ",\r\n ";
    const std::string name = is_ascii(one.name) ? "\"" + one.name + "\"" : encoded_words(one.name);
    out += name + " <" + one.address + ">";
  }
  return out;
}

// With the German offset, as the sender's program wrote it.
std::string mail_date(Instant sent) {
  const auto midnight = std::chrono::floor<std::chrono::days>(sent);
  const Instant late = midnight + std::chrono::hours{22};
  const int offset = local_date(late) == Date{midnight} ? 1 : 2;
  const std::string date = format_http_date(sent + std::chrono::hours{offset});
  return fmt::format("{}+{:02}00", date.substr(0, date.size() - 3), offset);
}

std::string head_of(const Mail& mail) {
  std::string head = "From: " + address_list({mail.from}) + "\r\n";
  head += "To: " + address_list(mail.to) + "\r\n";
  if (!mail.cc.empty()) head += "Cc: " + address_list(mail.cc) + "\r\n";
  head += "Date: " + mail_date(mail.sent) + "\r\n";
  head += "Subject: " + encoded_words(mail.subject) + "\r\n";
  head += "Message-ID: <" + mail.message_id + ">\r\n";
  if (!mail.references.empty()) {
    head += "In-Reply-To: <" + mail.references.back() + ">\r\nReferences:";
    for (const std::string& reference : mail.references) head += "\r\n <" + reference + ">";
    head += "\r\n";
  }
  return head + "MIME-Version: 1.0\r\n";
}

std::string text_part(const Mail& mail) {
  return "Content-Type: text/plain; charset=utf-8\r\n"
         "Content-Transfer-Encoding: quoted-printable\r\n\r\n" +
         quoted_printable(mail.text);
}

}  // namespace

std::string render_mail(const Mail& mail) {
  std::string out = head_of(mail);
  if (mail.attachments.empty()) return out + text_part(mail);
  const std::string separator = fmt::format("--{}\r\n", boundary);
  out += fmt::format("Content-Type: multipart/mixed; boundary=\"{}\"\r\n\r\n", boundary);
  out += separator + text_part(mail);
  for (const MailAttachment& attachment : mail.attachments) {
    out += separator;
    out += fmt::format(
        "Content-Type: {}; name=\"{}\"\r\nContent-Disposition: attachment; filename=\"{}\"\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n",
        attachment.media_type, attachment.file_name, attachment.file_name);
    out += in_lines(to_base64(attachment.bytes));
  }
  return out + fmt::format("--{}--\r\n", boundary);
}

}  // namespace dms::demo
