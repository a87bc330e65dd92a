#pragma once

// Closed-loop load: some clients, each with one keep-alive connection, each sending its next
// request when the last is answered.

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <functional>

namespace dms::bench {

struct Load {
  std::size_t clients = 8;
  std::chrono::milliseconds duration{5000};
  std::chrono::milliseconds warm_up{500};
};

struct Rate {
  double per_s = 0;          // operations
  double client_cpu_s = 0;   // of this process, while measuring
  double server_cpu_ms = 0;  // of the server, an operation
  std::size_t errors = 0;
};

// One operation; false on error. Called in the client's own thread.
using Operation = std::function<bool()>;
// Makes the operation of client `index`, with its connection.
using MakeClient = std::function<Operation(std::size_t index)>;

// `server`: the process whose time is measured, with its children.
Rate run_load(const Load& load, const MakeClient& make_client, pid_t server);

}  // namespace dms::bench
