#include "web/http/net/wire_parser.h"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <utility>

namespace dms::web {

namespace {

namespace http = boost::beast::http;
using boost::beast::string_view;
using ErrorCodeOut = boost::beast::error_code;

std::string_view view(string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

class WireParser::Parser final : public http::basic_parser<true> {
 public:
  Parser() {
    header_limit(static_cast<std::uint32_t>(head_bytes_max));
    body_limit(boost::none);  // limits are the intake's
    eager(false);
  }

  Head head;
  std::string_view data;
  std::uint64_t chunk_left = 0;

 private:
  void on_request_impl(http::verb, string_view method, string_view target, int version,
                       ErrorCodeOut&) override {
    head.method = view(method);
    head.target = view(target);
    head.version = static_cast<unsigned>(version);
  }
  void on_response_impl(int, string_view, int, ErrorCodeOut&) override {}
  void on_field_impl(http::field, string_view name, string_view value, ErrorCodeOut&) override {
    if (is_header_done()) return;  // a trailer
    head.headers.add(std::string(view(name)), std::string(view(value)));
  }
  void on_header_impl(ErrorCodeOut&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCodeOut&) override {}
  std::size_t on_body_impl(string_view body, ErrorCodeOut&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t size, string_view, ErrorCodeOut&) override {
    chunk_left = size;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, ErrorCodeOut&) override {
    data = view(body);
    chunk_left -= body.size();
    return body.size();
  }
  void on_finish_impl(ErrorCodeOut&) override {}
};

WireParser::WireParser() : parser_(std::make_unique<Parser>()) {}
WireParser::~WireParser() = default;

OrRefusal<Head> WireParser::parse_head(std::string_view bytes) {
  ErrorCodeOut error;
  const std::size_t used = parser_->put(boost::asio::buffer(bytes.data(), bytes.size()), error);
  if (error == http::error::bad_version) {
    return refuse(505, "Diese HTTP-Version wird nicht unterstützt.",
                  "This version of HTTP is not supported.");
  }
  if (error || !parser_->is_header_done() || used != bytes.size()) {
    return refuse(400, "Die Anfrage ist kein gültiges HTTP.", "The request is not valid HTTP.");
  }
  return std::move(parser_->head);
}

WireParser::Chunk WireParser::decode(std::string_view bytes) {
  using State = Chunk::State;
  if (parser_->is_done()) return {State::done};
  // The shortest end of a body is "0 CRLF CRLF"; shown less of it twice, Beast 1.81 asserts.
  constexpr std::size_t shortest_end = 5;
  if (bytes.empty() || (parser_->chunk_left == 0 && bytes.size() < shortest_end)) {
    return {State::wants_input};
  }
  // However it arrives: a chunk's line that does not end soon is an attack, not an extension.
  constexpr std::size_t chunk_line_max = 4096;
  const std::string_view line = bytes.substr(bytes.starts_with("\r\n") ? 2 : 0);
  if (parser_->chunk_left == 0 && line.size() >= chunk_line_max &&
      line.substr(0, chunk_line_max).find('\n') == std::string_view::npos) {
    return {State::malformed};
  }
  parser_->data = {};
  ErrorCodeOut error;
  const std::size_t used = parser_->put(boost::asio::buffer(bytes.data(), bytes.size()), error);
  if (error == http::error::need_more) return {State::wants_input, used, parser_->data};
  if (error) return {State::malformed};
  return {parser_->is_done() ? State::done : State::data, used, parser_->data};
}

}  // namespace dms::web
