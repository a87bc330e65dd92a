#pragma once

// INTERNAL to web/http: a certificate and its key as two PEM files. They appear whole and together:
// both are written beside, synced, then renamed, the key first. So a pair that does not fit is an
// interruption only as long as the certificate's draft is still there; without it a byte has
// changed, which is told and never mended by making another pair in silence.

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "dms/base/result.h"

namespace dms::web {

struct OpensslDeleter {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};
template <class T>
using Owned = std::unique_ptr<T, OpensslDeleter>;

struct IdentityFiles {
  std::filesystem::path certificate;  // own first, then its issuer's, unless it is its own
  std::filesystem::path key;
};

struct Identity {
  Owned<X509> certificate;
  Owned<X509> issuer;  // null where it is its own
  Owned<EVP_PKEY> key;
};

// nullopt where one of the files is absent, or an interruption left two that do not fit: both are
// to be made anew. `corrupt` where something in them is not what was written; the hint names the
// file and what to do.
Result<std::optional<Identity>> read_identity(const IdentityFiles& files);
// `unavailable` with the cause.
Result<void> write_identity(const Identity& identity, const IdentityFiles& files);

// Whether the private key is the public key's other half, not only beside it in the file: each is
// tried on the other.
bool is_whole_key(EVP_PKEY* key);
// Whether `issuer` signed `certificate` as it is.
bool is_signed_by(X509* certificate, X509* issuer);

}  // namespace dms::web
