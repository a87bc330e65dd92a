#pragma once

// INTERNAL to storage/: writing and reading the fields of binary records, big-endian, in order.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dms/base/bytes.h"
#include "dms/base/digest.h"
#include "dms/base/id.h"
#include "dms/base/time.h"

namespace dms::storage {

class ByteWriter {
 public:
  ByteWriter& byte(std::uint8_t value) {
    bytes_.push_back(static_cast<char>(value));
    return *this;
  }
  ByteWriter& number_32(std::uint32_t value) {
    append_big_endian(bytes_, value);
    return *this;
  }
  ByteWriter& number(std::uint64_t value) {
    append_big_endian(bytes_, value);
    return *this;
  }
  ByteWriter& time(Instant value) {
    return number(static_cast<std::uint64_t>(to_unix_microseconds(value)));
  }
  ByteWriter& raw(std::string_view value) {
    bytes_.append(value);
    return *this;
  }
  ByteWriter& uuid(const Uuid& value) { return raw(raw_bytes(value)); }
  ByteWriter& digest(const Sha256Digest& value) { return raw(value.raw()); }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads what is there; once something is missing every further read gives zeros and `complete` is
// false. Borrows the bytes.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}
  std::uint8_t byte() {
    const std::string_view field = raw(1);
    return field.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(field.front());
  }
  std::uint32_t number_32() { return read_big_endian_32(raw(4)).value_or(0); }
  std::uint64_t number() { return read_big_endian_64(raw(8)).value_or(0); }
  Instant time() { return from_unix_microseconds(static_cast<std::int64_t>(number())); }
  Uuid uuid() { return uuid_from_raw(raw(16)).value_or(Uuid{}); }
  Sha256Digest digest() { return Sha256Digest::from_raw(raw(32)).value_or(Sha256Digest{}); }
  // The next `size` bytes; empty where fewer are left.
  std::string_view raw(std::size_t size) {
    if (size > bytes_.size()) {
      missing_ = true;
      return {};
    }
    const std::string_view field = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return field;
  }
  std::size_t remaining() const { return bytes_.size(); }
  // Whether everything asked for was there and nothing is left.
  bool complete() const { return !missing_ && bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool missing_ = false;
};

}  // namespace dms::storage
