#pragma once

// The helper's loop: takes jobs, starts their children, watches the clock, tells how each ended.

#include <sys/types.h>

#include <chrono>
#include <list>
#include <vector>

#include "search/extract/helper/helper.h"
#include "search/extract/protocol/packet_socket.h"
#include "search/extract/protocol/unique_fd.h"

namespace dms::search::extract {

class Supervisor {
 public:
  Supervisor(const HelperProgram& program, const Sandbox& sandbox, SandboxStatus::Way way,
             UniqueFd control);
  // Until the server closes the socket; then every child is killed. Returns the exit status.
  int run();

 private:
  using Clock = std::chrono::steady_clock;

  struct Child {
    pid_t process = -1;
    UniqueFd handle;  // pidfd; empty once reaped
    int status = 0;   // as of waitpid
  };
  struct Job {
    UniqueFd verdict;
    Clock::time_point deadline;
    bool timed_out = false;
    std::vector<Child> children;  // in the order of the plan; the last one's end is the job's
    Child& last() { return children.back(); }
    const Child& last() const { return children.back(); }
  };

  // The descriptors of a child that stands at one end of a pipe, dup'ed to 0, 1, 2 (and 3).
  struct Streams {
    int input = -1;
    int output = -1;
    int messages_out = -1;  // standard error; -1: /dev/null as inherited
    int messages_in = -1;   // descriptor 3; -1: closed
  };
  // One process of a plan and what it is connected to.
  struct Step {
    const Stage& stage;
    const JobRequest& request;
    Streams streams;
  };

  bool take_job();
  Verdict start(const JobRequest& request, Packet& packet, Job& job);
  bool start_all(const JobRequest& request, const Packet& packet, Job& job);
  // Forks. False where there is no process to be had.
  bool start_child(const Step& step, Child& child);
  // In the child: confines it and does its work.
  [[noreturn]] void run_child(const Step& step);
  void watch_children();
  void reap(Job& job);
  static void reap(Child& child);
  static void end_all(Job& job);
  static void end(Child& child);
  static Verdict verdict_of(const Job& job);
  int milliseconds_to_next_deadline() const;

  const HelperProgram& program_;
  const Sandbox& sandbox_;
  SandboxStatus::Way way_;
  UniqueFd control_;
  std::list<Job> jobs_;
};

}  // namespace dms::search::extract
