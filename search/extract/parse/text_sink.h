#pragma once

// Where parsers put the text they find, in document order. Holds little more than its limit, and
// makes valid, NFC-normalised UTF-8 of whatever it was given.

#include <cstddef>
#include <string>
#include <string_view>

namespace dms::search::extract {

class TextSink {
 public:
  explicit TextSink(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // UTF-8; ill-formed parts are mended at the end.
  void append(std::string_view text);
  // Ends the line, unless none has begun.
  void line_break();
  // Ends a paragraph: its line, or one empty line where it is empty.
  void paragraph_end();
  // Divides pages. Breaks without text between them (Word writes two for one) count once.
  void page_break();
  // Divides pages always, as where the file counts them itself: an empty page stays one.
  void hard_page_break();
  // A space, unless there is white space already.
  void space();

  // True once the limit is passed: parsers may stop.
  // Nothing but white space so far.
  bool is_blank() const { return text_.find_first_not_of(" \t\r\n\f") == std::string::npos; }
  bool full() const { return text_.size() > bytes_max_; }
  // Bytes still wanted, and one more.
  std::size_t room() const { return full() ? 0 : bytes_max_ + 1 - text_.size(); }
  // Anything but white space so far?
  bool has_text() const { return has_text_; }

  struct Finished {
    std::string text;  // empty where there was nothing but white space
    bool cut = false;
  };
  // The text: control characters but line feed, tab and form feed taken out, white space at the
  // end too, cut on a code point at the limit. The sink is then spent.
  Finished finish();

 private:
  std::size_t bytes_max_;
  std::string text_;
  bool has_text_ = false;
  bool text_on_page_ = false;
};

// One line of metadata: valid UTF-8, NFC, no control or bidirectional characters, trimmed, at most
// `bytes_max` bytes; possibly empty.
std::string clean_metadata(std::string_view text, std::size_t bytes_max);

}  // namespace dms::search::extract
