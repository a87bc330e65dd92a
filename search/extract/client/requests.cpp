#include "search/extract/client/requests.h"

#include <algorithm>

namespace dms::search::extract {
namespace {

constexpr std::uint64_t page_text_bytes_max = 1U << 20U;
// Of each of several small files; one that has more is asked for by itself.
constexpr std::uint64_t several_text_bytes_max = 1U << 20U;
// Of all of them: a file that needs longer has its own time by itself.
constexpr std::uint32_t several_timeout_s = 10;
// Of a mail whose head alone is wanted: the rest of its text is cut.
constexpr std::uint64_t mail_text_bytes_max = 64U << 10U;

}  // namespace

JobRequest file_request(const ExtractorOptions& options, JobKind kind, std::size_t number) {
  JobRequest request;
  request.kind = kind;
  request.timeout_s = options.timeout_s;
  request.processor_s = options.timeout_s;
  request.number = static_cast<std::uint32_t>(number);
  request.memory_bytes_max = options.memory_bytes_max;
  request.input_bytes_max = options.input_bytes_max;
  request.text_bytes_max = options.text_bytes_max;
  request.content_bytes_max = options.input_bytes_max;
  return request;
}

JobRequest detect_request(const ExtractorOptions& options, const JobRequest& request) {
  JobRequest detect = file_request(options, JobKind::detect, 0);
  detect.standing = request.standing;
  detect.timeout_s = std::max(detect.timeout_s, request.timeout_s);
  return detect;
}

JobRequest several_request(const ExtractorOptions& options, std::size_t count) {
  JobRequest request = file_request(options, JobKind::extract_several, 0);
  request.count = static_cast<std::uint32_t>(count);
  request.timeout_s = std::min(options.timeout_s, several_timeout_s);
  request.processor_s = request.timeout_s;
  request.text_bytes_max = std::min(options.text_bytes_max, several_text_bytes_max);
  return request;
}

JobRequest awaited_request(const ExtractorOptions& options, JobKind kind, std::size_t number,
                           std::uint32_t timeout_s) {
  JobRequest request = file_request(options, kind, number);
  request.timeout_s = std::min(options.timeout_s, timeout_s);
  request.processor_s = request.timeout_s;
  return request;
}

JobRequest mail_request(const ExtractorOptions& options, std::uint32_t timeout_s) {
  JobRequest request = awaited_request(options, JobKind::extract, 0, timeout_s);
  request.text_bytes_max = std::min(options.text_bytes_max, mail_text_bytes_max);
  return request;
}

JobRequest recognition_request(const ExtractorOptions& options, JobKind kind, std::uint32_t page) {
  JobRequest request;
  request.kind = kind;
  request.timeout_s = options.recognition_timeout_s;
  request.processor_s = options.recognition_processor_s;
  request.number = page;
  request.memory_bytes_max = options.recognition_memory_bytes_max;
  request.input_bytes_max = options.input_bytes_max;
  request.text_bytes_max = std::min(options.text_bytes_max, page_text_bytes_max);
  const bool is_idle = options.recognition_priority == RecognitionPriority::idle;
  request.standing = is_idle ? Standing::idle : Standing::parser;
  return request;
}

JobRequest drawing_request(const ExtractorOptions& options, JobKind kind) {
  JobRequest request;
  request.kind = kind;
  request.timeout_s = options.drawing_timeout_s;
  request.processor_s = options.drawing_processor_s;
  request.memory_bytes_max = options.drawing_memory_bytes_max;
  request.input_bytes_max = options.input_bytes_max;
  request.content_bytes_max = options.drawn_bytes_max;
  return request;
}

}  // namespace dms::search::extract
