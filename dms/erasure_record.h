#pragma once

// How erasures lie on disk: what was proposed and how far it is, and the plan of what is still to
// be done. Names are for ever (dms/README.md).

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dms/base/digest.h"
#include "dms/erasure.h"
#include "dms/object_record.h"
#include "storage/content.h"
#include "storage/table.h"

namespace dms {

struct ErasureObjectRecord : Extensible {
  ErasureObjectKind kind = ErasureObjectKind::document;
  Uuid id;
  ErasureObjectState state = ErasureObjectState::waiting;
  // Whose list counted for it when it was proposed, and last before it was destroyed.
  Uuid scope;
  // Of the dossier that was destroyed, or that the document lay in; unless it may name a person.
  std::optional<std::string> file_reference;
  std::vector<Open<ErasureReason>> reasons;  // why it was left out, as a whole or in part
};
BOOST_DESCRIBE_STRUCT(ErasureObjectRecord, (Extensible),
                      (kind, id, state, scope, file_reference, reasons))

// created_at and created_by are when and by whom it was proposed.
struct ErasureRecord : ObjectRecord {
  static constexpr std::uint32_t json_format = 1;
  ErasureId id;
  std::string reason;
  std::vector<ErasureObjectRecord> objects;
  ErasureState state = ErasureState::proposed;
  std::optional<UserId> proposed_for;
  std::optional<Instant> released_at;
  std::optional<UserId> released_by;
  std::optional<UserId> released_for;
  std::optional<Instant> ended_at;
  std::uint64_t dossiers = 0;   // destroyed so far
  std::uint64_t documents = 0;  // likewise
  std::uint64_t documents_left_out = 0;
  std::uint64_t versions = 0;
  std::uint64_t contents = 0;                // that nobody else names
  std::uint64_t bytes_to_free = 0;           // of these
  std::optional<std::uint64_t> bytes_freed;  // seen to have left the disk
  // Of the dossier that is being taken: the last document looked at; and whether those in the bin
  // are.
  std::optional<DocumentId> looked_at;
  bool in_bin = false;
};
BOOST_DESCRIBE_STRUCT(ErasureRecord, (ObjectRecord),
                      (id, reason, objects, state, proposed_for, released_at, released_by,
                       released_for, ended_at, dossiers, documents, documents_left_out, versions,
                       contents, bytes_to_free, bytes_freed, looked_at, in_bin))

// Indexes: "object" (object id; only of those that have not ended), "due" (what the run has to do).
extern const storage::Table<ErasureRecord> erasure_table;
bool has_ended(const ErasureRecord& erasure);
std::string erasure_object_prefix(const Uuid& object);

// An object that is gone, of which more is left than its record. Key: erasure, object.
struct ErasureRestRecord : Extensible {
  static constexpr std::uint32_t json_format = 1;
  ErasureId erasure;
  ErasureObjectKind kind = ErasureObjectKind::document;
  Uuid object;
  Instant created_at;                // of the object
  std::uint64_t details_before = 0;  // details of its events from here on are erased; 0: none
};
BOOST_DESCRIBE_STRUCT(ErasureRestRecord, (Extensible),
                      (erasure, kind, object, created_at, details_before))
extern const storage::Table<ErasureRestRecord> erasure_rest_table;

// A content that was released and is to leave the disk. Key: erasure, key domain, SHA-256.
struct ErasureContentRecord : Extensible {
  static constexpr std::uint32_t json_format = 1;
  ErasureId erasure;
  Uuid domain;
  Sha256Digest sha256;
  std::uint64_t size = 0;  // bytes
};
BOOST_DESCRIBE_STRUCT(ErasureContentRecord, (Extensible), (erasure, domain, sha256, size))
extern const storage::Table<ErasureContentRecord> erasure_content_table;

// Of both: everything of one erasure.
std::string erasure_prefix(ErasureId erasure);

// A file reference whose dossier was destroyed, for it is never given out again. Key: the digest.
struct RetiredReferenceRecord : Extensible {
  static constexpr std::uint32_t json_format = 1;
  Sha256Digest digest;  // of the reference: who does not know it does not find it here
};
BOOST_DESCRIBE_STRUCT(RetiredReferenceRecord, (Extensible), (digest))
extern const storage::Table<RetiredReferenceRecord> retired_reference_table;
Sha256Digest retired_reference_digest(std::string_view file_reference);

}  // namespace dms
