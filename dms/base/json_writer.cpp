#include "dms/base/json_writer.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cmath>

#include "dms/base/json_codec_detail.h"
#include "dms/base/text.h"

namespace dms {

void JsonWriter::separate() {
  if (needs_comma_) out_.push_back(',');
  needs_comma_ = true;
}

void JsonWriter::open(char bracket) {
  separate();
  out_.push_back(bracket);
  needs_comma_ = false;
}

void JsonWriter::close(char bracket) {
  out_.push_back(bracket);
  needs_comma_ = true;
}

void JsonWriter::append_quoted(std::string_view text) {
  out_.push_back('"');
  for (const char c : text) {
    switch (c) {
      case '"':
        out_ += "\\\"";
        break;
      case '\\':
        out_ += "\\\\";
        break;
      case '\n':
        out_ += "\\n";
        break;
      case '\r':
        out_ += "\\r";
        break;
      case '\t':
        out_ += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out_ += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out_.push_back(c);
        }
    }
  }
  out_.push_back('"');
}

void JsonWriter::name(std::string_view name) {
  text(name);
  out_.push_back(':');
  needs_comma_ = false;
}

void JsonWriter::null() {
  raw("null");
}
void JsonWriter::boolean(bool value) {
  raw(value ? "true" : "false");
}
void JsonWriter::integer(std::int64_t value) {
  raw(fmt::format_int(value).c_str());
}
void JsonWriter::unsigned_integer(std::uint64_t value) {
  raw(fmt::format_int(value).c_str());
}
void JsonWriter::number(double value) {
  if (std::isfinite(value)) {
    raw(fmt::format("{}", value));
  } else {
    null();
  }
}

void JsonWriter::text(std::string_view value) {
  separate();
  if (is_valid_utf8(value)) {
    append_quoted(value);
  } else {
    append_quoted(replace_ill_formed(value));
  }
}

void JsonWriter::raw(std::string_view json) {
  separate();
  out_ += json;
}

void write_json_value(JsonWriter& writer, const boost::json::value& value) {
  writer.raw(boost::json::serialize(value));
}

void write_json(JsonWriter& writer, const Uuid& value) {
  writer.text(to_string(value));
}
void write_json(JsonWriter& writer, const Sha256Digest& value) {
  writer.text(value.hex());
}
void write_json(JsonWriter& writer, Instant value) {
  writer.text(format_rfc3339(value));
}
void write_json(JsonWriter& writer, Date value) {
  writer.text(format_date(value));
}

}  // namespace dms
