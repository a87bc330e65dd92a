#pragma once

// The server and what a clerk does there again and again: file, ask, wait.

#include <atomic>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "report.h"
#include "support/api_client.h"
#include "support/server_process.h"

namespace dms::acceptance {

using Clock = std::chrono::steady_clock;

inline double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// Names of documents, dossiers and files hold no word of any text or title: "xq000017".
std::string neutral_name(std::uint64_t number);

// Thread-safe but for the ApiClients, of which each thread has its own.
class Desk {
 public:
  explicit Desk(Report& report) : report_(report) {}

  test::ServerProcess& server() { return server_; }
  Report& report() { return report_; }
  test::ApiClient clerk();
  // Under a neutral title; its id, "" and a problem where that fails.
  std::string open_dossier(test::ApiClient& client);

  // A request that is sent again, after the pause asked for, while it is answered 503.
  test::ApiAnswer patiently(const std::function<test::ApiAnswer()>& request);
  // A GET, which is also sent again where the connection broke: one that idled may be closed.
  test::ApiAnswer get(test::ApiClient& client, const std::string& target);
  std::size_t retries() const { return retries_; }

  // Files under a neutral name. The document's id; "" and a problem named `what` where the answer
  // is not 201.
  std::string file(test::ApiClient& client, const std::string& dossier, std::string_view bytes,
                   const std::string& what);

  // Hands the items of all pages of the list `target` ("…?limit=100") to `visit`, until it returns
  // false. False, and a problem, where a page is not answered 200.
  bool walk(test::ApiClient& client, const std::string& target,
            const std::function<bool(const boost::json::object&)>& visit);
  // Whether `query` (with `filters`, "&dossier=…") has `document` among its hits, on any page.
  bool find(test::ApiClient& client, std::string_view query, std::string_view document,
            std::string_view filters = {});

  // Files a document and waits until a word of its text finds it; seconds from the answer.
  std::optional<double> measure_freshness(test::ApiClient& client, const std::string& dossier);

  // Ends the server and looks at its log and its store.
  void close();

 private:
  void check_log();

  Report& report_;
  test::ServerProcess server_;
  std::atomic<std::size_t> retries_{0};
  std::atomic<std::size_t> broken_connections_{0};
  std::atomic<std::uint64_t> next_name_{1};
};

}  // namespace dms::acceptance
