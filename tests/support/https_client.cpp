#include "support/https_client.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>

#include "support/tls_client.h"

namespace dms::test {

namespace {

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::string_view HttpsResponse::header(std::string_view name) const {
  for (const auto& [known, value] : headers) {
    if (same_name(known, name)) return value;
  }
  return {};
}

struct HttpsClient::State {
  HttpsClientOptions options;
  TlsContext context;
  TlsSession ssl;
  int socket = -1;
  std::string buffer;  // received; [consumed, buffer.size()) is not yet read
  std::size_t consumed = 0;

  std::string_view pending() const { return std::string_view(buffer).substr(consumed); }
  void drop() {
    ssl.reset();
    if (socket >= 0) ::close(socket);
    socket = -1;
    buffer.clear();
    consumed = 0;
  }

  bool wait_for(short events, std::chrono::milliseconds limit) const {
    pollfd entry{socket, events, 0};
    return ::poll(&entry, 1, static_cast<int>(limit.count())) > 0;
  }

  Result<void> open_socket();
  Result<void> handshake();
  Result<void> write(std::string_view bytes);
  // Appends to buffer; 0 = closed by the peer.
  Result<std::size_t> read_more();
  Result<std::string> read_line();
  Result<void> read_body(std::uint64_t length, const Receiver& receive);
  // One chunk; false where it was the last.
  Result<bool> read_chunk(const Receiver& receive);
  Result<void> read_chunks(const Receiver& receive);
  Result<void> read_to_end(const Receiver& receive);
  Result<HttpsResponse> read_head();
  Result<HttpsResponse> read_answer(std::string_view method, Interim interim,
                                    const Receiver& receive);
};

HttpsClient::HttpsClient(HttpsClientOptions options) : state_(std::make_unique<State>()) {
  // A peer that closes must show as an error of write, not end the test program.
  std::signal(SIGPIPE, SIG_IGN);
  if (options.host.empty()) options.host = options.address;
  state_->options = std::move(options);
}

HttpsClient::~HttpsClient() {
  if (state_) close();
}
HttpsClient::HttpsClient(HttpsClient&&) noexcept = default;
HttpsClient& HttpsClient::operator=(HttpsClient&& other) noexcept {
  if (state_) close();
  state_ = std::move(other.state_);
  return *this;
}

Result<void> HttpsClient::State::open_socket() {
  const bool is_v6 = options.address.find(':') != std::string::npos;
  socket = ::socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return broken(std::string("socket: ") + std::strerror(errno));
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (options.receive_buffer_bytes > 0) {
    ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &options.receive_buffer_bytes,
                 sizeof options.receive_buffer_bytes);
  }
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options.timeout);
  timeval limit{};
  limit.tv_sec = seconds.count();
  limit.tv_usec = std::chrono::microseconds(options.timeout - seconds).count();
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);

  sockaddr_storage storage{};
  socklen_t size = 0;
  if (is_v6) {
    auto* address = reinterpret_cast<sockaddr_in6*>(&storage);
    address->sin6_family = AF_INET6;
    address->sin6_port = htons(options.port);
    inet_pton(AF_INET6, options.address.c_str(), &address->sin6_addr);
    size = sizeof *address;
  } else {
    auto* address = reinterpret_cast<sockaddr_in*>(&storage);
    address->sin_family = AF_INET;
    address->sin_port = htons(options.port);
    inet_pton(AF_INET, options.address.c_str(), &address->sin_addr);
    size = sizeof *address;
  }
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&storage), size) != 0) {
    return broken(std::string("connect: ") + std::strerror(errno));
  }
  return {};
}

Result<void> HttpsClient::State::handshake() {
  ssl.reset(SSL_new(context.get()));
  if (!ssl) return broken("SSL_new: " + openssl_error());
  SSL_set_fd(ssl.get(), socket);
  const std::string sni = options.sni.value_or(options.host);
  const bool is_numeric = sni.find_first_not_of("0123456789.:") == std::string::npos;
  if (!sni.empty() && !is_numeric) SSL_set_tlsext_host_name(ssl.get(), sni.c_str());
  if (!options.ca_file.empty()) {
    X509_VERIFY_PARAM* parameters = SSL_get0_param(ssl.get());
    if (X509_VERIFY_PARAM_set1_ip_asc(parameters, options.host.c_str()) != 1) {
      ERR_clear_error();
      SSL_set1_host(ssl.get(), options.host.c_str());
    }
  }
  if (!options.alpn.empty()) {
    std::string list(1, static_cast<char>(options.alpn.size()));
    list += options.alpn;
    SSL_set_alpn_protos(ssl.get(), reinterpret_cast<const unsigned char*>(list.data()),
                        static_cast<unsigned>(list.size()));
  }
  if (uninterrupted([&] { return SSL_connect(ssl.get()); }) != 1) {
    return broken("handshake: " + openssl_error());
  }
  return {};
}

Result<void> HttpsClient::State::write(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = 0;
    if (ssl) {
      std::size_t written = 0;
      const int done = uninterrupted(
          [&] { return SSL_write_ex(ssl.get(), bytes.data(), bytes.size(), &written); });
      sent = done == 1 ? static_cast<ssize_t>(written) : -1;
    } else {
      sent =
          uninterrupted([&] { return ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL); });
    }
    if (sent <= 0) return broken("write failed: " + openssl_error());
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

Result<std::size_t> HttpsClient::State::read_more() {
  if (consumed > 0) {
    buffer.erase(0, consumed);
    consumed = 0;
  }
  const std::size_t before = buffer.size();
  buffer.resize(before + tls_read_bytes);
  std::size_t received = 0;
  bool failed = false;
  if (ssl) {
    const int done = uninterrupted(
        [&] { return SSL_read_ex(ssl.get(), buffer.data() + before, tls_read_bytes, &received); });
    if (done != 1) {
      failed = SSL_get_error(ssl.get(), 0) != SSL_ERROR_ZERO_RETURN;
    }
  } else {
    const ssize_t count =
        uninterrupted([&] { return ::recv(socket, buffer.data() + before, tls_read_bytes, 0); });
    failed = count < 0;
    received = count > 0 ? static_cast<std::size_t>(count) : 0;
  }
  buffer.resize(before + received);
  if (failed) return broken("read failed: " + openssl_error());
  return received;
}

Result<std::string> HttpsClient::State::read_line() {
  for (std::size_t searched = 0;;) {
    const std::size_t end = pending().find("\r\n", searched);
    if (end != std::string_view::npos) {
      std::string line(pending().substr(0, end));
      consumed += end + 2;
      return line;
    }
    searched = pending().empty() ? 0 : pending().size() - 1;
    if (DMS_TRY(read_more()) == 0) return broken("closed within a head");
  }
}

Result<void> HttpsClient::State::read_body(std::uint64_t length, const Receiver& receive) {
  while (length > 0) {
    if (pending().empty() && DMS_TRY(read_more()) == 0) return broken("closed within a body");
    const std::string_view piece = pending().substr(
        0, static_cast<std::size_t>(std::min<std::uint64_t>(length, pending().size())));
    receive(piece);
    length -= piece.size();
    consumed += piece.size();
  }
  return {};
}

Result<bool> HttpsClient::State::read_chunk(const Receiver& receive) {
  const std::string line = DMS_TRY(read_line());
  std::uint64_t size = 0;
  const auto [end, code] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
  if (code != std::errc{} || end == line.data()) return broken("bad chunk size");
  DMS_TRY(read_body(size, receive));
  if (size > 0) {
    if (!DMS_TRY(read_line()).empty()) return broken("bad end of chunk");
    return true;
  }
  while (!DMS_TRY(read_line()).empty()) {
  }
  return false;
}

Result<void> HttpsClient::State::read_chunks(const Receiver& receive) {
  while (DMS_TRY(read_chunk(receive))) {
  }
  return {};
}

Result<void> HttpsClient::State::read_to_end(const Receiver& receive) {
  for (;;) {
    receive(pending());
    consumed = buffer.size();
    if (DMS_TRY(read_more()) == 0) return {};
  }
}

Result<void> HttpsClient::connect() {
  state_->drop();
  if (state_->options.tls && !state_->context) {
    state_->context = DMS_TRY(make_tls_context(state_->options));
  }
  Result<void> done = state_->open_socket();
  if (done && state_->options.tls) done = state_->handshake();
  if (!done) state_->drop();
  return done;
}

bool HttpsClient::connected() const {
  return state_->socket >= 0;
}

Result<void> HttpsClient::send_raw(std::string_view bytes) {
  if (!connected()) return broken("not connected");
  return state_->write(bytes);
}

Result<HttpsResponse> HttpsClient::send(const HttpsRequest& request) {
  std::string body;
  auto response = send(request, [&](std::string_view piece) { body.append(piece); });
  if (response) response->body = std::move(body);
  return response;
}

namespace {

std::string head_of(const HttpsRequest& request, const HttpsClientOptions& options) {
  std::string head = request.method + " " + request.target + " HTTP/1.1\r\n";
  bool has_host = false;
  bool has_length = false;
  for (const auto& [name, value] : request.headers) {
    has_host = has_host || same_name(name, "Host");
    has_length =
        has_length || same_name(name, "Content-Length") || same_name(name, "Transfer-Encoding");
    head.append(name).append(": ").append(value).append("\r\n");
  }
  if (!has_host) {
    head += "Host: " + options.host + ":" + std::to_string(options.port) + "\r\n";
  }
  const bool may_carry_body = request.method != "GET" && request.method != "HEAD";
  if (!has_length && (may_carry_body || !request.body.empty())) {
    head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  return head + "\r\n";
}

// The status line as a response without fields.
Result<HttpsResponse> parse_status_line(std::string_view line) {
  if (line.size() < 12 || line.substr(0, 7) != "HTTP/1.") return broken("bad status line");
  HttpsResponse response;
  std::from_chars(line.data() + 9, line.data() + 12, response.status);
  response.keeps_alive = line[7] == '1';
  return response;
}

}  // namespace

Result<HttpsResponse> HttpsClient::State::read_head() {
  HttpsResponse response = DMS_TRY(parse_status_line(DMS_TRY(read_line())));
  for (std::string line = DMS_TRY(read_line()); !line.empty(); line = DMS_TRY(read_line())) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) return broken("bad field");
    const std::size_t start = std::min(line.find_first_not_of(" \t", colon + 1), line.size());
    response.headers.emplace_back(line.substr(0, colon), line.substr(start));
  }
  if (same_name(response.header("Connection"), "close")) response.keeps_alive = false;
  return response;
}

Result<HttpsResponse> HttpsClient::State::read_answer(std::string_view method, Interim interim,
                                                      const Receiver& receive) {
  HttpsResponse response = DMS_TRY(read_head());
  while (response.status < 200 && interim == Interim::skip) response = DMS_TRY(read_head());
  if (response.status < 200 || method == "HEAD" || response.status == 204 ||
      response.status == 304) {
    return response;
  }
  const auto count = [&](std::string_view piece) {
    response.body_bytes += piece.size();
    receive(piece);
  };
  const std::string_view text = response.header("Content-Length");
  std::uint64_t length = 0;
  if (same_name(response.header("Transfer-Encoding"), "chunked")) {
    DMS_TRY(read_chunks(count));
  } else if (std::from_chars(text.data(), text.data() + text.size(), length).ec == std::errc{}) {
    DMS_TRY(read_body(length, count));
  } else {
    response.keeps_alive = false;
    DMS_TRY(read_to_end(count));
  }
  return response;
}

Result<HttpsResponse> HttpsClient::send(const HttpsRequest& request, const Receiver& receive) {
  if (!connected()) DMS_TRY(connect());
  std::string head = head_of(request, state_->options);
  constexpr std::size_t coalesce_max = 16UL << 10U;
  if (request.body.size() <= coalesce_max) head += request.body;
  auto sent = state_->write(head);
  if (sent && request.body.size() > coalesce_max) sent = state_->write(request.body);
  // A server that refuses a body answers before it closes: read even where writing failed.
  auto response = state_->read_answer(request.method, Interim::skip, receive);
  if (!response) {
    state_->drop();
  } else if (!response->keeps_alive) {
    close();
  }
  return response;
}

Result<HttpsResponse> HttpsClient::read_response(std::string_view method, Interim interim) {
  if (!connected()) return broken("not connected");
  std::string body;
  auto response =
      state_->read_answer(method, interim, [&](std::string_view piece) { body.append(piece); });
  if (!response) {
    state_->drop();
    return response;
  }
  response->body = std::move(body);
  return response;
}

Result<HttpsResponse> HttpsClient::begin(const HttpsRequest& request) {
  if (!connected()) DMS_TRY(connect());
  DMS_TRY(state_->write(head_of(request, state_->options)));
  return state_->read_head();
}

Result<std::string> HttpsClient::read_chunk() {
  if (!connected()) return broken("not connected");
  std::string bytes;
  DMS_TRY(state_->read_chunk([&](std::string_view piece) { bytes.append(piece); }));
  return bytes;
}

bool HttpsClient::closed_by_peer(std::chrono::milliseconds wait) {
  if (!connected()) return true;
  const auto until = std::chrono::steady_clock::now() + wait;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    if (left.count() <= 0 || !state_->wait_for(POLLIN, left)) return false;
    const auto count = state_->read_more();
    if (!count || *count == 0) {
      state_->drop();
      return true;
    }
    state_->consumed = state_->buffer.size();
  }
}

bool HttpsClient::readable(std::chrono::milliseconds wait) {
  if (!state_->pending().empty()) return true;
  if (!connected()) return false;
  if (!state_->ssl) return state_->wait_for(POLLIN, wait);
  // Bytes of the handshake (session tickets) are readable too: only application data counts. And
  // OpenSSL may have read more than it has looked at, which the socket does not tell any more.
  const auto until = std::chrono::steady_clock::now() + wait;
  for (;;) {
    const int flags = ::fcntl(state_->socket, F_GETFL);
    ::fcntl(state_->socket, F_SETFL, flags | O_NONBLOCK);
    char probe = 0;
    const int got = SSL_peek(state_->ssl.get(), &probe, 1);
    const bool is_over = got <= 0 && SSL_get_error(state_->ssl.get(), got) != SSL_ERROR_WANT_READ;
    ::fcntl(state_->socket, F_SETFL, flags);
    ERR_clear_error();
    if (got > 0) return true;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    if (is_over || left.count() <= 0 || !state_->wait_for(POLLIN, left)) return false;
  }
}

void HttpsClient::close() {
  if (state_->ssl) {
    SSL_shutdown(state_->ssl.get());
    ERR_clear_error();
  }
  state_->drop();
}

void HttpsClient::abort() {
  if (!connected()) return;
  const linger reset{1, 0};
  ::setsockopt(state_->socket, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  state_->drop();
}

std::string HttpsClient::tls_version() const {
  return state_->ssl ? SSL_get_version(state_->ssl.get()) : "";
}

std::string HttpsClient::cipher() const {
  return state_->ssl ? SSL_get_cipher_name(state_->ssl.get()) : "";
}

std::string HttpsClient::alpn() const {
  if (!state_->ssl) return "";
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(state_->ssl.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

}  // namespace dms::test
