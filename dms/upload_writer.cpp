#include "dms/upload_writer.h"

#include <algorithm>
#include <utility>

#include "dms/upload_rules.h"

namespace dms {

using storage::Commit;
using storage::StagedContent;
using storage::View;

namespace {

Error written_after_failure() {
  return operator_error(ErrorCode::internal, "an upload is written to after it failed");
}

}  // namespace

Result<void> UploadWriter::State::take(std::string_view bytes) {
  const std::uint64_t bytes_max = piece_bytes_max(record.length);
  while (!bytes.empty()) {
    if (!piece) DMS_TRY(begin_piece());
    const std::string_view part = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(
                                                      bytes.size(), bytes_max - piece_bytes)));
    DMS_TRY(piece->append(part));
    piece_bytes += part.size();
    fresh_bytes += part.size();
    bytes.remove_prefix(part.size());
    if (piece_bytes == bytes_max) DMS_TRY(keep_piece());
  }
  return {};
}

Result<void> UploadWriter::State::begin_piece() {
  piece = DMS_TRY(store.write_content(storage::KeyDomain{}));
  piece_bytes = 0;
  repeated.reset();
  if (record.pieces.empty()) return {};
  const UploadPieceRecord& last = record.pieces.back();
  if (last.size >= short_piece_bytes(record.length)) return {};
  DMS_TRY(copy_piece(store, last, *piece));
  piece_bytes = last.size;
  repeated = last.id;
  return {};
}

Result<void> UploadWriter::State::keep_piece() {
  if (!piece) return {};
  const StagedContent staged = DMS_TRY(piece->finish());
  piece.reset();
  UploadRecord grown;
  DMS_TRY(store.commit([&](const View& view) { return decide(view, staged, grown); }));
  record = std::move(grown);
  fresh_bytes = 0;
  return {};
}

Result<Commit> UploadWriter::State::decide(const View& view, const StagedContent& staged,
                                           UploadRecord& grown) {
  const Instant now = clock.now();
  grown = DMS_TRY(require_open_upload(view, actor, record.id, now));
  // Another request may have written meanwhile, so that ours would stand at the wrong place.
  if (grown.pieces != record.pieces) return fail(wrong_offset());
  Commit commit(view);
  if (repeated) {
    const UploadPieceRecord& last = grown.pieces.back();
    commit.release_content(content_of(last), last.id);
    grown.pieces.pop_back();
  }
  UploadPieceRecord kept;
  kept.id = make_uuid_v7(now);
  kept.sha256 = staged.id().sha256;
  kept.size = staged.id().size;
  commit.name_content(staged, kept.id);
  grown.pieces.push_back(std::move(kept));
  grown.expires = now + age_max;
  DMS_TRY(commit.put(upload_table, grown));
  return commit;
}

UploadWriter::UploadWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}

UploadWriter::~UploadWriter() {
  if (!state_->has_failed) static_cast<void>(finish());
}

Result<void> UploadWriter::append(std::string_view bytes) {
  State& state = *state_;
  if (state.has_failed) return fail(written_after_failure());
  const std::uint64_t here = offset_of(state.record) + state.fresh_bytes;
  if (bytes.size() > state.record.length - here) {
    return fail(ErrorCode::too_large, "Es kam mehr, als Upload-Length angekündigt hat.",
                "More has come than Upload-Length announced.");
  }
  Result<void> taken = state.take(bytes);
  state.has_failed = !taken.has_value();
  return taken;
}

Result<Upload> UploadWriter::finish() {
  if (state_->has_failed) return fail(written_after_failure());
  Result<void> kept = state_->keep_piece();
  state_->has_failed = !kept.has_value();
  if (!kept) return fail(std::move(kept).error());
  return to_value(state_->record);
}

}  // namespace dms
