#pragma once

// One TLS connection without its socket: ciphertext in, plaintext out and back. The socket's owner
// moves bytes between input_space() / output() and the network. Compared with a stream that wraps a
// socket this takes many records with one read and sends many with one write.
//
// Not thread-safe.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "web/http/tls_context.h"

namespace dms::web {

class TlsEngine {
 public:
  enum class State : std::uint8_t {
    done,
    wants_input,  // more ciphertext is needed; send output() first
    closed,       // the peer said close_notify
    failed,       // a TLS error; output() may hold an alert
  };

  explicit TlsEngine(std::shared_ptr<const TlsContext> context);
  ~TlsEngine();
  TlsEngine(const TlsEngine&) = delete;
  TlsEngine& operator=(const TlsEngine&) = delete;

  // Goes on with the handshake.
  State handshake();
  struct Read {
    State state = State::done;
    std::size_t bytes = 0;  // > 0 where done
  };
  // Decrypts up to out.size() bytes.
  Read read(std::span<char> out);
  // Whether read() would find anything without more ciphertext from the network. May be true for
  // nothing, as when less than a record has come.
  bool may_hold_input() const;
  // Encrypts all of `plain` into output(); false where TLS failed.
  bool write(std::string_view plain);
  // Appends close_notify to output().
  void close();

  // Where ciphertext from the network goes; never empty where the engine wants input.
  std::span<char> input_space();
  void input_received(std::size_t bytes);
  // Ciphertext to be sent; the caller clears what it has sent.
  std::string& output();
  // The name the client asked for, lower case, "" without one. After the handshake.
  std::string server_name() const;
  // For the log, after `failed`.
  const std::string& failure() const;

 private:
  struct Session;
  std::unique_ptr<Session> state_;
};

}  // namespace dms::web
