#include "search/extract/parse/pdf/pdf_part.h"

#include <qpdf/QPDF.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFWriter.hh>

#include <exception>
#include <memory>
#include <new>
#include <vector>

namespace dms::search::extract {
namespace {

std::string write(QPDF& part) {
  QPDFWriter writer(part);
  writer.setOutputMemory();
  writer.setStreamDataMode(qpdf_s_preserve);
  writer.setObjectStreamMode(qpdf_o_generate);
  // Made of the content: the same pages give the same bytes.
  writer.setDeterministicID(true);
  writer.write();
  const std::shared_ptr<Buffer> buffer = writer.getBufferSharedPointer();
  return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
}

}  // namespace

std::string pdf_part(std::string_view bytes, std::uint32_t first, std::uint32_t last) {
  try {
    QPDF whole;
    whole.setSuppressWarnings(true);
    whole.processMemoryFile("pdf", bytes.data(), bytes.size());
    const std::vector<QPDFPageObjectHelper> pages = QPDFPageDocumentHelper(whole).getAllPages();
    if (first == 0 || first > last || last > pages.size()) return {};
    QPDF part;
    part.setSuppressWarnings(true);
    part.emptyPDF();
    QPDFPageDocumentHelper helper(part);
    for (std::uint32_t number = first; number <= last; ++number) {
      helper.addPage(pages[number - 1], false);
    }
    return write(part);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace dms::search::extract
