#pragma once

// How uploads in pieces lie on disk. Names are for ever (dms/README.md).

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "dms/base/digest.h"
#include "dms/base/json_record.h"
#include "dms/base/time.h"
#include "dms/ids.h"
#include "dms/version.h"
#include "storage/commit.h"
#include "storage/content.h"
#include "storage/table.h"
#include "storage/view.h"

namespace dms {

// A content that holds the next bytes; kept alive by a ref of `id`. In the tenant's own key domain
// until it is assembled for a dossier's.
struct UploadPieceRecord : Extensible {
  Uuid id;
  Sha256Digest sha256;
  std::uint64_t size = 0;      // bytes
  std::optional<Uuid> domain;  // absent: the tenant's own
  friend bool operator==(const UploadPieceRecord&, const UploadPieceRecord&) = default;
};
BOOST_DESCRIBE_STRUCT(UploadPieceRecord, (Extensible), (id, sha256, size, domain))

struct UploadRecord : Extensible {
  static constexpr std::uint32_t json_format = 1;
  UploadId id;
  UserId user;
  std::optional<TokenId> token;  // where a program made it
  std::uint64_t length = 0;      // bytes that are to come in all
  std::string file_name;
  std::string metadata;                   // as the client sent it
  std::vector<UploadPieceRecord> pieces;  // in order; their sizes make the offset
  Instant created;
  Instant expires;
  std::optional<VersionId> version;  // took the content: there are no pieces any more
};
BOOST_DESCRIBE_STRUCT(UploadRecord, (Extensible),
                      (id, user, token, length, file_name, metadata, pieces, created, expires,
                       version))

// Index `user`: (user) of those that no version took; index `expires`: (microseconds); index
// `version` (unique): the version that took it.
extern const storage::Table<UploadRecord> upload_table;

// Takes away what is remembered of the upload that the version took.
Result<void> forget_upload(const storage::View& view, storage::Commit& commit, VersionId version);

std::uint64_t offset_of(const UploadRecord& upload);
storage::ContentId content_of(const UploadPieceRecord& piece);

}  // namespace dms
