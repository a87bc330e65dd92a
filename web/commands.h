#pragma once

// The command line: serve, init, verify, reindex. Long work shows its progress on a terminal and
// plain lines otherwise; errors go to standard error.

namespace dms::web {

// Runs the command that `argv` names. Returns the process's exit status.
int run_command_line(int argc, char** argv);

}  // namespace dms::web
