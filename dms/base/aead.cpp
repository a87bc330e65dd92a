#include "dms/base/aead.h"

#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <array>
#include <cstdlib>
#include <memory>

#include "dms/base/bytes.h"
#include "dms/base/random.h"

namespace dms {
namespace {

constexpr std::size_t nonce_prefix_bytes = aead_nonce_bytes - sizeof(std::uint32_t) - 1;

struct CipherContextFree {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
struct PkeyContextFree {
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};

const unsigned char* unsigned_data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* unsigned_data(std::string& bytes, std::size_t offset) {
  return reinterpret_cast<unsigned char*>(bytes.data()) + offset;
}

void require(bool succeeded) {
  if (!succeeded) std::abort();
}

enum class Way : std::uint8_t { open = 0, seal = 1 };

struct Gcm {
  const Secret& key;
  std::string_view nonce;
  std::string_view context;
};

std::unique_ptr<EVP_CIPHER_CTX, CipherContextFree> begin(const Gcm& gcm, Way way) {
  require(gcm.key.expose().size() == aead_key_bytes && gcm.nonce.size() == aead_nonce_bytes);
  std::unique_ptr<EVP_CIPHER_CTX, CipherContextFree> context(EVP_CIPHER_CTX_new());
  require(context != nullptr &&
          EVP_CipherInit_ex(context.get(), EVP_aes_256_gcm(), nullptr,
                            unsigned_data(gcm.key.expose()), unsigned_data(gcm.nonce),
                            static_cast<int>(way)) == 1);
  int length = 0;
  if (!gcm.context.empty()) {
    require(EVP_CipherUpdate(context.get(), nullptr, &length, unsigned_data(gcm.context),
                             static_cast<int>(gcm.context.size())) == 1);
  }
  return context;
}

void seal_into(const Gcm& gcm, std::string_view plain, std::string& out) {
  const auto context = begin(gcm, Way::seal);
  const std::size_t start = out.size();
  out.resize(start + plain.size() + aead_tag_bytes);
  int length = 0;
  if (!plain.empty()) {
    require(EVP_CipherUpdate(context.get(), unsigned_data(out, start), &length,
                             unsigned_data(plain), static_cast<int>(plain.size())) == 1 &&
            static_cast<std::size_t>(length) == plain.size());
  }
  unsigned char* const end = unsigned_data(out, start + plain.size());
  require(EVP_CipherFinal_ex(context.get(), end, &length) == 1 &&
          EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, aead_tag_bytes, end) == 1);
}

bool open_into(const Gcm& gcm, std::string_view sealed, std::string& out) {
  if (sealed.size() < aead_tag_bytes) return false;
  const std::size_t size = sealed.size() - aead_tag_bytes;
  std::string tag(sealed.substr(size));
  const auto context = begin(gcm, Way::open);
  const std::size_t start = out.size();
  out.resize(start + size);
  int length = 0;
  if (size > 0) {
    require(EVP_CipherUpdate(context.get(), unsigned_data(out, start), &length,
                             unsigned_data(sealed), static_cast<int>(size)) == 1);
  }
  require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, aead_tag_bytes, tag.data()) ==
          1);
  std::array<unsigned char, aead_tag_bytes> nothing{};
  if (EVP_CipherFinal_ex(context.get(), nothing.data(), &length) == 1) return true;
  out.resize(start);
  return false;
}

}  // namespace

Secret hkdf_sha256(const Secret& key, std::string_view salt, std::string_view info,
                   std::size_t size) {
  const std::unique_ptr<EVP_PKEY_CTX, PkeyContextFree> context(
      EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nullptr));
  require(context != nullptr && EVP_PKEY_derive_init(context.get()) == 1 &&
          EVP_PKEY_CTX_set_hkdf_md(context.get(), EVP_sha256()) == 1);
  const std::string_view key_bytes = key.expose();
  require(EVP_PKEY_CTX_set1_hkdf_key(context.get(), unsigned_data(key_bytes),
                                     static_cast<int>(key_bytes.size())) == 1);
  require(EVP_PKEY_CTX_set1_hkdf_salt(context.get(), unsigned_data(salt),
                                      static_cast<int>(salt.size())) == 1);
  require(EVP_PKEY_CTX_add1_hkdf_info(context.get(), unsigned_data(info),
                                      static_cast<int>(info.size())) == 1);
  std::string derived(size, '\0');
  std::size_t length = size;
  require(EVP_PKEY_derive(context.get(), unsigned_data(derived, 0), &length) == 1 &&
          length == size);
  return Secret(std::move(derived));
}

std::string seal_message(const Secret& key, std::string_view plain, std::string_view context) {
  std::string out = random_bytes(aead_nonce_bytes);
  const std::string nonce = out;
  seal_into({.key = key, .nonce = nonce, .context = context}, plain, out);
  return out;
}

std::optional<Secret> open_message(const Secret& key, std::string_view sealed,
                                   std::string_view context) {
  if (sealed.size() < aead_nonce_bytes) return std::nullopt;
  std::string plain;
  if (!open_into({.key = key, .nonce = sealed.substr(0, aead_nonce_bytes), .context = context},
                 sealed.substr(aead_nonce_bytes), plain)) {
    return std::nullopt;
  }
  return Secret(std::move(plain));
}

SegmentCipher::SegmentCipher(const Secret& key, std::string_view salt, std::string_view info) {
  require(salt.size() == salt_bytes);
  const Secret derived = hkdf_sha256(key, salt, info, aead_key_bytes + nonce_prefix_bytes);
  key_ = Secret(std::string(derived.expose().substr(0, aead_key_bytes)));
  nonce_prefix_ = Secret(std::string(derived.expose().substr(aead_key_bytes)));
}

std::string SegmentCipher::nonce(SegmentPlace place) const {
  std::string nonce(nonce_prefix_.expose());
  append_big_endian(nonce, place.index);
  nonce += place.is_last ? '\x01' : '\x00';
  return nonce;
}

void SegmentCipher::seal(SegmentPlace place, std::string_view plain, std::string& out) const {
  const std::string its_nonce = nonce(place);
  seal_into({.key = key_, .nonce = its_nonce, .context = {}}, plain, out);
}

bool SegmentCipher::open(SegmentPlace place, std::string_view sealed, std::string& out) const {
  const std::string its_nonce = nonce(place);
  return open_into({.key = key_, .nonce = its_nonce, .context = {}}, sealed, out);
}

}  // namespace dms
