#pragma once

// The objects of a PDF (ISO 32000-1) that stand beside its pages. C++17: see README.md.

#include <string>
#include <string_view>
#include <vector>

namespace dms::search::extract {

struct PdfObjects {
  struct File {
    std::string name;  // as given
    std::string content;
  };
  std::vector<File> files;       // attached to the document or to a page (7.11.4, 12.5.6.15)
  std::vector<std::string> xfa;  // the packets of an XFA form, each XML (12.7.8)
  std::vector<std::string> field_values;  // of text and choice fields, UTF-8 (12.7.3)
};

// What can be read; of a PDF that is damaged or behind a password, what was read before that
// showed. Throws std::bad_alloc where memory is exhausted.
PdfObjects read_pdf_objects(std::string_view bytes);

}  // namespace dms::search::extract
