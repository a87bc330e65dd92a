#pragma once

// Why a file gave no text, in fixed words: a child may name one of these and nothing else, so that
// no content of a file reaches the log.

#include <cstdint>
#include <optional>
#include <string_view>

namespace dms::search::extract {

// Numbers travel between the processes of one build only; they are not stored.
enum class Cause : std::uint8_t {
  none,
  no_text,            // parsed, nothing to read in it
  no_parser,          // the type has none
  password,           // encrypted
  broken_container,   // not a readable ZIP archive
  broken_markup,      // XML, HTML or PDF that cannot be read
  missing_part,       // the archive lacks its main document
  input_too_large,    // larger than input_bytes_max
  expands_too_much,   // a ZIP bomb: total, part or ratio
  too_many_parts,     // entries of an archive, parts of a mail, elements of an XML file
  nested_too_deep,    // elements or messages within messages
  text_cut,           // text_bytes_max was reached
  out_of_memory,      // the child's limit
  out_of_time,        // wall clock or processor time
  parser_crashed,     // the child ended by a signal or without an answer
  forbidden_call,     // the child called what the sandbox forbids
  bad_answer,         // the child's answer broke the protocol
  no_sandbox,         // neither namespaces nor Landlock on this machine
  tool_unavailable,   // the external program could not be run
  own_entities,       // an XML file that declares entities
  picture_too_large,  // more pixels than are read
  broken_picture,     // no picture that can be read, or no such page
};
inline constexpr Cause last_cause = Cause::broken_picture;

std::string_view to_string(Cause cause);
std::optional<Cause> cause_from_number(std::uint8_t number);

}  // namespace dms::search::extract
