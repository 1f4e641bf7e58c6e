// One HTTP/1.1 exchange over a non-blocking socket, for loops of one's own: step() goes as far as it can without
// blocking and says what it waits for. Boost.Beast writes the request and reads the answer. Plain http, to a server
// given by its address: to look up a name would block.
#pragma once

#include "connection_pool.hpp"
#include "http_messages.hpp"

#include <novu/error.hpp>

#include <boost/beast/core/flat_buffer.hpp>

#include <sys/epoll.h>

#include <chrono>

namespace plain_http {

class exchange {
public:
    exchange(connection_pool& pool, novu::http::request const& q) : stop{q.stop}, pool_{pool}, request_{to_beast(q)} {
        if (q.timeout.count() != 0) until = std::chrono::steady_clock::now() + q.timeout;
        error_code no_address;
        server_ = {boost::asio::ip::make_address(q.host(), no_address), static_cast<unsigned short>(std::stoi(std::string{q.port()}))};
        if (no_address) end(no_address);
        else reused_ = (socket_ = pool_.take(server_)).has_value();
    }

    std::chrono::steady_clock::time_point until{std::chrono::steady_clock::time_point::max()};
    novu::stop_token const stop;
    int socket() { return socket_->native_handle(); }

    /// What to wait for at the socket, EPOLLIN or EPOLLOUT; 0: nothing, it has ended. To be called again then, at `until`,
    /// and when `stop` is asked.
    unsigned step() {
        while (!came_) {
            error_code failed;
            if (stop.stop_requested()) return end(boost::asio::error::operation_aborted);
            if (std::chrono::steady_clock::now() >= until) return end(boost::asio::error::timed_out);
            if (!socket_) socket_ = pool_.connect(server_, failed);
            if (!failed && !serializer_->is_done()) sent_ |= http::write(*socket_, *serializer_, failed) != 0;
            if (failed == boost::asio::error::would_block) return EPOLLOUT;
            if (!failed) http::read(*socket_, buffer_, *parser_, failed);
            if (failed == boost::asio::error::would_block) return EPOLLIN;
            if (failed && reused_ && !parser_->got_some()) reconnect();
            else if (failed || parser_->get().result_int() / 100 != 1) return end(failed);
            else parser_.emplace(), reused_ = false; // an interim answer
        }
        return 0;
    }
    /// What came of it, when it has ended.
    novu::result<novu::http::response> take() { return std::move(*came_); }

private:
    /// A kept connection that breaks before any answer was closed meanwhile: the request goes over a new one, which is no new attempt.
    void reconnect() {
        socket_.reset();
        reused_ = false;
        serializer_.emplace(request_);
    }
    unsigned end(error_code failed) {
        if (failed) came_ = novu::failure{novu::transport_error(failed, sent_)};
        else came_ = from_beast(parser_->release());
        if (!failed && parser_->keep_alive() && buffer_.size() == 0) pool_.keep(server_, *std::move(socket_));
        return 0;
    }

    connection_pool& pool_;
    http::request<http::string_body> request_;
    tcp::endpoint server_{};
    std::optional<tcp::socket> socket_{};
    bool reused_{false}, sent_{false};
    std::optional<http::request_serializer<http::string_body>> serializer_{request_};
    std::optional<http::response_parser<http::string_body>> parser_{std::in_place};
    boost::beast::flat_buffer buffer_{};
    std::optional<novu::result<novu::http::response>> came_{};
};

} // namespace plain_http
