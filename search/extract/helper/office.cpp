#include "search/extract/helper/office.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "search/extract/protocol/file_batch.h"
#include "search/extract/protocol/office_results.h"
#include "search/extract/protocol/reply.h"
#include "search/extract/protocol/unique_fd.h"

namespace dms::search::extract {
namespace {

constexpr std::string_view input_folder = "/tmp/in/";
constexpr std::string_view output_folder = "/tmp/out/";
constexpr std::string_view profile_folder = "/tmp/profile/user/";
// The first run with a new profile only makes that, and asks to be started again
// (EXITHELPER_NORMAL_RESTART).
constexpr int exit_start_again = 81;
constexpr int runs_max = 3;
constexpr std::uint32_t office_descriptors_max = 256;
constexpr unsigned first_output_descriptor = 3;
constexpr std::size_t read_bytes = 64U << 10U;

// What it is to know before its first start. No macro is run, no link is followed, whatever the
// document says. A version as late as that keeps it from trying its graphics first, which takes
// five seconds a start.
constexpr std::string_view settings = R"(<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/Product">
<prop oor:name="ooSetupLastVersion" oor:op="fuse"><value>99.9</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>de-DE</value></prop></item>
<item oor:path="/org.openoffice.Office.Linguistic/General">
<prop oor:name="DefaultLocale" oor:op="fuse"><value>de-DE</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>1</value></prop></item>
</oor:items>
)";

bool write_file(const std::string& path, std::string_view bytes) {
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  while (file && !bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return static_cast<bool>(file);
}

// So that no document can name another one of its batch.
std::optional<std::string> random_name() {
  std::array<unsigned char, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return std::nullopt;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string name;
  for (const unsigned char byte : bytes) {
    name += digits[byte >> 4U];
    name += digits[byte & 0xfU];
  }
  return name;
}

std::optional<std::string_view> map_batch(std::uint64_t bytes_max) {
  const off_t end = ::lseek(STDIN_FILENO, 0, SEEK_END);
  if (end <= 0 || static_cast<std::uint64_t>(end) > bytes_max) return std::nullopt;
  const auto size = static_cast<std::size_t>(end);
  void* memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0);
  if (memory == MAP_FAILED) return std::nullopt;
  return std::string_view(static_cast<const char*>(memory), size);
}

struct LaidOut {
  std::vector<std::string> inputs;   // paths
  std::vector<std::string> outputs;  // where LibreOffice writes them
};

std::optional<LaidOut> lay_out(const std::vector<BatchFile>& files) {
  for (const std::string_view folder :
       {input_folder, output_folder, std::string_view("/tmp/profile/"), profile_folder}) {
    if (::mkdir(std::string(folder).c_str(), S_IRWXU) != 0) return std::nullopt;
  }
  if (!write_file(std::string(profile_folder) + "registrymodifications.xcu", settings)) {
    return std::nullopt;
  }
  LaidOut laid_out;
  for (const BatchFile& file : files) {
    const auto name = random_name();
    if (!name) return std::nullopt;
    laid_out.inputs.push_back(std::string(input_folder) + *name + "." + file.suffix);
    laid_out.outputs.push_back(std::string(output_folder) + *name + ".pdf");
    if (!write_file(laid_out.inputs.back(), file.bytes)) return std::nullopt;
  }
  return laid_out;
}

constexpr int ended_otherwise = -1;
constexpr int ran_out_of_time = -2;

// Its exit status, or one of these.
int run_office(const ToolCommand& tool, const JobRequest& request, const Sandbox& sandbox) {
  const pid_t process = ::fork();
  if (process == 0) {
    // Standard error is /dev/null: what it prints reaches nobody, least of all the reply.
    ::dup2(STDERR_FILENO, STDIN_FILENO);
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
    // Its address space is larger than all it uses; what it writes to is limited.
    sandbox.become_tool(tool,
                        {request.processor_s, 0, request.memory_bytes_max, office_descriptors_max,
                         office_private_bytes, true},
                        first_output_descriptor);
    ::_exit(exit_not_entered);
  }
  int status = 0;
  rusage used{};
  while (process > 0 && ::wait4(process, &status, 0, &used) < 0 && errno == EINTR) {
  }
  const bool has_ended = process > 0 && WIFEXITED(status);
  if (has_ended && WEXITSTATUS(status) == 0) return 0;
  const auto microseconds = [](const timeval& time) {
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000U +
           static_cast<std::uint64_t>(time.tv_usec);
  };
  // The kernel counts the parts of a process's time a little differently.
  const std::uint64_t at_limit = std::uint64_t{request.processor_s} * 900'000U;
  if (microseconds(used.ru_utime) + microseconds(used.ru_stime) >= at_limit) return ran_out_of_time;
  return has_ended ? WEXITSTATUS(status) : ended_otherwise;
}

struct Output {
  OfficeOutcome outcome = OfficeOutcome::nothing;
  std::uint64_t size = 0;
  UniqueFd file;
};

// A regular file of a bounded size; never what a link leads to.
Output open_output(const std::string& path, std::uint64_t bytes_max) {
  Output output;
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat attributes {};
  if (!file || ::fstat(file.get(), &attributes) != 0 || !S_ISREG(attributes.st_mode) ||
      attributes.st_size <= 0) {
    return output;
  }
  output.size = static_cast<std::uint64_t>(attributes.st_size);
  output.outcome = output.size <= bytes_max ? OfficeOutcome::made : OfficeOutcome::too_large;
  output.file = std::move(file);
  return output;
}

// Whether the end of a PDF (ISO 32000-1, 7.5.5) stands where it belongs.
bool is_whole(const Output& output) {
  std::array<char, 1024> tail;
  const std::uint64_t at = output.size > tail.size() ? output.size - tail.size() : 0;
  const ssize_t got = ::pread(output.file.get(), tail.data(), tail.size(), static_cast<off_t>(at));
  const std::string_view text(tail.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  return text.find("%%EOF") != std::string_view::npos;
}

std::string read_output(const Output& output) {
  std::string bytes;
  std::array<char, read_bytes> block;
  while (bytes.size() < output.size) {
    const ssize_t got = ::read(output.file.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    bytes.append(block.data(), static_cast<std::size_t>(got));
  }
  return bytes;
}

void answer(const JobRequest& request, const std::vector<Output>& outputs) {
  std::string answer;
  for (const Output& output : outputs) {
    OfficeOutcome outcome = output.outcome;
    std::string pdf = outcome == OfficeOutcome::made ? read_output(output) : std::string();
    if (outcome == OfficeOutcome::made && !pdf.starts_with("%PDF-")) {
      outcome = OfficeOutcome::nothing;
      pdf.clear();
    }
    // Of a batch that is larger together the last ones are made once more, each by itself.
    if (answer.size() + pdf.size() + read_bytes > request.content_bytes_max) {
      outcome = outputs.size() == 1 ? OfficeOutcome::too_large : OfficeOutcome::nothing;
      pdf.clear();
    }
    answer += result_head(outcome, pdf.size());
    answer += pdf;
  }
  ReplyWriter reply(STDOUT_FILENO);
  reply.write_type("application/pdf");
  reply.write_content(answer);
}

}  // namespace

ToolCommand office_tool() {
  // Not its shell script, which starts a second program that starts this one. Its libraries find
  // each other by /proc elsewhere.
  return {
      "/usr/lib/libreoffice/program/soffice.bin",
      {"-env:UserInstallation=file:///tmp/profile", "--headless", "--norestore", "--nolockcheck",
       "--nodefault", "--nologo", "--convert-to", "pdf", "--outdir", "/tmp/out"},
      {"/usr/share/libreoffice", "/etc/libreoffice", "/var/lib/libreoffice", "/usr/share/fonts",
       "/usr/local/share/fonts", "/usr/share/fontconfig", "/etc/fonts", "/var/cache/fontconfig",
       "/dev/urandom"},
      {"HOME=/tmp", "TMPDIR=/tmp", "SAL_USE_VCLPLUGIN=svp",
       "LD_LIBRARY_PATH=/usr/lib/libreoffice/program"},
      ToolFiles::private_folder};
}

void run_office_job(const JobRequest& request, const Sandbox& sandbox) {
  const auto batch = map_batch(request.input_bytes_max);
  const auto files = batch ? decode_batch(*batch) : std::nullopt;
  const bool all_have_suffix =
      files && std::none_of(files->begin(), files->end(),
                            [](const BatchFile& file) { return file.suffix.empty(); });
  const auto laid_out = all_have_suffix ? lay_out(*files) : std::nullopt;
  if (!laid_out) return;
  ToolCommand tool = office_tool();
  tool.arguments.insert(tool.arguments.end(), laid_out->inputs.begin(), laid_out->inputs.end());
  int ended = exit_start_again;
  for (int run = 0; run < runs_max && ended == exit_start_again; ++run) {
    ended = run_office(tool, request, sandbox);
  }
  std::vector<Output> outputs;
  for (const std::string& path : laid_out->outputs) {
    Output& output = outputs.emplace_back(open_output(path, request.content_bytes_max));
    // What it was writing when it ended.
    if (ended != 0 && output.outcome == OfficeOutcome::made && !is_whole(output)) {
      output.outcome = OfficeOutcome::nothing;
    }
    const bool is_missing = output.outcome == OfficeOutcome::nothing;
    if (is_missing && ended == ran_out_of_time) output.outcome = OfficeOutcome::out_of_time;
  }
  // Only bytes are copied from here on, and that in the strict profile.
  const auto first_closed = static_cast<unsigned>(first_output_descriptor + batch_files_max + 1);
  const ResourceLimits limits{request.processor_s, 0, 0, first_closed};
  if (sandbox.confine_strict(limits, first_closed)) answer(request, outputs);
}

}  // namespace dms::search::extract
