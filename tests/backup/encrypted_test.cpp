// Encrypted backups and what goes along with them, as an operator meets them: the key file, a
// restore on a machine that has nothing but the folder and that file, and one dossier brought back
// beside the running server.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "any_rate.h"
#include "support/api_client.h"
#include "support/server_process.h"

namespace dms::test {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class EncryptedStory : public ::testing::Test {
 protected:
  EncryptedStory() {
    server_.stop();
    EXPECT_EQ(run({"backup", "--make-key", key_file()}), 0) << output_;
    configure("\n[backup]\nfolder = \"" + folder("backup").string() + "\"\n" + any_rate +
              "key_file = \"" + key_file() + "\"\nkeys = true\n");
    server_.start();
  }

  fs::path folder(const std::string& name) const {
    return server_.config_file().parent_path() / name;
  }
  std::string key_file() const { return folder("backup.key").string(); }
  std::string generations() const { return (folder("backup") / "musterbach").string(); }
  void configure(const std::string& more) const {
    std::ofstream(server_.config_file(), std::ios::app) << more;
  }
  // In the configuration.
  void replace(const std::string& text, const std::string& by) const {
    std::string config = read_file(server_.config_file());
    const std::size_t at = config.find(text);
    ASSERT_NE(at, std::string::npos) << text;
    std::ofstream(server_.config_file(), std::ios::trunc) << config.replace(at, text.size(), by);
  }
  ApiClient clerk() {
    ApiClient client(server_.client(), "https://localhost:" + std::to_string(server_.port()));
    EXPECT_TRUE(client.sign_in("h.brandt", server_.password_of("h.brandt"))) << server_.log();
    return client;
  }
  int run(const std::vector<std::string>& arguments) {
    return server_.run_command(arguments, &output_);
  }
  bool said(const std::string& text) const { return output_.find(text) != std::string::npos; }

  ServerProcess server_;
  std::string output_;
};

TEST_F(EncryptedStory, AMachineWithTheFolderAndTheKeyFileHasEverythingAgain) {
  std::string document;
  {
    ApiClient person = clerk();
    const std::string dossier = open_dossier(person, "660.1", "Brunnenordnung");
    document =
        person.file(dossier, "Brunnenordnung", "text.txt", "Das Wasser ist frei.").text("id");
  }
  ASSERT_EQ(run({"backup"}), 0) << output_;
  ASSERT_EQ(run({"restore", "--check", "--tenant", "musterbach"}), 0) << output_;
  server_.stop();
  const std::string ca = read_file(server_.data_folder() / "tls" / "ca.pem");
  const std::string signing = read_file(server_.data_folder() / "keys/musterbach/signing.key");
  fs::rename(server_.data_folder(), folder("burnt"));
  const std::string config = read_file(server_.config_file());

  // No configuration is read for this: there is none.
  const std::string files = folder("files").string();
  ASSERT_EQ(
      run({"restore", "--from", generations(), "--key-file", key_file(), "--files-to", files}), 0)
      << output_;
  EXPECT_EQ(read_file(fs::path(files) / "aktenwerk.toml"), config);
  EXPECT_EQ(read_file(fs::path(files) / "tls" / "ca.pem"), ca);
  EXPECT_FALSE(fs::exists(fs::path(files) / "keys")) << "keys only where they are asked for";
  EXPECT_FALSE(fs::exists(fs::path(files) / "tls" / "ca-key.pem"));

  for (const std::string tenant : {"musterbach", "nebenbach"}) {
    ASSERT_EQ(run({"restore", "--with-keys", "--tenant", tenant}), 0) << output_;
  }
  EXPECT_TRUE(said("put back ")) << output_;
  EXPECT_TRUE(said("--files-to FOLDER")) << output_;
  EXPECT_EQ(read_file(server_.data_folder() / "tls" / "ca.pem"), ca);
  EXPECT_EQ(read_file(server_.data_folder() / "keys/musterbach/signing.key"), signing);
  struct stat status {};
  const fs::path key = server_.data_folder() / "keys/musterbach/signing.key";
  ASSERT_EQ(::stat(key.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
  EXPECT_EQ(run({"verify"}), 0) << output_;
  server_.start();
  EXPECT_EQ(clerk().get("/api/v1/documents/" + document + "/content").body, "Das Wasser ist frei.");
  EXPECT_EQ(run({"backup", "--tenant", "musterbach"}), 0) << "and it goes on: " << output_;
}

TEST_F(EncryptedStory, NothingOfItIsReadWithoutTheKey) {
  {
    ApiClient person = clerk();
    const std::string dossier = open_dossier(person, "660.1", "Quellfassung");
    person.file(dossier, "Quellfassung", "text.txt", "Das Wasser der Quellfassung");
  }
  ASSERT_EQ(run({"backup", "--tenant", "musterbach"}), 0) << output_;
  for (const auto& entry : fs::recursive_directory_iterator(folder("backup"))) {
    if (!entry.is_regular_file()) continue;
    const std::string bytes = read_file(entry.path());
    EXPECT_EQ(bytes.find("Quellfassung"), std::string::npos) << entry.path();
    EXPECT_EQ(bytes.find("PRIVATE KEY"), std::string::npos) << entry.path();
    EXPECT_EQ(bytes.find("data_dir"), std::string::npos) << entry.path();
  }
  const std::vector<std::string> check = {"restore", "--check", "--tenant", "musterbach"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), check.begin(), check.end());
    return run(more);
  };
  EXPECT_EQ(with({"--not-encrypted"}), 1);
  EXPECT_TRUE(said("These backups are encrypted; their key file is missing.")) << output_;
  const std::string other = folder("other.key").string();
  ASSERT_EQ(run({"backup", "--make-key", other}), 0);
  EXPECT_TRUE(said("Without this file no backup")) << output_;
  EXPECT_EQ(run({"backup", "--make-key", other}), 1) << "never over one that is there";
  EXPECT_EQ(with({"--key-file", other}), 1);
  EXPECT_TRUE(said("encrypted with another key")) << output_;
  EXPECT_EQ(with({"--key-file", folder("none.key").string()}), 1);
  EXPECT_TRUE(said("The key file does not exist.")) << output_;
  fs::permissions(other, fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(with({"--key-file", other}), 1);
  EXPECT_TRUE(said("is open to others; it must have mode 0600")) << output_;
  EXPECT_EQ(with({}), 0) << output_;
  replace("key_file", "# key_file");
  EXPECT_EQ(run({"backup", "--list"}), 1);
  EXPECT_TRUE(said("keys are backed up encrypted only: key_file is missing")) << output_;
}

TEST_F(EncryptedStory, OneFileComesBackBesideTheRunningServer) {
  ApiClient person = clerk();
  const std::string dossier = open_dossier(person, "660.1", "Brunnenordnung");
  ASSERT_EQ(person.file(dossier, "Brief", "text.txt", "Das Wasser ist frei.").status, 201U);
  ASSERT_EQ(run({"backup", "--tenant", "musterbach"}), 0) << output_;
  const std::string target = "/api/v1/dossiers/" + dossier;
  const ApiAnswer before = person.get(target);
  const std::string reference = before.text("file_reference");
  const ApiAnswer changed = person.send("PATCH", target, R"({"title":"Verschrieben"})",
                                        {{"If-Match", std::string(before.header("ETag"))}});
  ASSERT_EQ(changed.status, 200U) << changed.body;

  const std::vector<std::string> command = {"restore-dossier", "--tenant", "musterbach",
                                            "--dossier", reference};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), command.begin(), command.end());
    return run(more);
  };
  ASSERT_EQ(with({"--check"}), 0) << output_;
  EXPECT_TRUE(said("the file itself: differs, left as they are")) << output_;
  EXPECT_TRUE(said("documents in the backup: 1")) << output_;
  EXPECT_FALSE(said("Brunnenordnung") || said("Verschrieben")) << "the operator does not read";
  ASSERT_EQ(with({}), 0) << output_;
  EXPECT_EQ(person.get(target).text("title"), "Verschrieben");
  ASSERT_EQ(with({"--overwrite"}), 0) << output_;
  EXPECT_EQ(person.get(target).text("title"), "Brunnenordnung");
  server_.stop();
  ASSERT_EQ(with({"--check"}), 0) << "and without it: " << output_;
  EXPECT_TRUE(said("is there unchanged")) << output_;
  EXPECT_EQ(run({"restore-dossier", "--tenant", "musterbach", "--dossier", "0.0-1/1"}), 1);
  EXPECT_TRUE(said("This backup holds no such file.")) << output_;
  EXPECT_EQ(run({"verify", "--tenant", "musterbach"}), 0) << output_;
}

// The admin address is open to everybody on this machine.
TEST_F(EncryptedStory, WhoCannotWriteToTheDataFolderRestoresNothing) {
  HttpsClientOptions options;
  options.port = server_.admin_port();
  options.tls = false;
  HttpsClient client(options);
  HttpsRequest request;
  request.method = "POST";
  for (const std::string& name : {std::string(), std::string(32, 'a'), std::string("../x")}) {
    request.target = "/dossier_restores?request=" + percent_encoded(name);
    request.headers = {};
    EXPECT_EQ(client.send(request)->status, 403U) << name;
    request.headers = {{"X-Aktenwerk-Command", "restore-dossier"}};
    EXPECT_EQ(client.send(request)->status, 403U) << name;
  }
  EXPECT_EQ(client.get("/dossier_restores")->body, "[]");
}

}  // namespace
}  // namespace dms::test
