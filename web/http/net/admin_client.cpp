#include "web/http/admin_client.h"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <iterator>
#include <utility>

namespace dms::web {

namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;

constexpr std::chrono::seconds patience{10};
constexpr std::size_t answer_bytes_max = 1UL << 20U;

Error no_answer(const std::string& address, std::uint16_t port, const std::string& reason) {
  return operator_error(ErrorCode::unavailable,
                        fmt::format("{} port {}: {}", address, port, reason));
}

}  // namespace

Result<AdminAnswer> ask_admin(const std::string& address, std::uint16_t port, Method method,
                              std::string_view target, const Headers& headers) {
  tcp::iostream stream;
  stream.expires_after(patience);
  stream.connect(address, std::to_string(port));
  std::string request = fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n",
                                    to_string(method), target);
  for (const auto& [name, value] : headers.all()) request += fmt::format("{}: {}\r\n", name, value);
  if (method != Method::get) request += "Content-Length: 0\r\n";
  if (stream.error() == boost::asio::error::connection_refused) {
    return fail(operator_error(ErrorCode::not_found, fmt::format("{} port {}", address, port)));
  }
  stream << request << "\r\n" << std::flush;
  if (!stream) return fail(no_answer(address, port, stream.error().message()));
  std::string bytes;
  for (std::istreambuf_iterator<char> at(stream), end; at != end; ++at) {
    if (bytes.size() == answer_bytes_max) return fail(no_answer(address, port, "too long"));
    bytes.push_back(*at);
  }
  if (stream.error() && stream.error() != boost::asio::error::eof) {
    return fail(no_answer(address, port, stream.error().message()));
  }
  http::response_parser<http::string_body> parser;
  parser.eager(true);
  boost::beast::error_code error;
  parser.put(boost::asio::buffer(bytes), error);
  if (error || !parser.is_done()) return fail(no_answer(address, port, "no whole answer"));
  return AdminAnswer{parser.get().result_int(), std::move(parser.get().body())};
}

}  // namespace dms::web
