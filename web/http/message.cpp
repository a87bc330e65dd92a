#include "web/http/message.h"

#include <algorithm>
#include <array>

#include "web/http/ascii.h"

namespace dms::web {

namespace {

// Room for what most requests and all our answers have, so that it is sought once.
constexpr std::size_t usual_fields = 20;

}  // namespace

std::string_view to_string(Method method) {
  static constexpr std::array<std::string_view, 7> names = {"GET",   "HEAD",   "POST",   "PUT",
                                                            "PATCH", "DELETE", "OPTIONS"};
  return names.at(static_cast<std::size_t>(method));
}

std::optional<Method> parse_method(std::string_view token) {
  for (const Method method : {Method::get, Method::head, Method::post, Method::put, Method::patch,
                              Method::delete_, Method::options}) {
    if (token == to_string(method)) return method;
  }
  return std::nullopt;
}

void Headers::add(std::string name, std::string value) {
  if (fields_.empty()) fields_.reserve(usual_fields);
  fields_.emplace_back(std::move(name), std::move(value));
}

void Headers::set(std::string_view name, std::string value) {
  std::erase_if(fields_, [&](const auto& field) { return ascii_equal(field.first, name); });
  add(std::string(name), std::move(value));
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const auto& [known, value] : fields_) {
    if (ascii_equal(known, name)) return value;
  }
  return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      fields_, [&](const auto& field) { return ascii_equal(field.first, name); }));
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  for (const auto& [known, value] : query) {
    if (known == name) return value;
  }
  return std::nullopt;
}

}  // namespace dms::web
