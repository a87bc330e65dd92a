#include "storage/key_codec.h"

#include "dms/base/bytes.h"
#include "storage/table.h"

namespace dms::storage {

KeyBuilder& KeyBuilder::text(std::string_view component) {
  for (const char c : component) {
    key_.push_back(c);
    if (c == '\0') key_.push_back('\xff');
  }
  key_.push_back('\0');
  key_.push_back('\x01');
  return *this;
}

KeyBuilder& KeyBuilder::raw(std::string_view fixed_width_bytes) {
  key_.append(fixed_width_bytes);
  return *this;
}

KeyBuilder& KeyBuilder::number(std::uint64_t value) {
  append_big_endian(key_, value);
  return *this;
}

std::string table_prefix(std::string_view table) {
  return KeyBuilder().text(table).take();
}

std::string record_key(std::string_view table, std::string_view key) {
  return KeyBuilder().text(table).raw(key).take();
}

std::string index_prefix(std::string_view table, std::string_view index) {
  return KeyBuilder().text(table).text(index).take();
}

std::string counter_key(std::string_view name) {
  return KeyBuilder().text("counter").raw(name).take();
}

std::string prefix_end(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

}  // namespace dms::storage
