#pragma once

// A request on its way through its route: admitted on headers, its body taken block by block as the
// route's body kind says, then handled. Knows nothing of sockets; every step but check() runs on a
// lane and may block. One step at a time; not thread-safe.

#include <cstdint>
#include <memory>
#include <string_view>

#include "dms/base/result.h"
#include "web/http/multipart.h"
#include "web/http/route.h"

namespace dms::web {

class Intake {
 public:
  // All borrowed. `upload_bytes_max` holds where the route sets no limit of its own.
  Intake(const Route& route, Exchange& exchange, std::uint64_t upload_bytes_max);
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  // On headers alone, without blocking: whether the route takes such a body: `invalid` where it
  // takes none, `unsupported` for another media type, `too_large` for a declared length beyond the
  // limit. To be called first.
  Result<void> check();
  // The route's admit; for stream and multipart bodies the client may be told to go on.
  Result<void> admit();
  // The next block of the body, any size. An error ends the intake.
  Result<void> take(std::string_view block);
  // The body has ended: the route's handler.
  Result<Response> complete();

 private:
  Result<void> begin_part(PartHead head);
  Result<void> take_part(std::string_view piece);
  Result<void> end_part();

  enum class Part : std::uint8_t { none, metadata, metadata_done, file, file_done };

  const Route& route_;
  Exchange& exchange_;
  std::uint64_t bytes_max_;
  std::uint64_t bytes_ = 0;
  std::unique_ptr<MultipartParser> multipart_;
  Part part_ = Part::none;
};

}  // namespace dms::web
