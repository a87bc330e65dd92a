#pragma once

// A tenant's signed heads: once a day, and when asked, the journal's head is signed and put into a
// file outside the store, and from there wherever its owner wants it. Who can write to the store
// can make up a history that is sound in itself; none that these heads agree with.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dms/base/mutex.h"
#include "dms/base/result.h"
#include "dms/base/secret.h"
#include "dms/base/time.h"
#include "dms/head_check.h"
#include "dms/signed_head.h"
#include "storage/store.h"

namespace dms {

struct HeadPage {
  std::vector<SignedHead> heads;  // newest first, by their place in the file
  std::uint64_t next = 0;         // the `before` of the next page; 0: nothing older
};

// Thread-safe. Borrows store and clock.
class AuditHeads {
 public:
  struct Options {
    std::string tenant;
    std::string file;             // heads_file()
    std::string known_keys_file;  // public keys and a checksum; among the tenant's keys
    Secret seed;                  // of the signing key (ed25519.h)
  };
  // Makes its own key known. Where the list of known keys was lost those are taken that signed what
  // is there at this moment: what somebody adds later with a key of his own stands out.
  static Result<std::unique_ptr<AuditHeads>> open(storage::Store& store, const Clock& clock,
                                                  Options options);

  // Signs the head of now, unless the newest signed one says the same and is of today (UTC).
  // `conflict` where nothing was ever journaled; `corrupt` where the store does not agree with the
  // newest: such a history is not signed.
  Result<SignedHead> sign();
  // The same once a day, where there is anything to sign. To be called every minute; looks once an
  // hour, also whether the store still agrees with the newest.
  Result<void> sign_daily();

  // `before`: 0, or a page's `next`. At most `limit`.
  Result<HeadPage> list(std::uint64_t before, std::size_t limit) const;
  Result<HeadsReport> check() const;
  const std::string& file() const { return options_.file; }
  HeadOwner owner() const { return {options_.tenant, known_keys_}; }

 private:
  enum class Occasion : std::uint8_t { daily, asked };

  AuditHeads(storage::Store& store, const Clock& clock, Options options);
  Result<HeadFile> read() const;
  // Whether `newest` makes a further head needless.
  bool suffices(const SignedHead& newest, std::uint64_t sequence) const;
  Result<SignedHead> sign_on(Occasion occasion);

  storage::Store& store_;
  const Clock& clock_;
  const Options options_;
  const std::string public_key_;
  std::vector<std::string> known_keys_;  // as open() found them
  Mutex mutex_;                          // held while signing
  // When sign_daily() next looks.
  Instant not_before_ DMS_GUARDED_BY(mutex_);
};

}  // namespace dms
