#pragma once

// The one server that all tests of this program share, and people who are signed in to it.

#include <boost/json/serialize.hpp>
#include <chrono>
#include <string>
#include <thread>

#include "support/api_client.h"
#include "support/server_process.h"

namespace dms::test {

// Started with the first test, stopped with the program.
ServerProcess& server();

// A signed-in person of Musterbach. Aborts where signing in fails.
ApiClient person(const std::string& name);
// A person of Nebenbach, at its own host name.
ApiClient neighbour(const std::string& name);
// Not signed in.
ApiClient stranger();

// What search finds for `query` within two seconds; empty where it finds nothing by then.
boost::json::array found(ApiClient& client, const std::string& query);
bool finds(ApiClient& client, const std::string& query, std::string_view document_id);

// Asks again every 50 ms until `condition` holds; false after `limit`.
template <class Condition>
bool eventually(Condition condition, std::chrono::milliseconds limit = std::chrono::seconds(2)) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (true) {
    if (condition()) return true;
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

}  // namespace dms::test
