#include "web/http/tls_engine.h"

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "web/http/ascii.h"
#include "web/http/openssl_error.h"

namespace dms::web {

namespace {

// Four full records: an upload is read with few calls, an idle connection's pages stay untouched.
constexpr std::size_t input_bytes = 64UL << 10U;

struct Buffers {
  std::unique_ptr<char[]> input = std::make_unique_for_overwrite<char[]>(input_bytes);
  std::size_t begin = 0;  // [begin, end) of input is not yet decrypted
  std::size_t end = 0;
  std::string output;
};

int read_input(BIO* bio, char* out, std::size_t size, std::size_t* taken) {
  auto& buffers = *static_cast<Buffers*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  *taken = std::min(size, buffers.end - buffers.begin);
  if (*taken == 0) {
    BIO_set_retry_read(bio);
    return 0;
  }
  std::memcpy(out, buffers.input.get() + buffers.begin, *taken);
  buffers.begin += *taken;
  return 1;
}

int write_output(BIO* bio, const char* data, std::size_t size, std::size_t* written) {
  auto& buffers = *static_cast<Buffers*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  buffers.output.append(data, size);
  *written = size;
  return 1;
}

long control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

// How OpenSSL reaches the buffers; made once, for the life of the process.
const BIO_METHOD* buffer_method() {
  static const BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "buffers");
    if (made == nullptr) throw std::bad_alloc();
    BIO_meth_set_read_ex(made, read_input);
    BIO_meth_set_write_ex(made, write_output);
    BIO_meth_set_ctrl(made, control);
    return made;
  }();
  return method;
}

}  // namespace

struct TlsEngine::Session {
  std::shared_ptr<const TlsContext> context;
  Buffers buffers;
  SSL* ssl = nullptr;
  std::string failure;

  State state_of(int result) {
    switch (SSL_get_error(ssl, result)) {
      case SSL_ERROR_NONE:
        return State::done;
      case SSL_ERROR_WANT_READ:
        return State::wants_input;
      case SSL_ERROR_ZERO_RETURN:
        return State::closed;
      default:
        failure = take_openssl_error();
        return State::failed;
    }
  }
};

TlsEngine::TlsEngine(std::shared_ptr<const TlsContext> context)
    : state_(std::make_unique<Session>()) {
  state_->context = std::move(context);
  state_->ssl = SSL_new(state_->context->native());
  BIO* bio = state_->ssl == nullptr ? nullptr : BIO_new(buffer_method());
  if (bio == nullptr) {
    SSL_free(state_->ssl);
    throw std::bad_alloc();
  }
  BIO_set_data(bio, &state_->buffers);
  BIO_set_init(bio, 1);
  SSL_set_bio(state_->ssl, bio, bio);  // takes the one reference
  SSL_set_accept_state(state_->ssl);
}

TlsEngine::~TlsEngine() {
  SSL_free(state_->ssl);
}

TlsEngine::State TlsEngine::handshake() {
  ERR_clear_error();
  return state_->state_of(SSL_do_handshake(state_->ssl));
}

TlsEngine::Read TlsEngine::read(std::span<char> out) {
  ERR_clear_error();
  std::size_t bytes = 0;
  const int result = SSL_read_ex(state_->ssl, out.data(), out.size(), &bytes);
  if (result == 1) return {State::done, bytes};
  return {state_->state_of(result), 0};
}

bool TlsEngine::may_hold_input() const {
  return state_->buffers.begin != state_->buffers.end || SSL_has_pending(state_->ssl) == 1;
}

bool TlsEngine::write(std::string_view plain) {
  if (plain.empty()) return true;
  ERR_clear_error();
  std::size_t written = 0;
  const int result = SSL_write_ex(state_->ssl, plain.data(), plain.size(), &written);
  // The output takes everything, so OpenSSL never stops half-way.
  return result == 1 ? written == plain.size() : (state_->state_of(result), false);
}

void TlsEngine::close() {
  ERR_clear_error();
  SSL_shutdown(state_->ssl);
  ERR_clear_error();
}

std::span<char> TlsEngine::input_space() {
  Buffers& buffers = state_->buffers;
  if (buffers.begin == buffers.end) buffers.begin = buffers.end = 0;
  if (buffers.end == input_bytes) {
    std::memmove(buffers.input.get(), buffers.input.get() + buffers.begin,
                 buffers.end - buffers.begin);
    buffers.end -= std::exchange(buffers.begin, 0);
  }
  return {buffers.input.get() + buffers.end, input_bytes - buffers.end};
}

void TlsEngine::input_received(std::size_t bytes) {
  state_->buffers.end += bytes;
}

std::string& TlsEngine::output() {
  return state_->buffers.output;
}

std::string TlsEngine::server_name() const {
  const char* name = SSL_get_servername(state_->ssl, TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? "" : to_ascii_lower(name);
}

const std::string& TlsEngine::failure() const {
  return state_->failure;
}

}  // namespace dms::web
