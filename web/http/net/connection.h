#pragma once

// One client's connection: its requests one after the other, each read, run on lanes and answered
// by one coroutine. Everything happens on the io thread of the connection's executor, which runs
// nothing else at the same time; only the steps of a Transaction run on lanes, and the coroutine
// waits for each before the connection can end.

#include <functional>
#include <memory>
#include <string>

#include "web/http/net/event_wait.h"
#include "web/http/net/lane_job.h"
#include "web/http/net/request_reader.h"
#include "web/http/net/server_state.h"
#include "web/http/net/stream.h"
#include "web/http/net/watchdog.h"

namespace dms::web {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // `state` and `context` outlive it; `remote_address` is numeric.
  Connection(HttpServerState& state, const TransactionContext& context, tcp::socket socket,
             std::string remote_address);

  // Begins to serve, and leaves the registry at the end. On any thread.
  void start();
  // Ends the connection: at once where it is between two requests or sends events, else after the
  // running one. On any thread.
  void end_softly();
  // All its waits for the network end now; work on lanes still runs to its end. On any thread.
  void end_now();

 private:
  awaitable<void> run();
  // One request; false where the connection shall end.
  awaitable<bool> serve();
  Request make_request() const;
  // Runs the request's steps; it stays unanswered where the client has gone.
  awaitable<void> run_steps(Transaction& transaction, bool expects_continue);
  // A letter's body is all read first and then goes through its steps in one piece of work: each
  // hop between threads costs more than such a step.
  awaitable<void> take_short_body(Transaction& transaction);
  awaitable<void> take_blocks(Transaction& transaction);

  // Runs `work` on the transaction's lane and waits for it; a full lane makes the answer.
  awaitable<void> on_lane(Transaction& transaction, std::function<void()> work);
  // The same for work that follows earlier steps: waits for room in the lane as long as a peer
  // would be waited for, then gives up as `busy`.
  awaitable<Result<std::shared_ptr<LaneJob>>> start_patiently(LaneKind lane,
                                                              std::function<void()> work);
  // Lets go of what a broken transaction holds, on its lane.
  awaitable<void> release(Transaction& transaction);

  // Sends the answer; false where the connection must end.
  awaitable<bool> respond(Transaction& transaction, bool keep_alive);
  awaitable<bool> write_answer(Transaction& transaction, std::string head);
  // The same for a stream of events: until it ends.
  awaitable<bool> write_events(Transaction& transaction, std::string head);
  void observe(Transaction& transaction, std::chrono::steady_clock::time_point started);

  HttpServerState& state_;
  const TransactionContext& context_;
  asio::any_io_executor executor_;
  const std::string remote_address_;
  std::string server_name_;
  std::shared_ptr<Watchdog> watchdog_;
  std::unique_ptr<Stream> stream_;
  RequestReader reader_;
  std::shared_ptr<EventWait> event_wait_;  // while events are sent
  bool is_up_ = false;                     // the handshake is done
};

}  // namespace dms::web
