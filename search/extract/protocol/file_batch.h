#pragma once

// Several files on their way to one child as one string of bytes, big-endian: u32 count, and of
// each file u8 length and letters of its suffix, u64 size, bytes. It is the server's word.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search/extract/extractor.h"

namespace dms::search::extract {

struct BatchFile {
  // Lower case letters, at most 8: what LibreOffice goes by beside the bytes; else empty.
  std::string suffix;
  std::string_view bytes;
};
std::string encode_batch(std::span<const BatchFile> files);
// nullopt where it is none in every respect. Borrows `batch`.
std::optional<std::vector<BatchFile>> decode_batch(std::string_view batch);

}  // namespace dms::search::extract
