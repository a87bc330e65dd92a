#pragma once

// What a real clamd can hardly be brought to do: a listener that takes so many bytes, says one
// thing, and closes. Nothing of a scan is in it.

#include <cstddef>
#include <string>
#include <thread>

#include "support/temp_dir.h"

namespace dms::test {

// Aborts where something that must work does not.
class OddClamd {
 public:
  // `answer` with its end, if it is to have one.
  OddClamd(std::size_t bytes, std::string answer);
  ~OddClamd();
  OddClamd(const OddClamd&) = delete;
  OddClamd& operator=(const OddClamd&) = delete;

  std::string socket() const { return (folder_ / "odd.ctl").string(); }

 private:
  void talk();

  TempDir folder_;
  const std::size_t bytes_;
  const std::string answer_;
  int listener_ = -1;
  std::thread thread_;
};

}  // namespace dms::test
