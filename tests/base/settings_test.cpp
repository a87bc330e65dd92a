#include "dms/base/settings.h"

#include <gtest/gtest.h>

namespace dms {
namespace {

ServerConfig town() {
  ServerConfig config;
  config.data_dir = "/srv/aktenwerk";
  config.tenant = {{"musterbach", "Gemeinde Musterbach", {"a.example", "b.example"}}};
  return config;
}

TEST(Settings, HoldEveryKeyDefaultsIncluded) {
  const Settings settings = settings_of(town());
  EXPECT_EQ(settings.at("data_dir"), "/srv/aktenwerk");
  EXPECT_EQ(settings.at("limits.upload_bytes_max"), std::to_string(8ULL << 30U));
  EXPECT_EQ(settings.at("lanes.password.threads"), "2");
  EXPECT_EQ(settings.at("log.level"), "info");
  EXPECT_EQ(settings.at("tenant[0].hosts[1]"), "b.example");
  EXPECT_FALSE(settings.contains("backup.folder")) << "is not set";
}

TEST(Settings, AreTheSameUntilOneChanges) {
  EXPECT_TRUE(compare_settings(settings_of(town()), settings_of(town())).empty());
  ServerConfig changed = town();
  changed.listen.port = 9443;
  changed.backup.folder = "/mnt/backup";
  changed.tenant[0].hosts.pop_back();
  const std::vector<SettingChange> expected = {{"backup.folder", "", "/mnt/backup"},
                                               {"listen.port", "8443", "9443"},
                                               {"tenant[0].hosts[1]", "b.example", ""}};
  EXPECT_EQ(compare_settings(settings_of(town()), settings_of(changed)), expected);
}

TEST(Settings, AnEmptyTextIsAnotherThingThanNone) {
  ServerConfig changed = town();
  changed.page.folder = "";
  EXPECT_EQ(compare_settings(settings_of(town()), settings_of(changed)).size(), 1U);
}

}  // namespace
}  // namespace dms
