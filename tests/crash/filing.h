#pragma once

// Clerks who file documents at a real server and remember what was acknowledged: what the crash
// harnesses put in flight, and what they look for afterwards.

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "support/api_client.h"
#include "support/server_process.h"

namespace dms::test {

// One thread calls; the clerks work on threads of their own between begin() and end().
class Filing {
 public:
  struct Options {
    std::size_t clerks = 4;
    // 503 and 507 are answers to be expected: the clerk tries on. Else they are problems.
    bool may_be_refused = false;
    // The connection may break, which ends the clerk's work. Else it is a problem.
    bool may_break = true;
  };
  // Signs in once: sessions outlive every kill. Borrows the server.
  Filing(ServerProcess& server, Options options);
  ~Filing() { end(); }
  Filing(const Filing&) = delete;
  Filing& operator=(const Filing&) = delete;

  void begin();
  // Each clerk ends with the answer that he waits for, or with a broken connection.
  void end();
  // From here on no answer counts any more: with the power gone none would have come.
  void hear_no_more() { hears_ = false; }
  // Requests sent and not answered at this moment.
  std::size_t under_way() const { return under_way_; }
  std::size_t acknowledged() const { return acknowledged_; }
  std::size_t refused() const { return refused_; }

  // Of what was acknowledged since the last call: its bytes, and that search finds it by a word
  // that only it holds. With begin() and end() around it, between them nobody may call this.
  void check_fresh();
  // The bytes of all that was ever acknowledged.
  void check_all();
  // Stops the server; `aktenwerk verify` must find nothing.
  void check_verify();
  // One document more, by the reader.
  ApiAnswer file_one(const std::string& text);

  ApiClient& reader() { return *reader_; }
  const std::string& dossier() const { return dossier_; }
  ServerProcess& server() { return server_; }

  // Prints it; what makes a run fail. Thread-safe.
  void complain(const std::string& what);
  std::size_t problems() const { return problems_; }
  // Problems that were documents acknowledged and not there, or not as they were.
  std::size_t lost() const { return lost_; }

 private:
  struct Filed {
    std::string id;
    std::string word;  // in no other document
    std::string text;
  };

  ApiClient clerk();
  void file_until_over(ApiClient& client);
  void check_bytes(const Filed& document);
  void print_what_the_index_said(std::size_t documents) const;
  void check_found(const Filed& document, std::chrono::steady_clock::time_point until);

  ServerProcess& server_;
  const Options options_;
  std::vector<ApiClient> clerks_;
  std::optional<ApiClient> reader_;
  std::string dossier_;
  std::vector<std::thread> threads_;
  std::atomic<std::uint64_t> next_number_{1};
  std::atomic<bool> is_over_{true};
  std::atomic<bool> hears_{true};
  std::atomic<std::size_t> under_way_{0};
  std::atomic<std::size_t> acknowledged_{0};
  std::atomic<std::size_t> refused_{0};
  std::atomic<std::size_t> problems_{0};
  std::size_t lost_ = 0;
  std::mutex mutex_;
  std::vector<Filed> fresh_;  // under mutex_
  std::vector<Filed> all_;
};

}  // namespace dms::test
