#pragma once

// File references (Aktenzeichen) by pattern. A pattern is text with placeholders:
//
//   {unit}      the filing plan unit's code (required)
//   {year}      the year of opening, four digits, by the calendar of Central Europe
//   {number}    counts within unit and year (within the unit where {year} is absent), from 1
//   {number:3}  the same with at least 3 digits (1–9)
//   {key}       what the case is keyed by: a person, property or account, given at opening
//
// e.g. `{unit}-{year}/{number:3}` → 621.41-2026/014. A pattern has {number} or {key} or both; other
// braces are refused. References are unique in a tenant, never reused, and numbers leave no gap:
// the counter is raised in the commit that opens the dossier.
//
// Pure; thread-safe.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/result.h"

namespace dms {

inline constexpr std::string_view reference_pattern_default = "{unit}-{year}/{number:3}";
inline constexpr std::size_t reference_length_max = 120;  // code points

struct ReferenceParts {
  std::string_view unit_code;
  int year = 0;
  std::uint64_t number = 0;
  std::string_view key;
};

class ReferencePattern {
 public:
  // `invalid` at `pointer` where `text` is no pattern.
  static Result<ReferencePattern> parse(std::string_view text, std::string_view pointer);

  bool has_year() const { return has(Placeholder::year); }
  bool has_number() const { return has(Placeholder::number); }
  bool has_key() const { return has(Placeholder::key); }
  std::string format(const ReferenceParts& parts) const;

 private:
  enum class Placeholder : std::uint8_t { literal, unit, year, number, key };
  struct Piece {
    Placeholder kind = Placeholder::literal;
    std::string literal;
    int digits = 1;
  };
  bool has(Placeholder kind) const;
  static std::optional<Piece> placeholder(std::string_view name);
  std::vector<Piece> pieces_;
};

}  // namespace dms
