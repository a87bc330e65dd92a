#include "dms/index_rebuild.h"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <boost/describe/class.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <semaphore>
#include <thread>
#include <utility>
#include <vector>

#include "dms/base/bytes.h"
#include "dms/base/json_codec.h"
#include "dms/base/mutex.h"
#include "dms/derived_content.h"
#include "dms/document_record.h"
#include "dms/inbox_record.h"
#include "search/index.h"
#include "search/index_build.h"

namespace dms {

using search::IndexBuild;
using storage::View;

namespace {

constexpr std::size_t page_documents = 500;
constexpr std::size_t keys_at_once = 10'000;
constexpr std::size_t commit_text_bytes = std::size_t{32} << 20U;
// Behind whatever serves people.
constexpr int niceness = 10;
constexpr unsigned build_threads_max = 8;
constexpr std::chrono::seconds between_tellings{1};
constexpr std::chrono::milliseconds look_again{200};
constexpr std::size_t journal_entries_of_object = 100;

// What is built: all documents of the store and what waits in its inboxes, from this point of its
// journal on.
struct Plan {
  Uuid store;
  std::uint64_t sequence = 0;
  Sha256Digest hash;
  std::uint32_t source_version = 0;
  std::uint64_t documents = 0;
  std::vector<std::string> ends;  // hex; the last key of each part's range but the last one's
};
BOOST_DESCRIBE_STRUCT(Plan, (), (store, sequence, hash, source_version, documents, ends))

// How far a part is. The last one has the inboxes' items after its documents.
struct Reached {
  bool is_at_items = false;
  std::string after;  // hex; the last key that was looked at
  std::uint64_t documents = 0;
  // Of the oldest document that lacked its text: the journal entry that has it put again.
  std::optional<std::uint64_t> first_without_text;
  bool is_whole = false;
};
BOOST_DESCRIBE_STRUCT(Reached, (), (is_at_items, after, documents, first_without_text, is_whole))

Error stopped() {
  return operator_error(ErrorCode::busy, "the index's build was stopped");
}

// Of this thread alone, as Linux has it.
void give_way() {
  ::setpriority(PRIO_PROCESS, 0, niceness);
}

// Waits for a place, unless it is abandoned before.
class Turn {
 public:
  Turn(std::counting_semaphore<>& turns, const IsAbandoned& is_abandoned) : turns_(turns) {
    while (!is_mine_ && !is_abandoned()) is_mine_ = turns_.try_acquire_for(look_again);
  }
  ~Turn() {
    if (is_mine_) turns_.release();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  explicit operator bool() const { return is_mine_; }

 private:
  std::counting_semaphore<>& turns_;
  bool is_mine_ = false;
};

using Keys = std::vector<std::string>;

Result<Keys> read_keys(const storage::Store& store, const std::string& table,
                       const std::string& after, std::size_t limit) {
  return store.read<Keys>([&](const View& view) -> Result<Keys> {
    storage::ScanOptions options;
    options.after = after;
    options.limit = limit;
    return view.read_keys(table, options);
  });
}

Result<Plan> make_plan(const storage::Store& store, std::size_t parts) {
  Plan plan;
  plan.store = store.id();
  plan.source_version = index_source_version;
  const storage::JournalPosition head = store.journal_head();
  plan.sequence = head.sequence;
  plan.hash = head.hash;
  // The records are read later than this head, so they hold at least all it stands for.
  Keys every;  // one of so many
  constexpr std::size_t stride = 64;
  std::string after;
  while (true) {
    const Keys keys = DMS_TRY(read_keys(store, document_table.name, after, keys_at_once));
    for (const std::string& key : keys) {
      if (plan.documents++ % stride == 0) every.push_back(key);
    }
    if (keys.size() < keys_at_once) break;
    after = keys.back();
  }
  for (std::size_t part = 1; part < parts && every.size() >= parts; ++part) {
    plan.ends.push_back(to_hex(every[every.size() * part / parts]));
  }
  return plan;
}

// Whether what was begun is of this store's history, and of the texts of this program.
Result<bool> still_stands(const Plan& plan, const storage::Store& store) {
  if (plan.store != store.id() || plan.source_version != index_source_version) return false;
  if (plan.sequence == 0) return true;
  const auto hash = DMS_TRY(store.journal_hash(plan.sequence));
  return hash && *hash == plan.hash;
}

struct Begun {
  std::unique_ptr<IndexBuild> build;
  Plan plan;
};

Result<std::optional<Begun>> take_up(const storage::Store& store, const std::string& folder) {
  auto build = IndexBuild::resume(folder);
  if (!build) {
    const bool is_none =
        build.error().code == ErrorCode::not_found || build.error().code == ErrorCode::corrupt;
    if (is_none) return std::optional<Begun>();
    return fail(build.error());
  }
  auto plan = decode_json<Plan>((*build)->plan(), JsonProfile::record);
  if (!plan || (*build)->parts() != plan->ends.size() + 1) return std::optional<Begun>();
  if (!DMS_TRY(still_stands(*plan, store))) return std::optional<Begun>();
  return std::optional(Begun{std::move(*build), std::move(*plan)});
}

// The journal entry that would have a document or an inbox's item looked at again; the oldest there
// is where none is near.
Result<std::uint64_t> last_entry_of(const storage::Store& store, DocumentId id) {
  const auto entries = DMS_TRY(store.read_journal_of(id.value, 0, journal_entries_of_object));
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) {
    const std::string_view kind = entry.kind;
    return entry.object == id.value &&
           (kind.starts_with("document.") || kind.starts_with("inbound_item."));
  });
  return found == entries.end() ? 1 : found->sequence;
}

class Rebuild {
 public:
  Rebuild(const storage::Store& store, Log& log, const IndexRebuildOptions& options,
          const IsAbandoned& is_abandoned, Begun begun)
      : store_(store),
        log_(log),
        options_(options),
        is_abandoned_(is_abandoned),
        build_(std::move(begun.build)),
        plan_(std::move(begun.plan)) {}

  Result<std::string> run(const ReindexProgressed& progressed) {
    for (std::size_t part = 0; part < build_->parts(); ++part) {
      parts_.push_back(DMS_TRY(read_reached(part)));
      documents_ += parts_.back().documents;
    }
    {
      const MutexLock lock(mutex_);
      running_ = parts_.size();
    }
    {
      std::vector<std::jthread> threads;
      for (std::size_t part = 0; part < parts_.size(); ++part) {
        threads.emplace_back([this, part] { work(part); });
      }
      while (!wait_for_end()) {
        if (progressed) progressed({documents_, plan_.documents});
      }
    }
    if (const auto failure = take_failure()) return fail(*failure);
    if (is_abandoned_()) return fail(stopped());
    return build_->join(DMS_TRY(position()));
  }

 private:
  Result<Reached> read_reached(std::size_t part) const {
    const std::string text = build_->reached(part);
    if (text.empty()) return Reached();
    return decode_json<Reached>(text, JsonProfile::record);
  }

  bool wait_for_end() {
    const auto limit = std::chrono::steady_clock::now() + between_tellings;
    const MutexLock lock(mutex_);
    while (running_ > 0 && std::chrono::steady_clock::now() < limit) {
      ended_.wait_until(mutex_, limit);
    }
    return running_ == 0;
  }

  std::optional<Error> take_failure() {
    const MutexLock lock(mutex_);
    return std::exchange(failure_, std::nullopt);
  }

  void work(std::size_t part) {
    give_way();
    const Result<void> filled = fill(part);
    const MutexLock lock(mutex_);
    if (!filled && !failure_) failure_ = filled.error();
    if (!filled) has_failed_ = true;
    --running_;
    ended_.notify_all();
  }

  Result<void> fill(std::size_t part) {
    Reached& reached = parts_[part];
    if (reached.is_whole) return {};
    const bool is_last = part + 1 == parts_.size();
    if (!reached.is_at_items) {
      if (reached.after.empty() && part > 0) reached.after = plan_.ends[part - 1];
      const std::string end = is_last ? "" : DMS_TRY(key_of(plan_.ends[part]));
      if (!DMS_TRY(put_all(part, document_table.name, end))) return {};
      if (is_last) {
        reached.is_at_items = true;
        reached.after.clear();
      }
    }
    if (is_last && !DMS_TRY(put_all(part, inbound_item_table.name, ""))) return {};
    reached.is_whole = true;
    return commit(part);
  }

  // Puts what a table holds from where the part is; up to `end`, where that is named. False where
  // it was stopped before.
  Result<bool> put_all(std::size_t part, const std::string& table, const std::string& end) {
    Reached& reached = parts_[part];
    std::string after = DMS_TRY(key_of(reached.after));
    Uncommitted uncommitted;
    while (true) {
      const Keys keys = DMS_TRY(read_keys(store_, table, after, page_documents));
      for (const std::string& key : keys) {
        if (!end.empty() && key > end) return true;
        if (has_to_stop()) return false;
        if (const auto id = uuid_from_raw(key)) {
          uncommitted.bytes += DMS_TRY(put(part, DocumentId{*id}));
        }
        after = key;
        reached.after = to_hex(key);
        if (!reached.is_at_items) count_document(reached);
        if (++uncommitted.documents < options_.commit_documents &&
            uncommitted.bytes < commit_text_bytes) {
          continue;
        }
        DMS_TRY(commit(part));
        uncommitted = {};
      }
      if (keys.size() < page_documents) return true;
    }
  }

  void count_document(Reached& reached) {
    ++reached.documents;
    ++documents_;
  }

  bool has_to_stop() const { return has_failed_ || is_abandoned_(); }

  Result<void> commit(std::size_t part) { return build_->commit(part, encode_json(parts_[part])); }

  static Result<std::string> key_of(const std::string& hex) {
    auto key = from_hex(hex);
    if (!key) return fail(operator_error(ErrorCode::corrupt, "the index's build: no key"));
    return std::move(*key);
  }

  // How many bytes of text it brought.
  Result<std::size_t> put(std::size_t part, DocumentId id) {
    const Result<Indexable> made = make_indexable(store_, id, options_.refused);
    if (!made) {
      // One damaged record must not keep all others from being found; verify tells of it too.
      if (made.error().code != ErrorCode::corrupt && made.error().code != ErrorCode::not_found) {
        return fail(made.error());
      }
      log_.error(
          "document_not_indexed",
          {{"tenant", options_.tenant}, {"document", id.text()}, {"hint", made.error().hint}});
      return std::size_t{0};
    }
    if (made->without_text) {
      note_text_damage(store_, *made->without_text, log_, options_.tenant);
      const std::uint64_t entry = DMS_TRY(last_entry_of(store_, id));
      auto& first = parts_[part].first_without_text;
      first = std::min(entry, first.value_or(entry));
    }
    if (!made->document) return std::size_t{0};
    DMS_TRY(build_->put(part, *made->document));
    return made->document->body.size();
  }

  Result<search::IndexPosition> position() const {
    search::IndexPosition position;
    position.store_id = store_.id();
    position.source_version = index_source_version;
    position.sequence = plan_.sequence;
    for (const Reached& part : parts_) {
      if (part.first_without_text) stay_before(*part.first_without_text, position);
    }
    if (position.sequence == 0) return position;
    const auto hash = DMS_TRY(store_.journal_hash(position.sequence));
    if (!hash) return fail(operator_error(ErrorCode::internal, "index ahead of the journal"));
    position.hash = *hash;
    return position;
  }

  static void stay_before(std::uint64_t entry, search::IndexPosition& position) {
    position.sequence = std::min(position.sequence, std::max<std::uint64_t>(entry, 2) - 1);
  }

  struct Uncommitted {
    std::size_t documents = 0;
    std::size_t bytes = 0;
  };

  const storage::Store& store_;
  Log& log_;
  const IndexRebuildOptions& options_;
  const IsAbandoned& is_abandoned_;
  const std::unique_ptr<IndexBuild> build_;
  const Plan plan_;
  std::vector<Reached> parts_;  // each its thread's, while that runs
  std::atomic<std::uint64_t> documents_{0};
  std::atomic<bool> has_failed_{false};

  Mutex mutex_;
  Condition ended_;
  std::size_t running_ DMS_GUARDED_BY(mutex_) = 0;
  std::optional<Error> failure_ DMS_GUARDED_BY(mutex_);
};

}  // namespace

Refused refused_by(search::Extractor& extractor) {
  return extractor.sandbox().way != search::SandboxStatus::Way::none ? Refused::try_again
                                                                     : Refused::keep;
}

IndexRebuildOptions rebuild_options(const std::string& tenant, const std::string& folder,
                                    search::Extractor& extractor) {
  return {tenant, folder, std::clamp(std::thread::hardware_concurrency(), 1U, build_threads_max),
          refused_by(extractor)};
}

Result<std::string> rebuild_index(const storage::Store& store, Log& log,
                                  const IndexRebuildOptions& options,
                                  const IsAbandoned& is_abandoned,
                                  const ReindexProgressed& progressed) {
  static std::counting_semaphore<> turns(1);
  const Turn turn(turns, is_abandoned);
  if (!turn) return fail(stopped());
  give_way();
  std::optional<Begun> begun = DMS_TRY(take_up(store, options.folder));
  log.info("index_rebuild_started",
           {{"tenant", options.tenant}, {"resumed", begun ? "yes" : "no"}});
  if (!begun) {
    Plan plan = DMS_TRY(make_plan(store, std::max<std::size_t>(options.threads, 1)));
    auto build =
        DMS_TRY(IndexBuild::begin(options.folder, encode_json(plan), plan.ends.size() + 1));
    begun.emplace(Begun{std::move(build), std::move(plan)});
  }
  return Rebuild(store, log, options, is_abandoned, std::move(*begun)).run(progressed);
}

}  // namespace dms
