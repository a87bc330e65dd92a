// tus 1.0 as a client sees it: in pieces, over lines that break and servers that end.

#include <gtest/gtest.h>

#include <algorithm>

#include "town.h"

namespace dms::test {
namespace {

constexpr std::size_t mebibyte = 1U << 20U;
const std::string uploads = "/api/v1/uploads";
const std::string file_name_sent = "filename cGxhbi50eHQ=,filetype dGV4dC9wbGFpbg==";  // plan.txt

class Tus {
 public:
  explicit Tus(const std::string& name) : client_(person(name)) {}

  ApiClient& api() { return client_; }

  ApiAnswer send(std::string_view method, const std::string& target, HeaderList headers = {},
                 std::string_view body = {}) {
    HttpsRequest request = signed_request(method, target, std::move(headers));
    request.body = body;
    const auto answered = client_.http().send(request);
    ApiAnswer answer;
    if (!answered) {
      answer.failure = answered.error().hint;
      return answer;
    }
    answer.status = answered->status;
    answer.headers = answered->headers;
    answer.body = answered->body;
    return answer;
  }
  // The new upload's path, "" where there is none.
  std::string create(std::size_t length) {
    return std::string(
        send("POST", uploads,
             {{"Upload-Length", std::to_string(length)}, {"Upload-Metadata", file_name_sent}})
            .header("location"));
  }
  ApiAnswer patch(const std::string& upload, std::size_t offset, std::string_view bytes) {
    return send("PATCH", upload, patch_headers(offset), bytes);
  }
  static HeaderList patch_headers(std::size_t offset) {
    return {{"Upload-Offset", std::to_string(offset)},
            {"Content-Type", "application/offset+octet-stream"}};
  }
  std::size_t offset(const std::string& upload) {
    const std::string text(send("HEAD", upload).header("upload-offset"));
    return text.empty() ? 0 : std::stoull(text);
  }
  // Announces all of `bytes`, sends `sent` of them, and is gone.
  void break_off(const std::string& upload, std::size_t offset, std::string_view bytes,
                 std::size_t sent) {
    const HttpsRequest request = signed_request("PATCH", upload, patch_headers(offset));
    std::string wire = "PATCH " + upload +
                       " HTTP/1.1\r\nHost: localhost:" + std::to_string(server().port()) +
                       "\r\nContent-Length: " + std::to_string(bytes.size()) + "\r\n";
    for (const auto& [name, value] : request.headers) wire += name + ": " + value + "\r\n";
    HttpsClient line = server().client();
    ASSERT_TRUE(line.connect());
    ASSERT_TRUE(line.send_raw(wire + "\r\n"));
    ASSERT_TRUE(line.send_raw(bytes.substr(0, sent)));
    // Takes what the server says of its own accord: closing over unread bytes would be a reset,
    // which drops what the server has not read.
    line.readable(std::chrono::milliseconds(200));
    line.close();
  }
  ApiAnswer file(const std::string& dossier, const std::string& upload, HeaderList headers = {}) {
    return name("/api/v1/documents",
                R"({"dossier_id":")" + dossier + R"(","subject":"Plan","upload":")" +
                    upload.substr(uploads.size() + 1) + R"("})",
                std::move(headers));
  }
  // A multipart body with metadata alone.
  ApiAnswer name(const std::string& target, const std::string& metadata, HeaderList headers = {}) {
    const std::string body =
        "--b\r\nContent-Disposition: form-data; name=\"metadata\"\r\n"
        "Content-Type: application/json\r\n\r\n" +
        metadata + "\r\n--b--\r\n";
    headers.emplace_back("Content-Type", "multipart/form-data; boundary=b");
    return send("POST", target, std::move(headers), body);
  }

 private:
  HttpsRequest signed_request(std::string_view method, const std::string& target,
                              HeaderList headers) const {
    HttpsRequest request;
    request.method = std::string(method);
    request.target = target;
    request.headers = std::move(headers);
    request.headers.emplace_back("Cookie", client_.cookie());
    request.headers.emplace_back("X-CSRF-Token", client_.csrf_token());
    request.headers.emplace_back("Origin", "https://localhost:" + std::to_string(server().port()));
    const bool is_told =
        std::any_of(request.headers.begin(), request.headers.end(),
                    [](const auto& field) { return field.first == "Tus-Resumable"; });
    if (!is_told) request.headers.emplace_back("Tus-Resumable", "1.0.0");
    return request;
  }

  ApiClient client_;
};

std::string make_bytes(std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; bytes.size() < size; ++i) bytes += "Zeile " + std::to_string(i) + "\n";
  bytes.resize(size);
  return bytes;
}

std::string id_in(const ApiAnswer& answer) {
  const auto at = answer.header("location");
  return std::string(at.substr(at.rfind('/') + 1));
}

TEST(Upload, InPiecesBecomesADocument) {
  Tus clerk("h.brandt");
  const std::string dossier = open_dossier(clerk.api(), "660.1", "Stückweise");
  const std::string bytes = make_bytes(3 * mebibyte);
  const std::string_view all(bytes);
  const ApiAnswer created = clerk.send(
      "POST", uploads,
      {{"Upload-Length", std::to_string(all.size())}, {"Upload-Metadata", file_name_sent}});
  ASSERT_EQ(created.status, 201U) << created.body;
  EXPECT_EQ(created.header("tus-resumable"), "1.0.0");
  EXPECT_NE(created.header("upload-expires").find(" GMT"), std::string_view::npos);
  const std::string upload(created.header("location"));
  const ApiAnswer first = clerk.patch(upload, 0, all.substr(0, 2 * mebibyte));
  ASSERT_EQ(first.status, 204U) << first.body;
  EXPECT_EQ(first.header("upload-offset"), std::to_string(2 * mebibyte));
  const ApiAnswer head = clerk.send("HEAD", upload);
  EXPECT_EQ(head.status, 200U);
  EXPECT_EQ(head.header("upload-offset"), std::to_string(2 * mebibyte));
  EXPECT_EQ(head.header("upload-length"), std::to_string(all.size()));
  EXPECT_EQ(head.header("upload-metadata"), file_name_sent);
  EXPECT_EQ(head.header("cache-control"), "no-store");
  EXPECT_EQ(clerk.file(dossier, upload).status, 409U) << "not whole yet";
  EXPECT_EQ(clerk.patch(upload, 2 * mebibyte, all.substr(2 * mebibyte)).status, 204U);

  const HeaderList once = {{"Idempotency-Key", "stueckweise"}};
  const ApiAnswer filed = clerk.file(dossier, upload, once);
  ASSERT_EQ(filed.status, 201U) << filed.body;
  EXPECT_NE(filed.body.find("\"file_name\":\"plan.txt\""), std::string::npos) << filed.body;
  const std::string document = "/api/v1/documents/" + id_in(filed);
  EXPECT_EQ(clerk.api().get(document + "/content").body, bytes);
  const ApiAnswer replayed = clerk.file(dossier, upload, once);
  EXPECT_EQ(replayed.status, 201U) << replayed.body;
  EXPECT_EQ(id_in(replayed), id_in(filed)) << "a repeated request files nothing new";
  const ApiAnswer again = clerk.file(dossier, upload);
  EXPECT_EQ(again.status, 409U);
  EXPECT_NE(again.body.find("schon abgelegt"), std::string::npos) << again.body;
  EXPECT_EQ(clerk.send("HEAD", upload).status, 404U);
}

TEST(Upload, BecomesAVersion) {
  Tus clerk("h.brandt");
  const std::string dossier = open_dossier(clerk.api(), "660.1", "Fassungen");
  const std::string id = clerk.api().file(dossier, "Plan", "alt.txt", "alt").text("id");
  const std::string upload = clerk.create(4);
  ASSERT_EQ(clerk.patch(upload, 0, "neu!").status, 204U);
  const std::string versions = "/api/v1/documents/" + id + "/versions";
  const std::string metadata = R"({"upload":")" + upload.substr(uploads.size() + 1) + R"("})";
  EXPECT_EQ(clerk.name(versions, metadata, {{"If-Match", "\"7\""}}).status, 412U);
  const ApiAnswer added = clerk.name(versions, metadata, {{"If-Match", "\"1\""}});
  ASSERT_EQ(added.status, 201U) << added.body;
  EXPECT_EQ(clerk.api().get("/api/v1/documents/" + id + "/content").body, "neu!");
  EXPECT_EQ(clerk.name(versions, metadata, {{"If-Match", "\"2\""}}).status, 409U);
}

TEST(Upload, GoesOnWhereTheLineBroke) {
  Tus clerk("h.brandt");
  const std::string dossier = open_dossier(clerk.api(), "660.1", "Funkloch");
  const std::string bytes = make_bytes(2 * mebibyte);
  const std::string upload = clerk.create(bytes.size());
  std::size_t at = 0;
  for (const std::size_t sent : {std::size_t{1000}, mebibyte, mebibyte / 2 + 7}) {
    clerk.break_off(upload, at, std::string_view(bytes).substr(at), sent);
    const std::size_t before = at;
    ASSERT_TRUE(eventually([&] { return (at = clerk.offset(upload)) > before; }));
    EXPECT_LE(at, before + sent);
  }
  ASSERT_EQ(clerk.patch(upload, at, std::string_view(bytes).substr(at)).status, 204U);
  const ApiAnswer filed = clerk.file(dossier, upload);
  ASSERT_EQ(filed.status, 201U) << filed.body;
  EXPECT_EQ(clerk.api().get("/api/v1/documents/" + id_in(filed) + "/content").body, bytes);
}

TEST(Upload, GoesOnAfterTheServerWasKilled) {
  Tus clerk("h.brandt");
  const std::string dossier = open_dossier(clerk.api(), "660.1", "Stromausfall");
  const std::string bytes = make_bytes(3 * mebibyte);
  const std::string_view all(bytes);
  const std::string upload = clerk.create(bytes.size());
  ASSERT_EQ(clerk.patch(upload, 0, all.substr(0, mebibyte + 11)).status, 204U);
  clerk.break_off(upload, mebibyte + 11, all.substr(mebibyte + 11), mebibyte);
  server().kill();
  server().start();
  Tus again("h.brandt");
  const std::size_t at = again.offset(upload);
  ASSERT_GE(at, mebibyte + 11) << "acknowledged";
  ASSERT_EQ(again.patch(upload, at, all.substr(at)).status, 204U);
  server().stop();
  server().start();
  Tus third("h.brandt");
  EXPECT_EQ(third.offset(upload), bytes.size());
  const ApiAnswer filed = third.file(dossier, upload);
  ASSERT_EQ(filed.status, 201U) << filed.body;
  EXPECT_EQ(third.api().get("/api/v1/documents/" + id_in(filed) + "/content").body, bytes);
}

TEST(Upload, RefusesWhatDoesNotFit) {
  Tus clerk("h.brandt");
  const std::string upload = clerk.create(10);
  EXPECT_EQ(clerk.patch(upload, 1, "a").status, 409U);
  EXPECT_EQ(clerk.patch(upload, 0, "elf Zeichen").status, 413U);
  HeaderList headers = Tus::patch_headers(0);
  headers.back().second = "application/octet-stream";
  EXPECT_EQ(clerk.send("PATCH", upload, headers, "a").status, 415U);
  EXPECT_EQ(clerk.send("PATCH", upload, {headers[0], {"Content-Type", ""}}, "a").status, 415U);
  headers = Tus::patch_headers(0);
  for (const char* bad : {"-1", "", "1x", "99999999999999999999"}) {
    headers.front().second = bad;
    EXPECT_EQ(clerk.send("PATCH", upload, headers, "a").status, 400U) << bad;
  }
  EXPECT_EQ(clerk.offset(upload), 0U);
  const HeaderList name = {{"Upload-Metadata", file_name_sent}};
  EXPECT_EQ(clerk.send("POST", uploads, name).status, 400U) << "no length";
  EXPECT_EQ(clerk.send("POST", uploads, {name[0], {"Upload-Length", "9999999999999"}}).status,
            413U);
  EXPECT_EQ(clerk.send("POST", uploads, {{"Upload-Length", "1"}}).status, 400U) << "no name";
  for (const char* bad : {"filename", "filename Li4vYQ==", "filename !", "filetype YQ=="}) {
    const HeaderList rubbish = {{"Upload-Length", "1"}, {"Upload-Metadata", bad}};
    EXPECT_EQ(clerk.send("POST", uploads, rubbish).status, 400U) << bad;
  }
}

TEST(Upload, IsOfTheUserWhoMadeIt) {
  Tus maker("h.brandt");
  Tus other("t.wiegand");
  const std::string upload = maker.create(3);
  ASSERT_EQ(maker.patch(upload, 0, "ab").status, 204U);
  EXPECT_EQ(other.send("HEAD", upload).status, 404U);
  EXPECT_EQ(other.patch(upload, 2, "c").status, 404U);
  EXPECT_EQ(other.send("DELETE", upload).status, 404U);
  ASSERT_EQ(maker.patch(upload, 2, "c").status, 204U);
  const std::string dossier = open_dossier(other.api(), "660.1", "Fremdes");
  const ApiAnswer taken = other.file(dossier, upload);
  EXPECT_EQ(taken.status, 404U) << taken.body;
  const ApiAnswer unsigned_one = stranger().get(upload);
  EXPECT_EQ(unsigned_one.status, 405U) << "there is no GET";
  const ApiAnswer forged = other.api().send("DELETE", upload, "", {{"Origin", "https://evil"}});
  EXPECT_EQ(forged.status, 403U);
  EXPECT_EQ(maker.send("DELETE", upload).status, 204U);
  EXPECT_EQ(maker.send("HEAD", upload).status, 404U);
}

TEST(Upload, SpeaksOneVersionOfTus) {
  Tus clerk("h.brandt");
  const std::string upload = clerk.create(3);
  const HeaderList newer = {{"Tus-Resumable", "2.0.0"}};
  for (const char* method : {"HEAD", "DELETE"}) {
    const ApiAnswer refused = clerk.send(method, upload, newer);
    EXPECT_EQ(refused.status, 412U) << method;
    EXPECT_EQ(refused.header("tus-version"), "1.0.0") << method;
  }
  HeaderList patch = Tus::patch_headers(0);
  patch.push_back(newer.front());
  EXPECT_EQ(clerk.send("PATCH", upload, patch, "abc").status, 412U);
  EXPECT_EQ(clerk.offset(upload), 0U);
  const ApiAnswer options = clerk.send("OPTIONS", uploads);
  EXPECT_EQ(options.status, 204U);
  EXPECT_EQ(options.header("tus-version"), "1.0.0");
  EXPECT_EQ(options.header("tus-extension"), "creation,expiration,termination");
  EXPECT_EQ(options.header("tus-max-size"), std::to_string(8ULL << 30U));
}

TEST(Upload, StandsInsteadOfAFileAndNotBesideOne) {
  Tus clerk("h.brandt");
  const std::string dossier = open_dossier(clerk.api(), "660.1", "Beides");
  const std::string upload = clerk.create(3);
  ASSERT_EQ(clerk.patch(upload, 0, "abc").status, 204U);
  const std::string head = R"({"dossier_id":")" + dossier + R"(","subject":"Plan")";
  const std::string both = head + R"(,"upload":")" + upload.substr(uploads.size() + 1) + R"("})";
  EXPECT_EQ(clerk.api().upload("/api/v1/documents", both, "a.txt", "x").status, 400U);
  EXPECT_EQ(clerk.name("/api/v1/documents", head + "}").status, 400U) << "neither";
  EXPECT_EQ(clerk.file(dossier, upload).status, 201U);
}

}  // namespace
}  // namespace dms::test
