#pragma once

// How people look for what an electronic invoice says: its XML has "336.9" and "2026-11-20", who
// looks for it types "336,90" and "20.11.2026". Pure.

#include <string>

#include "search/extract/facts.h"

namespace dms {

// "1.234,50 EUR 1234,50", of whatever stands there; days as 20.11.2026. A sign is left out.
std::string german_words_of(const search::InvoiceFacts& invoice);

}  // namespace dms
