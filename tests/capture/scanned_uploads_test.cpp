// Uploads to the built server, with a real clamd beside it.

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <fstream>
#include <iterator>

#include "clamd.h"
#include "support/api_client.h"
#include "support/server_process.h"

namespace dms::test {
namespace {

class ScannedServerTest : public ::testing::Test {
 protected:
  ScannedServerTest() {
    server_.stop();
    std::ofstream(server_.config_file(), std::ios::app)
        << "[clamav]\nsocket = \"" << clamd_.socket() << "\"\n";
    // The demo's scan folder needs a place for what is found.
    std::ifstream file(server_.config_file(), std::ios::binary);
    std::string config{std::istreambuf_iterator<char>(file), {}};
    const std::string tenant = "id = \"musterbach\"\n";
    config.insert(config.find(tenant) + tenant.size(),
                  "quarantine_inbox = \"Posteingang Hauptamt\"\n");
    std::ofstream(server_.config_file(), std::ios::binary) << config;
    server_.start();
  }
  ApiClient client() {
    ApiClient client(server_.client(), "https://localhost:" + std::to_string(server_.port()));
    EXPECT_TRUE(client.sign_in("h.brandt", server_.password_of("h.brandt")));
    return client;
  }

  Clamd clamd_;
  ServerProcess server_;
};

TEST_F(ScannedServerTest, RefusesUploadsThatAreInfectedOrCannotBeScanned) {
  ApiClient clerk = client();
  const std::string dossier = open_dossier(clerk, "621.41", "Virenprüfung");
  ASSERT_NE(dossier, "");
  const ApiAnswer filed = clerk.file(dossier, "Brief", "brief.txt", "Guten Tag");
  ASSERT_EQ(filed.status, 201U) << filed.body;
  const ApiAnswer refused = clerk.file(dossier, "Fund", "fund.txt", Clamd::infected());
  EXPECT_EQ(refused.status, 422U) << refused.body;
  EXPECT_EQ(refused.header("Content-Type"), "application/problem+json");
  EXPECT_NE(refused.text("detail").find(Clamd::finding), std::string::npos) << refused.body;
  const std::string document = filed.text("id");
  const ApiAnswer version =
      clerk.upload("/api/v1/documents/" + document + "/versions", "{}", "fund.txt",
                   Clamd::infected(), {{"If-Match", std::string(filed.header("ETag"))}});
  EXPECT_EQ(version.status, 422U) << version.body;
  const ApiAnswer inboxes = clerk.get("/api/v1/inboxes");
  const std::string inbox(inboxes.json.at("items").at(0).at("id").as_string());
  const ApiAnswer item = clerk.upload("/api/v1/inbox", "{\"inbox_id\":\"" + inbox + "\"}",
                                      "fund.txt", Clamd::infected());
  EXPECT_EQ(item.status, 422U) << item.body;
  clamd_.stop();
  const ApiAnswer unscanned = clerk.file(dossier, "Brief 2", "brief2.txt", "Guten Tag");
  EXPECT_EQ(unscanned.status, 503U) << unscanned.body;
  EXPECT_NE(unscanned.header("Retry-After"), "");
  const ApiAnswer list = clerk.get("/api/v1/dossiers/" + dossier + "/documents");
  EXPECT_EQ(list.json.at("items").as_array().size(), 1U) << "nothing was filed unscanned";
}

}  // namespace
}  // namespace dms::test
