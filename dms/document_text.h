#pragma once

// What was found in a file: its type, its text, its pages. Derived data beside the original: one
// rendition a content and extraction version, shared by all versions with the same bytes (never
// across key domains). Made by the indexer after the filing was acknowledged, so that filing never
// waits for a parser; until then the state is `pending` and the type application/octet-stream.

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/result.h"
#include "search/extract/facts.h"
#include "storage/content.h"
#include "storage/store.h"

namespace dms {

// Raised when extraction finds more than before. The indexer then extracts all contents again;
// until a content's turn comes its rendition of an older version is what there is.
// 2: XML, invoices; the head of a mail as facts and no longer as text.
// 3: RTF, spreadsheets, presentations, the formats before 2007, Outlook messages, files and forms
// within
//    PDFs; PDFs in mails; ids of mails; only pictures that a mail shows are hidden.
inline constexpr std::uint32_t extraction_version = 3;

// Why there is (no) text; as search::TextState, and `pending`. Shown to users.
enum class DocumentTextState : std::uint8_t {
  pending,
  extracted,
  empty,
  unsupported,
  encrypted,
  damaged,
  limit_exceeded,
  refused
};
BOOST_DESCRIBE_ENUM(DocumentTextState, pending, extracted, empty, unsupported, encrypted, damaged,
                    limit_exceeded, refused)
std::string_view to_string(DocumentTextState state);

struct DocumentAttachment {
  std::string name;
  std::string mime_type;
  std::optional<std::uint64_t> number;  // as search::Extractor::attachment() takes it
};

struct DocumentText {
  DocumentTextState state = DocumentTextState::pending;
  std::string mime_type = "application/octet-stream";
  std::optional<storage::ContentId> text;   // UTF-8, where state is extracted
  std::vector<std::uint64_t> page_offsets;  // bytes into the text at which pages begin
  std::string title;                        // from the file's metadata
  std::string author;
  std::vector<DocumentAttachment> attachments;  // of a mail or PDF, without inline parts
  std::optional<search::MailFacts> mail;        // where the file is one
  std::optional<search::InvoiceFacts> invoice;  // likewise
  bool outdated = false;                        // of an older extraction version
};

// What is known of `content`; `pending` where nothing was made yet. No rights are checked.
Result<DocumentText> find_document_text(const storage::View& view,
                                        const storage::ContentId& content);

// The text's bytes, at most `limit`, cut on a code point.
Result<std::string> read_text(const storage::Store& store, const DocumentText& text,
                              std::size_t limit);

}  // namespace dms
