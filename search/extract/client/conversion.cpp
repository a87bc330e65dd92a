#include "search/extract/client/conversion.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>
#include <utility>

#include "search/extract/client/exchange.h"
#include "search/extract/client/helper_process.h"
#include "search/extract/client/input_file.h"
#include "search/extract/protocol/cause.h"
#include "search/extract/protocol/file_batch.h"
#include "search/extract/protocol/office_results.h"

namespace dms::search::extract {
namespace {

constexpr const char* office_program = "/usr/lib/libreoffice/program/soffice.bin";
constexpr std::size_t batch_head_bytes = 64U << 10U;
constexpr std::size_t copied_bytes = 1U << 20U;

Error unavailable(std::string hint) {
  return operator_error(ErrorCode::unavailable, std::move(hint));
}

DrawnFile not_made(TextState state, Cause cause) {
  return {state, {}, std::string(to_string(cause))};
}

Result<std::string> read_file(int descriptor) {
  struct stat attributes {};
  if (::fstat(descriptor, &attributes) != 0) return fail(unavailable("conversion: no file"));
  std::string bytes(static_cast<std::size_t>(attributes.st_size), '\0');
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t got = ::pread(descriptor, bytes.data() + at,
                                std::min(copied_bytes, bytes.size() - at), static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return fail(unavailable("conversion: the file cannot be read"));
    at += static_cast<std::size_t>(got);
  }
  return bytes;
}

// What became of all files of a run that gave no answer.
DrawnFile failure(const Exchange& exchange) {
  switch (exchange.verdict) {
    case Verdict::timed_out:
    case Verdict::used_up:
      return not_made(TextState::limit_exceeded, Cause::out_of_time);
    case Verdict::refused:
      return not_made(TextState::refused, Cause::no_sandbox);
    case Verdict::finished:
    case Verdict::crashed:
    case Verdict::forbidden_call:
    case Verdict::not_started:
      break;
  }
  return not_made(TextState::damaged, Cause::parser_crashed);
}

DrawnFile to_drawn(const BatchResult& result) {
  switch (result.outcome) {
    case OfficeOutcome::made:
      return {TextState::extracted, std::string(result.pdf), {}};
    case OfficeOutcome::too_large:
      return not_made(TextState::limit_exceeded, Cause::expands_too_much);
    case OfficeOutcome::out_of_time:
      return not_made(TextState::limit_exceeded, Cause::out_of_time);
    case OfficeOutcome::nothing:
      break;
  }
  return not_made(TextState::damaged, Cause::parser_crashed);
}

class Conversion {
 public:
  Conversion(const ExtractorOptions& options, const std::atomic<bool>& abandoned)
      : options_(options), abandoned_(abandoned) {
    options_.helper_arguments.emplace_back("--office");
  }

  // One run for all of them.
  Result<std::vector<DrawnFile>> run(std::span<const BatchFile> files) {
    std::string batch = encode_batch(files);
    const UniqueFd file = DMS_TRY(make_input_file(batch));
    JobRequest request;
    request.kind = JobKind::office;
    request.standing = Standing::last;
    request.timeout_s = options_.drawing_timeout_s;
    request.processor_s = options_.drawing_processor_s;
    request.memory_bytes_max = options_.drawing_memory_bytes_max;
    request.input_bytes_max = batch.size();
    request.content_bytes_max = options_.drawn_bytes_max;
    batch = {};
    const auto helper = DMS_TRY(HelperProcess::start(options_));
    if (helper->sandbox().way == SandboxStatus::Way::none) {
      return std::vector<DrawnFile>(files.size(), not_made(TextState::refused, Cause::no_sandbox));
    }
    const Exchange exchange = run_job(*helper, request, file.get(), &abandoned_);
    if (exchange.course == Exchange::Course::abandoned) {
      return fail(unavailable("conversion: abandoned"));
    }
    if (exchange.course != Exchange::Course::answered || exchange.verdict == Verdict::not_started) {
      return fail(unavailable("conversion: the helper does not answer"));
    }
    const auto results =
        exchange.reply ? decode_results(exchange.reply->content, files.size()) : std::nullopt;
    if (!results) return std::vector<DrawnFile>(files.size(), failure(exchange));
    std::vector<DrawnFile> drawn;
    for (const BatchResult& result : *results) drawn.push_back(to_drawn(result));
    return drawn;
  }

 private:
  ExtractorOptions options_;
  const std::atomic<bool>& abandoned_;
};

}  // namespace

Result<std::vector<DrawnFile>> convert_files(const ExtractorOptions& options,
                                             std::span<const OfficeFile> files,
                                             const std::atomic<bool>& abandoned) {
  if (files.size() > batch_files_max) {
    return fail(operator_error(ErrorCode::internal, "conversion: too many files at once"));
  }
  if (files.empty()) return std::vector<DrawnFile>();
  if (!office_lacks().empty()) {
    return std::vector<DrawnFile>(files.size(),
                                  not_made(TextState::refused, Cause::tool_unavailable));
  }
  std::vector<std::string> bytes;
  std::uint64_t total = batch_head_bytes;
  for (const OfficeFile& file : files) {
    bytes.push_back(DMS_TRY(read_file(file.descriptor)));
    total += bytes.back().size();
  }
  if (total > options.input_bytes_max) {
    return std::vector<DrawnFile>(files.size(),
                                  not_made(TextState::limit_exceeded, Cause::input_too_large));
  }
  std::vector<BatchFile> batch;
  for (std::size_t i = 0; i < files.size(); ++i) batch.push_back({files[i].suffix, bytes[i]});
  Conversion conversion(options, abandoned);
  std::vector<DrawnFile> drawn = DMS_TRY(conversion.run(batch));
  // One that breaks LibreOffice down takes those behind it along.
  for (DrawnFile& each : drawn) {
    each.is_in_doubt = files.size() > 1 && (each.state == TextState::damaged ||
                                            each.state == TextState::limit_exceeded);
  }
  return drawn;
}

}  // namespace dms::search::extract

namespace dms::search {

std::string office_lacks() {
  return ::access(extract::office_program, R_OK) == 0 ? "" : extract::office_program;
}

}  // namespace dms::search
