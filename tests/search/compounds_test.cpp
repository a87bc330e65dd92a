#include "search/compounds.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "dms/base/text.h"
#include "search/compound_rules.h"
#include "support/temp_dir.h"

namespace dms::search {
namespace {

std::string divided(const std::string& exact, const std::vector<std::uint8_t>& places) {
  std::string text = exact;
  for (auto place = places.rbegin(); place != places.rend(); ++place)
    text.insert(text.begin() + *place, '|');
  return text;
}

class SmallList final : public CompoundWords {
 public:
  CompoundWord find(std::string_view exact) const override {
    const auto found = words_.find(std::string(exact));
    return found == words_.end() ? CompoundWord{} : found->second;
  }
  std::map<std::string, CompoundWord> words_ = {
      {"kauf", {10, 10, 0}},
      {"vertrag", {10, 12, 0}},
      {"vertrags", {0, 10, 0}},
      {"bau", {12, 10, 0}},
      {"formular", {10, 12, 0}},
      {"an", {0, 0, CompoundWord::barred}},
      {"besteh", {0, 10, CompoundWord::verb_stem}},
      {"ende", {10, 10, 0}},
      {"haushalt", {8, 8, CompoundWord::whole}},
      {"haus", {10, 10, 0}},
      {"halt", {10, 10, 0}},
      {"hart", {10, 20, 0}},
      {"riegel", {10, 12, 0}},
      {"ordnung", {10, 11, 0}},
  };
};

TEST(CompoundRules, TakesTheCheapestDivision) {
  const SmallList list;
  const auto split = [&](const std::string& word) {
    return divided(word, split_compound(list, word));
  };
  EXPECT_EQ(split("kaufvertrag"), "kauf|vertrag");
  EXPECT_EQ(split("kaufvertragsformular"), "kauf|vertrags|formular");
  EXPECT_EQ(split("vertrag"), "vertrag");
  EXPECT_EQ(split("haushalt"), "haushalt") << "one word, though it divides";
  EXPECT_EQ(split("haushaltvertrag"), "haushalt|vertrag");
  EXPECT_EQ(split("ankaufvertrag"), "ankauf|vertrag") << "a prefix makes a word of a known one";
  EXPECT_EQ(split("bestehende"), "bestehende") << "a form of a verb";
  EXPECT_EQ(split("neuordnung"), "neuordnung");
  EXPECT_EQ(split("hartriegel"), "hartriegel") << "dear parts are chance";
}

TEST(CompoundRules, LeavesWhatIsNoGermanWord) {
  const SmallList list;
  for (const char* word : {"", "kauf", "kaufvertrag1", "kauf-vertrag", "КАУФ", "kaufvertrag\xC3"}) {
    EXPECT_TRUE(split_compound(list, word).empty()) << word;
  }
  EXPECT_TRUE(split_compound(list, std::string(200, 'a')).empty());
  std::string endless;
  while (endless.size() + 4 <= compound_bytes_max) endless += "kauf";
  EXPECT_FALSE(split_compound(list, endless).empty());
  EXPECT_TRUE(split_compound(list, endless + "kauf").empty());
}

TEST(Compounds, TheBuildsDictionaryKnowsTheTownHall) {
  const auto compounds = german_compounds();
  ASSERT_TRUE(compounds) << compounds.error().hint;
  const auto split = [&](std::string_view word) {
    const std::string exact = fold_german(word);
    return divided(exact, (*compounds)->split(exact));
  };
  EXPECT_EQ(split("Grundstückskaufvertrag"), "grundstuecks|kauf|vertrag");
  EXPECT_EQ(split("Abfallgebührensatzung"), "abfall|gebuehren|satzung");
  EXPECT_EQ(split("ABFALLGEBUEHRENSATZUNGEN"), "abfall|gebuehren|satzungen");
  EXPECT_EQ(split("Hundesteuerbescheid"), "hunde|steuer|bescheid");
  EXPECT_EQ(split("Baugenehmigungsverfahren"), "bau|genehmigungs|verfahren");
  EXPECT_EQ(split("Straßenbeleuchtung"), "strassen|beleuchtung");
  for (const char* whole : {"Grundstück", "Grundstücke", "Grundsätze", "Haushalts", "Bahnhöfe",
                            "Gemeinde", "Bürgerinnen", "Allerdings", "Umgebung", "Satzungen"}) {
    EXPECT_EQ(split(whole), fold_german(whole));
  }
  EXPECT_GT((*compounds)->word_count(), 50'000U);
  EXPECT_EQ((*compounds)->version().size(), 16U);
}

TEST(Compounds, RefusesWhatIsNoDictionary) {
  const dms::test::TempDir folder;
  const std::string path = (folder / "words").string();
  const auto refused = [&] {
    const auto opened = Compounds::open(path);
    return !opened && opened.error().code == ErrorCode::unavailable &&
           opened.error().hint.find(path) != std::string::npos;
  };
  EXPECT_TRUE(refused()) << "missing";
  std::string empty_header = "AWGW0001";
  empty_header.append(44, '\0');
  const std::vector<std::string> contents = {"", "AWGW0001", std::string(400, 'x'), empty_header};
  for (const std::string& bytes : contents) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
    EXPECT_TRUE(refused()) << bytes.size();
  }
}

TEST(Compounds, ADamagedDictionaryEndsInsideItsFile) {
  const dms::test::TempDir folder;
  const std::string path = (folder / "words").string();
  // Two slots, one word, eight bytes of entries; one slot points behind the end, none is empty.
  std::string bytes = "AWGW0001";
  bytes.append("\2\0\0\0\1\0\0\0\x8\0\0\0", 12).append(32, 'd');
  bytes.append("\0\0\0\0\x6\0\0\0", 8).append("\xFF\1\1\0wxyz", 8);
  std::ofstream(path, std::ios::binary) << bytes;
  const auto opened = Compounds::open(path);
  ASSERT_TRUE(opened) << opened.error().hint;
  EXPECT_TRUE((*opened)->split("abfallgebuehrensatzung").empty());
}

}  // namespace
}  // namespace dms::search
