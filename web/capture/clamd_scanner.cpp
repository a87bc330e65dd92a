#include "web/capture/clamd_scanner.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>

#include "dms/base/bytes.h"
#include "web/capture/clamd_reply.h"

namespace dms::web {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds look_again{200};  // whether we are to stop
constexpr std::chrono::seconds connect_time{5};       // it stands on this machine
constexpr std::chrono::seconds free_scan_wait{2};
constexpr std::size_t block_bytes = 256U << 10U;
constexpr std::uint32_t retry_after_s = 30;

// For people, who cannot mend it; the hint tells the operator what is wrong.
tl::unexpected<Error> no_answer(std::string_view what) {
  Error error = make_error(ErrorCode::unavailable,
                           "Der Virenscanner antwortet nicht. Die Datei wurde nicht angenommen.",
                           "The virus scanner does not answer. The file was not accepted.");
  error.hint = "clamd: " + std::string(what);
  error.retry_after_s = retry_after_s;
  return fail(std::move(error));
}

tl::unexpected<Error> no_answer(std::string_view what, int number) {
  return no_answer(std::string(what) + ": " + std::strerror(number));
}

tl::unexpected<Error> too_many() {
  Error error = make_error(
      ErrorCode::unavailable,
      "Es werden gerade zu viele Dateien auf Viren geprüft. Versuchen Sie es gleich noch einmal.",
      "Too many files are being scanned for viruses. Try again in a moment.");
  error.hint = "clamd: too many at once";
  error.retry_after_s = retry_after_s;
  return fail(std::move(error));
}

// One talk with clamd, within its time.
class Talk {
 public:
  Talk(SteadyClock::time_point deadline, const std::atomic<bool>& is_stopping)
      : deadline_(deadline), is_stopping_(is_stopping) {}
  ~Talk() {
    if (socket_ >= 0) ::close(socket_);
  }
  Talk(const Talk&) = delete;
  Talk& operator=(const Talk&) = delete;

  Result<void> connect(const ClamdAddress& address) {
    if (!address.path.empty()) {
      sockaddr_un unix_address{};
      unix_address.sun_family = AF_UNIX;
      address.path.copy(unix_address.sun_path, sizeof(unix_address.sun_path) - 1);
      return connect(reinterpret_cast<const sockaddr*>(&unix_address), sizeof(unix_address));
    }
    if (address.host == "::1") {
      sockaddr_in6 six{};
      six.sin6_family = AF_INET6;
      six.sin6_port = htons(address.port);
      six.sin6_addr = in6addr_loopback;
      return connect(reinterpret_cast<const sockaddr*>(&six), sizeof(six));
    }
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(address.port);
    four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connect(reinterpret_cast<const sockaddr*>(&four), sizeof(four));
  }

  // False where the other side has closed, having said something or nothing.
  Result<bool> send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(sent));
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        DMS_TRY(wait(POLLOUT, deadline_));
      } else if (errno == EPIPE || errno == ECONNRESET) {
        return false;
      } else if (errno != EINTR) {
        return no_answer("send", errno);
      }
    }
    return true;
  }

  // Up to the byte 0, or to the end.
  Result<std::string> read_line() {
    std::string line(clamd_reply_bytes_max, '\0');
    std::size_t length = 0;
    while (length < line.size()) {
      const ssize_t got = ::recv(socket_, line.data() + length, line.size() - length, 0);
      if (got > 0) {
        const std::size_t end = line.find('\0', length);
        length += static_cast<std::size_t>(got);
        if (end < length) return line.substr(0, end);
      } else if (got == 0) {
        return line.substr(0, length);
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        DMS_TRY(wait(POLLIN, deadline_));
      } else if (errno == ECONNRESET) {
        return line.substr(0, length);
      } else if (errno != EINTR) {
        return no_answer("receive", errno);
      }
    }
    return no_answer("its answer is too long");
  }

 private:
  Result<void> connect(const sockaddr* address, socklen_t length) {
    socket_ = ::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket_ < 0) return no_answer("socket", errno);
    int trouble = ::connect(socket_, address, length) == 0 ? 0 : errno;
    if (trouble == EINPROGRESS) {
      DMS_TRY(wait(POLLOUT, std::min(deadline_, SteadyClock::now() + connect_time)));
      socklen_t size = sizeof(trouble);
      if (::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &trouble, &size) != 0) trouble = errno;
    }
    if (trouble != 0) return no_answer("connect", trouble);
    return {};
  }

  Result<void> wait(short events, SteadyClock::time_point end) {
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - SteadyClock::now());
      if (is_stopping_) return no_answer("the server stops");
      if (left.count() <= 0) return no_answer("no answer in its time");
      pollfd entry{socket_, events, 0};
      const int ready = ::poll(&entry, 1, static_cast<int>(std::min(left, look_again).count()));
      if (ready > 0) return {};
      if (ready < 0 && errno != EINTR) return no_answer("poll", errno);
    }
  }

  const SteadyClock::time_point deadline_;
  const std::atomic<bool>& is_stopping_;
  int socket_ = -1;
};

// False where clamd has closed before the end.
Result<bool> send_all(Talk& talk, const storage::ContentReader& content) {
  if (!DMS_TRY(talk.send(std::string_view("zINSTREAM\0", 10)))) return false;
  for (std::uint64_t at = 0; at < content.id().size;) {
    const std::string bytes = DMS_TRY(content.read(at, block_bytes));
    if (bytes.empty()) return fail(operator_error(ErrorCode::corrupt, "content ends early"));
    std::string block;
    append_big_endian(block, static_cast<std::uint32_t>(bytes.size()));
    block += bytes;
    if (!DMS_TRY(talk.send(block))) return false;
    at += bytes.size();
  }
  return talk.send(std::string_view("\0\0\0\0", 4));
}

}  // namespace

bool ClamdScanner::begin() {
  const auto end_of_wait = SteadyClock::now() + free_scan_wait;
  const MutexLock lock(mutex_);
  while (running_ == scans_at_once_max && SteadyClock::now() < end_of_wait) {
    is_free_.wait_until(mutex_, end_of_wait);
  }
  if (running_ == scans_at_once_max) return false;
  ++running_;
  return true;
}

void ClamdScanner::end() {
  {
    const MutexLock lock(mutex_);
    --running_;
  }
  is_free_.notify_one();
}

Result<std::string> ClamdScanner::scan(const storage::ContentReader& content) {
  if (!begin()) return too_many();
  const std::unique_ptr<ClamdScanner, void (*)(ClamdScanner*)> running(
      this, [](ClamdScanner* scanner) { scanner->end(); });
  return ask(content);
}

Result<std::string> ClamdScanner::ask(const storage::ContentReader& content) {
  Talk talk(SteadyClock::now() + timeout_, is_stopping_);
  DMS_TRY(talk.connect(address_));
  // One that has had enough says so and closes: its word is read all the same.
  const bool has_all = DMS_TRY(send_all(talk, content));
  const ClamdReply reply = read_clamd_reply(DMS_TRY(talk.read_line()));
  switch (reply.kind) {
    case ClamdReply::Kind::clean:
      if (has_all) return std::string();
      return no_answer("it had not taken all of it");
    case ClamdReply::Kind::found:
      return reply.text;
    case ClamdReply::Kind::too_large:
      return fail(ErrorCode::too_large,
                  "Die Datei ist größer, als der Virenscanner annimmt (StreamMaxLength).",
                  "The file is larger than the virus scanner takes (StreamMaxLength).");
    case ClamdReply::Kind::unscannable: {
      Error error =
          make_error(ErrorCode::unprocessable, "Die Datei lässt sich nicht auf Viren prüfen.",
                     "The file cannot be scanned for viruses.");
      error.hint = "clamd: " + reply.text;
      return fail(std::move(error));
    }
    case ClamdReply::Kind::trouble:
      break;
  }
  return no_answer(reply.text);
}

}  // namespace dms::web
