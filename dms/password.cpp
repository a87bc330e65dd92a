#include "dms/password.h"

#include <argon2.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "dms/base/bytes.h"
#include "dms/base/random.h"
#include "dms/base/text.h"

namespace dms {

namespace {

constexpr std::size_t salt_bytes = 16;
constexpr std::size_t hash_bytes = 32;

// Long enough for the rules, and still among the first that anybody tries: folded, without digits
// and signs at their end.
constexpr std::array obvious_stems{
    std::string_view("passwort"),       std::string_view("password"),
    std::string_view("kennwort"),       std::string_view("geheim"),
    std::string_view("administrator"),  std::string_view("aktenwerk"),
    std::string_view("verwaltung"),     std::string_view("gemeinde"),
    std::string_view("rathaus"),        std::string_view("stadtverwaltung"),
    std::string_view("buergermeister"), std::string_view("willkommen"),
    std::string_view("welcome"),        std::string_view("qwertz"),
    std::string_view("qwertzuiop"),     std::string_view("qwerty"),
    std::string_view("qwertyuiop"),     std::string_view("asdfghjkl"),
    std::string_view("yxcvbnm"),        std::string_view("iloveyou"),
    std::string_view("ichliebedich"),   std::string_view("sommer"),
    std::string_view("winter"),         std::string_view("fruehling"),
    std::string_view("herbst"),         std::string_view("changeme"),
    std::string_view("letmein"),        std::string_view("test"),
};

// A password whose own part beside the user's name is shorter than this is the name.
constexpr std::size_t own_part_min = 6;

std::string phc_prefix(const Argon2Parameters& parameters) {
  return fmt::format("$argon2id$v=19$m={},t={},p={}$", parameters.memory_kib, parameters.passes,
                     parameters.lanes);
}

// Base64 of PHC strings: the standard alphabet, no padding.
std::string phc_base64(std::string_view bytes) {
  std::string text = to_base64url(bytes);
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  return text;
}

tl::unexpected<Error> argon2_trouble(int code) {
  return fail(
      operator_error(ErrorCode::internal, std::string("argon2: ") + argon2_error_message(code)));
}

// How many different characters, up to the few that matter.
bool has_few_different_bytes(std::string_view text) {
  std::array<bool, 256> seen{};
  std::size_t different = 0;
  for (const char c : text) {
    bool& is_seen = seen[static_cast<unsigned char>(c)];
    if (!is_seen) ++different;
    is_seen = true;
  }
  return different <= 3;
}

// "123456789012", "abcdefghijkl", "210987654321": each byte follows its neighbour.
bool is_sequence(std::string_view text) {
  const auto follows = [&](int step) {
    for (std::size_t i = 1; i < text.size(); ++i) {
      const int difference = text[i] - text[i - 1];
      const bool wraps = (text[i - 1] == '9' && text[i] == '0' && step == 1) ||
                         (text[i - 1] == '0' && text[i] == '9' && step == -1);
      if (difference != step && !wraps) return false;
    }
    return true;
  };
  return follows(1) || follows(-1);
}

std::string_view without_decoration(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
  };
  while (!text.empty() && !is_letter(text.back())) text.remove_suffix(1);
  while (!text.empty() && !is_letter(text.front())) text.remove_prefix(1);
  return text;
}

bool is_obvious(std::string_view folded) {
  if (has_few_different_bytes(folded) || is_sequence(folded)) return true;
  const std::string_view core = without_decoration(folded);
  return std::any_of(obvious_stems.begin(), obvious_stems.end(), [&](std::string_view stem) {
    if (core == stem) return true;
    // The same word twice: "passwortpasswort".
    return core.size() == 2 * stem.size() && core.starts_with(stem) && core.ends_with(stem);
  });
}

bool is_made_of_name(const std::string& folded, const std::string& folded_name) {
  if (folded_name.size() < 3) return false;
  std::size_t own = folded.size();
  for (std::size_t at = folded.find(folded_name); at != std::string::npos;
       at = folded.find(folded_name, at + folded_name.size())) {
    own -= folded_name.size();
  }
  return own != folded.size() && own < own_part_min;
}

}  // namespace

Argon2idHasher::Argon2idHasher(Argon2Parameters parameters)
    : parameters_(parameters),
      decoy_(phc_prefix(parameters) + phc_base64(random_bytes(salt_bytes)) + "$" +
             phc_base64(random_bytes(hash_bytes))) {}

Result<std::string> Argon2idHasher::hash(const Secret& password) const {
  const std::string salt = random_bytes(salt_bytes);
  std::string encoded(argon2_encodedlen(parameters_.passes, parameters_.memory_kib,
                                        parameters_.lanes, salt_bytes, hash_bytes, Argon2_id),
                      '\0');
  const std::string_view bytes = password.expose();
  const int code = argon2id_hash_encoded(parameters_.passes, parameters_.memory_kib,
                                         parameters_.lanes, bytes.data(), bytes.size(), salt.data(),
                                         salt.size(), hash_bytes, encoded.data(), encoded.size());
  if (code != ARGON2_OK) return argon2_trouble(code);
  encoded.resize(encoded.find('\0'));
  return encoded;
}

Result<bool> Argon2idHasher::verify(const Secret& password, std::string_view phc) const {
  const std::string stored(phc.empty() ? std::string_view(decoy_) : phc);
  const std::string_view bytes = password.expose();
  const int code = argon2id_verify(stored.c_str(), bytes.data(), bytes.size());
  if (code == ARGON2_VERIFY_MISMATCH) return false;
  if (code == ARGON2_OK) return !phc.empty();
  if (code == ARGON2_MEMORY_ALLOCATION_ERROR) return argon2_trouble(code);
  return fail(operator_error(ErrorCode::corrupt,
                             std::string("stored password hash: ") + argon2_error_message(code)));
}

bool Argon2idHasher::is_outdated(std::string_view phc) const {
  return !phc.starts_with(phc_prefix(parameters_));
}

Result<Secret> normalize_password(const Secret& typed, std::string_view pointer) {
  const std::string_view bytes = typed.expose();
  if (!is_valid_utf8(bytes) || bytes.find('\0') != std::string_view::npos) {
    return fail(invalid_field(std::string(pointer), "Das Passwort ist kein gültiger Text.",
                              "The password is not valid text."));
  }
  return Secret(to_nfc(bytes));
}

Result<void> check_new_password(const Secret& password, std::string_view user_name,
                                std::string_view pointer) {
  const auto refuse = [&](std::string_view de, std::string_view en) {
    return fail(invalid_field(std::string(pointer), de, en));
  };
  const std::size_t length = count_code_points(password.expose());
  if (length < password_length_min) {
    return refuse("Das Passwort braucht mindestens 12 Zeichen.",
                  "The password needs at least 12 characters.");
  }
  if (length > password_length_max) {
    return refuse("Das Passwort darf höchstens 128 Zeichen haben.",
                  "The password may have at most 128 characters.");
  }
  std::string folded = fold_german(password.expose());
  const bool obvious = is_obvious(folded);
  const bool is_name = is_made_of_name(folded, fold_german(user_name));
  const Secret wiped(std::move(folded));
  if (obvious) {
    return refuse("Dieses Passwort ist zu leicht zu erraten.",
                  "This password is too easy to guess.");
  }
  if (is_name) {
    return refuse("Das Passwort darf nicht aus dem Benutzernamen bestehen.",
                  "The password must not be made of the user name.");
  }
  return {};
}

}  // namespace dms
