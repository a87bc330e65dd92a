#include "search/extract/extractor.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <semaphore>
#include <string>

#include "search/extract/client/awaited_place.h"
#include "search/extract/client/conversion.h"
#include "search/extract/client/exchange.h"
#include "search/extract/client/find_invoice.h"
#include "search/extract/client/helper_keeper.h"
#include "search/extract/client/input_file.h"
#include "search/extract/client/merge.h"
#include "search/extract/client/outcome.h"
#include "search/extract/client/place.h"
#include "search/extract/client/requests.h"
#include "search/extract/protocol/cause.h"
#include "search/extract/protocol/file_batch.h"

namespace dms::search {
namespace {

using extract::AwaitedPlace;
using extract::Cause;
using extract::detect_request;
using extract::Exchange;
using extract::failure_of;
using extract::is_mail_type;
using extract::is_pdf_to_be_read;
using extract::is_to_be_read;
using extract::JobKind;
using extract::JobRequest;
using extract::make_input_file;
using extract::Place;
using extract::recognition_request;
using extract::reopen_read_only;
using extract::set_pages;
using extract::Standing;
using extract::UniqueFd;
using extract::unread;
using extract::Verdict;
using extract::without_text;

constexpr std::size_t detect_bytes_max = 1U << 20U;
constexpr std::string_view pdf_type = "application/pdf";
constexpr std::string_view tiff_type = "image/tiff";
// Pages of a stack that one job looks at: some seconds, and 90 MiB of pictures at most.
constexpr std::uint32_t marked_at_once = 16;
constexpr std::uint32_t pdf_page_side = 2400;  // pixels: A4 at about 200 dots an inch

class SandboxedExtractor final : public Extractor {
 public:
  SandboxedExtractor(const ExtractorOptions& options, Log& log)
      : options_(options),
        log_(log),
        keeper_(options, log),
        places_(std::max(options.children_max, 1U)),
        recognition_places_(std::max(options.recognitions_max, 1U)),
        drawing_places_(1),
        mail_places_(1),
        invoice_places_(2) {}

  Result<void> start_helper() {
    DMS_TRY(keeper_.current());
    return {};
  }

  SandboxStatus sandbox() const override { return keeper_.sandbox(); }

  Result<Extraction> extract(int descriptor) override {
    const UniqueFd file = DMS_TRY(reopen_read_only(descriptor));
    const Place place(places_);
    return extract_whole(file.get());
  }

  Result<Extraction> extract_awaited(int descriptor) override {
    const UniqueFd file = DMS_TRY(reopen_read_only(descriptor));
    const AwaitedPlace place(awaited_places_);
    if (!place.is_taken()) return fail(extract::all_places_taken());
    return extract_whole(file.get());
  }

  Result<Several> extract_several(std::span<const std::string> files) override {
    Several found(files.size());
    std::vector<extract::BatchFile> batch;
    for (const std::string& file : files) batch.push_back({{}, file});
    const std::string bytes = extract::encode_batch(batch);
    const JobRequest request = extract::several_request(options_, files.size());
    const bool is_too_much =
        files.size() > batch_files_max || bytes.size() > request.input_bytes_max;
    if (files.empty() || is_too_much) return found;
    Place place(places_);
    const UniqueFd file = DMS_TRY(make_input_file(bytes));
    std::vector<extract::Reply> replies = DMS_TRY(ask(request, file.get())).replies;
    for (std::size_t i = 0; i < replies.size(); ++i) {
      Extraction& extraction = replies[i].extraction;
      const auto& attachments = extraction.attachments;
      const bool takes_more =
          replies[i].is_handed_off ||
          std::any_of(attachments.begin(), attachments.end(),
                      [](const Attachment& attachment) { return is_to_be_read(attachment); });
      if (takes_more) continue;
      set_pages(extraction);
      found[i] = std::move(extraction);
    }
    return found;
  }

  Result<std::optional<std::string>> attachment(int descriptor, std::size_t number) override {
    const UniqueFd file = DMS_TRY(reopen_read_only(descriptor));
    const AwaitedPlace place(awaited_places_);
    if (!place.is_taken()) return fail(extract::all_places_taken());
    return read_attachment(file.get(), number);
  }

  Result<RecognisedPage> recognise(int descriptor, std::uint32_t page,
                                   const std::atomic<bool>& abandoned) override {
    UniqueFd file = DMS_TRY(reopen_read_only(descriptor));
    Place place(recognition_places_, abandoned);
    if (abandoned) return fail(operator_error(ErrorCode::unavailable, "recognition: abandoned"));
    const JobRequest request = recognition_request(options_, JobKind::picture_page, page);
    Exchange typed = DMS_TRY(ask(detect_request(options_, request), file.get(), &abandoned));
    const bool is_known = typed.verdict != Verdict::refused &&
                          typed.verdict != Verdict::timed_out && typed.verdict != Verdict::used_up;
    if (!is_known) return recognise(std::move(typed));
    if (is_mail_type(typed.mime_type)) return recognise_attached(file.get(), page, abandoned);
    return recognise_of(file.get(), typed.mime_type == pdf_type, page, abandoned);
  }

  Result<PageStack> look_through(int descriptor, const std::atomic<bool>& abandoned) override {
    UniqueFd file = DMS_TRY(reopen_read_only(descriptor));
    Place place(places_);
    PageStack stack;
    // What pdftotext and the headers of pictures say: how many pages there are.
    const Extraction found = DMS_TRY(extract_file(file.get()));
    stack.mime_type = found.mime_type;
    const bool is_stack = stack.mime_type == pdf_type || stack.mime_type == tiff_type;
    const bool is_read = found.state == TextState::extracted || found.state == TextState::empty;
    stack.state = is_stack && !is_read ? found.state : TextState::unsupported;
    stack.cause = found.cause;
    if (!is_stack || !is_read) return stack;
    if (found.page_count == 0 || found.page_count > stack_pages_max) return stack;
    const JobKind kind = stack.mime_type == pdf_type ? JobKind::pdf_marks : JobKind::picture_marks;
    while (stack.pages.size() < found.page_count) {
      if (abandoned) return fail(operator_error(ErrorCode::unavailable, "separation: abandoned"));
      const auto done = static_cast<std::uint32_t>(stack.pages.size());
      JobRequest request = extract::file_request(options_, kind, done + 1);
      request.count = std::min(found.page_count - done, marked_at_once);
      Exchange exchange = DMS_TRY(ask(request, file.get(), &abandoned));
      if (!exchange.reply || exchange.reply->marks.size() != request.count) {
        const bool is_told = exchange.reply && !exchange.reply->extraction.cause.empty();
        const Extraction failed =
            note(is_told ? std::move(exchange.reply->extraction)
                 : exchange.reply
                     ? without_text(stack.mime_type, TextState::damaged, Cause::parser_crashed)
                     : failure_of(exchange));
        stack.state = failed.state;
        stack.cause = failed.cause;
        return stack;
      }
      for (PageMarks& page : exchange.reply->marks) stack.pages.push_back(std::move(page));
    }
    stack.state = TextState::extracted;
    stack.cause.clear();
    // Fonts that a PDF does not bring along are not drawn: what has text is not blank.
    std::string_view rest = found.text;
    for (PageMarks& page : stack.pages) {
      const std::size_t end = std::min(rest.find('\f'), rest.size());
      if (rest.substr(0, end).find_first_not_of(" \n\t") < end) page.is_blank = false;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return stack;
  }

  Result<std::optional<std::string>> part(int descriptor, PageRange pages) override {
    UniqueFd file = DMS_TRY(reopen_read_only(descriptor));
    Place place(places_);
    JobRequest request = extract::file_request(options_, JobKind::part, pages.first);
    request.count = pages.last - pages.first + 1;
    Exchange exchange = DMS_TRY(ask(request, file.get()));
    if (!exchange.reply) note(failure_of(exchange));
    if (!exchange.reply || exchange.reply->content.empty()) return std::optional<std::string>();
    return std::optional(std::move(exchange.reply->content));
  }

  Result<DrawnFile> draw(int descriptor, const ImageWanted& wanted,
                         const std::atomic<bool>& abandoned) override {
    const bool is_awaited = wanted.waiter == ImageWanted::Waiter::person;
    JobRequest request = extract::drawing_request(options_, JobKind::picture_image);
    request.number = wanted.page;
    request.side_max = wanted.side_max;
    request.standing = is_awaited ? Standing::parser : Standing::last;
    return draw_file(descriptor, request, "\xff\xd8\xff", abandoned);
  }

  Result<DrawnFile> picture_pdf(int descriptor, const std::atomic<bool>& abandoned) override {
    JobRequest request = extract::drawing_request(options_, JobKind::picture_pdf);
    request.side_max = pdf_page_side;
    request.standing = Standing::last;
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

  Result<std::optional<MailFacts>> mail_head(int descriptor,
                                             std::chrono::seconds patience) override {
    const UniqueFd file = DMS_TRY(reopen_read_only(descriptor));
    const Place place(mail_places_, patience);
    if (!place.is_taken()) return std::optional<MailFacts>();
    const JobRequest request =
        extract::mail_request(options_, static_cast<std::uint32_t>(patience.count()));
    Exchange exchange = DMS_TRY(ask(request, file.get()));
    if (!exchange.reply) {
      note(failure_of(exchange));
      return std::optional<MailFacts>();
    }
    return std::move(exchange.reply->extraction.mail);
  }

  Result<std::optional<InvoiceFacts>> invoice(int descriptor,
                                              std::chrono::seconds patience) override {
    const UniqueFd file = DMS_TRY(reopen_read_only(descriptor));
    const Place place(invoice_places_, patience);
    if (!place.is_taken()) return std::optional<InvoiceFacts>();
    return extract::find_invoice(
        options_, file.get(), patience,
        [this](const JobRequest& request, int each) { return ask(request, each); });
  }

  Result<std::string> detect(std::string_view head) override {
    const UniqueFd file = DMS_TRY(make_input_file(head.substr(0, detect_bytes_max)));
    Place place(places_);
    return DMS_TRY(run(JobKind::detect, file.get())).mime_type;
  }

 private:
  // What the helper answers to one job. A helper found gone is replaced and the job tried once
  // more: the helper parses nothing, so the file is not what ended it.
  Result<Exchange> ask(JobKind kind, int file, std::size_t number = 0,
                       const std::atomic<bool>* abandoned = nullptr) {
    return ask(extract::file_request(options_, kind, number), file, abandoned);
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

  // Asks for bytes that begin with `begin`; of a PDF another job makes the picture.
  Result<DrawnFile> draw_file(int descriptor, JobRequest request, std::string_view begin,
                              const std::atomic<bool>& abandoned) {
    UniqueFd file = DMS_TRY(reopen_read_only(descriptor));
    Place place(drawing_places_, abandoned);
    if (abandoned) return fail(operator_error(ErrorCode::unavailable, "drawing: abandoned"));
    const Extraction typed =
        DMS_TRY(run(detect_request(options_, request), file.get(), &abandoned));
    const bool is_known =
        typed.state != TextState::refused && typed.state != TextState::limit_exceeded;
    if (!is_known) return DrawnFile{typed.state, {}, typed.cause};
    const bool is_pdf = typed.mime_type == pdf_type;
    if (is_pdf && request.kind == JobKind::picture_image) request.kind = JobKind::pdf_image;
    Exchange exchange = DMS_TRY(ask(request, file.get(), &abandoned));
    if (!exchange.reply) {
      const Extraction failed = failure_of(exchange);
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

  Result<RecognisedPage> recognise(Result<Exchange> asked) {
    Exchange exchange = DMS_TRY(std::move(asked));
    if (!exchange.reply) {
      const Extraction failed = note(failure_of(exchange));
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

  Result<RecognisedPage> recognise_of(int file, bool is_pdf, std::uint32_t page,
                                      const std::atomic<bool>& abandoned) {
    if (!is_pdf) {
      return recognise(
          ask(recognition_request(options_, JobKind::picture_page, page), file, &abandoned));
    }
    RecognisedPage whole = DMS_TRY(
        recognise(ask(recognition_request(options_, JobKind::pdf_page, page), file, &abandoned)));
    if (whole.state != TextState::limit_exceeded && whole.state != TextState::damaged) return whole;
    // Of a sheet larger than paper is, the picture may have been too large to make.
    RecognisedPage coarse = DMS_TRY(recognise(
        ask(recognition_request(options_, JobKind::large_pdf_page, page), file, &abandoned)));
    return coarse.state == TextState::extracted || coarse.out_of_turn ? coarse : whole;
  }

  Result<Extraction> run(JobKind kind, int file, const std::atomic<bool>* abandoned = nullptr) {
    return run(extract::file_request(options_, kind, 0), file, abandoned);
  }

  Result<Extraction> run(const JobRequest& request, int file, const std::atomic<bool>* abandoned) {
    Exchange exchange = DMS_TRY(ask(request, file, abandoned));
    if (!exchange.reply) return note(failure_of(exchange));
    if (exchange.reply->is_handed_off) {
      return note(without_text(exchange.mime_type, TextState::damaged, Cause::bad_answer));
    }
    return std::move(exchange.reply->extraction);
  }

  Result<Extraction> extract_whole(int file) {
    struct stat attributes {};
    if (::fstat(file, &attributes) != 0) {
      return fail(operator_error(ErrorCode::internal, "extraction: not a descriptor"));
    }
    if (static_cast<std::uint64_t>(attributes.st_size) > options_.input_bytes_max) {
      Extraction typed = DMS_TRY(run(JobKind::detect, file));
      if (typed.state == TextState::refused) return typed;
      return without_text(typed.mime_type, TextState::limit_exceeded, Cause::input_too_large);
    }
    Extraction extraction = DMS_TRY(extract_file(file));
    DMS_TRY(add_attached_files(file, extraction));
    set_pages(extraction);
    return extraction;
  }

  // One job, or two for a PDF: what stands beside the pages, then the pages. Where the first ends
  // badly the pages may be readable all the same; `beside_ended_badly` is set then.
  Result<Extraction> extract_file(int file, const std::atomic<bool>* abandoned = nullptr,
                                  bool* beside_ended_badly = nullptr) {
    Exchange exchange = DMS_TRY(ask(JobKind::extract, file, 0, abandoned));
    const bool pdf = exchange.mime_type == pdf_type;
    if (!exchange.reply && !pdf) return note(failure_of(exchange));
    if (exchange.reply && !exchange.reply->is_handed_off) {
      return std::move(exchange.reply->extraction);
    }
    Extraction pages = DMS_TRY(run(JobKind::pdf, file, abandoned));
    if (!exchange.reply && beside_ended_badly != nullptr) *beside_ended_badly = true;
    if (exchange.reply) {
      extract::add_beside(pages, std::move(exchange.reply->extraction), options_.text_bytes_max);
    }
    return pages;
  }

  Result<std::optional<std::string>> read_attachment(int file, std::size_t number,
                                                     const std::atomic<bool>* abandoned = nullptr) {
    Exchange exchange = DMS_TRY(ask(JobKind::attachment, file, number, abandoned));
    if (!exchange.reply || exchange.reply->content.empty()) return std::optional<std::string>();
    return std::optional(std::move(exchange.reply->content));
  }

  // Mails carry PDFs, which take the tool, and scans: each is read out and goes the way of a file
  // of its own. Together they take no longer than one file may.
  struct AttachedPage {
    std::size_t attachment = 0;
    std::uint32_t page = 1;
  };
  // Whether to go on.
  using SeeAttached = std::function<bool(std::size_t number, Extraction extraction)>;
  // True where what stands beside the pages of each PDF among them is known.
  Result<bool> read_attached(int file, const std::vector<Attachment>& attachments,
                             const SeeAttached& see, const std::atomic<bool>* abandoned = nullptr) {
    constexpr std::size_t files_max = 100;
    const auto deadline =
        std::chrono::steady_clock::now() + std::chrono::seconds(options_.timeout_s);
    auto unknown = std::count_if(attachments.begin(), attachments.end(), is_pdf_to_be_read);
    std::size_t count = 0;
    for (std::size_t i = 0; i < attachments.size(); ++i) {
      const Attachment& listed = attachments[i];
      if (!is_to_be_read(listed)) continue;
      if (++count > files_max || std::chrono::steady_clock::now() > deadline) break;
      if (abandoned != nullptr && *abandoned) {
        return fail(operator_error(ErrorCode::unavailable, "recognition: abandoned"));
      }
      const auto content = DMS_TRY(read_attachment(file, i, abandoned));
      if (!content) continue;
      const UniqueFd own = DMS_TRY(make_input_file(*content));
      bool ended_badly = false;
      const bool goes_on = see(i, DMS_TRY(extract_file(own.get(), abandoned, &ended_badly)));
      if (is_pdf_to_be_read(listed) && !ended_badly) --unknown;
      if (!goes_on) break;
    }
    return unknown == 0;
  }

  Result<void> add_attached_files(int file, Extraction& extraction) {
    // What stands beside a PDF's pages is none of a mail's.
    const bool is_mail = is_mail_type(extraction.mime_type);
    const std::vector<Attachment> attachments = extraction.attachments;
    const auto see = [&](std::size_t number, Extraction found) {
      const auto scans = static_cast<std::uint32_t>(extract::pages_without_text(found).size());
      if (is_mail) {
        extraction.attached_pages = std::min(extraction.attached_pages + scans, attached_pages_max);
      }
      if (attachments[number].mime_type == pdf_type) {
        extract::add_attachment(extraction, attachments[number], std::move(found),
                                options_.text_bytes_max);
      }
      return true;
    };
    // Which invoice is the mail's, or that it has several, all of them tell.
    if (!DMS_TRY(read_attached(file, attachments, see)) && is_mail) extraction.invoice.reset();
    return {};
  }

  // Finds the page once more, in the order of add_attached_files().
  Result<RecognisedPage> recognise_attached(int file, std::uint32_t number,
                                            const std::atomic<bool>& abandoned) {
    const Extraction mail = DMS_TRY(extract_file(file, &abandoned));
    std::optional<AttachedPage> found;
    std::uint32_t seen = 0;
    const auto see = [&](std::size_t attachment, const Extraction& each) {
      for (const std::uint32_t page : extract::pages_without_text(each)) {
        if (++seen == number) found = AttachedPage{attachment, page};
      }
      return !found;
    };
    DMS_TRY(read_attached(file, mail.attachments, see, &abandoned));
    if (!found) return unread(TextState::damaged, std::string(to_string(Cause::broken_picture)));
    const auto content = DMS_TRY(read_attachment(file, found->attachment, &abandoned));
    const UniqueFd own = DMS_TRY(make_input_file(content.value_or("")));
    const bool is_pdf = mail.attachments[found->attachment].mime_type == pdf_type;
    RecognisedPage page = DMS_TRY(recognise_of(own.get(), is_pdf, found->page, abandoned));
    page.words.clear();
    page.rotation = 0;
    return page;
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
  std::counting_semaphore<> mail_places_;
  // Seconds each: no mail's head waits for them, nor an upload for one mailbox.
  std::counting_semaphore<> invoice_places_;
  extract::AwaitedPlaces awaited_places_{extract::AwaitedPlaces::Options{}};
};

}  // namespace

Result<std::unique_ptr<Extractor>> Extractor::start(const ExtractorOptions& options, Log& log) {
  auto extractor = std::make_unique<SandboxedExtractor>(options, log);
  DMS_TRY(extractor->start_helper());
  return extractor;
}

}  // namespace dms::search
