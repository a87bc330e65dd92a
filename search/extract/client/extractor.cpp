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

#include "search/extract/client/conversion.h"
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
constexpr std::string_view pdf_type = "application/pdf";
constexpr std::uint64_t page_text_bytes_max = 1U << 20U;
constexpr std::uint32_t pdf_page_side = 2400;  // pixels: A4 at about 200 dots an inch

// One of the children_max places, given back when it goes.
class Place {
 public:
  explicit Place(std::counting_semaphore<>& places) : places_(places), taken_(true) {
    places_.acquire();
  }
  // Waits no longer once `abandoned` is true.
  Place(std::counting_semaphore<>& places, const std::atomic<bool>& abandoned) : places_(places) {
    while (!abandoned && !taken_) taken_ = places_.try_acquire_for(std::chrono::milliseconds(200));
  }
  ~Place() {
    if (taken_) places_.release();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  std::counting_semaphore<>& places_;
  bool taken_ = false;
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
    case Verdict::used_up:
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
        places_(std::max(options.children_max, 1U)),
        recognition_places_(std::max(options.recognitions_max, 1U)),
        drawing_places_(1) {}

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

  Result<RecognisedPage> recognise(int descriptor, std::uint32_t page,
                                   const std::atomic<bool>& abandoned) override {
    UniqueFd file = DMS_TRY(reopen_read_only(descriptor));
    Place place(recognition_places_, abandoned);
    if (abandoned) return fail(operator_error(ErrorCode::unavailable, "recognition: abandoned"));
    const Extraction typed = DMS_TRY(run(JobKind::detect, file.get()));
    if (typed.state == TextState::refused) return unread(typed.state, typed.cause);
    if (typed.mime_type != pdf_type) {
      return recognise(
          ask(recognition_request(JobKind::picture_page, page), file.get(), &abandoned));
    }
    RecognisedPage whole = DMS_TRY(
        recognise(ask(recognition_request(JobKind::pdf_page, page), file.get(), &abandoned)));
    if (whole.state != TextState::limit_exceeded && whole.state != TextState::damaged) return whole;
    // Of a sheet larger than paper is, the picture may have been too large to make.
    RecognisedPage coarse = DMS_TRY(
        recognise(ask(recognition_request(JobKind::large_pdf_page, page), file.get(), &abandoned)));
    return coarse.state == TextState::extracted || coarse.out_of_turn ? coarse : whole;
  }

  Result<DrawnFile> draw(int descriptor, const ImageWanted& wanted,
                         const std::atomic<bool>& abandoned) override {
    JobRequest request = drawing_request(JobKind::picture_image);
    request.number = wanted.page;
    request.side_max = wanted.side_max;
    return draw_file(descriptor, request, "\xff\xd8\xff", abandoned);
  }

  Result<DrawnFile> picture_pdf(int descriptor, const std::atomic<bool>& abandoned) override {
    JobRequest request = drawing_request(JobKind::picture_pdf);
    request.side_max = pdf_page_side;
    return draw_file(descriptor, request, "%PDF-", abandoned);
  }

  Result<std::vector<DrawnFile>> convert(std::span<const OfficeFile> files,
                                         const std::atomic<bool>& abandoned) override {
    Place place(drawing_places_, abandoned);
    if (abandoned) return fail(operator_error(ErrorCode::unavailable, "conversion: abandoned"));
    auto drawn = DMS_TRY(extract::convert_files(options_, files, abandoned));
    for (const DrawnFile& each : drawn) note(each);
    return drawn;
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
    return ask(
        JobRequest{kind, options_.timeout_s, options_.timeout_s, static_cast<std::uint32_t>(number),
                   options_.memory_bytes_max, options_.input_bytes_max, options_.text_bytes_max,
                   options_.input_bytes_max, 0},
        file);
  }

  JobRequest recognition_request(JobKind kind, std::uint32_t page) const {
    return {kind,
            options_.recognition_timeout_s,
            options_.recognition_processor_s,
            page,
            options_.recognition_memory_bytes_max,
            options_.input_bytes_max,
            std::min(options_.text_bytes_max, page_text_bytes_max),
            0,
            0};
  }

  Result<Exchange> ask(const JobRequest& request, int file,
                       const std::atomic<bool>* abandoned = nullptr) {
    for (int attempt = 0; attempt < 2; ++attempt) {
      auto helper = DMS_TRY(keeper_.current());
      Exchange exchange = run_job(*helper, request, file, abandoned);
      if (exchange.course == Exchange::Course::abandoned) {
        return fail(operator_error(ErrorCode::unavailable, "recognition: abandoned"));
      }
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

  JobRequest drawing_request(JobKind kind) const {
    JobRequest request;
    request.kind = kind;
    request.timeout_s = options_.drawing_timeout_s;
    request.processor_s = options_.drawing_processor_s;
    request.memory_bytes_max = options_.drawing_memory_bytes_max;
    request.input_bytes_max = options_.input_bytes_max;
    request.content_bytes_max = options_.drawn_bytes_max;
    return request;
  }

  // Asks for bytes that begin with `begin`; of a PDF another job makes the picture.
  Result<DrawnFile> draw_file(int descriptor, JobRequest request, std::string_view begin,
                              const std::atomic<bool>& abandoned) {
    UniqueFd file = DMS_TRY(reopen_read_only(descriptor));
    Place place(drawing_places_, abandoned);
    if (abandoned) return fail(operator_error(ErrorCode::unavailable, "drawing: abandoned"));
    const Extraction typed = DMS_TRY(run(JobKind::detect, file.get()));
    if (typed.state == TextState::refused) return DrawnFile{typed.state, {}, typed.cause};
    const bool is_pdf = typed.mime_type == pdf_type;
    if (is_pdf && request.kind == JobKind::picture_image) request.kind = JobKind::pdf_image;
    Exchange exchange = DMS_TRY(ask(request, file.get(), &abandoned));
    if (!exchange.reply) {
      const Extraction failed = failure(exchange);
      return note(DrawnFile{failed.state, {}, failed.cause});
    }
    if (exchange.reply->content.starts_with(begin)) {
      return DrawnFile{TextState::extracted, std::move(exchange.reply->content), {}};
    }
    const bool is_odd = !exchange.reply->content.empty() ||
                        exchange.reply->extraction.state == TextState::extracted;
    if (is_odd) return note(DrawnFile{TextState::damaged, {}, "bad_answer"});
    return note(DrawnFile{
        exchange.reply->extraction.state, {}, std::move(exchange.reply->extraction.cause)});
  }

  DrawnFile note(DrawnFile drawn) {
    if (drawn.state == TextState::extracted) return drawn;
    log_.warning("drawing_failed",
                 {{"state", std::string(to_string(drawn.state))}, {"cause", drawn.cause}});
    return drawn;
  }

  static RecognisedPage unread(TextState state, std::string cause) {
    RecognisedPage page;
    page.state = state;
    page.cause = std::move(cause);
    return page;
  }

  Result<RecognisedPage> recognise(Result<Exchange> asked) {
    Exchange exchange = DMS_TRY(std::move(asked));
    if (!exchange.reply) {
      const Extraction failed = note(failure(exchange));
      RecognisedPage page = unread(failed.state, failed.cause);
      page.out_of_turn = exchange.verdict == Verdict::timed_out;
      return page;
    }
    RecognisedPage page =
        unread(exchange.reply->extraction.state, std::move(exchange.reply->extraction.cause));
    page.text = std::move(exchange.reply->extraction.text);
    page.words = std::move(exchange.reply->words);
    page.rotation = exchange.reply->rotation;
    return page;
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
    const bool pdf = exchange.mime_type == pdf_type;
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
  std::counting_semaphore<> recognition_places_;
  std::counting_semaphore<> drawing_places_;
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
