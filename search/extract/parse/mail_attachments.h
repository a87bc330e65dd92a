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
  };
  void add(Item item);
  // A message within the message. Its text is the caller's to add.
  void add_message(std::string_view name);
  // HTML of the body: pictures that it shows are part of it and no attachments.
  void see_html(std::string_view html);

  // Lists all in `parsed`, then appends the texts of those with a parser here. Once.
  void append_to(TextSink& sink, Parsed& parsed);

 private:
  struct Kept {
    Attachment listed;
    std::string content_id;
    std::string content;
  };
  bool is_shown(const Kept& item) const;

  int nesting_;
  std::vector<Kept> items_;
  std::vector<std::string> pages_;  // HTML
};

}  // namespace dms::search::extract
