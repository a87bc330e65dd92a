#include "odd_clamd.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace dms::test {

OddClamd::OddClamd(std::size_t bytes, std::string answer)
    : bytes_(bytes), answer_(std::move(answer)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket().copy(address.sun_path, sizeof(address.sun_path) - 1);
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      ::listen(listener_, 4) != 0) {
    std::perror("odd clamd");
    std::abort();
  }
  thread_ = std::thread([this] { talk(); });
}

OddClamd::~OddClamd() {
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
}

void OddClamd::talk() {
  for (;;) {
    const int peer = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (peer < 0) return;
    std::array<char, 4096> block{};
    for (std::size_t left = bytes_; left > 0;) {
      const ssize_t got = ::recv(peer, block.data(), std::min(left, block.size()), 0);
      if (got <= 0) break;
      left -= static_cast<std::size_t>(got);
    }
    if (!answer_.empty()) ::send(peer, answer_.data(), answer_.size(), MSG_NOSIGNAL);
    ::close(peer);
  }
}

}  // namespace dms::test
