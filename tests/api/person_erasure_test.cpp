// An administrator erases what is kept about a person who has left, over the wire.

#include <gtest/gtest.h>

#include "town.h"

namespace dms::test {
namespace {

constexpr const char* password = "Sieben Störche auf dem Kirchdach";

class PersonErasureApi : public ::testing::Test {
 protected:
  // A person who has signed in, and whose password somebody has guessed wrongly.
  explicit PersonErasureApi(const std::string& name = "weg.gang") : name_(name) {
    user_ =
        admin_.send("POST", "/api/v1/users",
                    R"({"name":")" + name + R"(","display_name":"Wega Gang",)" +
                        R"("email":"w.gang@musterbach.example","password":")" + password + "\"}");
    EXPECT_EQ(user_.status, 201U) << user_.body;
    EXPECT_TRUE(stranger().sign_in(name, password));
    EXPECT_FALSE(stranger().sign_in(name, "falsch falsch falsch"));
  }

  std::string target() const { return "/api/v1/users/" + user_.text("id"); }
  static HeaderList if_match(const ApiAnswer& seen) {
    return {{"If-Match", std::string(seen.header("etag"))}};
  }
  void disable() {
    user_ = admin_.send("PATCH", target(), R"({"active":false})", if_match(user_));
    EXPECT_EQ(user_.status, 200U) << user_.body;
  }
  ApiAnswer erase(ApiClient& client, const ApiAnswer& seen) const {
    return client.send("POST", target() + "/erase-details", "", if_match(seen));
  }

  const std::string name_;
  ApiClient admin_ = person("administrator");
  ApiAnswer user_;
};

TEST_F(PersonErasureApi, DetailsGoAndTheProofStays) {
  disable();
  const std::string audit = "/api/v1/audit?object=" + user_.text("id");
  ASSERT_NE(admin_.get(audit).body.find("w.gang@musterbach.example"), std::string::npos);
  ASSERT_NE(admin_.get(audit).body.find("127.0.0.1"), std::string::npos);

  const ApiAnswer erased = erase(admin_, user_);
  ASSERT_EQ(erased.status, 200U) << erased.body;
  EXPECT_TRUE(erased.json.at("complete").as_bool());
  EXPECT_EQ(erased.json.at("details_erased").to_number<int>(), 4) << "made, in, refused, disabled";
  const auto& user = erased.json.at("user").as_object();
  EXPECT_EQ(user.at("name").as_string(), "erased-" + user_.text("id"));
  EXPECT_EQ(user.at("display_name").as_string(), "Wega Gang");
  EXPECT_EQ(user.at("email").as_string(), "");
  EXPECT_EQ(admin_.get(target()).header("etag"), erased.header("etag"));

  const ApiAnswer told = admin_.get(audit);
  const auto& events = told.json.at("items").as_array();
  ASSERT_EQ(events.size(), 5U) << told.body;
  EXPECT_EQ(events[0].at("kind").as_string(), "user.details_erased");
  EXPECT_EQ(events[0].at("detail").as_string(), R"({"details":4})");
  for (std::size_t i = 1; i < events.size(); ++i) {
    EXPECT_FALSE(events[i].as_object().contains("detail")) << told.body;
    EXPECT_FALSE(events[i].as_object().contains("address")) << told.body;
  }
  const ApiAnswer verified = admin_.get("/api/v1/audit/verify");
  EXPECT_TRUE(verified.json.at("clean").as_bool()) << verified.body;
  std::string output;
  EXPECT_EQ(server().run_command({"verify", "--tenant", "musterbach"}, &output), 0) << output;

  const ApiAnswer again = erase(admin_, erased);
  ASSERT_EQ(again.status, 200U) << again.body;
  EXPECT_EQ(again.json.at("details_erased").to_number<int>(), 0);
  EXPECT_EQ(again.header("etag"), erased.header("etag"));
}

class RefusedPersonErasureApi : public PersonErasureApi {
 protected:
  RefusedPersonErasureApi() : PersonErasureApi("bleibt.da") {}
};

TEST_F(RefusedPersonErasureApi, ActivePeopleAreNotErasedAndClerksEraseNobody) {
  const ApiAnswer active = erase(admin_, user_);
  EXPECT_EQ(active.status, 409U) << active.body;
  EXPECT_NE(active.text("detail").find("gesperrt"), std::string::npos) << active.body;
  const ApiAnswer english = admin_.send("POST", target() + "/erase-details", "",
                                        {if_match(user_).front(), {"Accept-Language", "en"}});
  EXPECT_NE(english.text("detail").find("inactive"), std::string::npos) << english.body;
  const ApiAnswer before = user_;
  disable();
  ApiClient clerk = person("h.brandt");
  EXPECT_EQ(erase(clerk, user_).status, 403U);
  ApiClient nobody = stranger();
  EXPECT_EQ(erase(nobody, user_).status, 401U);
  EXPECT_EQ(erase(admin_, before).status, 412U);
  EXPECT_EQ(admin_.send("POST", target() + "/erase-details", "").status, 428U);
  EXPECT_EQ(admin_.get(target()).text("name"), name_) << "nothing of it happened";
}

}  // namespace
}  // namespace dms::test
