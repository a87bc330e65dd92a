// Who is let in, and what strangers learn: nothing.

#include <gtest/gtest.h>

#include "dms/base/time.h"
#include "town.h"

namespace dms::test {
namespace {

constexpr const char* absent = "/api/v1/documents/01900000-0000-7000-8000-000000000000";

// A problem's body without what differs by request.
boost::json::value comparable(const ApiAnswer& answer) {
  boost::json::value problem = answer.json;
  if (auto* object = problem.if_object()) object->erase("request_id");
  return problem;
}

TEST(Security, NothingIsAnsweredWithoutSigningIn) {
  ApiClient nobody = stranger();
  for (const char* target : {"/api/v1/file-plan", "/api/v1/dossiers", "/api/v1/search?q=a",
                             "/api/v1/search/suggest?q=ab", "/api/v1/bin", "/api/v1/audit",
                             "/api/v1/users", "/api/v1/session"}) {
    const ApiAnswer answer = nobody.get(target);
    EXPECT_EQ(answer.status, 401U) << target;
    EXPECT_EQ(answer.header("content-type"), "application/problem+json") << target;
  }
}

TEST(Security, AWrongPasswordAndAnUnknownUserLookTheSame) {
  ApiClient nobody = stranger();
  const auto wrong = nobody.send("POST", "/api/v1/session",
                                 R"({"user":"s.novak","password":"falsch falsch falsch"})");
  const auto unknown = nobody.send("POST", "/api/v1/session",
                                   R"({"user":"n.iemand","password":"falsch falsch falsch"})");
  EXPECT_EQ(wrong.status, 401U);
  EXPECT_EQ(comparable(wrong), comparable(unknown));
}

TEST(Security, ForbiddenLooksLikeAbsent) {
  ApiClient trusted = person("h.brandt");
  ApiClient other = person("k.amrein");
  const std::string dossier = open_dossier(trusted, "030.2", "Personalakte Geheim");
  const std::string id = trusted.file(dossier, "Geheim", "g.txt", "Geheimnis").text("id");
  const std::string document = "/api/v1/documents/" + id;
  ASSERT_EQ(trusted.get(document).status, 200U);
  for (const char* part : {"", "/content", "/text", "/versions"}) {
    const ApiAnswer hidden = other.get(document + part);
    const ApiAnswer missing = other.get(std::string(absent) + part);
    EXPECT_EQ(hidden.status, 404U) << part;
    EXPECT_EQ(comparable(hidden), comparable(missing)) << part;
    EXPECT_EQ(hidden.headers.size(), missing.headers.size()) << part;
  }
  EXPECT_EQ(other.get("/api/v1/dossiers/" + dossier).status, 404U);
  EXPECT_EQ(other.file(dossier, "Hinein", "h.txt", "x").status, 404U);
  EXPECT_EQ(other.get("/api/v1/audit?object=" + id).status, 404U);
}

TEST(Security, TheAdministratorReadsNoContent) {
  ApiClient trusted = person("h.brandt");
  const std::string dossier = open_dossier(trusted, "660.1", "Nicht für die Verwaltung");
  const std::string id = trusted.file(dossier, "Brief", "b.txt", "Hausbootsteuer").text("id");
  ASSERT_TRUE(finds(trusted, "Hausbootsteuer", id));
  ApiClient administrator = person("administrator");
  EXPECT_EQ(administrator.get("/api/v1/documents/" + id + "/content").status, 404U);
  EXPECT_TRUE(
      administrator.get("/api/v1/search?q=Hausbootsteuer").json.at("items").as_array().empty());
  EXPECT_EQ(administrator.get("/api/v1/users").status, 200U);
  EXPECT_EQ(trusted.get("/api/v1/users").status, 403U);
}

TEST(Security, NothingCrossesTenants) {
  ApiClient here = person("h.brandt");
  const std::string dossier = open_dossier(here, "660.1", "Nur hier");
  const std::string id = here.file(dossier, "Brief", "b.txt", "Grenzsteinprotokoll").text("id");
  ApiClient there = neighbour("e.falk");
  EXPECT_EQ(there.get("/api/v1/documents/" + id).status, 404U);
  // A session of one tenant is none in the other, and a host that is nobody's is refused.
  HttpsRequest request;
  request.target = "/api/v1/session";
  request.headers = {{"Cookie", here.cookie()}};
  HttpsClient other_host = server().client("nebenbach.localhost");
  EXPECT_EQ(other_host.send(request)->status, 401U);
  request.headers.emplace_back("Host", "fremd.example");
  EXPECT_EQ(server().client().send(request)->status, 421U);
}

TEST(Security, ChangesByCookieNeedOriginAndToken) {
  ApiClient clerk = person("h.brandt");
  const std::string origin = "https://localhost:" + std::to_string(server().port());
  const auto status = [&](HeaderList headers) {
    HttpsRequest request;
    request.method = "POST";
    request.target = "/api/v1/dossiers";
    request.headers = std::move(headers);
    request.headers.emplace_back("Cookie", clerk.cookie());
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = "{}";
    return clerk.http().send(request)->status;
  };
  EXPECT_EQ(status({{"Origin", origin}, {"X-CSRF-Token", clerk.csrf_token()}}), 400U)
      << "admitted, then refused for its body";
  EXPECT_EQ(status({{"Origin", origin}}), 403U);
  EXPECT_EQ(status({{"Origin", origin}, {"X-CSRF-Token", "x"}}), 403U);
  EXPECT_EQ(status({{"Origin", "https://evil.example"}, {"X-CSRF-Token", clerk.csrf_token()}}),
            403U);
  EXPECT_EQ(status({{"Origin", "null"}, {"X-CSRF-Token", clerk.csrf_token()}}), 403U);
  EXPECT_EQ(status({{"Sec-Fetch-Site", "cross-site"}, {"X-CSRF-Token", clerk.csrf_token()}}), 403U);
}

TEST(Security, SigningOutEndsTheSession) {
  ApiClient clerk = person("l.petersen");
  ASSERT_EQ(clerk.get("/api/v1/session").status, 200U);
  ASSERT_EQ(clerk.send("DELETE", "/api/v1/session", "").status, 204U);
  EXPECT_EQ(clerk.get("/api/v1/session").status, 401U);
}

TEST(Security, AMachineActsWithinItsTokenAndRepeatsWithoutDoubling) {
  ApiClient clerk = person("m.lindqvist");
  const std::string dossier = open_dossier(clerk, "660.1", "Maschine");
  const ApiAnswer token =
      clerk.send("POST", "/api/v1/tokens",
                 R"({"name":"Scanner","rights":["see","file"],"expires":")" +
                     format_rfc3339(std::chrono::time_point_cast<std::chrono::microseconds>(
                         std::chrono::system_clock::now() + std::chrono::hours(24))) +
                     R"("})");
  ASSERT_EQ(token.status, 201U) << token.body;
  ApiClient machine = stranger();
  machine.use_token(token.text("secret"));
  EXPECT_EQ(machine.file(dossier, "Scan", "scan.txt", "Gescannt").status, 400U)
      << "programs must send Idempotency-Key";
  const HeaderList key = {{"Idempotency-Key", "scan-1"}};
  const ApiAnswer first = machine.file(dossier, "Scan", "scan.txt", "Gescannt", key);
  ASSERT_EQ(first.status, 201U) << first.body;
  const ApiAnswer again = machine.file(dossier, "Scan", "scan.txt", "Gescannt", key);
  EXPECT_EQ(again.status, 201U);
  EXPECT_EQ(again.text("id"), first.text("id"));
  EXPECT_EQ(machine.file(dossier, "Scan", "scan.txt", "Anders", key).status, 422U);
  EXPECT_EQ(machine.get("/api/v1/documents/" + first.text("id") + "/content").status, 403U)
      << "sees it, but its token may not read";
  EXPECT_EQ(clerk.send("DELETE", "/api/v1/tokens/" + token.text("id"), "").status, 204U);
  EXPECT_EQ(machine.get("/api/v1/session").status, 401U);
}

TEST(Security, EveryAnswerCarriesTheHeaders) {
  ApiClient clerk = person("h.brandt");
  for (const char* target : {"/api/v1/file-plan", "/api/v1/nowhere", "/readyz"}) {
    const ApiAnswer answer = clerk.get(target);
    for (const char* name :
         {"strict-transport-security", "x-content-type-options", "content-security-policy",
          "referrer-policy", "x-request-id", "cache-control"}) {
      EXPECT_FALSE(answer.header(name).empty()) << target << " " << name;
    }
  }
}

}  // namespace
}  // namespace dms::test
