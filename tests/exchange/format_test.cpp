// Lines of the machine part: what is written is read back byte for byte, and nothing else is read.

#include "dms/exchange/export_format.h"

#include <gtest/gtest.h>

namespace dms::exchange {
namespace {

TEST(ExportFormat, RecordsComeBackAsTheyWere) {
  for (const std::string stored : {R"({"format":1,"title":"Größe"})", R"({"a" : [1, 2] })",
                                   "kein JSON", "", "{\"a\":\n1}", R"({"a":1,"a":2})"}) {
    const std::string line = write_record_line("from_tomorrow", "\x01\xff", stored);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const auto parsed = parse_record_line(line);
    ASSERT_TRUE(parsed) << line;
    EXPECT_EQ(parsed->table, "from_tomorrow");
    EXPECT_EQ(parsed->key, "\x01\xff");
    EXPECT_EQ(parsed->stored, stored);
  }
  EXPECT_EQ(write_record_line("unit", "k", R"({"code":"6"})"),
            R"({"table":"unit","key":"6b","record":{"code":"6"}})");
}

TEST(ExportFormat, EventsComeBackAsTheyWere) {
  const std::string salt(16, '\xab');
  for (const std::string detail : {R"({"subject":"x"})", "", "{"}) {
    const auto parsed = parse_event_line(write_event_line("envelope", salt, detail));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->envelope, "envelope");
    EXPECT_EQ(parsed->salt, salt);
    EXPECT_EQ(parsed->detail, detail);
  }
  const auto erased = parse_event_line(write_event_line("envelope", std::nullopt, ""));
  ASSERT_TRUE(erased);
  EXPECT_FALSE(erased->salt);
  EXPECT_EQ(parse_read_line(write_read_line("entry")).value_or(""), "entry");
}

TEST(ExportFormat, NothingElseIsALine) {
  for (const char* line :
       {"", "{}", R"({"table":"unit","key":"6b","record":{"code":"6"})",
        R"({"table":"unit","key":"6b","record":{"code":"6"}} )",
        R"({"table":"unit","key":"6B","record":{}})", R"({"table":"unit","key":"6","record":{}})",
        R"({"table":"un it","key":"6b","record":{}})", R"({"table":"","key":"6b","record":{}})",
        R"({"table":"unit","key":"6b","record":{"a":1},"b":2})",
        R"({"table":"unit","key":"6b","record_bytes":"e30"})"}) {
    EXPECT_FALSE(parse_record_line(line)) << line;
  }
  EXPECT_FALSE(parse_event_line(R"({"envelope":"e30","salt":"ab"})"));
  EXPECT_FALSE(parse_event_line(R"({"envelope":"e30="})"));
  EXPECT_FALSE(parse_event_line(R"({"envelope":"e30"}})"));
  EXPECT_FALSE(parse_read_line(R"({"entry":"e30"},)"));
}

TEST(ExportFormat, ChecksumsNameOnlyWhatLiesBelow) {
  const std::string digest = sha256("x").hex();
  const auto line = parse_checksum_line(digest + " *dossiers/6 Bauwesen/Plan.pdf");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->file, "dossiers/6 Bauwesen/Plan.pdf");
  EXPECT_EQ(write_checksum_line(*line), digest + " *dossiers/6 Bauwesen/Plan.pdf");
  for (const char* path : {"/etc/passwd", "../x", "a/../../x", "a//b", "a/", ".", "a/./b", "a\\b",
                           "", "a\tb", "\xff"}) {
    EXPECT_FALSE(parse_checksum_line(digest + " *" + path)) << path;
  }
  EXPECT_FALSE(parse_checksum_line(digest));
  EXPECT_FALSE(parse_checksum_line("0" + digest + " *x"));
}

}  // namespace
}  // namespace dms::exchange
