// beast_transport: a synchronous transport over Boost.Beast, for http and https.
//
//     novu::client client{novu::beast_transport{}};
//     novu::client client{novu::beast_transport{{.ca_file = "/etc/ssl/company.pem", .connect_timeout = 2s}}};
//
// Connections are kept alive and used again. One that the server closed meanwhile, before any byte of an answer, is
// replaced and the request sent once more, which is no attempt of the call. Redirects are not followed, compression is
// not asked for. TLS 1.2 or newer; the certificate's chain and host name are verified, always.
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
#include <novu/transport/detail/beast_connection.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace novu {

struct beast_options {
    std::string ca_file{};                               ///< PEM of authorities to trust besides the system's; empty: none
    std::string proxy{};                                 ///< `http://host:port`; https goes through it by CONNECT. Empty: none
    std::size_t max_response_size{16 * 1024 * 1024};     ///< bytes of a body; headers are limited to 64 KiB
    std::chrono::milliseconds connect_timeout{10'000};   ///< look-up, connection and TLS; zero: only the request's own time-out
};

/// Threads: send and wait may be called from many at once, each exchange on a connection of its own.
/// Allocations: per connection, and per exchange the response and its buffers.
class beast_transport {
public:
    beast_transport() : beast_transport{beast_options{}} {}
    explicit beast_transport(beast_options options) : state_{std::make_unique<state>(std::move(options))} {}

    /// One exchange. Ends within q.timeout, and at once when q.stop asks.
    result<http::response> send(http::request const& q) {
        http::url_view const url{q.url};
        std::string key{url.scheme()};
        key.append("://").append(url.host()).append(":").append(url.port());
        detail::limits const l{q.timeout.count() != 0 ? detail::deadline{std::chrono::steady_clock::now() + q.timeout} : detail::deadline{}, q.stop,
                               state_->options.max_response_size};
        std::string const head = request_head(q, url);
        if (connection kept = state_->take(key)) {
            auto answer = kept->exchange(head, q.body, l);
            if (answer || !kept->closed_before_answer()) return give_back(std::move(kept), std::move(answer));
        }
        auto fresh = std::make_unique<detail::beast_connection>(std::move(key));
        if (auto failed = open(*fresh, url, l)) return failure{std::move(*failed)};
        auto answer = fresh->exchange(head, q.body, l);
        return give_back(std::move(fresh), std::move(answer));
    }

    /// Waits, at most until `stop` asks.
    void wait(std::chrono::milliseconds time, stop_token const& stop = {}) {
        std::mutex mutex;
        std::condition_variable asked;
        stop_callback wake{stop, [&] {
                               std::lock_guard lock{mutex};
                               asked.notify_all();
                           }};
        std::unique_lock lock{mutex};
        asked.wait_for(lock, time, [&] { return stop.stop_requested(); });
    }

private:
    using connection = std::unique_ptr<detail::beast_connection>;

    struct state {
        beast_options options;
        std::mutex mutex{};
        std::vector<connection> idle{};
        std::optional<boost::asio::ssl::context> tls{};

        explicit state(beast_options o) : options{std::move(o)} {}

        connection take(std::string const& key) {
            std::lock_guard lock{mutex};
            for (std::size_t i = idle.size(); i-- != 0;) {
                if (idle[i]->key != key) continue;
                connection out = std::move(idle[i]);
                idle.erase(idle.begin() + static_cast<std::ptrdiff_t>(i));
                if (!out->spoken_to()) return out;
            }
            return nullptr;
        }
        void keep(connection c) {
            constexpr std::size_t most = 16; // the oldest goes
            std::lock_guard lock{mutex};
            if (idle.size() == most) idle.erase(idle.begin());
            idle.push_back(std::move(c));
        }
        /// The TLS settings, made when first needed; nullptr and the reason where that fails.
        boost::asio::ssl::context* tls_context(boost::system::error_code& ec) {
            namespace ssl = boost::asio::ssl;
            std::lock_guard lock{mutex};
            if (tls) return &*tls;
            ssl::context made{ssl::context::tls_client};
            made.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
            made.set_verify_mode(ssl::verify_peer);
            made.set_default_verify_paths(ec);
            if (!ec && !options.ca_file.empty()) made.load_verify_file(options.ca_file, ec);
            if (ec) return nullptr;
            return &tls.emplace(std::move(made));
        }
    };

    result<http::response> give_back(connection c, result<http::response> answer) {
        if (answer && c->reusable()) state_->keep(std::move(c));
        return answer;
    }

    /// Everything before the first byte of a request.
    std::optional<error> open(detail::beast_connection& c, http::url_view const& url, detail::limits l) {
        beast_options const& o = state_->options;
        if (o.connect_timeout.count() != 0) {
            auto const until = std::chrono::steady_clock::now() + o.connect_timeout;
            if (!l.until || until < *l.until) l.until = until;
        }
        std::string const host{url.host()}, port{url.port()};
        bool const secure = url.scheme() == "https";
        boost::asio::ssl::context* tls = nullptr;
        if (secure) {
            boost::system::error_code ec;
            tls = state_->tls_context(ec);
            if (!tls) return unusable("ca_file " + detail::in_quotes(o.ca_file) + " cannot be used: " + ec.message());
        }
        if (!o.proxy.empty()) {
            http::url_view const proxy{o.proxy};
            if (!http::is_base_url(o.proxy) || proxy.scheme() != "http") return unusable("the proxy " + detail::in_quotes(o.proxy) + " is no http://host:port");
            if (auto failed = c.connect(std::string{proxy.host()}, std::string{proxy.port()}, l)) return failed;
            bool const v6 = host.find(':') != host.npos;
            if (secure)
                if (auto failed = c.tunnel((v6 ? "[" + host + "]" : host) + ":" + port, l)) return failed;
        } else if (auto failed = c.connect(host, port, l)) {
            return failed;
        }
        return secure ? c.handshake(*tls, host, l) : std::nullopt;
    }
    static error unusable(std::string why) {
        error e = transport_error(std::make_error_code(std::errc::invalid_argument), false);
        e.permanent = true;
        e.note = std::move(why);
        return e;
    }

    /// Request line and headers. Through a proxy, plain http is asked for by its whole URL.
    std::string request_head(http::request const& q, http::url_view const& url) const {
        std::string out{to_string(q.method)};
        bool const absolute = !state_->options.proxy.empty() && url.scheme() == "http";
        if (absolute) out.append(" ").append(url.scheme()).append("://").append(url.authority()).append(url.target());
        else out.append(" ").append(url.target());
        out.append(" HTTP/1.1\r\nHost: ").append(url.authority()).append("\r\n");
        for (http::field const& f : q.headers) out.append(f.name).append(": ").append(f.value).append("\r\n");
        bool const carries = q.method == http::method::post || q.method == http::method::put || q.method == http::method::patch;
        if (carries || !q.body.empty()) out.append("Content-Length: ").append(std::to_string(q.body.size())).append("\r\n");
        return out.append("\r\n");
    }

    std::unique_ptr<state> state_;
};

} // namespace novu
