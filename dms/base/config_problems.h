#pragma once

// Internal to the configuration: where every key stands and what is wrong.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/config.h"
#include "dms/base/error.h"

namespace dms::detail {

class ConfigProblems {
 public:
  struct Problem {
    std::uint32_t line = 0;  // 0: nowhere in the file
    std::string key;         // dotted: "listen.port", "tenant[1].id"
    Message message;
  };

  void set_line(const std::string& key, std::uint32_t line) { lines_[key] = line; }
  // The line of `key`, else of the nearest table around it.
  std::uint32_t line_of(std::string_view key) const;
  void add(std::string key, Message message) {
    const std::uint32_t line = line_of(key);
    problems_.push_back({line, std::move(key), std::move(message)});
  }
  // Whether something was noted about `key` itself.
  bool has(std::string_view key) const;
  bool empty() const { return problems_.empty(); }
  // By line; `name` is the file's.
  Error to_error(std::string_view name) const;

 private:
  std::map<std::string, std::uint32_t, std::less<>> lines_;
  std::vector<Problem> problems_;
};

// What types cannot say: ranges, what belongs together, what must be unique.
void check_config(const ServerConfig& config, ConfigProblems& problems);
// The same for a tenant's mailboxes and scan folders; `key` is the tenant's.
void check_captures(const TenantEntry& tenant, const std::string& key, ConfigProblems& problems);
// The virus scanner, and where each tenant keeps what it finds.
void check_clamav(const ServerConfig& config, ConfigProblems& problems);
// A host name or address as a Host header shows it, without port.
bool is_host_name(std::string_view host);

}  // namespace dms::detail
