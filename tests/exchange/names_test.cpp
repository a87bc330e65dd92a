#include "dms/exchange/export_names.h"

#include <gtest/gtest.h>

#include "dms/exchange/json_text.h"

namespace dms::exchange {
namespace {

TEST(PortableName, TakesWhatEveryFileSystemTakes) {
  EXPECT_EQ(portable_name("621.41 Bebauungspläne", 64), "621.41 Bebauungspläne");
  EXPECT_EQ(portable_name("030.2-2026/014 A/B: \"C\" <d>|e?*\\", 64),
            "030.2-2026_014 A_B_ _C_ _d__e___");
  EXPECT_EQ(portable_name("  Rechnung ... ", 64), "Rechnung");
  EXPECT_EQ(portable_name("Zeile\neins\tzwei\x7f", 64), "Zeile_eins_zwei_");
  EXPECT_EQ(portable_name("", 64), "_");
  EXPECT_EQ(portable_name("..", 64), "_");
  EXPECT_EQ(portable_name(". .", 64), "_");
  EXPECT_EQ(portable_name(".htaccess", 64), "_.htaccess");
  EXPECT_EQ(portable_name("con", 64), "_con");
  EXPECT_EQ(portable_name("LPT1.txt", 64), "_LPT1.txt");
  EXPECT_EQ(portable_name("Konto", 64), "Konto");
  EXPECT_EQ(portable_name("harmlos\u202Efdp.exe", 64), "harmlos_fdp.exe");
  EXPECT_EQ(portable_name("a\u0308", 64), "\u00e4") << "NFC";
  EXPECT_EQ(portable_name("\xff\xfe", 64), "\ufffd\ufffd");
}

TEST(PortableName, IsCutBetweenCharacters) {
  EXPECT_EQ(portable_name("Übergänge", 3), "Üb");
  EXPECT_EQ(portable_name("ä", 1), "_");
  EXPECT_EQ(portable_name("eins zwei", 5), "eins");
  EXPECT_EQ(portable_file_name("Niederschrift der Sitzung.pdf", 16), "Niederschrif.pdf");
  EXPECT_EQ(portable_file_name("Niederschrift", 6), "Nieder");
  EXPECT_EQ(portable_file_name("a.mit sehr langem Ende das keines ist", 10), "a.mit sehr");
}

TEST(NamesTaken, GivesEachAnotherWhateverTheCase) {
  NamesTaken names;
  names.reserve("metadata.json");
  EXPECT_EQ(names.take("Metadata.JSON"), "Metadata (2).JSON");
  EXPECT_EQ(names.take("Straße"), "Straße");
  EXPECT_EQ(names.take("STRASSE"), "STRASSE (2)");
  EXPECT_EQ(names.take("strasse"), "strasse (3)");
  EXPECT_EQ(names.take("Plan.pdf"), "Plan.pdf");
  EXPECT_EQ(names.take("Plan (2).pdf"), "Plan (2).pdf");
  EXPECT_EQ(names.take("plan.pdf"), "plan (3).pdf");
}

TEST(JsonText, IsIndentedAndSaysTheSame) {
  EXPECT_EQ(indented_json(R"({"a":[1,{"b":"x, {\"y\"}"}],"c":{},"d":[]})"),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x, {\\\"y\\\"}\"\n    }\n  ],\n"
            "  \"c\": {},\n  \"d\": []\n}\n");
}

TEST(JsonText, FindsIds) {
  std::vector<std::string> found;
  for_each_uuid(R"({"by":"01900000-0000-7000-8000-000000000001","x":"01900000-0000-7000-8000"})",
                [&](std::string_view id) { found.emplace_back(id); });
  EXPECT_EQ(found, std::vector<std::string>{"01900000-0000-7000-8000-000000000001"});
}

}  // namespace
}  // namespace dms::exchange
