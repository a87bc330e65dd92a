#include "dms/file_reference.h"

#include <fmt/format.h>

#include "dms/base/text.h"

namespace dms {

namespace {

constexpr std::size_t pattern_length_max = 80;  // code points

Error not_a_pattern(std::string_view pointer) {
  return invalid_field(
      std::string(pointer),
      "Das Muster braucht {unit} und {number} oder {key}; sonst ist nur {year} erlaubt.",
      "The pattern needs {unit} and {number} or {key}; besides them only {year} is allowed.");
}

}  // namespace

std::optional<ReferencePattern::Piece> ReferencePattern::placeholder(std::string_view name) {
  if (name == "unit") return Piece{Placeholder::unit, {}, 1};
  if (name == "year") return Piece{Placeholder::year, {}, 1};
  if (name == "key") return Piece{Placeholder::key, {}, 1};
  if (name == "number") return Piece{Placeholder::number, {}, 1};
  constexpr std::string_view counted = "number:";
  if (name.size() == counted.size() + 1 && name.starts_with(counted)) {
    const char digits = name.back();
    if (digits >= '1' && digits <= '9') return Piece{Placeholder::number, {}, digits - '0'};
  }
  return std::nullopt;
}

Result<ReferencePattern> ReferencePattern::parse(std::string_view text, std::string_view pointer) {
  const std::string clean = DMS_TRY(
      clean_line(text, pointer, {.code_points_min = 1, .code_points_max = pattern_length_max}));
  ReferencePattern pattern;
  std::string_view rest = clean;
  while (!rest.empty()) {
    const std::size_t brace = rest.find_first_of("{}");
    if (brace != 0) {
      pattern.pieces_.push_back({Placeholder::literal, std::string(rest.substr(0, brace)), 1});
      rest.remove_prefix(std::min(brace, rest.size()));
      continue;
    }
    const std::size_t end = rest.find('}');
    if (rest.front() == '}' || end == std::string_view::npos) return fail(not_a_pattern(pointer));
    std::optional<Piece> piece = placeholder(rest.substr(1, end - 1));
    // A placeholder twice would say nothing more; two numbers would look like two counters.
    if (!piece || pattern.has(piece->kind)) return fail(not_a_pattern(pointer));
    pattern.pieces_.push_back(std::move(*piece));
    rest.remove_prefix(end + 1);
  }
  if (!pattern.has(Placeholder::unit) || (!pattern.has_number() && !pattern.has_key())) {
    return fail(not_a_pattern(pointer));
  }
  return pattern;
}

bool ReferencePattern::has(Placeholder kind) const {
  for (const Piece& piece : pieces_) {
    if (piece.kind == kind) return true;
  }
  return false;
}

std::string ReferencePattern::format(const ReferenceParts& parts) const {
  std::string reference;
  for (const Piece& piece : pieces_) {
    switch (piece.kind) {
      case Placeholder::literal:
        reference += piece.literal;
        break;
      case Placeholder::unit:
        reference += parts.unit_code;
        break;
      case Placeholder::year:
        reference += fmt::format("{:04}", parts.year);
        break;
      case Placeholder::number:
        reference += fmt::format("{:0{}}", parts.number, piece.digits);
        break;
      case Placeholder::key:
        reference += parts.key;
        break;
    }
  }
  return reference;
}

}  // namespace dms
