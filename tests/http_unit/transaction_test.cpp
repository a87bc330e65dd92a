// A request through its route without sockets: order of steps, limits, failures, answers.

#include "web/http/transaction.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace dms::web {
namespace {

// Notes what happens to it in `events`.
class NotingSink final : public BodySink {
 public:
  explicit NotingSink(std::vector<std::string>& events) : events_(events) {}
  ~NotingSink() override { events_.emplace_back("sink gone"); }
  Result<void> write(std::string_view block) override {
    events_.push_back("write " + std::string(block));
    return {};
  }

 private:
  std::vector<std::string>& events_;
};

class TransactionTest : public testing::Test {
 protected:
  TransactionTest() {
    application_.render_error = [](const Error& error, const Request&) {
      Response response;
      response.status = error.code == ErrorCode::internal ? 500 : 400;
      response.body = std::string(to_string(error.code));
      return response;
    };
    application_.finish = [](const Request&, Response& response) {
      response.headers.add("X-Finished", "1");
    };
    application_.knows_host = [](std::string_view host) { return host == "a.example"; };
  }

  Route& add(Method method, std::string_view pattern, BodyKind body = BodyKind::none) {
    Route route;
    route.method = method;
    route.pattern = pattern;
    route.body = body;
    route.admit = [this](Exchange&) -> Result<void> {
      events_.emplace_back("admit");
      return {};
    };
    route.admit_metadata = [this](Exchange& exchange) -> Result<void> {
      events_.push_back("metadata " + exchange.parts.at("metadata"));
      return {};
    };
    route.open_sink = [this](Exchange&) -> Result<std::unique_ptr<BodySink>> {
      events_.emplace_back("open");
      return std::make_unique<NotingSink>(events_);
    };
    route.handle = [this](Exchange& exchange) {
      events_.push_back("handle " + exchange.body);
      Response response;
      response.body = "done";
      return response;
    };
    application_.routes.push_back(std::move(route));
    return application_.routes.back();
  }

  Transaction& begin(Method method, std::string_view path, std::string_view type = "",
                     std::optional<std::uint64_t> length = {}) {
    router_.emplace(std::move(*Router::build(application_.routes)));
    context_.emplace(TransactionContext{application_, *router_, upload_bytes_max, log_});
    Request request;
    request.method = method;
    request.path = path;
    request.host = "a.example";
    request.sni = sni_;
    request.content_length = length;
    request.has_body = !type.empty();
    if (!type.empty()) request.headers.add("Content-Type", std::string(type));
    transaction_.emplace(*context_, std::move(request), 11U);
    is_begun_ = transaction_->begin();
    return *transaction_;
  }

  static constexpr std::uint64_t upload_bytes_max = 1000;
  static constexpr std::string_view form = "multipart/form-data; boundary=b";
  NullLog log_;
  Application application_;
  std::vector<std::string> events_;
  std::string sni_;
  std::optional<Router> router_;
  std::optional<TransactionContext> context_;
  std::optional<Transaction> transaction_;
  bool is_begun_ = false;
};

using Events = std::vector<std::string>;

TEST_F(TransactionTest, AdmitsBeforeTheBodyAndHandlesAfterIt) {
  add(Method::post, "/x", BodyKind::json);
  Transaction& transaction = begin(Method::post, "/x", "application/json");
  ASSERT_TRUE(is_begun_);
  EXPECT_TRUE(transaction.admit());
  EXPECT_TRUE(transaction.take("{\"a\""));
  EXPECT_TRUE(transaction.take(":1}"));
  transaction.complete();
  EXPECT_EQ(events_, (Events{"admit", "handle {\"a\":1}"}));
  EXPECT_EQ(transaction.response().status, 200U);
  EXPECT_EQ(transaction.take_first_block(), "done");
  EXPECT_EQ(transaction.response().headers.find("X-Finished"), "1");
}

TEST_F(TransactionTest, DoesNotRunTheHandlerOfARefusedRequest) {
  add(Method::post, "/x", BodyKind::stream).admit = [](Exchange&) -> Result<void> {
    return fail(ErrorCode::forbidden, "nein", "no");
  };
  Transaction& transaction = begin(Method::post, "/x", "text/plain");
  EXPECT_FALSE(transaction.admit());
  EXPECT_TRUE(transaction.is_answered());
  EXPECT_EQ(transaction.take_first_block(), "forbidden");
  EXPECT_EQ(events_, Events{});
}

TEST_F(TransactionTest, TakesMetadataBeforeTheFile) {
  add(Method::post, "/x", BodyKind::multipart);
  Transaction& transaction = begin(Method::post, "/x", form);
  ASSERT_TRUE(transaction.admit());
  EXPECT_TRUE(transaction.take(
      "--b\r\nContent-Disposition: form-data; name=metadata\r\n\r\n{}\r\n"
      "--b\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\nPDF\r\n--b--"));
  transaction.complete();
  EXPECT_EQ(events_, (Events{"admit", "metadata {}", "open", "write PDF", "handle ", "sink gone"}));
}

TEST_F(TransactionTest, TakesNoByteOfAFileItsMetadataDoesNotAdmit) {
  add(Method::post, "/x", BodyKind::multipart).admit_metadata = [](Exchange&) -> Result<void> {
    return fail(ErrorCode::not_found, "nein", "no");
  };
  Transaction& transaction = begin(Method::post, "/x", form);
  ASSERT_TRUE(transaction.admit());
  EXPECT_FALSE(transaction.take(
      "--b\r\nContent-Disposition: form-data; name=metadata\r\n\r\n{}\r\n"
      "--b\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\nPDF\r\n--b--"));
  EXPECT_EQ(transaction.take_first_block(), "not_found");
  EXPECT_EQ(events_, Events{"admit"});
}

TEST_F(TransactionTest, MetadataMayStandForTheFile) {
  add(Method::post, "/x", BodyKind::multipart).admit_metadata = [this](Exchange& exchange) {
    exchange.sink = std::make_unique<NotingSink>(events_);
    return Result<void>();
  };
  const std::string metadata = "--b\r\nContent-Disposition: form-data; name=metadata\r\n\r\n{}\r\n";
  Transaction& transaction = begin(Method::post, "/x", form);
  ASSERT_TRUE(transaction.admit());
  ASSERT_TRUE(transaction.take(metadata + "--b--"));
  transaction.complete();
  EXPECT_EQ(events_, (Events{"admit", "handle ", "sink gone"}));

  Transaction& both = begin(Method::post, "/x", form);
  ASSERT_TRUE(both.admit());
  EXPECT_FALSE(
      both.take(metadata + "--b\r\nContent-Disposition: form-data; name=file\r\n\r\nPDF\r\n--b--"));
  EXPECT_EQ(both.response().status, 400U);
}

TEST_F(TransactionTest, RefusesOtherOrdersAndNumbersOfParts) {
  add(Method::post, "/x", BodyKind::multipart);
  const std::string metadata = "--b\r\nContent-Disposition: form-data; name=metadata\r\n\r\n{}\r\n";
  const std::string file = "--b\r\nContent-Disposition: form-data; name=file\r\n\r\nPDF\r\n";
  const std::string other = "--b\r\nContent-Disposition: form-data; name=x\r\n\r\nx\r\n";
  for (const std::string& body :
       {file + metadata, file, metadata, metadata + metadata + file, metadata + file + file,
        metadata + other + file, other + metadata + file, metadata + file + metadata}) {
    Transaction& transaction = begin(Method::post, "/x", form);
    ASSERT_TRUE(transaction.admit());
    if (transaction.take(body + "--b--")) transaction.complete();
    EXPECT_EQ(transaction.response().status, 400U) << body;
  }
  EXPECT_EQ(std::ranges::count(events_, "handle "), 0);
}

TEST_F(TransactionTest, UndoesTheSinkOfABrokenBody) {
  add(Method::put, "/x", BodyKind::stream);
  Transaction& transaction = begin(Method::put, "/x", "text/plain");
  ASSERT_TRUE(transaction.admit());
  EXPECT_TRUE(transaction.take("abc"));
  EXPECT_TRUE(transaction.holds_resources());
  transaction.release();
  EXPECT_EQ(events_, (Events{"admit", "open", "write abc", "sink gone"}));
}

TEST_F(TransactionTest, LimitsBodiesDeclaredOrNot) {
  add(Method::put, "/small", BodyKind::stream).body_bytes_max = 3;
  add(Method::put, "/large", BodyKind::stream);
  add(Method::post, "/json", BodyKind::json);
  begin(Method::put, "/small", "a/b", 4);
  EXPECT_FALSE(is_begun_);
  begin(Method::put, "/large", "a/b", upload_bytes_max + 1);
  EXPECT_FALSE(is_begun_);
  begin(Method::post, "/json", "application/json", json_body_max + 1);
  EXPECT_FALSE(is_begun_);
  Transaction& transaction = begin(Method::put, "/small", "a/b");
  ASSERT_TRUE(transaction.admit());
  EXPECT_TRUE(transaction.take("abc"));
  EXPECT_FALSE(transaction.take("d"));
  EXPECT_EQ(transaction.take_first_block(), "too_large");
}

TEST_F(TransactionTest, RefusesBodiesOfTheWrongKind) {
  add(Method::get, "/none");
  add(Method::post, "/json", BodyKind::json);
  add(Method::post, "/form", BodyKind::multipart);
  begin(Method::get, "/none", "text/plain", 1);
  EXPECT_FALSE(is_begun_);
  begin(Method::post, "/json", "text/plain");
  EXPECT_EQ(transaction_->take_first_block(), "unsupported");
  begin(Method::post, "/form", "application/json");
  EXPECT_EQ(transaction_->take_first_block(), "unsupported");
}

TEST_F(TransactionTest, ServesItsHostsOnly) {
  add(Method::get, "/x");
  begin(Method::get, "/x");
  EXPECT_TRUE(is_begun_);
  sni_ = "b.example";
  begin(Method::get, "/x");
  EXPECT_EQ(transaction_->response().status, 421U);
  sni_ = "a.example";
  application_.knows_host = [](std::string_view) { return false; };
  begin(Method::get, "/x");
  EXPECT_EQ(transaction_->response().status, 421U);
}

TEST_F(TransactionTest, AnswersWhatTheRouterDoesNotFind) {
  add(Method::get, "/x");
  begin(Method::get, "/y");
  EXPECT_EQ(transaction_->take_first_block(), "not_found");
  begin(Method::put, "/x");
  EXPECT_EQ(transaction_->response().status, 405U);
  EXPECT_EQ(transaction_->response().headers.find("Allow"), "GET, HEAD, OPTIONS");
  begin(Method::options, "/x");
  EXPECT_EQ(transaction_->response().status, 204U);
}

TEST_F(TransactionTest, TurnsExceptionsIntoInternalErrors) {
  add(Method::get, "/x").handle = [](Exchange&) -> Result<Response> {
    throw std::runtime_error("secret");
  };
  add(Method::get, "/y").handle = [](Exchange&) -> Result<Response> { throw 1; };
  for (const std::string_view path : {"/x", "/y"}) {
    Transaction& transaction = begin(Method::get, path);
    transaction.complete();
    EXPECT_EQ(transaction.response().status, 500U);
    EXPECT_EQ(transaction.take_first_block(), "internal");
  }
}

TEST_F(TransactionTest, AnswersAnErrorWhereTheFirstBlockCannotBeRead) {
  add(Method::get, "/x").handle = [](Exchange&) {
    Response response;
    response.body = ContentBody{0, 10, [](std::uint64_t, std::size_t) -> Result<std::string> {
                                  return fail(operator_error(ErrorCode::internal, "gone"));
                                }};
    return response;
  };
  Transaction& transaction = begin(Method::get, "/x");
  transaction.complete();
  EXPECT_EQ(transaction.response().status, 500U);
  EXPECT_EQ(transaction.framing().length, 8U);
  EXPECT_TRUE(transaction.source().is_exhausted());
}

TEST_F(TransactionTest, SendsNoHeaderWithALineBreak) {
  add(Method::get, "/x").handle = [](Exchange&) {
    Response response;
    response.headers.add("X-Name", "a\r\nSet-Cookie: b");
    return response;
  };
  Transaction& transaction = begin(Method::get, "/x");
  transaction.complete();
  EXPECT_EQ(transaction.response().status, 500U);
  EXPECT_FALSE(transaction.response().headers.find("X-Name"));
}

TEST_F(TransactionTest, ReadsNoBodyForHead) {
  bool is_read = false;
  add(Method::get, "/x").handle = [&](Exchange&) {
    Response response;
    response.body = ContentBody{0, 10, [&](std::uint64_t, std::size_t size) {
                                  is_read = true;
                                  return Result<std::string>(std::string(size, 'x'));
                                }};
    return response;
  };
  Transaction& transaction = begin(Method::head, "/x");
  transaction.complete();
  EXPECT_FALSE(is_read);
  EXPECT_EQ(transaction.framing().length, 10U);
  EXPECT_EQ(transaction.take_first_block(), "");
  EXPECT_TRUE(transaction.source().is_exhausted());
}

TEST_F(TransactionTest, HasEventsInThePlaceOfABlock) {
  std::weak_ptr<EventQueue> made;
  add(Method::get, "/x").handle = [&](Exchange&) {
    const auto queue = std::make_shared<EventQueue>(1);
    made = queue;
    Response response;
    response.body = EventBody{queue};
    return response;
  };
  Transaction& transaction = begin(Method::get, "/x");
  transaction.complete();
  EXPECT_EQ(transaction.framing().kind, BodyFraming::Kind::chunked);
  EXPECT_EQ(transaction.events(), made.lock().get());
  EXPECT_EQ(transaction.take_first_block(), "");
  EXPECT_TRUE(transaction.source().is_exhausted());
  transaction_.reset();
  EXPECT_TRUE(made.expired());
  begin(Method::head, "/x").complete();
  EXPECT_EQ(transaction_->events(), nullptr);
  EXPECT_TRUE(made.expired());
}

}  // namespace
}  // namespace dms::web
