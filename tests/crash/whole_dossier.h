#pragma once

// Whether what a dossier lists stands there whole: nothing half there, acknowledged or not.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "support/api_client.h"

namespace dms::test {

// A document as the list of its dossier tells it.
struct ListedDocument {
  std::string id;
  std::string dossier;
  std::string subject;
  std::string version;  // the current one's id
  std::string sha256;   // of its bytes, hexadecimal
  std::uint64_t size = 0;
};

// All of them, page by page; nullopt where a page is not answered as it should be.
std::optional<std::vector<ListedDocument>> list_dossier(ApiClient& client, const std::string& id);

// What is wrong with the document's record or with its versions, of which there must be this one;
// "" where nothing is.
std::string fault_of_record(ApiClient& client, const ListedDocument& listed);
// The same of its bytes: they hash to what is told. `text`: what was sent, where that is known.
std::string fault_of_content(ApiClient& client, const ListedDocument& listed,
                             const std::optional<std::string>& text);

}  // namespace dms::test
