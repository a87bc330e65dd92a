#pragma once

// A place among those that may work at the same time.

#include <atomic>
#include <chrono>
#include <semaphore>

namespace dms::search::extract {

// Waits for one; it is given back when this goes.
class Place {
 public:
  explicit Place(std::counting_semaphore<>& places) : places_(places), taken_(true) {
    places_.acquire();
  }
  // Waits no longer once `abandoned` is true.
  Place(std::counting_semaphore<>& places, const std::atomic<bool>& abandoned) : places_(places) {
    while (!abandoned && !taken_) taken_ = places_.try_acquire_for(std::chrono::milliseconds(200));
  }
  // Waits no longer than `patience`; then is_taken() is false.
  Place(std::counting_semaphore<>& places, std::chrono::seconds patience)
      : places_(places), taken_(places.try_acquire_for(patience)) {}
  bool is_taken() const { return taken_; }
  ~Place() {
    if (taken_) places_.release();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  std::counting_semaphore<>& places_;
  bool taken_ = false;
};

}  // namespace dms::search::extract
