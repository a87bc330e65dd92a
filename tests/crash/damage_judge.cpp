#include "damage_judge.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <sstream>
#include <thread>

#include "dms/base/settings.h"

namespace dms::test {

namespace {

constexpr std::array<std::string_view, outcome_count> outcome_names = {
    "refused", "told", "unused", "torn", "missed", "SILENT", "CRASHED"};
// Of `aktenwerk`.
constexpr int exit_failed = 1;
constexpr int exit_problems = 3;
constexpr auto search_patience = std::chrono::seconds(60);
constexpr std::size_t reason_chars_min = 5;

bool is_prefix(const std::vector<std::string>& part, const std::vector<std::string>& whole) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

// Whether a line of `words` is "FILE:LINE: …reason", of this line or, as of what it leaves open
// or contradicts, a later one.
bool names_line(const std::string& words, const ChangedConfig& config) {
  const std::string file = config.file.string() + ":";
  std::istringstream lines(words);
  for (std::string said; std::getline(lines, said);) {
    const auto at = said.find(file);
    if (at == std::string::npos) continue;
    const std::string rest = said.substr(at + file.size());
    const auto colon = rest.find(": ");
    if (colon == std::string::npos || rest.size() < colon + 2 + reason_chars_min) continue;
    if (std::strtoul(rest.c_str(), nullptr, 10) >= config.line) return true;
  }
  return false;
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  return outcome_names.at(static_cast<std::size_t>(outcome));
}

std::optional<Outcome> DamageJudge::verify(const std::string& tenant, Index index) {
  std::vector<std::string> command{"verify", "--tenant", tenant};
  if (index == Index::looked_at) command.emplace_back("--index");
  const int status = server_.run_command(command, &words_);
  if (status == 0) return std::nullopt;
  const bool says_why = words_hold(tenant);
  if (status == exit_failed && says_why) return Outcome::refused;
  if (status == exit_problems && says_why) return Outcome::told;
  return Outcome::crashed;
}

Outcome DamageJudge::serve(std::size_t archived) {
  if (!server_.attempt_start(server_.config_file(), &words_)) return Outcome::crashed;
  const std::size_t lost = archive_.count_lost(archived);
  const bool is_well = server_.running() && server_.stop() == 0;
  if (!is_well) return Outcome::crashed;
  return lost == 0 ? Outcome::unused : Outcome::silent;
}

Outcome DamageJudge::judge_store(const KeptState& state, const std::string& tenant,
                                 const Harm& harm) {
  copies_.lay_out(state.name);
  harm();
  if (const auto told = verify(tenant)) return *told;
  // Verifying has opened and closed it: once more as it was found.
  copies_.lay_out(state.name);
  harm();
  const auto image = read_image(copies_.tenant_store(tenant));
  if (!image || *image != state.images.at(tenant)) {
    words_ = image ? "another image" : image.error().hint;
    return Outcome::silent;
  }
  return serve(state.archived);
}

Outcome DamageJudge::judge_torn(const KeptState& state, const std::string& tenant,
                                std::size_t archived, const Harm& harm) {
  copies_.lay_out(state.name);
  harm();
  const std::uint64_t acknowledged = acknowledged_sequence(copies_.tenant_store(tenant));
  if (const auto told = verify(tenant)) return *told;
  copies_.lay_out(state.name);
  harm();
  const auto image = read_image(copies_.tenant_store(tenant));
  const StoreImage& whole = state.images.at(tenant);
  if (!image || !is_prefix(image->journal, whole.journal) || image->journal.size() < acknowledged) {
    words_ = image ? "another or a shorter history" : image.error().hint;
    return Outcome::silent;
  }
  if (*image == whole) return serve(state.archived);
  const Outcome served = serve(archived);
  return served == Outcome::unused ? Outcome::torn : served;
}

Outcome DamageJudge::judge_key(const KeptState& state, const std::string& tenant,
                               const KeptFile& file, const Harm& harm) {
  copies_.lay_out(state.name);
  harm();
  const auto told = verify(tenant);
  if (!told) return Outcome::silent;
  const bool names_it = words_hold(file.path.filename().string());
  return *told == Outcome::refused && names_it ? Outcome::refused : Outcome::crashed;
}

Outcome DamageJudge::judge_tls(const KeptState& state, const KeptFile& file, const Harm& harm) {
  copies_.lay_out(state.name);
  harm();
  const std::string before = sum_of(copies_.data() / "tls");
  if (!server_.attempt_start(server_.config_file(), &words_)) {
    const bool names_it = words_hold(file.path.filename().string());
    return names_it ? Outcome::refused : Outcome::crashed;
  }
  const std::size_t lost = archive_.count_lost(1);
  if (server_.stop() != 0) return Outcome::crashed;
  const bool is_same = lost == 0 && sum_of(copies_.data() / "tls") == before;
  return is_same ? Outcome::unused : Outcome::silent;
}

Outcome DamageJudge::judge_settings(const KeptState& state, const Harm& harm) {
  copies_.lay_out(state.name);
  harm();
  const Outcome served = serve(state.archived);
  const bool is_told = words_hold("\"setting_changed\"") || words_hold("\"settings_forgotten\"");
  return served == Outcome::unused && is_told ? Outcome::told : served;
}

Outcome DamageJudge::judge_config(const KeptState& state, const ChangedConfig& config) {
  copies_.lay_out(state.name);
  if (!server_.attempt_start(config.file, &words_)) {
    const bool says_why = words_hold("aktenwerk: ") && names_line(words_, config);
    return says_why ? Outcome::refused : Outcome::crashed;
  }
  const bool is_told = words_hold("\"setting_changed\"");
  // Told of another port or name, nobody would find it where it was.
  const std::size_t lost = is_told ? 0 : archive_.count_lost(state.archived);
  if (server_.stop() != 0) return Outcome::crashed;
  if (is_told) return Outcome::told;
  const auto before = load_config(server_.config_file());
  const auto after = load_config(config.file);
  const bool is_same = before && after && settings_of(*before) == settings_of(*after);
  return is_same && lost == 0 ? Outcome::unused : Outcome::silent;
}

Archive::Searched DamageJudge::search_patiently(std::size_t archived) {
  const auto until = std::chrono::steady_clock::now() + search_patience;
  while (true) {
    Archive::Searched searched = archive_.search(archived);
    const bool is_over = searched.missed == 0 || !searched.is_safe || searched.refused > 0;
    if (is_over || std::chrono::steady_clock::now() > until) return searched;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

Outcome DamageJudge::judge_index(const KeptState& state, const std::string& tenant,
                                 const Harm& harm) {
  copies_.lay_out(state.name);
  harm();
  const auto told = verify(tenant, Index::looked_at);
  const std::string verified = words_;
  if (told && *told != Outcome::told) return Outcome::crashed;
  // The server opens it as it was found.
  copies_.lay_out(state.name);
  harm();
  if (!server_.attempt_start(server_.config_file(), &words_)) return Outcome::crashed;
  const Archive::Searched searched =
      told ? archive_.search(state.archived) : search_patiently(state.archived);
  const std::size_t lost = archive_.count_lost(1);
  const bool is_running = server_.running();
  const int status = is_running ? server_.stop() : -1;
  if (!is_running || status != 0 || !searched.is_safe || lost > 0) {
    words_ = fmt::format("running: {}, ended with {}, safe: {}, lost: {}\n{}", is_running, status,
                         searched.is_safe, lost, server_.attempt_log());
    return Outcome::crashed;
  }
  if (words_hold("\"index_begun_anew\"")) return Outcome::told;
  if (searched.refused > 0) return Outcome::refused;
  words_ = fmt::format("{} not found {}; verify: {}", searched.missed, searched.example, verified);
  if (searched.missed > 0) return told ? Outcome::missed : Outcome::silent;
  return told ? Outcome::told : Outcome::unused;
}

std::size_t DamageTable::count(Outcome outcome) const {
  std::size_t sum = 0;
  for (const auto& [kind, counts] : counts_) sum += counts.at(index(outcome));
  return sum;
}

void DamageTable::print(const std::string& title) const {
  fmt::print("{:<28}", title);
  for (const std::string_view name : outcome_names) fmt::print("{:>9}", name);
  fmt::print("\n");
  for (const auto& [kind, counts] : counts_) {
    fmt::print("{:<28}", kind);
    for (const std::size_t count : counts) fmt::print("{:>9}", count);
    fmt::print("\n");
  }
  fmt::print("{:<28}", "all");
  for (std::size_t i = 0; i < outcome_count; ++i) {
    fmt::print("{:>9}", count(static_cast<Outcome>(i)));
  }
  fmt::print("\n");
  std::fflush(stdout);
}

}  // namespace dms::test
