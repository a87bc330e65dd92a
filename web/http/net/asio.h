#pragma once

// The names of Asio that this folder uses.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace dms::web {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;
using SystemError = boost::system::error_code;

// `auto [error, bytes] = co_await socket.async_read_some(buffer, as_result)`: errors are values.
inline constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

}  // namespace dms::web
