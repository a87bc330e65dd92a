#include "search/newer_documents.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "search/fields.h"

namespace dms::search {

namespace {

constexpr unsigned time_bits = 48;

// The lowest id of a millisecond.
Uuid first_id_of(std::uint64_t milliseconds) {
  Uuid id;
  for (unsigned i = 0; i < time_bits / 8; ++i) {
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

}  // namespace

Uuid newest_document(const Xapian::Database& database) {
  const auto end = database.allterms_end(std::string(fields::id_prefix));
  if (first_from(database, Uuid{}) == end) return Uuid{};
  // Terms can be walked forwards only, so the last millisecond with one is closed in on.
  std::uint64_t latest = 0;
  for (unsigned bit = time_bits; bit-- > 0;) {
    const std::uint64_t later = latest | (std::uint64_t{1} << bit);
    if (first_from(database, first_id_of(later)) != end) latest = later;
  }
  std::string term;
  for (auto at = first_from(database, first_id_of(latest)); at != end; ++at) term = *at;
  return parse_uuid(std::string_view(term).substr(fields::id_prefix.size())).value_or(Uuid{});
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
  std::sort(newer.documents.begin(), newer.documents.end());
  return newer;
}

}  // namespace dms::search
