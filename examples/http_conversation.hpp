// A request and its answer over a socket that does not block.
#pragma once

#include "http_messages.hpp"

#include <boost/beast/core/flat_buffer.hpp>

#include <sys/epoll.h>

#include <optional>
#include <utility>

namespace plain_http {

class conversation {
public:
    explicit conversation(novu::http::request const& q) : request_{to_beast(q)} {}

    /// Writes what is left to write, then reads. Gives what to wait for at the socket, EPOLLIN or EPOLLOUT; 0: nothing, it has
    /// failed or the answer is there.
    unsigned step(boost::asio::ip::tcp::socket& socket, boost::system::error_code& failed) {
        if (!serializer_->is_done()) sent_ |= http::write(socket, *serializer_, failed) != 0;
        if (failed == boost::asio::error::would_block) return EPOLLOUT;
        if (!failed) http::read(socket, buffer_, *parser_, failed);
        return failed == boost::asio::error::would_block ? unsigned{EPOLLIN} : 0;
    }
    bool sent() const { return sent_; }                     ///< some of it, over whatever connection
    bool answered() const { return parser_->got_some(); }
    bool leaves_open() const { return parser_->keep_alive() && buffer_.size() == 0; }
    void send_again() { serializer_.emplace(request_); }
    /// An interim answer is passed over: the next one is to be read.
    bool passes_over() { return parser_->get().result_int() / 100 == 1 && (parser_.emplace(), true); }
    novu::http::response take() { return from_beast(parser_->release()); }

private:
    http::request<http::string_body> request_;
    std::optional<http::request_serializer<http::string_body>> serializer_{request_};
    std::optional<http::response_parser<http::string_body>> parser_{std::in_place};
    boost::beast::flat_buffer buffer_{};
    bool sent_{false};
};

} // namespace plain_http
