#pragma once

// What is filed in the demo municipalities: dossiers with their letters, as data.

#include <string>
#include <vector>

#include "deploy/demo/letter.h"
#include "dms/vocabulary.h"

namespace dms::demo {

struct StoryDocument {
  int days_ago = 0;  // the letter's date, moved off Sundays
  Direction direction = Direction::incoming;
  DocumentType type = DocumentType::letter;
  LetterFormat format = LetterFormat::pdf;
  std::string from;
  std::string to;
  std::string subject;
  std::vector<std::string> paragraphs;
};

struct Story {
  std::string unit_code;
  std::string title;
  Classification classification = Classification::normal;
  std::vector<StoryDocument> documents;
};

std::vector<Story> musterbach_stories();
std::vector<Story> nebenbach_stories();

}  // namespace dms::demo
