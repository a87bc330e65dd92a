#pragma once

// The server's side of TLS: certificate, key and policy, immutable once loaded and shared by all
// connections that began with it. Hides OpenSSL but for an opaque pointer.
//
// Policy: TLS 1.2 and 1.3 only; forward secrecy and AEAD only; no compression, no renegotiation;
// stateless session tickets under a key of this context's own, so that a reload ends them; ALPN
// http/1.1 for who asks for a protocol.

#include <memory>

#include "dms/base/result.h"
#include "web/http/server.h"

struct ssl_ctx_st;

namespace dms::web {

// Thread-safe.
class TlsContext {
 public:
  // `unavailable` with the cause in the hint: a file that cannot be read, a key that others may
  // read or that does not fit, a certificate that has expired or is not yet valid.
  static Result<std::shared_ptr<const TlsContext>> load(const TlsFiles& files);

  ssl_ctx_st* native() const { return context_.get(); }

 private:
  struct Deleter {
    void operator()(ssl_ctx_st* context) const;
  };
  std::unique_ptr<ssl_ctx_st, Deleter> context_;
};

}  // namespace dms::web
