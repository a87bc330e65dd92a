#pragma once

// Text in shapes, tables, charts and diagrams (DrawingML, ECMA-376 part 1, 20 and 21), with the
// numbers of numbered lists.

#include <array>
#include <optional>
#include <string>

#include "search/extract/parse/text_sink.h"
#include "search/extract/parse/xml.h"

namespace dms::search::extract {

// Shapes that only say "click here", as masters have them.
enum class Placeholders : std::uint8_t { read, left_out };

class DrawingText {
 public:
  explicit DrawingText(TextSink& sink, Placeholders placeholders = Placeholders::read)
      : sink_(sink), placeholders_(placeholders) {}

  void append(const pugi::xml_node& part) { walk(part, 0); }
  bool too_deep() const { return too_deep_; }

 private:
  struct Counter {  // of a list's level
    std::string type;
    int value = 0;
  };

  void walk(const pugi::xml_node& node, int depth);
  void walk_children(const pugi::xml_node& node, int depth);
  void paragraph(const pugi::xml_node& node, int depth);
  std::string next_label(const pugi::xml_node& properties);

  TextSink& sink_;
  Placeholders placeholders_;
  std::array<Counter, 9> counters_;
  bool too_deep_ = false;
};

}  // namespace dms::search::extract
