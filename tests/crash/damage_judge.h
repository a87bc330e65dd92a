#pragma once

// Whether a damage done to a copy of a data folder is told, or has changed nothing.

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "archive.h"
#include "damaged_copy.h"
#include "store_image.h"
#include "support/server_process.h"

namespace dms::test {

enum class Outcome : std::uint8_t {
  refused,  // not opened, with the reason
  told,     // opened, and `aktenwerk verify` names it; or told at start as another setting
  unused,   // all that was acknowledged is there, byte for byte
  torn,     // what nobody was told of is gone, and nothing else
  missed,   // of the search alone: it finds less than there is, and `verify --index` tells
  silent,   // verified clean and not the same: what must never be
  crashed   // ended by a signal, or refused without the reason
};
inline constexpr std::size_t outcome_count = 7;

// A kept data folder, and what it holds when nothing is damaged.
struct KeptState {
  std::string name;
  std::size_t archived = 0;
  std::map<std::string, StoreImage> images;  // by tenant
};

using Harm = std::function<void()>;

// A configuration of which one line was changed.
struct ChangedConfig {
  std::filesystem::path file;
  std::size_t line = 1;
};

// Works in the server's data folder while no server runs. One thread calls.
class DamageJudge {
 public:
  DamageJudge(ServerProcess& server, Archive& archive, DamagedCopy& copies)
      : server_(server), archive_(archive), copies_(copies) {}

  // Lays the state out, does the harm, and asks first `verify`, then, where that is clean, every
  // byte of the store and the server itself.
  Outcome judge_store(const KeptState& state, const std::string& tenant, const Harm& harm);
  // For a store whose `acknowledged` is older, as after a power cut: what was not acknowledged by
  // it may be missing. `archived`: how much was acknowledged by then.
  Outcome judge_torn(const KeptState& state, const std::string& tenant, std::size_t archived,
                     const Harm& harm);
  // The same for a key that `tenant` needs, which only refusal by the file's name makes right.
  Outcome judge_key(const KeptState& state, const std::string& tenant, const KeptFile& file,
                    const Harm& harm);
  // For what the server alone reads: refused by name, or served as before and left as it is.
  Outcome judge_tls(const KeptState& state, const KeptFile& file, const Harm& harm);

  // For the settings of the last start: told as changed or forgotten, or nothing is different.
  Outcome judge_settings(const KeptState& state, const Harm& harm);
  // For a configuration, which stands beside the data: refused with the line, or with what that
  // line says, and the reason; told as changed settings; or the same settings in other words.
  Outcome judge_config(const KeptState& state, const ChangedConfig& config);
  // For the search index: begun anew and told; found by `verify --index`, whether the search misses
  // anything or not; or verified clean, and all is found. Never a server that ends, or a hit for
  // somebody who may not see it.
  Outcome judge_index(const KeptState& state, const std::string& tenant, const Harm& harm);

  // What the programs said last.
  const std::string& words() const { return words_; }

 private:
  // nullopt where verify was clean.
  enum class Index : std::uint8_t { left_out, looked_at };
  std::optional<Outcome> verify(const std::string& tenant, Index index = Index::left_out);
  Outcome serve(std::size_t archived);
  // What was written shortly before a kill is indexed only now: asks again for a while.
  Archive::Searched search_patiently(std::size_t archived);
  bool words_hold(std::string_view text) const { return words_.find(text) != std::string::npos; }

  ServerProcess& server_;
  Archive& archive_;
  DamagedCopy& copies_;
  std::string words_;
};

// Outcomes counted by kind of file.
class DamageTable {
 public:
  void add(const std::string& kind, Outcome outcome) { ++counts_[kind].at(index(outcome)); }
  std::size_t count(Outcome outcome) const;
  std::size_t bad() const { return count(Outcome::silent) + count(Outcome::crashed); }
  void print(const std::string& title) const;

 private:
  static std::size_t index(Outcome outcome) { return static_cast<std::size_t>(outcome); }

  std::map<std::string, std::array<std::size_t, outcome_count>> counts_;
};

std::string_view to_string(Outcome outcome);

}  // namespace dms::test
