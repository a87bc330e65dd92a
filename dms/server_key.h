#pragma once

// The server's key: it wraps the keys that content is sealed with (content_key_ring.h), and nothing
// else. One file for all tenants, outside their folders and outside every backup. It is made by
// `aktenwerk keys init` alone, never in passing: a new one beside rings of an older one would be
// the beginning of their loss.
//
// Beside it `<file>.next` lies while the key is being changed: rings are wrapped by either then.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/result.h"
#include "dms/base/secret.h"

namespace dms {

class ServerKey {
 public:
  static constexpr std::size_t fingerprint_bytes = 16;

  // `key`: 32 bytes.
  explicit ServerKey(Secret key);

  const Secret& key() const { return key_; }
  // What content keys are wrapped under; derived from the key.
  const Secret& wrapping() const { return wrapping_; }
  // Tells one key from another and nothing of it; fingerprint_bytes raw ones.
  const std::string& fingerprint() const { return fingerprint_; }

 private:
  Secret key_;
  Secret wrapping_;
  std::string fingerprint_;
};

// "3f2a 90c1 …": hexadecimal in groups of four.
std::string fingerprint_text(std::string_view fingerprint);

std::string default_server_key_file(const std::string& data_folder);
std::string next_server_key_file(const std::string& server_key_file);

// The key in `file` and, while it is being changed, the next one. Empty where there is none. Errors
// as read_key_file().
Result<std::vector<ServerKey>> load_server_keys(const std::string& file);

// The key for paper: rows of hexadecimal, each with a check byte, and a last one over all. FOR
// EVER, see dms/README.md.
Secret escrow_text(const ServerKey& key);
// Back from what was typed; spaces, empty lines, case and lines that begin with '#' do not matter.
// `invalid` with a field error for each row that is wrong.
Result<ServerKey> parse_escrow_text(std::string_view text);

}  // namespace dms
