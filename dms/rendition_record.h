#pragma once

// How renditions of a content to be looked at lie on disk: a PDF preview, a thumbnail, pictures of
// pages. Derived: may be deleted and made again. Names are for ever (dms/README.md).

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dms/base/json_record.h"
#include "dms/object_record.h"
#include "dms/rendition.h"
#include "storage/commit.h"
#include "storage/store.h"
#include "storage/table.h"

namespace dms {

// A content that the record's id names, in the key domain of the original.
struct RenditionPartRecord : Extensible {
  Sha256Digest content;
  std::uint64_t size = 0;  // bytes
};
BOOST_DESCRIBE_STRUCT(RenditionPartRecord, (Extensible), (content, size))

// Of a page, from 1; without `image` it could not be drawn.
struct PageImageRecord : Extensible {
  std::uint32_t page = 1;
  std::optional<RenditionPartRecord> image;  // JPEG
};
BOOST_DESCRIBE_STRUCT(PageImageRecord, (Extensible), (page, image))

// Key: key domain, SHA-256 of the original. The id is a new one whenever it is made anew; those
// that wait are made in its order. While one is made anew its former parts stay.
struct RenditionRecord : Extensible {
  static constexpr std::uint32_t json_format = 1;
  Uuid id;
  Uuid domain;
  Sha256Digest content;
  std::uint64_t size = 0;  // of the original, bytes
  std::uint32_t rendition_version = 1;
  Open<RenditionState> state;
  Instant requested_at;
  std::optional<Instant> made_at;
  std::optional<RenditionPartRecord> preview;    // PDF; none where the original is shown itself
  std::optional<RenditionPartRecord> thumbnail;  // JPEG
  // Pages that somebody asked for, in the order they were drawn; and those that are to be.
  std::optional<std::vector<PageImageRecord>> images;
  std::optional<std::vector<std::uint32_t>> images_wanted;
  // It came to nothing beside others, and is to be converted by itself.
  std::optional<bool> alone;
};
BOOST_DESCRIBE_STRUCT(RenditionRecord, (Extensible),
                      (id, domain, content, size, rendition_version, state, requested_at, made_at,
                       preview, thumbnail, images, images_wanted, alone))

// Indexes (record id): "waiting" of what is to be made, pictures of pages too; "off" of what a
// server was not to make; "refused" of what it could not, for something that it lacked.
extern const storage::Table<RenditionRecord> rendition_table;
std::string rendition_key(const storage::ContentId& content);

storage::ContentId original_of(const RenditionRecord& record);
bool is_in_state(const RenditionRecord& record, RenditionState state);
bool wants_images(const RenditionRecord& record);
const PageImageRecord* find_image(const RenditionRecord& record, std::uint32_t page);
storage::ContentId content_of(const RenditionRecord& record, const RenditionPartRecord& part);
std::vector<storage::ContentId> parts_of(const RenditionRecord& record);

Result<std::optional<RenditionRecord>> find_rendition_record(const storage::View& view,
                                                             const storage::ContentId& content);
// Lets go of all parts. The record is the caller's to put or erase.
void release_parts(storage::Commit& commit, const RenditionRecord& record);

// How far a store from before there were renditions is looked through. One record.
struct RenditionSweepRecord : Extensible {
  static constexpr std::uint32_t json_format = 1;
  std::uint32_t rendition_version = 1;  // that it is swept for
  std::string versions_after;           // hexadecimal, of the last version's key; "": the beginning
  std::string items_after;  // likewise, of inbound items, which come behind the versions
  bool versions_are_whole = false;
  bool is_whole = false;
};
BOOST_DESCRIBE_STRUCT(RenditionSweepRecord, (Extensible),
                      (rendition_version, versions_after, items_after, versions_are_whole,
                       is_whole))
extern const storage::Table<RenditionSweepRecord> rendition_sweep_table;

}  // namespace dms
