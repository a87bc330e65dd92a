#pragma once

// What mails carry: listed with name and type, their text after the body's. Shared by MIME and
// Outlook messages.

#include <string>
#include <string_view>
#include <vector>

#include "search/extract/parse/parsed.h"
#include "search/extract/parse/text_sink.h"

namespace dms::search::extract {

class MailAttachments {
 public:
  // `nesting` counts the files around the message.
  explicit MailAttachments(int nesting) : nesting_(nesting) {}

  struct Item {
    std::string name;        // as given
    std::string content_id;  // without its angle brackets, or a location; empty where it has none
    std::string content;
    bool hidden = false;  // the mail's program says that it is only part of the body
    // It is said to be shown with the body, and not to be a file that is sent along.
    bool is_beside_text = false;
  };
  void add(Item item);
  // A message within the message. Its text is the caller's to add; `content` may be empty where it
  // cannot be had as a file.
  void add_message(std::string_view name, std::string content);
  // HTML of the body: pictures that it shows are part of it and no attachments.
  void see_html(std::string_view html);

  // Appends the texts of those with a parser here, and lists all in `parsed`. Once. A PDF is left
  // to who has the tool for it.
  void append_to(TextSink& sink, Parsed& parsed);

 private:
  struct Kept {
    Attachment listed;
    std::string content_id;
    std::string content;
    bool is_message = false;
    bool is_beside_text = false;
  };
  bool is_shown(const Kept& item) const;
  static bool is_signature(const Kept& item);
  void append_text(const Kept& item, TextSink& sink, Parsed& parsed) const;

  int nesting_;
  std::vector<Kept> items_;
  std::vector<std::string> pages_;  // HTML
};

}  // namespace dms::search::extract
