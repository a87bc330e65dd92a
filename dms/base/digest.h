#pragma once

// SHA-256 (FIPS 180-4) by OpenSSL.

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace dms {

struct Sha256Digest {
  std::array<std::uint8_t, 32> bytes{};
  // The raw bytes; borrowed from this digest.
  std::string_view raw() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  std::string hex() const;
  static std::optional<Sha256Digest> from_raw(std::string_view bytes);
  static std::optional<Sha256Digest> from_hex(std::string_view text);
  friend auto operator<=>(const Sha256Digest&, const Sha256Digest&) = default;
};

// Incremental; one thread at a time. Movable.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void update(std::string_view bytes);
  // The digest of all updates; the object is then spent.
  Sha256Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Sha256Digest sha256(std::string_view bytes);

}  // namespace dms
