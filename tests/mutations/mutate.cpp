#include "mutate.h"

#include <algorithm>
#include <array>
#include <random>

#include "search/extract/parse/zip_parts.h"
#include "support/zip_builder.h"

namespace dms::mutations {
namespace {

class Mutation {
 public:
  Mutation(std::uint64_t number, std::string_view other) : random_(number), other_(other) {}

  std::string apply(std::string bytes) {
    const std::size_t ways = 1 + below(4);
    for (std::size_t i = 0; i < ways; ++i) damage(bytes);
    return bytes;
  }

  // Parts damaged inside an archive that is whole.
  std::string apply_inside(std::string_view archive) {
    search::extract::ZipParts parts =
        search::extract::read_zip(archive, [](std::string_view) { return true; });
    if (parts.parts.empty()) return apply(std::string(archive));
    test::ZipEntries entries(parts.parts.begin(), parts.parts.end());
    // The kind of an OpenDocument file is told by its first entry.
    std::stable_partition(entries.begin(), entries.end(),
                          [](const auto& entry) { return entry.first == "mimetype"; });
    const std::size_t count = 1 + below(3);
    for (std::size_t i = 0; i < count; ++i) damage(entries[below(entries.size())].second);
    return test::make_zip(entries);
  }

  std::size_t below(std::size_t limit) {
    return limit == 0 ? 0 : static_cast<std::size_t>(random_() % limit);
  }

 private:
  void damage(std::string& bytes) {
    if (bytes.empty()) {
      bytes = other_.substr(0, below(1000));
      return;
    }
    const std::size_t at = below(bytes.size());
    const std::size_t length = std::min(1 + below(1U << below(16)), bytes.size() - at);
    switch (below(8)) {
      case 0:  // some bits
        for (std::size_t i = 1 + below(64); i > 0; --i) {
          bytes[below(bytes.size())] ^= static_cast<char>(1U << below(8));
        }
        break;
      case 1:  // the end is missing
        bytes.resize(at);
        break;
      case 2:  // a piece is missing
        bytes.erase(at, length);
        break;
      case 3:  // a piece twice
        bytes.insert(at, bytes.substr(at, length));
        break;
      case 4:  // a piece of another file
        bytes.replace(at, length, other_.substr(below(other_.size()), length));
        break;
      case 5:  // the beginning of this one, the end of another
        bytes.resize(at);
        bytes += other_.substr(below(other_.size()));
        break;
      case 6:  // a number that no one expects
        number(bytes, at);
        break;
      default:  // noise
        for (std::size_t i = at; i < at + length; ++i) bytes[i] = static_cast<char>(below(256));
    }
  }

  void number(std::string& bytes, std::size_t at) {
    constexpr std::array<std::string_view, 6> numbers{
        std::string_view("\xff\xff\xff\xff", 4), std::string_view("\0\0\0\0", 4),
        std::string_view("\xff\xff\xff\x7f", 4), std::string_view("\0\0\0\x80", 4),
        std::string_view("999999999999", 12),    std::string_view("-1", 2)};
    const std::string_view chosen = numbers[below(numbers.size())];
    bytes.replace(at, std::min(chosen.size(), bytes.size() - at), chosen);
  }

  std::mt19937_64 random_;
  std::string_view other_;
};

}  // namespace

std::string mutate(std::string_view bytes, std::string_view other, std::uint64_t number) {
  Mutation mutation(number, other);
  const bool inside = bytes.starts_with("PK") && mutation.below(3) != 0;
  return inside ? mutation.apply_inside(bytes) : mutation.apply(std::string(bytes));
}

}  // namespace dms::mutations
