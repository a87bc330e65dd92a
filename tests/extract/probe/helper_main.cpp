// aktenwerk-extract with hostile parsers: a file says "strict:<probe>", "tool:<probe>" or
// "reply:<way to break the protocol>".

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>

#include "asked.h"
#include "probes.h"
#include "search/extract/helper/helper.h"
#include "search/extract/protocol/file_batch.h"
#include "search/extract/protocol/office_results.h"
#include "search/extract/protocol/reply.h"

namespace {

using namespace dms::search;
using namespace dms::search::extract;

// What this helper was asked for so far; a child has it as it was at its beginning.
std::string asked;

// What a probe says. What was asked is not known to it.
std::string told(std::string words) {
  return words == "asked" ? asked : words;
}

std::string read_all(int descriptor, std::size_t bytes_max) {
  std::string all;
  std::array<char, 4096> block;
  for (;;) {
    ssize_t got = ::read(descriptor, block.data(), block.size());
    if (got <= 0 || all.size() > bytes_max) return all;
    all.append(block.data(), static_cast<std::size_t>(got));
  }
}

void answer(std::string text) {
  Extraction extraction;
  extraction.state = text.empty() ? TextState::empty : TextState::extracted;
  extraction.text = std::move(text);
  ReplyWriter reply(STDOUT_FILENO);
  reply.write_type("text/plain");
  reply.write(extraction, Cause::none);
}

void break_protocol(std::string_view way) {
  ReplyWriter reply(STDOUT_FILENO);
  reply.write_type(way == "bad_type" ? "text plain" : "text/plain");
  Extraction extraction;
  extraction.state = way == "claims_refused" ? TextState::refused : TextState::extracted;
  extraction.text = way == "bad_utf8" ? "\xff" : way == "escape" ? "\x1b[2J" : "text";
  if (way == "nothing" || way == "half") return;
  if (way == "too_much") extraction.text.assign(1U << 20U, 'x');
  reply.write(extraction, Cause::none);
  if (way == "twice") reply.write(extraction, Cause::none);
}

void parse_words(std::string_view view) {
  const std::string_view rest = view.substr(view.find(':') + 1);
  if (view.starts_with("tool:")) {
    ReplyWriter reply(STDOUT_FILENO);
    reply.write_type("application/pdf");
    reply.write_handoff({});
  } else if (view.starts_with("reply:")) {
    break_protocol(rest);
  } else {
    answer(told(dms::test::run_probe(rest)));
  }
}

void parse(const JobRequest&) {
  parse_words(read_all(STDIN_FILENO, 4096));
}

void parse_several(const JobRequest&) {
  const std::string batch = read_all(STDIN_FILENO, 4096);
  const auto files = decode_batch(batch);
  if (!files) return;
  for (const BatchFile& file : *files) parse_words(file.bytes);
}

void read_tool(const JobRequest& request) {
  answer(told(read_all(STDIN_FILENO, request.text_bytes_max * 2)));
}

// The same of a page that is recognised.
void read_page_tool(const JobRequest& request) {
  RecognisedPage page;
  page.text = told(read_all(STDIN_FILENO, request.text_bytes_max * 2));
  page.state = page.text.empty() ? TextState::empty : TextState::extracted;
  ReplyWriter reply(STDOUT_FILENO);
  reply.write_type("text/plain");
  reply.write_page(page, Cause::none);
}

// Something to look at, which tells what was asked.
void draw(const JobRequest& request) {
  ReplyWriter reply(STDOUT_FILENO);
  reply.write_type("image/jpeg");
  const bool is_pdf = request.kind == JobKind::picture_pdf;
  reply.write_content((is_pdf ? "%PDF-" : "\xff\xd8\xff") + asked);
}

// The tool as LibreOffice would be, with a folder to write to; what it says comes back as a PDF.
void run_office_probe(const JobRequest& request, const Sandbox& sandbox) {
  ToolCommand tool{PROBE_TOOL, {}, {}, {}};
  tool.files = ToolFiles::private_folder;
  const std::string batch = read_all(STDIN_FILENO, 4096);
  std::array<int, 2> words{-1, -1};
  std::array<int, 2> said{-1, -1};
  if (::pipe(words.data()) != 0 || ::pipe(said.data()) != 0) return;
  const pid_t process = ::fork();
  if (process == 0) {
    ::dup2(words[0], STDIN_FILENO);
    ::dup2(said[1], STDOUT_FILENO);
    sandbox.become_tool(tool, {request.processor_s, 0, request.memory_bytes_max, 64, 1U << 20U}, 3);
    ::_exit(1);
  }
  ::close(words[0]);
  ::close(said[1]);
  const bool is_sent = ::write(words[1], batch.data(), batch.size()) > 0;
  ::close(words[1]);
  const std::string pdf = "%PDF-" + told(read_all(said[0], 4096));
  int status = 0;
  const bool is_ended = ::waitpid(process, &status, 0) == process && is_sent;
  const std::string killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS ? "killed" : "";
  if (!is_ended) return;
  ReplyWriter reply(STDOUT_FILENO);
  reply.write_type("application/pdf");
  reply.write_content(result_head(OfficeOutcome::made, pdf.size() + killed.size()) + pdf + killed);
}

}  // namespace

int main(int argument_count, char** arguments) {
  const ToolCommand tool{PROBE_TOOL, {}, {}, {}};
  const HelperArguments wanted = read_arguments(argument_count, arguments);
  const auto plan = [&](const JobRequest& request) -> std::vector<Stage> {
    asked += dms::test::asked_line(request.kind, request.standing);
    if (wanted.office) return {{std::nullopt, nullptr, &run_office_probe}};
    if (is_recognition(request.kind)) {
      return {{tool, nullptr}, {std::nullopt, &read_page_tool}};
    }
    if (request.kind == JobKind::pdf) return {{tool, nullptr}, {std::nullopt, &read_tool}};
    if (request.kind == JobKind::extract_several) return {{std::nullopt, &parse_several}};
    if (gives_bytes(request.kind)) return {{std::nullopt, &draw}};
    return {{std::nullopt, &parse}};
  };
  HelperProgram program{nullptr, plan, {tool}};
  if (wanted.office) program.private_bytes = 4U << 20U;
  return run_helper(wanted.way, program);
}
