#pragma once

// The type of a file, from its bytes alone: libmagic first, then a look inside where libmagic is
// known to be vague (ZIP archives in an unusual order, mails, XHTML).

#include <string>
#include <string_view>

namespace dms::search::extract {

// libmagic reads at most this much from a file's beginning.
inline constexpr std::size_t detect_bytes_max = 1U << 20U;

// Loads libmagic's database; before the sandbox, for it opens files. False where there is none:
// every type is then application/octet-stream.
bool load_detector();

// A MIME type in lower case. `bytes` may be the whole file or its beginning (an archive whose
// directory is missing stays application/zip). Not thread-safe.
std::string detect_type(std::string_view bytes);

// Whether the first line is an mbox separator ("From anna@example.org Mon …"), not a field.
bool begins_with_mbox_line(std::string_view bytes);

// The second look alone, for tests: what becomes of libmagic's word.
std::string refine_type(std::string_view magic, std::string_view bytes);

}  // namespace dms::search::extract
