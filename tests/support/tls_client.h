#pragma once

// OpenSSL's side of HttpsClient. Private to it.

#include <openssl/ssl.h>

#include <cerrno>
#include <memory>
#include <string>

#include "support/https_client.h"

namespace dms::test {

inline constexpr std::size_t tls_read_bytes = 64UL << 10U;

struct ContextDeleter {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct SslDeleter {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

using TlsContext = std::unique_ptr<SSL_CTX, ContextDeleter>;
using TlsSession = std::unique_ptr<SSL, SslDeleter>;

Result<TlsContext> make_tls_context(const HttpsClientOptions& options);

// What OpenSSL says, else the system; takes it off OpenSSL's queue.
std::string openssl_error();

// `unavailable` with a hint.
inline tl::unexpected<Error> broken(std::string hint) {
  return fail(operator_error(ErrorCode::unavailable, std::move(hint)));
}

// Calls again what EINTR has ended: a process that is stopped and goes on finds that in every wait
// with a timeout.
template <class Call>
auto uninterrupted(const Call& call) {
  while (true) {
    errno = 0;
    const auto result = call();
    if (result > 0 || errno != EINTR) return result;
  }
}

}  // namespace dms::test
