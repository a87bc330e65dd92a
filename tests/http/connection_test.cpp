// Requests one after the other on one connection: keep-alive, pipelining, heads and their ends.

#include "test_server.h"

namespace dms::web::test {
namespace {

Route get_route(std::string_view pattern, Handler handle) {
  Route route;
  route.pattern = pattern;
  route.handle = std::move(handle);
  return route;
}

std::vector<Route> echo_routes() {
  Route post;
  post.method = Method::post;
  post.pattern = "/echo";
  post.body = BodyKind::json;
  post.handle = [](Exchange& exchange) { return text_response(exchange.body); };
  return {get_route("/hello", [](Exchange&) { return text_response("hello"); }),
          get_route("/items/{id}",
                    [](Exchange& exchange) {
                      return text_response(exchange.request.path_parameters.at("id"));
                    }),
          post};
}

TEST(Connection, ServesManyRequestsOnOneConnection) {
  TestServer server(make_application(echo_routes()));
  HttpsClient client = server.client();
  for (int i = 0; i < 50; ++i) {
    const auto response = client.get("/items/" + std::to_string(i));
    ASSERT_TRUE(response) << response.error().hint;
    EXPECT_EQ(response->status, 200U);
    EXPECT_EQ(response->body, std::to_string(i));
    EXPECT_TRUE(response->keeps_alive);
  }
  EXPECT_NE(server.metrics.render().find("http_connections_total{transport=\"tls\"} 1\n"),
            std::string::npos);
}

}  // namespace
}  // namespace dms::web::test
