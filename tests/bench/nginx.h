#pragma once

// nginx with two workers, TLS with our certificate, static files and dav PUT, in a folder of its
// own.

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "support/https_client.h"

namespace dms::bench {

class Nginx {
 public:
  // `certificates`: the folder with server.pem and server-key.pem. Aborts where nginx does not
  // start.
  Nginx(const std::filesystem::path& folder, const std::filesystem::path& certificates);
  ~Nginx();
  Nginx(const Nginx&) = delete;
  Nginx& operator=(const Nginx&) = delete;
  test::HttpsClient client() const;
  pid_t pid() const { return pid_; }
  const std::filesystem::path& files() const { return files_; }

 private:
  std::filesystem::path files_;
  std::string ca_file_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace dms::bench
