// Non-blocking TCP connections, of which idle ones are kept open for the next exchange. The sockets are Asio's, but its
// io_context never runs: whoever uses them waits for them.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cerrno>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace plain_http {

using boost::asio::ip::tcp;
using boost::system::error_code;

/// Outlives its connections. Threads: one at a time.
class connection_pool {
public:
    /// An idle connection, if there is one on which the server has neither spoken nor closed.
    std::optional<tcp::socket> take(tcp::endpoint const& server) {
        for (auto found = idle_.find(server); found != idle_.end(); found = idle_.find(server)) {
            tcp::socket socket = std::move(idle_.extract(found).mapped());
            char byte;
            error_code ec;
            socket.receive(boost::asio::buffer(&byte, 1), socket.message_peek, ec);
            if (ec == boost::asio::error::would_block) return socket;
        }
        return std::nullopt;
    }
    void keep(tcp::endpoint const& server, tcp::socket socket) {
        if (constexpr std::size_t most = 16; idle_.size() == most) idle_.erase(idle_.begin());
        idle_.emplace(server, std::move(socket));
    }
    /// Begins to connect; there is a connection once the socket can be written to. (Asio's own connect would block.)
    tcp::socket connect(tcp::endpoint const& server, error_code& failed) {
        tcp::socket socket{*io_};
        if (socket.open(server.protocol(), failed)) return socket;
        socket.non_blocking(true, failed);
        socket.set_option(tcp::no_delay{true}, failed);
        if (::connect(socket.native_handle(), server.data(), static_cast<socklen_t>(server.size())) != 0 && errno != EINPROGRESS)
            failed.assign(errno, boost::system::system_category());
        return socket;
    }

private:
    std::unique_ptr<boost::asio::io_context> io_{std::make_unique<boost::asio::io_context>()};
    std::multimap<tcp::endpoint, tcp::socket> idle_{};
};

} // namespace plain_http
