// The built server, killed at random while it fetches mail and scans: each comes in once, and all
// do. A kill counts where it fell between a commit and what follows it: the next start then says
// that it knew something already. A mail server that has got a command carries it out, be the
// client dead or not; so it is stopped first, at random, and what it was asked after that is never
// done.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <regex>
#include <thread>

#include "dovecot.h"
#include "support/api_client.h"
#include "support/scanned_pages.h"
#include "support/server_process.h"

extern char** environ;

namespace dms::test {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// How many mails and files the server knew already, by what it has logged.
int known_mails_in(const std::string& log) {
  const std::regex line(R"("event":"mail_known")");
  return static_cast<int>(
      std::distance(std::sregex_iterator(log.begin(), log.end(), line), std::sregex_iterator()));
}
int known_files_in(const std::string& log) {
  int known = 0;
  const std::regex line(R"("event":"captured"[^\n]*"kind":"scan_folder"[^\n]*"known":(\d+))");
  for (std::sregex_iterator at(log.begin(), log.end(), line), end; at != end; ++at) {
    known += std::stoi((*at)[1]);
  }
  return known;
}

class KillTest : public ::testing::Test {
 protected:
  static constexpr std::size_t mails_waiting = 10;  // at each start
  static constexpr std::size_t files_waiting =
      8;  // a round ends, and says what it knew, in a second
  static constexpr int mails_min = 20;
  static constexpr int kills_min = 8;
  static constexpr int kills_max = 60;
  static constexpr int hits_wanted = 1;  // of each kind

  KillTest() : scans_(dovecot_.folder() / "scans"), log_(dovecot_.folder() / "killed.log") {
    fs::create_directories(scans_ / "poststelle");
    server_.stop();
    std::string config = read_file(server_.config_file());
    const std::string next_tenant = "[[tenant]]\nid = \"nebenbach\"";
    config.insert(config.find(next_tenant), R"([[tenant.mailbox]]
name = "poststelle"
host = "localhost"
port = )" + std::to_string(dovecot_.tls_port()) +
                                                R"(
ca_file = ")" + dovecot_.ca_file() + R"("
user = ")" + Dovecot::user + R"("
password_file = ")" + dovecot_.password_file() +
                                                R"("
after = "move:Verarbeitet"
inbox = "Posteingang Hauptamt"
acting_user = "h.brandt"
interval_s = 1
[[tenant.scan_folder]]
name = "scanner"
folder = ")" + scans_.string() + R"("
inboxes = [{name = "poststelle", inbox = "Posteingang Hauptamt"}]
acting_user = "h.brandt"
settle_s = 0
interval_s = 1
[tenant.scan_folder.separation]
blank_pages = true
)");
    std::ofstream(server_.config_file(), std::ios::binary) << config;
  }

  void bring_more() {
    for (std::size_t there = dovecot_.count(); there < mails_waiting; ++there) {
      const std::string name = "Killmail " + std::to_string(++mails_);
      dovecot_.deliver(make_mail(name, std::to_string(mails_) + "@kill.example", name));
    }
    for (std::size_t there = count_files(scans_ / "poststelle"); there < files_waiting; ++there) {
      const std::string name = "Killscan " + std::to_string(++files_);
      // Now and then a stack of two letters: both or none.
      const bool is_stack = files_ % 5 == 0;
      if (is_stack) ++stacks_;
      std::ofstream(scans_ / ("." + name), std::ios::binary)
          << (is_stack ? as_pdf({{"", name}, {"", ""}, {"", "Zweiter Brief"}}) : name);
      fs::rename(scans_ / ("." + name),
                 scans_ / "poststelle" / (name + (is_stack ? ".pdf" : ".txt")));
    }
  }

  // Starts the server, and kills it a while after the first of `these` has been dealt with: while
  // it deals with the next.
  enum class These : std::uint8_t { mails, files, refused_mails, refused_files };
  std::size_t waiting(These these) const {
    const bool is_of_files = these == These::files || these == These::refused_files;
    return is_of_files ? count_files(scans_ / "poststelle") : dovecot_.count();
  }
  void run_and_kill(These these, std::chrono::milliseconds after) {
    const std::string program = std::string(AKTENWERK_BINARY_DIR) + "/web/aktenwerk";
    std::string serve = "serve";
    std::string option = "--config";
    std::string config = server_.config_file().string();
    std::string name = program;
    char* const arguments[] = {name.data(), serve.data(), option.data(), config.data(), nullptr};
    fs::remove(log_);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 2, log_.c_str(), O_WRONLY | O_CREAT, 0600);
    pid_t pid = -1;
    ASSERT_EQ(posix_spawn(&pid, program.c_str(), &actions, nullptr, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    const std::size_t at_first = waiting(these);
    const bool is_refused = these == These::refused_mails || these == These::refused_files;
    const int looks_max = is_refused ? 1000 : 15'000;
    for (int i = 0; i < looks_max && waiting(these) >= at_first; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    std::this_thread::sleep_for(after);
    if (these == These::mails) {
      dovecot_.pause();
      std::this_thread::sleep_for(std::chrono::milliseconds(500));  // until it waits for an answer
    }
    ASSERT_EQ(::kill(pid, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(pid, &status, 0), pid);
    if (these == These::mails) {
      dovecot_.drop_sessions();
      dovecot_.resume();
    }
    ASSERT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << read_file(log_);
    const std::string log = read_file(log_);
    mail_hits_ += known_mails_in(log);
    scan_hits_ += known_files_in(log);
  }

  // As a share does whose rights were changed: what was taken in cannot be moved away.
  void refuse_file_moves() const {
    const fs::path done = scans_ / "poststelle" / "verarbeitet";
    if (fs::exists(done)) fs::rename(done, scans_ / ".verarbeitet");
    fs::create_symlink(scans_ / "nirgends", done);
  }
  void permit_file_moves() const {
    const fs::path done = scans_ / "poststelle" / "verarbeitet";
    fs::remove(done);
    if (fs::exists(scans_ / ".verarbeitet")) fs::rename(scans_ / ".verarbeitet", done);
  }

  bool has_all_moved() const {
    return dovecot_.count() == 0 && fs::is_empty(scans_ / "poststelle" / "verarbeitet") == false &&
           count_files(scans_ / "poststelle") == 0;
  }
  static std::size_t count_files(const fs::path& folder) {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(folder)) {
      count += entry.is_regular_file() ? 1U : 0U;
    }
    return count;
  }

  // How often each subject of ours lies in the inbox.
  std::map<std::string, int> taken() {
    ApiClient client(server_.client(), "https://localhost:" + std::to_string(server_.port()));
    EXPECT_TRUE(client.sign_in("h.brandt", server_.password_of("h.brandt")));
    std::map<std::string, int> subjects;
    std::string cursor;
    do {
      const ApiAnswer list = client.get("/api/v1/inbox?state=received&limit=200" +
                                        (cursor.empty() ? "" : "&cursor=" + cursor));
      EXPECT_EQ(list.status, 200U) << list.body;
      for (const auto& item : list.json.at("items").as_array()) {
        const std::string subject(item.at("subject").as_string());
        if (subject.starts_with("Kill")) ++subjects[subject];
      }
      cursor = list.text("next_cursor");
    } while (!cursor.empty());
    return subjects;
  }

  Dovecot dovecot_;
  ServerProcess server_;
  fs::path scans_;
  fs::path log_;
  int mails_ = 0;
  int files_ = 0;
  int stacks_ = 0;
  int mail_hits_ = 0;
  int scan_hits_ = 0;
};

TEST_F(KillTest, NothingIsLostAndNothingComesTwice) {
  std::mt19937 random(20261129);
  std::uniform_int_distribution<int> mail_pause_ms(0, 300);
  std::uniform_int_distribution<int> file_pause_ms(0, 100);
  int kills = 0;
  dovecot_.make_folder("Verarbeitet");
  while (kills < kills_max && (mail_hits_ < hits_wanted || scan_hits_ < hits_wanted ||
                               mails_ < mails_min || kills < kills_min)) {
    bring_more();
    // By turns: until a mail comes the round of the files has ended, and told what it knew.
    constexpr std::array turns{These::files, These::mails, These::refused_files,
                               These::refused_mails};
    const These these = turns.at(static_cast<std::size_t>(kills) % turns.size());
    auto& pause = these == These::files ? file_pause_ms : mail_pause_ms;
    if (these == These::refused_mails) dovecot_.refuse_moves("Verarbeitet");
    if (these == These::refused_files) refuse_file_moves();
    ASSERT_NO_FATAL_FAILURE(run_and_kill(these, std::chrono::milliseconds(pause(random))));
    if (these == These::refused_mails) dovecot_.permit_moves("Verarbeitet");
    if (these == These::refused_files) permit_file_moves();
    ++kills;
  }
  server_.start();
  for (int i = 0; i < 1200 && !has_all_moved(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_TRUE(has_all_moved());
  const auto subjects = taken();
  EXPECT_GT(stacks_, 0);
  EXPECT_EQ(subjects.size(), static_cast<std::size_t>(mails_ + files_ + stacks_));
  for (const auto& [subject, count] : subjects) EXPECT_EQ(count, 1) << subject;
  // A session that is dropped within a move may leave the copy beside the mail, which then moves
  // once more: no mail fewer, and no second item.
  EXPECT_GE(dovecot_.count("Verarbeitet"), static_cast<std::size_t>(mails_));
  EXPECT_EQ(count_files(scans_ / "poststelle" / "verarbeitet"), static_cast<std::size_t>(files_));
  HttpsClientOptions admin;
  admin.port = server_.admin_port();
  admin.host = "localhost";
  admin.tls = false;
  const auto told = HttpsClient(admin).get("/captures");
  ASSERT_TRUE(told);
  EXPECT_EQ(std::count(told->body.begin(), told->body.end(), '{'), 2) << told->body;
  EXPECT_EQ(told->body.find("failing"), std::string::npos) << told->body;
  EXPECT_NE(told->body.find(R"("kind":"mailbox","name":"poststelle","state":"well")"),
            std::string::npos)
      << told->body;
  std::printf(
      "kills %d, of them between commit and mark: %d mails, %d files; %d mails, %d files, of these "
      "%d stacks of two letters\n",
      kills, mail_hits_, scan_hits_, mails_, files_, stacks_);
  EXPECT_GT(mail_hits_, 0) << "no kill struck";
  EXPECT_GT(scan_hits_, 0) << "no kill struck";
}

}  // namespace
}  // namespace dms::test
