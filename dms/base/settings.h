#pragma once

// A configuration as one flat list: what two starts of the server can be compared by.
//
// No secret stands in the configuration (keys are files of their own), so values are told as they
// are. A member of a type that is not known here, a Secret above all, does not compile.

#include <map>
#include <string>
#include <vector>

#include "dms/base/config.h"

namespace dms {

// By key, as it is written in a problem's place: "limits.upload_bytes_max", "tenant[0].hosts[1]".
// Defaults included; what is optional and absent is not in it.
using Settings = std::map<std::string, std::string>;

Settings settings_of(const ServerConfig& config);

// One key whose value is another one; "" where it is not set.
struct SettingChange {
  std::string key;
  std::string before;
  std::string after;
  friend bool operator==(const SettingChange&, const SettingChange&) = default;
};

// By key.
std::vector<SettingChange> compare_settings(const Settings& before, const Settings& after);

}  // namespace dms
