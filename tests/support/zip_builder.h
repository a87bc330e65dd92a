#pragma once

// ZIP archives made in memory, for the tests of office files.

#include <archive.h>
#include <archive_entry.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dms::test {

using ZipEntries = std::vector<std::pair<std::string, std::string>>;  // name, content

inline std::string make_zip(const ZipEntries& entries) {
  std::size_t capacity = 65536;
  for (const auto& [name, content] : entries) capacity += content.size() * 2 + 1024;
  std::string bytes(capacity, '\0');
  std::size_t used = 0;
  archive* writer = archive_write_new();
  archive_write_set_format_zip(writer);
  archive_write_open_memory(writer, bytes.data(), bytes.size(), &used);
  for (const auto& [name, content] : entries) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(writer, entry);
    archive_write_data(writer, content.data(), content.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  bytes.resize(used);
  return bytes;
}

inline std::string word_xml(std::string_view body) {
  return "<?xml version=\"1.0\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/"
         "wordprocessingml/2006/main\" xmlns:mc=\"http://schemas.openxmlformats.org/"
         "markup-compatibility/2006\"><w:body>" +
         std::string(body) + "</w:body></w:document>";
}

// A whole DOCX with that body and further entries.
inline std::string make_docx(std::string_view body, ZipEntries more = {}) {
  ZipEntries entries{
      {"[Content_Types].xml",
       "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Override "
       "PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument"
       ".wordprocessingml.document.main+xml\"/></Types>"},
      {"word/document.xml", word_xml(body)}};
  entries.insert(entries.end(), more.begin(), more.end());
  return make_zip(entries);
}

// A whole ODT with that content of office:text.
inline std::string make_odt(std::string_view text, ZipEntries more = {}) {
  ZipEntries entries{
      {"mimetype", "application/vnd.oasis.opendocument.text"},
      {"content.xml",
       "<office:document-content xmlns:office=\"o\" xmlns:text=\"t\" "
       "xmlns:draw=\"d\" xmlns:xlink=\"x\"><office:body><office:text>" +
           std::string(text) + "</office:text></office:body></office:document-content>"}};
  entries.insert(entries.end(), more.begin(), more.end());
  return make_zip(entries);
}

}  // namespace dms::test
