// The server's key: its file, its fingerprint, and the way over paper and back.

#include "dms/server_key.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cctype>
#include <cstdlib>
#include <filesystem>

#include "dms/base/bytes.h"
#include "dms/key_file.h"
#include "identity_fixture.h"

namespace dms::test {
namespace {

ServerKey some_key() {
  std::string bytes;
  for (int i = 0; i < 32; ++i) bytes += static_cast<char>(i * 7);
  return ServerKey(Secret(bytes));
}

// FOR EVER: papers with this lie in safes.
constexpr std::string_view on_paper =
    "1: 0007 0e15 35\n"
    "2: 1c23 2a31 43\n"
    "3: 383f 464d 02\n"
    "4: 545b 6269 2a\n"
    "5: 7077 7e85 0c\n"
    "6: 8c93 9aa1 d7\n"
    "7: a8af b6bd 5c\n"
    "8: c4cb d2d9 e1\n"
    "check: f7d5 8cdd\n";

TEST(ServerKey, ComesBackFromPaper) {
  const std::string text(escrow_text(some_key()).expose());
  EXPECT_EQ(value_of(parse_escrow_text(text)).key().expose(), some_key().key().expose());
  std::string sloppy = "# Musterbach, 29.11.2026\n\n";
  for (const char c : text) {
    sloppy += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (c == ':') sloppy += "  ";
  }
  EXPECT_EQ(value_of(parse_escrow_text(sloppy)).fingerprint(), some_key().fingerprint());
}

TEST(ServerKey, TellsEachMistypedDigit) {
  const std::string text(escrow_text(some_key()).expose());
  std::size_t tried = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (std::isxdigit(static_cast<unsigned char>(text[at])) == 0 || text[at + 1] == ':') continue;
    if (text.compare(at > 4 ? at - 4 : 0, 5, "check") == 0) continue;
    std::string typed = text;
    typed[at] = typed[at] == '0' ? '1' : '0';
    const auto parsed = parse_escrow_text(typed);
    EXPECT_FALSE(parsed) << typed;
    ++tried;
  }
  EXPECT_GT(tried, 80U);
  EXPECT_EQ(parse_escrow_text(text.substr(3)).error().fields.front().pointer.substr(0, 4), "0007");
  EXPECT_FALSE(parse_escrow_text(text.substr(0, text.find("check"))));
  EXPECT_FALSE(parse_escrow_text(""));
}

TEST(ServerKey, NamesTheRowThatIsWrong) {
  std::string text(escrow_text(some_key()).expose());
  text[text.find("5: ") + 3] = 'f';
  const auto parsed = parse_escrow_text(text);
  ASSERT_FALSE(parsed);
  ASSERT_EQ(parsed.error().fields.size(), 1U);
  EXPECT_EQ(parsed.error().fields.front().pointer, "5");
}

TEST(ServerKey, StandsOnPaperAsItAlwaysDid) {
  EXPECT_EQ(escrow_text(some_key()).expose(), on_paper);
  EXPECT_EQ(fingerprint_text(some_key().fingerprint()), "c038 d6eb 0e45 550e bfa5 34d2 a7cd fe11");
}

TEST(ServerKey, HasAFingerprintThatIsItsOwn) {
  EXPECT_EQ(some_key().fingerprint().size(), ServerKey::fingerprint_bytes);
  EXPECT_NE(some_key().fingerprint(), ServerKey(Secret(std::string(32, 'k'))).fingerprint());
  EXPECT_NE(some_key().wrapping().expose().substr(0, 16), some_key().fingerprint());
}

TEST(ServerKey, IsReadBesideTheNextOne) {
  TempDir temp;
  const std::string file = (temp / "server.key").string();
  EXPECT_TRUE(value_of(load_server_keys(file)).empty());
  value_of(create_key_file(file, some_key().key()));
  EXPECT_EQ(code_of(create_key_file(file, some_key().key())), ErrorCode::conflict);
  EXPECT_EQ(value_of(load_server_keys(file)).size(), 1U);
  value_of(create_key_file(next_server_key_file(file), Secret(std::string(32, 'n'))));
  const auto keys = value_of(load_server_keys(file));
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].fingerprint(), some_key().fingerprint());
}

TEST(ServerKey, MayBeReadableByAGroupAsACredentialAlone) {
  TempDir temp;
  const std::string file = (temp / "server.key").string();
  value_of(create_key_file(file, some_key().key()));
  ::chmod(file.c_str(), 0440);
  EXPECT_EQ(code_of(load_server_keys(file)), ErrorCode::unavailable);
  ::setenv("CREDENTIALS_DIRECTORY", temp.path().c_str(), 1);
  EXPECT_EQ(value_of(load_server_keys(file)).size(), 1U);
  ::unsetenv("CREDENTIALS_DIRECTORY");
}

}  // namespace
}  // namespace dms::test
