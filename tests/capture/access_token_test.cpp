// Access tokens from a token endpoint of our own, over HTTPS.

#include "web/capture/access_token.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "http/test_server.h"
#include "support/fake_clock.h"
#include "web/capture/mail_line.h"

namespace dms::web {
namespace {

using test::TestServer;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Takes the form whole.
class FormSink final : public BodySink {
 public:
  Result<void> write(std::string_view block) override {
    text += block;
    return {};
  }
  std::string text;
};

class AccessTokenTest : public ::testing::Test {
 protected:
  AccessTokenTest() {
    Route route;
    route.method = Method::post;
    route.pattern = "/token";
    route.body = BodyKind::stream;
    route.open_sink = [](Exchange&) -> Result<std::unique_ptr<BodySink>> {
      return std::make_unique<FormSink>();
    };
    route.handle = [this](Exchange& exchange) -> Result<Response> {
      forms_.push_back(static_cast<FormSink&>(*exchange.sink).text);
      Response response;
      response.status = status_;
      response.body = answer_;
      return response;
    };
    std::vector<Route> routes;
    routes.push_back(std::move(route));
    server_.emplace(test::make_application(std::move(routes)));
    write("refresh", "erneuern & mehr\n");
    write("secret", "geheim\n");
    config_.token_endpoint =
        "https://localhost:" + std::to_string(server_->server->port()) + "/token";
    config_.client_id = "aktenwerk";
    config_.client_secret_file = path("secret");
    config_.refresh_token_file = path("refresh");
    config_.scope = "https://mail.example/IMAP offline_access";
    config_.ca_file = server_->ca_file;
  }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    std::filesystem::permissions(folder_ / name, std::filesystem::perms(0600));
  }

  dms::test::TempDir folder_;
  dms::test::FakeClock clock_;
  std::atomic<bool> is_stopping_{false};
  unsigned status_ = 200;
  std::string answer_ = R"({"access_token":"erste","expires_in":3600,"token_type":"Bearer"})";
  std::vector<std::string> forms_;
  OAuthConfig config_;
  std::optional<TestServer> server_;
};

TEST_F(AccessTokenTest, IsAskedForOnceAndKeptUntilShortlyBeforeItsEnd) {
  AccessTokens tokens(config_, clock_);
  const auto first = tokens.get(is_stopping_);
  ASSERT_TRUE(first) << first.error().hint;
  EXPECT_EQ(first->expose(), "erste");
  ASSERT_EQ(forms_.size(), 1U);
  EXPECT_EQ(forms_[0],
            "grant_type=refresh_token&client_id=aktenwerk&refresh_token=erneuern%20%26%20mehr"
            "&client_secret=geheim&scope=https%3A%2F%2Fmail.example%2FIMAP%20offline_access");
  EXPECT_EQ(tokens.get(is_stopping_)->expose(), "erste");
  EXPECT_EQ(forms_.size(), 1U);
  answer_ = R"({"access_token":"zweite","refresh_token":"neu"})";
  clock_.advance(std::chrono::seconds(3541));
  EXPECT_EQ(tokens.get(is_stopping_)->expose(), "zweite");
  EXPECT_EQ(read_file(path("refresh")), "neu\n") << "what the endpoint gave";
  tokens.forget();
  ASSERT_TRUE(tokens.get(is_stopping_));
  EXPECT_NE(forms_.back().find("refresh_token=neu&"), std::string::npos);
}

TEST_F(AccessTokenTest, TellsWhyThereIsNone) {
  AccessTokens tokens(config_, clock_);
  status_ = 400;
  answer_ = R"({"error":"invalid_grant"})";
  EXPECT_EQ(tokens.get(is_stopping_).error().code, ErrorCode::unauthenticated);
  status_ = 503;
  EXPECT_EQ(tokens.get(is_stopping_).error().code, ErrorCode::unavailable);
  status_ = 200;
  for (const char* answer : {"", "[]", "{}", R"({"access_token":""})", R"({"access_token":7})"}) {
    answer_ = answer;
    EXPECT_EQ(tokens.get(is_stopping_).error().code, ErrorCode::unavailable) << answer;
  }
  answer_ = std::string(100'000, ' ');
  EXPECT_EQ(tokens.get(is_stopping_).error().code, ErrorCode::unavailable);
  config_.ca_file.reset();
  AccessTokens unknown(config_, clock_);
  EXPECT_NE(unknown.get(is_stopping_).error().hint.find("certificate"), std::string::npos);
  const std::size_t asked = forms_.size();
  config_.ca_file = server_->ca_file;
  std::filesystem::permissions(folder_ / "secret", std::filesystem::perms(0640));
  AccessTokens open(config_, clock_);
  EXPECT_NE(open.get(is_stopping_).error().hint.find("open to others"), std::string::npos);
  EXPECT_EQ(forms_.size(), asked) << "nothing was sent";
}

}  // namespace
}  // namespace dms::web
