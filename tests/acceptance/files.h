#pragma once

// The office documents and the mails of the shared data: filed, read, and found by their strings.

#include <filesystem>

#include "desk.h"

namespace dms::acceptance {

// Of `data`/office-documents at most `count` files, and their expected strings in the served text
// and by phrase queries.
void file_office_documents(Desk& desk, const std::filesystem::path& data, std::size_t count);

// Of `data`/mail at most `count` messages.
void file_mails(Desk& desk, const std::filesystem::path& data, std::size_t count);

}  // namespace dms::acceptance
