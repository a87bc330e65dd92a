#include "dms/base/json_parser.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>

#include "dms/base/json_codec_fwd.h"
#include "dms/base/text.h"

namespace dms::detail {

namespace {

namespace json = boost::json;

constexpr std::size_t duplicates_max = 100;
constexpr std::size_t pointer_token_bytes_max = 100;

// Feeds a value_stack as Boost's parser does, and besides remembers the keys of every open object.
class Handler {
 public:
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();

  explicit Handler(json::storage_ptr storage) { stack_.reset(std::move(storage)); }

  json::value release() { return stack_.release(); }
  std::vector<std::string> take_duplicates() { return std::move(duplicates_); }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) {
    begin_value();
    frames_.push_back({false, 0, {}});
    return true;
  }
  bool on_object_end(std::size_t size, json::error_code&) {
    note_duplicates();
    frames_.pop_back();
    stack_.push_object(size);
    return true;
  }
  bool on_array_begin(json::error_code&) {
    begin_value();
    frames_.push_back({true, 0, {}});
    return true;
  }
  bool on_array_end(std::size_t size, json::error_code&) {
    frames_.pop_back();
    stack_.push_array(size);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    key_.append(part.data(), part.size());
    stack_.push_chars(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code&) {
    key_.append(part.data(), part.size());
    frames_.back().keys.push_back(std::move(key_));
    key_.clear();
    stack_.push_key(part);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t, json::error_code&) {
    begin_value();
    stack_.push_string(part);
    return true;
  }
  bool on_number_part(json::string_view part, json::error_code&) {
    number_.append(part.data(), part.size());
    return true;
  }
  bool on_int64(std::int64_t value, json::string_view, json::error_code&) {
    begin_value();
    stack_.push_int64(value);
    return true;
  }
  bool on_uint64(std::uint64_t value, json::string_view, json::error_code&) {
    begin_value();
    stack_.push_uint64(value);
    return true;
  }
  // Boost 1.81 may miss the nearest double by a bit; std::from_chars does not.
  bool on_double(double value, json::string_view part, json::error_code& error) {
    number_.append(part.data(), part.size());
    const auto read = std::from_chars(number_.data(), number_.data() + number_.size(), value);
    number_.clear();
    if (read.ec == std::errc::result_out_of_range) {
      error = json::error::exponent_overflow;
      return false;
    }
    begin_value();
    stack_.push_double(value);
    return true;
  }
  bool on_bool(bool value, json::error_code&) {
    begin_value();
    stack_.push_bool(value);
    return true;
  }
  bool on_null(json::error_code&) {
    begin_value();
    stack_.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  struct Frame {
    bool is_array = false;
    std::size_t size = 0;           // elements begun, of an array
    std::vector<std::string> keys;  // seen so far, of an object
  };

  void begin_value() {
    number_.clear();
    if (!frames_.empty()) ++frames_.back().size;
  }

  // The keys of the object that ends. Sorting keeps this at n log n whatever the keys are.
  void note_duplicates() {
    auto keys = std::move(frames_.back().keys);
    std::sort(keys.begin(), keys.end());
    auto place = std::adjacent_find(keys.begin(), keys.end());
    while (place != keys.end() && duplicates_.size() < duplicates_max) {
      duplicates_.push_back(pointer_to(*place));
      place = std::upper_bound(place, keys.end(), *place);
      place = std::adjacent_find(place, keys.end());
    }
  }

  std::string pointer_to(std::string_view key) const {
    std::string pointer;
    for (std::size_t i = 0; i + 1 < frames_.size(); ++i) {
      const Frame& frame = frames_[i];
      append_pointer_token(pointer,
                           frame.is_array ? std::to_string(frame.size - 1) : frame.keys.back());
    }
    append_pointer_token(pointer, key);
    return pointer;
  }

  json::value_stack stack_;
  std::vector<Frame> frames_;
  std::string key_;
  std::string number_;
  std::vector<std::string> duplicates_;
};

}  // namespace

ParsedJson parse_json(std::string_view text, json::storage_ptr storage) {
  json::parse_options options;
  options.max_depth = json_depth_max;
  json::basic_parser<Handler> parser(options, std::move(storage));
  json::error_code error;
  const std::size_t size = parser.write_some(false, text.data(), text.size(), error);
  if (!error && size < text.size()) error = json::error::extra_data;
  ParsedJson parsed;
  if (error) {
    parsed.error = error.message();
    parsed.is_too_deep = error == json::error::too_deep;
    parsed.error_offset = size;
    return parsed;
  }
  parsed.root.emplace(parser.handler().release());
  parsed.duplicate_pointers = parser.handler().take_duplicates();
  return parsed;
}

void append_pointer_token(std::string& pointer, std::string_view token) {
  pointer.push_back('/');
  for (const char c : truncate_utf8(token, pointer_token_bytes_max)) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer.push_back(c);
    }
  }
}

}  // namespace dms::detail
