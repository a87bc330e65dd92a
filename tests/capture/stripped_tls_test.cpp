// A server (or who stands in its place) that offers no TLS gets no password.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>

#include "web/capture/mail_line.h"

namespace dms::web {
namespace {

// One connection in the clear, at which every command is answered with OK.
class ClearServer {
 public:
  ClearServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_, 1), 0);
    EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~ClearServer() {
    finish();
    ::close(listener_);
  }
  std::uint16_t port() const { return port_; }
  // What was said to it, when the connection has ended.
  const std::string& finish() {
    if (thread_.joinable()) thread_.join();
    return said_;
  }

 private:
  void say(int connection, const std::string& text) const {
    EXPECT_EQ(::send(connection, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  void serve() {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    say(connection, "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n");
    std::string line;
    for (char c = 0; ::read(connection, &c, 1) == 1;) {
      said_ += c;
      line += c;
      if (c != '\n') continue;
      say(connection, "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + line.substr(0, line.find(' ')) +
                          " OK done\r\n");
      line.clear();
    }
    ::close(connection);
  }

  int listener_;
  std::uint16_t port_ = 0;
  std::string said_;
  std::thread thread_;
};

TEST(StrippedTls, GetsNoPassword) {
  ClearServer server;
  const std::atomic<bool> is_stopping{false};
  MailLogin login;
  login.host = "127.0.0.1";
  login.port = server.port();
  login.security = MailSecurity::starttls;
  login.user = "post@musterbach.example";
  login.secret = Secret("Birnbaum");
  const auto line = open_mail_line(login, is_stopping);
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().code, ErrorCode::unavailable) << line.error().hint;
  const std::string& said = server.finish();
  EXPECT_NE(said.find("CAPABILITY"), std::string::npos) << "it was spoken to";
  EXPECT_EQ(said.find("AUTHENTICATE"), std::string::npos) << said;
  EXPECT_EQ(said.find("LOGIN"), std::string::npos) << said;
  EXPECT_EQ(said.find("musterbach"), std::string::npos) << said;
}

}  // namespace
}  // namespace dms::web
