#include "storage/reads_chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/describe/class.hpp>
#include <chrono>

#include "dms/base/json_codec.h"
#include "storage/byte_codec.h"
#include "storage/journal.h"
#include "storage/key_codec.h"
#include "storage/slice.h"

namespace dms::storage {

// What the seal's event says of a segment.
struct SealDetail {
  Date day;
  std::uint64_t entries = 0;
  Sha256Digest previous;
  Sha256Digest last;
};
BOOST_DESCRIBE_STRUCT(SealDetail, (), (day, entries, previous, last))

// What the event says of segments that were dropped.
struct DropDetail {
  Date through;
};
BOOST_DESCRIBE_STRUCT(DropDetail, (), (through))

namespace {

constexpr std::uint8_t plain_entry_format = 1;
constexpr std::uint8_t entry_with_origin_format = 2;
constexpr std::uint8_t has_on_behalf_of = 1U << 0U;
constexpr std::uint8_t has_token = 1U << 1U;
constexpr std::uint8_t has_address = 1U << 2U;
constexpr std::size_t address_bytes_max = 255;
// Commits wait meanwhile.
constexpr std::uint32_t removed_at_once_max = 2000;

std::uint8_t flags_of(const ReadEvent& event) {
  std::uint8_t flags = 0;
  if (event.on_behalf_of) flags |= has_on_behalf_of;
  if (event.token) flags |= has_token;
  if (!event.address.empty()) flags |= has_address;
  return flags;
}

// An entry without an origin is written as it was when there were none.
std::uint8_t format_of(std::uint8_t flags) {
  return (flags & (has_token | has_address)) != 0 ? entry_with_origin_format : plain_entry_format;
}

Date date_of(std::uint32_t day) {
  return Date(std::chrono::sys_days(std::chrono::days(static_cast<int>(day))));
}

Error damaged(const Database& database) {
  return operator_error(ErrorCode::corrupt,
                        fmt::format("store {}: unreadable entry of reads", database.name()));
}

// Whether there are any before the key `end`.
Result<bool> has_entries(const Database& database, std::string_view end) {
  const auto at = database.iterate(Family::reads);
  at->SeekToFirst();
  if (!at->status().ok()) return fail(read_error(at->status(), "reads"));
  return at->Valid() && view(at->key()) < end;
}

}  // namespace

std::string encode_read_entry(const ReadEntry& entry) {
  const ReadEvent& event = entry.event;
  ByteWriter out;
  const std::uint8_t flags = flags_of(event);
  out.byte(format_of(flags)).number_32(entry.day).number(entry.number).time(entry.time);
  out.byte(flags);
  out.byte(static_cast<std::uint8_t>(event.kind.size())).raw(event.kind);
  out.uuid(event.object).uuid(event.actor);
  if (event.on_behalf_of) out.uuid(*event.on_behalf_of);
  if (event.token) out.uuid(*event.token);
  if (!event.address.empty()) {
    out.byte(static_cast<std::uint8_t>(event.address.size())).raw(event.address);
  }
  return out.digest(entry.previous).take();
}

std::optional<ReadEntry> decode_read_entry(std::string_view bytes) {
  ByteReader in(bytes);
  const std::uint8_t format = in.byte();
  ReadEntry entry;
  entry.day = in.number_32();
  entry.number = in.number();
  entry.time = in.time();
  const std::uint8_t flags = in.byte();
  if ((flags & ~(has_on_behalf_of | has_token | has_address)) != 0) return std::nullopt;
  if (format != format_of(flags)) return std::nullopt;
  entry.event.kind = in.raw(in.byte());
  entry.event.object = in.uuid();
  entry.event.actor = in.uuid();
  if ((flags & has_on_behalf_of) != 0) entry.event.on_behalf_of = in.uuid();
  if ((flags & has_token) != 0) entry.event.token = in.uuid();
  if ((flags & has_address) != 0) entry.event.address = in.raw(in.byte());
  entry.previous = in.digest();
  if (!in.complete() || flags != flags_of(entry.event)) return std::nullopt;
  return entry;
}

std::string read_entry_key(std::uint32_t day, std::uint64_t number) {
  return ByteWriter().number_32(day).number(number).take();
}

std::string seal_detail(const ReadSegment& segment) {
  return encode_json(
      SealDetail{date_of(segment.day), segment.entries, segment.previous, segment.last});
}

std::optional<ReadSegment> parse_seal_detail(std::string_view json) {
  const Result<SealDetail> detail = decode_json<SealDetail>(json, JsonProfile::record);
  if (!detail) return std::nullopt;
  const auto days = std::chrono::sys_days(detail->day).time_since_epoch().count();
  return ReadSegment{static_cast<std::uint32_t>(days), detail->entries, detail->previous,
                     detail->last};
}

std::optional<std::uint32_t> parse_drop_detail(std::string_view json) {
  const Result<DropDetail> detail = decode_json<DropDetail>(json, JsonProfile::record);
  if (!detail) return std::nullopt;
  return static_cast<std::uint32_t>(
      std::chrono::sys_days(detail->through).time_since_epoch().count());
}

std::uint32_t day_of(Instant time) {
  const auto days = std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
  return static_cast<std::uint32_t>(std::max<decltype(days)>(days, 0));
}

Result<ReadsPosition> read_reads_head(const Database& database) {
  const auto at = database.iterate(Family::reads);
  at->SeekToLast();
  if (!at->Valid()) {
    if (!at->status().ok()) return fail(read_error(at->status(), "reads"));
    return ReadsPosition{};
  }
  const std::optional<ReadEntry> entry = decode_read_entry(view(at->value()));
  if (!entry || view(at->key()) != read_entry_key(entry->day, entry->number)) {
    return fail(damaged(database));
  }
  return ReadsPosition{entry->day, entry->number, sha256(view(at->value()))};
}

Result<void> ReadsChain::load() {
  const std::optional<std::string> sealed =
      DMS_TRY(database_.get(Family::meta, counter_key(reads_sealed_counter)));
  const ReadsPosition head = DMS_TRY(read_reads_head(database_));
  const MutexLock lock(mutex_);
  head_ = head;
  synced_ = head;
  if (sealed) closed_day_ = static_cast<std::uint32_t>(read_big_endian_64(*sealed).value_or(0));
  return {};
}

std::uint32_t ReadsChain::writing_day() const {
  // A clock that goes back never reopens a segment.
  return std::max({day_of(clock_.now()), head_.day, closed_day_.load() + 1});
}

Result<void> ReadsChain::append(const ReadEvent& event) {
  DMS_TRY(check_event_kind(event.kind));
  if (event.address.size() > address_bytes_max) {
    return fail(operator_error(ErrorCode::internal, "an address of more than 255 bytes"));
  }
  const MutexLock lock(mutex_);
  ReadEntry entry;
  entry.day = writing_day();
  entry.number = entry.day == head_.day ? head_.number + 1 : 1;
  entry.time = clock_.now();
  entry.event = event;
  entry.previous = head_.hash;
  const std::string bytes = encode_read_entry(entry);
  DMS_TRY(database_.put(Family::reads, read_entry_key(entry.day, entry.number), bytes,
                        Durability::wal));
  head_ = {entry.day, entry.number, sha256(bytes)};
  return {};
}

ReadsPosition ReadsChain::head() const {
  const MutexLock lock(mutex_);
  return head_;
}

void ReadsChain::mark_synced(const ReadsPosition& position) {
  const MutexLock lock(mutex_);
  synced_ = position;
}

bool ReadsChain::sync_due() const {
  const MutexLock lock(mutex_);
  return !(synced_ == head_);
}

bool ReadsChain::close_past_segments() {
  const std::uint32_t today = day_of(clock_.now());
  // Asked before every read: a lock only where a day has ended.
  if (today == 0 || today - 1 <= closed_day_) return false;
  const MutexLock lock(mutex_);
  if (head_.number == 0 || today - 1 <= closed_day_) return false;
  const bool unsealed = head_.day > closed_day_;
  closed_day_ = today - 1;
  return unsealed;
}

Result<Commit> ReadsChain::seal(const View& view) const {
  const std::uint64_t sealed = DMS_TRY(view.counter(reads_sealed_counter));
  const std::uint32_t closed = closed_day_;
  Commit commit(view);
  if (sealed >= closed) return commit;
  const auto after = static_cast<std::uint32_t>(sealed);
  const std::vector<ReadSegment> segments = DMS_TRY(read_segments(database_, after, closed));
  if (segments.empty()) return commit;  // a store that is only opened stays as it is
  for (const ReadSegment& segment : segments) {
    commit.append({std::string(reads_sealed_kind), store_id_, std::nullopt, Uuid{}, std::nullopt,
                   seal_detail(segment)});
  }
  commit.set_counter(reads_sealed_counter, closed);
  return commit;
}

bool ReadsChain::drop_is_due(std::uint32_t kept_days) {
  const std::uint32_t today = day_of(clock_.now());
  if (kept_days == 0 || today <= kept_days) return false;
  return looked_for_old_.exchange(today) != today;
}

Result<Commit> ReadsChain::drop(const View& view, std::uint32_t kept_days) const {
  const std::uint32_t today = day_of(clock_.now());
  const std::uint64_t sealed = DMS_TRY(view.counter(reads_sealed_counter));
  const std::uint64_t dropped = DMS_TRY(view.counter(reads_dropped_counter));
  Commit commit(view);
  // The segment of the newest entry stays: what is read next follows it.
  const std::uint32_t newest = head().day;
  if (newest == 0 || today <= kept_days) return commit;
  const std::uint64_t through =
      std::min<std::uint64_t>({today - kept_days - 1, sealed, newest - 1});
  if (through <= dropped) return commit;
  const auto day = static_cast<std::uint32_t>(through);
  if (!DMS_TRY(has_entries(database_, read_entry_key(day + 1, 0)))) return commit;
  commit.append({std::string(reads_dropped_kind), store_id_, std::nullopt, Uuid{}, std::nullopt,
                 encode_json(DropDetail{date_of(day)})});
  commit.set_counter(reads_dropped_counter, through);
  return commit;
}

Result<bool> ReadsChain::remove_dropped() {
  const std::optional<std::string> counter =
      DMS_TRY(database_.get(Family::meta, counter_key(reads_dropped_counter)));
  const std::uint64_t dropped = counter ? read_big_endian_64(*counter).value_or(0) : 0;
  const std::string end = read_entry_key(static_cast<std::uint32_t>(dropped) + 1, 0);
  rocksdb::WriteBatch batch;
  const auto at = database_.iterate(Family::reads);
  at->SeekToFirst();
  const auto is_dropped = [&] { return at->Valid() && view(at->key()) < std::string_view(end); };
  for (; is_dropped() && batch.Count() < removed_at_once_max; at->Next()) {
    batch.Delete(database_.handle(Family::reads), at->key());
  }
  if (!at->status().ok()) return fail(read_error(at->status(), "reads"));
  if (batch.Count() > 0) DMS_TRY(database_.write(batch, Durability::wal));
  return is_dropped();
}

Result<std::vector<RecordedRead>> read_reads(const Database& database, ReadPlace before,
                                             std::size_t limit) {
  std::vector<RecordedRead> reads;
  const std::string end = read_entry_key(before.day, before.number);
  const rocksdb::Slice upper = slice(end);
  rocksdb::ReadOptions options;
  if (before != ReadPlace{}) options.iterate_upper_bound = &upper;
  const auto at = database.iterate(Family::reads, options);
  for (at->SeekToLast(); at->Valid() && reads.size() < limit; at->Prev()) {
    std::optional<ReadEntry> entry = decode_read_entry(view(at->value()));
    if (!entry) return fail(damaged(database));
    reads.push_back({{entry->day, entry->number}, entry->time, std::move(entry->event)});
  }
  if (!at->status().ok()) return fail(read_error(at->status(), "reads"));
  return reads;
}

Result<std::vector<ReadSegment>> read_segments(const Database& database, std::uint32_t after_day,
                                               std::uint32_t through_day) {
  std::vector<ReadSegment> segments;
  const std::string end = read_entry_key(through_day + 1, 0);
  const rocksdb::Slice upper = slice(end);
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &upper;
  const auto at = database.iterate(Family::reads, options);
  for (at->Seek(read_entry_key(after_day + 1, 0)); at->Valid(); at->Next()) {
    const std::optional<ReadEntry> entry = decode_read_entry(view(at->value()));
    if (!entry) return fail(damaged(database));
    if (segments.empty() || segments.back().day != entry->day) {
      segments.push_back({entry->day, 0, entry->previous, {}});
    }
    segments.back().entries = entry->number;
    segments.back().last = sha256(view(at->value()));
  }
  if (!at->status().ok()) return fail(read_error(at->status(), "reads"));
  return segments;
}

}  // namespace dms::storage
