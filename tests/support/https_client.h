#pragma once

// A small blocking HTTPS/1.1 client on OpenSSL for black-box tests, the crash harness and the
// benchmark: one connection, keep-alive, as little CPU as possible. It trusts the server to frame
// its answers and is no client for the open internet. Not thread-safe; one per thread.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dms/base/result.h"

namespace dms::test {

enum class TlsVersion : std::uint8_t { any, tls_1_1, tls_1_2, tls_1_3 };

struct HttpsClientOptions {
  std::string address = "127.0.0.1";  // numeric
  std::uint16_t port = 0;
  std::string host;                      // for Host, SNI and the certificate's name; "" = address
  bool tls = true;                       // false: plain HTTP
  std::string ca_file;                   // PEM; "" = the certificate is not verified
  std::optional<std::string> sni;        // instead of host; "" = none
  TlsVersion version = TlsVersion::any;  // exactly this one
  std::string ciphers;                   // TLS 1.2 list; "" = OpenSSL's default
  std::string alpn;                      // one protocol; "" = no ALPN
  std::chrono::milliseconds timeout{30000};  // of each wait for the socket
  int receive_buffer_bytes = 0;              // SO_RCVBUF; 0 = the system's
};

using HeaderList = std::vector<std::pair<std::string, std::string>>;

struct HttpsRequest {
  std::string method = "GET";
  std::string target = "/";
  HeaderList headers = {};  // Host and Content-Length are added where they are not here
  std::string_view body = {};
};

struct HttpsResponse {
  unsigned status = 0;
  HeaderList headers;
  std::string body;
  std::uint64_t body_bytes = 0;  // also where the body went to a receiver
  bool keeps_alive = false;
  // The first value of `name` (any case), or "".
  std::string_view header(std::string_view name) const;
};

// Errors are `unavailable` with the cause in `hint`: connection refused, handshake failed, closed,
// timed out. After an error the connection is closed; the next request opens a new one.
class HttpsClient {
 public:
  using Receiver = std::function<void(std::string_view)>;

  explicit HttpsClient(HttpsClientOptions options);
  ~HttpsClient();
  HttpsClient(HttpsClient&&) noexcept;
  HttpsClient& operator=(HttpsClient&&) noexcept;

  // Sends one request and reads its answer, connecting where there is no connection.
  Result<HttpsResponse> send(const HttpsRequest& request);
  // The same, the body going to `receive` in pieces instead of into the answer.
  Result<HttpsResponse> send(const HttpsRequest& request, const Receiver& receive);
  Result<HttpsResponse> get(std::string target) { return send({.target = std::move(target)}); }

  // For tests of the wire: connect, send any bytes, read the answer to a request of `method`.
  Result<void> connect();
  bool connected() const;
  Result<void> send_raw(std::string_view bytes);
  // Interim answers (1xx) are returned only where `interim` says so.
  enum class Interim : std::uint8_t { skip, take };
  Result<HttpsResponse> read_response(std::string_view method = "GET",
                                      Interim interim = Interim::skip);
  // For answers that go on: sends, and reads the head alone. Where it is chunked read_chunk() gives
  // what comes, "" at the end.
  Result<HttpsResponse> begin(const HttpsRequest& request);
  Result<std::string> read_chunk();
  // Waits at most `wait` for the peer to close; true where it did. Received bytes are dropped.
  bool closed_by_peer(std::chrono::milliseconds wait);
  // Whether bytes arrive within `wait`; they stay for read_response.
  bool readable(std::chrono::milliseconds wait);
  // TLS: close_notify, then closes. Idempotent.
  void close();
  // Closes with a TCP reset.
  void abort();
  // "TLSv1.3", "TLS_AES_256_GCM_SHA384", the negotiated ALPN; "" where not connected.
  std::string tls_version() const;
  std::string cipher() const;
  std::string alpn() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dms::test
