// Bytes flip and files are cut: what was acknowledged is there, or the damage is told. See
// README.md.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>

#include "damage_judge.h"
#include "support/temp_dir.h"

namespace dms::test {
namespace {

namespace fs = std::filesystem;

const std::string damaged_tenant = "musterbach";
const std::vector<std::string> tenants = {"musterbach", "nebenbach"};
constexpr std::size_t last_entry_bytes = 200;  // of the log: no content beside it is as new

enum class Cuts : std::uint8_t { none, wal, all };

struct Options {
  std::size_t flips = 200;
  std::size_t config_flips = 50;
  std::size_t index_flips = 50;
  Cuts cuts = Cuts::all;
  std::size_t cuts_each = 0;
  std::size_t planted = 0;
  std::uint64_t seed = std::random_device{}();
};

template <class T>
T value_of(Result<T> result, std::string_view what) {
  if (result) return std::move(*result);
  fmt::print(stderr, "damage: {}: {}\n", what, result.error().hint);
  std::abort();
}

// Which line of a configuration the byte at `at` stands in, or ends.
std::size_t line_at(const std::string& whole, std::size_t at) {
  const auto place = static_cast<std::ptrdiff_t>(at);
  return static_cast<std::size_t>(1 + std::count(whole.begin(), whole.begin() + place, '\n'));
}

class Harness {
 public:
  explicit Harness(const Options& options) : options_(options), random_(options.seed) {}

  // 0 where no damage was silent; with planted ones where every one was found to be silent.
  int run();

 private:
  void make_history();
  KeptState keep(const std::string& name);
  void note(const std::string& kind, const std::string& what, Outcome outcome);

  void flip_bytes();
  void flip_config();
  void flip_index();
  KeptFile choose(const std::vector<KeptFile>& files);
  void flip_file(const KeptState& state, const KeptFile& file);
  Outcome judge_flip(const KeptState& state, const KeptFile& file, const Flip& flip);

  void cut_files();
  void cut_wal();
  void cut_file(const KeptState& state, const KeptFile& file, std::uint64_t from);
  KeptFile newest(const KeptState& state, const std::string& kind) const;

  std::size_t plant();

  const Options options_;
  TempDir folder_;
  ServerProcess server_{{.data_folder = folder_ / "data", .seals_content = true}};
  Archive archive_{server_};
  DamagedCopy copies_{folder_ / "data", folder_ / "states"};
  DamageJudge judge_{server_, archive_, copies_};
  std::mt19937_64 random_;
  KeptState closed_;   // stopped in order: all in tables
  KeptState killed_;   // tables, and the last group in the log
  KeptState cut_off_;  // the same with an `acknowledged` from before the last group
  std::size_t archived_before_ = 0;
  std::uint64_t wal_bytes_before_ = 0;  // the last group begins here
  DamageTable table_;
};

KeptState Harness::keep(const std::string& name) {
  KeptState state;
  state.name = name;
  state.archived = archive_.size();
  copies_.keep(name);
  for (const std::string& tenant : tenants) {
    state.images[tenant] = value_of(read_image(copies_.state(name) / tenant / "store"), name);
  }
  return state;
}

// Several runs of the server, so that tables lie in several files beside a log.
void Harness::make_history() {
  archive_.fill(6);
  server_.stop();
  for (const std::string& tenant : tenants) {
    const auto erased = erase_details(copies_.tenant_store(tenant));
    if (!erased) value_of(Result<int>(fail(erased.error())), "erase");
  }
  server_.start();
  archive_.fill(4);
  server_.stop();
  closed_ = keep("closed");

  copies_.lay_out("closed");
  server_.start();
  archive_.fill(4);
  const fs::path store = copies_.tenant_store(damaged_tenant);
  const fs::path old = folder_ / "acknowledged";
  fs::copy_file(store / "acknowledged", old);
  archived_before_ = archive_.size();
  std::map<std::string, std::uint64_t> sizes;
  for (const auto& entry : fs::directory_iterator(store / "db")) {
    sizes[entry.path().filename().string()] = entry.file_size();
  }
  archive_.fill(1);
  server_.kill();
  killed_ = keep("killed");
  wal_bytes_before_ = sizes[newest(killed_, "WAL").path.filename().string()];

  copies_.lay_out("killed");
  fs::copy_file(old, store / "acknowledged", fs::copy_options::overwrite_existing);
  cut_off_ = keep("cut_off");
}

void Harness::note(const std::string& kind, const std::string& what, Outcome outcome) {
  table_.add(kind, outcome);
  const bool is_bad = outcome == Outcome::silent || outcome == Outcome::crashed;
  if (!is_bad && options_.planted == 0) return;
  fmt::print("{}: {}: {}\n  {}\n", to_string(outcome), kind, what, judge_.words());
  std::fflush(stdout);
}

// Every kind of file as often as any other, the log more often: else all would hit the tables.
KeptFile Harness::choose(const std::vector<KeptFile>& files) {
  std::map<std::string, std::vector<KeptFile>> by_kind;
  for (const KeptFile& file : files) {
    if (file.kind != "index") by_kind[file.kind].push_back(file);
  }
  std::vector<std::string> kinds{"WAL", "WAL"};
  for (const auto& [kind, those] : by_kind) kinds.push_back(kind);
  const std::vector<KeptFile>& those = by_kind[kinds[random_() % kinds.size()]];
  return those.empty() ? choose(files) : those[random_() % those.size()];
}

Outcome Harness::judge_flip(const KeptState& state, const KeptFile& file, const Flip& flip) {
  const Harm harm = [&] { copies_.flip(file, flip); };
  if (file.path.begin()->string() == "keys") {
    // The server's key is nobody's alone: asked of the town whose contents are sealed with it.
    return judge_.judge_key(state, file.tenant.empty() ? damaged_tenant : file.tenant, file, harm);
  }
  if (file.path.begin()->string() == "tls") return judge_.judge_tls(state, file, harm);
  if (file.kind == "index") return judge_.judge_index(state, file.tenant, harm);
  if (file.kind == "settings.json") return judge_.judge_settings(state, harm);
  return judge_.judge_store(state, file.tenant, harm);
}

void Harness::flip_file(const KeptState& state, const KeptFile& file) {
  const Flip flip = random_flip(file.size, random_);
  note(file.kind,
       fmt::format("{} of '{}', byte {} of {} ^ {:#x}", file.path.string(), state.name, flip.offset,
                   file.size, flip.mask),
       judge_flip(state, file, flip));
}

void Harness::flip_bytes() {
  const std::vector<KeptFile> of_closed = copies_.files(closed_.name);
  const std::vector<KeptFile> of_killed = copies_.files(killed_.name);
  for (std::size_t i = 0; i < options_.flips; ++i) {
    const bool is_closed = random_() % 3 == 0;
    flip_file(is_closed ? closed_ : killed_, choose(is_closed ? of_closed : of_killed));
  }
}

void Harness::flip_index() {
  std::vector<KeptFile> files;
  for (const KeptFile& file : copies_.files(killed_.name)) {
    if (file.kind == "index" && file.tenant == damaged_tenant) files.push_back(file);
  }
  for (std::size_t i = 0; i < options_.index_flips; ++i) {
    flip_file(killed_, files[random_() % files.size()]);
  }
}

void Harness::flip_config() {
  std::ifstream in(server_.config_file(), std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  const fs::path changed = folder_ / "changed.toml";
  for (std::size_t i = 0; i < options_.config_flips; ++i) {
    const std::size_t at = random_() % whole.size();
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ static_cast<char>(1 + random_() % 127));
    std::ofstream(changed, std::ios::binary) << flipped;
    note("configuration", fmt::format("byte {} is {:#x}", at, flipped[at]),
         judge_.judge_config(closed_, {changed, line_at(flipped, at)}));
  }
}

KeptFile Harness::newest(const KeptState& state, const std::string& kind) const {
  KeptFile newest;
  for (const KeptFile& file : copies_.files(state.name)) {
    // Their numbers have six digits.
    if (file.tenant == damaged_tenant && file.kind == kind && file.path > newest.path) {
      newest = file;
    }
  }
  return newest;
}

// At every 512th byte; small files, in which that would be nowhere, at every 16th. Of more places
// than are wanted every so-and-so-many-th, from one of the first on.
void Harness::cut_file(const KeptState& state, const KeptFile& file, std::uint64_t from) {
  std::uint64_t step = file.size < 8192 ? 16 : 512;
  from = (from + step - 1) / step * step;
  const std::uint64_t places = file.size > from ? (file.size - from + step - 1) / step : 0;
  if (options_.cuts_each > 0 && places > options_.cuts_each) {
    const std::uint64_t stride = (places + options_.cuts_each - 1) / options_.cuts_each;
    from += random_() % stride * step;
    step *= stride;
  }
  for (std::uint64_t size = from; size < file.size; size += step) {
    const Harm harm = [&] { copies_.cut(file, size); };
    const std::string what =
        fmt::format("{} of '{}' cut at {} of {}", file.path.string(), state.name, size, file.size);
    if (&state == &cut_off_) {
      note(file.kind + ", power cut", what,
           judge_.judge_torn(state, file.tenant, archived_before_, harm));
    } else {
      note(file.kind + ", cut", what, judge_.judge_store(state, file.tenant, harm));
    }
  }
}

void Harness::cut_wal() {
  cut_file(killed_, newest(killed_, "WAL"), wal_bytes_before_);
  cut_file(cut_off_, newest(cut_off_, "WAL"), wal_bytes_before_);
}

void Harness::cut_files() {
  if (options_.cuts == Cuts::none) return;
  cut_wal();
  if (options_.cuts != Cuts::all) return;
  cut_file(killed_, newest(killed_, "MANIFEST"), 0);
  cut_file(closed_, newest(closed_, "MANIFEST"), 0);
  for (const auto& [family, sum] : closed_.images.at(damaged_tenant).families) {
    const KeptFile table = newest(closed_, "table of " + family);
    if (table.size > 0) cut_file(closed_, table, 0);
  }
}

// What no check of ours could see unless it held everything against what was acknowledged: records
// changed with their checksums, and a history cut short where nothing is left that knew better: not
// the index, nor chunks beside the log whose owners were cut off.
std::size_t Harness::plant() {
  const fs::path store = copies_.tenant_store(damaged_tenant);
  const std::mt19937_64 before = random_;
  for (std::size_t i = 0; i < options_.planted; ++i) {
    auto chosen = before;
    chosen.discard(i);
    note("planted record", "", judge_.judge_store(killed_, damaged_tenant, [&, chosen]() mutable {
      const auto done = falsify_record(store, chosen);
      if (!done) value_of(Result<int>(fail(done.error())), "plant");
    }));
    const KeptFile wal = newest(killed_, "WAL");
    note("planted short history", "", judge_.judge_store(killed_, damaged_tenant, [&] {
      fs::remove(store / "acknowledged");
      fs::remove_all(store.parent_path() / "index");
      copies_.cut(wal, wal.size - last_entry_bytes - i);
    }));
  }
  return table_.count(Outcome::silent);
}

int Harness::run() {
  const auto started = std::chrono::steady_clock::now();
  make_history();
  if (options_.planted > 0) {
    const std::size_t found = plant();
    table_.print("planted");
    return found == 2 * options_.planted ? 0 : 1;
  }
  for (const auto part :
       {&Harness::flip_bytes, &Harness::flip_config, &Harness::flip_index, &Harness::cut_files}) {
    (this->*part)();
    table_.print("so far");
  }
  const auto took = std::chrono::steady_clock::now() - started;
  const std::size_t told = table_.count(Outcome::refused) + table_.count(Outcome::told);
  const bool is_sound = copies_.states_are_untouched();
  if (!is_sound) fmt::print("PROBLEM: a kept state was written to\n");
  if (told == 0) fmt::print("PROBLEM: no damage struck\n");
  fmt::print("{} acknowledged, {} s, {} problems\n", archive_.size(),
             std::chrono::duration_cast<std::chrono::seconds>(took).count(), table_.bad());
  return table_.bad() == 0 && is_sound && told > 0 ? 0 : 1;
}

}  // namespace
}  // namespace dms::test

int main(int argc, char** argv) {
  using dms::test::Cuts;
  CLI::App app{"Flips bytes of stores, logs and keys and cuts files off"};
  dms::test::Options options;
  const std::map<std::string, Cuts> cuts{
      {"none", Cuts::none}, {"wal", Cuts::wal}, {"all", Cuts::all}};
  app.add_option("--flips", options.flips, "how many bytes of stores, logs and keys")
      ->capture_default_str();
  app.add_option("--config-flips", options.config_flips, "of the configuration")
      ->capture_default_str();
  app.add_option("--index-flips", options.index_flips, "of the search index")
      ->capture_default_str();
  app.add_option("--cuts", options.cuts, "the log, or tables and the manifest, too")
      ->transform(CLI::CheckedTransformer(cuts, CLI::ignore_case));
  app.add_option("--cuts-each", options.cuts_each, "of a file at most; 0: at every place");
  app.add_option("--planted", options.planted,
                 "does instead so many damages of two kinds that nothing can tell: passes where "
                 "each is found to be silent");
  app.add_option("--seed", options.seed, "of the random places");
  CLI11_PARSE(app, argc, argv);
  fmt::print("seed {}\n", options.seed);
  std::fflush(stdout);
  return dms::test::Harness(options).run();
}
