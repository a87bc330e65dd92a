#pragma once

// Readers of an index: opened once, kept, and reopened after a commit (0.03 ms). Private to search.

#include <xapian.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "search/columns.h"

namespace dms::search {

// A database at one commit and the columns of the same commit; one thread's at a time.
struct Reader {
  Xapian::Database database;
  std::shared_ptr<const Columns> columns;  // without those of hidden documents
  std::uint64_t generation = 0;
  std::uint64_t edition = 0;                 // of the files
  std::shared_ptr<const Columns> committed;  // with those of hidden documents
  std::uint64_t hiding = 0;                  // which hidden documents these are
};

// Thread-safe.
class ReaderPool {
 public:
  explicit ReaderPool(std::string folder) : folder_(std::move(folder)) {}

  enum class Freshness : std::uint8_t {
    present,  // may miss a commit that is under way
    newest    // waits for it
  };
  // A reader for the caller alone. Throws Xapian's errors; DatabaseModifiedError where another
  // index was put into the folder, whose documents these columns would show to the wrong people.
  std::unique_ptr<Reader> take(Freshness freshness);
  // Gives it back for the next; a reader that threw is dropped instead.
  void give_back(std::unique_ptr<Reader> reader);

  // For the writer, before any other call: the index's own id and what it holds now. Once more with
  // other files, inside replace().
  void start(std::string database_id, std::shared_ptr<const Columns> columns);
  // Runs `replace`, which puts other files into the folder, while no reader is opened. Those that
  // have the old ones open go on with them and are not used again.
  void replace(const std::function<void()>& replace);

  // For the writer: runs `commit` while no reader is opened and then shows `columns`, so that a
  // reader never has the files of one commit and the columns of another.
  void publish(std::shared_ptr<const Columns> columns, const std::function<void()>& commit);

  std::shared_ptr<const Columns> columns() const;

  // Of readers that are taken from now on.
  void hide(std::span<const Uuid> documents);
  void show(std::span<const Uuid> documents);

  // Of the files; another with each start().
  std::uint64_t edition() const;
  // The files of this edition were found damaged; it counts until start().
  void note_damage(std::uint64_t edition);
  // Which files, and which commit.
  struct Moment {
    std::uint64_t edition = 0;
    std::uint64_t generation = 0;
  };
  Moment moment() const;
  // A reader taken at this moment met what looked like a later commit. Where there was none, some
  // five times, that is damage.
  void note_overtaken(const Moment& moment);
  bool is_damaged() const;

 private:
  static constexpr std::size_t idle_max = 8;
  static constexpr int overtaken_by_nobody_max = 5;

  std::unique_ptr<Reader> take_any(Freshness freshness);
  bool hide_in(Reader& reader) const;
  bool is_shown_by(const Reader& reader) const;

  const std::string folder_;
  std::mutex door_;  // held while committing and while opening; taken before mutex_
  mutable std::mutex mutex_;
  // Under mutex_:
  std::vector<std::unique_ptr<Reader>> idle_;
  std::shared_ptr<const Columns> columns_;
  std::unordered_set<Uuid> hidden_;
  std::uint64_t hiding_ = 1;  // another with each change of hidden_
  std::uint64_t shown_generation_ = 0;
  std::string database_id_;
  std::uint64_t generation_ = 0;
  std::uint64_t edition_ = 0;
  bool is_damaged_ = false;
  int overtaken_by_nobody_ = 0;
};

// What is told of damaged files.
Error being_rebuilt(const Error& damage);

}  // namespace dms::search
