#pragma once

// The structured log: one JSON object a line on a file descriptor (standard error by default). No
// content, no personal data, no secrets: fields are ids, codes, counts, durations, and hints meant
// for the operator. Thread-safe; a line is written with one write(2).

#include <boost/describe/enum.hpp>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "dms/base/time.h"

namespace dms {

enum class LogLevel : std::uint8_t { debug, info, warning, error };
BOOST_DESCRIBE_ENUM(LogLevel, debug, info, warning, error)

template <class T>
concept LogStorable =
    std::integral<T> || std::floating_point<T> || std::constructible_from<std::string, const T&>;

// Any integer, double, bool or text.
class LogValue {
 public:
  template <LogStorable T>
  LogValue(const T& value) : value_(stored(value)) {}  // NOLINT(google-explicit-constructor)
  const auto& stored() const { return value_; }

 private:
  template <class T>
  static auto stored(const T& value) {
    if constexpr (std::same_as<T, bool>) {
      return value;
    } else if constexpr (std::signed_integral<T>) {
      return static_cast<std::int64_t>(value);
    } else if constexpr (std::unsigned_integral<T>) {
      return static_cast<std::uint64_t>(value);
    } else if constexpr (std::floating_point<T>) {
      return static_cast<double>(value);
    } else {
      return std::string(value);
    }
  }
  std::variant<std::int64_t, std::uint64_t, double, bool, std::string> value_;
};

struct LogField {
  std::string_view name;  // none of "time", "level", "event"
  LogValue value;
};

class Log {
 public:
  virtual ~Log() = default;
  // Whether write() keeps anything at `level`: for events whose fields are costly to make.
  virtual bool keeps(LogLevel level) const = 0;
  // `event` is a stable snake_case name ("server_started"), not a sentence.
  virtual void write(LogLevel level, std::string_view event,
                     std::initializer_list<LogField> fields) = 0;
  void info(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::info, event, fields);
  }
  void warning(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::warning, event, fields);
  }
  void error(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::error, event, fields);
  }
};

// Writes JSON lines to `descriptor` (borrowed), dropping what is below `lowest`: time, level,
// event, then the fields. Texts are cut to 2,000 bytes. A line the system refuses is lost; nothing
// waits.
class JsonLog final : public Log {
 public:
  JsonLog(int descriptor, LogLevel lowest, const Clock& clock);
  bool keeps(LogLevel level) const override { return level >= lowest_; }
  void write(LogLevel level, std::string_view event,
             std::initializer_list<LogField> fields) override;

 private:
  int descriptor_;
  LogLevel lowest_;
  const Clock& clock_;
};

// Drops everything; for tests.
class NullLog final : public Log {
 public:
  bool keeps(LogLevel) const override { return false; }
  void write(LogLevel, std::string_view, std::initializer_list<LogField>) override {}
};

}  // namespace dms
