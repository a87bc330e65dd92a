#pragma once

// Keys that follow from domain and number, so that another process has the same. Which are there is
// a test's to say.

#include <set>
#include <utility>

#include "dms/base/bytes.h"
#include "dms/base/digest.h"
#include "storage/content_keys.h"

namespace dms::storage {

class FixedContentKeys final : public ContentKeys {
 public:
  std::uint32_t current = 1;  // seals; 0: nothing is sealed
  std::set<std::pair<KeyDomain, std::uint32_t>> destroyed;
  std::set<std::pair<KeyDomain, std::uint32_t>> missing;

  static Secret key(KeyDomain domain, std::uint32_t id) {
    return Secret(
        std::string(sha256(std::string(raw_bytes(domain.value)) + std::to_string(id)).raw()));
  }

  Result<std::optional<ContentSealingKey>> sealing_key(KeyDomain domain) override {
    if (current == 0) return std::optional<ContentSealingKey>();
    return std::optional(ContentSealingKey{current, key(domain, current)});
  }
  Result<ContentOpeningKey> opening_key(KeyDomain domain, std::uint32_t id) const override {
    if (destroyed.contains({domain, id})) {
      return ContentOpeningKey{ContentKeyState::destroyed, Secret()};
    }
    if (missing.contains({domain, id})) return ContentOpeningKey{};
    return ContentOpeningKey{ContentKeyState::present, key(domain, id)};
  }
};

}  // namespace dms::storage
