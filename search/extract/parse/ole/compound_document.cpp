#include "search/extract/parse/ole/compound_document.h"

#include <array>

#include "search/extract/parse/ole/compound_file.h"
#include "search/extract/parse/ole/excel_binary.h"
#include "search/extract/parse/ole/outlook.h"
#include "search/extract/parse/ole/powerpoint_binary.h"
#include "search/extract/parse/ole/word_binary.h"

namespace dms::search::extract {
namespace {

struct Mark {
  std::string_view stream;
  std::string_view type;
};
constexpr std::array marks = {Mark{"EncryptedPackage", "application/encrypted"},
                              Mark{"__properties_version1.0", "application/vnd.ms-outlook"},
                              Mark{"WordDocument", "application/msword"},
                              Mark{"PowerPoint Document", "application/vnd.ms-powerpoint"},
                              Mark{"Workbook", "application/vnd.ms-excel"},
                              Mark{"Book", "application/vnd.ms-excel"}};

}  // namespace

std::string_view type_of_compound_file(std::string_view bytes) {
  const auto file = CompoundFile::open(bytes);
  if (!file) return {};
  for (const Mark& mark : marks) {
    if (file->find(file->root(), mark.stream) != nullptr) return mark.type;
  }
  return {};
}

Parsed parse_compound_document(std::string_view mime_type, std::string_view bytes, TextSink& sink,
                               int nesting) {
  const auto file = CompoundFile::open(bytes);
  if (!file) return not_parsed(TextState::damaged, Cause::broken_container);
  if (mime_type == "application/vnd.ms-outlook") return parse_outlook(*file, sink, nesting);
  if (mime_type == "application/msword") return parse_word_binary(*file, sink);
  if (mime_type == "application/vnd.ms-excel") return parse_excel_binary(*file, sink);
  if (mime_type == "application/vnd.ms-powerpoint") return parse_powerpoint_binary(*file, sink);
  return not_parsed(TextState::unsupported, Cause::no_parser);
}

}  // namespace dms::search::extract
