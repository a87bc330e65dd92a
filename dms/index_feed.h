#pragma once

// The indexer's mind without its thread: which documents wait for what, and how far the index may
// say it is complete. indexing.cpp drives it.
//
// A document becomes a task when the journal names it and stays one until the index holds its final
// form: with its text, or without it where there is none to get. The position that goes into the
// index lies before the oldest task, so that a crash repeats work and loses none; what came later
// and is finished already is put again then, to the same end.
//
// Whoever could see a document before it was moved or thrown away is to see no trace of it from
// then on: such events are read ahead of all others, at each step and before begin() returns, and
// hide the document until it was put again, which goes before all else.
//
// One thread at a time.

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "dms/base/log.h"
#include "dms/base/result.h"
#include "dms/index_document.h"
#include "search/index.h"
#include "storage/store.h"

namespace dms {

class IndexFeed {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // Hands contents to the extraction lane, to be read together; false where it has no room now.
  using StartExtraction = std::function<bool(const std::vector<storage::ContentId>&)>;

  struct Options {
    std::string tenant;  // for the log
    Refused refused = Refused::keep;
    // Documents to be looked at beyond which the journal waits.
    std::size_t ready_max = 20'000;
    // The same with those that only wait for their text: some 400 bytes each.
    std::size_t awaiting_max = 250'000;
  };
  // Borrows all references.
  IndexFeed(storage::Store& store, search::SearchIndex& index, Log& log, Options options,
            StartExtraction start_extraction);

  // Begins at the index's position. True: the index has none, and the caller is to have it built
  // anew and to call adopt(), or sweep_all(); meanwhile it is fed what is new, and is searched with
  // what it has. An index of another source version is swept at once.
  Result<bool> begin();
  // After the index was recovered: forgets what it was about and begins, as begin() says.
  Result<bool> restart();
  // Fills the index from all records, one after the other.
  void sweep_all();
  // Goes on with an index that was built anew (index_rebuild.h), from its position.
  Result<void> adopt(const std::string& joined_folder);

  // Does a bounded piece of what is due at `now`; false where nothing was.
  Result<bool> step(Time now);
  // When step() has something to do at the latest, if nothing happens before.
  Time wake_at(Time now) const;

  // alone: not among several.
  enum class Outcome : std::uint8_t { made, unobtainable, try_again, alone };
  struct Ended {
    storage::ContentId content;
    Outcome outcome = Outcome::try_again;
  };
  // Of what was handed over together.
  void extractions_ended(const std::vector<Ended>& batch, Time now);

  // Makes what was put durable and visible.
  Result<void> commit();

  // Puts a document again that no event names.
  void put_again(DocumentId id);
  // Which of those are done and committed since the last call.
  std::vector<DocumentId> take_put_again();

  // Hides what was moved or thrown away since, whatever else works; step() does so, too. Whether
  // there was any.
  Result<bool> hide_moved();

  // Everything up to here is final and committed.
  std::uint64_t indexed_sequence() const;
  std::size_t waiting() const { return tasks_.size(); }
  std::uint64_t documents_put() const { return documents_put_; }
  bool rebuilding() const { return rebuilding_; }
  // The index was lost and is not whole again.
  bool lacks_documents() const { return lacks_documents_; }
  // Everything is put again, not only what is new.
  bool is_sweeping() const { return rebuilding_ && !awaits_build_; }
  // The index refused a write and takes nothing more until restart().
  bool broken() const { return broken_; }

 private:
  struct Task {
    std::uint64_t sequence = 0;  // of the oldest event that is not reflected yet
    std::uint64_t asked = 0;     // journal read so far when it was named the last time
    bool ready = false;          // stands in ready_
    bool shown = false;          // the index has its present metadata
  };
  // What is to be looked at again, page by page. What is a document's is done for items of inboxes
  // by their ids.
  struct Sweep {
    enum class Of : std::uint8_t { dossier, all_documents, all_items };
    Of of = Of::dossier;
    DossierId dossier;
    std::string after;
    std::uint64_t sequence = 0;
  };
  struct Timed {
    Time at;
    DocumentId document;
  };
  struct Retry {
    Time at;
    storage::ContentId content;
  };
  // Who waits for a content's text.
  struct Awaited {
    std::uint64_t since = 0;    // journal read so far when the first of them came
    std::optional<Uuid> inbox;  // of an item among them
    std::vector<DocumentId> documents;
  };
  enum class Showing : std::uint8_t { when_text_is_late, now };

  Result<void> hide_since(std::uint64_t sequence);
  Result<bool> process_moved(Time now);
  void put_first(DocumentId id, std::uint64_t sequence);
  void show_moved();
  Result<bool> read_journal();
  void take_entry(const storage::JournalEntry& entry);
  bool has_enough() const;
  void add_sweep(Sweep sweep);
  Result<bool> continue_sweep();
  Result<bool> process_ready(Time now);
  Result<bool> show_late(Time now);
  void requeue_retries(Time now);
  bool start_extractions();
  bool start_batch();
  // `turn_`'s.
  std::vector<storage::ContentId> take_batch();
  void put_back(const std::vector<storage::ContentId>& batch);
  bool may_be_read_together(const storage::ContentId& one, const storage::ContentId& other) const;
  bool has_to_extract() const { return !to_extract_.empty() || !alone_.empty(); }
  Result<void> process(DocumentId id, Showing showing, Time now);
  bool is_unobtainable(const storage::ContentId& content, const Task& task) const;
  Result<void> await_text(DocumentId id, Task& task, const Indexable& indexable, Showing showing,
                          Time now);

  void forget_all();
  void ask_again();
  void stop_awaiting_build();
  void add_task(DocumentId id, std::uint64_t sequence);
  Task& name(DocumentId id, std::uint64_t sequence);
  void make_ready(DocumentId id, Task& task);
  void finish(DocumentId id);
  Result<void> put(const search::IndexDocument& document, Time now);
  Result<void> remove(DocumentId id, Time now);
  Result<void> checked(Result<void> written);
  void note_put(DocumentId id, Time now);
  void note_write(Time now);
  bool commit_is_due(Time now) const;
  // How long a write may wait for its commit.
  std::chrono::nanoseconds commit_delay() const;
  bool at_rest() const;
  // Everything up to here is final, though perhaps not committed.
  std::uint64_t complete_sequence() const;

  storage::Store& store_;
  search::SearchIndex& index_;
  Log& log_;
  Options options_;
  StartExtraction start_extraction_;

  std::uint64_t read_sequence_ = 0;       // journal read so far
  std::uint64_t committed_sequence_ = 0;  // what the index says
  std::uint64_t moves_read_ = 0;          // likewise, of moves alone
  // Hidden until the index has committed what they are now.
  enum class Hidden : std::uint8_t { until_put, until_committed };
  std::unordered_map<DocumentId, Hidden> hidden_;
  std::deque<DocumentId> moved_;       // of those, what is to be put again
  std::vector<Uuid> shown_;            // to be told the index
  std::set<DocumentId> again_;         // that put_again() named
  std::vector<DocumentId> put_again_;  // of those, what is done, but perhaps not committed
  std::unordered_map<DocumentId, Task> tasks_;
  std::multiset<std::uint64_t> outstanding_;  // sequences of tasks and sweeps
  std::deque<DocumentId> ready_;
  std::deque<Timed> late_;  // when to show metadata without text
  std::deque<Sweep> sweeps_;
  bool rebuilding_ = false;
  bool awaits_build_ = false;
  bool lacks_documents_ = false;

  std::map<storage::ContentId, Awaited> awaited_;
  std::deque<storage::ContentId> to_extract_;  // in the order of filing
  std::deque<storage::ContentId> alone_;       // likewise: not to be read among several
  enum class Turn : std::uint8_t { oldest, newest, alone } turn_ = Turn::oldest;
  std::size_t extracting_ = 0;  // batches
  std::deque<Retry> retries_;
  std::map<storage::ContentId, std::uint64_t> unobtainable_;  // as of which journal sequence

  std::size_t uncommitted_ = 0;  // writes since the last commit
  Time first_write_;
  std::chrono::nanoseconds last_commit_took_{0};
  Time last_write_;
  std::uint64_t documents_put_ = 0;
  bool broken_ = false;
};

}  // namespace dms
