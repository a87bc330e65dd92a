// Rubbish of every kind: the right status, a problem that says what to do, nothing half stored, the
// process lives and others notice nothing.

#include <gtest/gtest.h>

#include "town.h"

namespace dms::test {
namespace {

std::size_t documents_in(ApiClient& clerk, const std::string& dossier) {
  return clerk.get("/api/v1/dossiers/" + dossier + "/documents").json.at("items").as_array().size();
}

class BadInput : public testing::Test {
 protected:
  void SetUp() override {
    dossier_ = open_dossier(clerk_, "660.1", "Schlechte Eingaben");
    ASSERT_FALSE(dossier_.empty());
  }
  void TearDown() override {
    EXPECT_TRUE(server().running());
    EXPECT_EQ(documents_in(clerk_, dossier_), filed_) << "something was half stored";
    EXPECT_EQ(clerk_.file(dossier_, "Danach", "danach.txt", "geht").status, 201U);
  }
  void expect_problem(const ApiAnswer& answer, unsigned status, const std::string& what) {
    EXPECT_EQ(answer.status, status) << what << ": " << answer.body;
    EXPECT_EQ(answer.header("content-type"), "application/problem+json") << what;
    EXPECT_FALSE(answer.text("detail").empty()) << what;
  }
  ApiClient clerk_ = person("h.brandt");
  std::string dossier_;
  std::size_t filed_ = 0;
};

TEST_F(BadInput, PathsMethodsAndIds) {
  expect_problem(clerk_.get("/api/v1/nowhere"), 404, "unknown path");
  expect_problem(clerk_.get("/api/v1/documents/not-a-uuid"), 404, "malformed id");
  expect_problem(clerk_.get("/api/v1/documents/../users"), 400, "dot segments");
  expect_problem(clerk_.get("/api/v1/documents/%00"), 400, "NUL");
  expect_problem(clerk_.get("/api/v1/documents/%ff"), 400, "not UTF-8");
  const ApiAnswer method = clerk_.send("PUT", "/api/v1/search", "{}");
  expect_problem(method, 405, "wrong method");
  EXPECT_FALSE(method.header("allow").empty());
  expect_problem(clerk_.get("/api/v1/dossiers?unit=x"), 400, "malformed id in a query");
  expect_problem(clerk_.get("/api/v1/dossiers?colour=red"), 400, "unknown parameter");
  expect_problem(clerk_.get("/api/v1/dossiers?limit=0"), 400, "limit");
  expect_problem(clerk_.get("/api/v1/dossiers?cursor=AAAA"), 400, "made-up cursor");
}

TEST_F(BadInput, Json) {
  std::string deep(20000, '[');
  deep += std::string(20000, ']');
  const std::string id = unit_id(clerk_, "660.1");
  const std::vector<std::string> bodies = {
      "",
      "{",
      "null",
      "[]",
      deep,
      R"({"unit_id":"x","title":"a"})",
      R"({"unit_id":")" + id + R"("})",
      R"({"unit_id":")" + id + R"(","title":"a","title":"b"})",
      R"({"unit_id":")" + id + R"(","title":"a","unknown":1})",
      R"({"unit_id":")" + id + R"(","title":5})",
      R"({"unit_id":")" + id + "\",\"title\":\"\xff\xfe\"}",
      R"({"unit_id":")" + id + R"(","title":"a\u0000b"})",
      R"({"unit_id":")" + id + R"(","title":"a\u202eb"})",
  };
  for (const std::string& body : bodies) {
    expect_problem(clerk_.send("POST", "/api/v1/dossiers", body), 400, body.substr(0, 80));
  }
  const std::string large = R"({"title":")" + std::string(2U << 20U, 'a') + "\"}";
  ApiClient again = person("h.brandt");
  expect_problem(again.send("POST", "/api/v1/dossiers", large), 413, "2 MiB of JSON");
}

TEST_F(BadInput, FileNames) {
  const std::string metadata = R"({"dossier_id":")" + dossier_ + R"(","subject":"Name"})";
  for (const std::string& name :
       {std::string("../../etc/passwd"), std::string("a/b.txt"), std::string("a\\b.txt"),
        std::string(300, 'a') + ".txt", std::string("evil\u202etxt.exe"), std::string(".."),
        std::string("")}) {
    const ApiAnswer answer = clerk_.upload("/api/v1/documents", metadata, name, "x");
    expect_problem(answer, 400, name);
  }
}

TEST_F(BadInput, Multipart) {
  const std::string type = "multipart/form-data; boundary=b";
  const std::string metadata =
      "--b\r\nContent-Disposition: form-data; name=\"metadata\"\r\n\r\n{"
      "\"dossier_id\":\"" +
      dossier_ + "\",\"subject\":\"s\"}\r\n";
  const std::string file =
      "--b\r\nContent-Disposition: form-data; name=\"file\"; "
      "filename=\"a.txt\"\r\n\r\nbytes\r\n";
  const std::vector<std::pair<std::string, std::string>> bodies = {
      {type, ""},
      {type, file + metadata + "--b--\r\n"},
      {type, metadata + "--b--\r\n"},
      {type, metadata + file},
      {type, metadata + file + file + "--b--\r\n"},
      {type, metadata + metadata + file + "--b--\r\n"},
      {type, "no boundary at all"},
      {"multipart/form-data", metadata + file + "--b--\r\n"},
      {"multipart/form-data; boundary=" + std::string(300, 'x'), metadata + file},
  };
  for (const auto& [content_type, body] : bodies) {
    ApiClient client = person("h.brandt");
    HttpsRequest request;
    request.method = "POST";
    request.target = "/api/v1/documents";
    request.headers = {{"Cookie", client.cookie()},
                       {"X-CSRF-Token", client.csrf_token()},
                       {"Content-Type", content_type}};
    request.body = body;
    const auto answer = client.http().send(request);
    ASSERT_TRUE(answer) << body.substr(0, 60);
    EXPECT_EQ(answer->status, 400U) << body.substr(0, 60) << " → " << answer->body;
  }
  ApiClient client = person("h.brandt");
  HttpsRequest request;
  request.method = "POST";
  request.target = "/api/v1/documents";
  request.headers = {{"Cookie", client.cookie()},
                     {"X-CSRF-Token", client.csrf_token()},
                     {"Content-Type", "text/plain"}};
  request.body = "x";
  EXPECT_EQ(client.http().send(request)->status, 415U);
}

TEST_F(BadInput, AConnectionThatBreaksStoresNothing) {
  const std::string metadata = R"({"dossier_id":")" + dossier_ + R"(","subject":"Abbruch"})";
  const Multipart multipart = make_multipart(metadata, "a.txt", std::string(3000, 'x'));
  const std::string head =
      "POST /api/v1/documents HTTP/1.1\r\nHost: localhost:" + std::to_string(server().port()) +
      "\r\nCookie: " + clerk_.cookie() + "\r\nX-CSRF-Token: " + clerk_.csrf_token() +
      "\r\nContent-Type: " + multipart.content_type +
      "\r\nContent-Length: " + std::to_string(multipart.body.size()) + "\r\n\r\n";
  const std::string whole = head + multipart.body;
  for (std::size_t end = 1; end < whole.size(); end += 97) {
    HttpsClient client = server().client();
    ASSERT_TRUE(client.connect());
    ASSERT_TRUE(client.send_raw(std::string_view(whole).substr(0, end)));
    client.abort();
  }
}

TEST_F(BadInput, AnUnreadableFileIsFiledAndItsTextIsAState) {
  const auto state_of = [&](const std::string& id) {
    std::string state;
    eventually(
        [&] {
          state = clerk_.get("/api/v1/documents/" + id).text("text_state");
          return state != "pending";
        },
        std::chrono::seconds(10));
    return state;
  };
  const ApiAnswer broken =
      clerk_.file(dossier_, "Kaputt", "kaputt.pdf", "%PDF-1.7\nkein PDF, nur der Anfang davon");
  ASSERT_EQ(broken.status, 201U) << broken.body;
  EXPECT_EQ(state_of(broken.text("id")), "damaged");
  const ApiAnswer empty = clerk_.file(dossier_, "Leer", "leer.txt", "");
  ASSERT_EQ(empty.status, 201U) << empty.body;
  EXPECT_EQ(state_of(empty.text("id")), "empty");
  EXPECT_EQ(clerk_.get("/api/v1/documents/" + empty.text("id") + "/content").status, 200U);
  filed_ = 2;
}

}  // namespace
}  // namespace dms::test
