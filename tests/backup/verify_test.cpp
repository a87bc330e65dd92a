// Verification as an operator does it: by the command line, beside the running server and without.

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "dms/base/log.h"
#include "storage/content_records.h"
#include "storage/database.h"
#include "storage/key_codec.h"
#include "storage/tenant_folder.h"
#include "support/api_client.h"
#include "support/server_process.h"

namespace dms::test {
namespace {

namespace fs = std::filesystem;

class VerifyStory : public ::testing::Test {
 protected:
  ApiClient clerk() {
    ApiClient client(server_.client(), "https://localhost:" + std::to_string(server_.port()));
    EXPECT_TRUE(client.sign_in("h.brandt", server_.password_of("h.brandt"))) << server_.log();
    return client;
  }
  // Files a text and waits until it is found by a word of it.
  std::string file(ApiClient& clerk, const std::string& subject, const std::string& word,
                   const std::string& before = "") {
    const std::string dossier = open_dossier(clerk, "660.1", subject);
    const ApiAnswer filed =
        clerk.file(dossier, subject, "text.txt", before + subject + ": " + word);
    EXPECT_EQ(filed.status, 201U) << filed.body;
    for (int i = 0; i < 300; ++i) {
      const ApiAnswer answer = clerk.get("/api/v1/search?q=" + word);
      // Others are found by parts of the word.
      if (answer.status == 200 && answer.body.find(filed.text("id")) != std::string::npos) {
        return filed.text("id");
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    ADD_FAILURE() << "not found";
    return filed.text("id");
  }
  int run(const std::vector<std::string>& arguments) {
    return server_.run_command(arguments, &output_);
  }
  bool said(const std::string& text) const { return output_.find(text) != std::string::npos; }
  // Another byte wherever `bytes` stand in a file of `folder`.
  static void flip(const fs::path& folder, const std::string& bytes) {
    int hits = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
      const std::string all((std::istreambuf_iterator<char>(file)), {});
      file.clear();
      for (auto at = all.find(bytes); at != std::string::npos; at = all.find(bytes, at + 1)) {
        file.seekp(static_cast<std::streamoff>(at));
        file.put(static_cast<char>(bytes.front() ^ 1));
        ++hits;
      }
    }
    EXPECT_GT(hits, 0) << bytes << " is not in " << folder;
  }

  ServerProcess server_;
  std::string output_;
};

TEST_F(VerifyStory, BesideTheRunningServer) {
  ApiClient person = clerk();
  file(person, "Brunnenordnung", "Quellfassung");
  ASSERT_EQ(run({"verify"}), 0) << output_;
  EXPECT_TRUE(said("tenant musterbach: clean: ")) << output_;
  EXPECT_TRUE(said("tenant nebenbach: clean: ")) << output_;
  EXPECT_FALSE(said("in the index")) << output_;
  ASSERT_EQ(run({"verify", "--index", "--tenant", "musterbach"}), 0) << output_;
  EXPECT_TRUE(said(" documents in the index")) << output_;
  EXPECT_FALSE(said("nebenbach")) << output_;
  EXPECT_FALSE(fs::exists(server_.data_folder() / "musterbach.verify")) << "the copy is gone";
  EXPECT_EQ(run({"verify", "--tenant", "nobody"}), 1);
  EXPECT_EQ(run({"verify", "--repair"}), 1) << "not beside a server";
  EXPECT_EQ(person.get("/verifications").status, 404U) << "the public address knows nothing of it";
}

TEST_F(VerifyStory, WithoutAServer) {
  {
    ApiClient person = clerk();
    file(person, "Brunnenordnung", "Wasserrechtsverfahren");
  }
  server_.stop();
  ASSERT_EQ(run({"verify", "--index"}), 0) << output_;
  EXPECT_TRUE(said("tenant musterbach: clean: ")) << output_;
  EXPECT_TRUE(said(" documents in the index")) << output_;
  EXPECT_EQ(run({"verify", "--tenant", "nobody"}), 1);
  EXPECT_FALSE(fs::exists(server_.data_folder() / "nobody")) << "and none is made";
}

TEST_F(VerifyStory, TellsContentThatRotted) {
  {
    ApiClient person = clerk();
    file(person, "Brunnenordnung", "Wasserrechtsverfahren");
  }
  server_.stop();
  flip(server_.data_folder() / "musterbach" / "store", "Wasserrechtsverfahren");
  EXPECT_EQ(run({"verify", "--tenant", "musterbach"}), 3) << output_;
  EXPECT_TRUE(said("PROBLEMS")) << output_;
  EXPECT_EQ(run({"verify", "--tenant", "nebenbach"}), 0) << output_;
}

// Xapian would not have noticed.
TEST_F(VerifyStory, TellsAnIndexThatRotted) {
  const std::string id = [&] {
    ApiClient person = clerk();
    return file(person, "Brunnenordnung", "Wasserrechtsverfahren");
  }();
  server_.stop();
  flip(server_.data_folder() / "musterbach" / "index", "wasserrechtsverfahren");
  EXPECT_EQ(run({"verify", "--tenant", "musterbach"}), 0) << output_;
  EXPECT_EQ(run({"verify", "--index", "--tenant", "musterbach"}), 3) << output_;
  EXPECT_TRUE(said("index: ")) << output_;
  ASSERT_EQ(run({"verify", "--index", "--repair", "--tenant", "musterbach"}), 0) << output_;
  EXPECT_TRUE(said("tenant musterbach: clean: ")) << "after what it found: " << output_;
  EXPECT_EQ(run({"verify", "--index", "--tenant", "musterbach"}), 0) << output_;
}

// Planted into the database itself, beside everything that would not let it happen.
class DamagedStore {
 public:
  explicit DamagedStore(const fs::path& store)
      : folder_(*storage::TenantFolder::open(store.string(),
                                             storage::TenantFolder::Ownership::exclusive)) {
    storage::Database::Options options;
    options.folder = folder_->database_path();
    options.log = &log_;
    database_ = std::move(*storage::Database::open(options));
  }
  ~DamagedStore() { EXPECT_TRUE(database_->flush()); }

  // Takes away the first entry whose key begins so.
  void erase_first(storage::Family family, const std::string& prefix) {
    std::string key;
    {
      const auto at = database_->iterate(family);
      at->Seek(prefix);
      ASSERT_TRUE(at->Valid() && at->key().starts_with(prefix));
      key = at->key().ToString();
    }
    erase(family, key);
  }
  // The chunk of a small content that holds `bytes`, and not `others`.
  void erase_chunk(const std::string& bytes, const std::string& others) {
    std::vector<std::string> keys;
    {
      const auto at = database_->iterate(storage::Family::content);
      for (at->SeekToFirst(); at->Valid(); at->Next()) {
        const std::string chunk = at->value().ToString();
        if (chunk.find(bytes) == std::string::npos) continue;
        if (chunk.find(others) == std::string::npos) keys.push_back(at->key().ToString());
      }
    }
    ASSERT_EQ(keys.size(), 1U);
    erase(storage::Family::content, keys.front());
  }

 private:
  void erase(storage::Family family, const std::string& key) {
    rocksdb::WriteBatch batch;
    batch.Delete(database_->handle(family), key);
    ASSERT_TRUE(database_->write(batch, storage::Durability::synced));
  }

  NullLog log_;
  std::unique_ptr<storage::TenantFolder> folder_;
  std::unique_ptr<storage::Database> database_;
};

TEST_F(VerifyStory, RepairMakesAnewWhatFollowsFromRecordsAndJournal) {
  const std::string id = [&] {
    ApiClient person = clerk();
    return file(person, "Brunnenordnung", "Wasserrechtsverfahren");
  }();
  server_.stop();
  {
    DamagedStore store(server_.data_folder() / "musterbach" / "store");
    store.erase_first(storage::Family::indexes, storage::index_prefix("document", "dossier"));
    store.erase_first(storage::Family::journal_objects, "");
    store.erase_first(storage::Family::content_meta, std::string(1, storage::tag_ref));
  }
  EXPECT_EQ(run({"verify", "--tenant", "musterbach"}), 3) << output_;
  const std::vector<std::string> told = {": missing in index dossier", ": not found by object",
                                         ", which is not referenced by it"};
  for (const std::string& problem : told) EXPECT_TRUE(said(problem)) << problem << output_;
  EXPECT_EQ(run({"verify", "--repair", "--tenant", "musterbach"}), 0) << output_;
  EXPECT_TRUE(said("index entries of document: 1 made, 0 removed")) << output_;
  EXPECT_TRUE(said("index entries of journal: 1 made, 0 removed")) << output_;
  EXPECT_TRUE(said("references to contents: 1 made")) << output_;
  EXPECT_EQ(run({"verify", "--tenant", "musterbach"}), 0) << output_;
  for (const std::string& problem : told) EXPECT_FALSE(said(problem)) << problem << output_;
  server_.start();
  ApiClient person = clerk();
  EXPECT_EQ(person.get("/api/v1/documents/" + id + "/content").status, 200U);
}

TEST_F(VerifyStory, RepairReadsATextAgainThatRotted) {
  const std::string markup = "<!DOCTYPE html><html><body><p>";
  const std::string id = [&] {
    ApiClient person = clerk();
    return file(person, "Brunnenordnung", "Wasserrechtsverfahren", markup);
  }();
  server_.stop();
  {
    DamagedStore store(server_.data_folder() / "musterbach" / "store");
    store.erase_chunk("Wasserrechtsverfahren", markup);
  }
  EXPECT_EQ(run({"verify", "--tenant", "musterbach"}), 3) << output_;
  EXPECT_TRUE(said("chunk 0: missing")) << output_;
  EXPECT_EQ(run({"verify", "--repair", "--tenant", "musterbach"}), 0) << output_;
  EXPECT_TRUE(said("texts read again: 1")) << output_;
  EXPECT_EQ(run({"verify", "--index", "--tenant", "musterbach"}), 0) << output_;
  server_.start();
  ApiClient person = clerk();
  const ApiAnswer text = person.get("/api/v1/documents/" + id + "/text");
  EXPECT_EQ(text.status, 200U);
  EXPECT_NE(text.body.find("Wasserrechtsverfahren"), std::string::npos) << text.body;
}

// A day's erasures are told in the chain: what is gone without them somebody took away.
TEST_F(VerifyStory, TellsADetailThatSomebodyTookOutOfTheJournal) {
  {
    ApiClient person = clerk();
    file(person, "Brunnenordnung", "Wasserrechtsverfahren");
  }
  server_.stop();
  {
    DamagedStore store(server_.data_folder() / "musterbach" / "store");
    store.erase_first(storage::Family::journal_detail, "");
  }
  EXPECT_EQ(run({"verify", "--tenant", "musterbach"}), 3) << output_;
  EXPECT_TRUE(said("its detail is gone, and nothing tells that it was erased")) << output_;
}

TEST_F(VerifyStory, OnlyACommandBegins) {
  HttpsClientOptions options;
  options.port = server_.admin_port();
  options.tls = false;
  HttpsClient client(options);
  HttpsRequest request;
  request.method = "POST";
  request.target = "/verifications";
  ASSERT_EQ(client.send(request)->status, 403U) << "a page in a browser on this machine";
  request.headers = {{"X-Aktenwerk-Command", "backup"}};
  EXPECT_EQ(client.send(request)->status, 403U) << "another command";
  EXPECT_EQ(client.get("/verifications")->body, "[]");
}

}  // namespace
}  // namespace dms::test
