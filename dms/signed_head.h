#pragma once

// A head of the journal with a signature: what a tenant's history was at a time. Its format, a line
// of JSON, can be checked by anybody who has the public key (README.md says how with openssl).
// Pure; thread-safe.

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/digest.h"
#include "dms/base/id.h"
#include "dms/base/secret.h"
#include "dms/base/time.h"

namespace dms {

inline constexpr std::uint32_t head_format = 1;
inline constexpr std::size_t head_line_bytes_max = 1024;  // a head's own are at most 520
// 150,000 heads: what a day makes in four hundred years.
inline constexpr std::size_t head_file_bytes_max = 64U << 20U;

// FOR EVER: these members in this order are what is signed.
struct SignedHead {
  std::uint32_t format = head_format;
  std::string tenant;          // its id
  Uuid store;                  // the store's id
  std::uint64_t sequence = 0;  // of the newest entry, at least 1
  Sha256Digest hash;           // the chain's there
  Instant time;                // when it was signed
  std::string public_key;      // hexadecimal, lower case, as everything here
  std::string signature;       // Ed25519
};
BOOST_DESCRIBE_STRUCT(SignedHead, (),
                      (format, tenant, store, sequence, hash, time, public_key, signature))

// Without its end of line.
std::string head_line(const SignedHead& head);
// The bytes that are signed: the line up to `,"signature":`.
std::string signed_part(const SignedHead& head);
// Sets public_key and signature. `seed`: ed25519.h.
void sign_head(SignedHead& head, const Secret& seed);
bool has_good_signature(const SignedHead& head);

// nullopt for everything that head_line() does not write, byte for byte. Looks at no signature.
std::optional<SignedHead> parse_head(std::string_view line);

// A file of heads: one a line. Of a line that was not written to its end nothing is known; any
// other that is no head is damage.
struct HeadFile {
  struct Line {
    std::size_t number = 0;  // from 1
    SignedHead head;
  };
  std::vector<Line> lines;
  std::size_t damaged = 0;        // lines that are no heads
  std::size_t first_damaged = 0;  // number of the first of those
  // Bytes up to the end of the last whole line; what follows is torn or a head without an end of
  // line.
  std::size_t whole_bytes = 0;
  bool is_torn = false;
};
// Any bytes. Empty lines are skipped and CRLF is taken, for mail does that to a file.
HeadFile parse_heads(std::string_view text);

}  // namespace dms
