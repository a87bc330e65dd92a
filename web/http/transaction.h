#pragma once

// One request and its answer, without sockets: routing, the steps of its intake, and the response
// in every case, failures and exceptions included. The connection moves bytes and says on which
// thread each step runs.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "dms/base/log.h"
#include "web/http/body_source.h"
#include "web/http/intake.h"
#include "web/http/refusal.h"
#include "web/http/response_head.h"
#include "web/http/router.h"

namespace dms::web {

// What all transactions of a server share; outlives them.
struct TransactionContext {
  const Application& application;
  const Router& router;
  std::uint64_t upload_bytes_max;
  Log& log;
};

// One step at a time; not thread-safe.
class Transaction {
 public:
  // `request` as fill_request() left it; `version` is 10 or 11.
  Transaction(const TransactionContext& context, Request request, unsigned version);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // Finds the route and checks what the head alone tells, without blocking. False where that
  // already made the answer.
  bool begin();
  // Steps on the route's lane; they may block and never throw. False where the answer was made.
  bool admit();
  bool take(std::string_view block);
  // Always makes the answer.
  void complete();

  // Makes the answer instead: what the HTTP layer refuses, or an error outside the steps. Neither
  // blocks. A body's sink may be left; see release().
  void refuse(const Refusal& refusal);
  void fail(const Error& error);

  bool is_answered() const { return response_.has_value(); }
  const Request& request() const { return exchange_.request; }
  unsigned version() const { return version_; }
  const Route& route() const { return *route_; }  // after begin()

  // The answer's status and headers, and how its body is framed (for HEAD as for GET).
  const Response& response() const { return *response_; }
  const BodyFraming& framing() const { return framing_; }
  // The beginning of the body, read with the last step so that a small body costs no further one;
  // "" where there is none.
  std::string take_first_block() { return std::exchange(first_block_, {}); }
  // What follows it.
  BodySource& source() { return source_; }
  // nullptr unless the body is a stream of events; then there is nothing else.
  EventQueue* events() { return events_.get(); }

  // Whether something is left whose end may block (a sink, a content, the application's state):
  // then release() it on a lane.
  bool holds_resources() const;
  void release();

 private:
  // Runs a step; its error or exception becomes the answer.
  template <class Step>
  bool guarded(Step run);
  Response rendered(const Error& error) const;
  // Makes the answer of `response` and reads the beginning of its body.
  void answer(Response response);
  // The same without reading.
  void set_response(Response response);

  const TransactionContext& context_;
  const unsigned version_;
  Exchange exchange_;
  const Route* route_ = nullptr;
  std::optional<Intake> intake_;
  std::optional<Response> response_;
  BodyFraming framing_;
  BodySource source_;
  std::shared_ptr<EventQueue> events_;
  std::string first_block_;
};

}  // namespace dms::web
