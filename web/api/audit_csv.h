#pragma once

// The journal as a table for spreadsheets, made page by page while it is sent.

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "dms/actor.h"
#include "dms/audit.h"
#include "dms/tenant.h"

namespace dms::web {

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
  Result<void> learn_names(const AuditPage& page);
  std::string name_of(const UserId& user) const;
  void append_row(std::string& out, const AuditEvent& event) const;

  std::shared_ptr<Tenant> tenant_;
  Actor actor_;
  AuditQuery query_;
  std::map<UserId, std::string> names_;  // "" where there is none
  enum class Place : std::uint8_t { beginning, middle, end } place_ = Place::beginning;
};

}  // namespace dms::web
