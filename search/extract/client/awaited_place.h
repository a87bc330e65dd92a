#pragma once

// A place for somebody who waits: neither for long, nor behind many.

#include <chrono>
#include <cstddef>
#include <optional>
#include <semaphore>

#include "dms/base/error.h"
#include "search/extract/client/place.h"

namespace dms::search::extract {

struct AwaitedPlaces {
  struct Options {
    std::size_t count = 2;
    std::size_t waiting_max = 2;  // each of them holds a thread of its caller's
    std::chrono::seconds patience{10};
  };
  explicit AwaitedPlaces(const Options& options)
      : admitted(static_cast<std::ptrdiff_t>(options.count + options.waiting_max)),
        working(static_cast<std::ptrdiff_t>(options.count)),
        patience(options.patience) {}

  std::counting_semaphore<> admitted;
  std::counting_semaphore<> working;
  const std::chrono::seconds patience;
};

// Given back when this goes.
class AwaitedPlace {
 public:
  explicit AwaitedPlace(AwaitedPlaces& places)
      : admitted_(places.admitted, std::chrono::seconds{0}) {
    if (admitted_.is_taken()) working_.emplace(places.working, places.patience);
  }
  bool is_taken() const { return working_ && working_->is_taken(); }

 private:
  const Place admitted_;
  std::optional<Place> working_;
};

// The answer to those who get none.
inline Error all_places_taken() {
  Error error = make_error(ErrorCode::busy,
                           "Gerade werden zu viele Dateien gelesen. Bitte versuchen Sie es gleich "
                           "noch einmal.",
                           "Too many files are being read just now. Please try again shortly.");
  error.retry_after_s = 10;
  return error;
}

}  // namespace dms::search::extract
