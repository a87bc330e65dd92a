#include "search/extract/parse/job.h"

#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <new>
#include <optional>

#include "search/extract/parse/detect.h"
#include "search/extract/parse/dispatch.h"
#include "search/extract/parse/mail.h"
#include "search/extract/parse/page_marks.h"
#include "search/extract/parse/pdf/pdf_part.h"
#include "search/extract/parse/pdf_parts.h"
#include "search/extract/parse/pdf_text.h"
#include "search/extract/parse/text_sink.h"
#include "search/extract/parse/tiff_part.h"
#include "search/extract/parse/tool_output.h"
#include "search/extract/protocol/file_batch.h"

namespace dms::search::extract {
namespace {

constexpr std::string_view pdf_type = "application/pdf";

// A file in memory, for the life of this process (a child ends with its job).
struct Mapped {
  std::string_view bytes;
  bool whole = false;
};

Mapped map_input(std::uint64_t bytes_max) {
  // The C library's fstat() is newfstatat(), which the filter refuses for taking paths.
  const off_t end = ::lseek(STDIN_FILENO, 0, SEEK_END);
  if (end < 0) return {};
  const auto size = static_cast<std::uint64_t>(end);
  if (size == 0) return {{}, true};
  const std::uint64_t wanted = std::min(size, bytes_max);
  void* memory = ::mmap(nullptr, wanted, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0);
  if (memory == MAP_FAILED) return {};
  return {std::string_view(static_cast<const char*>(memory), wanted), wanted == size};
}

ParsedFile finish(std::string mime_type, Parsed parsed, TextSink& sink) {
  ParsedFile file{{}, parsed.cause};
  Extraction& extraction = file.extraction;
  extraction.mime_type = std::move(mime_type);
  extraction.title = clean_metadata(parsed.title, metadata_bytes_max);
  extraction.author = clean_metadata(parsed.author, metadata_bytes_max);
  extraction.attachments = std::move(parsed.attachments);
  extraction.page_count = std::min(parsed.page_count, page_count_max);
  extraction.mail = std::move(parsed.mail);
  extraction.invoice = std::move(parsed.invoice);
  extraction.has_several_invoices = parsed.has_several_invoices;
  extraction.state = parsed.state;
  if (parsed.state != TextState::extracted) return file;
  TextSink::Finished finished = sink.finish();
  extraction.text = std::move(finished.text);
  if (extraction.text.empty()) {
    extraction.state = TextState::empty;
    file.cause = Cause::no_text;
  } else if (finished.cut) {
    file.cause = Cause::text_cut;
    // Which pages have no text is not known then.
    extraction.page_count = 0;
  }
  return file;
}

// For where there is no text; memory may be exhausted, so this takes next to none.
void answer_failure(ReplyWriter& reply, TextState state, Cause cause) {
  Extraction none;
  none.state = state;
  reply.write(none, cause);
}

// Nothing has been written of the reply but the type.
void answer_pdf(ReplyWriter& reply, std::string_view bytes, TextSink& sink) {
  ParsedFile file = finish(std::string(pdf_type), parse_pdf_parts(bytes, sink, 0), sink);
  reply.write_handoff(file.extraction);
}

ParsedFile parse_file_as(const std::string& type, std::string_view bytes,
                         std::size_t text_bytes_max) {
  TextSink sink(text_bytes_max);
  Parsed parsed = parse_as(type, bytes, sink);
  return finish(type, std::move(parsed), sink);
}

void answer_one_of_several(std::string_view bytes, std::size_t text_bytes_max) {
  ReplyWriter reply(STDOUT_FILENO);
  const std::string type = detect_type(bytes);
  reply.write_type(type);
  std::optional<ParsedFile> file;
  try {
    if (type != pdf_type) file = parse_file_as(type, bytes, text_bytes_max);
  } catch (const std::bad_alloc&) {
    file.reset();
  }
  // What failed here may have lacked the room that the files before it took.
  const bool takes_more = !file || file->cause == Cause::text_cut ||
                          file->extraction.state == TextState::damaged ||
                          file->extraction.state == TextState::limit_exceeded;
  if (takes_more) return reply.write_handoff({});
  reply.write(file->extraction, file->cause);
}

// The attachment's bytes; empty where there is none, or where it cannot be had by itself.
std::string attachment_of(std::string_view type, std::string_view bytes, std::size_t number) {
  TextSink nowhere(0);
  Parsed parsed =
      type == pdf_type ? parse_pdf_parts(bytes, nowhere, 0) : parse_as(type, bytes, nowhere);
  return number < parsed.contents.size() ? std::move(parsed.contents[number]) : std::string();
}

// Empty where it cannot be made.
std::string part_of(std::string_view type, std::string_view bytes, PageRange pages) {
  if (type == pdf_type) return pdf_part(bytes, pages.first, pages.last);
  return type == "image/tiff" ? tiff_part(bytes, pages) : std::string();
}

}  // namespace

void preload_parsers() {
  std::setlocale(LC_ALL, "C.UTF-8");
  ::tzset();
  load_detector();
  preload_mail_parser();
}

ParsedFile parse_file(std::string_view bytes, std::size_t text_bytes_max) {
  return parse_file_as(detect_type(bytes), bytes, text_bytes_max);
}

void run_parse_job(const JobRequest& request) {
  ReplyWriter reply(STDOUT_FILENO);
  const bool type_only = request.kind == JobKind::detect;
  const Mapped input = map_input(type_only ? detect_bytes_max : request.input_bytes_max);
  if (!input.whole && !type_only) {
    reply.write_type("application/octet-stream");
    return answer_failure(reply, TextState::limit_exceeded, Cause::input_too_large);
  }
  const std::string type = detect_type(input.bytes);
  reply.write_type(type);
  if (type_only) return answer_failure(reply, TextState::unsupported, Cause::none);
  try {
    if (request.kind == JobKind::attachment) {
      return reply.write_content(attachment_of(type, input.bytes, request.number));
    }
    const PageRange pages{request.number, request.number + request.count - 1};
    if (request.kind == JobKind::part) {
      return reply.write_content(part_of(type, input.bytes, pages));
    }
    if (request.kind == JobKind::picture_marks) {
      return reply.write_marks(mark_pictures(input.bytes, pages));
    }
    if (type == pdf_type) {
      TextSink sink(request.text_bytes_max);
      return answer_pdf(reply, input.bytes, sink);
    }
    const ParsedFile file = parse_file_as(type, input.bytes, request.text_bytes_max);
    reply.write(file.extraction, file.cause);
  } catch (const std::bad_alloc&) {
    // What stands beside the pages is not worth losing them.
    if (type == pdf_type && request.kind == JobKind::extract) return reply.write_handoff({});
    answer_failure(reply, TextState::limit_exceeded, Cause::out_of_memory);
  }
}

void run_parse_jobs(const JobRequest& request) {
  const Mapped input = map_input(request.input_bytes_max);
  const auto files = input.whole ? decode_batch(input.bytes) : std::nullopt;
  if (!files) return;
  for (const BatchFile& file : *files) answer_one_of_several(file.bytes, request.text_bytes_max);
}

void run_pdf_job(const JobRequest& request) {
  ReplyWriter reply(STDOUT_FILENO);
  reply.write_type(pdf_type);
  try {
    TextSink sink(request.text_bytes_max);
    Parsed parsed = read_pdf_text(STDIN_FILENO, tool_output_messages_descriptor, sink);
    const ParsedFile file = finish(std::string(pdf_type), std::move(parsed), sink);
    reply.write(file.extraction, file.cause);
  } catch (const std::bad_alloc&) {
    answer_failure(reply, TextState::limit_exceeded, Cause::out_of_memory);
  }
}

}  // namespace dms::search::extract
