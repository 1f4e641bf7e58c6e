// beast_transport: a synchronous transport over Boost.Beast, for http and https.
//
//     novu::client client{novu::beast_transport{}};
//     novu::client client{novu::beast_transport{{.ca_file = "/etc/ssl/company.pem", .connect_timeout = 2s}}};
//
// Connections are kept alive and used again. One that the server closed meanwhile, before any byte of an answer, is
// replaced and the request sent once more, which is no attempt of the call. Redirects are not followed, compression is
// not asked for. TLS 1.2 or newer; the certificate's chain and host name are verified, always. A host name is looked up on
// a thread, since getaddrinfo cannot be interrupted; it is left behind, and ends by itself, when the answer comes too late.
// Bodies are delivered in pieces.
// Link OpenSSL (-lssl -lcrypto) and the threads library.
#pragma once

#if !defined(__cpp_exceptions)
#error "novu/transport/beast.hpp needs exceptions, as Boost.Asio does: bring another transport to a build without them"
#elif !__has_include(<openssl/ssl.h>)
#error "novu/transport/beast.hpp needs OpenSSL's headers (Debian: libssl-dev)"
#endif

#include <novu/error.hpp>
#include <novu/http/request.hpp>
#include <novu/http/response.hpp>
#include <novu/transport/detail/connection.hpp>
#include <novu/transport/detail/wait.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace novu {

/// What can be set; `{}` is fit for Novu's own servers.
struct beast_options {
    std::string ca_file{};                               ///< PEM of authorities to trust besides the system's; empty: none
    std::string proxy{};                                 ///< `http://host:port`; https goes through it by CONNECT. Empty: none
    std::size_t max_response_size{16 * 1024 * 1024};     ///< bytes of a body; headers are limited to 64 KiB
    std::chrono::milliseconds connect_timeout{10'000};   ///< look-up, connection and TLS; zero: only the request's own time-out
};

/// Threads: send and wait may be called from many at once, each exchange on a connection of its own. Once moved from it
/// may only be assigned or destroyed.
/// Allocations: per connection, and per exchange the response and its buffers.
class beast_transport {
public:
    static constexpr bool delivers_pieces = true;

    beast_transport() : beast_transport{beast_options{}} {}
    explicit beast_transport(beast_options const& options) : beast_transport{options, detail::look_up_on_a_thread} {}
    /// With another way to find the addresses of a host.
    beast_transport(beast_options const& options, detail::lookup look_up) : state_{std::make_unique<state>(options, std::move(look_up))} {}

    /// One exchange. Ends within q.timeout, and at once when q.stop asks.
    result<http::response> send(http::request const& q) {
        http::url_view const url{q.url};
        std::string key;
        detail::connection_key(url, key);
        detail::deadline const until = detail::end_of(q, *state_->network);
        std::unique_ptr<line> used = state_->take(key);
        if (!used) used = std::make_unique<line>(state_->network, std::move(key), url);
        result<http::response> answer = used->perform(q, until);
        if (used->connection->is_open()) state_->keep(std::move(used));
        return answer;
    }

    /// Waits, at most until `stop` asks.
    void wait(std::chrono::milliseconds time, stop_token const& stop = {}) { detail::wait(time, stop); }

private:
    /// A connection and the io_context that runs its steps, on the thread that sends.
    struct line {
        boost::asio::io_context io{1};
        std::shared_ptr<detail::connection> connection;

        line(std::shared_ptr<detail::network> network, std::string key, http::url_view const& to)
            : connection{std::make_shared<detail::connection>(io.get_executor(), io.get_executor(), std::move(network), std::move(key), to)} {}

        result<http::response> perform(http::request const& q, detail::deadline until) {
            result<http::response> answer;
            connection->prepare();
            boost::asio::co_spawn(io, connection->perform(q, until), [&](std::exception_ptr thrown, result<http::response> came) {
                answer = thrown ? result<http::response>{failure{detail::thrown_error(thrown)}} : std::move(came);
                io.stop(); // what is left, a timer, can wait for the next exchange
            });
            io.restart();
            {
                stop_callback wake{q.stop, [&] { connection->interrupt(detail::interruption::cancelled); }};
                io.run();
            }
            connection->release();
            return answer;
        }
    };

    struct state {
        std::shared_ptr<detail::network> network;
        std::mutex mutex{};
        std::vector<std::unique_ptr<line>> idle{};

        state(beast_options const& options, detail::lookup look_up) : network{std::make_shared<detail::network>(options, std::move(look_up))} {}

        std::unique_ptr<line> take(std::string const& key) {
            std::lock_guard lock{mutex};
            for (auto i = idle.rbegin(); i != idle.rend(); ++i) {
                if ((*i)->connection->key() != key) continue;
                std::unique_ptr<line> out = std::move(*i);
                idle.erase(std::next(i).base());
                return out;
            }
            return nullptr;
        }
        void keep(std::unique_ptr<line> l) {
            constexpr std::size_t most = 16; // the oldest goes
            std::lock_guard lock{mutex};
            if (idle.size() == most) idle.erase(idle.begin());
            idle.push_back(std::move(l));
        }
    };

    std::unique_ptr<state> state_;
};

} // namespace novu
