#include "search/index_writer.h"

#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "search/fields.h"
#include "search/glass_version.h"
#include "search/language.h"
#include "search/xapian_guard.h"

namespace dms::search {

namespace {

// Below Xapian's own threshold (10,000), at which it would begin to write out by itself.
constexpr std::size_t commit_every_max = 5000;

std::string encode_position(const IndexPosition& position) {
  return to_string(position.store_id) + " " + std::to_string(position.sequence) + " " +
         position.hash.hex();
}

std::optional<IndexPosition> decode_position(std::string_view text) {
  const std::size_t first = text.find(' ');
  const std::size_t last = text.rfind(' ');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  const auto store_id = parse_uuid(text.substr(0, first));
  const auto hash = Sha256Digest::from_hex(text.substr(last + 1));
  const std::string_view digits = text.substr(first + 1, last - first - 1);
  IndexPosition position;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), position.sequence);
  if (!store_id || !hash || error != std::errc{} || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  position.store_id = *store_id;
  position.hash = *hash;
  position.analysis_version = analysis_version;
  return position;
}

// 0 where there is none; nullopt where it is damaged.
std::optional<std::uint32_t> decode_number(std::string_view text) {
  std::uint32_t number = 0;
  if (text.empty()) return number;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// A folder without Xapian's version file is a new index only if it is empty.
Xapian::WritableDatabase open_database(const std::string& folder) {
  std::error_code error;
  if (mkdir(folder.c_str(), S_IRWXU) != 0 && !std::filesystem::is_directory(folder, error)) {
    throw Xapian::DatabaseOpeningError("no folder for the index");
  }
  if (!std::filesystem::is_empty(folder, error)) {
    check_version_file(folder);
    return Xapian::WritableDatabase(folder, Xapian::DB_OPEN);
  }
  Xapian::WritableDatabase database(folder, Xapian::DB_CREATE | Xapian::DB_BACKEND_GLASS);
  database.set_metadata(fields::format_key, std::string(fields::format_version));
  database.set_metadata(fields::analysis_key, std::to_string(analysis_version));
  database.commit();
  return database;
}

std::optional<IndexPosition> read_position(const Xapian::Database& database) {
  if (database.get_metadata(fields::format_key) != fields::format_version) {
    throw Xapian::DatabaseVersionError("an index of another format");
  }
  if (database.get_metadata(fields::analysis_key) != std::to_string(analysis_version)) {
    throw Xapian::DatabaseVersionError("an index of another analysis version");
  }
  const std::string text = database.get_metadata(fields::position_key);
  if (text.empty()) return std::nullopt;
  auto position = decode_position(text);
  const auto source = decode_number(database.get_metadata(fields::source_key));
  if (!position || !source) {
    throw Xapian::DatabaseCorruptError("the index's position is damaged");
  }
  position->source_version = *source;
  return position;
}

}  // namespace

IndexWriter::IndexWriter(const std::string& folder, std::size_t commit_every, ReaderPool& readers)
    : readers_(readers),
      commit_every_(std::clamp<std::size_t>(commit_every, 1, commit_every_max)),
      database_(open_database(folder)),
      columns_(database_),
      position_(read_position(database_)) {
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
    columns_.put(id, document.group, day_of(document));
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
    database_.set_metadata(fields::position_key, encode_position(position));
    database_.set_metadata(fields::source_key, std::to_string(position.source_version));
    commit_transaction();
    position_ = position;
    position_->analysis_version = analysis_version;
  });
}

void IndexWriter::count_change() {
  if (++changes_ >= commit_every_) commit_transaction();
}

void IndexWriter::commit_transaction() {
  readers_.publish(columns_.snapshot(), [this] { database_.commit_transaction(); });
  changes_ = 0;
  database_.begin_transaction();
}

}  // namespace dms::search
