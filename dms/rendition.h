#pragma once

// What a file looks like: a PDF preview of what browsers do not show, and a small picture of the
// first page. Derived data beside the original, as its text is: one rendition a content and
// rendition version, shared by all versions with the same bytes (never across key domains). Made in
// the background once the text was, which tells the file's type; until then its state is `waiting`.

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "dms/base/result.h"
#include "dms/index_document.h"
#include "storage/content.h"
#include "storage/store.h"

namespace dms {

// Raised when renditions are made in another way. All are then made again; until a content's turn
// comes its older ones are what there is.
inline constexpr std::uint32_t rendition_version = 1;

// Of the longer side, in pixels: the lines of a letter are grey, its words cannot be read.
inline constexpr std::uint32_t thumbnail_side = 256;

// Pictures of whole pages, likewise: A4 at 150 dots an inch.
inline constexpr std::uint32_t page_image_side = 1754;
// Of one content, so that nobody fills the disk by leafing; and how many may wait to be drawn.
inline constexpr std::size_t page_images_max = 200;
inline constexpr std::size_t page_images_wanted_max = 20;

// Why there is (no) rendition. Shown to users.
enum class RenditionState : std::uint8_t {
  waiting,  // to be made
  off,      // to be made, but the server is not to make any
  made,
  unsupported,     // files of this type have none
  encrypted,       // protected by a password
  damaged,         // the converter could not read it
  limit_exceeded,  // time, memory or size
  infected,        // the virus scanner found something in it: no program opens it here
  refused          // no sandbox that could hold the converter, or no converter, on this machine
};
BOOST_DESCRIBE_ENUM(RenditionState, waiting, off, made, unsupported, encrypted, damaged,
                    limit_exceeded, infected, refused)
// "pending" where it waits; what is off is told as refused: the server does not make it.
std::string_view to_string(RenditionState state);

// Whether browsers show files of this type without running anything in them: HTML, SVG and all else
// that can hold a script are never shown as they are; TIFF and the like they do not know.
bool is_shown_itself(std::string_view mime_type);

// What there is to look at of a content. No rights are checked.
struct Rendition {
  RenditionState state = RenditionState::waiting;
  std::optional<storage::ContentId> preview;    // PDF
  std::optional<storage::ContentId> thumbnail;  // JPEG
};
Result<Rendition> find_rendition(const storage::View& view, const storage::ContentId& content);

// Within the commit that brings a content's text: its rendition is to be made, unless there is one
// of this version. What could not be made of a type that was not known better is tried again.
// `state`: `waiting`, or `off`.
Result<void> plan_rendition(const storage::View& view, storage::Commit& commit,
                            const storage::ContentId& content, RenditionState state, Instant now);
// All of it anew; what there is stays until then. Nothing happens where it waits already.
Result<void> plan_rendition_anew(const storage::View& view, storage::Commit& commit,
                                 const storage::ContentId& content, Instant now);

// A page's picture is to be drawn; what is drawn, or waits for it, stays as it is. `busy` where too
// many wait, `too_large` where there are too many. Only where the rendition was made.
Result<void> plan_page_image(const storage::View& view, storage::Commit& commit,
                             const storage::ContentId& content, std::uint32_t page);

// Up to 200 records that wait are put `off`; how many.
Result<std::size_t> put_renditions_off(storage::Store& store);
// Up to 200 that are `off` wait again, and then those that were refused, where what they lacked is
// there now; how many.
Result<std::size_t> take_up_renditions(storage::Store& store, Refused refused);
// Plans what is missing of up to 200 contents of a store from before this version; false where all
// are looked through.
Result<bool> plan_missing_renditions(storage::Store& store, Instant now);

}  // namespace dms
