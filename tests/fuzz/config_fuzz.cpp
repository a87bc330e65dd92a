// fuzz-links: aktenwerk_base
// Configuration files: never a crash; what is refused says where and why.

#include "dms/base/config.h"
#include "support/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto config = dms::parse_config(dms::test::fuzz_text(data, size), "f");
  if (config) {
    FUZZ_REQUIRE(!config->data_dir.empty() && !config->tenant.empty());
  } else {
    FUZZ_REQUIRE(config.error().hint.starts_with("f") && !config.error().fields.empty());
  }
  return 0;
}
