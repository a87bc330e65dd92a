#include "search/extract/helper/supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "search/extract/protocol/process_fd.h"

namespace dms::search::extract {
namespace {

// More than any server asks for at once.
constexpr std::size_t jobs_max = 64;
constexpr std::uint32_t timeout_s_max = 3600;
constexpr std::uint32_t strict_descriptors_max = 8;
constexpr std::uint32_t tool_descriptors_max = 64;
constexpr int exit_broken_child = 70;
constexpr int lowest_niceness = 19;

ResourceLimits limits_for(const JobRequest& request, std::uint32_t descriptors) {
  return {request.processor_s, request.memory_bytes_max, request.memory_bytes_max, descriptors};
}

bool make_pipe(UniqueFd& read_end, UniqueFd& write_end) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
  read_end = UniqueFd(ends[0]);
  write_end = UniqueFd(ends[1]);
  return true;
}

// In a child: puts `from` (above 3, as the helper's own low descriptors are taken) at `to`.
bool place(int from, int to) {
  return from < 0 || ::dup2(from, to) == to;
}

// Before the confinement, which forbids it: whatever else wants the processor or the disk goes
// first. What the kernel does not grant is not worth failing for.
void stand_back(Standing standing) {
  if (standing == Standing::parser) return;
  const sched_param none{};
  if (standing == Standing::idle) ::sched_setscheduler(0, SCHED_IDLE, &none);
  ::setpriority(PRIO_PROCESS, 0, lowest_niceness);
}

void tell(const UniqueFd& verdict_pipe, Verdict verdict) {
  char byte = static_cast<char>(verdict);
  // The server may have given up: SIGPIPE is ignored, and nothing else is to be done.
  [[maybe_unused]] ssize_t written = ::write(verdict_pipe.get(), &byte, 1);
}

}  // namespace

Supervisor::Supervisor(const HelperProgram& program, const Sandbox& sandbox, SandboxStatus::Way way,
                       UniqueFd control)
    : program_(program), sandbox_(sandbox), way_(way), control_(std::move(control)) {}

void Supervisor::run_child(const Step& step) {
  const Streams& streams = step.streams;
  ::signal(SIGPIPE, SIG_DFL);
  // Descriptor 3 is the control socket: it goes first, or is covered.
  if (!place(streams.input, STDIN_FILENO) || !place(streams.output, STDOUT_FILENO) ||
      !place(streams.messages_out, STDERR_FILENO) ||
      !place(streams.messages_in, tool_messages_descriptor)) {
    ::_exit(exit_broken_child);
  }
  stand_back(step.request.standing);
  const unsigned first_closed = streams.messages_in < 0 ? 3U : 4U;
  if (step.stage.direct != nullptr) {
    if (::close_range(first_closed, ~0U, 0) != 0) ::_exit(exit_broken_child);
    step.stage.direct(step.request, sandbox_);
    ::_exit(0);
  }
  if (step.stage.tool) {
    sandbox_.become_tool(*step.stage.tool, limits_for(step.request, tool_descriptors_max),
                         first_closed);
  } else if (sandbox_.confine_strict(limits_for(step.request, strict_descriptors_max),
                                     first_closed)) {
    step.stage.run(step.request);
    ::_exit(0);
  }
  ::_exit(exit_broken_child);
}

bool Supervisor::start_child(const Step& step, Child& child) {
  child.process = ::fork();
  if (child.process < 0) return false;
  if (child.process == 0) run_child(step);
  child.handle = open_process(child.process);
  if (!child.handle) {
    ::kill(child.process, SIGKILL);
    ::waitpid(child.process, &child.status, 0);
    return false;
  }
  return true;
}

bool Supervisor::start_all(const JobRequest& request, const Packet& packet, Job& job) {
  const std::vector<Stage> plan = program_.plan(request);
  UniqueFd messages_in;
  UniqueFd messages_out;
  if (plan.size() > 1 && !make_pipe(messages_in, messages_out)) return false;
  UniqueFd input;  // of the next; empty: the file
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const bool is_last = i + 1 == plan.size();
    UniqueFd next_input;
    UniqueFd output;
    if (!is_last && !make_pipe(next_input, output)) return false;
    const Streams streams{input ? input.get() : packet.descriptors[0].get(),
                          is_last ? packet.descriptors[1].get() : output.get(),
                          is_last ? -1 : messages_out.get(), is_last ? messages_in.get() : -1};
    if (!start_child({plan[i], request, streams}, job.children.emplace_back())) return false;
    input = std::move(next_input);
  }
  return !job.children.empty();
}

Verdict Supervisor::start(const JobRequest& request, Packet& packet, Job& job) {
  if (way_ == SandboxStatus::Way::none) return Verdict::refused;
  // An earlier job may have read the same open file, and left its offset anywhere.
  const bool rewound = ::lseek(packet.descriptors[0].get(), 0, SEEK_SET) == 0;
  if (!rewound || jobs_.size() >= jobs_max) return Verdict::not_started;
  if (start_all(request, packet, job)) return Verdict::finished;
  end_all(job);
  return Verdict::not_started;
}

// False once the server is gone.
bool Supervisor::take_job() {
  auto packet = receive_packet(control_.get());
  if (!packet) return false;
  auto request = decode_request(packet->bytes);
  if (!request || packet->descriptors.size() != job_descriptor_count) return true;
  request->timeout_s = std::clamp(request->timeout_s, 1U, timeout_s_max);
  request->processor_s = std::clamp(request->processor_s, 1U, timeout_s_max);
  Job job;
  job.verdict = std::move(packet->descriptors[2]);
  job.deadline = Clock::now() + std::chrono::seconds(request->timeout_s);
  Verdict verdict = start(*request, *packet, job);
  if (verdict == Verdict::finished) {
    jobs_.push_back(std::move(job));
  } else {
    tell(job.verdict, verdict);
  }
  return true;
}

void Supervisor::reap(Child& child) {
  if (!child.handle) return;
  while (::waitpid(child.process, &child.status, 0) < 0 && errno == EINTR) {
  }
  child.handle.reset();
}

void Supervisor::end(Child& child) {
  if (!child.handle) return;
  ::kill(child.process, SIGKILL);
  reap(child);
}

void Supervisor::end_all(Job& job) {
  for (Child& child : job.children) end(child);
}

Verdict Supervisor::verdict_of(const Job& job) {
  if (job.timed_out) return Verdict::timed_out;
  for (const Child& child : job.children) {
    if (!WIFSIGNALED(child.status)) continue;
    if (WTERMSIG(child.status) == SIGSYS) return Verdict::forbidden_call;
    if (WTERMSIG(child.status) == SIGXCPU) return Verdict::used_up;
  }
  // How the others ended is for the last one to judge, from what they wrote.
  const int status = job.last().status;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? Verdict::finished : Verdict::crashed;
}

// The job ends with its last process; one that still runs then has nobody to read it.
void Supervisor::reap(Job& job) {
  reap(job.last());
  end_all(job);
  tell(job.verdict, verdict_of(job));
}

void Supervisor::watch_children() {
  for (auto job = jobs_.begin(); job != jobs_.end();) {
    if (!job->timed_out && Clock::now() >= job->deadline) {
      job->timed_out = true;
      ::kill(job->last().process, SIGKILL);
    }
    pollfd entry{job->last().handle.get(), POLLIN, 0};
    const bool ended = job->timed_out || (::poll(&entry, 1, 0) > 0);
    if (ended) reap(*job);
    job = ended ? jobs_.erase(job) : std::next(job);
  }
}

int Supervisor::milliseconds_to_next_deadline() const {
  if (jobs_.empty()) return -1;
  Clock::time_point next = Clock::time_point::max();
  for (const Job& job : jobs_) next = std::min(next, job.deadline);
  auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now());
  return static_cast<int>(std::max<std::chrono::milliseconds::rep>(left.count(), 0));
}

int Supervisor::run() {
  std::vector<pollfd> entries;
  for (;;) {
    entries.assign(1, {control_.get(), POLLIN, 0});
    for (const Job& job : jobs_) entries.push_back({job.last().handle.get(), POLLIN, 0});
    if (::poll(entries.data(), entries.size(), milliseconds_to_next_deadline()) < 0 &&
        errno != EINTR) {
      break;
    }
    watch_children();
    if (entries[0].revents != 0 && !take_job()) break;
  }
  for (Job& job : jobs_) end_all(job);
  return 0;
}

}  // namespace dms::search::extract
