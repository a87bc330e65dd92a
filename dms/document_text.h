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
// 4: pages of PDFs and pictures are counted, so that those without text can be recognised.
// 5: pages without text that mails carry are counted, too; logos beside a mail's text are hidden.
// 6: the invoice that a mail carries.
inline constexpr std::uint32_t extraction_version = 6;

// Why there is (no) text; as search::TextState, and `pending`, and `recognising`: pages without
// text are read by their looks, which takes its time; what other pages say is there already. Shown
// to users.
enum class DocumentTextState : std::uint8_t {
  pending,
  extracted,
  empty,
  unsupported,
  encrypted,
  damaged,
  limit_exceeded,
  refused,
  recognising  // never stored
};
BOOST_DESCRIBE_ENUM(DocumentTextState, pending, extracted, empty, unsupported, encrypted, damaged,
                    limit_exceeded, refused, recognising)
std::string_view to_string(DocumentTextState state);

struct DocumentAttachment {
  std::string name;
  std::string mime_type;
  std::optional<std::uint64_t> number;  // as search::Extractor::attachment() takes it
  std::optional<std::uint64_t> size;    // bytes; 0: it cannot be had by itself
};

// How far the reading of pages by their looks is.
struct RecognitionProgress {
  std::uint32_t pages_done = 0;
  std::uint32_t pages = 0;  // that are to be read, of those without text
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
  std::optional<search::InvoiceFacts> invoice;  // likewise, or as a mail carries it
  bool outdated = false;                        // of an older extraction version
  std::uint32_t page_count = 0;                 // of a PDF or a picture, else 0
  // Pages, from 1 and ascending, whose text here was read by their looks: it may hold mistakes.
  std::vector<std::uint32_t> recognised_pages;
  std::optional<RecognitionProgress> recognition;  // where state is `recognising`
};

// What is known of `content`; `pending` where nothing was made yet. No rights are checked.
Result<DocumentText> find_document_text(const storage::View& view,
                                        const storage::ContentId& content);

// The text's bytes, at most `limit`, cut on a code point.
Result<std::string> read_text(const storage::Store& store, const DocumentText& text,
                              std::size_t limit);

}  // namespace dms
