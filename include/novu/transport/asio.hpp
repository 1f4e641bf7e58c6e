// asio_transport: a coroutine transport over Boost.Asio and Beast, for http and https. Operations return
// boost::asio::awaitable; thousands may be in flight on one thread.
//
//     boost::asio::io_context io;
//     novu::client client{novu::asio_transport{io.get_executor()}};
//     boost::asio::awaitable<void> main() {
//         auto listing = client.workflows.list({.limit = 10});
//         auto page = co_await std::move(listing);          // two statements: g++ 12 miscompiles braces within co_await
//     }
//
// Connections are kept and shared: as many to a host as the options allow, and calls beyond that wait for one in the
// order they came. One that the server closed meanwhile, before any byte of an answer, is replaced and the request sent
// once more, which is no attempt of the call. Redirects are not followed, compression is not asked for. TLS 1.2 or
// newer, sessions resumed; the certificate's chain and host name are verified, always. Bodies are delivered in pieces.
// Link OpenSSL (-lssl -lcrypto) and the threads library.
#pragma once

#if !defined(__cpp_exceptions)
#error "novu/transport/asio.hpp needs exceptions, as Boost.Asio does: bring another transport to a build without them"
#elif !defined(__cpp_impl_coroutine)
#error "novu/transport/asio.hpp needs coroutines: compile as C++20"
#elif !__has_include(<openssl/ssl.h>)
#error "novu/transport/asio.hpp needs OpenSSL's headers (Debian: libssl-dev)"
#endif

#include <novu/error.hpp>
#include <novu/http/request.hpp>
#include <novu/http/response.hpp>
#include <novu/transport/detail/asio_pool.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp> // which a program needs to start what operations return
#include <boost/asio/detached.hpp>

#include <cassert>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace novu {

/// What can be set; `{}` is fit for Novu's own servers.
struct asio_options {
    std::string ca_file{};                               ///< PEM of authorities to trust besides the system's; empty: none
    std::string proxy{};                                 ///< `http://host:port`; https goes through it by CONNECT. Empty: none
    std::size_t max_response_size{16 * 1024 * 1024};     ///< bytes of a body; headers are limited to 64 KiB
    std::chrono::milliseconds connect_timeout{10'000};   ///< look-up, connection and TLS; zero: only the request's own time-out
    std::size_t max_connections_per_host{64};            ///< to one scheme, host and port; zero: no limit
    std::chrono::milliseconds idle_timeout{60'000};      ///< a connection unused for longer is closed when the transport is used next; zero: never
};

/// Runs on an executor: of an io_context, with one thread or several, a thread pool, a strand. Its context outlives the
/// transport, and every other that calls are awaited on outlives those calls: end them, and run it until they have ended,
/// before it goes. What is in flight keeps the transport's own busy, and nothing else does
/// but a look-up that nobody waits for any more, until the system ends it. (What is awaited on another context keeps that
/// one busy: there the program sees to it that this one runs.)
/// Cancellation: an exchange and a wait end at once, as failures of kind cancelled, when the request's stop or the
/// awaitable's cancellation slot asks (terminal). A connection with an answer still owed is closed. As with Asio's own
/// operations, a signal is to be emitted where the coroutine runs, which over several threads means on its strand, and once
/// the coroutine has been suspended: not by an observer of its first attempt. A stop, anywhere.
/// Lifetimes: when the transport is destroyed, what is in flight ends as cancelled. When its context is, the coroutines are.
/// Once moved from it may only be assigned or destroyed.
/// Threads: any, also at once.
/// Allocations: per connection; per exchange some coroutine frames, the response and its buffers.
class asio_transport {
public:
    template <class T> using task = boost::asio::awaitable<T>;
    static constexpr bool delivers_pieces = true;

    explicit asio_transport(boost::asio::any_io_executor const& executor, asio_options const& options = {})
        : asio_transport{executor, options, detail::look_up_by(executor)} {}
    /// With another way to find the addresses of a host than Asio's, which looks up one at a time.
    asio_transport(boost::asio::any_io_executor const& executor, asio_options const& options, detail::lookup look_up)
        : pool_{std::make_shared<detail::asio_pool>(executor, options, std::move(look_up))} {}
    asio_transport(asio_transport&&) noexcept = default;
    asio_transport& operator=(asio_transport&& other) noexcept {
        asio_transport const before{std::exchange(pool_, std::move(other.pool_))}; // which ends here
        return *this;
    }
    ~asio_transport() {
        if (pool_) pool_->close();
    }

    /// One exchange. Ends within q.timeout, the time it waits for a connection included. `q` lives until then.
    task<result<http::response>> send(http::request const& q) { return detail::asio_pool::send(pool(), &q); }

    /// Waits; an error of kind cancelled before the time is over.
    task<result<void>> wait(std::chrono::milliseconds time, stop_token stop = {}) { return detail::asio_pool::wait(pool(), time, std::move(stop)); }

private:
    explicit asio_transport(std::shared_ptr<detail::asio_pool> pool) : pool_{std::move(pool)} {}
    [[nodiscard]] std::shared_ptr<detail::asio_pool> const& pool() const {
        assert(pool_); // moved from
        return pool_;
    }
    std::shared_ptr<detail::asio_pool> pool_;
};

} // namespace novu
