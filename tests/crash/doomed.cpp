#include "doomed.h"

#include <fmt/core.h>

#include <boost/json/serialize.hpp>
#include <chrono>
#include <thread>

namespace dms::test {

namespace {

constexpr std::size_t dossiers_each = 2;
constexpr std::size_t documents_each = 6;
constexpr std::size_t large_bytes = 1'500'000;  // travels as a table of its own
constexpr std::chrono::seconds patience{180};

std::uint64_t number_of(const ApiAnswer& answer, const char* name) {
  const auto* object = answer.json.if_object();
  const auto* value = object == nullptr ? nullptr : object->if_contains(name);
  return value == nullptr ? 0 : value->to_number<std::uint64_t>();
}

std::size_t count_of(const std::string& text, std::string_view wanted) {
  std::size_t count = 0;
  for (auto at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1)) {
    ++count;
  }
  return count;
}

boost::json::array json_of(const std::vector<std::string>& texts) {
  boost::json::array array;
  for (const std::string& text : texts) array.emplace_back(text);
  return array;
}

// Nothing that compresses to nothing.
std::string large_text(std::uint64_t number) {
  std::string text = fmt::format("{}groß{} ", doomed_word, number);
  std::uint64_t state = number + 1;
  while (text.size() < large_bytes) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    text += fmt::format("{:x}\n", state);
  }
  return text;
}

}  // namespace

Doom::Doom(Filing& filing, ApiClient proposer, ApiClient releaser)
    : filing_(filing),
      proposer_(std::move(proposer)),
      releaser_(std::move(releaser)),
      stays_(open_dossier(proposer_, "660.1", "Bleibt")) {}

void Doom::reconnect() {
  proposer_.http().close();
  releaser_.http().close();
}

std::string Doom::file(const std::string& dossier, const std::string& text, Doomed& doomed) {
  const std::string name = fmt::format("{}{}", doomed_word, number_++);
  const ApiAnswer filed = proposer_.file(dossier, "Sache " + name, name + ".txt", text);
  if (filed.status != 201) filing_.complain("filing was answered " + filed.body);
  doomed.documents.push_back(filed.text("id"));
  ++doomed.versions;
  return doomed.documents.back();
}

void Doom::await_texts(const Doomed& doomed) {
  const auto limit = std::chrono::steady_clock::now() + patience;
  for (const std::string& id : doomed.documents) {
    while (proposer_.get("/api/v1/documents/" + id).text("text_state") == "pending") {
      if (std::chrono::steady_clock::now() > limit) return filing_.complain("no text is made");
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
}

Doomed Doom::propose(Texts texts) {
  Doomed doomed;
  for (std::size_t i = 0; i < dossiers_each; ++i) {
    const std::string title = fmt::format("{}akte {}", doomed_word, number_++);
    const std::string dossier = open_dossier(proposer_, "660.1", title);
    for (std::size_t j = 0; j < documents_each; ++j) {
      file(dossier, fmt::format("{}{} im Text", doomed_word, number_), doomed);
    }
    file(dossier, large_text(number_), doomed);
    const std::string shared = fmt::format("Geteilter Text {}", number_);
    file(dossier, shared, doomed);
    spared_.push_back({proposer_.file(stays_, "Geteilt", "g.txt", shared).text("id"), shared});
    const std::string versioned = "/api/v1/documents/" + doomed.documents.front();
    if (i == 0) {
      const ApiAnswer added = proposer_.upload(
          versioned + "/versions", "{}", "v2.txt", fmt::format("{} zwei", doomed_word),
          {{"If-Match", std::string(proposer_.get(versioned).header("etag"))}});
      if (added.status != 201) filing_.complain("a version was answered " + added.body);
      ++doomed.versions;
    }
    const std::string path = "/api/v1/dossiers/" + dossier;
    const HeaderList seen = {{"If-Match", std::string(proposer_.get(path).header("etag"))}};
    if (proposer_.send("POST", path + "/close", "", seen).status != 200) {
      filing_.complain("a dossier was not closed");
    }
    doomed.dossiers.push_back(dossier);
  }
  const std::string alone = file(stays_, fmt::format("{} allein", doomed_word), doomed);
  if (texts == Texts::made) await_texts(doomed);
  const boost::json::object body{{"dossiers", json_of(doomed.dossiers)},
                                 {"documents", json_of({alone})},
                                 {"reason", "Aufbewahrung abgelaufen"}};
  const ApiAnswer proposed =
      proposer_.send("POST", "/api/v1/erasures", boost::json::serialize(body));
  if (proposed.status != 201) filing_.complain("a proposal was answered " + proposed.body);
  doomed.id = proposed.text("id");
  doomed.revision = proposed.header("etag");
  return doomed;
}

void Doom::release(const Doomed& doomed) {
  const ApiAnswer released = releaser_.send("POST", "/api/v1/erasures/" + doomed.id + "/release",
                                            "", {{"If-Match", doomed.revision}});
  if (released.status != 200) filing_.complain("a release was answered " + released.body);
}

ApiAnswer Doom::state_of(const Doomed& doomed) {
  return releaser_.get("/api/v1/erasures/" + doomed.id);
}

ApiAnswer Doom::await_end(const Doomed& doomed) {
  const auto limit = std::chrono::steady_clock::now() + patience;
  while (true) {
    ApiAnswer now = state_of(doomed);
    const std::string state = now.text("state");
    if (state == "done" || state == "refused") return now;
    if (std::chrono::steady_clock::now() > limit) {
      filing_.complain("an erasure does not end: " + now.body);
      return now;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void Doom::expect_absent(const std::string& path) {
  const ApiAnswer answer = proposer_.get(path);
  if (answer.status != 404) filing_.complain(fmt::format("{} is {}", path, answer.status));
}

// Its own events, and one of each object: a step that is done again after a kill must not tell
// twice.
void Doom::expect_protocol(const Doomed& doomed) {
  const ApiAnswer own = proposer_.get("/api/v1/audit?limit=200&object=" + doomed.id);
  if (count_of(own.body, "\"erasure.done\"") != 1) filing_.complain("protocol: " + own.body);
  const ApiAnswer parts = proposer_.get("/api/v1/audit?limit=200&object=" + stays_);
  const std::string& alone = doomed.documents.back();
  std::size_t erased = 0;
  for (const auto& event : parts.json.at("items").as_array()) {
    if (event.at("object").as_string() != alone) continue;
    if (event.at("kind").as_string() == "document.erased") {
      ++erased;  // with its detail, which names the erasure
    } else if (event.as_object().contains("detail")) {
      filing_.complain("a detail is left of " + alone);
    }
  }
  if (erased != 1) filing_.complain(fmt::format("{} was erased {} times", alone, erased));
}

void Doom::check(const Doomed& doomed, const ApiAnswer& ended) {
  if (ended.text("state") != "done" || number_of(ended, "dossiers") != doomed.dossiers.size() ||
      number_of(ended, "documents") != doomed.documents.size() ||
      number_of(ended, "versions") != doomed.versions ||
      number_of(ended, "documents_left_out") != 0 || number_of(ended, "bytes_to_free") == 0 ||
      number_of(ended, "bytes_freed") != number_of(ended, "bytes_to_free")) {
    filing_.complain(fmt::format("{} documents in {} versions were to go: {}",
                                 doomed.documents.size(), doomed.versions, ended.body));
  }
  for (const std::string& id : doomed.dossiers) expect_absent("/api/v1/dossiers/" + id);
  for (const std::string& id : doomed.documents) {
    expect_absent("/api/v1/documents/" + id);
    expect_absent("/api/v1/documents/" + id + "/versions/1/content");
  }
  expect_protocol(doomed);
  const ApiAnswer hits = proposer_.get("/api/v1/search?q=" + std::string(doomed_word) + "*");
  if (number_of(hits, "total_estimate") != 0) filing_.complain("it is found: " + hits.body);
  for (const Spared& spared : spared_) {
    const ApiAnswer content = proposer_.get("/api/v1/documents/" + spared.id + "/content");
    if (content.status != 200 || content.body != spared.text) {
      filing_.complain("a document that nobody named is lost: " + spared.id);
    }
  }
}

}  // namespace dms::test
