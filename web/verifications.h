#pragma once

// Verifies tenants while the server runs, when the operator asks: the store, and where wanted the
// search index, one tenant after the other on a thread of their own. One whose store fails is let
// go, so that it can be opened again; that verifies it, too.

#include <atomic>
#include <boost/describe/class.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/log.h"
#include "dms/base/mutex.h"
#include "dms/base/worker_lanes.h"
#include "dms/tenant.h"

namespace dms::web {

// How it stands with a tenant's verification, as the admin address tells it.
struct VerificationView {
  std::string tenant;
  bool waiting = false;  // or running; the counts then say how far it is
  // Of the last one that came to its end.
  std::optional<Instant> ended;
  std::uint64_t records = 0;
  std::uint64_t journal_entries = 0;
  std::uint64_t references = 0;
  std::uint64_t contents = 0;
  std::uint64_t content_bytes = 0;
  // Contents whose keys were destroyed, where there are any.
  std::optional<std::uint64_t> destroyed_contents;
  std::uint64_t heads = 0;               // signed ones
  std::optional<std::uint64_t> indexed;  // documents held against the index, where it was looked at
  std::vector<std::string> problems;     // of the store
  std::vector<std::string> index_problems;  // of the search index
  std::optional<std::string> failure;       // why it did not come to its end
};
BOOST_DESCRIBE_STRUCT(VerificationView, (),
                      (tenant, waiting, ended, records, journal_entries, references, contents,
                       content_bytes, destroyed_contents, heads, indexed, problems, index_problems,
                       failure))

inline bool is_clean(const VerificationView& view) {
  return view.problems.empty() && view.index_problems.empty();
}

// How a verification is held and watched.
struct VerificationWatch {
  const std::atomic<bool>* is_cancelled = nullptr;  // borrowed, may be null
  // Told about once a second how far it is, on the verifying thread.
  std::function<void(const VerificationView&)> told;
  // Asked before each document of the index; its error ends it. nullptr: nothing.
  std::function<Result<void>()> goes_on = nullptr;
};
// Verifies a tenant's store, the signed heads, and the copy of its index in `index_folder` ("": not
// looked at). Problems are no error.
Result<VerificationView> verify_tenant(Tenant& tenant, const std::string& index_folder,
                                       const VerificationWatch& watch);

// Thread-safe. Borrows all.
class Verifications {
 public:
  using Tenants = std::vector<std::shared_ptr<Tenant>>;

  // Copies of indexes lie below `data_dir` while they are looked at.
  Verifications(std::string data_dir, const Clock& clock, Log& log)
      : data_dir_(std::move(data_dir)), clock_(clock), log_(log) {}

  // Has the tenant with this id verified, or every one; one that waits already is asked for once.
  // `not_found` where `open` has no such tenant, `busy` while the server stops, or where one
  // without the index is under way.
  Result<void> begin(const Tenants& open, std::optional<std::string_view> id, bool with_index);
  // Of the tenants that were ever asked for.
  std::vector<VerificationView> views() const;
  // Whether one of this tenant waits or runs.
  bool is_asked_for(const std::string& tenant) const;
  // Takes no more; breaks off the one that runs.
  void stop();

 private:
  struct Known {
    bool with_index = false;
    VerificationView view;
  };

  Result<void> queue(const std::shared_ptr<Tenant>& tenant, bool with_index);
  Result<VerificationView> run(Tenant& tenant);
  void finish(const std::string& id, Result<VerificationView> outcome);

  const std::string data_dir_;
  const Clock& clock_;
  Log& log_;
  std::atomic<bool> is_stopping_{false};
  mutable Mutex mutex_;
  std::map<std::string, Known> known_ DMS_GUARDED_BY(mutex_);
  WorkerLane lane_{{.name = "verify", .threads = 1, .queue_limit = 1024}};  // ends first
};

}  // namespace dms::web
