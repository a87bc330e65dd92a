#pragma once

// What the helper's children do: the parsers seen as jobs.

#include "search/extract/protocol/messages.h"
#include "search/extract/protocol/reply.h"

namespace dms::search::extract {

// Loads everything that parsers would later open files for: libmagic's database, the C library's
// converters for the headers of mails, the time zone.
void preload_parsers();

// The file on standard input, the reply on standard output.
void run_parse_job(const JobRequest& request);

// Several files (file_batch.h) on standard input, a reply for each. A handoff says of any of them
// that it is to be asked for by itself: a PDF, or one that needs more room than it has here.
void run_parse_jobs(const JobRequest& request);

// pdftotext's output on standard input, its messages on descriptor 3.
void run_pdf_job(const JobRequest& request);

// The core of run_parse_job, for tests and fuzzing: nothing but bytes in and a value out. A PDF
// comes back as `unsupported`.
struct ParsedFile {
  Extraction extraction;
  Cause cause = Cause::none;
};
ParsedFile parse_file(std::string_view bytes, std::size_t text_bytes_max);

}  // namespace dms::search::extract
