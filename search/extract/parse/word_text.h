#pragma once

// The text of one part of a DOCX, by a walk over its elements.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "search/extract/parse/text_sink.h"
#include "search/extract/parse/word_numbering.h"
#include "search/extract/parse/xml.h"

namespace dms::search::extract {

class WordText {
 public:
  // Both are borrowed.
  WordText(TextSink& sink, WordNumbering& numbering) : sink_(sink), numbering_(numbering) {}

  // Appends a part's text. Of tracked changes the new state counts; of alternatives (shapes in two
  // formats) the first.
  void append(const pugi::xml_node& part) { walk(part, 0); }

  // Targets in field instructions ("INCLUDEPICTURE "http://…"").
  const std::vector<std::string>& field_targets() const { return field_targets_; }
  bool too_deep() const { return too_deep_; }

 private:
  void walk(const pugi::xml_node& node, int depth);
  void walk_children(const pugi::xml_node& node, int depth);
  void paragraph(const pugi::xml_node& node, int depth);
  void alternatives(const pugi::xml_node& node, int depth);
  void description(const pugi::xml_node& node);
  void take_instruction(std::string_view instruction);

  TextSink& sink_;
  WordNumbering& numbering_;
  std::vector<std::string> field_targets_;
  bool too_deep_ = false;
};

}  // namespace dms::search::extract
