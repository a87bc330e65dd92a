// Verification as an operator does it: by the command line, beside the running server and without.

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

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
  std::string file(ApiClient& clerk, const std::string& subject, const std::string& word) {
    const std::string dossier = open_dossier(clerk, "660.1", subject);
    const ApiAnswer filed = clerk.file(dossier, subject, "text.txt", subject + ": " + word);
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
