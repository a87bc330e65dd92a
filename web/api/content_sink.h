#pragma once

// The file of an upload on its way into the tenant's content store.

#include <cstdint>
#include <memory>

#include "storage/content.h"
#include "web/http/message.h"

namespace dms::web {

// Begins writing into a key domain.
Result<std::unique_ptr<BodySink>> open_content_sink(Exchange& exchange, storage::KeyDomain domain);

enum class Readable : std::uint8_t {
  at_once,
  once_named  // costs less: ContentWriter::finish_for_commit()
};
// Ends what open_content_sink began, once the whole file has arrived.
Result<storage::StagedContent> finish_content(Exchange& exchange, Readable readable);

}  // namespace dms::web
