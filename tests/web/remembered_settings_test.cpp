#include "web/remembered_settings.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <vector>

#include "support/temp_dir.h"

namespace dms::web {
namespace {

// Keeps each event as "event: value, value, …".
class RecordingLog final : public Log {
 public:
  bool keeps(LogLevel) const override { return true; }
  void write(LogLevel, std::string_view event, std::initializer_list<LogField> fields) override {
    std::string line(event);
    for (const LogField& field : fields) {
      if (const auto* text = std::get_if<std::string>(&field.value.stored())) line += " " + *text;
    }
    lines.push_back(std::move(line));
  }
  std::vector<std::string> lines;
};

class RememberedSettingsTest : public testing::Test {
 protected:
  RememberedSettingsTest() { config_.data_dir = folder_.path().string(); }
  std::vector<std::string> told() {
    RecordingLog log;
    tell_changed_settings(config_, log);
    return log.lines;
  }
  void expect_first(const std::string& event) {
    const std::vector<std::string> lines = told();
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_TRUE(lines[0].starts_with(event)) << lines[0];
  }

  dms::test::TempDir folder_;
  ServerConfig config_;
};

TEST_F(RememberedSettingsTest, WhatChangedSinceTheLastStartIsTold) {
  expect_first("settings_of_a_first_start");
  ASSERT_TRUE(remember_settings(config_));
  EXPECT_TRUE(told().empty());
  config_.listen.port = 444;
  const std::vector<std::string> changed = {"setting_changed listen.port 8443 444"};
  EXPECT_EQ(told(), changed);
  EXPECT_EQ(told(), changed) << "until it is remembered";
  ASSERT_TRUE(remember_settings(config_));
  EXPECT_TRUE(told().empty());
}

TEST_F(RememberedSettingsTest, ADamagedMemoryIsToldAndHindersNothing) {
  ASSERT_TRUE(remember_settings(config_));
  std::ofstream(folder_ / "settings.json") << "{\"format\":1,";
  expect_first("settings_forgotten");
  ASSERT_TRUE(remember_settings(config_));
  EXPECT_TRUE(told().empty());
}

TEST_F(RememberedSettingsTest, IsForTheOwnerAlone) {
  ASSERT_TRUE(remember_settings(config_));
  struct stat status {};
  ASSERT_EQ(::stat((folder_ / "settings.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

}  // namespace
}  // namespace dms::web
