#include "dms/base/settings.h"

#include <fmt/format.h>

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <concepts>

#include "dms/base/described_enum.h"

namespace dms {

namespace {

template <class T>
concept DescribedStruct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

class SettingsWriter {
 public:
  explicit SettingsWriter(Settings& settings) : settings_(settings) {}

  void write(const std::string& key, bool value) { settings_[key] = value ? "true" : "false"; }
  void write(const std::string& key, const std::string& value) { settings_[key] = value; }

  template <std::unsigned_integral T>
  void write(const std::string& key, T value) {
    settings_[key] = std::to_string(value);
  }

  template <DescribedEnum E>
  void write(const std::string& key, E value) {
    settings_[key] = enum_name(value);
  }

  template <class T>
  void write(const std::string& key, const std::optional<T>& value) {
    if (value) write(key, *value);
  }

  template <class T>
  void write(const std::string& key, const std::vector<T>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) write(fmt::format("{}[{}]", key, i), values[i]);
  }

  template <DescribedStruct T>
  void write(const std::string& key, const T& value) {
    boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
        [&](auto member) {
          write(key.empty() ? member.name : fmt::format("{}.{}", key, member.name),
                value.*member.pointer);
        });
  }

 private:
  Settings& settings_;
};

std::string value_in(const Settings& settings, const std::string& key) {
  const auto found = settings.find(key);
  return found == settings.end() ? std::string() : found->second;
}

}  // namespace

Settings settings_of(const ServerConfig& config) {
  Settings settings;
  SettingsWriter(settings).write("", config);
  return settings;
}

std::vector<SettingChange> compare_settings(const Settings& before, const Settings& after) {
  Settings keys = before;
  keys.insert(after.begin(), after.end());
  std::vector<SettingChange> changes;
  for (const auto& [key, any] : keys) {
    const bool is_same = before.contains(key) == after.contains(key) &&
                         value_in(before, key) == value_in(after, key);
    if (!is_same) changes.push_back({key, value_in(before, key), value_in(after, key)});
  }
  return changes;
}

}  // namespace dms
