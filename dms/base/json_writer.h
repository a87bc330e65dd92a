#pragma once

// Writes JSON text, compact and in UTF-8, from the outside in; commas are put where they belong.
// The caller keeps objects and arrays balanced. One thread at a time.

#include <boost/json/fwd.hpp>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "dms/base/json_record.h"

namespace dms {

class JsonWriter {
 public:
  // Appends to `out` (borrowed).
  explicit JsonWriter(std::string& out) : out_(out) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  // The next value's name; only inside an object.
  void name(std::string_view name);

  void null();
  void boolean(bool value);
  void integer(std::int64_t value);
  void unsigned_integer(std::uint64_t value);
  // The shortest text that reads back as the same number; null where `value` is not finite.
  void number(double value);
  // Ill-formed UTF-8 is replaced by U+FFFD, so that what is written can always be read.
  void text(std::string_view value);
  // JSON made elsewhere, taken as it is.
  void raw(std::string_view json);

 private:
  void separate();
  void open(char bracket);
  void close(char bracket);
  void append_quoted(std::string_view text);

  std::string& out_;
  bool needs_comma_ = false;
};

// The leaves; constrained so that no conversion leads to the wrong one.
template <std::same_as<bool> T>
void write_json(JsonWriter& writer, T value) {
  writer.boolean(value);
}
template <std::same_as<double> T>
void write_json(JsonWriter& writer, T value) {
  writer.number(value);
}
template <std::convertible_to<std::string_view> T>
void write_json(JsonWriter& writer, const T& value) {
  writer.text(value);
}
void write_json_value(JsonWriter& writer, const boost::json::value& value);
template <std::same_as<boost::json::value> T>
void write_json(JsonWriter& writer, const T& value) {
  write_json_value(writer, value);
}

}  // namespace dms
