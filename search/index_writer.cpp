#include "search/index_writer.h"

#include <algorithm>

#include "search/fields.h"
#include "search/index_files.h"
#include "search/index_position.h"
#include "search/language.h"
#include "search/xapian_guard.h"

namespace dms::search {

namespace {

// Below Xapian's own threshold (10,000), at which it would begin to write out by itself.
constexpr std::size_t commit_every_max = 5000;

}  // namespace

IndexWriter::IndexWriter(const Place& place, std::size_t commit_every, ReaderPool& readers)
    : readers_(readers),
      commit_every_(std::clamp<std::size_t>(commit_every, 1, commit_every_max)),
      database_(open_database(place.folder, place.analysis)),
      columns_(database_),
      position_(read_position(database_, place.analysis)),
      unpacked_(read_unpacked(database_)) {
  readers_.start(database_.get_uuid(), columns_.snapshot());
  database_.begin_transaction();
}

template <class Work>
Result<void> IndexWriter::write(Work&& work) {
  if (broken_) {
    return fail(operator_error(ErrorCode::unavailable,
                               "search index: a write failed earlier; open it anew"));
  }
  broken_ = true;  // until the work is done: it may leave by an exception of any kind
  DMS_TRY(xapian_guard([&]() -> Result<void> {
    work();
    return {};
  }));
  broken_ = false;
  return {};
}

Result<void> IndexWriter::put(const IndexDocument& document) {
  DMS_TRY(check_document(document));
  return write([&] {
    const Xapian::Document analysed = analysis_.analyse(document);
    const Xapian::docid id = database_.replace_document(fields::id_term(document.id), analysed);
    columns_.put(id, document.group, day_of(document), facets_of(document));
    count_change();
  });
}

Result<void> IndexWriter::remove(const Uuid& document) {
  return write([&] {
    const std::string term = fields::id_term(document);
    const auto posting = database_.postlist_begin(term);
    if (posting == database_.postlist_end(term)) return;
    const Xapian::docid id = *posting;
    database_.delete_document(id);
    columns_.remove(id);
    count_change();
  });
}

Result<void> IndexWriter::commit(const IndexPosition& position) {
  return write([&] {
    write_position(database_, position);
    commit_transaction();
    position_ = position;
    position_->analysis_version = analysis_version;
  });
}

Result<void> IndexWriter::commit_changes() {
  return write([&] {
    if (changes_ > 0) commit_transaction();
  });
}

void IndexWriter::count_change() {
  if (++changes_ >= commit_every_) commit_transaction();
}

void IndexWriter::commit_transaction() {
  unpacked_ += changes_;
  if (changes_ > 0) write_unpacked(database_, unpacked_);
  readers_.publish(columns_.snapshot(), [this] { database_.commit_transaction(); });
  changes_ = 0;
  database_.begin_transaction();
}

}  // namespace dms::search
