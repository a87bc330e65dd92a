#include "search/extract/parse/pdf/pdf_objects.h"

#include <qpdf/QPDF.hh>
#include <qpdf/QPDFEmbeddedFileDocumentHelper.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>

#include <exception>
#include <new>
#include <set>

namespace dms::search::extract {
namespace {

constexpr std::size_t files_max = 200;
constexpr std::size_t values_max = 2'000;
constexpr int field_depth_max = 32;

std::string stream_bytes(QPDFObjectHandle stream) {
  const auto buffer = stream.getStreamData(qpdf_dl_generalized);
  return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
}

class PdfReading {
 public:
  explicit PdfReading(PdfObjects& objects) : objects_(objects) {}

  void run(std::string_view bytes) {
    pdf_.setSuppressWarnings(true);
    pdf_.processMemoryFile("pdf", bytes.data(), bytes.size());
    read_form(pdf_.getRoot().getKey("/AcroForm"));
    read_files();
  }

 private:
  void read_files() {
    QPDFEmbeddedFileDocumentHelper helper(pdf_);
    for (const auto& [key, file] : helper.getEmbeddedFiles()) add(*file, key);
    for (QPDFPageObjectHelper& page : QPDFPageDocumentHelper(pdf_).getAllPages()) {
      QPDFObjectHandle notes = page.getObjectHandle().getKey("/Annots");
      if (!notes.isArray()) continue;
      for (QPDFObjectHandle& note : notes.getArrayAsVector()) {
        if (!note.isDictionary()) continue;
        QPDFObjectHandle subtype = note.getKey("/Subtype");
        if (!subtype.isName() || subtype.getName() != "/FileAttachment") continue;
        add(QPDFFileSpecObjectHelper(note.getKey("/FS")), {});
      }
    }
  }

  void add(QPDFFileSpecObjectHelper file, const std::string& key) {
    QPDFObjectHandle stream = file.getEmbeddedFileStream();
    if (!stream.isStream() || objects_.files.size() >= files_max) return;
    if (!seen_.insert(stream.getObjGen()).second) return;
    const std::string name = file.getFilename();
    objects_.files.push_back({name.empty() ? key : name, stream_bytes(stream)});
  }

  void read_form(QPDFObjectHandle form) {
    if (!form.isDictionary()) return;
    QPDFObjectHandle xfa = form.getKey("/XFA");
    if (xfa.isStream()) objects_.xfa.push_back(stream_bytes(xfa));
    if (xfa.isArray()) {
      for (QPDFObjectHandle& each : xfa.getArrayAsVector()) {
        if (each.isStream()) objects_.xfa.push_back(stream_bytes(each));
      }
    }
    read_fields(form.getKey("/Fields"), 0);
  }

  // Text and choice fields hold text; buttons hold the names of states.
  void read_fields(QPDFObjectHandle fields, int depth) {
    if (!fields.isArray() || depth > field_depth_max) return;
    for (QPDFObjectHandle& field : fields.getArrayAsVector()) {
      if (!field.isDictionary() || objects_.field_values.size() >= values_max) continue;
      if (QPDFObjectHandle value = field.getKey("/V"); value.isString()) {
        objects_.field_values.push_back(value.getUTF8Value());
      }
      read_fields(field.getKey("/Kids"), depth + 1);
    }
  }

  PdfObjects& objects_;
  QPDF pdf_;
  std::set<QPDFObjGen> seen_;
};

}  // namespace

PdfObjects read_pdf_objects(std::string_view bytes) {
  PdfObjects objects;
  try {
    PdfReading(objects).run(bytes);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    // Damaged, or behind a password: what was read so far.
  }
  return objects;
}

}  // namespace dms::search::extract
