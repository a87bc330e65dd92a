#pragma once

// Text out of strangers' files. The parsers run in a sandboxed process (aktenwerk-extract): a
// helper started before any thread forks confined children, one a file or one for several small
// ones, with limits on time, memory and output. This header hides all of that.
//
// libmagic decides the type, inside the sandbox; never the file's name or what a client says.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/log.h"
#include "dms/base/result.h"
#include "search/extract/facts.h"

namespace dms::search {

// Why there is (no) text: shown to users as the document's text state.
enum class TextState : std::uint8_t {
  extracted,       // there is text
  empty,           // parsed, but no text in it (a scan, a blank page)
  unsupported,     // no parser for this type (yet)
  encrypted,       // protected by a password
  damaged,         // the parser could not read it
  limit_exceeded,  // time, memory or size (a zip bomb)
  refused          // no sandbox on this machine: never parsed unconfined
};
std::string_view to_string(TextState state);

struct Page {
  std::uint64_t offset = 0;  // byte at which the page's text starts
};

struct Attachment {
  std::string name;          // as given, cleaned; may be empty
  std::string mime_type;     // by libmagic
  bool inline_part = false;  // a picture that the mail's body shows
  std::uint64_t size = 0;    // bytes; 0: attachment() does not give it
};

struct Extraction {
  // Of a PDF or a picture: how many pages recognise() takes; else 0. Pages 1 to page_count of the
  // text are these; what stands beside them follows. Pages without text at the end of a file have
  // no entry in `pages`.
  std::uint32_t page_count = 0;
  // Of a mail: how many pages without text the PDFs and pictures have that it carries, at most
  // attached_pages_max. recognise() takes them by their number among these; what it reads has no
  // place in the text yet.
  std::uint32_t attached_pages = 0;
  std::string mime_type;  // "application/pdf"; "application/octet-stream" where unknown
  TextState state = TextState::unsupported;
  std::string text;  // UTF-8, NFC, at most the options' limit; pages divided by form feeds
  std::vector<Page> pages;
  std::string title;  // from the file's metadata; may be empty
  std::string author;
  std::vector<Attachment> attachments;  // of a mail or a PDF
  std::optional<MailFacts> mail;
  std::optional<InvoiceFacts>
      invoice;  // that it is, holds beside a PDF's pages, or as a mail carries
  bool has_several_invoices = false;  // as a mail: then `invoice` is none of them
  std::string cause;  // for the operator where state is not `extracted`: fixed words, no content
};

inline constexpr std::uint32_t attached_pages_max = 500;

// A rectangle on a page as it is shown (after the page's own rotation): fractions of its width and
// height, 0 to 65535, from the upper left corner.
struct PageBox {
  std::uint16_t left = 0;
  std::uint16_t top = 0;
  std::uint16_t right = 0;   // not less than left
  std::uint16_t bottom = 0;  // not less than top
  friend bool operator==(const PageBox&, const PageBox&) = default;
};

// A word, or one of the two halves of a word that was divided at the end of a line.
struct RecognisedWord {
  std::uint32_t offset = 0;  // bytes into the page's text
  std::uint16_t length = 0;  // bytes, at least 1
  PageBox box;
  friend bool operator==(const RecognisedWord&, const RecognisedWord&) = default;
};

// The text of one page as read from its picture.
struct RecognisedPage {
  // extracted, empty (nothing to read on it), damaged, limit_exceeded, unsupported (tesseract is
  // not there), refused; encrypted never.
  TextState state = TextState::empty;
  std::string text;                   // UTF-8, no form feeds, lines as on the page
  std::vector<RecognisedWord> words;  // in the order of the text, without overlap
  // By how much the page must be turned clockwise to be read upright: 0, 90, 180, 270.
  std::uint16_t rotation = 0;
  // The machine was too busy to finish in time: nothing is known of the page, try later.
  bool out_of_turn = false;
  std::string cause;  // as Extraction::cause
};
inline constexpr std::size_t recognised_words_max = 20'000;  // a page; what is beyond is left out

// What on a page of a scanned stack tells one letter from the next.
struct PageMarks {
  bool is_blank = false;  // nothing on it but specks
  // Of Code 128, Code 39 and QR codes: one clean line each, of at most barcode_bytes_max; of what
  // is on the page the first barcodes_max.
  std::vector<std::string> barcodes;
  friend bool operator==(const PageMarks&, const PageMarks&) = default;
};
inline constexpr std::size_t barcodes_max = 8;
inline constexpr std::size_t barcode_bytes_max = 500;

// A stack of pages: a PDF, or a TIFF of several pages.
struct PageStack {
  // extracted where `pages` tells of each page; else why it does not.
  TextState state = TextState::unsupported;
  std::string mime_type;
  std::vector<PageMarks> pages;
  std::string cause;  // as Extraction::cause
};
inline constexpr std::uint32_t stack_pages_max = 2000;  // of more pages nothing is told

// Counted from 1, both included.
struct PageRange {
  std::uint32_t first = 1;
  std::uint32_t last = 1;
};

// Something to look at, made of a file: a picture of one page, or a PDF of all.
struct DrawnFile {
  // `extracted` where it was made; else as RecognisedPage::state, and `encrypted`.
  TextState state = TextState::damaged;
  std::string bytes;  // a JPEG or a PDF
  std::string cause;  // as Extraction::cause
  // Of convert(): it came to nothing in a run with others, any of which may be to blame.
  bool is_in_doubt = false;
};

struct ImageWanted {
  std::uint32_t page = 1;        // counted from 1
  std::uint32_t side_max = 256;  // pixels of the longer side, at most 4096
  // Who waits for it; where it is nobody it stands back behind other files.
  enum class Waiter : std::uint8_t { nobody, person } waiter = Waiter::nobody;
};

// One file for convert(). `suffix` says what it is, as names of such files end ("docx").
struct OfficeFile {
  int descriptor = -1;  // as for extract(), borrowed
  std::string suffix;   // 1 to 8 letters, lower case
};
inline constexpr std::size_t batch_files_max = 64;  // of one call, also of extract_several()

// Which confinement is in force, for /readyz and the log.
struct SandboxStatus {
  enum class Way : std::uint8_t { namespaces, landlock, none } way = Way::none;
  std::string description;  // "seccomp + user, mount, network, pid namespaces"
};
std::string_view to_string(SandboxStatus::Way way);

// How recognise() stands back: when nobody else wants a processor at all, or as far as the other
// parsers do (niceness 10).
enum class RecognitionPriority : std::uint8_t { idle, low };

struct ExtractorOptions {
  std::string helper_path;                         // aktenwerk-extract
  std::uint32_t timeout_s = 60;                    // wall clock a file
  std::uint64_t memory_bytes_max = 512ULL << 20U;  // a child's
  std::uint64_t input_bytes_max = 256ULL << 20U;   // larger files: limit_exceeded
  std::uint64_t text_bytes_max = 32ULL << 20U;     // longer text is cut there, on a code point
  std::uint32_t children_max = 2;
  // Of recognise(). At idle priority a page may take long on a busy machine, so the wall clock is.
  RecognitionPriority recognition_priority = RecognitionPriority::idle;
  std::string recognition_languages = "deu+eng";  // tesseract's names; is_languages()
  std::uint32_t recognition_processor_s = 120;    // each of a page's programs
  std::uint32_t recognition_timeout_s = 1800;     // wall clock a page
  std::uint64_t recognition_memory_bytes_max = 1ULL << 30U;
  std::uint32_t recognitions_max = 1;  // at the same time, beside children_max
  // Of draw(), picture_pdf() and convert(): one at a time, beside all others. The wall clock is
  // for a machine that has other things to do.
  std::uint32_t drawing_processor_s = 60;
  std::uint32_t drawing_timeout_s = 900;
  std::uint64_t drawing_memory_bytes_max = 1ULL << 30U;  // of each process
  std::uint64_t drawn_bytes_max = 64ULL << 20U;          // a PDF that is made
  // For tests: "--confinement=namespaces", "landlock" or "none" (all files are then `refused`). No
  // argument can weaken the sandbox.
  std::vector<std::string> helper_arguments;
};

// Whether `text` names languages as tesseract does: "deu+eng".
bool is_languages(std::string_view text);
// What is missing for recognise() on this machine, "" where nothing is: a program, or the data of a
// language.
std::string recognition_lacks(const ExtractorOptions& options);

// What is missing for convert() on this machine, "" where nothing is.
std::string office_lacks();

// Thread-safe; extract() blocks, up to children_max at once, more wait.
class Extractor {
 public:
  // Starts the helper. Call it before the process has threads.
  static Result<std::unique_ptr<Extractor>> start(const ExtractorOptions& options, Log& log);
  virtual ~Extractor() = default;  // ends the helper and its children

  virtual SandboxStatus sandbox() const = 0;
  // `descriptor`: a readable, seekable file (memfd or unlinked file), borrowed. Fails only where
  // the helper itself is gone (`unavailable`; it is restarted); every trouble with the file is a
  // state.
  virtual Result<Extraction> extract(int descriptor) = 0;
  // The same for somebody who waits, in a place of those that attachment() takes, too, and not in
  // line with what is read because it was filed. `busy` where some wait for one already, or none
  // becomes free within some 10 s.
  virtual Result<Extraction> extract_awaited(int descriptor) { return extract(descriptor); }
  // The same of several small files, in their order, in one process, which costs most of the time
  // of a small one. nullopt: it takes more than that and is to be asked for by itself, as all are
  // where the process fails. They are to be one tenant's and one key domain's, and equally
  // trusted, for a file that takes the process over sees the others and speaks for them.
  using Several = std::vector<std::optional<Extraction>>;
  virtual Result<Several> extract_several(std::span<const std::string> files) = 0;
  // The bytes of one of the file's attachments, by its place in Extraction::attachments; nothing
  // where it cannot be had by itself. At most input_bytes_max. `busy` as for extract_awaited().
  virtual Result<std::optional<std::string>> attachment(int descriptor, std::size_t number) = 0;
  // Reads one page, counted from 1, of a PDF or a picture (JPEG, PNG, TIFF) by its looks, or one of
  // Extraction::attached_pages of a mail, whose words are given no place. Blocks
  // for some seconds, or much longer where the machine is busy: up to recognitions_max at once,
  // more wait, and none of the other calls waits for it. `descriptor` as for extract(); at most
  // input_bytes_max. Once `abandoned` is true it returns soon, with `unavailable`.
  virtual Result<RecognisedPage> recognise(int descriptor, std::uint32_t page,
                                           const std::atomic<bool>& abandoned) = 0;
  // Looks at each page of a stack. Blocks for some tenths of a second a page; once `abandoned` is
  // true it returns soon, with `unavailable`. `descriptor` as for extract().
  virtual Result<PageStack> look_through(int descriptor, const std::atomic<bool>& abandoned) = 0;
  // A file of its own with these pages of a stack, of the stack's type: their objects (PDF) or
  // compressed pictures (TIFF) as they are. The same pages give the same bytes. nullopt where it
  // cannot be made.
  virtual Result<std::optional<std::string>> part(int descriptor, PageRange pages) = 0;
  // A JPEG of one page of a PDF or a picture (JPEG, PNG, TIFF), never larger than the picture is.
  // These three: `descriptor` and `abandoned` as for recognise().
  virtual Result<DrawnFile> draw(int descriptor, const ImageWanted& wanted,
                                 const std::atomic<bool>& abandoned) = 0;
  // A PDF of all pages of a picture, for those who do not show its format (TIFF).
  virtual Result<DrawnFile> picture_pdf(int descriptor, const std::atomic<bool>& abandoned) = 0;
  // PDFs of office files, by LibreOffice, all in one run, in the order of `files`. What is in doubt
  // then is to be converted by itself. They should be one tenant's and one key domain's, for a
  // document that takes LibreOffice over sees the others of its run. Together at most
  // input_bytes_max.
  virtual Result<std::vector<DrawnFile>> convert(std::span<const OfficeFile> files,
                                                 const std::atomic<bool>& abandoned) = 0;
  // Type only, by libmagic in the sandbox, from the first bytes (at most 1 MiB are used).
  virtual Result<std::string> detect(std::string_view head) = 0;
  // The head of a mail (RFC 5322, Outlook's) for somebody who waits. nullopt where the file is
  // none, cannot be read, or its turn or its reading takes longer than `patience`. One at a time,
  // beside all others; `descriptor` as for extract().
  virtual Result<std::optional<MailFacts>> mail_head(int descriptor, std::chrono::seconds patience);
  // Extraction::invoice of a file, for somebody who waits; its pages are not read for it. nullopt
  // where there is none, there are several, or its turn or its reading takes longer than
  // `patience`. Two at a time, beside all others; `descriptor` as for extract().
  virtual Result<std::optional<InvoiceFacts>> invoice(int descriptor,
                                                      std::chrono::seconds patience);
};

}  // namespace dms::search
