#pragma once

// The short messages between the server and its helper, both of which are trusted: one packet
// each, fixed order, big-endian numbers, a leading kind byte. Same build on both sides, so there is
// no version; a packet of another length or kind is refused. What a child says about a file is
// not here but in reply.h.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "search/extract/extractor.h"

namespace dms::search::extract {

inline constexpr std::size_t packet_bytes_max = 512;

// The helper's first packet: which confinement it has.
std::string encode(const SandboxStatus& status);
std::optional<SandboxStatus> decode_status(std::string_view packet);

enum class JobKind : std::uint8_t {
  detect = 1,      // libmagic only
  extract = 2,     // libmagic, then the parser of that type, in the strict profile
  pdf = 3,         // pdftotext in the tool profile, its output read in the strict one
  attachment = 4,  // the bytes of one attachment, in the strict profile
  // One page by its looks. A picture is made of it, which is evened out in the strict profile; then
  // tesseract reads it, and what that says is read in the strict one.
  pdf_page = 5,        // by pdftoppm
  large_pdf_page = 6,  // the same, coarser: for pages whose picture is too large for pdf_page
  picture_page = 7,    // in the strict profile
  // What is on `count` pages from `number` on that tells the letters of a stack apart.
  pdf_marks = 8,      // pdftoppm in the tool profile, its pictures read in the strict one
  picture_marks = 9,  // of a TIFF, in the strict profile
  part = 10,          // a file with these pages, in the strict profile
  // One page as a small picture: drawn by pdftoppm, or a picture itself, then made a JPEG in the
  // strict profile.
  pdf_image = 11,
  picture_image = 12,
  picture_pdf = 13,  // all pages of a picture as a PDF, in the strict profile
  // Several files (file_batch.h) as PDFs, by LibreOffice; only a helper of its own kind does it.
  office = 14,
  // As `extract`, of the `count` files of a batch (file_batch.h) in one child. As many replies, one
  // behind the other; none where one file fails in it.
  extract_several = 15,
};
inline constexpr JobKind last_job_kind = JobKind::extract_several;
constexpr bool is_recognition(JobKind kind) {
  return kind >= JobKind::pdf_page && kind <= JobKind::picture_page;
}
constexpr bool is_marking(JobKind kind) {
  return kind == JobKind::pdf_marks || kind == JobKind::picture_marks;
}

// Whether its reply holds bytes and no text.
constexpr bool gives_bytes(JobKind kind) {
  return kind == JobKind::attachment || kind == JobKind::part ||
         (kind >= JobKind::pdf_image && kind <= JobKind::office);
}

// Beside whom a job's processes stand back.
enum class Standing : std::uint8_t {
  parser = 1,  // whatever serves people: niceness 10
  last,        // the parsers, too: niceness 19
  idle,        // everything that wants a processor at all
};

// One job. Travels with three descriptors, in this order: the file (read only), the pipe for the
// child's reply, the pipe for the helper's Verdict.
struct JobRequest {
  JobKind kind = JobKind::extract;
  std::uint32_t timeout_s = 0;    // wall clock
  std::uint32_t processor_s = 0;  // of each process
  std::uint32_t number = 0;       // which attachment, counted from 0; which page, from 1
  std::uint64_t memory_bytes_max = 0;
  std::uint64_t input_bytes_max = 0;
  std::uint64_t text_bytes_max = 0;
  std::uint32_t count = 0;              // of pages or files, where a kind asks for several
  std::uint64_t content_bytes_max = 0;  // of what it gives where gives_bytes()
  std::uint32_t side_max = 0;           // of a picture that is drawn: pixels of its longer side
  Standing standing = Standing::parser;
};
inline constexpr std::size_t job_descriptor_count = 3;
std::string encode(const JobRequest& request);
std::optional<JobRequest> decode_request(std::string_view packet);

// How the helper saw the job end. One byte.
enum class Verdict : std::uint8_t {
  finished = 1,    // the child ended by itself: its reply holds
  timed_out,       // killed after timeout_s
  used_up,         // its processor time ran out
  crashed,         // ended by a signal or with an error
  forbidden_call,  // killed by the system call filter
  refused,         // no sandbox: nothing was started
  not_started,     // no process or no pipe could be had
};
inline constexpr Verdict last_verdict = Verdict::not_started;
std::optional<Verdict> verdict_from_number(std::uint8_t number);

}  // namespace dms::search::extract
