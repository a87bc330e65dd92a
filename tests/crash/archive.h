#pragma once

// What two towns' clerks were told is filed, of every kind a store holds, and the question whether
// all of it is still there, byte for byte: the damage harness's memory.

#include <cstddef>
#include <string>
#include <vector>

#include "support/api_client.h"
#include "support/server_process.h"

namespace dms::test {

// One thread calls. Aborts where a running server refuses to file.
class Archive {
 public:
  // Signs in at both towns; the sessions outlive every restart. Borrows the server, which runs.
  explicit Archive(ServerProcess& server);

  // In each town: small documents, some with a second version, and one too large for the log.
  // Returns once all is found by search and nothing waits to be synced: from then on the store
  // writes no more by itself.
  void fill(std::size_t small_documents);
  // How much was acknowledged so far: answers of the server that will have to be the same.
  std::size_t size() const { return kept_.size(); }
  // Asks the running server again for the first `count`; how many come otherwise.
  std::size_t count_lost(std::size_t count);

  // What the running server's search makes of the first `count`, in the first town.
  struct Searched {
    std::size_t missed = 0;   // answered without the document
    std::string example;      // one of these
    std::size_t refused = 0;  // not answered, with a reason
    bool is_safe = true;      // every question was answered, and a stranger was shown nothing
  };
  Searched search(std::size_t count);

 private:
  struct Town {
    std::string unit;
    ApiClient clerk;
    std::string dossier;
  };
  struct Kept {
    std::size_t town = 0;
    std::string target;
    std::string body;  // begins with a word of its own
  };

  void add_town(const std::string& host, const std::string& unit, const std::string& user,
                const std::string& password);
  // Its id.
  std::string file(std::size_t town, const std::string& text);
  void add_version(std::size_t town, const std::string& id, const std::string& text);
  void await_found(const Kept& kept);
  std::string unique_text(std::size_t bytes);

  ServerProcess& server_;
  std::vector<Town> towns_;
  ApiClient stranger_;  // of the first town; may read none of it
  std::vector<Kept> kept_;
  std::string last_word_;
  std::size_t next_number_ = 1;
};

}  // namespace dms::test
