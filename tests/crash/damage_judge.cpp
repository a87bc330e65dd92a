#include "damage_judge.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "dms/base/settings.h"

namespace dms::test {

namespace {

constexpr std::array<std::string_view, outcome_count> outcome_names = {
    "refused", "told", "unused", "torn", "missed", "SILENT", "CRASHED"};
// Of `aktenwerk`.
constexpr int exit_failed = 1;
constexpr int exit_problems = 3;

bool is_prefix(const std::vector<std::string>& part, const std::vector<std::string>& whole) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  return outcome_names.at(static_cast<std::size_t>(outcome));
}

std::optional<Outcome> DamageJudge::verify(const std::string& tenant) {
  const int status = server_.run_command({"verify", "--tenant", tenant}, &words_);
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

Outcome DamageJudge::judge_config(const KeptState& state, const std::filesystem::path& config) {
  copies_.lay_out(state.name);
  if (!server_.attempt_start(config, &words_)) {
    return words_hold("aktenwerk: ") ? Outcome::refused : Outcome::crashed;
  }
  const bool is_told = words_hold("\"setting_changed\"");
  // Told of another port or name, nobody would find it where it was.
  const std::size_t lost = is_told ? 0 : archive_.count_lost(state.archived);
  if (server_.stop() != 0) return Outcome::crashed;
  if (is_told) return Outcome::told;
  const auto before = load_config(server_.config_file());
  const auto after = load_config(config);
  const bool is_same = before && after && settings_of(*before) == settings_of(*after);
  return is_same && lost == 0 ? Outcome::unused : Outcome::silent;
}

Outcome DamageJudge::judge_index(const KeptState& state, const Harm& harm) {
  copies_.lay_out(state.name);
  harm();
  if (!server_.attempt_start(server_.config_file(), &words_)) return Outcome::crashed;
  const Archive::Searched searched = archive_.search(state.archived);
  const std::size_t lost = archive_.count_lost(1);
  const bool is_well = server_.running() && server_.stop() == 0;
  if (!is_well || !searched.is_safe || lost > 0) return Outcome::crashed;
  if (words_hold("\"index_begun_anew\"")) return Outcome::told;
  if (searched.refused > 0) return Outcome::refused;
  return searched.missed == 0 ? Outcome::unused : Outcome::missed;
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
