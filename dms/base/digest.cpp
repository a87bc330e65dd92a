#include "dms/base/digest.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdlib>

#include "dms/base/bytes.h"

namespace dms {

namespace {

// Fetched once and kept: looking it up anew takes longer than hashing a kilobyte.
const EVP_MD* algorithm() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return fetched;
}

}  // namespace

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  State() {
    if (context == nullptr || EVP_DigestInit_ex2(context, algorithm(), nullptr) != 1) std::abort();
  }
  ~State() { EVP_MD_CTX_free(context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
  if (EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) != 1) std::abort();
}

Sha256Digest Sha256::finish() {
  Sha256Digest digest;
  if (EVP_DigestFinal_ex(state_->context, digest.bytes.data(), nullptr) != 1) std::abort();
  return digest;
}

std::string Sha256Digest::hex() const {
  return to_hex(raw());
}

std::optional<Sha256Digest> Sha256Digest::from_raw(std::string_view raw_bytes) {
  Sha256Digest digest;
  if (raw_bytes.size() != digest.bytes.size()) return std::nullopt;
  std::copy(raw_bytes.begin(), raw_bytes.end(), reinterpret_cast<char*>(digest.bytes.data()));
  return digest;
}

std::optional<Sha256Digest> Sha256Digest::from_hex(std::string_view text) {
  const auto raw = dms::from_hex(text);
  return raw ? from_raw(*raw) : std::nullopt;
}

Sha256Digest sha256(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

}  // namespace dms
