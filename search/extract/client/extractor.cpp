#include "search/extract/extractor.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <semaphore>
#include <string>

#include "search/extract/client/exchange.h"
#include "search/extract/client/helper_keeper.h"
#include "search/extract/client/merge.h"
#include "search/extract/protocol/cause.h"

namespace dms::search {
namespace {

using extract::Cause;
using extract::Exchange;
using extract::JobKind;
using extract::JobRequest;
using extract::UniqueFd;
using extract::Verdict;

constexpr std::size_t detect_bytes_max = 1U << 20U;
constexpr std::string_view unknown_type = "application/octet-stream";

// One of the children_max places, given back when it goes.
class Place {
 public:
  explicit Place(std::counting_semaphore<>& places) : places_(places) { places_.acquire(); }
  ~Place() { places_.release(); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  std::counting_semaphore<>& places_;
};

Extraction without_text(std::string_view mime_type, TextState state, Cause cause) {
  Extraction extraction;
  extraction.mime_type = mime_type;
  extraction.state = state;
  extraction.cause = to_string(cause);
  return extraction;
}

// The document's state where the job did not end with a sound reply.
Extraction failure(const Exchange& exchange) {
  const std::string_view mime_type =
      exchange.mime_type.empty() ? unknown_type : std::string_view(exchange.mime_type);
  switch (exchange.verdict) {
    case Verdict::timed_out:
      return without_text(mime_type, TextState::limit_exceeded, Cause::out_of_time);
    case Verdict::crashed:
      return without_text(mime_type, TextState::damaged, Cause::parser_crashed);
    case Verdict::forbidden_call:
      return without_text(mime_type, TextState::damaged, Cause::forbidden_call);
    case Verdict::refused:
      return without_text(mime_type, TextState::refused, Cause::no_sandbox);
    case Verdict::finished:
    case Verdict::not_started:
      break;
  }
  return without_text(mime_type, TextState::damaged, Cause::bad_answer);
}

void set_pages(Extraction& extraction) {
  if (extraction.text.empty()) return;
  extraction.pages.push_back({0});
  for (std::size_t at = extraction.text.find('\f'); at != std::string::npos;
       at = extraction.text.find('\f', at + 1)) {
    extraction.pages.push_back({at + 1});
  }
}

// A descriptor of its own for the child: read only, at offset 0, whatever the caller's allows.
Result<UniqueFd> reopen_read_only(int descriptor) {
  const std::string path = "/proc/self/fd/" + std::to_string(descriptor);
  UniqueFd own(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!own) {
    return fail(operator_error(ErrorCode::unavailable, "extraction: cannot reopen the file (" +
                                                           std::to_string(errno) + ")"));
  }
  return own;
}

Result<UniqueFd> make_memory_file(std::string_view bytes) {
  UniqueFd file(::memfd_create("aktenwerk-detect", MFD_CLOEXEC));
  if (!file || ::ftruncate(file.get(), static_cast<off_t>(bytes.size())) != 0 ||
      ::pwrite(file.get(), bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return fail(operator_error(ErrorCode::unavailable, "extraction: no memory file"));
  }
  return file;
}

class SandboxedExtractor final : public Extractor {
 public:
  SandboxedExtractor(const ExtractorOptions& options, Log& log)
      : options_(options),
        log_(log),
        keeper_(options, log),
        places_(std::max(options.children_max, 1U)) {}

  Result<void> start_helper() {
    DMS_TRY(keeper_.current());
    return {};
  }

  SandboxStatus sandbox() const override { return keeper_.sandbox(); }

  Result<Extraction> extract(int descriptor) override {
    struct stat attributes {};
    if (::fstat(descriptor, &attributes) != 0) {
      return fail(operator_error(ErrorCode::internal, "extraction: not a descriptor"));
    }
    UniqueFd file = DMS_TRY(reopen_read_only(descriptor));
    Place place(places_);
    if (static_cast<std::uint64_t>(attributes.st_size) > options_.input_bytes_max) {
      Extraction typed = DMS_TRY(run(JobKind::detect, file.get()));
      if (typed.state == TextState::refused) return typed;
      return without_text(typed.mime_type, TextState::limit_exceeded, Cause::input_too_large);
    }
    Extraction extraction = DMS_TRY(extract_file(file.get()));
    DMS_TRY(add_attached_pdfs(file.get(), extraction));
    set_pages(extraction);
    return extraction;
  }

  Result<std::optional<std::string>> attachment(int descriptor, std::size_t number) override {
    UniqueFd file = DMS_TRY(reopen_read_only(descriptor));
    Place place(places_);
    return read_attachment(file.get(), number);
  }

  Result<std::string> detect(std::string_view head) override {
    UniqueFd memory = DMS_TRY(make_memory_file(head.substr(0, detect_bytes_max)));
    UniqueFd file = DMS_TRY(reopen_read_only(memory.get()));
    Place place(places_);
    return DMS_TRY(run(JobKind::detect, file.get())).mime_type;
  }

 private:
  // What the helper answers to one job. A helper found gone is replaced and the job tried once
  // more: the helper parses nothing, so the file is not what ended it.
  Result<Exchange> ask(JobKind kind, int file, std::size_t number = 0) {
    const JobRequest request{kind,
                             options_.timeout_s,
                             static_cast<std::uint32_t>(number),
                             options_.memory_bytes_max,
                             options_.input_bytes_max,
                             options_.text_bytes_max};
    for (int attempt = 0; attempt < 2; ++attempt) {
      auto helper = DMS_TRY(keeper_.current());
      Exchange exchange = run_job(*helper, request, file);
      if (exchange.course == Exchange::Course::no_descriptors) break;
      if (exchange.course == Exchange::Course::helper_gone) {
        keeper_.report_gone(helper);
        continue;
      }
      if (exchange.verdict == Verdict::not_started) break;
      return exchange;
    }
    return fail(operator_error(ErrorCode::unavailable, "extraction: the helper does not answer"));
  }

  Result<Extraction> run(JobKind kind, int file) {
    Exchange exchange = DMS_TRY(ask(kind, file));
    if (!exchange.reply) return note(failure(exchange));
    if (exchange.reply->wants_pdf_tool) {
      return note(without_text(exchange.mime_type, TextState::damaged, Cause::bad_answer));
    }
    return std::move(exchange.reply->extraction);
  }

  // One job, or two for a PDF: what stands beside the pages, then the pages. Where the first ends
  // badly the pages may be readable all the same.
  Result<Extraction> extract_file(int file) {
    Exchange exchange = DMS_TRY(ask(JobKind::extract, file));
    const bool pdf = exchange.mime_type == "application/pdf";
    if (!exchange.reply && !pdf) return note(failure(exchange));
    if (exchange.reply && !exchange.reply->wants_pdf_tool) {
      return std::move(exchange.reply->extraction);
    }
    Extraction pages = DMS_TRY(run(JobKind::pdf, file));
    if (exchange.reply) {
      extract::add_beside(pages, std::move(exchange.reply->extraction), options_.text_bytes_max);
    }
    return pages;
  }

  Result<std::optional<std::string>> read_attachment(int file, std::size_t number) {
    Exchange exchange = DMS_TRY(ask(JobKind::attachment, file, number));
    if (!exchange.reply || exchange.reply->content.empty()) return std::optional<std::string>();
    return std::optional(std::move(exchange.reply->content));
  }

  // Mails carry PDFs, which take the tool: each is read out and goes the way of a file of its own.
  // Together they take no longer than one file may.
  Result<void> add_attached_pdfs(int file, Extraction& extraction) {
    constexpr std::size_t pdfs_max = 100;
    const auto deadline =
        std::chrono::steady_clock::now() + std::chrono::seconds(options_.timeout_s);
    std::size_t count = 0;
    for (std::size_t i = 0; i < extraction.attachments.size(); ++i) {
      const Attachment& listed = extraction.attachments[i];
      if (listed.mime_type != "application/pdf" || listed.inline_part) continue;
      if (++count > pdfs_max || std::chrono::steady_clock::now() > deadline) break;
      const auto content = DMS_TRY(read_attachment(file, i));
      if (!content) continue;
      UniqueFd memory = DMS_TRY(make_memory_file(*content));
      UniqueFd pdf = DMS_TRY(reopen_read_only(memory.get()));
      extract::add_attachment(extraction, listed, DMS_TRY(extract_file(pdf.get())),
                              options_.text_bytes_max);
    }
    return {};
  }

  Extraction note(Extraction extraction) {
    log_.warning("extraction_failed", {{"state", std::string(to_string(extraction.state))},
                                       {"cause", extraction.cause}});
    return extraction;
  }

  const ExtractorOptions options_;
  Log& log_;
  extract::HelperKeeper keeper_;
  std::counting_semaphore<> places_;
};

}  // namespace

std::string_view to_string(TextState state) {
  switch (state) {
    case TextState::extracted:
      return "extracted";
    case TextState::empty:
      return "empty";
    case TextState::unsupported:
      return "unsupported";
    case TextState::encrypted:
      return "encrypted";
    case TextState::damaged:
      return "damaged";
    case TextState::limit_exceeded:
      return "limit_exceeded";
    case TextState::refused:
      return "refused";
  }
  return "";
}

std::string_view to_string(SandboxStatus::Way way) {
  switch (way) {
    case SandboxStatus::Way::namespaces:
      return "namespaces";
    case SandboxStatus::Way::landlock:
      return "landlock";
    case SandboxStatus::Way::none:
      return "none";
  }
  return "";
}

Result<std::unique_ptr<Extractor>> Extractor::start(const ExtractorOptions& options, Log& log) {
  auto extractor = std::make_unique<SandboxedExtractor>(options, log);
  DMS_TRY(extractor->start_helper());
  return extractor;
}

}  // namespace dms::search
