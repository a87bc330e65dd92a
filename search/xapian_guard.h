#pragma once

// Where Xapian's exceptions end. Private to search.

#include <xapian.h>

#include <stdexcept>
#include <type_traits>
#include <utility>

#include "dms/base/result.h"

namespace dms::search {

// What the caller should do about `error`: `busy` (locked, or changed too often while reading),
// `corrupt` (rebuild), `storage_full`, `unavailable` (the system refused a call), else `internal`.
Error to_error(const Xapian::Error& error);
// `corrupt`: Xapian itself throws none, but of a damaged block it makes strings of absurd lengths.
Error to_error(const std::logic_error& error);

// Runs `work`, which returns a Result and copies all it needs out of Xapian (documents and match
// sets read lazily and throw after two commits of the writer).
template <class Work>
std::invoke_result_t<Work> xapian_guard(Work&& work) {
  try {
    return std::forward<Work>(work)();
  } catch (const Xapian::Error& error) {
    return fail(to_error(error));
  } catch (const std::length_error& error) {
    return fail(to_error(error));
  } catch (const std::out_of_range& error) {
    return fail(to_error(error));
  }
}

}  // namespace dms::search
