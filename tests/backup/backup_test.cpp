// Backups as an operator makes them: by the command line beside the running server. What counts is
// what can be restored, so every story ends with a server on what was.

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "any_rate.h"
#include "support/api_client.h"
#include "support/server_process.h"

namespace dms::test {
namespace {

namespace fs = std::filesystem;

class BackupStory : public ::testing::Test {
 protected:
  BackupStory() {
    server_.stop();
    configure("\n[backup]\nfolder = \"" + folder("backup").string() + "\"\n" + any_rate);
    server_.start();
  }

  fs::path folder(const std::string& name) const {
    return server_.config_file().parent_path() / name;
  }
  void configure(const std::string& more) const {
    std::ofstream(server_.config_file(), std::ios::app) << more;
  }
  // From now on commands and server work on another data folder.
  void change_data_folder(const fs::path& to) const {
    std::ostringstream text;
    text << std::ifstream(server_.config_file()).rdbuf();
    std::string config = text.str();
    const std::string before = server_.data_folder().string();
    config.replace(config.find(before), before.size(), to.string());
    std::ofstream(server_.config_file(), std::ios::trunc) << config;
  }
  ApiClient clerk() {
    ApiClient client(server_.client(), "https://localhost:" + std::to_string(server_.port()));
    EXPECT_TRUE(client.sign_in("h.brandt", server_.password_of("h.brandt"))) << server_.log();
    return client;
  }
  std::string file(ApiClient& clerk, const std::string& subject) {
    const std::string dossier = open_dossier(clerk, "660.1", subject);
    const ApiAnswer filed = clerk.file(dossier, subject, "text.txt", subject + ", der Text");
    EXPECT_EQ(filed.status, 201U) << filed.body;
    return filed.text("id");
  }
  // The command's exit status; what it said is `output_`.
  int run(const std::vector<std::string>& arguments) {
    return server_.run_command(arguments, &output_);
  }
  bool said(const std::string& text) const { return output_.find(text) != std::string::npos; }

  ServerProcess server_;
  std::string output_;
};

TEST_F(BackupStory, WhatWasBackedUpIsServedFromAnotherFolder) {
  ApiClient before = clerk();
  const std::string early = file(before, "Brunnenordnung");
  ASSERT_EQ(run({"backup"}), 0) << output_;
  EXPECT_TRUE(said("tenant musterbach: generation 1: ")) << output_;
  EXPECT_TRUE(said("tenant nebenbach: generation 1: ")) << output_;
  const std::string late = file(before, "Marktsatzung");
  ASSERT_EQ(run({"backup"}), 0) << output_;
  EXPECT_TRUE(said("tenant musterbach: generation 2: ")) << output_;
  ASSERT_EQ(run({"backup", "--list", "--tenant", "musterbach"}), 0) << output_;
  EXPECT_TRUE(said("generation 1 of ") && said("generation 2 of ")) << output_;

  // Beside the running server: proven, and nothing is left of it.
  ASSERT_EQ(run({"restore", "--check", "--tenant", "musterbach"}), 0) << output_;
  EXPECT_TRUE(said("tenant musterbach: clean: ")) << output_;
  EXPECT_FALSE(fs::exists(server_.data_folder() / "musterbach.check"));
  EXPECT_EQ(run({"restore", "--tenant", "musterbach"}), 1) << "over what is there";
  EXPECT_TRUE(said("exists there already")) << output_;

  const std::string elsewhere = folder("elsewhere").string();
  for (const std::string tenant : {"musterbach", "nebenbach"}) {
    ASSERT_EQ(run({"restore", "--tenant", tenant, "--generation", "1", "--to", elsewhere}), 0)
        << output_;
  }
  server_.stop();
  fs::copy(server_.data_folder() / "tls", folder("elsewhere") / "tls");
  change_data_folder(elsewhere);
  server_.start();
  ApiClient after = clerk();
  EXPECT_EQ(after.get("/api/v1/documents/" + early + "/content").body, "Brunnenordnung, der Text");
  EXPECT_EQ(after.get("/api/v1/documents/" + late).status, 404U) << "filed after the first backup";
  bool is_found = false;
  for (int i = 0; i < 300 && !is_found; ++i) {
    const ApiAnswer answer = after.get("/api/v1/search?q=Brunnenordnung");
    is_found = answer.status == 200 && !answer.json.at("items").as_array().empty();
    if (!is_found) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_TRUE(is_found) << "the index fills itself again";
}

TEST_F(BackupStory, WithoutAServerTheCommandMakesThemItself) {
  const std::string id = [&] {
    ApiClient person = clerk();
    return file(person, "Brunnenordnung");
  }();
  server_.stop();
  ASSERT_EQ(run({"backup"}), 0) << output_;
  EXPECT_TRUE(said("tenant musterbach: generation 1 of ")) << output_;
  // One byte of a table, somewhere in the middle.
  fs::path table;
  for (const auto& entry : fs::recursive_directory_iterator(folder("backup") / "musterbach")) {
    if (entry.path().extension() == ".sst") table = entry.path();
  }
  ASSERT_FALSE(table.empty());
  std::fstream bytes(table, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekp(static_cast<std::streamoff>(fs::file_size(table) / 2));
  const int byte = bytes.peek();
  bytes.put(static_cast<char>(byte ^ 1));
  bytes.close();
  EXPECT_EQ(run({"restore", "--check", "--tenant", "musterbach"}), 3) << output_;
  EXPECT_EQ(run({"restore", "--check", "--tenant", "nebenbach"}), 0) << output_;
}

// Else all tenants, who share the disk with the copy, would have to refuse what is filed.
TEST_F(BackupStory, ACopyThatWouldTouchTheReserveIsNotBegun) {
  ASSERT_EQ(run({"backup", "--tenant", "musterbach"}), 0) << output_;
  // For a while it lies where it is asked to.
  ASSERT_EQ(run({"restore", "--check", "--tenant", "musterbach", "--scratch",
                 folder("scratch").string()}),
            0)
      << output_;
  EXPECT_TRUE(fs::is_empty(folder("scratch")));
  std::ofstream(folder("file")) << "no folder";
  EXPECT_EQ(run({"restore", "--check", "--tenant", "musterbach", "--scratch",
                 (folder("file") / "below").string()}),
            1)
      << output_;
  EXPECT_NE(run({"restore", "--tenant", "musterbach", "--scratch", folder("scratch").string()}), 0)
      << "restoring has no use for it";

  configure("\n[storage]\ndisk_reserve_bytes = 4000000000000000000\n");
  EXPECT_EQ(run({"restore", "--check", "--tenant", "musterbach"}), 1) << output_;
  EXPECT_TRUE(said("too little room in " + server_.data_folder().string())) << output_;
  EXPECT_TRUE(said("3814697265625 MiB as a reserve")) << output_;
  EXPECT_TRUE(said("MiB are free")) << output_;
  EXPECT_TRUE(said("--scratch")) << "where else: " << output_;
  EXPECT_FALSE(fs::exists(server_.data_folder() / "musterbach.check"));
  const std::string elsewhere = folder("elsewhere").string();
  EXPECT_EQ(run({"restore", "--tenant", "musterbach", "--to", elsewhere}), 1) << output_;
  EXPECT_TRUE(said("too little room in " + elsewhere)) << output_;
  EXPECT_FALSE(fs::exists(folder("elsewhere") / "musterbach"));
}

TEST_F(BackupStory, OnlyACommandBegins) {
  HttpsClientOptions options;
  options.port = server_.admin_port();
  options.tls = false;
  HttpsClient client(options);
  HttpsRequest request;
  request.method = "POST";
  request.target = "/backups";
  const auto refused = client.send(request);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 403U) << "a page in a browser on this machine can send this";
  request.headers = {{"X-Aktenwerk-Command", "backup"}, {"Host", "rebound.example"}};
  EXPECT_EQ(client.send(request)->status, 403U) << "and this, by a name of its own";
  EXPECT_EQ(client.get("/backups")->body.find("generation"), std::string::npos);
  EXPECT_EQ(run({"backup", "--tenant", "nobody"}), 1) << output_;
  EXPECT_EQ(run({"backup", "--list", "--tenant", "musterbach"}), 1);
  ApiClient person = clerk();
  EXPECT_EQ(person.get("/backups").status, 404U) << "the public address knows nothing of it";
}

}  // namespace
}  // namespace dms::test
