#include "dms/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdlib>

namespace dms {

Sha256Digest hmac_sha256(const Secret& key, std::string_view message) {
  Sha256Digest digest;
  unsigned length = 0;
  const std::string_view key_bytes = key.expose();
  const unsigned char* made =
      HMAC(EVP_sha256(), key_bytes.data(), static_cast<int>(key_bytes.size()),
           reinterpret_cast<const unsigned char*>(message.data()), message.size(),
           digest.bytes.data(), &length);
  if (made == nullptr || length != digest.bytes.size()) std::abort();
  return digest;
}

}  // namespace dms
