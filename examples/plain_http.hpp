// One HTTP/1.1 exchange over a non-blocking socket, for loops of one's own: step() goes as far as it can without
// blocking and says what it waits for. The examples own_runtime and game_loop are built on it; so can yours be.
// Bytes become an answer by Boost.Beast's parser, which does no I/O. Plain http to IPv4 addresses: a look-up would block.
#pragma once

#include <novu/call/machine.hpp>
#include <novu/error.hpp>
#include <novu/http/request.hpp>
#include <novu/http/response.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace plain_http {

using time_point = std::chrono::steady_clock::time_point;

/// Connections that are idle. Outlives the exchanges. Threads: one at a time.
class pool {
public:
    pool() = default;
    pool(pool&& other) noexcept : idle_{std::exchange(other.idle_, {})} {}
    ~pool() {
        for (auto const& [to, socket] : idle_) ::close(socket);
    }
    /// One to this host and port; -1 where there is none on which the server has neither spoken nor closed.
    int take(std::string const& to) {
        for (std::size_t i = idle_.size(); i-- != 0;) {
            if (idle_[i].first != to) continue;
            int const socket = idle_[i].second;
            idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
            char one;
            if (::recv(socket, &one, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN) return socket;
            ::close(socket);
        }
        return -1;
    }
    void keep(std::string to, int socket) {
        idle_.emplace_back(std::move(to), socket);
        if (constexpr std::size_t most = 16; idle_.size() <= most) return;
        ::close(idle_.front().second);
        idle_.pop_front();
    }

private:
    std::deque<std::pair<std::string, int>> idle_{};
};

class exchange {
public:
    enum waits { to_read, to_write, for_nothing };

    /// What `q` looks at lives as long as the exchange.
    exchange(pool& kept, novu::http::request const& q) : kept_{kept}, q_{q}, to_{std::string{q.host()} + ":" + std::string{q.port()}} {
        if (q.timeout.count() != 0) until = std::chrono::steady_clock::now() + q.timeout;
        out_.append(to_string(q.method)).append(" ").append(q.target()).append(" HTTP/1.1\r\nHost: ").append(novu::http::url_view{q.url}.authority());
        for (novu::http::field f : q.headers) out_.append("\r\n").append(f.name).append(": ").append(f.value);
        if (!q.body.empty()) out_.append("\r\nContent-Length: ").append(std::to_string(q.body.size()));
        out_.append("\r\n\r\n").append(q.body);
        open(kept_.take(to_));
    }
    exchange(exchange const&) = delete;
    exchange& operator=(exchange const&) = delete;
    ~exchange() { close(); }

    time_point until{time_point::max()}; ///< step() ends it then
    int socket() const { return socket_; }
    /// What came of it. Precondition: step() waits for nothing.
    novu::result<novu::http::response> take() { return std::move(*came_); }

    /// To be called when the socket is ready, the time has come, or the stop token was asked; or at any other time.
    waits step() {
        while (!came_) {
            if (q_.stop.stop_requested()) fail(std::make_error_code(std::errc::operation_canceled));
            else if (std::chrono::steady_clock::now() >= until) fail(std::make_error_code(std::errc::timed_out));
            else if (socket_ < 0 && !connect()) fail({errno, std::system_category()});
            else if (written_ != out_.size()) {
                auto const n = ::send(socket_, out_.data() + written_, out_.size() - written_, MSG_NOSIGNAL | MSG_DONTWAIT);
                if (n >= 0) written_ += static_cast<std::size_t>(n), sent_ = true;
                else if (errno == EAGAIN) return to_write; // connected, too, when it can be written to
                else broke({errno, std::system_category()});
            } else {
                char some[16 * 1024];
                auto const n = ::recv(socket_, some, sizeof some, MSG_DONTWAIT);
                if (n > 0) in_.append(some, static_cast<std::size_t>(n)), parse();
                else if (n < 0 && errno == EAGAIN) return to_read;
                else if (n < 0) broke({errno, std::system_category()});
                else ended();
            }
        }
        return for_nothing;
    }

private:
    using parser = boost::beast::http::response_parser<boost::beast::http::string_body>;

    void open(int socket) {
        close();
        reused_ = socket >= 0;
        socket_ = socket;
        written_ = 0;
        next_parser();
    }
    void close() {
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    }
    bool connect() {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_port = htons(static_cast<std::uint16_t>(std::atoi(std::string{q_.port()}.c_str())));
        if (::inet_pton(AF_INET, std::string{q_.host()}.c_str(), &at.sin_addr) != 1) return errno = EADDRNOTAVAIL, false;
        socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        int const on = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        return socket_ >= 0 && (::connect(socket_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0 || errno == EINPROGRESS);
    }
    void next_parser() {
        parser_.emplace();
        parser_->eager(true);
        parser_->header_limit(64 * 1024);
        parser_->body_limit(16 * 1024 * 1024);
    }
    void parse() {
        boost::system::error_code ec;
        while (!in_.empty()) {
            in_.erase(0, parser_->put(boost::asio::buffer(in_), ec));
            if (ec == boost::beast::http::error::need_more) return;
            if (ec) return fail(ec == boost::beast::http::error::body_limit ? std::make_error_code(std::errc::message_size) : std::error_code{ec});
            if (!parser_->is_done()) continue;
            if (parser_->get().result_int() / 100 != 1) return answered();
            next_parser(); // it was an interim answer
        }
    }
    /// The server has closed. An answer may end with that.
    void ended() {
        boost::system::error_code ec;
        if (parser_->got_some()) parser_->put_eof(ec);
        if (!ec && parser_->is_done()) answered();
        else broke(std::make_error_code(std::errc::connection_reset));
    }
    /// A kept connection that breaks before a byte of an answer was closed meanwhile: once more on another, which is no new attempt.
    void broke(std::error_code why) {
        if (reused_ && !parser_->got_some()) open(-1);
        else fail(why);
    }
    void answered() {
        auto message = parser_->release();
        novu::http::response r{.status = static_cast<int>(message.result_int()), .body = std::move(message.body())};
        for (auto const& f : message) r.headers.add({f.name_string().data(), f.name_string().size()}, {f.value().data(), f.value().size()});
        if (parser_->keep_alive() && in_.empty()) kept_.keep(std::move(to_), std::exchange(socket_, -1));
        came_ = std::move(r);
        close();
    }
    void fail(std::error_code why) {
        came_ = novu::failure{novu::transport_error(why, sent_)};
        close();
    }

    pool& kept_;
    novu::http::request const& q_;
    std::string to_, out_{}, in_{};
    std::optional<parser> parser_{};
    int socket_{-1};
    bool reused_{false}, sent_{false};
    std::size_t written_{0};
    std::optional<novu::result<novu::http::response>> came_{};
};

/// A call of novu::manual, or one with its members, and the exchange under way for it.
template <class Call> class polled {
public:
    polled(pool& kept, Call& call) : kept_{kept}, call_{call} {}

    /// Goes as far as it can without blocking. Gives true when the call is done.
    bool step() {
        auto const now = std::chrono::steady_clock::now();
        novu::call_action const next = call_.poll(now);
        if (next.kind == novu::call_action::send) exchange_.emplace(kept_, *next.request);
        if (next.kind == novu::call_action::done) exchange_.reset(); // it was given up
        if (exchange_ && exchange_->step() == exchange::for_nothing) {
            auto came = exchange_->take();
            exchange_.reset();
            if (came) call_.received(std::move(*came), now);
            else call_.failed(std::move(came).error(), now);
        }
        return next.kind == novu::call_action::done;
    }

private:
    pool& kept_;
    Call& call_;
    std::optional<exchange> exchange_{};
};

/// Drives all calls to their ends: what a loop does a little each frame, as one that does nothing else.
template <class Call> void run(pool& kept, std::vector<Call*> const& calls) {
    std::deque<polled<Call>> all;
    for (Call* each : calls) all.emplace_back(kept, *each);
    for (std::size_t left = 1; left != 0; std::this_thread::sleep_for(std::chrono::microseconds{100})) {
        left = 0;
        for (polled<Call>& each : all) left += !each.step();
    }
}

} // namespace plain_http
