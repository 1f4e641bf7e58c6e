// One connection of the Beast transport: connect, TLS, and exchanges on it, each step ended by a deadline or a stop.
#pragma once

#include <novu/error.hpp>
#include <novu/http/request.hpp>
#include <novu/http/response.hpp>
#include <novu/transport/detail/resolve.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace novu::detail {

namespace asio = boost::asio;
namespace beast = boost::beast;

/// How far an exchange has come, for messages and for what may be repeated.
enum class stage { resolving, connecting, tunnelling, handshaking, sending, waiting, reading_headers, reading_body };

constexpr std::string_view describe(stage s) {
    switch (s) {
    case stage::resolving: return "looking up the host";
    case stage::connecting: return "connecting";
    case stage::tunnelling: return "asking the proxy for a tunnel";
    case stage::handshaking: return "in the TLS handshake";
    case stage::sending: return "sending the request";
    case stage::waiting: return "waiting for the answer";
    case stage::reading_headers: return "reading the answer's headers";
    case stage::reading_body: return "reading the answer's body";
    }
    return {};
}

/// What bounds one exchange.
struct limits {
    deadline until{};
    stop_token const& stop;
    std::size_t max_response_size;
};

class beast_connection {
public:
    std::string const key; ///< scheme, host and port it leads to

    explicit beast_connection(std::string where) : key{std::move(where)} {}
    beast_connection(beast_connection const&) = delete;
    beast_connection& operator=(beast_connection const&) = delete;

    /// Connects to the host, trying its addresses in turn.
    std::optional<error> connect(std::string const& host, std::string const& port, limits const& l) {
        stage_ = stage::resolving;
        resolved const found = resolve(host, port, l.until, l.stop);
        if (found.failed) return fail(found.failed, "the host name " + in_quotes(host) + " cannot be looked up");
        stage_ = stage::connecting;
        auto const ec = run(l, [&](auto done) {
            asio::async_connect(socket_, found.endpoints, [done](boost::system::error_code e, auto const&) { done(e); });
        });
        if (ec) return fail(ec, "no connection to " + host + ":" + port);
        boost::system::error_code ignored;
        socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
        return std::nullopt;
    }

    /// Asks the proxy at the other end for a tunnel.
    std::optional<error> tunnel(std::string const& authority, limits const& l) {
        stage_ = stage::tunnelling;
        std::string const text = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n";
        auto ec = run(l, [&](auto done) { asio::async_write(socket_, asio::buffer(text), [done](boost::system::error_code e, std::size_t) { done(e); }); });
        beast::http::response_parser<beast::http::empty_body> parser;
        parser.skip(true);
        if (!ec) ec = run(l, [&](auto done) { beast::http::async_read_header(socket_, buffer_, parser, [done](boost::system::error_code e, std::size_t) { done(e); }); });
        if (ec) return fail(ec, "the proxy gave no answer to CONNECT");
        int const status = static_cast<int>(parser.get().result_int());
        if (status / 100 == 2) return std::nullopt;
        error e = transport_error(std::make_error_code(std::errc::connection_refused), false);
        e.permanent = status / 100 == 4;
        e.note = "the proxy refused the tunnel to " + authority + " with status " + std::to_string(status);
        return e;
    }

    /// TLS, with the peer's certificate and name verified.
    std::optional<error> handshake(asio::ssl::context& context, std::string const& host, limits const& l) {
        stage_ = stage::handshaking;
        tls_.emplace(socket_, context);
        SSL* const ssl = tls_->native_handle();
        boost::system::error_code not_an_address;
        asio::ip::make_address(host, not_an_address);
        if (not_an_address) {
            SSL_set_tlsext_host_name(ssl, host.c_str());
            SSL_set1_host(ssl, host.c_str());
        } else {
            X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
        }
        auto const ec = run(l, [&](auto done) { tls_->async_handshake(asio::ssl::stream_base::client, [done](boost::system::error_code e) { done(e); }); });
        if (!ec) return std::nullopt;
        error e = *fail(ec, "no TLS with " + host);
        if (long const why = SSL_get_verify_result(ssl); why != X509_V_OK) {
            e.permanent = true;
            if (why == X509_V_ERR_HOSTNAME_MISMATCH || why == X509_V_ERR_IP_ADDRESS_MISMATCH) e.note = "the server's certificate is not for the host " + in_quotes(host);
            else if (why == X509_V_ERR_CERT_HAS_EXPIRED) e.note = "the server's certificate has expired";
            else e.note = "the server's certificate is not trusted: " + std::string{X509_verify_cert_error_string(why)};
        }
        return e;
    }

    /// Sends the request and reads the answer.
    result<http::response> exchange(std::string const& head, std::string_view body, limits const& l) {
        stage_ = stage::sending;
        answered_ = false;
        std::array<asio::const_buffer, 2> const bytes{asio::buffer(head), asio::buffer(body)};
        auto ec = on_stream([&](auto& stream) {
            return run(l, [&](auto done) { asio::async_write(stream, bytes, [done](boost::system::error_code e, std::size_t) { done(e); }); });
        });
        if (ec) return failure{*fail(ec, "the connection broke")};
        for (;;) { // past interim answers
            beast::http::response_parser<beast::http::string_body> parser;
            parser.body_limit(l.max_response_size);
            parser.header_limit(max_headers);
            stage_ = stage::waiting;
            ec = on_stream([&](auto& stream) {
                return run(l, [&](auto done) { beast::http::async_read_header(stream, buffer_, parser, [done](boost::system::error_code e, std::size_t) { done(e); }); });
            });
            if (ec) {
                if (parser.got_some() || buffer_.size() != 0) stage_ = stage::reading_headers, answered_ = true;
                return failure{read_error(ec, l)};
            }
            answered_ = true;
            int const status = static_cast<int>(parser.get().result_int());
            if (status >= 100 && status < 200) continue;
            stage_ = stage::reading_body;
            ec = on_stream([&](auto& stream) {
                return run(l, [&](auto done) { beast::http::async_read(stream, buffer_, parser, [done](boost::system::error_code e, std::size_t) { done(e); }); });
            });
            if (ec) return failure{read_error(ec, l)};
            reusable_ = parser.get().keep_alive() && buffer_.size() == 0;
            auto message = parser.release();
            http::response out{.status = status, .body = std::move(message.body())};
            for (auto const& f : message) out.headers.add({f.name_string().data(), f.name_string().size()}, {f.value().data(), f.value().size()});
            return out;
        }
    }

    /// Whether the last exchange left the connection fit for another.
    [[nodiscard]] bool reusable() const noexcept { return reusable_; }
    /// Whether the server has sent something since, which nobody asked for and nobody must take for an answer.
    [[nodiscard]] bool spoken_to() const {
        boost::system::error_code failed;
        return socket_.available(failed) != 0 || failed;
    }
    /// Whether the last exchange failed before any byte of an answer: on a reused connection, the server had closed it.
    [[nodiscard]] bool closed_before_answer() const noexcept { return !answered_ && !interrupted_; }

private:
    static constexpr std::uint32_t max_headers = 64 * 1024;

    template <class F> boost::system::error_code on_stream(F&& f) { return tls_ ? f(*tls_) : f(socket_); }

    /// Starts an operation and runs it to its end, or to the deadline or a stop, which close the socket.
    template <class Start> boost::system::error_code run(limits const& l, Start start) {
        boost::system::error_code result;
        bool done = false;
        start([&](boost::system::error_code e) { result = e, done = true; });
        io_.restart();
        auto const close = [this] {
            boost::system::error_code ignored;
            socket_.close(ignored);
        };
        bool stopped = false;
        {
            stop_callback on_stop{l.stop, [&] { asio::post(io_, [&] { stopped = true, close(); }); }};
            if (l.until) io_.run_until(*l.until);
            else io_.run();
        }
        io_.restart();
        io_.poll(); // a stop that came last
        if (done && !stopped) return result;
        interrupted_ = true;
        if (!done) {
            close();
            io_.restart();
            io_.run();
        }
        return stopped ? boost::system::error_code{asio::error::operation_aborted} : asio::error::timed_out;
    }

    std::optional<error> fail(boost::system::error_code ec, std::string what) {
        error e = transport_error(ec == asio::error::operation_aborted ? std::make_error_code(std::errc::operation_canceled)
                                  : ec == asio::error::timed_out       ? std::make_error_code(std::errc::timed_out)
                                                                       : std::error_code{ec},
                                  stage_ >= stage::sending);
        e.note = e.kind == error_kind::timeout ? "timed out " + std::string{describe(stage_)} : what + " (" + std::string{describe(stage_)} + ")";
        return e;
    }
    error read_error(boost::system::error_code ec, limits const& l) {
        bool const headers = ec == beast::http::error::header_limit || ec == beast::http::error::buffer_overflow;
        if (!headers && ec != beast::http::error::body_limit) {
            bool const cut = ec == beast::http::error::partial_message || ec == beast::http::error::end_of_stream || ec == asio::error::eof ||
                             ec == asio::ssl::error::stream_truncated || ec == asio::error::connection_reset;
            return *fail(ec, cut ? "the server closed the connection" : "the answer cannot be read");
        }
        error e = transport_error(std::make_error_code(std::errc::message_size), true);
        e.permanent = true;
        e.note = headers ? "the answer's headers are larger than " + std::to_string(max_headers) + " bytes"
                         : "the answer's body is larger than max_response_size, " + std::to_string(l.max_response_size) + " bytes";
        return e;
    }

    asio::io_context io_{1};
    asio::ip::tcp::socket socket_{io_};
    std::optional<asio::ssl::stream<asio::ip::tcp::socket&>> tls_{};
    beast::flat_buffer buffer_{};
    stage stage_{stage::resolving};
    bool reusable_{false}, interrupted_{false};
    bool answered_{false}; // whether any byte of the last exchange's answer came
};

} // namespace novu::detail
