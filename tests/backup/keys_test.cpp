// Encryption at rest as an operator meets it: switched on, read, moved, the server's key on paper,
// lost, brought back and changed; and nothing in the clear where it must not be.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include "support/api_client.h"
#include "support/server_process.h"

namespace dms::test {
namespace {

namespace fs = std::filesystem;

class KeysStory : public ::testing::Test {
 protected:
  KeysStory() { server_.stop(); }

  int run(const std::vector<std::string>& arguments) {
    return server_.run_command(arguments, &output_);
  }
  bool said(const std::string& text) const { return output_.find(text) != std::string::npos; }
  // Changes the mode of Musterbach, the first tenant there is.
  void set_mode(const std::string& mode) {
    std::ifstream in(server_.config_file());
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::string key = "content_encryption = ";
    if (const auto at = text.find(key); at != std::string::npos) {
      text.erase(at, text.find('\n', at) + 1 - at);
    }
    const std::string table = "[[tenant]]\n";
    const auto at = text.find(table);
    ASSERT_NE(at, std::string::npos);
    text.insert(at + table.size(), key + "\"" + mode + "\"\n");
    std::ofstream(server_.config_file(), std::ios::trunc) << text;
  }
  ApiClient clerk() {
    ApiClient client(server_.client(), "https://localhost:" + std::to_string(server_.port()));
    EXPECT_TRUE(client.sign_in("h.brandt", server_.password_of("h.brandt"))) << server_.log();
    return client;
  }
  static void wait_until_found(ApiClient& client, const std::string& word) {
    for (int i = 0; i < 300; ++i) {
      const ApiAnswer answer = client.get("/api/v1/search?q=" + word);
      if (answer.status == 200 && !answer.json.at("items").as_array().empty()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    ADD_FAILURE() << word << " is not found";
  }
  // The files below `folder` that hold `bytes`.
  static std::vector<std::string> files_with(const fs::path& folder, const std::string& bytes) {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string all((std::istreambuf_iterator<char>(file)), {});
      if (all.find(bytes) != std::string::npos) files.push_back(entry.path().string());
    }
    return files;
  }
  fs::path keys() const { return server_.data_folder() / "keys"; }
  std::string content_of(ApiClient& client, const std::string& document) {
    const ApiAnswer answer = client.get("/api/v1/documents/" + document + "/content");
    return answer.status == 200 ? answer.body : std::to_string(answer.status);
  }

  ServerProcess server_;
  std::string output_;
};

TEST_F(KeysStory, LeaveNothingOfAFileInTheClearInTheStore) {
  ASSERT_EQ(run({"keys", "init"}), 0) << output_;
  EXPECT_EQ(run({"keys", "init"}), 1) << "there is one already";
  set_mode("dossier");
  server_.start();
  ApiClient client = clerk();
  const std::string dossier = open_dossier(client, "660.1", "Kanal");
  const std::string text = "Die Kanalsanierung Quittenweg kostet mehr als gedacht.";
  const ApiAnswer filed = client.file(dossier, "Sanierung", "kanal.txt", text);
  ASSERT_EQ(filed.status, 201U) << filed.body;
  wait_until_found(client, "Quittenweg");
  EXPECT_EQ(content_of(client, filed.text("id")), text);
  server_.stop();
  const fs::path tenant = server_.data_folder() / "musterbach";
  EXPECT_EQ(files_with(tenant / "store", "Quittenweg"), std::vector<std::string>{});
  EXPECT_EQ(files_with(tenant / "staging", "Quittenweg"), std::vector<std::string>{});
  EXPECT_EQ(run({"verify", "--tenant", "musterbach"}), 0) << output_;
  ASSERT_EQ(run({"keys", "status"}), 0);
  EXPECT_TRUE(said(" domains, 0 domains destroyed, wrapped by ")) << output_;
  set_mode("off");
  server_.start();
  client = clerk();
  EXPECT_EQ(content_of(client, filed.text("id")), text) << "reading goes by what is stored";
  ASSERT_EQ(client.file(dossier, "Nachtrag", "nachtrag.txt", "Im Mispelweg auch.").status, 201U);
  server_.stop();
  EXPECT_EQ(files_with(tenant / "store", "Mispelweg").size(), 1U) << "the search itself finds";
}

TEST_F(KeysStory, ChangeTheServersKeyWhereverItIsInterrupted) {
  set_mode("tenant");
  EXPECT_EQ(run({"verify", "--tenant", "musterbach"}), 1) << "there is no key";
  EXPECT_TRUE(said("aktenwerk keys init")) << output_;
  ASSERT_EQ(run({"keys", "init"}), 0) << output_;
  EXPECT_EQ(run({"keys", "escrow"}), 1);
  ASSERT_EQ(run({"keys", "escrow", "--show"}), 0);
  EXPECT_TRUE(said("8: ") && said("check: ")) << "for paper";
  server_.start();
  ApiClient client = clerk();
  const std::string dossier = open_dossier(client, "660.1", "Kanal");
  const std::string before = client.file(dossier, "Vorher", "a.txt", "vor dem Wechsel").text("id");
  EXPECT_EQ(run({"keys", "rotate-server-key"}), 1) << "the server runs";
  EXPECT_TRUE(said("stop the server")) << output_;
  server_.stop();
  // Interrupted: the next key is there, nothing is wrapped by it.
  ASSERT_TRUE(fs::exists(keys() / "server.key.next"));
  server_.start();
  client = clerk();
  EXPECT_EQ(content_of(client, before), "vor dem Wechsel");
  const std::string between = client.file(dossier, "Dazwischen", "b.txt", "dazwischen").text("id");
  server_.stop();
  ASSERT_EQ(run({"keys", "rotate-server-key"}), 0) << output_;
  EXPECT_FALSE(fs::exists(keys() / "server.key.next"));
  EXPECT_FALSE(fs::exists(keys() / "server.key.old"));
  ASSERT_EQ(run({"keys", "rotate", "--tenant", "musterbach"}), 0) << output_;
  server_.start();
  client = clerk();
  EXPECT_EQ(content_of(client, before), "vor dem Wechsel");
  EXPECT_EQ(content_of(client, between), "dazwischen");
  const std::string after = client.file(dossier, "Nachher", "c.txt", "nach dem Wechsel").text("id");
  EXPECT_EQ(content_of(client, after), "nach dem Wechsel");
  server_.stop();
  ASSERT_EQ(run({"keys", "status"}), 0);
  EXPECT_TRUE(said("tenant musterbach: tenant: 2 keys of 1 domains")) << output_;
  EXPECT_EQ(run({"verify", "--tenant", "musterbach"}), 0) << output_;
}

TEST_F(KeysStory, SayWhichKeyIsMissing) {
  ASSERT_EQ(run({"keys", "init"}), 0) << output_;
  set_mode("tenant");
  server_.start();
  ApiClient client = clerk();
  const std::string dossier = open_dossier(client, "660.1", "Kanal");
  ASSERT_EQ(client.file(dossier, "Brief", "a.txt", "Inhalt").status, 201U);
  server_.stop();
  fs::rename(keys() / "server.key", keys() / "server.key.away");
  EXPECT_EQ(run({"verify", "--tenant", "musterbach"}), 1);
  EXPECT_TRUE(said("server.key is missing")) << output_;
  EXPECT_EQ(run({"keys", "init"}), 1) << "a new one beside keys that an old one wraps";
  EXPECT_TRUE(said("keys recover")) << output_;
  fs::rename(keys() / "server.key.away", keys() / "server.key");
  fs::rename(keys() / "musterbach" / "content.keys", keys() / "content.keys.away");
  EXPECT_EQ(run({"verify", "--tenant", "musterbach"}), 3);
  EXPECT_TRUE(said(" is missing")) << output_;
  fs::rename(keys() / "content.keys.away", keys() / "musterbach" / "content.keys");
  EXPECT_EQ(run({"verify", "--tenant", "musterbach"}), 0) << output_;
}

}  // namespace
}  // namespace dms::test
