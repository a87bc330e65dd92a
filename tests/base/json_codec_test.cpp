#include "dms/base/json_codec.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/describe/class.hpp>
#include <boost/json/value.hpp>
#include <cmath>
#include <limits>

namespace dms {
namespace {

enum class Medium { electronic, hybrid, paper, delete_ };
BOOST_DESCRIBE_ENUM(Medium, electronic, hybrid, paper, delete_)

struct LetterTag;

struct Stamp {
  Instant at;
  std::string by;
};
BOOST_DESCRIBE_STRUCT(Stamp, (), (at, by))

struct Letter : Stamp {
  Id<LetterTag> id;
  std::string subject;
  std::optional<std::string> note;
  std::uint8_t pages = 0;
  std::int32_t offset = 0;
  std::uint64_t size = 0;
  bool is_final = false;
  double weight = 0;
  Medium medium = Medium::electronic;
  std::optional<Date> received_on;
  Sha256Digest digest;
  std::vector<Stamp> stamps;
  std::map<std::string, std::vector<int>> counts;
  boost::json::value extra;
};
BOOST_DESCRIBE_STRUCT(Letter, (Stamp),
                      (id, subject, note, pages, offset, size, is_final, weight, medium,
                       received_on, digest, stamps, counts, extra))

struct Small {
  std::string subject;
  std::optional<std::int16_t> pages;
};
BOOST_DESCRIBE_STRUCT(Small, (), (subject, pages))

struct Outer {
  Small first;
  std::vector<Small> rest;
  std::map<std::string, Medium> media;
};
BOOST_DESCRIBE_STRUCT(Outer, (), (first, rest, media))

std::vector<std::string> pointers(const Error& error) {
  std::vector<std::string> found;
  for (const FieldError& field : error.fields) found.push_back(field.pointer);
  std::sort(found.begin(), found.end());
  return found;
}

template <class T>
std::vector<std::string> request_errors(std::string_view text) {
  const auto result = decode_json<T>(text, JsonProfile::request);
  if (result) return {"(none)"};
  EXPECT_EQ(result.error().code, ErrorCode::invalid);
  return pointers(result.error());
}

using Pointers = std::vector<std::string>;

TEST(JsonCodec, RoundTripsEveryKindOfMember) {
  Letter letter;
  letter.at = *parse_rfc3339("2026-03-02T08:00:00.5Z");
  letter.by = "Grün & \"Söhne\"\n\x01";
  letter.id = *Id<LetterTag>::parse("0190a5b4-0000-7000-8000-000000000001");
  letter.subject = "Straße";
  letter.pages = 255;
  letter.offset = std::numeric_limits<std::int32_t>::min();
  letter.size = std::numeric_limits<std::uint64_t>::max();
  letter.is_final = true;
  letter.weight = 0.1;
  letter.medium = Medium::delete_;
  letter.received_on = parse_date("2024-02-29");
  letter.digest = sha256("abc");
  letter.stamps = {{letter.at, "a"}, {letter.at, "b"}};
  letter.counts = {{"", {}}, {"x", {1, -2}}};
  letter.extra = {{"a", {1, nullptr, "t"}}};
  const std::string text = encode_json(letter);
  for (const JsonProfile profile : {JsonProfile::record, JsonProfile::request}) {
    const auto back = decode_json<Letter>(text, profile);
    ASSERT_TRUE(back.has_value()) << back.error().hint;
    EXPECT_EQ(encode_json(*back), text);
    EXPECT_EQ(back->by, letter.by);
    EXPECT_EQ(back->size, letter.size);
    EXPECT_EQ(back->medium, Medium::delete_);
    EXPECT_EQ(back->digest, letter.digest);
    EXPECT_EQ(back->received_on, letter.received_on);
    EXPECT_FALSE(back->note.has_value());
  }
  EXPECT_TRUE(text.starts_with(R"({"at":"2026-03-02T08:00:00.500000Z","by":)")) << text;
  EXPECT_NE(text.find(R"("medium":"delete")"), std::string::npos);
  EXPECT_NE(text.find("\\u0001"), std::string::npos);
}

TEST(JsonCodec, ReadsDoublesToTheLastBit) {
  for (const double value : {0.1, 1e23, 8.41e21, 9007199254740993.0, 5e-324, 1.7976931348623157e308,
                             2.2250738585072011e-308, 123456789012345678901234567890.0}) {
    const auto back = decode_json<double>(encode_json(value), JsonProfile::record);
    ASSERT_TRUE(back.has_value()) << value;
    EXPECT_EQ(*back, value);
  }
  EXPECT_EQ(*decode_json<double>("8.41E+21", JsonProfile::request), 8.41e21);
  EXPECT_FALSE(decode_json<double>("1e400", JsonProfile::request).has_value());
}

TEST(JsonCodec, NamesEveryWrongFieldAtOnce) {
  EXPECT_EQ(request_errors<Outer>(
                R"({"first":{"pages":70000,"colour":1},"rest":[{"subject":"a"},{"subject":2}],)"
                R"("media":{"a/b~c":"stone"},"more":null})"),
            (Pointers{"/first/colour", "/first/pages", "/first/subject", "/media/a~1b~0c", "/more",
                      "/rest/1/subject"}));
  EXPECT_EQ(request_errors<Outer>("[]"), (Pointers{""}));
  EXPECT_EQ(request_errors<Outer>("{}"), (Pointers{"/first", "/media", "/rest"}));
  EXPECT_EQ(request_errors<Letter>(R"({"at":"x","by":1,"id":"1","subject":null,"pages":-1,)"
                                   R"("offset":2147483648,"size":1.0,"is_final":0,"weight":"1",)"
                                   R"("medium":"Paper","received_on":"2023-02-29","digest":"00",)"
                                   R"("stamps":{},"counts":[],"extra":null})"),
            (Pointers{"/at", "/by", "/counts", "/digest", "/id", "/is_final", "/medium", "/offset",
                      "/pages", "/received_on", "/size", "/stamps", "/subject", "/weight"}));
}

TEST(JsonCodec, RefusesDuplicateKeysWhereverTheyStand) {
  EXPECT_EQ(request_errors<Small>(R"({"subject":"a","subject":"b"})"), (Pointers{"/subject"}));
  EXPECT_EQ(request_errors<Small>(R"({"subject":"a","\u0073ubject":"b"})"), (Pointers{"/subject"}));
  EXPECT_EQ(request_errors<Outer>(R"({"first":{"subject":"a"},"rest":[{"subject":"x"},)"
                                  R"({"subject":"y","pages":1,"pages":2,"pages":3}],"media":{}})"),
            (Pointers{"/rest/1/pages"}));
  EXPECT_EQ(request_errors<boost::json::value>(R"([[],[0,{"a":{"k":1,"k":2}}]])"),
            (Pointers{"/1/1/a/k"}));
}

TEST(JsonCodec, RefusesWhatIsNoJson) {
  for (const std::string_view text : {"",
                                      " ",
                                      "{",
                                      "{}x",
                                      "{}{}",
                                      "nul",
                                      "'a'",
                                      "{\"a\":1,}",
                                      "[1,]",
                                      "// c\n{}",
                                      "\xef\xbb\xbf{}",
                                      "\"\xff\"",
                                      "\"\xc0\x80\"",
                                      "\"\xed\xa0\x80\"",
                                      "\"\\ud800\"",
                                      "\"a\nb\"",
                                      "01",
                                      "1.",
                                      "NaN",
                                      "+1",
                                      "\"\\x\""}) {
    EXPECT_EQ(request_errors<boost::json::value>(text), (Pointers{""})) << text;
    const auto record = decode_json<boost::json::value>(text, JsonProfile::record);
    ASSERT_FALSE(record.has_value()) << text;
    EXPECT_EQ(record.error().code, ErrorCode::corrupt);
  }
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(JsonCodec, ChecksTextOfAnyShape) {
  EXPECT_TRUE(check_json(R"({"a":[1,{"b":null}]})", JsonProfile::request).has_value());
  EXPECT_EQ(check_json(R"({"a":1,"a":2})", JsonProfile::record).error().code, ErrorCode::corrupt);
  EXPECT_EQ(check_json("{", JsonProfile::request).error().code, ErrorCode::invalid);
}

TEST(JsonCodec, RefusesDeepNesting) {
  EXPECT_TRUE(decode_json<boost::json::value>(nested(32), JsonProfile::request).has_value());
  for (const std::size_t depth : {std::size_t{33}, std::size_t{20'000}, std::size_t{10'000'000}}) {
    const auto result = decode_json<boost::json::value>(nested(depth), JsonProfile::request);
    ASSERT_FALSE(result.has_value());
    EXPECT_NE(result.error().fields.at(0).message.en.find("deeper"), std::string::npos);
  }
  std::string objects;
  for (int i = 0; i < 20'000; ++i) objects += R"({"a":)";
  EXPECT_FALSE(decode_json<boost::json::value>(objects, JsonProfile::request).has_value());
}

TEST(JsonCodec, KeepsErrorsBoundedWhateverIsSent) {
  std::string text = "{";
  for (int i = 0; i < 5000; ++i) text += "\"" + std::string(500, 'x') + std::to_string(i) + "\":1,";
  text += "\"subject\":\"a\"}";
  const auto result = decode_json<Small>(text, JsonProfile::request);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().fields.size(), 100U);
  EXPECT_LE(result.error().fields[0].pointer.size(), 101U);
}

struct Change {
  std::optional<std::optional<std::string>> note;
};
BOOST_DESCRIBE_STRUCT(Change, (), (note))

TEST(JsonCodec, TellsAbsentFromNullWhereAskedTo) {
  EXPECT_FALSE(decode_json<Change>("{}", JsonProfile::request)->note.has_value());
  const auto cleared = decode_json<Change>(R"({"note":null})", JsonProfile::request);
  ASSERT_TRUE(cleared->note.has_value());
  EXPECT_FALSE((*cleared->note).has_value());
  EXPECT_EQ(**decode_json<Change>(R"({"note":"a"})", JsonProfile::request)->note, "a");
  EXPECT_EQ(encode_json(*cleared), R"({"note":null})");
  EXPECT_FALSE(decode_json<Small>(R"({"subject":"a","pages":null})", JsonProfile::request)
                   ->pages.has_value());
}

struct View {
  std::string_view title;
  const char* kind = "";
};
BOOST_DESCRIBE_STRUCT(View, (), (title, kind))

TEST(JsonCodec, WritesBorrowedTextAndMendsIllFormedUtf8) {
  EXPECT_EQ(encode_json(View{"a\xff", "b"}), "{\"title\":\"a\xEF\xBF\xBD\",\"kind\":\"b\"}");
  EXPECT_EQ(encode_json(std::vector<bool>{true, false}), "[true,false]");
  EXPECT_EQ(encode_json(std::nan("")), "null");
}

}  // namespace

// A type of one's own, outside namespace dms.
namespace other {
struct Code {
  int value = 0;
};
void read_json(JsonReader& reader, const boost::json::value& from, Code& to) {
  const std::string_view text = json_text(reader, from);
  if (text.data() == nullptr) return;
  if (!text.starts_with("c")) return reader.fail("kein Code", "no code");
  to.value = static_cast<int>(text.size());
}
void write_json(JsonWriter& writer, const Code& code) {
  writer.text(std::string(static_cast<std::size_t>(code.value), 'c'));
}
}  // namespace other

namespace {

struct Coded {
  std::vector<other::Code> codes;
  std::optional<other::Code> one;
};
BOOST_DESCRIBE_STRUCT(Coded, (), (codes, one))

TEST(JsonCodec, TakesTypesThatBringTheirOwnFunctions) {
  const std::string text = R"({"codes":["c","ccc"],"one":"cc"})";
  const auto coded = decode_json<Coded>(text, JsonProfile::request);
  ASSERT_TRUE(coded.has_value());
  EXPECT_EQ(coded->codes.at(1).value, 3);
  EXPECT_EQ(encode_json(*coded), text);
  EXPECT_EQ(request_errors<Coded>(R"({"codes":["c","x"]})"), (Pointers{"/codes/1"}));
}

}  // namespace
}  // namespace dms
