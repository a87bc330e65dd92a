// aktenwerk: the server and its commands. Exit status: 0 done, 1 failed, 2 wrong arguments, 3
// verify found problems.

#include "web/commands.h"

int main(int argc, char** argv) {
  return dms::web::run_command_line(argc, argv);
}
