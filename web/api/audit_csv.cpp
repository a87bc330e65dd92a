#include "web/api/audit_csv.h"

#include <algorithm>
#include <array>
#include <vector>

#include "dms/exchange/csv_writer.h"

namespace dms::web {

namespace {

constexpr std::size_t page_size = 200;

std::string text_of(const std::optional<Uuid>& id) {
  return id ? to_string(*id) : std::string();
}

}  // namespace

Result<std::optional<std::string>> AuditCsv::next() {
  if (place_ == Place::end) return std::optional<std::string>();
  query_.limit = page_size;
  const AuditPage page = DMS_TRY(tenant_->audit().events(actor_, query_));
  std::vector<UserId> met;
  for (const AuditEvent& event : page.events) {
    met.push_back(event.actor);
    if (event.on_behalf_of) met.push_back(*event.on_behalf_of);
  }
  DMS_TRY(people_.meet(*tenant_, actor_, met));
  std::string rows;
  if (place_ == Place::beginning) {
    const std::array<std::string, 12> header{"sequence",   "time",         "kind",
                                             "object",     "parent",       "actor",
                                             "actor_name", "on_behalf_of", "on_behalf_of_name",
                                             "detail",     "address",      "token"};
    rows = exchange::csv_byte_order_mark;
    exchange::append_csv_row(rows, header);
  }
  for (const AuditEvent& event : page.events) append_row(rows, event);
  query_.before = page.next;
  place_ = page.next == 0 ? Place::end : Place::middle;
  return std::optional(std::move(rows));
}

Result<void> MetPeople::meet(Tenant& tenant, const Actor& asker,
                             const std::vector<UserId>& people) {
  std::vector<UserId> unknown;
  for (const UserId& user : people) {
    if (names_.try_emplace(user).second) unknown.push_back(user);
  }
  for (std::size_t begin = 0; begin < unknown.size(); begin += people_named_max) {
    const std::size_t end = std::min(begin + people_named_max, unknown.size());
    const std::vector<UserId> some(unknown.begin() + static_cast<std::ptrdiff_t>(begin),
                                   unknown.begin() + static_cast<std::ptrdiff_t>(end));
    for (const Person& person : DMS_TRY(tenant.people().named(asker, some))) {
      names_[person.id] = person.display_name;
    }
  }
  return {};
}

std::string MetPeople::name_of(const UserId& user) const {
  const auto found = names_.find(user);
  return found == names_.end() ? std::string() : found->second;
}

void AuditCsv::append_row(std::string& out, const AuditEvent& event) const {
  const std::array<std::string, 12> cells{
      std::to_string(event.sequence),
      format_rfc3339(event.time),
      event.kind,
      to_string(event.object),
      text_of(event.parent),
      event.actor.text(),
      people_.name_of(event.actor),
      event.on_behalf_of ? event.on_behalf_of->text() : std::string(),
      event.on_behalf_of ? people_.name_of(*event.on_behalf_of) : std::string(),
      event.detail.value_or(""),
      event.address.value_or(""),
      event.token ? event.token->text() : std::string()};
  exchange::append_csv_row(out, cells);
}

Result<std::optional<std::string>> ReadsCsv::next() {
  if (place_ == Place::end) return std::optional<std::string>();
  query_.limit = page_size;
  const ReadsPage page = DMS_TRY(tenant_->audit().reads(actor_, query_));
  std::vector<UserId> met;
  for (const storage::RecordedRead& read : page.reads) {
    met.push_back(UserId{read.event.actor});
    if (read.event.on_behalf_of) met.push_back(UserId{*read.event.on_behalf_of});
  }
  DMS_TRY(people_.meet(*tenant_, actor_, met));
  std::string rows;
  if (place_ == Place::beginning) {
    const std::array<std::string, 9> header{
        "time",    "kind", "object", "actor", "actor_name", "on_behalf_of", "on_behalf_of_name",
        "address", "token"};
    rows = exchange::csv_byte_order_mark;
    exchange::append_csv_row(rows, header);
  }
  for (const storage::RecordedRead& read : page.reads) append_row(rows, read);
  query_.before = page.next.value_or(storage::ReadPlace{});
  place_ = page.next ? Place::middle : Place::end;
  return std::optional(std::move(rows));
}

void ReadsCsv::append_row(std::string& out, const storage::RecordedRead& read) const {
  const storage::ReadEvent& event = read.event;
  const std::array<std::string, 9> cells{
      format_rfc3339(read.time),
      event.kind,
      to_string(event.object),
      to_string(event.actor),
      people_.name_of(UserId{event.actor}),
      text_of(event.on_behalf_of),
      event.on_behalf_of ? people_.name_of(UserId{*event.on_behalf_of}) : std::string(),
      event.address,
      text_of(event.token)};
  exchange::append_csv_row(out, cells);
}

}  // namespace dms::web
