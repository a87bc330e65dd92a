#include "dms/ed25519.h"

#include <openssl/evp.h>

#include <cstdlib>
#include <memory>

namespace dms {

namespace {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

Key private_key(const Secret& seed) {
  const std::string_view bytes = seed.expose();
  if (bytes.size() != ed25519_seed_bytes) std::abort();
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(bytes), bytes.size()));
  if (!key) std::abort();
  return key;
}

}  // namespace

std::string ed25519_public_key(const Secret& seed) {
  std::string bytes(ed25519_public_key_bytes, '\0');
  std::size_t size = bytes.size();
  const Key key = private_key(seed);
  if (EVP_PKEY_get_raw_public_key(key.get(), bytes_of(bytes), &size) != 1) std::abort();
  return bytes;
}

std::string ed25519_sign(const Secret& seed, std::string_view message) {
  std::string signature(ed25519_signature_bytes, '\0');
  std::size_t size = signature.size();
  const Key key = private_key(seed);
  const Context context(EVP_MD_CTX_new());
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), bytes_of(signature), &size, bytes_of(message),
                     message.size()) != 1 ||
      size != signature.size()) {
    std::abort();
  }
  return signature;
}

bool ed25519_verifies(const Ed25519Proof& proof, std::string_view message) {
  if (proof.public_key.size() != ed25519_public_key_bytes ||
      proof.signature.size() != ed25519_signature_bytes) {
    return false;
  }
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(proof.public_key),
                                            proof.public_key.size()));
  const Context context(EVP_MD_CTX_new());
  return key && context &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(proof.signature), proof.signature.size(),
                          bytes_of(message), message.size()) == 1;
}

}  // namespace dms
