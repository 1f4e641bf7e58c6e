// A server that does exactly what a test says, byte by byte, with each connection in turn: for what no healthy server
// does, and every transport must bear.
//
//     novu::testing::faulty_server server{{[](novu::testing::peer& p) {
//         p.request();                                            // read one, whole
//         p.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"); // and stop in the middle
//     }}};
//     auto cut = transport.send({.url = server.url(), ...});
//
// POSIX only: it uses ::shutdown to end what is blocked.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace novu::testing {

/// One accepted connection, in the hands of a test. Errors are not reported: the client's side is what is tested.
class peer {
public:
    peer(boost::asio::ip::tcp::socket& socket, boost::asio::ssl::context* tls) : socket_{socket} {
        if (!tls) return;
        stream_.emplace(socket_, *tls);
        boost::system::error_code failed;
        stream_->handshake(boost::asio::ssl::stream_base::server, failed);
    }

    /// A whole request, as it came; empty where there was none.
    std::string request() {
        std::string in;
        boost::system::error_code failed;
        auto const read = [&](auto& from) {
            std::size_t const head = boost::asio::read_until(from, boost::asio::dynamic_buffer(in), "\r\n\r\n", failed);
            std::size_t const at = in.find("Content-Length: ");
            std::size_t const body = at < head ? std::stoul(in.substr(at + 16)) : 0;
            if (!failed && in.size() < head + body) boost::asio::read(from, boost::asio::dynamic_buffer(in), boost::asio::transfer_exactly(head + body - in.size()), failed);
        };
        stream_ ? read(*stream_) : read(socket_);
        return failed ? std::string{} : in;
    }
    void send(std::string_view text) {
        boost::system::error_code failed;
        stream_ ? boost::asio::write(*stream_, boost::asio::buffer(text), failed) : boost::asio::write(socket_, boost::asio::buffer(text), failed);
    }
    void answer(std::string_view body) {
        send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body});
    }
    /// Waits until the client has closed its end.
    void until_closed() {
        boost::system::error_code failed;
        for (char one; !failed;) boost::asio::read(socket_, boost::asio::buffer(&one, 1), failed);
    }
    /// Closes with a RST rather than a FIN.
    void reset() {
        boost::system::error_code failed;
        socket_.set_option(boost::asio::socket_base::linger{true, 0}, failed);
        socket_.close(failed);
    }
    std::string sni() const {
        char const* const name = stream_ ? SSL_get_servername(const_cast<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>&>(*stream_).native_handle(), TLSEXT_NAMETYPE_host_name) : nullptr;
        return name ? name : "";
    }
    boost::asio::ip::tcp::socket& socket() { return socket_; }

private:
    boost::asio::ip::tcp::socket& socket_;
    std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> stream_{};
};

/// Serves connections one after another, the n-th by the n-th script, the last script for all that follow.
class faulty_server {
public:
    using script = std::function<void(peer&)>;

    explicit faulty_server(std::vector<script> scripts, boost::asio::ssl::context* tls = nullptr) : scripts_{std::move(scripts)}, tls_{tls} {
        port_ = acceptor_.local_endpoint().port();
        thread_ = std::thread{[this] { serve(); }};
    }
    ~faulty_server() {
        ending_ = true;
        ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
        {
            std::lock_guard lock{mutex_};
            if (current_) ::shutdown(current_->native_handle(), SHUT_RDWR);
        }
        thread_.join();
    }
    faulty_server(faulty_server const&) = delete;
    faulty_server& operator=(faulty_server const&) = delete;

    [[nodiscard]] std::string url(std::string const& host = "127.0.0.1") const {
        return (tls_ ? "https://" : "http://") + host + ":" + std::to_string(port_);
    }
    [[nodiscard]] unsigned short port() const { return port_; }
    [[nodiscard]] int connections() const { return connections_; }

private:
    void serve() {
        for (;;) {
            boost::asio::ip::tcp::socket socket{io_};
            boost::system::error_code failed;
            acceptor_.accept(socket, failed);
            if (failed || ending_) return;
            {
                std::lock_guard lock{mutex_};
                current_ = &socket;
            }
            auto const at = static_cast<std::size_t>(connections_++);
            {
                peer p{socket, tls_};
                scripts_[at < scripts_.size() ? at : scripts_.size() - 1](p);
            }
            std::lock_guard lock{mutex_};
            current_ = nullptr;
        }
    }

    std::vector<script> scripts_;
    boost::asio::ssl::context* tls_;
    boost::asio::io_context io_{};
    boost::asio::ip::tcp::acceptor acceptor_{io_, boost::asio::ip::tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}};
    unsigned short port_{};
    std::atomic<int> connections_{0};
    std::atomic<bool> ending_{false};
    std::mutex mutex_{};
    boost::asio::ip::tcp::socket* current_{nullptr};
    std::thread thread_{};
};

} // namespace novu::testing
