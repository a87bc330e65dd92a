#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <string_view>

#include "deploy/demo/letter.h"

namespace dms::demo {

namespace {

struct Part {
  std::string name;
  std::string bytes;
};

// A zip file of stored parts, in their order.
Result<std::string> zip(const std::vector<Part>& parts) {
  const std::unique_ptr<archive, int (*)(archive*)> writer(archive_write_new(), archive_write_free);
  std::string out(1U << 20U, '\0');
  std::size_t used = 0;
  archive_write_set_format_zip(writer.get());
  archive_write_zip_set_compression_store(writer.get());
  bool good = archive_write_open_memory(writer.get(), out.data(), out.size(), &used) == ARCHIVE_OK;
  for (const Part& part : parts) {
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(),
                                                                         archive_entry_free);
    archive_entry_set_pathname(entry.get(), part.name.c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(part.bytes.size()));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    good = good && archive_write_header(writer.get(), entry.get()) == ARCHIVE_OK &&
           archive_write_data(writer.get(), part.bytes.data(), part.bytes.size()) ==
               static_cast<la_ssize_t>(part.bytes.size());
  }
  good = good && archive_write_close(writer.get()) == ARCHIVE_OK;
  if (!good) return fail(operator_error(ErrorCode::internal, "libarchive could not write a zip"));
  out.resize(used);
  return out;
}

std::string escape_xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

std::vector<std::string> lines_of(const Letter& letter) {
  std::vector<std::string> lines = {letter.sender, letter.recipient, german_date(letter.date),
                                    letter.subject};
  lines.insert(lines.end(), letter.paragraphs.begin(), letter.paragraphs.end());
  return lines;
}

constexpr std::string_view xml_head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

}  // namespace

Result<std::string> render_docx(const Letter& letter) {
  std::string body;
  for (const std::string& line : lines_of(letter)) {
    body += "<w:p><w:r><w:t xml:space=\"preserve\">" + escape_xml(line) + "</w:t></w:r></w:p>";
  }
  const std::string head(xml_head);
  const std::string office = "http://schemas.openxmlformats.org/";
  return zip({
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
                                "wordprocessingml/2006/main\"><w:body>" + body +
                                "</w:body></w:document>"},
  });
}

Result<std::string> render_odt(const Letter& letter) {
  std::string body;
  for (const std::string& line : lines_of(letter)) {
    body += "<text:p>" + escape_xml(line) + "</text:p>";
  }
  const std::string head(xml_head);
  const std::string urn = "urn:oasis:names:tc:opendocument:xmlns:";
  const std::string type = "application/vnd.oasis.opendocument.text";
  return zip({
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
                          "office:1.0\" xmlns:text=\"" + urn +
                          "text:1.0\" office:version=\"1.2\"><office:body><office:text>" + body +
                          "</office:text></office:body></office:document-content>"},
  });
}

}  // namespace dms::demo
