#include "dms/base/json_record.h"

#include <gtest/gtest.h>

#include "dms/base/json_codec.h"

namespace dms {
namespace {

enum class Status { open, closed };
BOOST_DESCRIBE_ENUM(Status, open, closed)

struct Part : Extensible {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Part, (Extensible), (name))

struct Record : Extensible {
  static constexpr std::uint32_t json_format = 2;
  std::string title;
  Open<Status> status = Status::open;
  std::optional<std::string> note;
  std::vector<Part> parts;
};
BOOST_DESCRIBE_STRUCT(Record, (Extensible), (title, status, note, parts))

struct Closed {
  static constexpr std::uint32_t json_format = 1;
  std::string title;
  Status status = Status::open;
};
BOOST_DESCRIBE_STRUCT(Closed, (), (title, status))

struct WithMember {
  int a = 0;
  UnknownMembers rest;
};
BOOST_DESCRIBE_STRUCT(WithMember, (), (a, rest))

TEST(JsonRecord, StartsWithItsFormat) {
  Record record;
  record.title = "Akte";
  EXPECT_EQ(encode_json(record), R"({"format":2,"title":"Akte","status":"open","parts":[]})");
}

TEST(JsonRecord, KeepsWhatANewerProgramWrote) {
  const std::string newer =
      R"({"format":2,"title":"Akte","status":"sealed","parts":[{"name":"a","x":[1,{"y":0.1}]}],)"
      R"("zeta":{"b":1,"a":null},"alpha":"ü\""})";
  auto record = decode_json<Record>(newer, JsonProfile::record);
  ASSERT_TRUE(record.has_value()) << record.error().hint;
  EXPECT_EQ(record->status.known(), std::nullopt);
  EXPECT_EQ(record->status.text(), "sealed");
  record->note = "neu";
  const std::string rewritten = encode_json(*record);
  EXPECT_NE(rewritten.find(R"("status":"sealed")"), std::string::npos) << rewritten;
  EXPECT_NE(rewritten.find(R"("zeta":{"b":1,"a":null},"alpha":"ü\"")"), std::string::npos);
  EXPECT_NE(rewritten.find(R"("note":"neu")"), std::string::npos);
  const auto again = decode_json<Record>(rewritten, JsonProfile::record);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(encode_json(*again), rewritten);
}

TEST(JsonRecord, KeepsUnknownMembersInAMemberToo) {
  const auto record = decode_json<WithMember>(R"({"b":2,"a":1})", JsonProfile::record);
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->rest.json, R"("b":2)");
  EXPECT_EQ(encode_json(*record), R"({"a":1,"b":2})");
}

TEST(JsonRecord, ReadsOlderFormatsAndTakesDefaults) {
  const auto record = decode_json<Record>(
      R"({"title":"Akte","status":"closed","parts":[],"format":1})", JsonProfile::record);
  ASSERT_TRUE(record.has_value());
  EXPECT_TRUE(record->status == Status::closed);
  EXPECT_FALSE(record->note.has_value());
  EXPECT_TRUE(record->unknown_members.json.empty());
}

TEST(JsonRecord, CallsEverythingElseCorrupt) {
  for (const std::string_view text :
       {R"({"title":"a","status":"open","parts":[]})",
        R"({"format":0,"title":"a","status":"open","parts":[]})",
        R"({"format":3,"title":"a","status":"open","parts":[]})",
        R"({"format":2,"status":"open","parts":[]})",
        R"({"format":2,"title":1,"status":"open","parts":[]})",
        R"({"format":2,"title":"a","title":"b","status":"open","parts":[]})"}) {
    const auto record = decode_json<Record>(text, JsonProfile::record);
    ASSERT_FALSE(record.has_value()) << text;
    EXPECT_EQ(record.error().code, ErrorCode::corrupt);
    EXPECT_FALSE(record.error().hint.empty());
    EXPECT_TRUE(record.error().fields.empty());
  }
}

TEST(JsonRecord, LosesNothingWhereItCannotKeepIt) {
  EXPECT_TRUE(
      decode_json<Closed>(R"({"format":1,"title":"a","status":"open"})", JsonProfile::record));
  EXPECT_FALSE(decode_json<Closed>(R"({"format":1,"title":"a","status":"open","x":1})",
                                   JsonProfile::record));
  EXPECT_FALSE(
      decode_json<Closed>(R"({"format":1,"title":"a","status":"sealed"})", JsonProfile::record));
}

TEST(JsonRecord, KeepsNothingUnknownInARequest) {
  EXPECT_FALSE(decode_json<Part>(R"({"name":"a","x":1})", JsonProfile::request));
  EXPECT_FALSE(decode_json<std::vector<Open<Status>>>(R"(["sealed"])", JsonProfile::request));
  EXPECT_TRUE(decode_json<std::vector<Open<Status>>>(R"(["sealed"])", JsonProfile::record));
}

TEST(DescribedEnum, HasNames) {
  EXPECT_EQ(enum_name(Status::closed), "closed");
  EXPECT_EQ(enum_name(static_cast<Status>(9)), "");
  EXPECT_EQ(enum_from_name<Status>("open"), Status::open);
  EXPECT_EQ(enum_from_name<Status>("Open"), std::nullopt);
}

}  // namespace
}  // namespace dms
