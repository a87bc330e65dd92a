#pragma once

// Clerks who file documents at a real server and remember what was acknowledged: what the crash
// harnesses put in flight, and what they look for afterwards.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "support/api_client.h"
#include "support/server_process.h"
#include "wal_watch.h"
#include "whole_dossier.h"

namespace CLI {
class App;
}

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
    // What a start after a blow must stay under.
    std::size_t start_limit_s = 5;
    // After how many blows the running server verifies Musterbach's store. 0: only at the end.
    std::size_t verify_every = 1;
    // The options for the last two, of a harness's command line, into `options`.
    static void add_to(CLI::App& app, Options& options);
  };
  // Signs in, and again every ten minutes: sessions outlive a kill. Borrows the server.
  Filing(ServerProcess& server, Options options);
  ~Filing() { end(); }
  Filing(const Filing&) = delete;
  Filing& operator=(const Filing&) = delete;

  // Usually small documents; `longer` ones fill the log faster, and still travel through it.
  enum class Texts : std::uint8_t { usual, longer };
  static constexpr std::size_t longer_text_bytes = 60'000;
  // From here on they file into a dossier that is new.
  void begin(Texts texts = Texts::usual);
  // Each clerk ends with the answer that he waits for, or with a broken connection.
  void end();
  // From here on no answer counts any more: with the power gone none would have come.
  void hear_no_more() { hears_ = false; }
  // Requests sent and not answered at this moment.
  std::size_t under_way() const { return under_way_; }
  std::size_t acknowledged() const { return acknowledged_; }
  std::size_t refused() const { return refused_; }

  // After a start: that it stayed under the limit.
  void check_start();
  std::chrono::milliseconds longest_start() const { return longest_start_; }
  // After each blow. Of what was acknowledged since the last call: its bytes, and that search finds
  // it by a word that only it holds. What stands in the dossier, acknowledged or not, is whole, and
  // the write-ahead log was never too long. The server verifies its store where that is due. With
  // begin() and end() around it, between them nobody may call this.
  void check_fresh();
  // All that stands in the clerks' dossiers, and all that was ever acknowledged among it.
  void check_all();
  // Stops the server; `aktenwerk verify` must find nothing.
  void check_verify();
  // One document more, by the reader.
  ApiAnswer file_one(const std::string& text);

  ApiClient& reader() { return *reader_; }
  const std::string& dossier() const { return dossiers_.back(); }
  ServerProcess& server() { return server_; }
  const WalWatch& wal() const { return wal_; }
  // "longest start 812 ms, largest log 12 MiB, …", for a harness's last line.
  std::string measures() const;

  // Prints it; what makes a run fail. Thread-safe.
  void complain(const std::string& what);
  std::size_t problems() const { return problems_; }
  // Problems that were documents acknowledged and not there, or not as they were.
  std::size_t lost() const { return lost_; }

 private:
  enum class Depth : std::uint8_t { content, record_and_content };

  ApiClient client();
  void sign_in();
  void open_new_dossier();
  void file_until_over(ApiClient& client, Texts texts);
  // Of a dossier: what is listed is whole; and `filed`, words by id, is listed.
  void check_dossier(const std::string& dossier, const std::map<std::string, std::string>& filed,
                     Depth depth);
  void check_document(ApiClient& client, const ListedDocument& listed, const std::string& word,
                      Depth depth);
  void check_found(const std::string& id, const std::string& word,
                   std::chrono::steady_clock::time_point until);
  void check_wal();
  void begin_verification();
  void await_verification();
  // Shared out among the clerks' connections, a thread each.
  void side_by_side(std::size_t count,
                    const std::function<void(ApiClient& client, std::size_t i)>& one);
  void print_what_the_index_said(std::size_t documents) const;

  ServerProcess& server_;
  const Options options_;
  WalWatch wal_{server_.data_folder()};
  HttpsClient operator_;
  std::vector<ApiClient> clerks_;
  std::optional<ApiClient> reader_;
  std::chrono::steady_clock::time_point signed_in_;
  std::vector<std::string> dossiers_;  // the last one is filed into
  std::vector<std::thread> threads_;
  std::atomic<std::uint64_t> next_number_{1};
  std::atomic<bool> is_over_{true};
  std::atomic<bool> hears_{true};
  std::atomic<std::size_t> under_way_{0};
  std::atomic<std::size_t> acknowledged_{0};
  std::atomic<std::size_t> refused_{0};
  std::atomic<std::size_t> problems_{0};
  std::atomic<std::size_t> lost_{0};
  std::atomic<std::size_t> unheard_{0};  // there without an acknowledgement
  std::size_t blows_ = 0;
  std::size_t verifications_ = 0;
  std::chrono::milliseconds longest_start_{0};
  std::mutex mutex_;
  // By dossier and id, the word that the document's text begins with; under mutex_ while they file.
  std::map<std::string, std::map<std::string, std::string>> filed_;
};

}  // namespace dms::test
