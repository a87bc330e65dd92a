#pragma once

// Who did what to which object, when, for whom: questions to the journal.
//
// Events of a dossier or document need `read` in its scope, of a unit `see`; what happened to
// users, groups and tokens is for administrators, and so is who read what, and from where. An
// administrator may go through the whole journal, but reads no detail of an object's event by that
// role. Thread-safe; blocking.

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "dms/actor.h"
#include "dms/audit_heads.h"
#include "dms/base/time.h"
#include "dms/permission_cache.h"
#include "storage/journal_event.h"
#include "storage/store.h"

namespace dms {

struct AuditQuery {
  std::optional<Uuid> object;   // nullopt: the whole journal (administrators)
  std::optional<UserId> actor;  // who did it
  std::string kind;             // "document.filed", or all of "document"; "": every kind
  std::optional<Instant> from;
  std::optional<Instant> to;  // exclusive
  std::uint64_t before = 0;   // the `next` of the previous page; 0 = the newest
  std::size_t limit = 50;     // 1–200
};

struct AuditEvent {
  std::uint64_t sequence = 0;
  Instant time;
  std::string kind;  // "document.filed"
  Uuid object;
  std::optional<Uuid> parent;
  UserId actor;  // nil: the system itself
  std::optional<UserId> on_behalf_of;
  std::optional<std::string> detail;  // JSON; nullopt: erased, or not for the asker
  // From where, for administrators only; nullopt: erased, a job's act, or not for the asker.
  std::optional<std::string> address;  // numeric, of the request
  std::optional<TokenId> token;        // the machine token that was shown
};

struct AuditPage {
  std::vector<AuditEvent> events;  // newest first; may be fewer than the limit, even none
  std::uint64_t next = 0;          // 0: nothing older
};

struct ReadsQuery {
  std::optional<Uuid> object;   // what was read
  std::optional<UserId> actor;  // by whom
  std::optional<Instant> from;
  std::optional<Instant> to;       // exclusive
  storage::ReadPlace before = {};  // the `next` of the previous page
  std::size_t limit = 50;          // 1–200
};

struct ReadsPage {
  std::vector<storage::RecordedRead> reads;  // newest first; may be fewer than the limit, even none
  std::optional<storage::ReadPlace> next;    // nullopt: nothing older
};

struct AuditReport {
  storage::VerifyReport store;
  HeadsReport heads;
};

class Audit {
 public:
  // Borrows all.
  Audit(storage::Store& store, const PermissionCache& permissions, AuditHeads& heads)
      : store_(store), permissions_(permissions), heads_(heads) {}
  // `invalid` at /kind where that can be none.
  Result<AuditPage> events(const Actor& actor, const AuditQuery& query) const;
  // Administrators only: who read what, as far back as reads are kept.
  Result<ReadsPage> reads(const Actor& actor, const ReadsQuery& query) const;
  // Administrators only: walks chains and records (slow: with their number, not with the size of
  // files, of which nothing is read), and holds the signed heads against them. Problems
  // name ids only. One at a time: `busy` while another runs; `unavailable` once `is_cancelled`
  // (borrowed, may be null) is set.
  Result<AuditReport> verify(const Actor& actor, const std::atomic<bool>* is_cancelled) const;
  // Administrators only: AuditHeads::list() and AuditHeads::sign().
  Result<HeadPage> heads(const Actor& actor, std::uint64_t before, std::size_t limit) const;
  Result<SignedHead> sign_head(const Actor& actor) const;

 private:
  Result<void> require_administration(const Actor& actor) const;

  storage::Store& store_;
  const PermissionCache& permissions_;
  AuditHeads& heads_;
  mutable std::atomic<bool> is_verifying_{false};
};

}  // namespace dms
