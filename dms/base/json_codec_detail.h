#pragma once

// The typed half of the codec: overloads of read_json and write_json for every supported type. The
// templates call each other by argument-dependent lookup on JsonReader and JsonWriter, so their
// order does not matter. Included by json_codec.h only.

#include <array>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <concepts>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/digest.h"
#include "dms/base/id.h"
#include "dms/base/json_reader.h"
#include "dms/base/json_record.h"
#include "dms/base/json_writer.h"
#include "dms/base/time.h"

namespace dms {

namespace detail {

template <class T>
using DescribedMembers = boost::describe::describe_members<T, boost::describe::mod_public |
                                                                  boost::describe::mod_inherited>;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
concept HasJsonFormat = requires {
  { T::json_format } -> std::convertible_to<std::uint32_t>;
};

// The names of T's members in JSON; where T has a format, "format" is one of them.
template <class T>
constexpr auto member_names() {
  constexpr std::size_t count = boost::mp11::mp_size<DescribedMembers<T>>::value;
  std::array<std::string_view, count + (HasJsonFormat<T> ? 1 : 0)> names{};
  std::size_t i = 0;
  boost::mp11::mp_for_each<DescribedMembers<T>>(
      [&](auto member) { names[i++] = without_trailing_underscore(member.name); });
  if constexpr (HasJsonFormat<T>) names[i] = "format";
  return names;
}

template <class T>
inline constexpr auto member_names_of = member_names<T>();

template <DescribedEnum E>
constexpr auto enumerator_names() {
  constexpr std::size_t count =
      boost::mp11::mp_size<boost::describe::describe_enumerators<E>>::value;
  std::array<std::string_view, count> names{};
  std::size_t i = 0;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
      [&](auto enumerator) { names[i++] = without_trailing_underscore(enumerator.name); });
  return names;
}

template <class E>
inline constexpr auto enumerator_names_of = enumerator_names<E>();

}  // namespace detail

template <class T>
concept DescribedStruct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

template <class T>
concept JsonInteger = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;

// ---- reading ----------------------------------------------------------------------------------

void read_json(JsonReader& reader, const boost::json::value& from, Uuid& to);
void read_json(JsonReader& reader, const boost::json::value& from, Sha256Digest& to);
void read_json(JsonReader& reader, const boost::json::value& from, Instant& to);
void read_json(JsonReader& reader, const boost::json::value& from, Date& to);

template <JsonInteger T>
void read_json(JsonReader& reader, const boost::json::value& from, T& to) {
  if constexpr (std::signed_integral<T>) {
    std::int64_t value = to;
    read_json_integer(reader, from, std::numeric_limits<T>::min(), std::numeric_limits<T>::max(),
                      value);
    to = static_cast<T>(value);
  } else {
    std::uint64_t value = to;
    read_json_unsigned(reader, from, std::numeric_limits<T>::max(), value);
    to = static_cast<T>(value);
  }
}

template <class Tag>
void read_json(JsonReader& reader, const boost::json::value& from, Id<Tag>& to) {
  read_json(reader, from, to.value);
}

template <DescribedEnum E>
void read_json(JsonReader& reader, const boost::json::value& from, E& to) {
  const std::string_view text = json_text(reader, from);
  if (text.data() == nullptr) return;
  if (const auto value = enum_from_name<E>(text)) {
    to = *value;
  } else {
    reader.fail_unknown_value(detail::enumerator_names_of<E>);
  }
}

template <DescribedEnum E>
void read_json(JsonReader& reader, const boost::json::value& from, Open<E>& to) {
  const std::string_view text = json_text(reader, from);
  if (text.data() == nullptr) return;
  if (const auto value = enum_from_name<E>(text)) {
    to = *value;
  } else if (reader.profile() == JsonProfile::record) {
    to = Open<E>::unknown(text);
  } else {
    reader.fail_unknown_value(detail::enumerator_names_of<E>);
  }
}

template <class T>
void read_json(JsonReader& reader, const boost::json::value& from, std::optional<T>& to) {
  if (!json_is_null(from)) {
    read_json(reader, from, to.emplace());
  } else if constexpr (detail::is_optional<T>) {
    to.emplace();
  } else {
    to.reset();
  }
}

template <class T>
void read_json(JsonReader& reader, const boost::json::value& from, std::vector<T>& to) {
  const std::size_t size = json_array_size(reader, from);
  to.clear();
  to.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    const JsonReader::Step step(reader, i);
    T element{};
    read_json(reader, json_element(from, i), element);
    to.push_back(std::move(element));
  }
}

template <class T>
void read_json(JsonReader& reader, const boost::json::value& from, std::map<std::string, T>& to) {
  const std::size_t size = json_object_size(reader, from);
  to.clear();
  for (std::size_t i = 0; i < size; ++i) {
    const JsonMember member = json_member(from, i);
    const JsonReader::Step step(reader, member.name);
    read_json(reader, member.value, to[std::string(member.name)]);
  }
}

template <DescribedStruct T>
void read_json(JsonReader& reader, const boost::json::value& from, T& to) {
  JsonObjectReader object(reader, from);
  if (!object.is_open()) return;
  if constexpr (detail::HasJsonFormat<T>) object.read_format(T::json_format);
  UnknownMembers* unknown = nullptr;
  boost::mp11::mp_for_each<detail::DescribedMembers<T>>([&](auto described) {
    auto& member = to.*described.pointer;
    using Member = std::remove_cvref_t<decltype(member)>;
    if constexpr (std::same_as<Member, UnknownMembers>) {
      unknown = &member;
    } else {
      constexpr auto presence = detail::is_optional<Member> ? JsonObjectReader::Presence::optional
                                                            : JsonObjectReader::Presence::required;
      const std::string_view name = detail::without_trailing_underscore(described.name);
      if (const boost::json::value* value = object.member(name, presence)) {
        const JsonReader::Step step(reader, name);
        read_json(reader, *value, member);
      }
    }
  });
  object.finish(detail::member_names_of<T>, unknown);
}

template <class T>
Result<T> decode_json(std::string_view text, JsonProfile profile) {
  JsonReader reader(text, profile);
  T value{};
  if (const boost::json::value* root = reader.root()) read_json(reader, *root, value);
  if (auto finished = reader.finish(); !finished) return fail(std::move(finished).error());
  return value;
}

// ---- writing ----------------------------------------------------------------------------------

void write_json(JsonWriter& writer, const Uuid& value);
void write_json(JsonWriter& writer, const Sha256Digest& value);
void write_json(JsonWriter& writer, Instant value);
void write_json(JsonWriter& writer, Date value);

template <JsonInteger T>
void write_json(JsonWriter& writer, T value) {
  if constexpr (std::signed_integral<T>) {
    writer.integer(value);
  } else {
    writer.unsigned_integer(value);
  }
}

template <class Tag>
void write_json(JsonWriter& writer, const Id<Tag>& value) {
  write_json(writer, value.value);
}

template <DescribedEnum E>
void write_json(JsonWriter& writer, E value) {
  writer.text(enum_name(value));
}

template <DescribedEnum E>
void write_json(JsonWriter& writer, const Open<E>& value) {
  writer.text(value.text());
}

template <class T>
void write_json(JsonWriter& writer, const std::optional<T>& value) {
  if (value) {
    write_json(writer, *value);
  } else {
    writer.null();
  }
}

template <class T>
void write_json(JsonWriter& writer, const std::vector<T>& value) {
  writer.begin_array();
  for (const auto& element : value) write_json(writer, static_cast<const T&>(element));
  writer.end_array();
}

template <class T>
void write_json(JsonWriter& writer, const std::map<std::string, T>& value) {
  writer.begin_object();
  for (const auto& [name, element] : value) {
    writer.name(name);
    write_json(writer, element);
  }
  writer.end_object();
}

template <DescribedStruct T>
void write_json(JsonWriter& writer, const T& value) {
  writer.begin_object();
  if constexpr (detail::HasJsonFormat<T>) {
    writer.name("format");
    writer.unsigned_integer(T::json_format);
  }
  boost::mp11::mp_for_each<detail::DescribedMembers<T>>([&](auto described) {
    const auto& member = value.*described.pointer;
    using Member = std::remove_cvref_t<decltype(member)>;
    if constexpr (!std::same_as<Member, UnknownMembers>) {
      if constexpr (detail::is_optional<Member>) {
        if (!member) return;
      }
      writer.name(detail::without_trailing_underscore(described.name));
      write_json(writer, member);
    }
  });
  boost::mp11::mp_for_each<detail::DescribedMembers<T>>([&](auto described) {
    const auto& member = value.*described.pointer;
    if constexpr (std::same_as<std::remove_cvref_t<decltype(member)>, UnknownMembers>) {
      if (!member.json.empty()) writer.raw(member.json);
    }
  });
  writer.end_object();
}

template <class T>
std::string encode_json(const T& value) {
  std::string text;
  JsonWriter writer(text);
  write_json(writer, value);
  return text;
}

}  // namespace dms
