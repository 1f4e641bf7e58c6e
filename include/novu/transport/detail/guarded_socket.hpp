// A socket that one coroutine uses and any thread may close, whatever is under way on it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <mutex>
#include <utility>

namespace novu::detail {

namespace asio = boost::asio;

/// An AsyncStream in the sense of Asio. Whoever starts an operation, or ends it, holds the lock: Asio's cancellation too,
/// which in a socket of its own looks at what closing it takes away.
class guarded_socket {
public:
    using executor_type = asio::any_io_executor;
    using lowest_layer_type = guarded_socket;

    explicit guarded_socket(executor_type const& executor) : socket_{executor} {}

    [[nodiscard]] executor_type get_executor() noexcept { return socket_.get_executor(); }
    [[nodiscard]] lowest_layer_type& lowest_layer() noexcept { return *this; }

    template <class Buffers, class Token> auto async_read_some(Buffers const& to, Token&& token) {
        return start(token, to, [](auto& socket, auto handler, Buffers const& b) { socket.async_read_some(b, std::move(handler)); });
    }
    template <class Buffers, class Token> auto async_write_some(Buffers const& from, Token&& token) {
        return start(token, from, [](auto& socket, auto handler, Buffers const& b) { socket.async_write_some(b, std::move(handler)); });
    }
    /// Sends what the system takes at once: how much. `failed` may be would_block. Precondition: the socket does not block.
    template <class Buffers> std::size_t write_now(Buffers const& from, boost::system::error_code& failed) {
        return with([&](auto& socket) { return socket.write_some(from, failed); });
    }
    /// Does `f(socket)`.
    template <class F> auto with(F f) {
        std::lock_guard lock{mutex_};
        return f(socket_);
    }
    void close() {
        with([](auto& socket) {
            boost::system::error_code ignored;
            socket.close(ignored);
        });
    }

private:
    template <class Token, class Buffers, class F> auto start(Token& token, Buffers const& buffers, F f) {
        return asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
            [this, f](auto handler, Buffers const& b) {
                auto slot = asio::get_associated_cancellation_slot(handler);
                std::lock_guard lock{mutex_};
                if (slot.is_connected()) slot.assign([this](asio::cancellation_type) { cancel(); });
                f(socket_, asio::bind_cancellation_slot(asio::cancellation_slot{}, std::move(handler)), b);
            },
            token, buffers);
    }

    void cancel() {
        with([](auto& socket) {
            boost::system::error_code ignored;
            socket.cancel(ignored);
        });
    }

    std::mutex mutex_{};
    asio::ip::tcp::socket socket_;
};

} // namespace novu::detail
