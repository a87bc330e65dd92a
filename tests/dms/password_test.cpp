// Argon2id at small cost, and the rules for new passwords.

#include "dms/password.h"

#include <gtest/gtest.h>

namespace dms::test {
namespace {

constexpr Argon2Parameters cheap{64, 1, 1};

TEST(PasswordHash, VerifiesWhatItHashedAndNothingElse) {
  const Argon2idHasher hasher(cheap);
  const auto phc = hasher.hash(Secret("Birnbaum am Rathausplatz"));
  ASSERT_TRUE(phc);
  EXPECT_TRUE(phc->starts_with("$argon2id$v=19$m=64,t=1,p=1$")) << *phc;
  EXPECT_EQ(phc->find('\0'), std::string::npos);
  EXPECT_EQ(hasher.verify(Secret("Birnbaum am Rathausplatz"), *phc), true);
  EXPECT_EQ(hasher.verify(Secret("birnbaum am Rathausplatz"), *phc), false);
  EXPECT_EQ(hasher.verify(Secret(""), *phc), false);
}

TEST(PasswordHash, SaltsEachHash) {
  const Argon2idHasher hasher(cheap);
  const auto first = hasher.hash(Secret("Birnbaum am Rathausplatz"));
  const auto second = hasher.hash(Secret("Birnbaum am Rathausplatz"));
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, *second);
}

TEST(PasswordHash, AnUnknownUserCostsAHashAndIsNeverRight) {
  // The decoy must be a whole Argon2id string: a malformed one would be refused without work, and
  // as `corrupt`.
  const Argon2idHasher hasher(cheap);
  for (const char* guess : {"", "Birnbaum am Rathausplatz"}) {
    EXPECT_EQ(hasher.verify(Secret(guess), ""), false);
  }
}

TEST(PasswordHash, TellsOutdatedParameters) {
  const Argon2idHasher old(cheap);
  const Argon2idHasher current({128, 1, 1});
  const auto phc = old.hash(Secret("Birnbaum am Rathausplatz"));
  ASSERT_TRUE(phc);
  EXPECT_FALSE(old.is_outdated(*phc));
  EXPECT_TRUE(current.is_outdated(*phc));
  EXPECT_EQ(current.verify(Secret("Birnbaum am Rathausplatz"), *phc), true);
}

TEST(PasswordHash, DamagedHashesAreCorruptNotWrong) {
  const Argon2idHasher hasher(cheap);
  const auto answer = hasher.verify(Secret("Birnbaum am Rathausplatz"), "$argon2id$v=19$m=64,t=");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::corrupt);
}

TEST(PasswordHash, TheDefaultIsWhatTheArchitectureSays) {
  const Argon2Parameters parameters;
  EXPECT_EQ(parameters.memory_kib, 65536U);
  EXPECT_EQ(parameters.passes, 3U);
  EXPECT_EQ(parameters.lanes, 1U);
}

TEST(PasswordRules, AcceptsLongOnesOfAnyCharacters) {
  for (const char* password :
       {"Birnbaum am Rathausplatz", "correct horse battery", "密码密码密码密码密码密码",
        "🌲🌳🌴🌵🌷🌸🌹🌺🌻🌼🌽🌾", "xK9#mQ2$vL7!", "zwölf Böller"}) {
    EXPECT_TRUE(check_new_password(Secret(password), "anna", "/password")) << password;
  }
  EXPECT_TRUE(check_new_password(Secret(std::string(120, 'x') + "ABCDEFGH"), "anna", "/password"));
}

TEST(PasswordRules, RefusesShortLongAndObviousOnes) {
  for (const std::string& password :
       {std::string(""), std::string("elfZeichen!"), std::string(129, 'x') + "yz",
        std::string("Passwort1234"), std::string("passwort!!!!"), std::string("PasswortPasswort"),
        std::string("123456789012"), std::string("210987654321"), std::string("aaaaaaaaaaaa"),
        std::string("abababababab"), std::string("abcdefghijklm"), std::string("Qwertzuiop12"),
        std::string("Administrator"), std::string("Bürgermeister1"), std::string("anna.amsel2026"),
        std::string("Anna.Amsel.Anna.Amsel")}) {
    const auto checked = check_new_password(Secret(password), "anna.amsel", "/password");
    ASSERT_FALSE(checked) << password;
    EXPECT_EQ(checked.error().code, ErrorCode::invalid);
    EXPECT_EQ(checked.error().fields.front().pointer, "/password");
  }
}

TEST(PasswordRules, CountsCharactersNotBytes) {
  EXPECT_FALSE(check_new_password(Secret("ÄÖÜäöüßéèê!"), "anna", "/password"));  // 11, 21 bytes
  EXPECT_TRUE(check_new_password(Secret("ÄÖÜäöüßéèê!?"), "anna", "/password"));
}

TEST(PasswordRules, ComposesWhatKeyboardsDecompose) {
  const auto composed = normalize_password(Secret("B\u00E4renfalle"), "/password");
  const auto decomposed = normalize_password(Secret("Ba\u0308renfalle"), "/password");
  ASSERT_TRUE(composed && decomposed);
  EXPECT_EQ(composed->expose(), decomposed->expose());
  EXPECT_FALSE(normalize_password(Secret("\xC3\x28"), "/password"));
  EXPECT_FALSE(normalize_password(Secret(std::string("a\0b", 3)), "/password"));
}

}  // namespace
}  // namespace dms::test
