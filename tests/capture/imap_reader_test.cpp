#include "web/capture/imap_reader.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace dms::web {
namespace {

// Gives its bytes in pieces of some size.
class Script final : public ByteSource {
 public:
  Script(std::string bytes, std::size_t piece) : bytes_(std::move(bytes)), piece_(piece) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t size = std::min({piece_, into.size(), bytes_.size() - at_});
    std::copy_n(bytes_.data() + at_, size, into.data());
    at_ += size;
    return size;
  }

 private:
  std::string bytes_;
  std::size_t piece_;
  std::size_t at_ = 0;
};

TEST(ImapReader, TakesTheBytesOfAMailForNothingElse) {
  // A mail that says what a server would.
  const std::string mail = "Subject: x\r\n\r\nW1 OK done\r\n* BYE {99}\r\n";
  const std::string said = "* 3 FETCH (UID 7 BODY[] {" + std::to_string(mail.size()) + "}\r\n" +
                           mail + " FLAGS (\\Seen))\r\nW1 OK FETCH completed\r\n";
  for (const std::size_t piece : {1U, 2U, 7U, 4096U}) {
    Script script(said, piece);
    ImapReader reader(script);
    std::string got;
    const ImapBody body{1000, [&](std::string_view bytes) -> Result<void> {
                          got += bytes;
                          return {};
                        }};
    const auto fetched = reader.next(&body);
    ASSERT_TRUE(fetched) << fetched.error().hint;
    EXPECT_EQ(fetched->tag, "*");
    EXPECT_EQ(got, mail) << piece;
    const auto facts = parse_fetch(fetched->text);
    ASSERT_TRUE(facts) << fetched->text;
    EXPECT_EQ(facts->uid, 7U);
    EXPECT_TRUE(facts->has_body);
    const auto done = reader.next(&body);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->tag, "W1");
    EXPECT_EQ(done->text, "OK FETCH completed");
    EXPECT_EQ(reader.next().error().code, ErrorCode::unavailable) << "the end";
  }
}

TEST(ImapReader, HasLimits) {
  const auto error_of = [](const std::string& said, const ImapBody* body) {
    Script script(said, 4096);
    const auto response = ImapReader(script).next(body);
    return response ? ErrorCode::internal : response.error().code;
  };
  const ImapBody small{10, [](std::string_view) { return Result<void>(); }};
  EXPECT_EQ(error_of("* 1 FETCH (BODY[] {11}\r\n12345678901)\r\n", &small), ErrorCode::too_large);
  EXPECT_EQ(error_of("* 1 FETCH (X {99999999}\r\n", nullptr), ErrorCode::corrupt);
  EXPECT_EQ(error_of("* 1 FETCH (BODY[] {99999999999999999999}\r\n", &small), ErrorCode::internal)
      << "no number: no literal";
  EXPECT_EQ(error_of("* " + std::string(ImapReader::line_bytes_max, 'x') + "\r\n", nullptr),
            ErrorCode::corrupt);
  EXPECT_EQ(error_of("\r\n", nullptr), ErrorCode::corrupt);
  EXPECT_EQ(error_of("no line", nullptr), ErrorCode::unavailable);
}

TEST(ImapReader, ReadsWhatServersSay) {
  EXPECT_EQ(parse_search("SEARCH 2 3 6"), (std::vector<std::uint32_t>{2, 3, 6}));
  EXPECT_EQ(parse_search("SEARCH"), std::vector<std::uint32_t>());
  EXPECT_EQ(parse_search("search 4 "), std::vector<std::uint32_t>{4});
  EXPECT_EQ(parse_search("SEARCH 4 (MODSEQ 9)"), std::vector<std::uint32_t>{4});
  EXPECT_FALSE(parse_search("SEARCH 0"));
  EXPECT_FALSE(parse_search("SEARCH x"));
  EXPECT_FALSE(parse_search("SEARCH 4294967296"));
  EXPECT_FALSE(parse_search("LIST (x)"));
  EXPECT_EQ(parse_uid_validity("OK [UIDVALIDITY 3857529045] UIDs valid"), 3857529045U);
  EXPECT_FALSE(parse_uid_validity("OK [UIDNEXT 5] next"));
  EXPECT_FALSE(parse_uid_validity("NO [UIDVALIDITY 5] x"));
  EXPECT_EQ(response_code("NO [TRYCREATE] no such folder"), "TRYCREATE");
  EXPECT_EQ(response_code("NO no [TRYCREATE]"), "");
  const auto fetched = parse_fetch(
      "2 FETCH (FLAGS (\\Seen \")\") UID 9 ENVELOPE (\"a)\" (\"b\")) RFC822.SIZE 4096 "
      "INTERNALDATE \" 7-Feb-1994 21:52:25 -0800\")");
  ASSERT_TRUE(fetched);
  EXPECT_EQ(fetched->uid, 9U);
  EXPECT_EQ(fetched->size, 4096U);
  EXPECT_FALSE(fetched->has_body);
  ASSERT_TRUE(fetched->internal_date);
  EXPECT_EQ(format_rfc3339(*fetched->internal_date), "1994-02-08T05:52:25.000000Z");
  EXPECT_FALSE(parse_fetch("2 EXISTS"));
  EXPECT_FALSE(parse_internal_date("30-Feb-2026 21:52:25 +0100"));
  EXPECT_FALSE(parse_internal_date("01-Feb-2026 21:52:-5 +0100"));
  EXPECT_FALSE(parse_internal_date("01-Feb-2026 21:52:25 +010"));
}

TEST(ImapReader, WritesNamesOfFoldersAsServersKnowThem) {
  EXPECT_EQ(quoted_mailbox("INBOX"), "\"INBOX\"");
  EXPECT_EQ(quoted_mailbox("Erledigte Aufträge"), "\"Erledigte Auftr&AOQ-ge\"");
  EXPECT_EQ(quoted_mailbox("a&b \"c\\"), "\"a&-b \\\"c\\\\\"");
  // RFC 3501, 5.1.3.
  EXPECT_EQ(quoted_mailbox("~peter/mail/台北/日本語"), "\"~peter/mail/&U,BTFw-/&ZeVnLIqe-\"");
  EXPECT_EQ(quoted_mailbox("😀"), "\"&2D3eAA-\"");
}

}  // namespace
}  // namespace dms::web
