#include "web/capture/mail_line.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <utility>

namespace dms::web {

namespace {

using Clock = std::chrono::steady_clock;

constexpr long connect_timeout_s = 20;
constexpr long post_timeout_s = 30;
constexpr std::chrono::milliseconds poll_slice{200};  // how soon a stop is noticed
constexpr std::chrono::seconds first_deadline{60};
constexpr std::size_t answer_bytes_max = 64U << 10U;

struct EndHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, EndHandle>;

tl::unexpected<Error> trouble(std::string_view what) {
  return fail(operator_error(ErrorCode::unavailable, std::string(what)));
}

// The library's own words for what went wrong; they hold no names of ours.
tl::unexpected<Error> trouble(CURLcode code) {
  Error error = operator_error(
      code == CURLE_LOGIN_DENIED ? ErrorCode::unauthenticated : ErrorCode::unavailable,
      curl_easy_strerror(code));
  return fail(std::move(error));
}

// Sets options one after the other; the first that the library refuses is told.
class Options {
 public:
  explicit Options(CURL* handle) : handle_(handle) {}
  template <class Value>
  Options& set(CURLoption option, Value value) {
    if (code_ == CURLE_OK) code_ = curl_easy_setopt(handle_, option, value);
    return *this;
  }
  CURLcode code() const { return code_; }

 private:
  CURL* handle_;
  CURLcode code_ = CURLE_OK;
};

int end_when_stopping(void* flag, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(flag)->load() ? 1 : 0;
}

Handle make_handle() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  return Handle(curl_easy_init());
}

void set_common(Options& options, const std::optional<std::string>& ca_file,
                const std::atomic<bool>& is_stopping) {
  options.set(CURLOPT_NOSIGNAL, 1L)
      .set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2))
      .set(CURLOPT_SSL_VERIFYPEER, 1L)
      .set(CURLOPT_SSL_VERIFYHOST, 2L)
      .set(CURLOPT_CONNECTTIMEOUT, connect_timeout_s)
      .set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED))
      .set(CURLOPT_NOPROGRESS, 0L)
      .set(CURLOPT_XFERINFOFUNCTION, end_when_stopping)
      .set(CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&is_stopping));
  if (ca_file) options.set(CURLOPT_CAINFO, ca_file->c_str()).set(CURLOPT_CAPATH, nullptr);
}

class CurlLine final : public MailLine {
 public:
  CurlLine(Handle handle, curl_socket_t socket, const std::atomic<bool>& is_stopping)
      : handle_(std::move(handle)), socket_(socket), is_stopping_(is_stopping) {
    set_deadline(first_deadline);
  }

  void set_deadline(std::chrono::milliseconds from_now) override {
    deadline_ = Clock::now() + from_now;
  }

  Result<std::size_t> read(std::span<char> into) override {
    for (;;) {
      DMS_TRY(go_on());
      std::size_t got = 0;
      const CURLcode code = curl_easy_recv(handle_.get(), into.data(), into.size(), &got);
      if (code == CURLE_OK) return got;
      if (code != CURLE_AGAIN) return trouble(code);
      DMS_TRY(wait(POLLIN));
    }
  }

  Result<void> write(std::string_view bytes) override {
    while (!bytes.empty()) {
      DMS_TRY(go_on());
      std::size_t sent = 0;
      const CURLcode code = curl_easy_send(handle_.get(), bytes.data(), bytes.size(), &sent);
      if (code != CURLE_OK && code != CURLE_AGAIN) return trouble(code);
      bytes.remove_prefix(sent);
      if (code == CURLE_AGAIN) DMS_TRY(wait(POLLOUT));
    }
    return {};
  }

 private:
  // Also where bytes never stop coming.
  Result<void> go_on() const {
    if (is_stopping_) return trouble("the server is stopping");
    if (Clock::now() >= deadline_) return trouble("the mail server takes too long");
    return {};
  }

  // Until the socket may be used, or for a slice; what that was shows at the next attempt.
  Result<void> wait(short events) const {
    pollfd entry{socket_, events, 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(poll_slice.count()));
    if (ready < 0 && errno != EINTR) return trouble("poll failed");
    return {};
  }

  const Handle handle_;
  const curl_socket_t socket_;
  const std::atomic<bool>& is_stopping_;
  Clock::time_point deadline_;
};

struct Answer {
  std::string bytes;
};

std::size_t take_answer(char* data, std::size_t size, std::size_t count, void* to) {
  Answer& answer = *static_cast<Answer*>(to);
  if (answer.bytes.size() + size * count > answer_bytes_max) return 0;  // ends it
  answer.bytes.append(data, size * count);
  return size * count;
}

}  // namespace

Result<std::unique_ptr<MailLine>> open_mail_line(const MailLogin& login,
                                                 const std::atomic<bool>& is_stopping) {
  Handle handle = make_handle();
  if (handle == nullptr) return trouble("libcurl does not start");
  const bool is_tls = login.security == MailSecurity::tls;
  const std::string url =
      fmt::format("{}://{}:{}/", is_tls ? "imaps" : "imap", login.host, login.port);
  const std::string secret(login.secret.expose());
  Options options(handle.get());
  set_common(options, login.ca_file, is_stopping);
  options.set(CURLOPT_PROTOCOLS_STR, "imap,imaps")
      .set(CURLOPT_URL, url.c_str())
      .set(CURLOPT_PROXY, "")
      .set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL))
      .set(CURLOPT_CONNECT_ONLY, 1L)
      .set(CURLOPT_TIMEOUT_MS, static_cast<long>(login.limit.count()))
      .set(CURLOPT_USERNAME, login.user.c_str());
  if (login.proof == MailLogin::Proof::access_token) {
    options.set(CURLOPT_XOAUTH2_BEARER, secret.c_str()).set(CURLOPT_LOGIN_OPTIONS, "AUTH=XOAUTH2");
  } else {
    options.set(CURLOPT_PASSWORD, secret.c_str());
  }
  if (options.code() != CURLE_OK) return trouble(options.code());
  const CURLcode connected = curl_easy_perform(handle.get());
  if (connected != CURLE_OK) return trouble(connected);
  curl_socket_t socket = CURL_SOCKET_BAD;
  if (curl_easy_getinfo(handle.get(), CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK ||
      socket == CURL_SOCKET_BAD) {
    return trouble("libcurl has no connection");
  }
  return std::make_unique<CurlLine>(std::move(handle), socket, is_stopping);
}

Result<Secret> post_form(const FormPost& post, const std::atomic<bool>& is_stopping) {
  const Handle handle = make_handle();
  if (handle == nullptr) return trouble("libcurl does not start");
  const std::string_view form = post.form.expose();
  Answer answer;
  Options options(handle.get());
  set_common(options, post.ca_file, is_stopping);
  options.set(CURLOPT_PROTOCOLS_STR, "https")
      .set(CURLOPT_URL, post.url.c_str())
      .set(CURLOPT_FOLLOWLOCATION, 0L)
      .set(CURLOPT_TIMEOUT, post_timeout_s)
      .set(CURLOPT_POSTFIELDSIZE, static_cast<long>(form.size()))
      .set(CURLOPT_POSTFIELDS, form.data())
      .set(CURLOPT_WRITEFUNCTION, take_answer)
      .set(CURLOPT_WRITEDATA, &answer);
  if (options.code() != CURLE_OK) return trouble(options.code());
  const CURLcode done = curl_easy_perform(handle.get());
  Secret body(std::move(answer.bytes));
  if (done != CURLE_OK) return trouble(done);
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == 200) return body;
  return fail(operator_error(
      status >= 400 && status <= 403 ? ErrorCode::unauthenticated : ErrorCode::unavailable,
      fmt::format("the token endpoint answered {}", status)));
}

std::string form_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                          (byte >= 'A' && byte <= 'Z') || c == '-' || c == '.' || c == '_' ||
                          c == '~';
    encoded += is_plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return encoded;
}

}  // namespace dms::web
