#pragma once

// From a parsed head to the Request that handlers see. Pure.

#include "web/http/framing.h"
#include "web/http/message.h"

namespace dms::web {

// Fills `request`, whose request_id, sni and remote_address the caller has set. Also where it
// refuses the headers are filled, for the language of the answer. 400 for a malformed target or
// Host, or a target in absolute form that contradicts Host; 501 for an unknown method.
OrRefusal<void> fill_request(Request& request, Head head, const Framing& framing);

}  // namespace dms::web
