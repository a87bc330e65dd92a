#include "web/commands.h"

#include <fmt/core.h>
#include <pthread.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>

#include "dms/first_password.h"
#include "web/audit_commands.h"
#include "web/backup_commands.h"
#include "web/dossier_commands.h"
#include "web/exchange_commands.h"
#include "web/key_commands.h"
#include "web/process.h"
#include "web/reindex.h"
#include "web/server.h"
#include "web/verify_commands.h"
#include "web/workshop.h"

namespace dms::web {

namespace {

constexpr int exit_done = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;
constexpr int exit_problems = 3;

int report(const Error& error) {
  fmt::print(stderr, "aktenwerk: {}\n", error.message.en);
  for (const FieldError& field : error.fields) {
    fmt::print(stderr, "  {}: {}\n", field.pointer, field.message.en);
  }
  if (!error.hint.empty()) fmt::print(stderr, "  {}\n", error.hint);
  return exit_failed;
}

std::vector<std::string> tenants_or_all(const ServerConfig& config, const std::string& id) {
  if (!id.empty()) return {id};
  std::vector<std::string> ids;
  for (const TenantEntry& entry : config.tenant) ids.push_back(entry.id);
  return ids;
}

// Waits for SIGTERM or SIGINT; SIGHUP reloads the certificate.
void wait_for_end(Server& server, const sigset_t& signals) {
  while (true) {
    int signal = 0;
    if (sigwait(&signals, &signal) != 0) continue;
    if (signal != SIGHUP) return;
    server.reload();
  }
}

// Whose setting a start fails with, that could be read.
void print_settings_of(const Error& error, const ServerConfig& config, const std::string& file) {
  const std::string words = error.message.en + " " + error.hint;
  for (const std::string& setting : settings_named_in(words, config.text, file)) {
    fmt::print(stderr, "  {}: is what this is about\n", setting);
  }
}

int serve(const ServerConfig& config, const std::string& config_file) {
  // Blocked before any thread exists, so that every thread inherits it and sigwait gets them all.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  const SystemClock clock;
  JsonLog log(STDERR_FILENO, config.log.level, clock);
  const auto server = Server::start(config, clock, log);
  if (!server) {
    const int status = report(server.error());
    print_settings_of(server.error(), config, config_file);
    return status;
  }
  wait_for_end(**server, signals);
  (*server)->stop();
  return exit_done;
}

struct InitOptions {
  std::string tenant;
  std::string administrator;
  std::string display_name;
};

int init(const ServerConfig& config, const InitOptions& options) {
  if (const auto made = make_private_folder(config.data_dir); !made) return report(made.error());
  std::string password;
  if (isatty(STDIN_FILENO) != 0) fmt::print(stderr, "Password of the administrator: ");
  std::getline(std::cin, password);
  Workshop workshop(config);
  const auto tenant = workshop.open(options.tenant);
  if (!tenant) return report(tenant.error());
  NewUser user;
  user.name = options.administrator;
  user.display_name = options.display_name.empty() ? options.administrator : options.display_name;
  user.password = Secret{std::move(password)};
  const auto created = (*tenant)->users().bootstrap_administrator(user);
  if (!created && created.error().code == ErrorCode::conflict) {
    // An imported tenant has users, and nobody of them a password.
    const auto given = give_first_password((*tenant)->store(), {workshop.clock, workshop.hasher},
                                           user.name, user.password);
    if (!given) return report(given.error());
    fmt::print("tenant {}: administrator {} has a password\n", options.tenant, *given);
    return exit_done;
  }
  if (!created) return report(created.error());
  fmt::print("tenant {}: administrator {} created\n", options.tenant, created->name);
  return exit_done;
}

void add_init_options(CLI::App& command, InitOptions& options) {
  command.add_option("--tenant", options.tenant, "the tenant's id")->required();
  command.add_option("--administrator", options.administrator, "the user name")->required();
  command.add_option("--display-name", options.display_name, "the person's name");
}

// The sandbox's helper is started while there are no threads, so before any workshop.
struct Extraction {
  explicit Extraction(const ServerConfig& config)
      : extractor(search::Extractor::start(extractor_options(config), log)) {}
  SystemClock clock;
  JsonLog log{STDERR_FILENO, LogLevel::warning, clock};
  Result<std::unique_ptr<search::Extractor>> extractor;
};

int verify(const ServerConfig& config, const std::string& id, const VerifyOptions& options) {
  std::optional<Extraction> extraction;
  if (options.repair) extraction.emplace(config);
  if (extraction && !extraction->extractor) return report(extraction->extractor.error());
  search::Extractor* extractor = extraction ? extraction->extractor->get() : nullptr;
  Workshop workshop(config);
  const auto is_clean = verify_now({workshop, extractor}, tenants_or_all(config, id), options);
  if (!is_clean) return report(is_clean.error());
  return *is_clean ? exit_done : exit_problems;
}

int reindex_tenants(const ServerConfig& config, const std::string& id) {
  const Extraction extraction(config);
  if (!extraction.extractor) return report(extraction.extractor.error());
  Workshop workshop(config);
  for (const std::string& tenant_id : tenants_or_all(config, id)) {
    const auto done = reindex_tenant(workshop, **extraction.extractor, tenant_id);
    if (!done) return report(done.error());
  }
  return exit_done;
}

int status_of(const Result<void>& outcome) {
  return outcome ? exit_done : report(outcome.error());
}

int show_heads(const ServerConfig& config, const std::string& id, bool is_set_aside) {
  if (!is_set_aside) return status_of(print_heads(config, tenants_or_all(config, id)));
  Workshop workshop(config);
  return status_of(set_aside_heads_of(workshop, id));
}

struct BackupCommand {
  bool is_list = false;
  std::string make_key;  // the file
  BackupSource source;   // of what is listed
};

int back_up(const ServerConfig& config, const std::string& id, const BackupCommand& command) {
  const std::vector<std::string> tenants = tenants_or_all(config, id);
  if (command.is_list) return status_of(print_backups(config, tenants, command.source));
  Workshop workshop(config);
  return status_of(back_up_now(workshop, tenants));
}

// Of a command for which damage is an outcome of its own.
int status_of_check(const Result<void>& outcome) {
  const int status = status_of(outcome);
  return !outcome && outcome.error().code == ErrorCode::corrupt ? exit_problems : status;
}

int restore(const ServerConfig& config, const RestoreOptions& options) {
  if (!options.files_to.empty()) return status_of(restore_files(config, options));
  Workshop workshop(config);
  return status_of_check(restore_tenant(workshop, options));
}

// The commands of exchange_commands.h on the command line.
struct ExchangeCommands {
  using AddCommand = std::function<CLI::App*(const char* name, const char* description)>;
  explicit ExchangeCommands(const AddCommand& add)
      : export_command(
            add("export", "Writes a tenant as plain folders and files (the server stopped)")),
        import_command(add("import", "Makes a tenant of what export has written")) {
    CLI::App& export_app = *export_command;
    CLI::App& import_app = *import_command;
    export_app.add_option("--tenant", exporting.tenant, "the tenant's id")->required();
    export_app.add_option("--to", exporting.folder, "the folder to make")->required();
    export_app.add_option("--data", exporting.data_dir,
                          "the data folder, as of a restored backup (default: as configured)");
    export_app.add_flag("--with-secrets", exporting.with_secrets,
                        "also exports hashes of passwords, sessions and tokens");
    import_app.add_option("--tenant", importing.tenant, "the tenant's id")->required();
    import_app.add_option("--from", importing.folder, "the export's folder")->required();
  }
  bool is_meant() const { return export_command->parsed() || import_command->parsed(); }
  int run(const ServerConfig& config) const {
    Workshop workshop(config);
    if (export_command->parsed()) return status_of_check(export_tenant_to(workshop, exporting));
    return status_of_check(import_tenant_from(workshop, importing));
  }

  CLI::App* export_command;
  CLI::App* import_command;
  ExportCommand exporting;
  ImportCommand importing;
};

void add_verify_options(CLI::App& command, VerifyOptions& options) {
  command.add_flag("--index", options.with_index,
                   "also holds the search index against records and texts");
  command.add_flag("--repair", options.repair,
                   "makes anew what is derived and wrong (the server stopped)");
}

void add_source_options(CLI::App& command, BackupSource& source) {
  command.add_option("--from", source.from,
                     "the folder of the tenant's generations (default: as configured)");
  command.add_option("--key-file", source.key_file,
                     "the key the backups are encrypted with (default: as configured)");
  command.add_flag("--not-encrypted", source.is_not_encrypted,
                   "reads backups that are not, although a key is configured");
}

void add_backup_options(CLI::App& command, BackupCommand& options) {
  command.add_flag("--list", options.is_list, "tells which generations there are, and makes none");
  command.add_option("--make-key", options.make_key,
                     "makes a key file for encrypted backups, and nothing else");
  add_source_options(command, options.source);
}

void add_restore_options(CLI::App& command, RestoreOptions& options) {
  command.add_option("--tenant", options.tenant, "the tenant's id");
  command.add_option("--generation", options.generation, "its number (default: the newest)");
  add_source_options(command, options.source);
  command.add_option("--to", options.data_dir,
                     "the data folder to restore to (default: as configured)");
  CLI::Option* const check =
      command.add_flag("--check", options.is_check,
                       "restores beside what is running, walks all and removes it again");
  command
      .add_option("--scratch", options.scratch,
                  "the folder it lies in meanwhile (default: the data folder)")
      ->needs(check);
  command.add_flag("--with-keys", options.is_with_keys,
                   "puts keys back, too, where the backup holds them and none are");
  command.add_option("--files-to", options.files_to,
                     "only writes the configuration it was made under, and the certificate, to "
                     "this folder; with --from it needs no --config");
}

int restore_dossier(const ServerConfig& config, const DossierRestoreRequest& request) {
  Workshop workshop(config);
  return status_of(restore_one_dossier(workshop, request));
}

void add_dossier_options(CLI::App& command, DossierRestoreRequest& request) {
  command.add_option("--tenant", request.tenant, "the tenant's id")->required();
  command.add_option("--dossier", request.dossier, "its file reference or its id")->required();
  command.add_option("--generation", request.generation, "its number (default: the newest)");
  command.add_option("--from", request.from,
                     "the folder of the tenant's generations (default: as configured)");
  command.add_option("--key-file", request.key_file,
                     "the key the backups are encrypted with (default: as configured)");
  command.add_flag("--not-encrypted", request.is_not_encrypted,
                   "reads backups that are not, although a key is configured");
  command.add_flag("--check", request.is_check, "changes nothing: tells what would be done");
  command.add_flag("--overwrite", request.overwrite,
                   "also brings back metadata that is there and differs, as a new revision");
}

// The options about signed heads.
struct HeadsOptions {
  std::string file;
  bool is_set_aside = false;
};

void add_heads_options(CLI::App& verify_command, CLI::App& heads_command, HeadsOptions& options) {
  const char* description = "also holds the signed heads of this file against the tenant's store";
  verify_command.add_option("--heads", options.file, description)->needs("--tenant");
  description = "moves those away that do not fit an older store, put in place on purpose";
  heads_command.add_flag("--set-aside", options.is_set_aside, description)->needs("--tenant");
}

// Getting the configuration back out of a backup needs none.
Result<ServerConfig> config_for(const RestoreOptions& options, const std::string& file) {
  const bool needs_none = !options.files_to.empty() && !options.source.from.empty();
  return needs_none ? Result<ServerConfig>(ServerConfig()) : load_config(file);
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app{"Aktenwerk, the document management server for municipalities"};
  app.require_subcommand(1);
  std::string config_file = "/etc/aktenwerk/aktenwerk.toml";
  std::string tenant;
  InitOptions init_options;
  const auto add_command = [&](const char* name, const char* description) {
    CLI::App* command = app.add_subcommand(name, description);
    command->add_option("--config", config_file, "the configuration file")->capture_default_str();
    return command;
  };
  const auto add_tenant = [&](CLI::App* command) {
    command->add_option("--tenant", tenant, "one tenant's id (default: all)");
  };
  CLI::App* serve_command = add_command("serve", "Runs the server until SIGTERM");
  CLI::App* init_command =
      add_command("init",
                  "Makes a tenant's first administrator; the password is read from "
                  "standard input");
  add_init_options(*init_command, init_options);
  CLI::App* verify_command =
      add_command("verify", "Walks all that is stored and reports damage; the server may run");
  add_tenant(verify_command);
  VerifyOptions verify_options;
  add_verify_options(*verify_command, verify_options);
  CLI::App* heads_command =
      add_command("heads", "Prints the signed heads of the journal, to be kept elsewhere");
  add_tenant(heads_command);
  HeadsOptions heads_options;
  add_heads_options(*verify_command, *heads_command, heads_options);
  CLI::App* reindex_command =
      add_command("reindex", "Builds the search index anew (the server stopped)");
  add_tenant(reindex_command);
  BackupCommand backup_options;
  CLI::App* backup_command =
      add_command("backup", "Makes a generation of every tenant's backup now; the server may run");
  add_tenant(backup_command);
  add_backup_options(*backup_command, backup_options);
  RestoreOptions restore_options;
  CLI::App* restore_command =
      add_command("restore", "Restores a tenant from a generation and proves it by walking all");
  add_restore_options(*restore_command, restore_options);
  const ExchangeCommands exchange(add_command);
  const KeyCommands key_commands(app, config_file);
  DossierRestoreRequest dossier_request;
  CLI::App* dossier_command =
      add_command("restore-dossier", "Brings one file back from a backup; the server may run");
  add_dossier_options(*dossier_command, dossier_request);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_done : exit_usage;
  }
  if (!backup_options.make_key.empty()) return status_of(make_backup_key(backup_options.make_key));
  const auto config = config_for(restore_options, config_file);
  if (!config) return report(config.error());
  if (serve_command->parsed()) return serve(*config, config_file);
  if (init_command->parsed()) return init(*config, init_options);
  if (key_commands.parsed()) return status_of(key_commands.run(*config));
  verify_options.heads_file = heads_options.file;
  if (verify_command->parsed()) return verify(*config, tenant, verify_options);
  if (heads_command->parsed()) return show_heads(*config, tenant, heads_options.is_set_aside);
  if (backup_command->parsed()) return back_up(*config, tenant, backup_options);
  if (restore_command->parsed()) return restore(*config, restore_options);
  if (exchange.is_meant()) return exchange.run(*config);
  if (dossier_command->parsed()) return restore_dossier(*config, dossier_request);
  return reindex_tenants(*config, tenant);
}

}  // namespace dms::web
