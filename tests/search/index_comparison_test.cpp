// What an index holds against what it should hold: each kind of difference is told, and so is
// damage that Xapian itself does not notice.

#include "search/index_comparison.h"

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "search/index_fixture.h"

namespace dms::search::test {
namespace {

namespace fs = std::filesystem;

class Comparison : public IndexTest {
 protected:
  void SetUp() override {
    IndexTest::SetUp();
    for (std::uint32_t number = 1; number <= documents; ++number) {
      put(made(number));
    }
    commit();
  }

  static IndexDocument made(std::uint32_t number) {
    IndexDocument document = IndexTest::document(
        number, "Der Kanal am Lindenweg wird im Jahr " + std::to_string(2000 + number) +
                    " saniert, sagt der Bauhof von Ortsteil " + std::to_string(number % 7) + ".");
    document.fields = {{Field::subject, "Sanierung " + std::to_string(number)},
                       {Field::reference, "632.1-" + std::to_string(number)}};
    document.filters = {{Filter::type, number % 2 == 0 ? "letter" : "invoice"}};
    document.body_sha256 = sha256(document.body);
    document.date = Date{std::chrono::year{2026} / 3 / (number % 28 + 1)};
    return document;
  }
  std::unique_ptr<IndexComparison> compare() {
    auto opened = IndexComparison::open(folder());
    EXPECT_TRUE(opened) << opened.error().hint;
    return opened ? std::move(*opened) : nullptr;
  }
  bool holds(const IndexDocument& document) {
    const auto held = compare()->holds(document);
    EXPECT_TRUE(held) << held.error().hint;
    return held.value_or(false);
  }
  // Whether all is as it was put.
  static bool is_clean(const std::string& folder) {
    const auto comparison = IndexComparison::open(folder);
    if (!comparison) return false;
    for (std::uint32_t number = 1; number <= documents; ++number) {
      if (!(*comparison)->holds(made(number)).value_or(false)) return false;
    }
    const auto rest = (*comparison)->finish();
    return rest && rest->unasked.empty() && rest->problems.empty();
  }

  static constexpr std::uint32_t documents = 60;
};

TEST_F(Comparison, OfWhatWasPutIsClean) {
  EXPECT_TRUE(is_clean(folder()));
  EXPECT_EQ(compare()->position()->sequence, 1U);
}

// Blocks are then newer than what is read, as if a writer had overtaken it; there is none.
TEST_F(Comparison, AVersionFileOfAnEarlierRevisionIsDamage) {
  const std::string version_file = folder() + "/iamglass";
  const std::string kept = folder() + ".kept";
  fs::copy_file(version_file, kept);
  for (std::uint32_t round = 0; round < 3; ++round) {
    for (std::uint32_t number = 1; number <= documents; ++number) put(made(number + 100 * round));
    commit();
  }
  index_.reset();
  fs::copy_file(kept, version_file, fs::copy_options::overwrite_existing);
  const auto opened = IndexComparison::open(folder());
  if (!opened) {
    EXPECT_EQ(opened.error().code, ErrorCode::corrupt);
    return;
  }
  bool holds_all = true;
  for (std::uint32_t number = 1; number <= documents; ++number) {
    const auto held = (*opened)->holds(made(number));
    ASSERT_TRUE(held) << held.error().hint;
    holds_all = holds_all && *held;
  }
  const auto rest = (*opened)->finish();
  ASSERT_TRUE(rest) << rest.error().hint;
  EXPECT_FALSE(holds_all && rest->problems.empty());
}

TEST_F(Comparison, SeesEveryKindOfDifference) {
  const auto changed = [](const std::function<void(IndexDocument&)>& change) {
    IndexDocument document = made(5);
    change(document);
    return document;
  };
  EXPECT_TRUE(holds(made(5)));
  EXPECT_FALSE(holds(changed([](auto& d) { d.body += " mehr"; })));
  EXPECT_FALSE(holds(changed([](auto& d) { d.body = "Am Kanal " + d.body; }))) << "positions";
  EXPECT_FALSE(holds(changed([](auto& d) { d.fields.pop_back(); })));
  EXPECT_FALSE(holds(changed([](auto& d) { d.fields[0].field = Field::notes; })));
  EXPECT_FALSE(holds(changed([](auto& d) { d.filters[0].value = "memo"; })));
  EXPECT_FALSE(holds(changed([](auto& d) { d.group = uuid_of(2); })));
  EXPECT_FALSE(holds(changed([](auto& d) { d.date = Date{std::chrono::year{2025} / 1 / 1}; })));
  EXPECT_FALSE(holds(changed([](auto& d) { d.body_sha256 = sha256("another"); })));
  EXPECT_FALSE(holds(made(documents + 1))) << "absent";
}

TEST_F(Comparison, TellsWhatNobodyAskedAbout) {
  const auto comparison = compare();
  for (std::uint32_t number = 2; number <= documents; ++number) {
    ASSERT_TRUE(comparison->holds(made(number)).value_or(false));
  }
  EXPECT_TRUE(comparison->knows(uuid_of(1)).value_or(false));
  EXPECT_FALSE(comparison->knows(uuid_of(documents + 1)).value_or(true));
  const auto rest = comparison->finish();
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->unasked, std::vector<Uuid>{uuid_of(1)});
  EXPECT_TRUE(rest->problems.empty());
}

TEST_F(Comparison, RefusesWhatIsNoIndexOfOurs) {
  const auto opened = IndexComparison::open((temporary_ / "nothing").string());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::corrupt);
}

TEST_F(Comparison, ACopyIsWhatWasCommittedWhileWritingGoesOn) {
  const std::string copy = (temporary_ / "copy").string();
  put(document(documents + 1, "noch nicht geschrieben"));
  ASSERT_TRUE(index_->copy_to(copy));
  put(document(documents + 2, "auch nicht"));
  commit();
  EXPECT_TRUE(is_clean(copy));
  EXPECT_FALSE(is_clean(folder()));
  EXPECT_FALSE(index_->copy_to(copy)) << "there already";
}

// In a child: on damaged tables Xapian may do anything.
enum class Outcome : std::uint8_t { clean, told, thrown, crashed };
constexpr int exit_thrown = 2;
template <class Check>
Outcome outcome_of(const Check& is_clean) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(20);
    try {
      ::_exit(is_clean() ? 0 : 1);
    } catch (...) {
      ::_exit(exit_thrown);
    }
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFEXITED(status)) return Outcome::crashed;
  if (WEXITSTATUS(status) == exit_thrown) return Outcome::thrown;
  return WEXITSTATUS(status) == 0 ? Outcome::clean : Outcome::told;
}

// Every flipped byte is told, or makes no difference to any search.
TEST_F(Comparison, TellsAFlippedByteOrItMakesNoDifference) {
  const auto answers = [](SearchIndex& index) {
    std::vector<std::vector<std::uint32_t>> all;
    for (const char* query : {"kanal", "betreff:sanierung", "2007", "\"jahr 2011\"", "bauhof -2001",
                              "az:632.1-9", "ortsteil saniert", ""}) {
      SearchRequest request;
      request.query = query;
      request.limit = 100;
      const auto results = index.search(request, everything);
      all.push_back(results ? numbers(*results) : std::vector<std::uint32_t>{});
    }
    return all;
  };
  const auto expected = answers(*index_);
  index_.reset();
  std::mt19937 random(20261129);  // NOLINT: the same bytes each time
  int told = 0;
  for (const char* name : {"postlist.glass", "termlist.glass", "position.glass", "docdata.glass"}) {
    for (int flip = 0; flip < 15; ++flip) {
      const fs::path copy = temporary_ / "flipped";
      fs::remove_all(copy);
      fs::copy(folder(), copy);
      const auto size = fs::file_size(copy / name);
      ASSERT_GT(size, 0U);
      const auto at = static_cast<std::streamoff>(random() % size);
      std::fstream file(copy / name, std::ios::in | std::ios::out | std::ios::binary);
      file.seekg(at);
      const int before = file.get();
      file.seekp(at);
      file.put(static_cast<char>(before ^ (1 << (random() % 8))));
      file.close();
      const Outcome outcome = outcome_of([&] { return is_clean(copy.string()); });
      EXPECT_NE(outcome, Outcome::thrown) << name << " byte " << at << ": past the guard";
      if (outcome != Outcome::clean) {
        ++told;
        continue;
      }
      const Outcome searched = outcome_of([&] {
        const auto index = SearchIndex::open({copy.string(), 1000});
        return index && answers(**index) == expected;
      });
      EXPECT_EQ(searched, Outcome::clean) << name << " byte " << at;
    }
  }
  EXPECT_GT(told, 5) << "otherwise nothing was hit";
}

}  // namespace
}  // namespace dms::search::test
