#pragma once

// An index that is written from nothing by several threads: each fills a part of its own, and the
// parts are joined. What was committed stays over a stop, so that a build goes on where it was.
// This header hides Xapian.

#include <memory>
#include <string>
#include <string_view>

#include "dms/base/result.h"
#include "search/document.h"

namespace dms::search {

// Of each part one thread at a time; different parts at the same time.
class IndexBuild {
 public:
  // Begins in `folder`, whatever is there, which goes. `plan` says in the caller's words what is
  // built; `parts`: 1 to 16. `unavailable` without the compound dictionary.
  static Result<std::unique_ptr<IndexBuild>> begin(const std::string& folder, std::string_view plan,
                                                   std::size_t parts);
  // Goes on with what begin() began there. `not_found` where nothing was; `corrupt` where it is
  // damaged, or was analysed in another way: begin() is what is left.
  static Result<std::unique_ptr<IndexBuild>> resume(const std::string& folder);
  virtual ~IndexBuild() = default;  // commits nothing by itself

  virtual const std::string& plan() const = 0;
  virtual std::size_t parts() const = 0;

  // What the part's last commit() said; "" where there was none.
  virtual std::string reached(std::size_t part) const = 0;
  // No document twice, in no part. At most 5,000 between two commits. After a failed writing call
  // the build is of no more use and is to be resumed.
  virtual Result<void> put(std::size_t part, const IndexDocument& document) = 0;
  // Makes what was put durable, together with `reached`, the caller's note of how far that is.
  virtual Result<void> commit(std::size_t part, std::string_view reached) = 0;

  // Joins what was committed into one index under `position`, in a folder below the build's, for
  // SearchIndex::adopt() or replace_index(); which one. Slow: it copies the index. The build takes
  // nothing more, but can be resumed and joined again until its folder is removed.
  virtual Result<std::string> join(const IndexPosition& position) = 0;
};

}  // namespace dms::search
