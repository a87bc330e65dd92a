// Readers beside the writer, a kill between put and commit, damaged files, other versions.

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xapian.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "search/fields.h"
#include "search/index_fixture.h"

namespace dms::search::test {
namespace {

using Numbers = std::vector<std::uint32_t>;

class Lifetime : public IndexTest {
 protected:
  // Lets a child of this process work on the index and die by SIGKILL.
  template <class Work>
  void in_killed_child(Work&& work) {
    index_.reset();
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto opened = SearchIndex::open({folder(), 10});
      if (opened) work(**opened);
      kill(getpid(), SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    ASSERT_EQ(WTERMSIG(status), SIGKILL);
    open();
  }

  void fill_and_close() {
    for (std::uint32_t i = 1; i <= 500; ++i) {
      put(document(i, "kanal wort" + std::to_string(i)));
    }
    commit();
    index_.reset();
  }

  static void overwrite(const std::filesystem::path& file) {
    const std::string rubbish(std::filesystem::file_size(file), '\x5a');
    std::fstream(file, std::ios::in | std::ios::out | std::ios::binary) << rubbish;
  }

  std::vector<std::filesystem::path> files() const {
    std::vector<std::filesystem::path> list;
    for (const auto& entry : std::filesystem::directory_iterator(folder())) {
      if (entry.path().extension() == ".glass" || entry.path().filename() == "iamglass") {
        list.push_back(entry.path());
      }
    }
    return list;
  }

  // What opening, asking and checking say of the index as it lies there.
  ErrorCode verdict() {
    const auto opened = SearchIndex::open({folder()});
    if (!opened) return opened.error().code;
    SearchRequest request;
    for (const char* query : {"kanal", "wort17", "\"kanal wort400\"", "wort*", ""}) {
      request.query = query;
      request.limit = 100;
      const auto results = (*opened)->search(request, everything);
      if (!results) {
        return (*opened)->is_damaged() ? ErrorCode::corrupt : results.error().code;
      }
    }
    const auto problems = (*opened)->check();
    if (!problems) return problems.error().code;
    return problems->empty() ? ErrorCode::internal : ErrorCode::corrupt;
  }
};

TEST_F(Lifetime, AKillBeforeTheCommitLosesOnlyWhatFollowedTheLast) {
  put(document(1, "kanal"));
  commit();
  in_killed_child([](SearchIndex& index) {
    for (std::uint32_t i = 2; i <= 9; ++i) (void)index.put(document(i, "kanal"));
  });
  EXPECT_EQ(found("kanal"), Numbers{1});
  EXPECT_EQ((*index_->position())->sequence, 1U);
  in_killed_child([](SearchIndex& index) {
    for (std::uint32_t i = 2; i <= 9; ++i) (void)index.put(document(i, "kanal"));
    (void)index.commit({uuid_of(99), 2, {}, 0});
    (void)index.put(document(50, "kanal"));
  });
  EXPECT_EQ(found("kanal").size(), 9U);
  EXPECT_EQ((*index_->position())->sequence, 2U);
  EXPECT_TRUE(index_->check()->empty());
}

TEST_F(Lifetime, RedoneWorkEndsTheSame) {
  const auto work = [](SearchIndex& index) {
    for (std::uint32_t i = 1; i <= 25; ++i) (void)index.put(document(i, "kanal"));
    (void)index.remove(uuid_of(3));
  };
  in_killed_child(work);  // the index committed by itself on the way, under no position
  EXPECT_EQ(*index_->position(), std::nullopt);
  EXPECT_GT(index_->document_count(), 0U);
  work(*index_);
  commit();
  EXPECT_EQ(found("kanal").size(), 24U);
  EXPECT_EQ(index_->document_count(), 24U);
}

TEST_F(Lifetime, AnotherVersionIsCorrupt) {
  fill_and_close();
  for (const char* key : {fields::analysis_key, fields::format_key}) {
    std::string before;
    {
      Xapian::WritableDatabase database(folder(), Xapian::DB_OPEN);
      before = database.get_metadata(key);
      database.set_metadata(key, "999");
      database.commit();
    }
    const auto opened = SearchIndex::open({folder()});
    ASSERT_FALSE(opened) << key;
    EXPECT_EQ(opened.error().code, ErrorCode::corrupt);
    Xapian::WritableDatabase database(folder(), Xapian::DB_OPEN);
    database.set_metadata(key, before);
    database.commit();
  }
  EXPECT_TRUE(SearchIndex::open({folder()}));
}

TEST_F(Lifetime, ADamagedPositionIsCorrupt) {
  fill_and_close();
  for (const char* bad : {"x", "1 2 3", " ", "  ", "01000000-0000-0000-0000-000000000063 1x 00"}) {
    {
      Xapian::WritableDatabase database(folder(), Xapian::DB_OPEN);
      database.set_metadata(fields::position_key, bad);
      database.commit();
    }
    const auto opened = SearchIndex::open({folder()});
    ASSERT_FALSE(opened) << bad;
    EXPECT_EQ(opened.error().code, ErrorCode::corrupt);
  }
}

TEST_F(Lifetime, TruncatedAndOverwrittenFilesAreCorrupt) {
  fill_and_close();
  const std::filesystem::path whole = temporary_ / "whole";
  std::filesystem::copy(folder(), whole, std::filesystem::copy_options::recursive);
  for (const auto& file : files()) {
    const auto size = std::filesystem::file_size(file);
    std::filesystem::resize_file(file, size / 2);
    EXPECT_EQ(verdict(), ErrorCode::corrupt) << "truncated " << file.filename();
    std::ofstream(file, std::ios::binary) << std::string(size, '\xA5');
    EXPECT_EQ(verdict(), ErrorCode::corrupt) << "overwritten " << file.filename();
    std::filesystem::remove_all(folder());
    std::filesystem::copy(whole, folder(), std::filesystem::copy_options::recursive);
    EXPECT_EQ(verdict(), ErrorCode::internal) << "the copy is whole";
  }
}

TEST_F(Lifetime, AMissingVersionFileIsNoNewIndex) {
  fill_and_close();
  std::filesystem::remove(std::filesystem::path(folder()) / "iamglass");
  EXPECT_EQ(verdict(), ErrorCode::corrupt);
}

TEST_F(Lifetime, ManyReadersRunBesideTheWriter) {
  put(document(1, "kanal"));
  commit();
  std::atomic<bool> done = false;
  std::atomic<std::uint64_t> searches = 0;
  std::atomic<std::uint64_t> wrong = 0;
  const GroupVisible only_one = [](const Uuid& group) { return group == uuid_of(1); };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (!done) {
        SearchRequest request;
        request.query = "kanal";
        request.limit = 100;
        const auto results = index_->search(request, only_one);
        ++searches;
        if (!results) {
          if (results.error().code != ErrorCode::busy) ++wrong;
          continue;
        }
        // Every commit holds whole batches of ten visible and ten hidden documents, and one more.
        if (results->total_estimate % 10 != 1) ++wrong;
        for (const Hit& hit : results->hits) wrong += hit.group == uuid_of(1) ? 0 : 1;
      }
    });
  }
  for (std::uint32_t batch = 0; batch < 30 || searches < 100; ++batch) {
    for (std::uint32_t i = 0; i < 20; ++i) {
      put(document(100 + 20 * (batch % 40) + i, "kanal und mehr", i % 2 + 1));
    }
    commit();
  }
  done = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0U);
  EXPECT_FALSE(index_->is_damaged()) << "who was overtaken by a commit met no damage";
}

TEST_F(Lifetime, CheckIsCleanWhileDocumentsWait) {
  for (std::uint32_t i = 1; i <= 200; ++i) put(document(i, "kanal wort" + std::to_string(i)));
  commit();
  for (std::uint32_t i = 1; i <= 50; ++i) put(document(i, "tunnel"));
  const auto problems = index_->check();
  ASSERT_TRUE(problems);
  EXPECT_TRUE(problems->empty()) << problems->front();
}

// A moment without descriptors, as in a burst of connections, costs nobody an index.
TEST_F(Lifetime, WhatTheSystemRefusesIsNoDamage) {
  put(document(1, "Kehrwoche"));
  commit();
  open();  // no reader is at hand: a search has to open files
  SearchRequest request;
  request.query = "Kehrwoche";
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto refused = index_->search(request, everything);
  const auto recovered = index_->recover();
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable) << refused.error().hint;
  EXPECT_FALSE(index_->is_damaged());
  ASSERT_FALSE(recovered);
  EXPECT_NE(recovered.error().code, ErrorCode::corrupt) << recovered.error().hint;
  ASSERT_TRUE(index_->recover());
  EXPECT_EQ(found("Kehrwoche"), Numbers{1});
}

TEST_F(Lifetime, OnlyWhatIsDamagedMakesRoomForAnEmptyIndex) {
  for (std::uint32_t i = 1; i <= 300; ++i) put(document(i, "kanal wort" + std::to_string(i)));
  commit();
  ASSERT_TRUE(index_->recover());
  EXPECT_EQ(index_->document_count(), 300U);
  overwrite(std::filesystem::path(folder()) / "postlist.glass");
  SearchRequest request;
  request.query = "kanal";
  EXPECT_FALSE(index_->search(request, everything));
  EXPECT_TRUE(index_->is_damaged());
  ASSERT_TRUE(index_->recover());
  EXPECT_FALSE(index_->is_damaged());
  EXPECT_EQ(index_->document_count(), 0U);
  EXPECT_FALSE(index_->position().value());
  put(document(1, "Kehrwoche"));
  commit();
  EXPECT_EQ(found("Kehrwoche"), Numbers{1});
}

TEST_F(Lifetime, DamageIsToldAsASearchThatIsBeingRebuilt) {
  for (std::uint32_t i = 1; i <= 300; ++i) put(document(i, "kanal wort" + std::to_string(i)));
  commit();
  overwrite(std::filesystem::path(folder()) / "postlist.glass");
  SearchRequest request;
  request.query = "kanal";
  for (int i = 0; i < 3; ++i) {
    const auto results = index_->search(request, everything);
    ASSERT_FALSE(results);
    EXPECT_EQ(results.error().code, ErrorCode::unavailable);
    EXPECT_NE(results.error().message.en.find("being rebuilt"), std::string::npos);
  }
}

// A reader that the version file sends to another revision believes a writer ahead of it, for ever.
TEST_F(Lifetime, WhoIsOvertakenByNobodyHasMetDamage) {
  put(document(1, "Kehrwoche"));
  commit();
  open();  // no reader is at hand
  const std::filesystem::path version = std::filesystem::path(folder()) / "iamglass";
  std::fstream file(version, std::ios::in | std::ios::out | std::ios::binary);
  constexpr std::streamoff uuid = 16;
  file.seekp(uuid);
  file.put('x');
  file.close();
  SearchRequest request;
  request.query = "Kehrwoche";
  ErrorCode last = ErrorCode::busy;
  int searches = 0;
  for (; searches < 20 && last == ErrorCode::busy; ++searches) {
    const auto results = index_->search(request, everything);
    ASSERT_FALSE(results);
    last = results.error().code;
  }
  EXPECT_EQ(last, ErrorCode::unavailable);
  EXPECT_GT(searches, 1) << "one alone is no proof";
  EXPECT_TRUE(index_->is_damaged());
  ASSERT_TRUE(index_->recover());
  EXPECT_FALSE(index_->is_damaged());
  put(document(2, "Kehrwoche"));
  commit();
  EXPECT_FALSE(found("Kehrwoche").empty());
}

}  // namespace
}  // namespace dms::search::test
