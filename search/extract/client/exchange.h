#pragma once

// One job's talk with the helper: sends the file, reads the child's reply and the helper's verdict.

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "search/extract/client/helper_process.h"
#include "search/extract/protocol/reply.h"

namespace dms::search::extract {

struct Exchange {
  enum class Course : std::uint8_t {
    answered,       // the verdict came
    helper_gone,    // before a verdict
    abandoned,      // by the caller
    no_descriptors  // no pipe could be made here
  } course = Course::helper_gone;
  Verdict verdict = Verdict::not_started;
  std::optional<Reply> reply;  // whole and sound, else nothing
  // In place of it where several files were asked for: of each, or none.
  std::vector<Reply> replies;
  std::string mime_type;  // what the child said before all else; may be empty
};

// Blocks until the job has ended, at most timeout_s and a moment more, or `abandoned` (nullptr:
// never) becomes true; what runs then ends by itself. `file` is borrowed.
Exchange run_job(const HelperProcess& helper, const JobRequest& request, int file,
                 const std::atomic<bool>* abandoned = nullptr);

}  // namespace dms::search::extract
