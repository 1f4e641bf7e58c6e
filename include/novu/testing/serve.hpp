// A real HTTP server in front of a handler, on a thread of its own: for tests and demonstrations over sockets.
//
//     novu::testing::fake_novu fake;
//     novu::testing::serve server{fake};                                 // 127.0.0.1, a free port
//     novu::client client{novu::beast_transport{}, {.secret_key = "test-secret-key", .server = server.url()}};
#pragma once

#if !defined(__cpp_exceptions)
#error "novu/testing/serve.hpp needs exceptions, as Boost.Asio does"
#elif !__has_include(<openssl/ssl.h>)
#error "novu/testing/serve.hpp needs OpenSSL's headers (Debian: libssl-dev)"
#endif

#include <novu/http/request.hpp>
#include <novu/http/response.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace novu::testing {

/// A certificate chain and its key, both PEM: makes `serve` speak https.
struct server_certificate {
    std::string chain{};
    std::string private_key{};
};

/// Serves from construction to destruction, which ends every connection. Handler: `http::response
/// handle(http::request const&)`, called on the server's thread, one call at a time; it must outlive the server. What it throws is answered with 500.
/// Bodies are limited to 64 MiB. Throws boost::system::system_error where the address cannot be bound.
class serve {
public:
    template <class Handler>
    explicit serve(Handler& handler, std::string const& address = "127.0.0.1", unsigned short port = 0, server_certificate certificate = {})
        : handle_{[&handler](http::request const& q) { return handler.handle(q); }},
          acceptor_{io_, {boost::asio::ip::make_address(address), port}}, address_{address} {
        if (!certificate.chain.empty()) {
            tls_.emplace(boost::asio::ssl::context::tls_server);
            tls_->use_certificate_chain(boost::asio::buffer(certificate.chain));
            tls_->use_private_key(boost::asio::buffer(certificate.private_key), boost::asio::ssl::context::pem);
        }
        port_ = acceptor_.local_endpoint().port();
        accept();
        thread_ = std::thread{[this] { io_.run(); }};
    }
    serve(serve const&) = delete;
    serve& operator=(serve const&) = delete;
    ~serve() {
        io_.stop();
        thread_.join();
    }

    [[nodiscard]] unsigned short port() const noexcept { return port_; }
    /// `http://127.0.0.1:PORT`, or https.
    [[nodiscard]] std::string url() const {
        bool const brackets = address_.find(':') != address_.npos; // IPv6
        return (tls_ ? "https://" : "http://") + (brackets ? "[" + address_ + "]" : address_) + ":" + std::to_string(port_);
    }
    /// How many connections were accepted so far.
    [[nodiscard]] int connections() const noexcept { return connections_; }

private:
    class session;

    void accept();

    std::function<http::response(http::request const&)> handle_;
    boost::asio::io_context io_{1};
    std::optional<boost::asio::ssl::context> tls_{};
    boost::asio::ip::tcp::acceptor acceptor_;
    std::string address_;
    unsigned short port_{0};
    std::atomic<int> connections_{0};
    std::thread thread_{};
};

/// One connection: reads a request, answers, and again.
class serve::session : public std::enable_shared_from_this<session> {
    using error_code = boost::system::error_code;

public:
    session(serve& server, boost::asio::ip::tcp::socket socket) : server_{server}, socket_{std::move(socket)} {
        if (server.tls_) tls_.emplace(socket_, *server.tls_);
    }

    void start() {
        if (!tls_) return read();
        tls_->async_handshake(boost::asio::ssl::stream_base::server, [self = shared_from_this()](error_code ec) {
            if (!ec) self->read();
        });
    }

private:
    void over_stream(auto&& start) { tls_ ? start(*tls_) : start(socket_); }

    void read() {
        parser_.emplace();
        parser_->body_limit(most_body_bytes);
        parser_->eager(true);
        parse();
    }
    void parse() {
        error_code ec;
        if (buffer_.size() != 0) buffer_.consume(parser_->put(buffer_.data(), ec));
        namespace bh = boost::beast::http;
        if (ec && ec != bh::error::need_more) return write({.status = ec == bh::error::body_limit ? 413 : 400, .headers = {{"content-type", "text/plain"}}, .body = ec.message()}, false);
        if (parser_->is_done()) return answer();
        over_stream([this](auto& stream) {
            stream.async_read_some(buffer_.prepare(read_at_once), [self = shared_from_this()](error_code failed, std::size_t size) {
                if (failed) return;
                self->buffer_.commit(size);
                self->parse();
            });
        });
    }
    void answer() {
        auto const& message = parser_->get();
        std::optional<http::method> method;
        for (http::method m : {http::method::get, http::method::post, http::method::put, http::method::patch, http::method::delete_})
            if (message.method_string() == boost::beast::string_view{to_string(m).data(), to_string(m).size()}) method = m;
        if (!method) return write({.status = 405, .headers = {{"content-type", "text/plain"}}, .body = "method not allowed"}, false); // to HEAD, a body would be taken for the next answer
        std::vector<http::field> fields;
        for (auto const& f : message) fields.push_back({{f.name_string().data(), f.name_string().size()}, {f.value().data(), f.value().size()}});
        std::string const url = server_.url() + std::string{message.target().data(), message.target().size()};
        http::response answer;
        try {
            answer = server_.handle_({*method, url, fields, message.body()});
        } catch (std::exception const& e) {
            answer = {.status = 500, .headers = {{"content-type", "text/plain"}}, .body = e.what()};
        } catch (...) {
            answer = {.status = 500};
        }
        write(std::move(answer), message.keep_alive());
    }
    void write(http::response r, bool keep_alive) {
        auto const reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(r.status));
        out_ = "HTTP/1.1 " + std::to_string(r.status) + " ";
        out_.append(reason.data(), reason.size()).append("\r\n");
        auto const add = [this](std::string_view name, std::string_view value) { out_.append(name).append(": ").append(value).append("\r\n"); };
        for (http::field f : r.headers)
            if (!http::iequals(f.name, "content-length") && !http::iequals(f.name, "transfer-encoding") && !http::iequals(f.name, "connection")) add(f.name, f.value);
        bool const has_body = r.status != 204 && r.status != 304;
        if (has_body) add("content-length", std::to_string(r.body.size()));
        if (!keep_alive) add("connection", "close");
        out_.append("\r\n").append(has_body ? r.body : "");
        over_stream([this, keep_alive](auto& stream) {
            boost::asio::async_write(stream, boost::asio::buffer(out_), [self = shared_from_this(), keep_alive](error_code ec, std::size_t) {
                if (ec) return;
                if (keep_alive) return self->read();
                self->socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send, ec);
            });
        });
    }

    static constexpr std::size_t most_body_bytes = 64 * 1024 * 1024, read_at_once = 16 * 1024;

    serve& server_;
    boost::asio::ip::tcp::socket socket_;
    std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_{};
    boost::beast::flat_buffer buffer_{};
    std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_{};
    std::string out_{};
};

inline void serve::accept() {
    acceptor_.async_accept([this](boost::system::error_code ec, boost::asio::ip::tcp::socket socket) {
        if (ec == boost::asio::error::operation_aborted) return;
        if (!ec) {
            ++connections_;
            std::make_shared<session>(*this, std::move(socket))->start();
        }
        accept();
    });
}

} // namespace novu::testing
