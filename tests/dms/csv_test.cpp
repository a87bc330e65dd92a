#include "dms/exchange/csv.h"

#include <gtest/gtest.h>

#include "dms/exchange/csv_writer.h"

namespace dms::exchange {
namespace {

using Fields = std::vector<std::string>;

TEST(Csv, ReadsQuotedFieldsAndLineBreaksInThem) {
  const auto rows = parse_csv("code;title\r\n621.41;\"Pläne; \"\"Nord\"\"\r\nund Süd\"\r\n7;x");
  ASSERT_TRUE(rows.has_value());
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_EQ((*rows)[1].fields, (Fields{"621.41", "Pläne; \"Nord\"\nund Süd"}));
  EXPECT_EQ((*rows)[1].line, 2U);
  EXPECT_EQ((*rows)[2].line, 4U);
}

TEST(Csv, TakesTheFirstLinesDividerAndSkipsMarkAndEmptyLines) {
  const auto rows = parse_csv("\xEF\xBB\xBF\"a;b\",c\n\n1;2,3\n");
  ASSERT_TRUE(rows.has_value());
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ((*rows)[0].fields, (Fields{"a;b", "c"}));
  EXPECT_EQ((*rows)[1].fields, (Fields{"1;2", "3"}));
}

TEST(Csv, RefusesWhatIsNotStrictAndNamesTheLine) {
  const auto line_of = [](std::string_view text, const CsvLimits& limits = {}) {
    const auto rows = parse_csv(text, limits);
    return rows ? std::string("accepted") : rows.error().fields.front().pointer;
  };
  EXPECT_EQ(line_of("a;b\nx;y\"z\n"), "/line/2");
  EXPECT_EQ(line_of("a;b\nx;\"y\"z\n"), "/line/2");
  EXPECT_EQ(line_of("a;b\n\nx;\"open\n\n\n"), "/line/3");
  EXPECT_EQ(line_of(std::string_view("a;\0b", 4)), "/line/1");
  EXPECT_EQ(line_of("a\rb"), "/line/1");
  EXPECT_EQ(line_of("a;\xff"), "/line/1");
  EXPECT_EQ(line_of("a\nb\nc", {.rows_max = 2}), "/line/3");
  EXPECT_EQ(line_of("a;b;c", {.fields_max = 2}), "/line/1");
  EXPECT_EQ(line_of("abcd", {.field_bytes_max = 3}), "/line/1");
  EXPECT_EQ(line_of("\"a\n\n\n\"", {.field_bytes_max = 3}), "/line/4") << "line ends count too";
}

TEST(Csv, RefusesFilesThatAreTooLarge) {
  const auto rows = parse_csv("abcdef", {.bytes_max = 5});
  ASSERT_FALSE(rows.has_value());
  EXPECT_EQ(rows.error().code, ErrorCode::too_large);
}

TEST(CsvWriter, QuotesWhatNeedsItAndReadsAsWritten) {
  const std::vector<std::string> cells{"7", "a;b", "say \"no\"", "", " edge ", "zwei\nZeilen"};
  std::string text;
  append_csv_row(text, cells);
  EXPECT_EQ(text, "7;\"a;b\";\"say \"\"no\"\"\";;\" edge \";\"zwei\nZeilen\"\r\n");
  const auto rows = parse_csv(text);
  ASSERT_TRUE(rows.has_value());
  EXPECT_EQ((*rows)[0].fields, cells);
}

TEST(CsvWriter, NoCellIsAFormula) {
  for (const std::string cell : {"=1+1", "+49 30", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝x"}) {
    std::string text;
    append_csv_row(text, std::vector<std::string>{"x", cell});
    EXPECT_EQ(text, "x;\"'" + cell + "\"\r\n");
  }
  std::string text;
  append_csv_row(text, std::vector<std::string>{"a=b", "2026-11-29"});
  EXPECT_EQ(text, "a=b;2026-11-29\r\n");
}

}  // namespace
}  // namespace dms::exchange
