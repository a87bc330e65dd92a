#include "web/api/upload_metadata.h"

#include <gtest/gtest.h>

namespace dms::web {
namespace {

using Values = std::map<std::string, std::string, std::less<>>;

TEST(UploadMetadata, IsAListOfNamesAndValues) {
  EXPECT_EQ(*parse_upload_metadata(""), Values{});
  EXPECT_EQ(*parse_upload_metadata("filename YnJpZWYudHh0"), (Values{{"filename", "brief.txt"}}));
  EXPECT_EQ(*parse_upload_metadata("filename w7wucGRm,filetype YQ==, flag"),
            (Values{{"filename", "ü.pdf"}, {"filetype", "a"}, {"flag", ""}}));
  EXPECT_EQ(*parse_upload_metadata("a +/+/"), (Values{{"a", "\xFB\xFF\xBF"}}));
  EXPECT_EQ(*parse_upload_metadata("a "), (Values{{"a", ""}}));
}

TEST(UploadMetadata, RefusesRubbish) {
  for (const std::string_view bad :
       {",", "a,", ",a", "a,a", "a YQ", "a YQ=", "a YR==", "a ====", "a =", "a Y=Q=", "a -_-_",
        "a  YQ==", "a YQ== x", "a\tYQ==", "\xC3\xA4 YQ==", "a YQ==\n", "a \xFF\xFF\xFF\xFF"}) {
    const auto values = parse_upload_metadata(bad);
    ASSERT_FALSE(values) << bad;
    EXPECT_EQ(values.error().code, ErrorCode::invalid) << bad;
  }
  std::string many = "n0";
  for (int i = 1; i < 33; ++i) many += ",n" + std::to_string(i);
  EXPECT_FALSE(parse_upload_metadata(many));
}

}  // namespace
}  // namespace dms::web
