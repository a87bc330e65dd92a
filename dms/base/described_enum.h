#pragma once

// Described enums (BOOST_DESCRIBE_ENUM) and their names, as they stand in JSON, queries and logs. A
// trailing underscore is no part of the name: `delete_` is "delete".

#include <boost/describe/enum.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>
#include <optional>
#include <string_view>
#include <type_traits>

namespace dms {

namespace detail {
constexpr std::string_view without_trailing_underscore(std::string_view name) {
  return name.ends_with('_') ? name.substr(0, name.size() - 1) : name;
}
}  // namespace detail

template <class T>
concept DescribedEnum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

// The name of `value`; empty for a value that is none of the enumerators.
template <DescribedEnum E>
std::string_view enum_name(E value) {
  std::string_view name;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto enumerator) {
    if (enumerator.value == value) name = detail::without_trailing_underscore(enumerator.name);
  });
  return name;
}

// The enumerator called `name` exactly, or nullopt.
template <DescribedEnum E>
std::optional<E> enum_from_name(std::string_view name) {
  std::optional<E> found;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto enumerator) {
    if (detail::without_trailing_underscore(enumerator.name) == name) found = enumerator.value;
  });
  return found;
}

}  // namespace dms
