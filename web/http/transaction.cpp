#include "web/http/transaction.h"

#include <fmt/format.h>

#include <exception>
#include <typeinfo>
#include <utility>

namespace dms::web {

namespace {

// What is answered where the application renders nothing itself.
Response plain_problem(unsigned status, std::string_view request_id) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", "application/problem+json");
  response.body =
      fmt::format(R"({{"type":"about:blank","status":{},"request_id":"{}"}})", status, request_id);
  return response;
}

}  // namespace

Transaction::Transaction(const TransactionContext& context, Request request, unsigned version)
    : context_(context), version_(version) {
  exchange_.request = std::move(request);
}

bool Transaction::begin() {
  Request& request = exchange_.request;
  const bool is_ours =
      !context_.application.knows_host || context_.application.knows_host(request.host);
  if (!is_ours || (!request.sni.empty() && request.sni != request.host)) {
    refuse({421,
            {"Dieser Server ist für die angefragte Adresse nicht zuständig.",
             "This server does not serve the host asked for."}});
    return false;
  }
  Router::Match match = context_.router.match(request.method, request.path);
  using Kind = Router::Match::Kind;
  if (match.kind == Kind::options) {
    Response response;
    response.status = 204;
    response.headers.add("Allow", std::move(match.allow));
    answer(std::move(response));
    return false;
  }
  if (match.kind == Kind::method_not_allowed) {
    refuse({405, {"Das ist hier nicht möglich.", "This method is not allowed here."}});
    response_->headers.set("Allow", std::move(match.allow));
    return false;
  }
  if (match.kind == Kind::not_found) {
    fail(make_error(ErrorCode::not_found, "Das gibt es hier nicht.", "There is nothing here."));
    return false;
  }
  route_ = match.route;
  request.path_parameters = std::move(match.path_parameters);
  intake_.emplace(*route_, exchange_, context_.upload_bytes_max);
  return guarded([this] { return intake_->check(); });
}

bool Transaction::admit() {
  return guarded([this] { return intake_->admit(); });
}

bool Transaction::take(std::string_view block) {
  return guarded([this, block] { return intake_->take(block); });
}

void Transaction::complete() {
  guarded([this]() -> Result<void> {
    answer(DMS_TRY(intake_->complete()));
    return {};
  });
  // Here and not later: what the application holds may block when it goes.
  exchange_.sink.reset();
  exchange_.state.reset();
}

void Transaction::refuse(const Refusal& refusal) {
  const Application& application = context_.application;
  answer(application.render_refusal
             ? application.render_refusal(refusal.status, refusal.message, request())
             : plain_problem(refusal.status, request().request_id));
}

void Transaction::fail(const Error& error) {
  answer(rendered(error));
}

bool Transaction::holds_resources() const {
  return exchange_.sink || exchange_.state.has_value() || !source_.is_exhausted();
}

void Transaction::release() {
  intake_.reset();
  exchange_.sink.reset();
  exchange_.state.reset();
  source_.release();
}

template <class Step>
bool Transaction::guarded(Step run) {
  Error error = operator_error(ErrorCode::internal, "");
  try {
    Result<void> done = run();
    if (done) return true;
    error = std::move(done).error();
  } catch (const std::exception& exception) {
    // Its text may quote content; its type does not.
    error.hint = std::string("exception ") + typeid(exception).name();
  } catch (...) {
    error.hint = "exception";
  }
  fail(error);
  return false;
}

Response Transaction::rendered(const Error& error) const {
  Response response = context_.application.render_error
                          ? context_.application.render_error(error, request())
                          : plain_problem(500, request().request_id);
  if (response.status >= 500 && error.code != ErrorCode::busy) {
    context_.log.error("request_failed",
                       {{"code", std::string(to_string(error.code))},
                        {"hint", error.hint},
                        {"request_id", request().request_id},
                        {"route", route_ == nullptr ? "" : std::string(route_->pattern)}});
  }
  return response;
}

void Transaction::answer(Response response) {
  set_response(std::move(response));
  auto first = source_.pull();
  if (!first) {
    // A content that cannot be read is still an error here, not yet a broken connection.
    set_response(rendered(first.error()));
    first = source_.pull();
  }
  if (first && *first) first_block_ = std::move(**first);
}

void Transaction::set_response(Response response) {
  if (context_.application.finish) context_.application.finish(request(), response);
  if (!is_well_formed(response.headers)) {
    context_.log.error("response_header_malformed", {{"request_id", request().request_id}});
    response = plain_problem(500, request().request_id);
  }
  framing_ = framing_of(response, version_);
  source_ = BodySource(response);
  events_.reset();
  if (auto* events = std::get_if<EventBody>(&response.body)) events_ = std::move(events->queue);
  first_block_.clear();
  const bool is_bodiless =
      request().method == Method::head || framing_.kind == BodyFraming::Kind::none;
  if (is_bodiless) {
    source_.release();
    events_.reset();
  }
  response_ = std::move(response);
}

}  // namespace dms::web
