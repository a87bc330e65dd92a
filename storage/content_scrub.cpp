// Goes through all content piece by piece, in the order of its keys: rot in what nobody reads is
// found while there are backups of it.

#include <fmt/format.h>

#include "storage/byte_codec.h"
#include "storage/content_core.h"
#include "storage/integrity.h"
#include "storage/walk.h"

namespace dms::storage {

namespace {

// Manifests looked up at once; what is stored while these are read comes with the next.
constexpr std::size_t page_contents = 1000;

// The contents that come after a manifest key, in order, at most a page.
Result<std::vector<ContentKey>> contents_after(const Database& database, std::string_view after) {
  std::vector<ContentKey> found;
  const auto position = database.iterate(Family::content_meta, rocksdb::ReadOptions());
  const std::string begin(1, tag_manifest);
  for (position->Seek(after.empty() ? begin : std::string(after) + '\0');
       position->Valid() && position->key().starts_with(begin) && found.size() < page_contents;
       position->Next()) {
    // An ill-formed key is verify's to tell.
    if (const auto content = parse_content_key(position->key().ToStringView())) {
      found.push_back(*content);
    }
  }
  if (!position->status().ok()) return fail(read_error(position->status(), "content records"));
  return found;
}

// What family meta holds of it: format, place (a manifest key, or nothing), begun, ended (or 0),
// contents, bytes, damaged. A place that cannot be read, or of a later format, begins anew.
constexpr std::string_view scrub_key = "scrub";
constexpr std::uint8_t scrub_format = 1;

struct Pass {
  std::string place;  // of the content read last; "": none yet
  ScrubState state;
};

std::string encode(const Pass& pass) {
  ByteWriter writer;
  writer.byte(scrub_format).byte(static_cast<std::uint8_t>(pass.place.size())).raw(pass.place);
  writer.time(pass.state.begun).time(pass.state.ended.value_or(Instant{}));
  writer.number(pass.state.contents).number(pass.state.content_bytes).number(pass.state.damaged);
  return writer.take();
}

std::optional<Pass> parse_pass(std::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.byte() != scrub_format) return std::nullopt;
  Pass pass;
  pass.place = reader.raw(reader.byte());
  pass.state.begun = reader.time();
  const Instant ended = reader.time();
  if (ended != Instant{}) pass.state.ended = ended;
  pass.state.contents = reader.number();
  pass.state.content_bytes = reader.number();
  pass.state.damaged = reader.number();
  const bool is_place = pass.place.empty() || parse_content_key(pass.place);
  return reader.complete() && is_place ? std::optional(pass) : std::nullopt;
}

Result<std::optional<Pass>> find_pass(const Database& database) {
  const auto bytes = DMS_TRY(database.get(Family::meta, scrub_key));
  return bytes ? parse_pass(*bytes) : std::nullopt;
}

// Reads these until the pass has read `end` bytes.
Result<void> read_page(ContentCore& core, const std::vector<ContentKey>& page, std::uint64_t end,
                       Walk& walk, Pass& pass, ScrubReport& report) {
  for (const ContentKey& content : page) {
    CheckedContent checked = DMS_TRY(check_content(core, content, walk));
    pass.place = manifest_key(content);
    pass.state.content_bytes += checked.bytes;
    if (checked.is_whole) ++pass.state.contents;
    if (!checked.problem.empty()) {
      ++pass.state.damaged;
      report.problems.push_back(std::move(checked.problem));
    }
    if (pass.state.content_bytes >= end) return {};
  }
  return {};
}

}  // namespace

Result<CheckedContent> check_content(ContentCore& core, const ContentKey& content, Walk& walk) {
  CheckedContent checked;
  const auto lease = core.leases->try_acquire(content);
  if (!lease) return checked;  // being swept
  const auto found = find_manifest(core.database, content);
  if (!found && found.error().code == ErrorCode::corrupt) {
    checked.problem = fmt::format("content {}: {}", content.sha256.hex(), found.error().hint);
    return checked;
  }
  const std::optional<Manifest> manifest = DMS_TRY(found);
  if (!manifest) return checked;
  const FoundCipher found_cipher = DMS_TRY(find_cipher(core, content, *manifest));
  checked.is_destroyed = found_cipher.state == ContentKeyState::destroyed;
  if (found_cipher.state == ContentKeyState::missing) {
    checked.problem = describe_missing_key(content, *manifest);
    return checked;
  }
  Sha256 hash;
  PlainChunk chunk;
  const std::uint64_t chunks = chunk_count(manifest->size);
  for (std::uint64_t index = 0; index < chunks; ++index) {
    const Result<void> read =
        read_chunk(core.database, *manifest, found_cipher.cipher, index, chunk);
    if (!read) {
      checked.problem = read.error().hint;
      return checked;
    }
    hash.update(chunk.bytes());
    checked.bytes += chunk.bytes().size();
    DMS_TRY(walk.step(chunk.bytes().size()));
  }
  if (checked.is_destroyed) return checked;
  checked.is_whole = true;
  if (hash.finish() != content.sha256) {
    checked.problem =
        fmt::format("content {}: other bytes than its digest's", content.sha256.hex());
  }
  return checked;
}

Result<ScrubReport> scrub_content(ContentCore& core, std::uint64_t bytes_max,
                                  const VerifyControl& control) {
  Pass pass = DMS_TRY(find_pass(core.database)).value_or(Pass{});
  if (pass.state.ended || pass.place.empty()) {
    pass = {};
    pass.state.begun = core.clock.now();
  }
  ScrubReport report;
  const VerifyReport unused;
  Walk walk(control, unused, &core.database);
  const std::uint64_t end = pass.state.content_bytes + bytes_max;
  while (pass.state.content_bytes < end && !pass.state.ended) {
    const auto page = DMS_TRY(contents_after(core.database, pass.place));
    if (page.empty()) pass.state.ended = core.clock.now();
    DMS_TRY(read_page(core, page, end, walk, pass, report));
  }
  // Lost in a crash it is read again.
  DMS_TRY(core.database.put(Family::meta, scrub_key, encode(pass), Durability::wal));
  report.state = pass.state;
  return report;
}

Result<std::optional<ScrubState>> find_scrub_state(const ContentCore& core) {
  const std::optional<Pass> pass = DMS_TRY(find_pass(core.database));
  return pass ? std::optional(pass->state) : std::nullopt;
}

}  // namespace dms::storage
