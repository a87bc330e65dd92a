#include "dms/base/json_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "dms/base/bytes.h"
#include "dms/base/json_codec.h"
#include "dms/base/json_parser.h"

namespace dms {

namespace {

namespace json = boost::json;

constexpr std::size_t errors_max = 100;
constexpr std::size_t hint_bytes_max = 1000;

std::string_view view(json::string_view text) {
  return {text.data(), text.size()};
}
json::string_view view(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

struct JsonReader::Document {
  json::monotonic_resource memory;
  detail::ParsedJson parsed;
  std::vector<FieldError> errors;
};

JsonReader::JsonReader(std::string_view text, JsonProfile profile)
    : profile_(profile), document_(std::make_unique<Document>()) {
  document_->parsed = detail::parse_json(text, &document_->memory);
  const detail::ParsedJson& parsed = document_->parsed;
  if (parsed.is_too_deep) {
    fail(fmt::format("Die Angaben sind tiefer als {} Ebenen verschachtelt.", json_depth_max),
         fmt::format("The data is nested deeper than {} levels.", json_depth_max));
  } else if (!parsed.root) {
    fail(fmt::format("Kein gültiges JSON ab Byte {}: {}.", parsed.error_offset, parsed.error),
         fmt::format("Not valid JSON from byte {}: {}.", parsed.error_offset, parsed.error));
  }
  for (const std::string& pointer : parsed.duplicate_pointers) {
    document_->errors.push_back(
        {pointer, {"Der Name kommt mehrfach vor.", "The name occurs more than once."}});
  }
}

JsonReader::~JsonReader() = default;

const json::value* JsonReader::root() const {
  return document_->parsed.root ? &*document_->parsed.root : nullptr;
}

Result<> JsonReader::finish() {
  if (document_->errors.empty()) return {};
  if (profile_ == JsonProfile::request) {
    Error error =
        make_error(ErrorCode::invalid, "Die Angaben sind ungültig.", "The data is invalid.");
    error.fields = std::move(document_->errors);
    return dms::fail(std::move(error));
  }
  std::string hint = "record does not decode:";
  for (const FieldError& field : document_->errors) {
    if (hint.size() > hint_bytes_max) break;
    hint += fmt::format(" '{}' {}", field.pointer, field.message.en);
  }
  return dms::fail(operator_error(ErrorCode::corrupt, std::move(hint)));
}

Result<> check_json(std::string_view text, JsonProfile profile) {
  return JsonReader(text, profile).finish();
}

void JsonReader::fail(std::string_view de, std::string_view en) {
  if (document_->errors.size() >= errors_max) return;
  document_->errors.push_back({pointer(), {std::string(de), std::string(en)}});
}

void JsonReader::fail_member(std::string_view name, std::string_view de, std::string_view en) {
  const Step step(*this, name);
  fail(de, en);
}

void JsonReader::fail_unknown_value(std::span<const std::string_view> allowed) {
  const std::string list = fmt::format("{}", fmt::join(allowed, ", "));
  fail(fmt::format("Unbekannter Wert; möglich sind: {}.", list),
       fmt::format("Unknown value; possible are: {}.", list));
}

std::string JsonReader::pointer() const {
  std::vector<const Step*> steps;
  for (const Step* step = step_; step != nullptr; step = step->outer_) steps.push_back(step);
  std::string pointer;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    if ((*step)->is_index_) {
      pointer += fmt::format("/{}", (*step)->index_);
    } else {
      detail::append_pointer_token(pointer, (*step)->name_);
    }
  }
  return pointer;
}

JsonReader::Step::Step(JsonReader& reader, std::string_view name)
    : reader_(reader), outer_(reader.step_), name_(name) {
  reader.step_ = this;
}

JsonReader::Step::Step(JsonReader& reader, std::size_t index)
    : reader_(reader), outer_(reader.step_), index_(index), is_index_(true) {
  reader.step_ = this;
}

JsonObjectReader::JsonObjectReader(JsonReader& reader, const json::value& from)
    : reader_(reader), object_(from.if_object()) {
  if (object_ == nullptr) reader.fail("Muss ein Objekt sein.", "Must be an object.");
}

const json::value* JsonObjectReader::member(std::string_view name, Presence presence) {
  const json::value* value = object_->if_contains(view(name));
  if (value != nullptr) {
    ++known_count_;
  } else if (presence == Presence::required) {
    reader_.fail_member(name, "Die Angabe fehlt.", "The member is missing.");
  }
  return value;
}

void JsonObjectReader::read_format(std::uint32_t newest) {
  const json::value* value = member("format", Presence::required);
  if (value == nullptr) return;
  const JsonReader::Step step(reader_, std::string_view("format"));
  std::uint32_t format = 0;
  read_json(reader_, *value, format);
  if (format < 1 || format > newest) {
    reader_.fail(
        fmt::format("Das Format {} ist unbekannt (bekannt sind 1 bis {}).", format, newest),
        fmt::format("Format {} is unknown (known are 1 to {}).", format, newest));
  }
}

void JsonObjectReader::finish(std::span<const std::string_view> names, UnknownMembers* unknown) {
  if (known_count_ == object_->size()) return;
  const bool keeps = unknown != nullptr && reader_.profile() == JsonProfile::record;
  std::string kept;
  JsonWriter writer(kept);
  for (const auto& member : *object_) {
    const std::string_view name = view(member.key());
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    if (keeps) {
      writer.name(name);
      write_json(writer, member.value());
    } else {
      reader_.fail_member(name, "Die Angabe ist unbekannt.", "The member is unknown.");
    }
  }
  if (keeps) unknown->json = std::move(kept);
}

void read_json(JsonReader& reader, const json::value& from, bool& to) {
  if (const bool* value = from.if_bool()) {
    to = *value;
  } else {
    reader.fail("Muss wahr oder falsch sein.", "Must be true or false.");
  }
}

void read_json(JsonReader& reader, const json::value& from, double& to) {
  if (!from.is_number()) return reader.fail("Muss eine Zahl sein.", "Must be a number.");
  to = from.is_double()  ? from.get_double()
       : from.is_int64() ? static_cast<double>(from.get_int64())
                         : static_cast<double>(from.get_uint64());
}

void read_json(JsonReader& reader, const json::value& from, std::string& to) {
  const std::string_view text = json_text(reader, from);
  if (text.data() != nullptr) to = text;
}

void read_json(JsonReader&, const json::value& from, json::value& to) {
  to = from;
}

void read_json_integer(JsonReader& reader, const json::value& from, std::int64_t min,
                       std::int64_t max, std::int64_t& to) {
  if (!from.is_int64() && !from.is_uint64()) {
    return reader.fail("Muss eine ganze Zahl sein.", "Must be an integer.");
  }
  // A uint64 stands only for numbers beyond the range of int64.
  if (from.is_uint64() || from.get_int64() < min || from.get_int64() > max) {
    return reader.fail(fmt::format("Muss zwischen {} und {} liegen.", min, max),
                       fmt::format("Must be between {} and {}.", min, max));
  }
  to = from.get_int64();
}

void read_json_unsigned(JsonReader& reader, const json::value& from, std::uint64_t max,
                        std::uint64_t& to) {
  if (!from.is_int64() && !from.is_uint64()) {
    return reader.fail("Muss eine ganze Zahl sein.", "Must be an integer.");
  }
  const bool negative = from.is_int64() && from.get_int64() < 0;
  const std::uint64_t value =
      from.is_uint64() ? from.get_uint64() : static_cast<std::uint64_t>(from.get_int64());
  if (negative || value > max) {
    return reader.fail(fmt::format("Muss zwischen 0 und {} liegen.", max),
                       fmt::format("Must be between 0 and {}.", max));
  }
  to = value;
}

bool json_is_null(const json::value& value) {
  return value.is_null();
}

std::string_view json_text(JsonReader& reader, const json::value& from) {
  const json::string* text = from.if_string();
  if (text == nullptr) {
    reader.fail("Muss ein Text sein.", "Must be a string.");
    return {};
  }
  return {text->data(), text->size()};
}

std::size_t json_array_size(JsonReader& reader, const json::value& from) {
  const json::array* array = from.if_array();
  if (array == nullptr) reader.fail("Muss eine Liste sein.", "Must be an array.");
  return array == nullptr ? 0 : array->size();
}

const json::value& json_element(const json::value& array, std::size_t index) {
  return array.get_array()[index];
}

std::size_t json_object_size(JsonReader& reader, const json::value& from) {
  const json::object* object = from.if_object();
  if (object == nullptr) reader.fail("Muss ein Objekt sein.", "Must be an object.");
  return object == nullptr ? 0 : object->size();
}

JsonMember json_member(const json::value& object, std::size_t index) {
  const auto& member = *(object.get_object().begin() + static_cast<std::ptrdiff_t>(index));
  return {view(member.key()), member.value()};
}

void read_json(JsonReader& reader, const json::value& from, Uuid& to) {
  const std::string_view text = json_text(reader, from);
  if (text.data() == nullptr) return;
  if (const auto uuid = parse_uuid(text)) {
    to = *uuid;
  } else {
    reader.fail("Muss eine UUID sein.", "Must be a UUID.");
  }
}

void read_json(JsonReader& reader, const json::value& from, Sha256Digest& to) {
  const std::string_view text = json_text(reader, from);
  if (text.data() == nullptr) return;
  if (const auto digest = Sha256Digest::from_hex(text)) {
    to = *digest;
  } else {
    reader.fail("Muss ein SHA-256 in 64 Hexadezimalziffern sein.",
                "Must be a SHA-256 in 64 hexadecimal digits.");
  }
}

void read_json(JsonReader& reader, const json::value& from, Instant& to) {
  const std::string_view text = json_text(reader, from);
  if (text.data() == nullptr) return;
  if (const auto instant = parse_rfc3339(text)) {
    to = *instant;
  } else {
    reader.fail("Muss ein Zeitpunkt nach RFC 3339 sein (2026-11-22T08:15:00Z).",
                "Must be a date-time of RFC 3339 (2026-11-22T08:15:00Z).");
  }
}

void read_json(JsonReader& reader, const json::value& from, Date& to) {
  const std::string_view text = json_text(reader, from);
  if (text.data() == nullptr) return;
  if (const auto date = parse_date(text)) {
    to = *date;
  } else {
    reader.fail("Muss ein Tag sein (2026-11-22).", "Must be a date (2026-11-22).");
  }
}

}  // namespace dms
