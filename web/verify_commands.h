#pragma once

// `aktenwerk verify`.

#include <string>
#include <vector>

#include "search/extract/extractor.h"
#include "web/workshop.h"

namespace dms::web {

struct VerifyOptions {
  bool with_index = false;  // also holds the search index against records and texts
  bool repair = false;      // makes anew what is derived and wrong; no server may run
  std::string heads_file;   // signed heads that were kept elsewhere; "": none; no server may run
};

struct VerifyTools {
  Workshop& workshop;
  search::Extractor* extractor;  // nullptr unless something may have to be indexed
};

// Verifies each tenant, by the running server or here where none listens, shows how far it is and
// prints what it finds. False where there are problems (after the repair); an error where one could
// not be verified, or where a server runs that may not.
Result<bool> verify_now(const VerifyTools& tools, const std::vector<std::string>& tenants,
                        const VerifyOptions& options);

}  // namespace dms::web
