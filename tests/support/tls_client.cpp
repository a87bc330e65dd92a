#include "support/tls_client.h"

#include <openssl/err.h>

#include <cstring>

namespace dms::test {

namespace {

int protocol_number(TlsVersion version) {
  switch (version) {
    case TlsVersion::tls_1_1:
      return TLS1_1_VERSION;
    case TlsVersion::tls_1_2:
      return TLS1_2_VERSION;
    case TlsVersion::tls_1_3:
      return TLS1_3_VERSION;
    case TlsVersion::any:
      break;
  }
  return 0;
}

}  // namespace

Result<TlsContext> make_tls_context(const HttpsClientOptions& options) {
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  if (!context) return broken("SSL_CTX_new: " + openssl_error());
  if (const int version = protocol_number(options.version); version != 0) {
    SSL_CTX_set_min_proto_version(context.get(), version);
    SSL_CTX_set_max_proto_version(context.get(), version);
    // OpenSSL offers nothing below 1.2 at its default level; tests of refusal must really ask.
    if (version < TLS1_2_VERSION) SSL_CTX_set_cipher_list(context.get(), "ALL:@SECLEVEL=0");
  }
  if (!options.ciphers.empty() &&
      SSL_CTX_set_cipher_list(context.get(), options.ciphers.c_str()) != 1) {
    return broken("ciphers: " + openssl_error());
  }
  if (!options.ca_file.empty()) {
    if (SSL_CTX_load_verify_locations(context.get(), options.ca_file.c_str(), nullptr) != 1) {
      return broken("ca_file: " + openssl_error());
    }
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  }
  // One read(2) brings several records.
  SSL_CTX_set_read_ahead(context.get(), 1);
  SSL_CTX_set_default_read_buffer_len(context.get(), tls_read_bytes);
  SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  return context;
}

std::string openssl_error() {
  const int number = errno;
  const unsigned long code = ERR_get_error();
  if (code == 0) return number == 0 ? "closed" : std::strerror(number);
  std::string text(256, '\0');
  ERR_error_string_n(code, text.data(), text.size());
  ERR_clear_error();
  return text.substr(0, text.find('\0'));
}

}  // namespace dms::test
