#include "search/extract/client/exchange.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <string_view>
#include <vector>

namespace dms::search::extract {
namespace {

using SteadyClock = std::chrono::steady_clock;

// The helper enforces the time limit; beyond this much more it is taken for dead.
constexpr std::chrono::seconds grace{10};
constexpr std::chrono::milliseconds look_again{200};

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// Reads what is there. False at the end of the pipe.
bool read_some(int descriptor, std::vector<char>& buffer, std::string_view& got) {
  ssize_t count = -1;
  do {
    count = ::read(descriptor, buffer.data(), buffer.size());
  } while (count < 0 && errno == EINTR);
  got = std::string_view(buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
  return count > 0;
}

struct Patience {
  SteadyClock::time_point deadline;
  const std::atomic<bool>* abandoned = nullptr;

  bool is_abandoned() const { return abandoned != nullptr && *abandoned; }
  // How long to wait before looking again; 0: no more.
  std::chrono::milliseconds next_wait() const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now());
    if (left.count() <= 0 || is_abandoned()) return std::chrono::milliseconds(0);
    return std::min(left, abandoned != nullptr
                              ? look_again
                              : std::chrono::milliseconds(std::chrono::minutes(1)));
  }
};

// Reads both pipes to their ends. A reply that breaks the protocol is closed in the child's face.
void read_answers(UniqueFd& reply_pipe, UniqueFd& verdict_pipe, const Patience& patience,
                  RepliesDecoder& decoder, std::optional<Verdict>& verdict) {
  std::vector<char> buffer(frame_bytes_max);
  while (reply_pipe || verdict_pipe) {
    const std::chrono::milliseconds wait = patience.next_wait();
    if (wait.count() == 0) return;
    std::array<pollfd, 2> entries{{{reply_pipe.get(), POLLIN, 0}, {verdict_pipe.get(), POLLIN, 0}}};
    if (::poll(entries.data(), entries.size(), static_cast<int>(wait.count())) < 0) {
      if (errno == EINTR) continue;
      return;
    }
    std::string_view got;
    if (entries[0].revents != 0 &&
        (!read_some(reply_pipe.get(), buffer, got) || !decoder.feed(got))) {
      reply_pipe.reset();
    }
    if (entries[1].revents != 0) {
      if (read_some(verdict_pipe.get(), buffer, got)) {
        verdict = verdict_from_number(static_cast<std::uint8_t>(got.front()));
      }
      verdict_pipe.reset();
    }
  }
}

}  // namespace

Exchange run_job(const HelperProcess& helper, const JobRequest& request, int file,
                 const std::atomic<bool>* abandoned) {
  Exchange exchange;
  Pipe reply = make_pipe();
  Pipe verdict = make_pipe();
  if (!reply.read || !verdict.read) {
    exchange.course = Exchange::Course::no_descriptors;
    return exchange;
  }
  std::array<int, job_descriptor_count> descriptors{file, reply.write.get(), verdict.write.get()};
  if (!helper.send(request, descriptors)) return exchange;
  reply.write.reset();
  verdict.write.reset();
  const bool is_several = request.kind == JobKind::extract_several;
  RepliesDecoder decoder(
      {request.text_bytes_max, gives_bytes(request.kind) ? request.content_bytes_max : 0,
       is_recognition(request.kind) ? recognised_words_max : 0,
       is_marking(request.kind) ? request.count : 0},
      is_several ? request.count : 1);
  std::optional<Verdict> seen;
  const Patience patience{SteadyClock::now() + std::chrono::seconds(request.timeout_s) + grace,
                          abandoned};
  read_answers(reply.read, verdict.read, patience, decoder, seen);
  if (!seen && patience.is_abandoned()) exchange.course = Exchange::Course::abandoned;
  if (!seen) return exchange;
  exchange.course = Exchange::Course::answered;
  exchange.verdict = *seen;
  exchange.mime_type = decoder.mime_type();
  if (*seen != Verdict::finished) return exchange;
  if (auto replies = decoder.finish()) {
    if (is_several) {
      exchange.replies = std::move(*replies);
    } else {
      exchange.reply = std::move(replies->front());
    }
  }
  return exchange;
}

}  // namespace dms::search::extract
