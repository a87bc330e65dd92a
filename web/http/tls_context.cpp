#include "web/http/tls_context.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include "web/http/certificate_files.h"
#include "web/http/openssl_error.h"

namespace dms::web {

namespace {

// Mozilla's intermediate profile less the suites without elliptic curves (2023, version 5.7).
constexpr const char* tls_1_2_suites =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

tl::unexpected<Error> bad_files(std::string hint) {
  return fail(operator_error(ErrorCode::unavailable, std::move(hint)));
}

int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned offered_size, void*) {
  static constexpr std::array<unsigned char, 9> ours = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* selected = nullptr;
  const int found =
      SSL_select_next_proto(&selected, out_size, ours.data(), ours.size(), offered, offered_size);
  *out = selected;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

Result<void> check_key_mode(const std::string& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return bad_files(file + ": " + std::strerror(errno));
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return bad_files(file + ": a key must be readable by its owner alone (mode 0600)");
  }
  return {};
}

// That a changed byte is told here and not by every client: the key's two halves fit, and what the
// next certificate of the chain says to have signed is as it signed it.
Result<void> check_whole(SSL_CTX* context, const TlsFiles& files) {
  if (!is_whole_key(SSL_CTX_get0_privatekey(context))) {
    return fail(operator_error(ErrorCode::corrupt, files.key_file + ": is damaged"));
  }
  STACK_OF(X509)* chain = nullptr;
  SSL_CTX_get0_chain_certs(context, &chain);
  X509* certificate = SSL_CTX_get0_certificate(context);
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    X509* issuer = sk_X509_value(chain, i);
    if (!is_signed_by(certificate, issuer)) {
      return fail(operator_error(
          ErrorCode::corrupt,
          files.certificate_chain_file + ": is damaged, or its certificates are not in order"));
    }
    certificate = issuer;
  }
  return {};
}

void set_policy(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, tls_1_2_suites);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 1);
  static constexpr std::string_view session_context = "aktenwerk";
  SSL_CTX_set_session_id_context(context,
                                 reinterpret_cast<const unsigned char*>(session_context.data()),
                                 static_cast<unsigned>(session_context.size()));
  SSL_CTX_set_alpn_select_cb(context, select_protocol, nullptr);
}

}  // namespace

void TlsContext::Deleter::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

Result<std::shared_ptr<const TlsContext>> TlsContext::load(const TlsFiles& files) {
  DMS_TRY(check_key_mode(files.key_file));
  auto result = std::make_shared<TlsContext>();
  result->context_.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* context = result->context_.get();
  if (context == nullptr) return bad_files("SSL_CTX_new: " + take_openssl_error());
  set_policy(context);
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate_chain_file.c_str()) != 1) {
    return bad_files(files.certificate_chain_file + ": " + take_openssl_error());
  }
  if (SSL_CTX_use_PrivateKey_file(context, files.key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return bad_files(files.key_file + ": " + take_openssl_error());
  }
  DMS_TRY(check_whole(context, files));
  const X509* certificate = SSL_CTX_get0_certificate(context);
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0) {
    return bad_files(files.certificate_chain_file + ": the certificate has expired");
  }
  if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0) {
    return bad_files(files.certificate_chain_file + ": the certificate is not yet valid");
  }
  return std::shared_ptr<const TlsContext>(std::move(result));
}

}  // namespace dms::web
