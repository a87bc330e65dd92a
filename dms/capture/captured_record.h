#pragma once

// How it lies on disk what was taken in by itself, so that nothing comes in twice. Names are for
// ever (dms/README.md). Of what a mail says of itself only digests are here.

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "dms/base/digest.h"
#include "dms/base/json_record.h"
#include "dms/base/time.h"
#include "dms/ids.h"
#include "storage/table.h"

namespace dms {

// A mail that was seen on a server. Stays, for the mail may stay there, too. Key: source, UID
// validity, UID.
struct CapturedMailRecord : Extensible {
  static constexpr std::uint32_t json_format = 1;
  Sha256Digest source;             // SHA-256 of "mailbox", its name, host, user and folder
  std::uint64_t uid_validity = 0;  // RFC 9051, 2.3.1.1
  std::uint64_t uid = 0;
  Sha256Digest fingerprint;             // of the mailbox's name, Message-ID and bytes
  std::optional<Sha256Digest> message;  // of the Message-ID, where it has one
  // What became of it. Absent: the same mail had come under another UID validity.
  std::optional<InboundItemId> item;
  Instant captured_at;
};
BOOST_DESCRIBE_STRUCT(CapturedMailRecord, (Extensible),
                      (source, uid_validity, uid, fingerprint, message, item, captured_at))

// Indexes: "fingerprint", "message" (only of those that became an item).
extern const storage::Table<CapturedMailRecord> captured_mail_table;
std::string captured_mail_key(const Sha256Digest& source, std::uint64_t uid_validity,
                              std::uint64_t uid);

// A file of a scan folder that was taken in and lies there still. Goes when it was moved away. Key:
// source, digest.
struct CapturedFileRecord : Extensible {
  static constexpr std::uint32_t json_format = 1;
  Sha256Digest source;  // SHA-256 of "scan folder" and its name
  Sha256Digest digest;  // of the folder's name, the file's, its size and bytes
  std::string subfolder;
  std::string name_hex;  // bytes of the file's name, in hexadecimal
  InboundItemId item;
  Instant captured_at;
};
BOOST_DESCRIBE_STRUCT(CapturedFileRecord, (Extensible),
                      (source, digest, subfolder, name_hex, item, captured_at))

extern const storage::Table<CapturedFileRecord> captured_file_table;
std::string captured_file_prefix(const Sha256Digest& source);
std::string captured_file_key(const Sha256Digest& source, const Sha256Digest& digest);

}  // namespace dms
