#include "dms/base/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include "dms/base/json_codec.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace dms {
namespace {

class LogTest : public testing::Test {
 protected:
  LogTest() : descriptor_(open(path().c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600)) {}
  ~LogTest() override { close(descriptor_); }

  std::string path() const { return directory_ / "log"; }
  std::string written() const {
    std::ostringstream text;
    text << std::ifstream(path()).rdbuf();
    return text.str();
  }

  test::TempDir directory_;
  test::FakeClock clock_;
  int descriptor_;
};

TEST_F(LogTest, WritesOneJsonObjectALine) {
  JsonLog log(descriptor_, LogLevel::info, clock_);
  log.info("server_started", {{"port", 8443},
                              {"size", std::uint32_t{7}},
                              {"seconds", 0.5},
                              {"clean", true},
                              {"hint", "a\nb\""}});
  log.error("stopped");
  EXPECT_EQ(written(),
            R"({"time":"2026-03-02T08:00:00.000000Z","level":"info","event":"server_started",)"
            R"("port":8443,"size":7,"seconds":0.5,"clean":true,"hint":"a\nb\""})"
            "\n"
            R"({"time":"2026-03-02T08:00:00.000000Z","level":"error","event":"stopped"})"
            "\n");
}

TEST_F(LogTest, DropsWhatIsBelowItsLevel) {
  JsonLog log(descriptor_, LogLevel::warning, clock_);
  log.info("quiet");
  log.warning("loud");
  EXPECT_EQ(written().find("quiet"), std::string::npos);
  EXPECT_NE(written().find("loud"), std::string::npos);
}

TEST_F(LogTest, CutsLongTextsAndMendsIllFormedOnes) {
  JsonLog log(descriptor_, LogLevel::info, clock_);
  log.info("long", {{"hint", std::string(10'000, 'x')}, {"raw", "\xff"}});
  EXPECT_LT(written().size(), 2200U);
  EXPECT_NE(written().find("\xEF\xBF\xBD"), std::string::npos);
}

TEST_F(LogTest, KeepsLinesWholeAcrossThreads) {
  JsonLog log(descriptor_, LogLevel::info, clock_);
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&log] {
      for (int j = 0; j < 100; ++j) log.info("line", {{"hint", std::string(200, 'x')}});
    });
  }
  for (auto& thread : threads) thread.join();
  std::istringstream lines(written());
  std::string line;
  int count = 0;
  while (std::getline(lines, line)) {
    ++count;
    ASSERT_TRUE((decode_json<std::map<std::string, std::string>>(line, JsonProfile::request)))
        << line;
  }
  EXPECT_EQ(count, 400);
}

}  // namespace
}  // namespace dms
