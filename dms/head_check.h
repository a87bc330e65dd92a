#pragma once

// Holds signed heads against a store. Reads only; thread-safe.

#include <cstdint>
#include <string>
#include <vector>

#include "dms/base/result.h"
#include "dms/signed_head.h"
#include "storage/store.h"

namespace dms {

enum class HeadAgreement : std::uint8_t {
  agrees,
  other_store,  // of a store with another id
  newer,        // beyond the journal's end: cut off, or an older state was put in place
  other_entry   // another history than the one that was signed
};
Result<HeadAgreement> agreement(const SignedHead& head, const storage::Store& store);
// "signed head 7 of 2026-11-29T…: …", for the operator; names ids only.
std::string describe(const SignedHead& head, HeadAgreement agreement);

// Whose heads they must be.
struct HeadOwner {
  std::string tenant;
  std::vector<std::string> public_keys;  // that are known, hexadecimal
};

struct HeadsReport {
  std::uint64_t heads = 0;            // that were looked at
  std::vector<std::string> problems;  // empty: the store agrees with all. At most a hundred
};
// Each head: whose it is, its signature, the entry at its sequence. That the entries up to there
// are whole and chained is the store's own verification. About 0.1 ms a head.
Result<HeadsReport> check_heads(const HeadFile& file, const HeadOwner& owner,
                                const storage::Store& store);

}  // namespace dms
