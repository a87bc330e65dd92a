#pragma once

// Text out of strangers' files. The parsers run in a sandboxed process (aktenwerk-extract): a
// helper started before any thread forks one confined child a file, with limits on time, memory and
// output. This header hides all of that.
//
// libmagic decides the type, inside the sandbox; never the file's name or what a client says.

#include <cstdint>
#include <memory>
#include <optional>
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
};

struct Extraction {
  std::string mime_type;  // "application/pdf"; "application/octet-stream" where unknown
  TextState state = TextState::unsupported;
  std::string text;  // UTF-8, NFC, at most the options' limit; pages divided by form feeds
  std::vector<Page> pages;
  std::string title;  // from the file's metadata; may be empty
  std::string author;
  std::vector<Attachment> attachments;  // of a mail or a PDF
  std::optional<MailFacts> mail;
  std::optional<InvoiceFacts> invoice;
  std::string cause;  // for the operator where state is not `extracted`: fixed words, no content
};

// Which confinement is in force, for /readyz and the log.
struct SandboxStatus {
  enum class Way : std::uint8_t { namespaces, landlock, none } way = Way::none;
  std::string description;  // "seccomp + user, mount, network, pid namespaces"
};
std::string_view to_string(SandboxStatus::Way way);

struct ExtractorOptions {
  std::string helper_path;                         // aktenwerk-extract
  std::uint32_t timeout_s = 60;                    // wall clock a file
  std::uint64_t memory_bytes_max = 512ULL << 20U;  // a child's
  std::uint64_t input_bytes_max = 256ULL << 20U;   // larger files: limit_exceeded
  std::uint64_t text_bytes_max = 32ULL << 20U;     // longer text is cut there, on a code point
  std::uint32_t children_max = 2;
  // For tests: "--confinement=namespaces", "landlock" or "none" (all files are then `refused`). No
  // argument can weaken the sandbox.
  std::vector<std::string> helper_arguments;
};

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
  // The bytes of one of the file's attachments, by its place in Extraction::attachments; nothing
  // where it cannot be had by itself. At most input_bytes_max.
  virtual Result<std::optional<std::string>> attachment(int descriptor, std::size_t number) = 0;
  // Type only, by libmagic in the sandbox, from the first bytes (at most 1 MiB are used).
  virtual Result<std::string> detect(std::string_view head) = 0;
};

}  // namespace dms::search
