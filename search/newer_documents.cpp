#include "search/newer_documents.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "search/fields.h"

namespace dms::search {

namespace {

constexpr unsigned time_bits = 48;
constexpr std::uint64_t times_end = std::uint64_t{1} << time_bits;
// Post that waits, at the end of the ids: beyond it nothing is called new.
constexpr std::size_t times_looked_at = 1000;

// The lowest id of a millisecond; of times_end the highest there is.
Uuid first_id_of(std::uint64_t milliseconds) {
  Uuid id;
  if (milliseconds >= times_end) id.bytes.fill(UINT8_MAX);
  for (unsigned i = 0; i < time_bits / 8 && milliseconds < times_end; ++i) {
    id.bytes[i] = static_cast<std::uint8_t>(milliseconds >> (time_bits - 8 - 8 * i));
  }
  return id;
}

Xapian::TermIterator first_from(const Xapian::Database& database, const Uuid& id) {
  const std::string prefix(fields::id_prefix);
  auto at = database.allterms_begin(prefix);
  if (at != database.allterms_end(prefix)) at.skip_to(fields::id_term(id));
  return at;
}

bool has_any(const Xapian::Database& database, std::uint64_t from, std::uint64_t before) {
  const auto at = first_from(database, first_id_of(from));
  return at != database.allterms_end(std::string(fields::id_prefix)) &&
         *at < fields::id_term(first_id_of(before));
}

// The last millisecond before another that has any. Terms can be walked forwards only, so it is
// closed in on.
std::optional<std::uint64_t> latest_before(const Xapian::Database& database, std::uint64_t before) {
  if (!has_any(database, 0, before)) return std::nullopt;
  std::uint64_t latest = 0;
  for (unsigned bit = time_bits; bit-- > 0;) {
    const std::uint64_t later = latest | (std::uint64_t{1} << bit);
    if (later < before && has_any(database, later, before)) latest = later;
  }
  return latest;
}

// What is filed does; post that waits does not.
bool stands_in_unit(const Reader& reader, const std::string& term) {
  const auto posting = reader.database.postlist_begin(term);
  return posting != reader.database.postlist_end(term) &&
         reader.columns->documents.at(*posting).facets[column_of(Facet::unit)] != 0;
}

}  // namespace

Uuid newest_document(const Reader& reader) {
  const auto end = reader.database.allterms_end(std::string(fields::id_prefix));
  std::uint64_t before = times_end;
  for (std::size_t looked_at = 0; looked_at < times_looked_at; ++looked_at) {
    const auto latest = latest_before(reader.database, before);
    if (!latest) break;
    std::string newest;
    const std::string next = fields::id_term(first_id_of(*latest + 1));
    for (auto at = first_from(reader.database, first_id_of(*latest)); at != end && *at < next;
         ++at) {
      if (stands_in_unit(reader, *at)) newest = *at;
    }
    if (!newest.empty()) {
      return parse_uuid(std::string_view(newest).substr(fields::id_prefix.size())).value_or(Uuid{});
    }
    before = *latest;
  }
  return Uuid{};
}

NewerDocuments newer_documents(const Xapian::Database& database, const Uuid& document) {
  NewerDocuments newer;
  const std::string own = fields::id_term(document);
  const auto end = database.allterms_end(std::string(fields::id_prefix));
  for (auto at = first_from(database, document); at != end; ++at) {
    const std::string term = *at;
    if (term == own) continue;
    if (newer.documents.size() == newer_documents_max) {
      newer.is_complete = false;
      break;
    }
    const auto posting = database.postlist_begin(term);
    if (posting != database.postlist_end(term)) newer.documents.push_back(*posting);
  }
  return newer;
}

}  // namespace dms::search
