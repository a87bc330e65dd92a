#pragma once

// LibreOffice in the sandbox: files out of a batch (file_batch.h), one run for all of them, PDFs
// back. Only in a helper of its own, which lives for one batch: its private folder, in which files,
// PDFs and LibreOffice's own settings lie, is gone with it.

#include "search/extract/helper/helper.h"

namespace dms::search::extract {

// Room for all of that, in memory.
inline constexpr std::uint64_t office_private_bytes = 512ULL << 20U;

// Without the files.
ToolCommand office_tool();

// Stage::direct of JobKind::office.
void run_office_job(const JobRequest& request, const Sandbox& sandbox);

}  // namespace dms::search::extract
