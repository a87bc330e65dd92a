#include "web/key_commands.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <iostream>
#include <iterator>
#include <set>
#include <vector>

#include "dms/base/described_enum.h"
#include "dms/base/random.h"
#include "dms/base/time.h"
#include "dms/content_key_ring.h"
#include "dms/key_file.h"
#include "dms/replaced_file.h"
#include "dms/server_key.h"
#include "dms/tenant.h"
#include "web/process.h"

namespace dms::web {

namespace {

using Rings = std::vector<std::shared_ptr<ContentKeyRing>>;

std::string server_key_file(const ServerConfig& config) {
  return config.encryption.server_key_file.value_or(default_server_key_file(config.data_dir));
}

// Every tenant that has keys, be it configured or not.
Result<std::vector<std::string>> tenants_with_keys(const ServerConfig& config) {
  std::vector<std::string> tenants;
  const std::string folder = config.data_dir + "/keys";
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.is_directory()) tenants.push_back(entry.path().filename().string());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return fail(operator_error(ErrorCode::unavailable, folder + ": " + error.message()));
  }
  std::sort(tenants.begin(), tenants.end());
  return tenants;
}

// By which server keys the tenants' content keys are wrapped.
Result<std::set<std::string>> fingerprints_in_use(const ServerConfig& config) {
  std::set<std::string> fingerprints;
  for (const std::string& id : DMS_TRY(tenants_with_keys(config))) {
    const auto file = DMS_TRY(read_content_key_file(content_key_file(config.data_dir, id)));
    if (file) fingerprints.insert(file->fingerprint);
  }
  return fingerprints;
}

Result<void> prepare_folder_of(const ServerConfig& config, const std::string& file) {
  if (file != default_server_key_file(config.data_dir)) return {};
  DMS_TRY(make_private_folder(config.data_dir));
  return prepare_key_folder(config.data_dir + "/keys");
}

Error other_key_in_use(const std::set<std::string>& fingerprints) {
  Error error = make_error(ErrorCode::conflict,
                           "Es gibt Schlüssel, die ein anderer Serverschlüssel verschließt.",
                           "There are keys that another server key wraps.");
  for (const std::string& fingerprint : fingerprints) {
    error.hint += fmt::format(
        "wrapped by {}; bring it back with 'aktenwerk keys recover', or, if "
        "it is lost for good, move the files content.keys away first\n",
        fingerprint_text(fingerprint));
  }
  return error;
}

Result<void> init_key(const ServerConfig& config) {
  const auto in_use = DMS_TRY(fingerprints_in_use(config));
  const std::string file = server_key_file(config);
  if (!DMS_TRY(load_server_keys(file)).empty()) {
    return fail(operator_error(ErrorCode::conflict, file + ": there is a server key already"));
  }
  if (!in_use.empty()) return fail(other_key_in_use(in_use));
  DMS_TRY(prepare_folder_of(config, file));
  const ServerKey key{Secret(random_bytes(key_file_key_bytes))};
  DMS_TRY(create_key_file(file, key.key()));
  fmt::print("server key {} made in {}\n", fingerprint_text(key.fingerprint()), file);
  fmt::print(
      "Without it what is encrypted cannot be read by anybody. Keep it on paper:\n"
      "  aktenwerk keys escrow --show\n");
  return {};
}

void print_ring(const TenantEntry& entry, const ContentKeyFile& file,
                const std::vector<ServerKey>& server_keys) {
  std::set<storage::KeyDomain> domains;
  std::set<storage::KeyDomain> destroyed;
  std::size_t keys = 0;
  for (const KeyEntry& each : file.entries) {
    if (each.kind == KeyEntryKind::key) {
      ++keys;
      domains.insert(each.domain);
    } else if (each.kind == KeyEntryKind::destroyed) {
      destroyed.insert(each.domain);
    }
  }
  const bool fits = std::ranges::any_of(
      server_keys, [&](const ServerKey& key) { return key.fingerprint() == file.fingerprint; });
  fmt::print("tenant {}: {}: {} keys of {} domains, {} domains destroyed, wrapped by {}{}\n",
             entry.id, enum_name(entry.content_encryption), keys, domains.size(), destroyed.size(),
             fingerprint_text(file.fingerprint), fits ? "" : ", WHICH IS NOT HERE");
}

Result<void> print_status(const ServerConfig& config) {
  const std::string path = server_key_file(config);
  const auto server_keys = DMS_TRY(load_server_keys(path));
  if (server_keys.empty()) fmt::print("server key: none in {}\n", path);
  for (const ServerKey& key : server_keys) {
    fmt::print("server key: {}{}\n", fingerprint_text(key.fingerprint()),
               &key == &server_keys.front() ? "" : ", being changed to");
  }
  if (server_keys.size() > 1) {
    fmt::print("The server's key is being changed; go on with: aktenwerk keys rotate-server-key\n");
  }
  for (const TenantEntry& entry : config.tenant) {
    const auto file = DMS_TRY(read_content_key_file(content_key_file(config.data_dir, entry.id)));
    if (file) {
      print_ring(entry, *file, server_keys);
    } else {
      fmt::print("tenant {}: {}: no keys yet\n", entry.id, enum_name(entry.content_encryption));
    }
  }
  return {};
}

Result<ServerKey> present_key(const ServerConfig& config) {
  const std::string file = server_key_file(config);
  auto keys = DMS_TRY(load_server_keys(file));
  if (!keys.empty()) return std::move(keys.front());
  return fail(operator_error(ErrorCode::not_found, file + ": there is no server key"));
}

Result<void> print_escrow(const ServerConfig& config, bool is_to_be_shown) {
  if (!is_to_be_shown) {
    return fail(ErrorCode::invalid, "Der Schlüssel wird nur mit --show gezeigt.",
                "The key is printed with --show only: whoever reads it can read everything.");
  }
  const ServerKey key = DMS_TRY(present_key(config));
  const Secret text = escrow_text(key);
  fmt::print("# Aktenwerk server key {}\n{}", fingerprint_text(key.fingerprint()), text.expose());
  fmt::print(
      "# Back again: aktenwerk keys recover, then type the lines with numbers and the check\n");
  return {};
}

Result<void> recover_key(const ServerConfig& config) {
  const Secret typed{std::string{std::istreambuf_iterator<char>(std::cin), {}}};
  const ServerKey key = DMS_TRY(parse_escrow_text(typed.expose()));
  const auto in_use = DMS_TRY(fingerprints_in_use(config));
  if (!in_use.empty() && !in_use.contains(key.fingerprint())) return fail(other_key_in_use(in_use));
  const std::string file = server_key_file(config);
  DMS_TRY(prepare_folder_of(config, file));
  DMS_TRY(create_key_file(file, key.key()));
  fmt::print("server key {} is in {} again\n", fingerprint_text(key.fingerprint()), file);
  return {};
}

Result<std::shared_ptr<ContentKeyRing>> open_ring(const ServerConfig& config,
                                                  const std::string& tenant, const Clock& clock) {
  return ContentKeyRing::open(
      {content_key_file(config.data_dir, tenant), ContentEncryption::off, server_key_file(config)},
      clock);
}

// The next key is there before anybody's keys are looked for: whoever begins to have some from then
// on has them wrapped by it. All stay open, so that nobody else wraps any by the old one, until it
// is gone.
Result<void> rotate_server_key(const ServerConfig& config) {
  const SystemClock clock;
  const std::string file = server_key_file(config);
  const std::string next_file = next_server_key_file(file);
  auto keys = DMS_TRY(load_server_keys(file));
  if (keys.empty()) return fail(operator_error(ErrorCode::not_found, file + ": no server key"));
  if (keys.size() == 1 && std::filesystem::exists(former_file(file))) {
    DMS_TRY(finish_replacing(file));
    fmt::print("the server key is {}; its change is complete now\n",
               fingerprint_text(keys.front().fingerprint()));
    return {};
  }
  if (keys.size() == 1) {
    DMS_TRY(create_key_file(next_file, Secret(random_bytes(key_file_key_bytes))));
    keys = DMS_TRY(load_server_keys(file));
  }
  Rings rings;
  for (const std::string& id : DMS_TRY(tenants_with_keys(config))) {
    rings.push_back(DMS_TRY(open_ring(config, id, clock)));
  }
  for (const auto& ring : rings) DMS_TRY(ring->rewrap(keys.back()));
  DMS_TRY(take_place_and_overwrite(next_file, file));
  fmt::print("the server key is {} from now on. Keep it on paper: aktenwerk keys escrow --show\n",
             fingerprint_text(keys.back().fingerprint()));
  fmt::print("Keep the paper of {} for as long as there are copies of content.keys made before.\n",
             fingerprint_text(keys.front().fingerprint()));
  return {};
}

Result<void> rotate_content_keys(const ServerConfig& config, const std::string& tenant) {
  const SystemClock clock;
  const auto is_it = [&](const TenantEntry& entry) { return entry.id == tenant; };
  if (std::ranges::none_of(config.tenant, is_it)) {
    return fail(ErrorCode::not_found, "Die Konfiguration nennt keinen solchen Mandanten.",
                "The configuration names no such tenant.");
  }
  const std::string file = content_key_file(config.data_dir, tenant);
  if (!DMS_TRY(read_content_key_file(file))) {
    return fail(operator_error(ErrorCode::not_found, file + ": there are no keys yet"));
  }
  DMS_TRY(DMS_TRY(open_ring(config, tenant, clock))->rotate());
  fmt::print("tenant {}: what is filed from now on is sealed with new keys\n", tenant);
  return {};
}

}  // namespace

struct KeyCommands::State {
  CLI::App* keys = nullptr;
  std::vector<std::pair<CLI::App*, std::function<Result<void>(const ServerConfig&)>>> commands;
  bool is_to_be_shown = false;
  std::string tenant;
};

KeyCommands::KeyCommands(CLI::App& app, std::string& config_file)
    : state_(std::make_unique<State>()) {
  State& state = *state_;
  state.keys = app.add_subcommand("keys", "The keys that contents are encrypted with");
  state.keys->require_subcommand(1);
  const auto add = [&](const char* name, const char* description,
                       std::function<Result<void>(const ServerConfig&)> run) {
    CLI::App* command = state.keys->add_subcommand(name, description);
    command->add_option("--config", config_file, "the configuration file")->capture_default_str();
    state.commands.emplace_back(command, std::move(run));
    return command;
  };
  add("init", "Makes the server's key, which wraps all others", init_key);
  add("status", "Tells which keys there are; the server may run", print_status);
  add("escrow", "Prints the server's key for paper", [&state](const ServerConfig& config) {
    return print_escrow(config, state.is_to_be_shown);
  })->add_flag("--show", state.is_to_be_shown, "really: whoever reads it can read everything");
  add("recover", "Takes the server's key from standard input, as escrow printed it", recover_key);
  add("rotate-server-key", "Gives the server another key (the server stopped)", rotate_server_key);
  add("rotate",
      "Gives a tenant new content keys for what is filed from now on (the server stopped)",
      [&state](const ServerConfig& config) { return rotate_content_keys(config, state.tenant); })
      ->add_option("--tenant", state.tenant, "the tenant's id")
      ->required();
}
KeyCommands::~KeyCommands() = default;

bool KeyCommands::parsed() const {
  return state_->keys->parsed();
}

Result<void> KeyCommands::run(const ServerConfig& config) const {
  for (const auto& [command, run] : state_->commands) {
    if (command->parsed()) return run(config);
  }
  return {};
}

}  // namespace dms::web
