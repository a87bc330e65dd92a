#pragma once

// `aktenwerk keys …`: the server's key and the tenants' content keys. What changes keys needs the
// server stopped: each tenant's keys are open in one process alone.

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "dms/base/config.h"
#include "dms/base/result.h"

namespace dms::web {

class KeyCommands {
 public:
  // Adds `keys` with its subcommands; each has --config, which is kept in `config_file`.
  KeyCommands(CLI::App& app, std::string& config_file);
  ~KeyCommands();
  KeyCommands(const KeyCommands&) = delete;
  KeyCommands& operator=(const KeyCommands&) = delete;

  bool parsed() const;
  // Runs the one that was parsed.
  Result<void> run(const ServerConfig& config) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dms::web
