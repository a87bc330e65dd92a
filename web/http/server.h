#pragma once

// The HTTPS listener: TLS 1.2/1.3, HTTP/1.1 keep-alive, strict framing, timeouts on every wait,
// streaming both ways, bounded lanes. This header hides Asio, Beast and OpenSSL.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "dms/base/result.h"
#include "dms/base/worker_lanes.h"
#include "web/http/route.h"

namespace dms::web {

struct TlsFiles {
  std::string certificate_chain_file;  // PEM
  std::string key_file;                // PEM, mode 0600 or stricter
};

struct HttpOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8443;  // 0: any free port; see port()
  enum class Transport : std::uint8_t {
    tls,
    plain
  } transport = Transport::tls;  // plain: admin only
  TlsFiles tls;
  std::size_t io_threads = 1;
  std::size_t connections_max = 1024;  // more are closed at once
  std::size_t connections_per_address_max = 256;
  std::uint64_t upload_bytes_max = 8ULL << 30U;
  std::chrono::seconds handshake_timeout{10};
  std::chrono::seconds header_timeout{15};    // from the first byte of a request
  std::chrono::seconds idle_timeout{60};      // between requests
  std::chrono::seconds body_timeout{60};      // without any progress, either way
  std::uint64_t body_bytes_per_s_min = 1024;  // averaged over 60 s: slower bodies are cut off
  // A stream of events without news says so much; what of it is not acknowledged within
  // body_timeout ends the connection. Lower costs traffic, higher holds dead lines longer.
  std::chrono::milliseconds event_heartbeat{15'000};
};

struct HttpLanes {
  WorkerLane* interactive = nullptr;  // borrowed; outlive the server
  WorkerLane* upload = nullptr;
  WorkerLane* password = nullptr;
  WorkerLane* verification = nullptr;
};

// Thread-safe but for start/stop, which belong to the owner.
class HttpServer {
 public:
  // Binds and listens; the answer's threads already serve.
  static Result<std::unique_ptr<HttpServer>> start(HttpOptions options, Application application,
                                                   HttpLanes lanes, Log& log,
                                                   MetricsRegistry& metrics);
  virtual ~HttpServer() = default;  // stop({}) if not stopped
  virtual std::uint16_t port() const = 0;
  // Reads the certificate files again; keeps the old ones where the new are bad.
  virtual Result<void> reload_certificate() = 0;
  // Stops accepting, lets running requests end until `deadline` from now, then closes.
  virtual void stop(std::chrono::milliseconds deadline) = 0;
};

}  // namespace dms::web
