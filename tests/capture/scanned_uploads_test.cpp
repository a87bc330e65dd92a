// Uploads to the built server, with a real clamd beside it.

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <fstream>
#include <iterator>

#include "clamd.h"
#include "dms/base/digest.h"
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
  // As clients of tus do, in one piece; the upload's path.
  std::string send_ahead(ApiClient& clerk, std::string_view bytes) {
    const ApiAnswer made = send(clerk, "POST", uploads,
                                {{"Upload-Length", std::to_string(bytes.size())},
                                 {"Upload-Metadata", "filename ZnVuZC50eHQ="}});  // fund.txt
    const std::string upload(made.header("Location"));
    EXPECT_EQ(
        send(clerk, "PATCH", upload,
             {{"Upload-Offset", "0"}, {"Content-Type", "application/offset+octet-stream"}}, bytes)
            .status,
        204U);
    return upload;
  }
  ApiAnswer file_upload(ApiClient& clerk, const std::string& dossier, const std::string& upload,
                        const std::string& key) {
    const std::string body =
        "--b\r\nContent-Disposition: form-data; name=\"metadata\"\r\n"
        "Content-Type: application/json\r\n\r\n{\"dossier_id\":\"" +
        dossier + "\",\"subject\":\"Gesendet\",\"upload\":\"" +
        upload.substr(std::string(uploads).size() + 1) + "\"}\r\n--b--\r\n";
    return send(clerk, "POST", "/api/v1/documents",
                {{"Content-Type", "multipart/form-data; boundary=b"}, {"Idempotency-Key", key}},
                body);
  }
  ApiAnswer send(ApiClient& clerk, const std::string& method, const std::string& target,
                 HeaderList headers = {}, std::string_view body = {}) {
    HttpsRequest request{method, target, std::move(headers), body};
    request.headers.emplace_back("Cookie", clerk.cookie());
    request.headers.emplace_back("X-CSRF-Token", clerk.csrf_token());
    request.headers.emplace_back("Origin", origin());
    request.headers.emplace_back("Tus-Resumable", "1.0.0");
    ApiAnswer answer;
    const auto answered = clerk.http().send(request);
    if (!answered) return answer;
    answer.status = answered->status;
    answer.headers = answered->headers;
    answer.body = answered->body;
    return answer;
  }
  std::string origin() const { return "https://localhost:" + std::to_string(server_.port()); }
  ApiClient client() {
    ApiClient client(server_.client(), origin());
    EXPECT_TRUE(client.sign_in("h.brandt", server_.password_of("h.brandt")));
    return client;
  }

  static constexpr const char* uploads = "/api/v1/uploads";
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
  EXPECT_NE(server_.log().find("\"malware_refused\""), std::string::npos);
  EXPECT_NE(server_.log().find(sha256(Clamd::infected()).hex()), std::string::npos);
  EXPECT_EQ(server_.log().find("fund.txt"), std::string::npos) << "no names of files";
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

TEST_F(ScannedServerTest, UploadsInPiecesEndByWhatIsFoundAndWaitForTheScanner) {
  ApiClient clerk = client();
  const std::string dossier = open_dossier(clerk, "621.41", "Virenprüfung");
  const std::string infected = send_ahead(clerk, Clamd::infected());
  const ApiAnswer refused = file_upload(clerk, dossier, infected, "fund");
  EXPECT_EQ(refused.status, 422U) << refused.body;
  EXPECT_EQ(send(clerk, "HEAD", infected).status, 404U) << "nothing of it stays";

  const std::string letter = send_ahead(clerk, "Guten Tag");
  clamd_.stop();
  const ApiAnswer waits = file_upload(clerk, dossier, letter, "brief");
  EXPECT_EQ(waits.status, 503U) << waits.body;
  clamd_.start();
  const ApiAnswer filed = file_upload(clerk, dossier, letter, "brief");
  EXPECT_EQ(filed.status, 201U) << filed.body;
  const ApiAnswer list = clerk.get("/api/v1/dossiers/" + dossier + "/documents");
  EXPECT_EQ(list.json.at("items").as_array().size(), 1U);
}

}  // namespace
}  // namespace dms::test
