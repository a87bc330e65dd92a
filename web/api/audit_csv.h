#pragma once

// The journal and the chain of reads as tables for spreadsheets, made page by page while they are
// sent.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dms/actor.h"
#include "dms/audit.h"
#include "dms/tenant.h"

namespace dms::web {

// The names of who was met. One thread at a time.
class MetPeople {
 public:
  // Looks those up that were not met before.
  Result<void> meet(Tenant& tenant, const Actor& asker, const std::vector<UserId>& people);
  std::string name_of(const UserId& user) const;  // "" where there is none

 private:
  std::map<UserId, std::string> names_;
};

// One thread at a time. Holds a page of events and the names of who was met. Rights are asked for
// each page anew.
class AuditCsv {
 public:
  // `limit` and `before` of the query are its own.
  AuditCsv(std::shared_ptr<Tenant> tenant, Actor actor, AuditQuery query)
      : tenant_(std::move(tenant)), actor_(std::move(actor)), query_(std::move(query)) {}

  // The next rows, newest event first, the first time with byte order mark and header; "" where a
  // page held none; nullopt at the end.
  Result<std::optional<std::string>> next();

 private:
  void append_row(std::string& out, const AuditEvent& event) const;

  std::shared_ptr<Tenant> tenant_;
  Actor actor_;
  AuditQuery query_;
  MetPeople people_;
  enum class Place : std::uint8_t { beginning, middle, end } place_ = Place::beginning;
};

// The same of reads.
class ReadsCsv {
 public:
  ReadsCsv(std::shared_ptr<Tenant> tenant, Actor actor, ReadsQuery query)
      : tenant_(std::move(tenant)), actor_(std::move(actor)), query_(std::move(query)) {}

  Result<std::optional<std::string>> next();

 private:
  void append_row(std::string& out, const storage::RecordedRead& read) const;

  std::shared_ptr<Tenant> tenant_;
  Actor actor_;
  ReadsQuery query_;
  MetPeople people_;
  enum class Place : std::uint8_t { beginning, middle, end } place_ = Place::beginning;
};

}  // namespace dms::web
