// One HTTP/1.1 exchange over a non-blocking socket, for loops of one's own: step() goes as far as it can without
// blocking and says what it waits for. Plain http, to a server given by its address: to look up a name would block.
#pragma once

#include "connection_pool.hpp"
#include "http_conversation.hpp"

#include <novu/error.hpp>

#include <chrono>

namespace plain_http {

class exchange {
public:
    exchange(connection_pool& pool, novu::http::request const& q) : stop{q.stop}, pool_{pool}, messages_{q} {
        if (q.timeout.count() != 0) until = std::chrono::steady_clock::now() + q.timeout;
        if (error_code no_address; server_ = server_of(q, no_address), no_address) end(no_address);
        else reused_ = (socket_ = pool_.take(server_)).has_value();
    }

    std::chrono::steady_clock::time_point until{std::chrono::steady_clock::time_point::max()};
    novu::stop_token const stop;
    int socket() { return socket_->native_handle(); }

    /// What to wait for at the socket, EPOLLIN or EPOLLOUT; 0: it has ended. Called again then, at `until`, and when `stop` asks.
    unsigned step() {
        while (!came_) {
            error_code failed;
            if (stop.stop_requested()) return end(boost::asio::error::operation_aborted);
            if (std::chrono::steady_clock::now() >= until) return end(boost::asio::error::timed_out);
            if (!socket_) socket_ = pool_.connect(server_, failed);
            if (unsigned const events = failed ? 0 : messages_.step(*socket_, failed)) return events;
            // A kept connection that breaks before any answer was closed meanwhile: over a new one it is no new attempt.
            if (failed && reused_ && !messages_.answered()) socket_.reset(), messages_.send_again();
            else if (failed || !messages_.passes_over()) return end(failed);
            reused_ = false;
        }
        return 0;
    }
    /// What came of it, when it has ended.
    novu::result<novu::http::response> take() { return std::move(*came_); }

private:
    unsigned end(error_code failed) {
        if (failed) return came_ = novu::failure{novu::transport_error(failed, messages_.sent())}, 0;
        if (messages_.leaves_open()) pool_.keep(server_, *std::move(socket_));
        came_ = messages_.take();
        return 0;
    }

    connection_pool& pool_;
    conversation messages_;
    tcp::endpoint server_{};
    std::optional<tcp::socket> socket_{};
    bool reused_{false};
    std::optional<novu::result<novu::http::response>> came_{};
};

} // namespace plain_http
