#pragma once

// The untyped half of the codec's decoding: a parsed text, the place one has come to, and all that
// was found wrong. A type of one's own joins the codec by two functions in its namespace, found by
// argument-dependent lookup:
//
//   void read_json(JsonReader& reader, const boost::json::value& from, FileReference& to);
//   void write_json(JsonWriter& writer, const FileReference& value);
//
// One thread at a time.

#include <boost/json/fwd.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "dms/base/json_codec_fwd.h"
#include "dms/base/json_record.h"
#include "dms/base/result.h"

namespace dms {

class JsonReader {
 public:
  // Parses `text` (copied where needed): strict RFC 8259, nesting at most json_depth_max, duplicate
  // keys noted as errors.
  JsonReader(std::string_view text, JsonProfile profile);
  ~JsonReader();
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  JsonProfile profile() const { return profile_; }
  // The document; nullptr where the text is not JSON (the error is noted).
  const boost::json::value* root() const;
  // Everything noted so far as one Error: `invalid` with all fields in the request profile,
  // `corrupt` with a hint in the record profile; no error where nothing was noted.
  Result<> finish();

  // Notes an error at the present place. A hundred are kept; more are dropped.
  void fail(std::string_view de, std::string_view en);
  // As above, for the member `name` of the present place.
  void fail_member(std::string_view name, std::string_view de, std::string_view en);
  // As fail(), naming the values that are allowed.
  void fail_unknown_value(std::span<const std::string_view> allowed);

  // The place one level deeper while it lives; `name` is borrowed.
  class Step {
   public:
    Step(JsonReader& reader, std::string_view name);
    Step(JsonReader& reader, std::size_t index);
    ~Step() { reader_.step_ = outer_; }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    friend class JsonReader;
    JsonReader& reader_;
    const Step* outer_;
    std::string_view name_;
    std::size_t index_ = 0;
    bool is_index_ = false;
  };

 private:
  struct Document;
  std::string pointer() const;

  JsonProfile profile_;
  std::unique_ptr<Document> document_;
  const Step* step_ = nullptr;
};

// A JSON object being read into a struct.
class JsonObjectReader {
 public:
  // Notes an error where `from` is no object; is_open() is then false.
  JsonObjectReader(JsonReader& reader, const boost::json::value& from);
  bool is_open() const { return object_ != nullptr; }
  // The member, or nullptr. The absence of a required one is noted as an error.
  enum class Presence : std::uint8_t { required, optional };
  const boost::json::value* member(std::string_view name, Presence presence);
  // Reads "format": notes an error unless it is between 1 and `newest`.
  void read_format(std::uint32_t newest);
  // To be called once, last. What is none of `names` goes to `unknown`, or is an error where that
  // is nullptr or the profile is request.
  void finish(std::span<const std::string_view> names, UnknownMembers* unknown);

 private:
  JsonReader& reader_;
  const boost::json::object* object_;
  std::size_t known_count_ = 0;
};

// The leaves. Each notes an error and leaves `to` where `from` is something else.
void read_json(JsonReader& reader, const boost::json::value& from, bool& to);
void read_json(JsonReader& reader, const boost::json::value& from, double& to);
void read_json(JsonReader& reader, const boost::json::value& from, std::string& to);
void read_json(JsonReader& reader, const boost::json::value& from, boost::json::value& to);
void read_json_integer(JsonReader& reader, const boost::json::value& from, std::int64_t min,
                       std::int64_t max, std::int64_t& to);
void read_json_unsigned(JsonReader& reader, const boost::json::value& from, std::uint64_t max,
                        std::uint64_t& to);
bool json_is_null(const boost::json::value& value);
// The text of a JSON string, borrowed; notes an error (and is nullptr-data) for anything else.
std::string_view json_text(JsonReader& reader, const boost::json::value& from);
// The number of elements; notes an error (and is 0) where `from` is no array.
std::size_t json_array_size(JsonReader& reader, const boost::json::value& from);
const boost::json::value& json_element(const boost::json::value& array, std::size_t index);
// The number of members; notes an error (and is 0) where `from` is no object.
std::size_t json_object_size(JsonReader& reader, const boost::json::value& from);
struct JsonMember {
  std::string_view name;
  const boost::json::value& value;
};
JsonMember json_member(const boost::json::value& object, std::size_t index);

}  // namespace dms
