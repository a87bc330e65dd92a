#pragma once

// The column families of a tenant's database, all of them, in one place.
//
// FOR EVER: the names below are on disk in every installation. A name is never changed, never given
// another meaning, never reused after its family was dropped. A new family goes to the end of both
// lists and needs a step in the migration table (schema.cpp). Key and value layouts: README.md.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dms::storage {

enum class Family : std::uint8_t {
  meta,             // store id, schema version, last group, counters, high-water marks
  records,          // the domain's objects, JSON
  indexes,          // index entries → record keys
  journal,          // event envelopes by sequence
  journal_detail,   // salt and detail by sequence; erasable
  journal_objects,  // (object or parent, sequence) → nothing
  reads,            // the chain of reads by day and number
  content,          // chunks of files that came through the WAL
  content_large,    // chunks of files that were ingested
  content_meta,     // content index, manifests, refs, intents
};

inline constexpr std::array<std::string_view, 10> family_names = {
    "meta",  "records", "indexes",       "journal",     "journal_detail", "journal_objects",
    "reads", "content", "content_large", "content_meta"};

inline constexpr std::size_t family_count = family_names.size();

// The first of them every store has had since its creation (schema version 1); a later one may be
// absent until its migration step has run.
inline constexpr std::size_t created_family_count = 10;

constexpr bool holds_chunks(Family family) {
  return family == Family::content || family == Family::content_large;
}

}  // namespace dms::storage
