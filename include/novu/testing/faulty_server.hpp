// A server that does exactly what a test says, byte by byte, each connection by a script of its own: for what no healthy
// server does, and every transport must bear.
//
//     novu::testing::faulty_server server{{[](novu::testing::peer& p) {
//         p.request();                                            // read one, whole
//         p.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"); // and stop in the middle
//     }}};
//     auto cut = transport.send({.url = server.url(), ...});
//
// POSIX only: it uses ::poll, and ::shutdown to end what is blocked.
#pragma once

#if !defined(__cpp_exceptions)
#error "novu/testing/faulty_server.hpp needs exceptions, as Boost.Asio does"
#elif !__has_include(<openssl/ssl.h>)
#error "novu/testing/faulty_server.hpp needs OpenSSL's headers (Debian: libssl-dev)"
#endif

#include <novu/http/headers.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <list>
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
    peer(boost::asio::ip::tcp::socket& socket, std::mutex& closing, boost::asio::ssl::context* tls) : socket_{socket}, closing_{closing} {
        boost::system::error_code failed;
        socket_.set_option(boost::asio::ip::tcp::no_delay{true}, failed);
        if (!tls) return;
        stream_.emplace(socket_, *tls);
        stream_->handshake(boost::asio::ssl::stream_base::server, failed);
    }

    /// A whole request, as it came; empty where there was none. A body is read by its Content-Length.
    std::string request() {
        std::string in;
        boost::system::error_code failed;
        auto const read = [&](auto& from) {
            std::size_t const head = boost::asio::read_until(from, boost::asio::dynamic_buffer(in), "\r\n\r\n", failed);
            if (failed) return;
            std::size_t const whole = head + static_cast<std::size_t>(std::atoll(header_of(in, "content-length").value_or("0").c_str()));
            if (in.size() < whole) boost::asio::read(from, boost::asio::dynamic_buffer(in), boost::asio::transfer_exactly(whole - in.size()), failed);
        };
        stream_ ? read(*stream_) : read(socket_);
        return failed ? std::string{} : in;
    }
    /// The values of all headers of that name, in any case, of a request as it came, joined by commas; nothing where there is none.
    static std::optional<std::string> header_of(std::string_view request, std::string_view name) {
        std::optional<std::string> out;
        std::string_view const head = request.substr(0, request.find("\r\n\r\n"));
        for (std::size_t at = head.find("\r\n"); at != head.npos;) {
            std::size_t const from = at + 2;
            at = head.find("\r\n", from);
            std::string_view value = head.substr(from, at == head.npos ? at : at - from);
            std::size_t const colon = value.find(':');
            if (colon == value.npos || !http::iequals(value.substr(0, colon), name)) continue;
            value.remove_prefix(colon + 1);
            while (value.starts_with(' ')) value.remove_prefix(1);
            out = (out ? *out + ", " : "") + std::string{value};
        }
        return out;
    }
    /// Gives false where the client has closed.
    bool send(std::string_view text) {
        boost::system::error_code failed;
        stream_ ? boost::asio::write(*stream_, boost::asio::buffer(text), failed) : boost::asio::write(socket_, boost::asio::buffer(text), failed);
        return !failed;
    }
    /// Byte by byte, each a segment of its own, with a pause behind each; no further than where the client has closed.
    bool drip(std::string_view text, std::chrono::milliseconds pause) {
        for (std::size_t i = 0; i != text.size(); ++i, std::this_thread::sleep_for(pause))
            if (!send(text.substr(i, 1))) return false;
        return true;
    }
    void answer(std::string_view body) {
        send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body});
    }
    /// Waits until the client's system has all that was sent, the end of it too, or is gone.
    void delivered() {
#if defined(TIOCOUTQ)
        pollfd gone{socket_.native_handle(), 0, 0};
        for (int left = 1; ::ioctl(gone.fd, TIOCOUTQ, &left) == 0 && left != 0 && ::poll(&gone, 1, 0) == 0;) std::this_thread::yield();
#endif
    }
    /// Closes the server's half: the client reads the end.
    void finish() {
        boost::system::error_code failed;
        socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send, failed);
    }
    /// Waits until the client has closed its end.
    void until_closed() {
        boost::system::error_code failed;
        for (char some[256]; !failed;) socket_.read_some(boost::asio::buffer(some), failed);
    }
    /// Closes, which the end of the script does too.
    void close() {
        boost::system::error_code failed;
        std::lock_guard lock{closing_};
        socket_.close(failed);
    }
    /// Closes with a RST rather than a FIN.
    void reset() {
        boost::system::error_code failed;
        socket_.set_option(boost::asio::socket_base::linger{true, 0}, failed);
        close();
    }
    std::string sni() {
        char const* const name = stream_ ? SSL_get_servername(stream_->native_handle(), TLSEXT_NAMETYPE_host_name) : nullptr;
        return name ? name : "";
    }
    /// Whether the client resumed the TLS session of an earlier connection.
    bool resumed() { return stream_ && SSL_session_reused(stream_->native_handle()) == 1; }
    boost::asio::ip::tcp::socket& socket() { return socket_; }

private:
    boost::asio::ip::tcp::socket& socket_;
    std::mutex& closing_;
    std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> stream_{};
};

/// Serves each connection on a thread of its own, the n-th that comes by the n-th script, all that follow by the last.
/// A script's end closes its connection. With a `patience`, a connection of that age is cut: what a client waits for on
/// it, for good perhaps, ends then.
class faulty_server {
public:
    using script = std::function<void(peer&)>;

    explicit faulty_server(std::vector<script> scripts, boost::asio::ssl::context* tls = nullptr, std::chrono::milliseconds patience = {})
        : scripts_{std::move(scripts)}, tls_{tls}, patience_{patience} {
        port_ = acceptor_.local_endpoint().port();
        thread_ = std::thread{[this] { serve(); }};
    }
    ~faulty_server() {
        ending_ = true;
        ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
        thread_.join();
        for (connection& c : open_) c.cut(), c.thread.join();
    }
    faulty_server(faulty_server const&) = delete;
    faulty_server& operator=(faulty_server const&) = delete;

    [[nodiscard]] std::string url(std::string const& host = "127.0.0.1") const {
        return (tls_ ? "https://" : "http://") + host + ":" + std::to_string(port_);
    }
    [[nodiscard]] unsigned short port() const { return port_; }
    /// How many were accepted so far.
    [[nodiscard]] int connections() const { return connections_; }

private:
    struct connection {
        boost::asio::ip::tcp::socket socket;
        std::chrono::steady_clock::time_point accepted{std::chrono::steady_clock::now()};
        std::mutex closing{};
        std::atomic<bool> over{false};
        std::thread thread{};

        explicit connection(boost::asio::io_context& io) : socket{io} {}
        void cut() {
            std::lock_guard lock{closing};
            if (socket.is_open()) ::shutdown(socket.native_handle(), SHUT_RDWR);
        }
    };

    void serve() {
        using namespace std::chrono;
        for (;;) {
            auto const now = steady_clock::now();
            int wait = -1; // for the next connection, or until the patience with one is at its end
            for (auto c = open_.begin(); c != open_.end();) {
                if (c->over) {
                    c->thread.join();
                    c = open_.erase(c);
                    continue;
                }
                auto const left = ceil<milliseconds>(c->accepted + patience_ - now).count();
                if (patience_.count() != 0 && left <= 0) c->cut();
                else if (patience_.count() != 0 && wait == -1) wait = static_cast<int>(left);
                ++c;
            }
            pollfd next{acceptor_.native_handle(), POLLIN, 0};
            if (::poll(&next, 1, wait) == 0) continue;
            connection& c = open_.emplace_back(io_);
            boost::system::error_code failed;
            acceptor_.accept(c.socket, failed);
            if (failed || ending_) return open_.pop_back();
            auto const at = static_cast<std::size_t>(connections_++);
            c.thread = std::thread{[this, &c, &run = at < scripts_.size() ? scripts_[at] : scripts_.back()] {
                peer p{c.socket, c.closing, tls_};
                run(p);
                p.close();
                c.over = true;
            }};
        }
    }

    std::vector<script> scripts_;
    boost::asio::ssl::context* tls_;
    std::chrono::milliseconds patience_;
    boost::asio::io_context io_{};
    boost::asio::ip::tcp::acceptor acceptor_{io_, boost::asio::ip::tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}};
    unsigned short port_{};
    std::atomic<int> connections_{0};
    std::atomic<bool> ending_{false};
    std::list<connection> open_{}; // the accepting thread's, until that has ended
    std::thread thread_{};
};

} // namespace novu::testing
