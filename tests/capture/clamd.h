#pragma once

// A real clamd on a socket in a temporary folder and on a free port of the loopback, with one
// signature of its own: nothing is fetched.

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "support/temp_dir.h"

namespace dms::test {

// Aborts where something that must work does not. One thread.
class Clamd {
 public:
  // What its signature is for: the test file of anti-malware makers (EICAR), which does no harm.
  static std::string infected();
  static constexpr const char* finding = "Aktenwerk.Test.Eicar.UNOFFICIAL";
  static constexpr std::size_t stream_bytes_max = 4U << 20U;

  Clamd();
  ~Clamd();
  Clamd(const Clamd&) = delete;
  Clamd& operator=(const Clamd&) = delete;

  std::string socket() const { return (folder_ / "clamd.ctl").string(); }
  std::uint16_t port() const { return port_; }
  void start();
  void stop();  // nobody listens any more
  // It listens and answers nothing, and then again.
  void pause() const;
  void resume() const;

 private:
  TempDir folder_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace dms::test
