// A table of heads, sound and unsound: where the table says 0 the head is taken, else it is refused
// with this status.

#include "web/http/framing.h"

#include <gtest/gtest.h>

namespace dms::web {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

Head head_of(unsigned version, const Fields& fields) {
  Head head{"POST", "/", version, {}};
  for (const auto& [name, value] : fields) head.headers.add(name, value);
  return head;
}

struct Case {
  std::string_view name;
  unsigned version;
  Fields fields;
  unsigned status;
};

const std::pair<std::string, std::string> host = {"Host", "a.example"};

TEST(Framing, RefusesWhatCouldMeanTwoThings) {
  const std::vector<Case> cases = {
      {"no body", 11, {host}, 0},
      {"length", 11, {host, {"Content-Length", "5"}}, 0},
      {"length zero", 11, {host, {"content-length", "0"}}, 0},
      {"chunked", 11, {host, {"Transfer-Encoding", "chunked"}}, 0},
      {"chunked in capitals", 11, {host, {"Transfer-Encoding", "Chunked"}}, 0},
      {"both", 11, {host, {"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}}, 400},
      {"both, other order",
       11,
       {host, {"Transfer-Encoding", "chunked"}, {"Content-Length", "5"}},
       400},
      {"two codings", 11, {host, {"Transfer-Encoding", "gzip, chunked"}}, 400},
      {"chunked twice", 11, {host, {"Transfer-Encoding", "chunked, chunked"}}, 400},
      {"two coding fields",
       11,
       {host, {"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}},
       400},
      {"coding with parameter", 11, {host, {"Transfer-Encoding", "chunked;a=b"}}, 400},
      {"coding with junk", 11, {host, {"Transfer-Encoding", "xchunked"}}, 400},
      {"empty coding", 11, {host, {"Transfer-Encoding", ""}}, 400},
      {"identity", 11, {host, {"Transfer-Encoding", "identity"}}, 400},
      {"coding on 1.0", 10, {host, {"Transfer-Encoding", "chunked"}}, 400},
      {"length twice", 11, {host, {"Content-Length", "5"}, {"Content-Length", "5"}}, 400},
      {"length list", 11, {host, {"Content-Length", "5, 5"}}, 400},
      {"length signed", 11, {host, {"Content-Length", "+5"}}, 400},
      {"length negative", 11, {host, {"Content-Length", "-5"}}, 400},
      {"length hexadecimal", 11, {host, {"Content-Length", "0x5"}}, 400},
      {"length with blank", 11, {host, {"Content-Length", "5 5"}}, 400},
      {"length empty", 11, {host, {"Content-Length", ""}}, 400},
      {"length largest", 11, {host, {"Content-Length", "9223372036854775807"}}, 0},
      {"length too large", 11, {host, {"Content-Length", "9223372036854775808"}}, 400},
      {"length of many digits", 11, {host, {"Content-Length", "00000000000000000005"}}, 400},
      {"no host", 11, {}, 400},
      {"no host on 1.0", 10, {}, 400},
      {"two hosts", 11, {host, {"host", "b.example"}}, 400},
      {"expect", 11, {host, {"Content-Length", "5"}, {"Expect", "100-Continue"}}, 0},
      {"expect other", 11, {host, {"Expect", "200-ok"}}, 417},
      {"expect twice", 11, {host, {"Expect", "100-continue"}, {"Expect", "100-continue"}}, 417},
      {"version 2.0", 20, {host}, 505},
      {"version 0.9", 9, {host}, 505},
  };
  for (const Case& row : cases) {
    const auto framing = check_framing(head_of(row.version, row.fields));
    EXPECT_EQ(framing ? 0U : framing.error().status, row.status) << row.name;
  }
}

TEST(Framing, TellsTheBody) {
  const auto length = check_framing(head_of(11, {host, {"Content-Length", "5"}}));
  EXPECT_EQ(length->body, Framing::Body::length);
  EXPECT_EQ(length->content_length, 5U);
  const auto empty = check_framing(head_of(11, {host, {"Content-Length", "0"}}));
  EXPECT_EQ(empty->body, Framing::Body::none);
  EXPECT_TRUE(empty->has_content_length);
  EXPECT_EQ(check_framing(head_of(11, {host, {"Transfer-Encoding", "chunked"}}))->body,
            Framing::Body::chunked);
  EXPECT_EQ(check_framing(head_of(11, {host}))->body, Framing::Body::none);
}

TEST(Framing, TellsWhetherTheConnectionStays) {
  EXPECT_TRUE(check_framing(head_of(11, {host}))->keep_alive);
  EXPECT_FALSE(check_framing(head_of(11, {host, {"Connection", "close"}}))->keep_alive);
  EXPECT_FALSE(check_framing(head_of(11, {host, {"Connection", "TE, Close"}}))->keep_alive);
  EXPECT_TRUE(check_framing(head_of(11, {host, {"Connection", "closed"}}))->keep_alive);
  EXPECT_FALSE(check_framing(head_of(10, {host}))->keep_alive);
  EXPECT_TRUE(check_framing(head_of(10, {host, {"Connection", "keep-alive"}}))->keep_alive);
}

TEST(Framing, ExpectsContinueOnlyForABody) {
  const Fields with_body = {host, {"Content-Length", "5"}, {"Expect", "100-continue"}};
  EXPECT_TRUE(check_framing(head_of(11, with_body))->expects_continue);
  EXPECT_FALSE(check_framing(head_of(10, with_body))->expects_continue);
  EXPECT_FALSE(check_framing(head_of(11, {host, {"Expect", "100-continue"}}))->expects_continue);
}

TEST(Framing, LimitsNumberAndLength) {
  Head many = head_of(11, {host});
  while (many.headers.all().size() < head_fields_max) many.headers.add("X", "1");
  EXPECT_TRUE(check_framing(many));
  many.headers.add("X", "1");
  EXPECT_EQ(check_framing(many).error().status, 431U);

  Head longest = head_of(11, {host});
  longest.target = "/" + std::string(target_bytes_max - 1, 'a');
  EXPECT_TRUE(check_framing(longest));
  longest.target += 'a';
  EXPECT_EQ(check_framing(longest).error().status, 414U);
}

using State = HeadEnd::State;

TEST(HeadEnd, FindsTheEmptyLine) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const HeadEnd end = find_head_end(head + "body\n\n", 0);
  EXPECT_EQ(end.state, State::complete);
  EXPECT_EQ(end.size, head.size());
}

TEST(HeadEnd, RefusesWhatOtherParsersReadDifferently) {
  const std::vector<std::string> malformed = {
      "GET / HTTP/1.1\nHost: a\r\n\r\n",                     // bare LF
      "GET / HTTP/1.1\r\nHost: a\n\n",                       //
      "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n",             // bare CR
      "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n",                 //
      "GET / HTTP/1.1\r\nX: a\r\n b\r\n\r\n",                // obs-fold
      "GET / HTTP/1.1\r\nX: a\r\n\tb\r\n\r\n",               //
      "GET / HTTP/1.1\r\n Host: a\r\n\r\n",                  // blank before the first field
      "\r\nGET / HTTP/1.1\r\n\r\n",                          // empty first line
      "\nGET / HTTP/1.1\r\n\r\n",                            //
      "\tGET / HTTP/1.1\r\n\r\n",                            //
      std::string("GET / HTTP/1.1\r\nX: a\0b\r\n\r\n", 26),  // NUL
      "GET / HTTP/1.1\r\nX: \x1b[0m\r\n\r\n",                // control character
      "GET / HTTP/1.1\r\nX: \x7f\r\n\r\n",                   // DEL
      "\x16\x03\x01\x02",                                    // a TLS hello on a plain port
  };
  for (const std::string& bytes : malformed) {
    EXPECT_EQ(find_head_end(bytes, 0).state, State::malformed) << bytes;
  }
}

TEST(HeadEnd, IsTheSameHoweverTheBytesArrive) {
  const std::vector<std::string> inputs = {
      "GET / HTTP/1.1\r\nHost: a\r\nX: b\tc\r\n\r\nrest", "GET / HTTP/1.1\r\nX: a\r\n b\r\n\r\n",
      "GET / HTTP/1.1\r\nX: a\r\r\n\r\n", "GET / HTTP/1.1\r\nX: a\r\n\tb", "A\r\n\r\n"};
  for (const std::string& bytes : inputs) {
    const HeadEnd at_once = find_head_end(bytes, 0);
    HeadEnd end;
    for (std::size_t size = 1; size <= bytes.size() && end.state == State::incomplete; ++size) {
      end = find_head_end(std::string_view(bytes).substr(0, size), end.size);
    }
    EXPECT_EQ(end.state, at_once.state) << bytes;
    if (end.state == State::complete) {
      EXPECT_EQ(end.size, at_once.size) << bytes;
    }
  }
}

TEST(HeadEnd, LimitsTheHead) {
  const std::string line = "GET / HTTP/1.1\r\nX: ";
  const std::string fits = line + std::string(head_bytes_max - line.size() - 4, 'a') + "\r\n\r\n";
  EXPECT_EQ(find_head_end(fits, 0).state, State::complete);
  const std::string beyond = line + std::string(head_bytes_max - line.size() - 3, 'a') + "\r\n\r\n";
  EXPECT_EQ(find_head_end(beyond, 0).state, State::too_large);
  EXPECT_EQ(refusal_of(State::too_large).status, 431U);
  EXPECT_EQ(refusal_of(State::malformed).status, 400U);
}

}  // namespace
}  // namespace dms::web
