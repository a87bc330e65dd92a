#pragma once

// A tenant's store in a temporary folder, with small records to commit.

#include <gtest/gtest.h>

#include <boost/describe/class.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "storage/environment.h"
#include "storage/record_json.h"
#include "storage/store.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace dms::storage::test {

struct NoteRecord {
  std::uint32_t format = 1;
  std::string key;
  std::string title;                 // unique
  std::optional<std::string> topic;  // multiple; absent: in no index
  std::uint64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(NoteRecord, (), (format, key, title, topic, number))

inline const Table<NoteRecord> notes{
    "note",
    [](const NoteRecord& note) { return note.key; },
    {{"title", IndexKind::unique,
      [](const NoteRecord& note) {
        return std::vector<std::string>{KeyBuilder().text(note.title).take()};
      }},
     {"topic", IndexKind::multiple, [](const NoteRecord& note) {
        std::vector<std::string> keys;
        if (note.topic) keys.push_back(KeyBuilder().text(*note.topic).take());
        return keys;
      }}}};

inline NoteRecord note(std::string key, std::string title, std::uint64_t number = 0) {
  return {1, std::move(key), std::move(title), std::nullopt, number};
}

// The value of a Result, or a failed test with the error's hint.
template <class T>
T value_of(Result<T> result) {
  EXPECT_TRUE(result.has_value()) << (result ? "" : to_string(result.error().code)) << ": "
                                  << (result ? "" : result.error().hint)
                                  << (result ? "" : result.error().message.en);
  if (!result) throw std::runtime_error("no value");
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

template <class T>
std::optional<ErrorCode> code_of(const Result<T>& result) {
  return result ? std::nullopt : std::optional<ErrorCode>(result.error().code);
}

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() : environment_(StorageEnvironment::Options(), clock_, log_, metrics_) {}

  std::string folder() const { return (temp_ / "tenant").string(); }
  StoreOptions options() const {
    StoreOptions options;
    options.folder = folder();
    options.name = "tenant";
    options.disk_reserve_bytes = 1;
    return options;
  }
  void open() { store_ = value_of(Store::open(environment_, options())); }
  void reopen() {
    store_.reset();
    open();
  }

  Result<Committed> put(const NoteRecord& record) {
    return store_->commit([&](const View& view) -> Result<Commit> {
      Commit commit(view);
      DMS_TRY(commit.put(notes, record));
      return commit;
    });
  }
  Result<Committed> append(const Event& event) {
    return store_->commit([&](const View& view) -> Result<Commit> {
      Commit commit(view);
      commit.append(event);
      return commit;
    });
  }
  Event event(std::string kind, std::string detail = "{}") {
    Event made;
    made.kind = std::move(kind);
    made.object = make_uuid_v7(clock_.now());
    made.actor = make_uuid_v7(clock_.now());
    made.detail = std::move(detail);
    return made;
  }
  std::optional<NoteRecord> find(const std::string& key) {
    return value_of(store_->read<std::optional<NoteRecord>>(
        [&](const View& view) { return view.find(notes, key); }));
  }
  void expect_clean() {
    const VerifyReport report = value_of(store_->verify());
    EXPECT_EQ(report.problems, std::vector<std::string>());
  }
  std::uint64_t count(std::string_view metric) { return metrics_.counter(metric, "").value(); }

  dms::test::TempDir temp_;
  dms::test::FakeClock clock_;
  NullLog log_;
  MetricsRegistry metrics_;
  StorageEnvironment environment_;
  std::unique_ptr<Store> store_;
};

}  // namespace dms::storage::test
