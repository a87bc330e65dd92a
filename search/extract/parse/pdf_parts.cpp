#include "search/extract/parse/pdf_parts.h"

#include <qpdf/QPDF.hh>
#include <qpdf/QPDFEmbeddedFileDocumentHelper.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>

#include <algorithm>
#include <array>
#include <exception>
#include <new>
#include <set>
#include <utility>

#include "search/extract/parse/detect.h"
#include "search/extract/parse/dispatch.h"
#include "search/extract/parse/xml.h"
#include "search/extract/protocol/reply.h"

namespace dms::search::extract {
namespace {

constexpr std::size_t files_max = 200;
constexpr std::size_t texts_max = 2'000;
constexpr int field_depth_max = 32;

struct AttachedFile {
  std::string name;
  std::string content;
};

std::string stream_bytes(QPDFObjectHandle stream) {
  const auto buffer = stream.getStreamData(qpdf_dl_generalized);
  return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

class PdfReading {
 public:
  explicit PdfReading(std::string_view bytes) {
    pdf_.setSuppressWarnings(true);
    pdf_.processMemoryFile("pdf", bytes.data(), bytes.size());
  }

  std::vector<AttachedFile> files() {
    QPDFEmbeddedFileDocumentHelper helper(pdf_);
    for (const auto& [key, file] : helper.getEmbeddedFiles()) add(*file, key);
    for (QPDFPageObjectHelper& page : QPDFPageDocumentHelper(pdf_).getAllPages()) {
      for (QPDFObjectHandle& note : annotations_of(page.getObjectHandle())) {
        QPDFObjectHandle subtype = note.getKey("/Subtype");
        if (!subtype.isName() || subtype.getName() != "/FileAttachment") continue;
        add(QPDFFileSpecObjectHelper(note.getKey("/FS")), {});
      }
    }
    return std::move(files_);
  }

  std::vector<std::string> form_texts() {
    QPDFObjectHandle form = pdf_.getRoot().getKey("/AcroForm");
    if (!form.isDictionary()) return {};
    std::vector<std::string> texts;
    QPDFObjectHandle xfa = form.getKey("/XFA");
    if (xfa.isStream()) take_xfa(xfa, texts);
    if (xfa.isArray()) {
      for (QPDFObjectHandle& each : xfa.getArrayAsVector()) {
        if (each.isStream()) take_xfa(each, texts);
      }
    }
    take_fields(form.getKey("/Fields"), texts, 0);
    return texts;
  }

 private:
  static std::vector<QPDFObjectHandle> annotations_of(QPDFObjectHandle page) {
    QPDFObjectHandle list = page.getKey("/Annots");
    std::vector<QPDFObjectHandle> found;
    if (!list.isArray()) return found;
    for (QPDFObjectHandle& each : list.getArrayAsVector()) {
      if (each.isDictionary()) found.push_back(each);
    }
    return found;
  }

  void add(QPDFFileSpecObjectHelper file, const std::string& key) {
    QPDFObjectHandle stream = file.getEmbeddedFileStream();
    if (!stream.isStream() || files_.size() >= files_max) return;
    if (!seen_.insert(stream.getObjGen()).second) return;
    std::string name = file.getFilename();
    files_.push_back({name.empty() ? key : std::move(name), stream_bytes(stream)});
  }

  static void take_xfa(const QPDFObjectHandle& stream, std::vector<std::string>& texts) {
    for (std::string& each : xfa_texts(stream_bytes(stream))) {
      if (texts.size() < texts_max) texts.push_back(std::move(each));
    }
  }

  // Text and choice fields hold text; buttons hold the names of states.
  void take_fields(QPDFObjectHandle fields, std::vector<std::string>& texts, int depth) {
    if (!fields.isArray() || depth > field_depth_max) return;
    for (QPDFObjectHandle& field : fields.getArrayAsVector()) {
      if (!field.isDictionary() || texts.size() >= texts_max) continue;
      if (QPDFObjectHandle value = field.getKey("/V"); value.isString()) {
        if (!is_blank(value.getUTF8Value())) texts.push_back(value.getUTF8Value());
      }
      take_fields(field.getKey("/Kids"), texts, depth + 1);
    }
  }

  QPDF pdf_;
  std::vector<AttachedFile> files_;
  std::set<QPDFObjGen> seen_;
};

class XfaTexts {
 public:
  void walk(const pugi::xml_node& node, int depth) {
    if (depth > xml_depth_max || texts.size() >= texts_max) return;
    const std::string_view name = local_name(node.name());
    // What a form does, and what it offers for choice.
    constexpr std::array<std::string_view, 9> unread{"script", "calculate", "validate",
                                                     "event",  "assist",    "items",
                                                     "config", "localeSet", "bind"};
    if (std::find(unread.begin(), unread.end(), name) != unread.end()) return;
    in_data_ = in_data_ || name == "datasets";
    const bool shown = in_data_ || name == "text" || name == "exData" || in_html_;
    const bool was_html = std::exchange(in_html_, in_html_ || name == "exData");
    for (const pugi::xml_node& each : node.children()) {
      if (each.type() == pugi::node_element) walk(each, depth + 1);
      const bool text = each.type() == pugi::node_pcdata || each.type() == pugi::node_cdata;
      if (text && shown && !is_blank(each.value())) texts.emplace_back(each.value());
    }
    in_html_ = was_html;
    if (name == "datasets") in_data_ = false;
  }

  std::vector<std::string> texts;

 private:
  bool in_data_ = false;
  bool in_html_ = false;
};

struct PdfParts {
  std::vector<AttachedFile> files;
  std::vector<std::string> texts;
};

PdfParts read_parts(std::string_view bytes) {
  PdfParts parts;
  try {
    PdfReading reading(bytes);
    parts.texts = reading.form_texts();
    parts.files = reading.files();
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    // Damaged, or behind a password: what was read so far.
  }
  return parts;
}

}  // namespace

std::vector<std::string> xfa_texts(std::string xml) {
  pugi::xml_document document;
  std::replace(xml.begin(), xml.end(), '\0', ' ');
  if (!load_xml(document, xml)) return {};
  XfaTexts walk;
  walk.walk(document.document_element(), 0);
  return std::move(walk.texts);
}

Parsed parse_pdf_parts(std::string_view bytes, TextSink& sink, int nesting) {
  Parsed parsed;
  PdfParts parts = read_parts(bytes);
  for (const std::string& each : parts.texts) {
    sink.append(each);
    sink.line_break();
  }
  bool begun = false;
  for (AttachedFile& file : parts.files) {
    Attachment listed;
    listed.name = clean_metadata(file.name, attachment_name_bytes_max);
    listed.mime_type = detect_type(file.content);
    TextSink text(sink.room());
    Parsed inner = parse_as(listed.mime_type, file.content, text, nesting + 1);
    // An invoice's data are the PDF itself in another form: no text of their own.
    if (inner.invoice && !parsed.invoice) {
      parsed.invoice = std::move(inner.invoice);
    } else if (inner.state == TextState::extracted && text.has_text()) {
      if (!std::exchange(begun, true)) sink.hard_page_break();
      sink.append(listed.name + "\n" + text.finish().text);
      sink.line_break();
    }
    parsed.attachments.push_back(std::move(listed));
    parsed.contents.push_back(std::move(file.content));
  }
  return parsed;
}

}  // namespace dms::search::extract
