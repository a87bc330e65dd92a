#include "search/extract/parse/html.h"

#include <libxml/HTMLparser.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "search/extract/parse/charset.h"

namespace dms::search::extract {
namespace {

constexpr std::size_t title_bytes_max = 4096;

template <std::size_t count>
constexpr bool is_one_of(std::string_view name, const std::array<std::string_view, count>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 6> hidden_elements{"script", "style",  "template",
                                                          "head",   "object", "svg"};
constexpr std::array<std::string_view, 46> block_elements{
    "address", "article", "aside", "blockquote", "body",    "caption", "center",   "dd",
    "details", "dialog",  "dir",   "div",        "dl",      "dt",      "fieldset", "figcaption",
    "figure",  "footer",  "form",  "h1",         "h2",      "h3",      "h4",       "h5",
    "h6",      "header",  "hr",    "legend",     "li",      "main",    "menu",     "nav",
    "ol",      "option",  "p",     "pre",        "section", "select",  "summary",  "table",
    "tbody",   "tfoot",   "thead", "tr",         "ul",      "noscript"};
constexpr std::array<std::string_view, 3> preformatted_elements{"pre", "textarea", "listing"};
// Elements without an end.
constexpr std::array<std::string_view, 6> void_elements{"br", "img", "hr", "input", "meta", "link"};

class HtmlText {
 public:
  explicit HtmlText(TextSink& sink) : sink_(sink) {}

  void start(std::string_view name, const xmlChar** attributes) {
    if (name == "title" && title_.empty()) in_title_ = true;
    if (hidden_ == 0) {
      if (is_one_of(name, block_elements)) sink_.line_break();
      if (name == "br") sink_.append("\n");
      if (name == "img" || name == "area") append_attribute(attributes, "alt");
    }
    if (is_one_of(name, void_elements)) return;
    if (is_one_of(name, hidden_elements)) ++hidden_;
    if (is_one_of(name, preformatted_elements)) ++preformatted_;
  }

  void end(std::string_view name) {
    if (name == "title") in_title_ = false;
    if (is_one_of(name, void_elements)) return;
    if (is_one_of(name, hidden_elements) && hidden_ > 0) --hidden_;
    if (is_one_of(name, preformatted_elements) && preformatted_ > 0) --preformatted_;
    if (hidden_ != 0) return;
    if (is_one_of(name, block_elements)) sink_.line_break();
    if (name == "td" || name == "th") sink_.space();
  }

  void characters(std::string_view text) {
    if (in_title_ && title_.size() < title_bytes_max) title_ += text;
    if (hidden_ != 0) return;
    if (preformatted_ > 0) {
      sink_.append(text);
    } else {
      append_collapsed(text);
    }
  }

  std::string take_title() { return std::move(title_); }

 private:
  void append_collapsed(std::string_view text) {
    constexpr std::string_view white = " \t\r\n\f";
    while (!text.empty()) {
      const std::size_t word = std::min(text.find_first_not_of(white), text.size());
      if (word > 0) sink_.space();
      text.remove_prefix(word);
      const std::size_t end = std::min(text.find_first_of(white), text.size());
      sink_.append(text.substr(0, end));
      text.remove_prefix(end);
    }
  }

  void append_attribute(const xmlChar** attributes, std::string_view wanted) {
    for (; attributes != nullptr && *attributes != nullptr; attributes += 2) {
      if (reinterpret_cast<const char*>(attributes[0]) != wanted || attributes[1] == nullptr) {
        continue;
      }
      sink_.space();
      append_collapsed(reinterpret_cast<const char*>(attributes[1]));
      sink_.space();
    }
  }

  TextSink& sink_;
  std::string title_;
  bool in_title_ = false;
  int hidden_ = 0;
  int preformatted_ = 0;
};

HtmlText& of(void* context) {
  return *static_cast<HtmlText*>(context);
}

xmlSAXHandler make_handler() {
  xmlSAXHandler handler{};
  handler.startElement = [](void* context, const xmlChar* name, const xmlChar** attributes) {
    of(context).start(reinterpret_cast<const char*>(name), attributes);
  };
  handler.endElement = [](void* context, const xmlChar* name) {
    of(context).end(reinterpret_cast<const char*>(name));
  };
  handler.characters = [](void* context, const xmlChar* text, int length) {
    of(context).characters({reinterpret_cast<const char*>(text), static_cast<std::size_t>(length)});
  };
  handler.ignorableWhitespace = handler.characters;
  return handler;  // no cdataBlock: that is how scripts and styles come
}

struct FreeContext {
  void operator()(htmlParserCtxt* context) const { htmlFreeParserCtxt(context); }
};

}  // namespace

Parsed parse_html(std::string_view bytes, std::string_view charset, TextSink& sink) {
  // Markup is several times its text; a page of more than this beyond the text wanted is cut.
  constexpr std::size_t markup_bytes_max = 64U << 20U;
  const std::string declared =
      charset.empty() ? declared_html_charset(bytes) : std::string(charset);
  std::string page = to_utf8(bytes, declared, sink.room() + markup_bytes_max);
  std::replace(page.begin(), page.end(), '\0', ' ');
  std::unique_ptr<htmlParserCtxt, FreeContext> context(htmlNewParserCtxt());
  if (!context) return not_parsed(TextState::limit_exceeded, Cause::out_of_memory);
  HtmlText text(sink);
  *context->sax = make_handler();
  context->userData = &text;
  // The document is events only; what little libxml2 builds besides goes with the context.
  htmlDocPtr document = htmlCtxtReadMemory(
      context.get(), page.data(), static_cast<int>(page.size()), nullptr, "UTF-8",
      HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
          HTML_PARSE_IGNORE_ENC);
  if (document != nullptr) xmlFreeDoc(document);
  Parsed parsed;
  parsed.title = text.take_title();
  return parsed;
}

}  // namespace dms::search::extract
