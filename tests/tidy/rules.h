#pragma once

// The rules. Each reads files and reports what it finds; none changes anything.

#include <cstddef>
#include <string>
#include <vector>

#include "tests/tidy/source_file.h"

namespace dms::tidy {

struct Finding {
  std::string path;
  std::size_t line = 0;
  std::string rule;
  std::string message;
};
using Findings = std::vector<Finding>;

// Rules that look at one file.
void check_include_edges(const SourceFile& file, Findings& findings);
void check_rooms(const SourceFile& file, Findings& findings);
void check_own_header_first(const SourceFile& file, Findings& findings);
void check_file_length(const SourceFile& file, Findings& findings);
void check_line_length(const SourceFile& file, Findings& findings);
void check_function_length(const SourceFile& file, Findings& findings);
void check_pragma_once(const SourceFile& file, Findings& findings);
void check_machine_paths(const SourceFile& file, Findings& findings);
void check_leftover_notes(const SourceFile& file, Findings& findings);
void check_banned_calls(const SourceFile& file, Findings& findings);
void check_sleeping_tests(const SourceFile& file, Findings& findings);
void check_coroutines(const SourceFile& file, Findings& findings);

// Rules that look at the tree.
// A library hidden in its room must not come out through a header of ours either.
void check_hidden_libraries(const std::vector<SourceFile>& files, Findings& findings);
// Every folder with sources says in README.md what it is, or the folder around it does.
void check_readmes(const std::vector<SourceFile>& files, Findings& findings);

inline Findings check_all(const std::vector<SourceFile>& files) {
  Findings findings;
  for (const SourceFile& file : files) {
    for (const auto check :
         {check_include_edges, check_rooms, check_own_header_first, check_file_length,
          check_line_length, check_function_length, check_pragma_once, check_machine_paths,
          check_leftover_notes, check_banned_calls, check_sleeping_tests, check_coroutines}) {
      check(file, findings);
    }
  }
  check_hidden_libraries(files, findings);
  check_readmes(files, findings);
  return findings;
}

}  // namespace dms::tidy
