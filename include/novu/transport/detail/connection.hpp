// One HTTP/1.1 connection: an exchange is a coroutine, which runs where its caller does and opens the connection first where
// it has to. beast_transport gives each connection an io_context, asio_transport runs them all on the program's.
#pragma once

#include <novu/error.hpp>
#include <novu/http/request.hpp>
#include <novu/http/response.hpp>
#include <novu/transport/detail/delivered_body.hpp>
#include <novu/transport/detail/dialer.hpp>
#include <novu/transport/detail/exchange_errors.hpp>
#include <novu/transport/detail/guarded_socket.hpp>
#include <novu/transport/detail/network.hpp>
#include <novu/transport/detail/resolve.hpp>
#include <novu/transport/detail/tls.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/read_size.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace novu::detail {

namespace beast = boost::beast;

/// Threads: prepare, perform and rest one after the other; interrupt from any, at any time between prepare and rest.
class connection : public std::enable_shared_from_this<connection> {
public:
    /// `steps` runs one thing at a time: what is done while it connects.
    connection(asio::any_io_executor const& executor, asio::any_io_executor steps, std::shared_ptr<network> shared, std::string key, http::url_view const& to)
        : shared_{std::move(shared)}, key_{std::move(key)}, host_{to.host()}, port_{to.port()}, secure_{to.scheme() == "https"}, steps_{std::move(steps)},
          socket_{executor}, dialer_{std::make_shared<dialer>(executor, steps_, interrupted_)}, timer_{executor} {}
    connection(connection const&) = delete;
    connection& operator=(connection const&) = delete;

    [[nodiscard]] std::string const& key() const noexcept { return key_; }
    /// Whether the last exchange left it fit for another, and nothing has interrupted it since.
    [[nodiscard]] bool is_open() const { return reusable_ && interrupted_ == interruption::none; }

    /// Before an exchange: from here on it may be interrupted.
    void prepare() {
        reusable_ = is_open();
        interrupted_ = interruption::none;
        stage_ = stage::queueing;
    }

    /// One exchange; connects first where there is no connection. One that the server closed meanwhile, before any byte
    /// of an answer, is replaced and the request sent once more. What is thrown is its error.
    asio::awaitable<result<http::response>> perform(http::request const& q, deadline until) {
        asio::cancellation_state const asked = co_await asio::this_coro::cancellation_state;
        try {
            if (until && *until <= std::chrono::steady_clock::now()) interrupt(interruption::timed_out);
            if (to_end(asked)) co_return failure{fail(asio::error::operation_aborted, {})};
            write_head(q);
            bound(until);
            if (!is_open() || has_news()) close(); // what an exchange that broke off left, too
            for (bool kept = is_open();; kept = false) {
                if (!kept) {
                    auto opening = open_first(until);
                    std::optional<error> failed = co_await std::move(opening);
                    if (failed) co_return finish(failure{std::move(*failed)});
                }
                auto exchanging = exchange(q, asked);
                result<http::response> answer = co_await std::move(exchanging);
                if (kept && !answer && !answered_) {
                    if (to_end(asked)) co_return finish(failure{fail(asio::error::operation_aborted, {})}); // as well, meanwhile
                    close();
                    continue;
                }
                if (!kept && tls_ && answer) shared_->tls.remember(tls_->native_handle(), key_);
                co_return finish(std::move(answer));
            }
        } catch (...) {
            interrupt(interruption::cancelled); // it may be in the middle of anything
            if (asked.cancelled() != asio::cancellation_type::none) co_return failure{ended(interruption::cancelled)};
            co_return failure{thrown_error(std::current_exception())};
        }
    }

    /// Ends the exchange under way, and its connection.
    void interrupt(interruption why) {
        interruption none = interruption::none;
        if (!interrupted_.compare_exchange_strong(none, why)) return;
        socket_.close();
        if (opening_) dialer_->look();
    }
    /// What an exchange that is ended so comes to.
    [[nodiscard]] error ended(interruption why) const { return interrupted(why, stage_); }

    /// After an exchange: its deadline ends nothing any more.
    void release() {
        std::lock_guard lock{timing_};
        until_.reset();
    }
    /// Leaves nothing for the executor to wait for.
    void rest() {
        std::lock_guard lock{timing_};
        timer_.cancel();
        armed_.reset();
    }

private:
    static constexpr std::size_t read_ahead = 8 * 1024, most_at_once = 64 * 1024;
    using token = asio::redirect_error_t<asio::use_awaitable_t<>>;

    /// Whether the server has closed it since, or sent something, which nobody asked for and nobody must take for an answer.
    /// Of TLS Asio reads ahead, all of it into the engine's BIO.
    [[nodiscard]] bool has_news() {
        if (tls_ && (SSL_has_pending(tls_->native_handle()) || BIO_ctrl_pending(SSL_get_rbio(tls_->native_handle())) != 0)) return true;
        char byte;
        boost::system::error_code nothing;
        socket_.with([&](auto& s) { return s.receive(asio::buffer(&byte, 1), s.message_peek, nothing); });
        return nothing != asio::error::would_block;
    }
    void close() {
        tls_.reset();
        socket_.close();
        buffer_.clear();
        reusable_ = false;
    }
    result<http::response> finish(result<http::response> answer) {
        if (!answer || !is_open()) close();
        return answer;
    }

    [[nodiscard]] bool to_end(asio::cancellation_state const& asked) const {
        return interrupted_ != interruption::none || asked.cancelled() != asio::cancellation_type::none;
    }

    /// From now on everything ends at `until`. A timer that goes off sooner is left to: it looks again then, so that a
    /// busy connection sets one in a while instead of one an exchange.
    void bound(deadline until) {
        std::lock_guard lock{timing_};
        until_ = until;
        arm();
    }
    void arm() { // under the lock
        if (!until_ || (armed_ && *armed_ <= *until_)) return;
        armed_.reset();
        timer_.expires_at(*until_);
        timer_.async_wait([weak = weak_from_this()](boost::system::error_code aborted) {
            if (auto const self = weak.lock(); self && !aborted) self->ring();
        });
        armed_ = until_; // now that nothing was thrown
    }
    void ring() {
        std::lock_guard lock{timing_}; // until it is interrupted: release() lets nobody else begin meanwhile
        armed_.reset();
        if (until_ && *until_ <= std::chrono::steady_clock::now()) interrupt(interruption::timed_out);
        else arm();
    }
    /// Opens it, on the executor for that, which Asio's cancellation does not reach: it interrupts.
    asio::awaitable<std::optional<error>> open_first(deadline until) {
        return asio::async_initiate<asio::use_awaitable_t<> const, void(std::exception_ptr, std::optional<error>)>(
            [this, until](auto handler) {
                if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected())
                    slot.assign([this](asio::cancellation_type) { interrupt(interruption::cancelled); });
                asio::co_spawn(steps_, open(until), [h = std::move(handler)](std::exception_ptr thrown, std::optional<error> failed) mutable {
                    auto const executor = h.get_executor(); // posted: what follows is not to run as one of the steps
                    asio::post(executor, [h = std::move(h), thrown, failed = std::move(failed)]() mutable { std::move(h)(std::move(thrown), std::move(failed)); });
                });
            },
            asio::use_awaitable);
    }

    /// Everything before the first byte of a request.
    asio::awaitable<std::optional<error>> open(deadline until) {
        struct under_way {
            std::shared_ptr<connection> self;
            explicit under_way(std::shared_ptr<connection> c) : self{std::move(c)} { self->opening_ = true; }
            ~under_way() { self->opening_ = false; }
        } const now{shared_from_this()};
        if (shared_->connect_timeout.count() != 0) {
            auto const sooner = after(shared_->connect_timeout);
            bound(until ? (std::min)(*until, sooner) : sooner);
        }
        asio::ssl::context* tls = nullptr;
        if (secure_) {
            boost::system::error_code ec;
            tls = shared_->tls.context(ec);
            if (!tls) co_return unusable("ca_file " + in_quotes(shared_->tls.ca_file()) + " cannot be used: " + ec.message());
        }
        std::string host = host_, port = port_;
        if (!shared_->proxy.empty()) {
            http::url_view const proxy{shared_->proxy};
            if (!http::is_base_url(shared_->proxy) || proxy.scheme() != "http") // which may hold a password
                co_return unusable("the proxy " + (shared_->proxy.find('@') == shared_->proxy.npos ? in_quotes(shared_->proxy) : "with a user or a password") + " is no http://host:port");
            host = proxy.host(), port = proxy.port();
        }
        auto connecting = connect(host, port);
        std::optional<error> failed = co_await std::move(connecting);
        if (!failed && secure_ && !shared_->proxy.empty()) {
            auto tunnelling = tunnel();
            failed = co_await std::move(tunnelling);
        }
        if (!failed && secure_) {
            auto handshaking = handshake(*tls);
            failed = co_await std::move(handshaking);
        }
        if (!failed) bound(until);
        co_return failed;
    }

    asio::awaitable<std::optional<error>> connect(std::string const& host, std::string const& port) {
        stage_ = stage::resolving;
        auto looking_up = dialer_->look_up(shared_->look_up, host, port);
        resolved found = co_await std::move(looking_up);
        if (found.failed || interrupted_ != interruption::none) co_return fail(found.failed, "the host name " + in_quotes(host) + " cannot be looked up");
        stage_ = stage::connecting;
        auto connecting = dialer_->connect(std::move(found.endpoints), socket_);
        boost::system::error_code const ec = co_await std::move(connecting);
        if (ec || interrupted_ != interruption::none) co_return fail(ec, "no connection to " + host + ":" + port);
        socket_.with([](auto& s) {
            boost::system::error_code ignored;
            s.set_option(asio::ip::tcp::no_delay{true}, ignored);
            s.non_blocking(true, ignored);
        });
        buffer_.reserve(read_ahead);
        co_return std::nullopt;
    }

    /// Asks the proxy at the other end for a tunnel.
    asio::awaitable<std::optional<error>> tunnel() {
        stage_ = stage::tunnelling;
        std::string const authority = (host_.find(':') == host_.npos ? host_ : "[" + host_ + "]") + ":" + port_;
        std::string const text = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n";
        boost::system::error_code ec;
        co_await asio::async_write(socket_, asio::buffer(text), token{asio::use_awaitable, ec});
        beast::http::response_parser<beast::http::empty_body> parser;
        parser.skip(true);
        if (!ec) {
            auto reading = read(parser);
            ec = co_await std::move(reading);
        }
        if (ec) co_return fail(ec, "the proxy gave no answer to CONNECT");
        int const status = static_cast<int>(parser.get().result_int());
        if (status / 100 != 2) co_return tunnel_refused(authority, status);
        if (buffer_.size() != 0) // it would be taken for what TLS brings; no server of it speaks first
            co_return fail(boost::system::errc::make_error_code(boost::system::errc::bad_message), "the proxy sent more than an answer to CONNECT");
        co_return std::nullopt;
    }

    /// TLS, with the peer's certificate and name verified.
    asio::awaitable<std::optional<error>> handshake(asio::ssl::context& context) {
        stage_ = stage::handshaking;
        tls_.emplace(socket_, context);
        SSL* const ssl = tls_->native_handle();
        shared_->tls.prepare(ssl, host_, key_);
        boost::system::error_code ec;
        co_await tls_->async_handshake(asio::ssl::stream_base::client, token{asio::use_awaitable, ec});
        if (!ec) co_return std::nullopt;
        shared_->tls.forget(key_);
        error e = fail(ec, "no TLS with " + host_);
        if (long const why = SSL_get_verify_result(ssl); why != X509_V_OK) {
            e.permanent = true;
            if (why == X509_V_ERR_HOSTNAME_MISMATCH || why == X509_V_ERR_IP_ADDRESS_MISMATCH) e.note = certificate_of_another(host_);
            else if (why == X509_V_ERR_CERT_HAS_EXPIRED) e.note = certificate_expired();
            else e.note = certificate_untrusted(X509_verify_cert_error_string(why));
        }
        co_return e;
    }

    /// Request line and headers. Through a proxy, plain http is asked for by its whole URL.
    void write_head(http::request const& q) {
        http::url_view const url{q.url};
        std::string& out = head_;
        out.assign(to_string(q.method)).append(" ");
        if (!shared_->proxy.empty() && !secure_) out.append("http://").append(url.authority());
        out.append(url.target()).append(" HTTP/1.1\r\nHost: ").append(url.authority()).append("\r\n");
        for (http::field const& f : q.headers) out.append(f.name).append(": ").append(f.value).append("\r\n");
        bool const carries = q.method == http::method::post || q.method == http::method::put || q.method == http::method::patch;
        if (carries || !q.body.empty()) out.append("Content-Length: ").append(std::to_string(q.body.size())).append("\r\n");
        out.append("\r\n");
    }

    /// Reads until the parser is done. What that throws comes out of here; of Beast's own operation it would come at whoever
    /// runs the executor.
    template <class Parser> asio::awaitable<boost::system::error_code> read(Parser& parser) {
        parser.eager(true);
        boost::system::error_code ec;
        for (;;) {
            if (buffer_.size() != 0) buffer_.consume(parser.put(buffer_.data(), ec));
            if (ec == beast::http::error::need_more) ec = {};
            if (ec || parser.is_done()) co_return ec;
            if (buffer_.size() > max_header_bytes) co_return beast::http::error::header_limit; // chunk extensions and trailers, which the parser does not limit
            auto const space = buffer_.prepare(beast::read_size(buffer_, most_at_once));
            std::size_t size = 0;
            if (tls_) size = co_await tls_->async_read_some(space, token{asio::use_awaitable, ec});
            else size = co_await socket_.async_read_some(space, token{asio::use_awaitable, ec});
            buffer_.commit(size);
            if (ec == asio::error::eof && !parser.got_some()) co_return beast::http::error::end_of_stream;
            if (ec == asio::error::eof) parser.put_eof(ec = {});
            if (ec) co_return ec;
        }
    }

    /// Sends what goes at once, which mostly is all: waiting for that would cost the executor a turn. Whether some is left.
    bool write_some(std::array<asio::const_buffer, 2>& bytes, boost::system::error_code& ec) {
        std::size_t const sent = bytes[1].size() == 0 ? socket_.write_now(bytes[0], ec) : socket_.write_now(bytes, ec);
        std::size_t const of_head = (std::min)(sent, bytes[0].size());
        bytes[0] += of_head, bytes[1] += sent - of_head;
        return asio::buffer_size(bytes) != 0 && (!ec || ec == asio::error::would_block || ec == asio::error::try_again || ec == asio::error::interrupted);
    }

    /// Sends the request and reads the answer.
    asio::awaitable<result<http::response>> exchange(http::request const& q, asio::cancellation_state const& asked) {
        stage_ = stage::sending;
        answered_ = reusable_ = false;
        std::array<asio::const_buffer, 2> bytes{asio::buffer(head_), asio::buffer(q.body)};
        boost::system::error_code ec;
        if (tls_) co_await asio::async_write(*tls_, bytes, token{asio::use_awaitable, ec});
        else if (write_some(bytes, ec)) co_await asio::async_write(socket_, bytes, token{asio::use_awaitable, ec});
        // A server may answer, and close, before it has taken a large body.
        boost::system::error_code const unsent = ec;
        if (!unsent) stage_ = stage::waiting;
        if (to_end(asked)) co_return failure{fail(asio::error::operation_aborted, {})};
        for (;;) { // past interim answers
            beast::http::response_parser<delivered_body> parser;
            delivered_body::value_type& body = parser.get().body();
            body.sink = q.sink;
            parser.body_limit(shared_->max_response_size);
            parser.header_limit(static_cast<std::uint32_t>(max_header_bytes));
            stage_ = stage::waiting;
            auto reading = read(parser);
            ec = co_await std::move(reading);
            if (parser.is_header_done()) stage_ = stage::reading_body;
            else if (parser.got_some() || buffer_.size() != 0) stage_ = stage::reading_headers;
            answered_ = answered_ || stage_ != stage::waiting;
            if (ec && unsent && !answered_) {
                stage_ = stage::sending;
                co_return failure{fail(unsent, "the connection broke")};
            }
            if (ec && !body.refused) co_return failure{read_error(ec)};
            int const status = static_cast<int>(parser.get().result_int());
            if (status >= 100 && status < 200) continue;
            if (status < 100) co_return failure{fail(boost::system::errc::make_error_code(boost::system::errc::bad_message), "the answer cannot be read")};
            reusable_ = parser.keep_alive() && buffer_.size() == 0 && !unsent && !body.refused;
            http::response out = body.answer ? std::move(*body.answer) : head_of(parser.get());
            co_return out;
        }
    }

    error fail(boost::system::error_code ec, std::string const& what) const {
        if (interrupted_ != interruption::none) return ended(interrupted_);
        if (ec == asio::error::operation_aborted) return ended(interruption::cancelled); // by Asio's cancellation
        return failed_at(stage_, ec, what);
    }
    error read_error(boost::system::error_code ec) const {
        bool const headers = ec == beast::http::error::header_limit || ec == beast::http::error::buffer_overflow;
        if (!headers && ec != beast::http::error::body_limit) {
            bool const cut = ec == beast::http::error::partial_message || ec == beast::http::error::end_of_stream || ec == asio::error::eof ||
                             ec == asio::ssl::error::stream_truncated || ec == asio::error::connection_reset;
            return fail(ec, cut ? "the server closed the connection" : "the answer cannot be read");
        }
        return headers ? headers_too_large() : body_too_large(shared_->max_response_size);
    }

    std::shared_ptr<network> const shared_; // which steps that nobody waits for any more look at, too
    std::string const key_, host_, port_;
    bool const secure_;
    asio::any_io_executor const steps_;
    guarded_socket socket_;
    std::optional<asio::ssl::stream<guarded_socket&>> tls_{};
    beast::flat_buffer buffer_{};
    std::string head_{};
    stage stage_{stage::queueing};
    std::atomic<interruption> interrupted_{interruption::none};
    std::shared_ptr<dialer> const dialer_;
    std::atomic<bool> opening_{false};
    bool reusable_{false};
    bool answered_{false};          // whether any byte of the last exchange's answer came
    std::mutex timing_{};           // guards:
    asio::steady_timer timer_;      // of until_
    deadline until_{}, armed_{};    // when to end; when timer_ goes off
};

} // namespace novu::detail
