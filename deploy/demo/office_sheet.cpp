#include <array>

#include "deploy/demo/calendar.h"
#include "deploy/demo/render.h"
#include "deploy/demo/xml_text.h"
#include "deploy/demo/zip_file.h"

namespace dms::demo {

namespace {

enum class LineKind : std::uint8_t { plain, small, bold, title };

// What both formats are written with: paragraphs and tables, one below the other.
class OfficeWriter {
 public:
  virtual ~OfficeWriter() = default;
  // Lines of one paragraph are separated by \n.
  virtual void paragraph(std::string_view text, LineKind kind) = 0;
  virtual void table(const Table& table) = 0;
};

struct BlockWriter {
  OfficeWriter& writer;
  void operator()(const Paragraph& block) const { writer.paragraph(block.text, LineKind::plain); }
  void operator()(const Heading& block) const { writer.paragraph(block.text, LineKind::bold); }
  void operator()(const Item& block) const {
    writer.paragraph(block.label + " " + block.text, LineKind::plain);
  }
  void operator()(const Table& block) const { writer.table(block); }
};

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) {
    if (line.empty()) continue;
    if (!text.empty()) text.push_back('\n');
    text += line;
  }
  return text;
}

void write_sheet(OfficeWriter& writer, const Sheet& sheet) {
  const Correspondent& sender = sheet.sender;
  writer.paragraph(sender.name, LineKind::bold);
  writer.paragraph(joined({sender.unit, sender.street, sender.place}), LineKind::small);
  if (sheet.recipient) {
    const Correspondent& to = *sheet.recipient;
    writer.paragraph(joined({to.name, to.unit, to.street, to.place}), LineKind::plain);
  }
  std::vector<std::string> references;
  for (const ReferenceLine& line : sheet.references) {
    references.push_back(line.label + ": " + line.value);
  }
  references.push_back("Datum: " + german_date(sheet.date));
  writer.paragraph(joined(references), LineKind::small);
  if (sheet.layout == SheetLayout::note) writer.paragraph("Vermerk", LineKind::title);
  writer.paragraph(sheet.subject, LineKind::bold);
  if (!sheet.greeting.empty()) writer.paragraph(sheet.greeting, LineKind::plain);
  for (const Block& block : sheet.body) std::visit(BlockWriter{writer}, block);
  const Signature& signature = sheet.signature;
  if (!signature.closing.empty()) writer.paragraph(signature.closing, LineKind::plain);
  if (!signature.lines.empty()) writer.paragraph(joined(signature.lines), LineKind::plain);
  if (!signature.enclosed.empty()) {
    writer.paragraph("Anlagen:\n" + joined(signature.enclosed), LineKind::small);
  }
}

// Text with its line breaks as `line_break`.
std::string broken(std::string_view text, std::string_view before, std::string_view line_break,
                   std::string_view after) {
  std::string out(before);
  while (true) {
    const auto end = text.find('\n');
    out += escape_xml(text.substr(0, end));
    if (end == std::string_view::npos) break;
    out += line_break;
    text.remove_prefix(end + 1);
  }
  return out + std::string(after);
}

class DocxWriter final : public OfficeWriter {
 public:
  void paragraph(std::string_view text, LineKind kind) override {
    static constexpr std::array properties = {
        "<w:sz w:val=\"21\"/>", "<w:color w:val=\"555555\"/><w:sz w:val=\"17\"/>",
        "<w:b/><w:sz w:val=\"22\"/>", "<w:b/><w:sz w:val=\"32\"/>"};
    body_ += "<w:p><w:pPr><w:spacing w:after=\"160\"/></w:pPr><w:r><w:rPr>" +
             std::string("<w:rFonts w:ascii=\"Arial\" w:hAnsi=\"Arial\"/>") +
             properties.at(static_cast<std::size_t>(kind)) + "</w:rPr>" +
             broken(text, "<w:t xml:space=\"preserve\">",
                    "</w:t><w:br/><w:t xml:space=\"preserve\">", "</w:t>") +
             "</w:r></w:p>";
  }

  void table(const Table& table) override {
    body_ +=
        "<w:tbl><w:tblPr><w:tblW w:w=\"9000\" w:type=\"dxa\"/><w:tblBorders>"
        "<w:insideH w:val=\"single\" w:sz=\"4\"/><w:bottom w:val=\"single\" w:sz=\"4\"/>"
        "</w:tblBorders></w:tblPr>";
    for (const Table::Row& row : table.rows) {
      body_ += "<w:tr>";
      for (const std::string& cell : row.cells) {
        body_ += "<w:tc>";
        const bool bold = row.is_total || &row == &table.rows.front();
        paragraph(cell, bold ? LineKind::bold : LineKind::plain);
        body_ += "</w:tc>";
      }
      body_ += "</w:tr>";
    }
    body_ += "</w:tbl>";
  }

  const std::string& body() const { return body_; }

 private:
  std::string body_;
};

class OdtWriter final : public OfficeWriter {
 public:
  void paragraph(std::string_view text, LineKind kind) override {
    static constexpr std::array styles = {"Plain", "Small", "Bold", "Title"};
    body_ += broken(text,
                    std::string("<text:p text:style-name=\"") +
                        styles.at(static_cast<std::size_t>(kind)) + "\">",
                    "<text:line-break/>", "</text:p>");
  }

  void table(const Table& table) override {
    const std::string columns = std::to_string(table.widths.size());
    body_ += "<table:table><table:table-column table:number-columns-repeated=\"" + columns + "\"/>";
    for (const Table::Row& row : table.rows) {
      body_ += "<table:table-row>";
      for (const std::string& cell : row.cells) {
        body_ += "<table:table-cell>";
        const bool bold = row.is_total || &row == &table.rows.front();
        paragraph(cell, bold ? LineKind::bold : LineKind::plain);
        body_ += "</table:table-cell>";
      }
      body_ += "</table:table-row>";
    }
    body_ += "</table:table>";
  }

  const std::string& body() const { return body_; }

 private:
  std::string body_;
};

std::string odt_style(std::string_view name, std::string_view text_properties) {
  return "<style:style style:name=\"" + std::string(name) +
         "\" style:family=\"paragraph\"><style:paragraph-properties fo:margin-bottom=\"0.25cm\"/>"
         "<style:text-properties " +
         std::string(text_properties) + "/></style:style>";
}

}  // namespace

Result<std::string> render_docx(const Sheet& sheet) {
  DocxWriter writer;
  write_sheet(writer, sheet);
  const std::string head(xml_head);
  const std::string office = "http://schemas.openxmlformats.org/";
  return make_zip({
      {"[Content_Types].xml",
       head + "<Types xmlns=\"" + office + "package/2006/content-types\">" +
           "<Default Extension=\"rels\" ContentType=\"application/"
           "vnd.openxmlformats-package.relationships+xml\"/>"
           "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
           "<Override PartName=\"/word/document.xml\" ContentType=\"application/"
           "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>"},
      {"_rels/.rels",
       head + "<Relationships xmlns=\"" + office + "package/2006/relationships\">" +
           "<Relationship Id=\"rId1\" Type=\"" + office +
           "officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>"
           "</Relationships>"},
      {"word/document.xml", head + "<w:document xmlns:w=\"" + office +
                                "wordprocessingml/2006/main\"><w:body>" + writer.body() +
                                "</w:body></w:document>"},
  });
}

Result<std::string> render_odt(const Sheet& sheet) {
  OdtWriter writer;
  write_sheet(writer, sheet);
  const std::string head(xml_head);
  const std::string urn = "urn:oasis:names:tc:opendocument:xmlns:";
  const std::string type = "application/vnd.oasis.opendocument.text";
  const std::string styles = odt_style("Plain", "fo:font-size=\"10.5pt\"") +
                             odt_style("Small", "fo:font-size=\"8.5pt\" fo:color=\"#555555\"") +
                             odt_style("Bold", "fo:font-size=\"11pt\" fo:font-weight=\"bold\"") +
                             odt_style("Title", "fo:font-size=\"16pt\" fo:font-weight=\"bold\"");
  return make_zip({
      {"mimetype", type},
      {"META-INF/manifest.xml",
       head + "<manifest:manifest xmlns:manifest=\"" + urn + "manifest:1.0\" " +
           "manifest:version=\"1.2\"><manifest:file-entry manifest:full-path=\"/\" "
           "manifest:media-type=\"" +
           type +
           "\"/><manifest:file-entry "
           "manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/>"
           "</manifest:manifest>"},
      {"content.xml", head + "<office:document-content xmlns:office=\"" + urn +
                          "office:1.0\" xmlns:text=\"" + urn + "text:1.0\" xmlns:table=\"" + urn +
                          "table:1.0\" xmlns:style=\"" + urn + "style:1.0\" xmlns:fo=\"" + urn +
                          "xsl-fo-compatible:1.0\" office:version=\"1.2\">" +
                          "<office:automatic-styles>" + styles + "</office:automatic-styles>" +
                          "<office:body><office:text>" + writer.body() +
                          "</office:text></office:body></office:document-content>"},
  });
}

}  // namespace dms::demo
