// Signed heads as an operator meets them: at the command line, against a store that somebody who
// knows its format has changed, and at a restore.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "any_rate.h"
#include "support/api_client.h"
#include "support/forged_store.h"
#include "support/server_process.h"

namespace dms::test {
namespace {

namespace fs = std::filesystem;

class HeadsStory : public ::testing::Test {
 protected:
  HeadsStory() {
    server_.stop();
    std::ofstream(server_.config_file(), std::ios::app)
        << "\n[backup]\nfolder = \"" << folder("backup").string() << "\"\n"
        << any_rate;
    server_.start();
  }

  fs::path folder(const std::string& name) const {
    return server_.config_file().parent_path() / name;
  }
  std::string store() const { return (server_.data_folder() / "musterbach" / "store").string(); }
  ApiClient person(const std::string& name) {
    ApiClient client(server_.client(), "https://localhost:" + std::to_string(server_.port()));
    EXPECT_TRUE(client.sign_in(name, server_.password_of(name))) << server_.log();
    return client;
  }
  void sign() {
    const ApiAnswer head = person("administrator").send("POST", "/api/v1/audit/heads", "");
    EXPECT_EQ(head.status, 200U) << head.body;
  }
  int run(const std::vector<std::string>& arguments) {
    return server_.run_command(arguments, &output_);
  }
  bool said(const std::string& text) const { return output_.find(text) != std::string::npos; }
  // Prints the heads, and keeps them where nobody of this story reaches them.
  std::string send_elsewhere() {
    EXPECT_EQ(run({"heads", "--tenant", "musterbach"}), 0) << output_;
    std::string file = folder("elsewhere.jsonl").string();
    std::ofstream(file) << output_;
    return file;
  }

  ServerProcess server_;
  std::string output_;
};

TEST_F(HeadsStory, TellACutHistoryThatIsSoundInItself) {
  sign();
  const std::string elsewhere = send_elsewhere();
  server_.stop();
  ASSERT_EQ(run({"verify", "--tenant", "musterbach", "--heads", elsewhere}), 0) << output_;
  EXPECT_TRUE(said(" signed heads")) << output_;
  {
    ForgedStore forged(store());
    auto history = forged.envelopes();
    history.resize(history.size() / 2);
    forged.rewrite(history);
  }
  EXPECT_EQ(run({"verify", "--tenant", "musterbach"}), 3) << output_;
  EXPECT_TRUE(said("is newer than the store")) << output_;
  // He finds the heads beside the tenants, too.
  fs::remove(server_.data_folder() / "heads" / "musterbach.jsonl");
  const int unnoticed = run({"verify", "--tenant", "musterbach"});
  EXPECT_FALSE(said("is newer than the store")) << unnoticed << output_;
  EXPECT_EQ(run({"verify", "--tenant", "musterbach", "--heads", elsewhere}), 3) << output_;
  EXPECT_TRUE(said("is newer than the store")) << "those that were sent elsewhere tell";
}

TEST_F(HeadsStory, AFileOfHeadsMustBeOne) {
  server_.stop();
  const std::string file = folder("strange.jsonl").string();
  EXPECT_EQ(run({"verify", "--tenant", "musterbach", "--heads", file}), 1) << output_;
  std::ofstream(file) << "";
  EXPECT_EQ(run({"verify", "--tenant", "musterbach", "--heads", file}), 1) << output_;
  std::ofstream(file) << "no head\n";
  EXPECT_EQ(run({"verify", "--tenant", "musterbach", "--heads", file}), 3) << output_;
  EXPECT_TRUE(said("are no heads")) << output_;
  EXPECT_EQ(run({"verify", "--heads", file}), 2) << "of which tenant?";
}

TEST_F(HeadsStory, ARestoreSetsNewerHeadsAside) {
  sign();
  ASSERT_EQ(run({"backup"}), 0) << output_;
  ApiClient clerk = person("h.brandt");
  ASSERT_FALSE(open_dossier(clerk, "660.1", "Nach der Sicherung").empty());
  sign();
  server_.stop();
  const fs::path heads = server_.data_folder() / "heads";
  const std::string before = send_elsewhere();
  fs::rename(server_.data_folder() / "musterbach", folder("lost"));
  ASSERT_EQ(run({"restore", "--tenant", "musterbach"}), 0) << output_;
  EXPECT_TRUE(said("1 signed heads do not fit this store, set aside in ")) << output_;
  const auto is_ours = [](const fs::directory_entry& entry) {
    return entry.path().filename().string().starts_with("musterbach.");
  };
  EXPECT_EQ(std::count_if(fs::directory_iterator(heads), fs::directory_iterator(), is_ours), 2)
      << "what fits, and what was set aside";
  EXPECT_EQ(run({"verify", "--tenant", "musterbach"}), 0) << output_;
  EXPECT_EQ(run({"verify", "--tenant", "musterbach", "--heads", before}), 3) << output_;
  EXPECT_TRUE(said("is newer than the store")) << "who kept them sees that something is missing";
  server_.start();
  sign();
}

TEST_F(HeadsStory, HeadsTravelWithTheBackup) {
  sign();
  ASSERT_EQ(run({"backup", "--tenant", "musterbach"}), 0) << output_;
  server_.stop();
  const std::string elsewhere = folder("elsewhere").string();
  ASSERT_EQ(run({"restore", "--tenant", "musterbach", "--to", elsewhere}), 0) << output_;
  std::ostringstream copied;
  copied << std::ifstream(fs::path(elsewhere) / "heads" / "musterbach.jsonl").rdbuf();
  ASSERT_EQ(run({"heads", "--tenant", "musterbach"}), 0);
  EXPECT_EQ(copied.str(), output_);
  EXPECT_FALSE(output_.empty());
}

TEST_F(HeadsStory, AGenerationOfAnotherHistoryComesToNoPlace) {
  sign();
  server_.stop();
  {
    ForgedStore forged(store());
    auto history = forged.envelopes();
    history[5].actor.bytes[15] ^= 1;
    forged.rewrite(history);
  }
  ASSERT_EQ(run({"backup", "--tenant", "musterbach"}), 0) << output_;
  EXPECT_EQ(run({"restore", "--tenant", "musterbach", "--check"}), 3) << output_;
  EXPECT_TRUE(said("the entry there is not the one that was signed")) << output_;
}

}  // namespace
}  // namespace dms::test
