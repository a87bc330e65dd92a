#pragma once

// Random bytes from the operating system (getrandom). Thread-safe; aborts if the kernel refuses.

#include <cstdint>
#include <span>
#include <string>

namespace dms {

void fill_random(std::span<std::uint8_t> bytes);

// `size` random bytes; for secrets wrap the result in Secret (secret.h).
std::string random_bytes(std::size_t size);

}  // namespace dms
