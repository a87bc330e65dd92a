#include "whole_dossier.h"

#include <fmt/core.h>

#include "dms/base/digest.h"

namespace dms::test {

namespace {

using boost::json::object;
using boost::json::value;

// "" and 0 where there is none: that is no document's.
std::string text_at(const value& json, const char* pointer) {
  boost::system::error_code error;
  const value* found = json.find_pointer(pointer, error);
  return !error && found->is_string() ? std::string(found->as_string()) : std::string();
}

std::uint64_t number_at(const value& json, const char* pointer) {
  boost::system::error_code error;
  const value* found = json.find_pointer(pointer, error);
  return !error && found->is_number() ? found->to_number<std::uint64_t>() : 0;
}

bool is_version(const value& told, const ListedDocument& listed) {
  return text_at(told, "/id") == listed.version && text_at(told, "/sha256") == listed.sha256 &&
         number_at(told, "/size") == listed.size && number_at(told, "/number") == 1;
}

const boost::json::array* items_of(const ApiAnswer& answer) {
  const object* body = answer.json.if_object();
  const value* items = body == nullptr ? nullptr : body->if_contains("items");
  return answer.status != 200 || items == nullptr ? nullptr : items->if_array();
}

}  // namespace

std::optional<std::vector<ListedDocument>> list_dossier(ApiClient& client, const std::string& id) {
  std::vector<ListedDocument> documents;
  const std::string first = "/api/v1/dossiers/" + id + "/documents?limit=200";
  for (std::string target = first; !target.empty();) {
    const ApiAnswer page = client.get(target);
    const boost::json::array* items = items_of(page);
    if (items == nullptr) return std::nullopt;
    for (const value& item : *items) {
      documents.push_back({text_at(item, "/id"), id, text_at(item, "/subject"),
                           text_at(item, "/version/id"), text_at(item, "/version/sha256"),
                           number_at(item, "/version/size")});
    }
    const std::string next = page.text("next_cursor");
    target = next.empty() ? "" : first + "&cursor=" + percent_encoded(next);
  }
  return documents;
}

std::string fault_of_record(ApiClient& client, const ListedDocument& listed) {
  const std::string path = "/api/v1/documents/" + listed.id;
  const ApiAnswer document = client.get(path);
  if (document.status != 200) return fmt::format("listed, and answered {}", document.status);
  const object* body = document.json.if_object();
  const value* version = body == nullptr ? nullptr : body->if_contains("version");
  if (document.text("id") != listed.id || document.text("dossier_id") != listed.dossier ||
      document.text("subject") != listed.subject || listed.subject.empty() || version == nullptr ||
      !is_version(*version, listed)) {
    return "listed as something else than it is: " + document.body;
  }
  const ApiAnswer versions = client.get(path + "/versions");
  const boost::json::array* items = items_of(versions);
  if (items == nullptr) return fmt::format("its versions are answered {}", versions.status);
  if (items->size() != 1 || !is_version(items->front(), listed)) {
    return "without its version: " + versions.body;
  }
  return "";
}

std::string fault_of_content(ApiClient& client, const ListedDocument& listed,
                             const std::optional<std::string>& text) {
  const ApiAnswer content = client.get("/api/v1/documents/" + listed.id + "/content");
  if (content.status != 200) return fmt::format("its bytes are answered {}", content.status);
  if (content.body.size() != listed.size || sha256(content.body).hex() != listed.sha256) {
    return fmt::format("{} bytes that are not those it tells of", content.body.size());
  }
  return text && content.body != *text ? "bytes that nobody sent" : "";
}

}  // namespace dms::test
