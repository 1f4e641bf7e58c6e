// One exchange over libcurl: an easy handle, the request it is given, and the answer or the error that came of it.
#pragma once

#include <novu/http/request.hpp>
#include <novu/http/response.hpp>
#include <novu/transport/detail/curl_settings.hpp>
#include <novu/transport/detail/deadline.hpp>

#include <boost/intrusive/set_hook.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace novu::detail {

/// A callback that is called once: move-only, held by a transport until then.
template <class... A> struct handler {
    virtual ~handler() = default;
    virtual void operator()(A... arguments) = 0;
};
template <class F, class... A> struct handler_of final : handler<A...> {
    F function;
    explicit handler_of(F f) : function{std::move(f)} {}
    void operator()(A... arguments) override { std::move(function)(std::move(arguments)...); }
};

/// A kept connection on which nothing may come: what comes is no answer to the next request.
struct kept_socket {
    std::string address; // the server's, or a proxy's
    long port, local_port;
    curl_socket_t socket;

    [[nodiscard]] bool is_between(std::string_view other, long other_port, long other_local_port) const {
        return local_port == other_local_port && port == other_port && address == other;
    }
};

/// Allocations: the easy handle and its buffers once, or each time (curl_settings::reuses_handles), then the response's own.
/// Threads: one at a time, but for `stop`.
class curl_exchange : public boost::intrusive::set_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> { // by its time
public:
    std::optional<result<http::response>> answer{};                // once it has ended
    std::unique_ptr<handler<result<http::response>>> done{};       // whose it is
    std::optional<stop_callback> on_stop{};
    std::atomic<bool> stop{false};                                 // asked for, perhaps on another thread
    std::size_t place{0};                                          // among those under way

    curl_exchange(curl_settings const& settings, std::vector<kept_socket> const& kept) : settings_{settings}, kept_{kept} {
        if (easy_) set_up();
    }
    curl_exchange(curl_exchange const&) = delete;
    curl_exchange& operator=(curl_exchange const&) = delete;
    ~curl_exchange() { curl_easy_cleanup(easy_); }

    [[nodiscard]] CURL* easy() const noexcept { return easy_; }

    /// Makes the handle ready for a request; what keeps it from being made is the error.
    std::optional<error> begin(http::request const& q) {
        if (!easy_) return transport_error(std::make_error_code(std::errc::not_enough_memory), false);
        url_ = q.url;
        parts_ = http::url_view{url_};
        if (auto refused = settings_.refuse(secure())) return refused;
        until_.reset();
        if (q.timeout.count() != 0) until_ = after(q.timeout);
        body_size_ = q.body.size();
        sink_ = q.sink;

        set(CURLOPT_URL, url_.c_str());
        set(CURLOPT_PIPEWAIT, secure() ? 1L : 0L); // whether the first connection is HTTP/2, which the others then share, its handshake tells; without TLS, its answer
        bool const carries = q.method == http::method::post || q.method == http::method::put || q.method == http::method::patch || body_size_ != 0;
        if (carries) {
            set(CURLOPT_POSTFIELDS, body_size_ != 0 ? q.body.data() : ""); // not copied
            set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_size_));
        } else {
            set(CURLOPT_HTTPGET, 1L);
        }
        set(CURLOPT_CUSTOMREQUEST, std::string{to_string(q.method)}.c_str());
        set_headers(q);
        start(false);
        return std::nullopt;
    }

    /// Whether what ended with `code` did so because its kept connection was not fit for use: then it is ready to be
    /// started again, on a fresh one.
    bool again(CURLcode code) {
        bool const unfit = unquiet_ || (code == CURLE_SEND_ERROR && info<long>(CURLINFO_NUM_CONNECTS) == 0 && head_.empty());
        if (unfit) start(true);
        return unfit;
    }

    /// Reads what came of it into `answer`.
    void end(CURLcode code) {
        on_stop.reset();
        if (refused_) code = CURLE_OK; // the body is not wanted, and the connection closed
        if (long const status = info<long>(CURLINFO_RESPONSE_CODE); code == CURLE_OK && (in_head_ || status < 200)) // to libcurl a head may end with its connection
            code = in_head_ || status >= 100 ? CURLE_PARTIAL_FILE : CURLE_WEIRD_SERVER_REPLY;
        if (code != CURLE_OK) {
            answer.emplace(failure{explain(code)});
            return;
        }
        http::response out = head();
        out.body = std::move(body_);
        answer.emplace(std::move(out));
    }
    void end(error e) {
        on_stop.reset();
        answer.emplace(failure{std::move(e)});
    }
    void end(interruption why) { end(interrupted(why, where())); }

    /// When it is to end.
    [[nodiscard]] deadline const& until() const noexcept { return until_; }

    [[nodiscard]] bool may_have_been_sent() const { return where() >= stage::sending; }

    /// The connection that the exchange left behind; without its socket where it need not be checked before its next use:
    /// with HTTP/2, whose answers have numbers. Before the handle leaves its multi handle.
    [[nodiscard]] kept_socket left() const {
        bool const numbered = info<long>(CURLINFO_HTTP_VERSION) >= CURL_HTTP_VERSION_2_0;
        char const* const address = info<char const*>(CURLINFO_PRIMARY_IP);
        return {address ? address : "", info<long>(CURLINFO_PRIMARY_PORT), info<long>(CURLINFO_LOCAL_PORT), numbered ? CURL_SOCKET_BAD : info<curl_socket_t>(CURLINFO_ACTIVESOCKET)};
    }

    template <class T> [[nodiscard]] T info(CURLINFO what) const {
        T out{};
        curl_easy_getinfo(easy_, what, &out);
        return out;
    }

private:
    template <class T> CURLcode set(CURLoption option, T value) { return curl_easy_setopt(easy_, option, value); }

    /// What is the same for every exchange.
    void set_up() {
        set(CURLOPT_PRIVATE, this);
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_ERRORBUFFER, words_);
#if LIBCURL_VERSION_NUM >= 0x075500
        set(CURLOPT_PROTOCOLS_STR, "http,https");
#else
        set(CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
#if LIBCURL_VERSION_NUM >= 0x075700
        set(CURLOPT_QUICK_EXIT, 1L); // else a stop or a time-out waits for getaddrinfo
#endif
        set(CURLOPT_RESOLVER_START_FUNCTION, &before_look_up);
        set(CURLOPT_RESOLVER_START_DATA, this);
        set(CURLOPT_PATH_AS_IS, 1L);
        set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
        set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        set(CURLOPT_PROXY_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>((std::min<std::uintmax_t>)(settings_.options.max_response_size, (std::numeric_limits<curl_off_t>::max)())));
        set(CURLOPT_PREREQFUNCTION, &before_request);
        set(CURLOPT_PREREQDATA, this);
        set(CURLOPT_HEADERFUNCTION, &on_bytes<&curl_exchange::take_header>);
        set(CURLOPT_HEADERDATA, this);
        set(CURLOPT_WRITEFUNCTION, &on_bytes<&curl_exchange::take_body>);
        set(CURLOPT_WRITEDATA, this);
        if (!settings_.options.proxy.empty()) {
            set(CURLOPT_PROXY, settings_.options.proxy.c_str());
            set(CURLOPT_NOPROXY, "");
        }
        if (!settings_.ca_file.empty()) set(CURLOPT_CAINFO, settings_.ca_file.c_str()), set(CURLOPT_PROXY_CAINFO, settings_.ca_file.c_str());
        if (!settings_.ca_directory.empty()) set(CURLOPT_CAPATH, settings_.ca_directory.c_str()), set(CURLOPT_PROXY_CAPATH, settings_.ca_directory.c_str());
        if (!settings_.ca_text.empty()) {
            curl_blob text{const_cast<char*>(settings_.ca_text.data()), settings_.ca_text.size(), CURL_BLOB_NOCOPY};
            set(CURLOPT_CAINFO_BLOB, &text), set(CURLOPT_PROXY_CAINFO_BLOB, &text);
        }
    }

    /// As given; with them the names that libcurl would add by itself, which it takes as `leave it out`.
    void set_headers(http::request const& q) {
        constexpr std::string_view left_out[] = {"Accept:", "Expect:", "Content-Type:"};
        header_text_.clear();
        header_list_.clear();
        auto const end_line = [this] { header_text_ += '\0'; };
        for (http::field const& f : q.headers) {
            bool const blank = f.value.find_first_not_of(" \t") == f.value.npos;
            header_text_.append(f.name).append(blank ? ";" : ": ").append(blank ? "" : f.value); // `name;` sends an empty value
            end_line();
        }
        for (std::string_view each : left_out) header_text_.append(each), end_line();
        char* at = header_text_.data();
        header_list_.resize(q.headers.size() + std::size(left_out));
        for (curl_slist& each : header_list_) {
            each = {at, &each + 1};
            at += std::string_view{at}.size() + 1;
        }
        header_list_.back().next = nullptr;
        set(CURLOPT_HTTPHEADER, header_list_.data());
    }

    void start(bool on_fresh_connection) {
        head_.clear();
        body_.clear();
        words_[0] = '\0';
        received_ = trailers_ = 0;
        in_head_ = looked_up_ = handed_over_ = unquiet_ = headers_too_large_ = body_too_large_ = begun_ = refused_ = false;
        thrown_ = nullptr;
        auto const connect = settings_.options.connect_timeout.count();
        set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect == 0 ? longest_ : std::clamp<std::chrono::milliseconds::rep>(connect, 1, longest_)));
        set(CURLOPT_FRESH_CONNECT, on_fresh_connection ? 1L : 0L); // another kept one could break in the same way, one of HTTP/2 even be the same
    }

    static int before_look_up(void*, void*, void* self) noexcept { return static_cast<curl_exchange*>(self)->looked_up_ = true, 0; }
    /// Called when there is a connection, before the first byte of the request.
    static int before_request(void* self, char* address, char*, int port, int local_port) noexcept {
        auto& me = *static_cast<curl_exchange*>(self);
        me.head_.clear(); // a proxy's answer to CONNECT
        me.in_head_ = false;
        if (me.info<long>(CURLINFO_NUM_CONNECTS) == 0)
            for (kept_socket const& each : me.kept_)
                if (char byte; each.is_between(address, port, local_port) && ::recv(each.socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0) {
                    me.unquiet_ = true;
                    return CURL_PREREQFUNC_ABORT;
                }
        me.handed_over_ = true;
        return CURL_PREREQFUNC_OK;
    }

    /// Called by libcurl, through which nothing may be thrown: by false, and by what is thrown, the exchange fails.
    template <bool (curl_exchange::*Take)(std::string_view)> static std::size_t on_bytes(char* bytes, std::size_t, std::size_t size, void* self) noexcept {
        auto& me = *static_cast<curl_exchange*>(self);
#if defined(__cpp_exceptions)
        try {
#endif
            return (me.*Take)({bytes, size}) ? size : size + 1; // not as many: an error
#if defined(__cpp_exceptions)
        } catch (...) {
            me.thrown_ = std::current_exception();
            return size + 1;
        }
#endif
    }

    /// Each line of each head: a proxy's, interim ones, the answer's, and trailers, which are left out.
    bool take_header(std::string_view line) {
        if (!in_head_ && line.starts_with("HTTP/")) {
            head_.clear();
            in_head_ = true;
        }
        if (!in_head_) return !(headers_too_large_ = (trailers_ += line.size()) > max_header_bytes); // libcurl keeps them
        headers_too_large_ = head_.size() + line.size() > max_header_bytes;
        if (headers_too_large_) return false;
        if (line.starts_with(' ') || line.starts_with('\t')) // goes on with the value before it (RFC 9112, 5.2)
            while (head_.ends_with('\n') || head_.ends_with('\r')) head_.pop_back();
        head_ += line;
        if (line == "\r\n" || line == "\n") in_head_ = false;
        return true;
    }

    bool take_body(std::string_view piece) {
        body_too_large_ = piece.size() > settings_.options.max_response_size - received_;
        if (body_too_large_) return false;
        if (received_ == 0) begun_ = sink_ && sink_->begin(head());
        received_ += piece.size();
        if (!begun_) body_.append(piece);
        else refused_ = !sink_->take(piece);
        return !refused_;
    }

    /// The answer without its body.
    [[nodiscard]] http::response head() const {
        http::response out{.status = static_cast<int>(info<long>(CURLINFO_RESPONSE_CODE))};
        read_headers(out.headers);
        return out;
    }
    void read_headers(http::headers& out) const {
        constexpr std::string_view blank = " \t\r";
        std::string_view rest{head_};
        for (bool status_line = true; !rest.empty(); status_line = false) {
            std::string_view const line = rest.substr(0, rest.find('\n'));
            rest.remove_prefix((std::min)(line.size() + 1, rest.size()));
            std::size_t const colon = line.find(':');
            if (status_line || colon == 0 || colon == line.npos) continue;
            std::string_view value = line.substr(colon + 1);
            value.remove_prefix((std::min)(value.find_first_not_of(blank), value.size()));
            value = value.substr(0, value.find_last_not_of(blank) + 1);
            out.add(line.substr(0, colon), value);
        }
    }

    [[nodiscard]] bool secure() const { return parts_.scheme() == "https"; }
    [[nodiscard]] bool over_proxy() const {
        if (!settings_.options.proxy.empty()) return true;
#if LIBCURL_VERSION_NUM >= 0x080700
        return info<long>(CURLINFO_USED_PROXY) != 0;
#else
        return info<long>(CURLINFO_REQUEST_SIZE) != 0; // before the request: CONNECT
#endif
    }

    [[nodiscard]] stage where() const {
        if (handed_over_) {
            if (in_head_) return stage::reading_headers;
            if (!head_.empty() && info<long>(CURLINFO_RESPONSE_CODE) >= 200) return stage::reading_body;
            return info<curl_off_t>(CURLINFO_SIZE_UPLOAD_T) < static_cast<curl_off_t>(body_size_) ? stage::sending : stage::waiting;
        }
        if (info<long>(CURLINFO_NUM_CONNECTS) == 0)
            return info<curl_off_t>(CURLINFO_NAMELOOKUP_TIME_T) != 0 ? stage::connecting : looked_up_ ? stage::resolving : stage::queueing;
        if (!secure()) return stage::connecting;
        return over_proxy() && info<long>(CURLINFO_HTTP_CONNECTCODE) / 100 != 2 ? stage::tunnelling : stage::handshaking;
    }

    /// The error that a code stands for.
    [[nodiscard]] error explain(CURLcode code) const {
        if (thrown_) return thrown_error(thrown_);
        std::string_view const words = words_[0] != '\0' ? std::string_view{words_} : std::string_view{curl_easy_strerror(code)};
        std::string const host{parts_.host()}, authority = (host.find(':') == host.npos ? host : "[" + host + "]") + ":" + std::string{parts_.port()};
        auto const failed = [&](stage at, std::errc cause, std::string what) {
            error e = failed_at(at, std::make_error_code(cause), std::move(what));
            e.note.append("; libcurl says ").append(in_quotes(words));
            return e;
        };
        stage const at = where();
        bool const longest_line = code == CURLE_OUT_OF_MEMORY || static_cast<int>(code) == 100; // how libcurl limits one to 100 KB; 100: CURLE_TOO_LARGE
        if (headers_too_large_ || (longest_line && (at == stage::waiting || at == stage::reading_headers))) return headers_too_large();
        if (body_too_large_ || code == CURLE_FILESIZE_EXCEEDED) return body_too_large(settings_.options.max_response_size);
        switch (code) {
        case CURLE_OPERATION_TIMEDOUT: return failed_at(at, std::make_error_code(std::errc::timed_out), {});
        case CURLE_COULDNT_RESOLVE_HOST:
            return failed(stage::resolving, std::errc::no_such_device_or_address, "the host name " + in_quotes(host) + " cannot be looked up");
        case CURLE_PEER_FAILED_VERIFICATION: return untrusted(words, host);
        case CURLE_SSL_CACERT_BADFILE: return unusable("the trusted certificates cannot be used: " + in_quotes(words));
        case CURLE_URL_MALFORMAT: return unusable("the URL cannot be used");
        default: break;
        }
        if (words.starts_with("Unsupported proxy")) return unusable("the proxy that the environment names cannot be used"); // the words may have its password
        if (code == CURLE_COULDNT_RESOLVE_PROXY) return failed(stage::resolving, std::errc::no_such_device_or_address, "the proxy's host name cannot be looked up");
        if (long const status = info<long>(CURLINFO_HTTP_CONNECTCODE); at == stage::tunnelling && status != 0) return tunnel_refused(authority, static_cast<int>(status));
        if (at < stage::tunnelling || code == CURLE_COULDNT_CONNECT) {
            error e = failed(stage::connecting, std::errc::connection_refused, "no connection to " + (settings_.options.proxy.empty() ? authority : "the proxy"));
            if (long const system = info<long>(CURLINFO_OS_ERRNO); system != 0) e.cause = {static_cast<int>(system), std::system_category()};
            return e;
        }
        if (at == stage::tunnelling) return failed(at, std::errc::connection_reset, "the proxy gave no answer to CONNECT");
        if (at == stage::handshaking) return failed(at, std::errc::protocol_error, "no TLS with " + host);
        bool const cut = code == CURLE_GOT_NOTHING || code == CURLE_PARTIAL_FILE || (code == CURLE_RECV_ERROR && words.find("chunked") == words.npos);
        if (cut) return failed(at, std::errc::connection_reset, "the server closed the connection");
        if (code == CURLE_SEND_ERROR) return failed(at, std::errc::broken_pipe, "the connection broke");
        return failed(at, std::errc::bad_message, "the answer cannot be read");
    }

    /// Told apart by libcurl's words: its code is one, and CURLINFO_SSL_VERIFYRESULT is another for each TLS library.
    [[nodiscard]] error untrusted(std::string_view words, std::string const& host) const {
        bool const of_another = words.find("host name") != words.npos || words.find("hostname") != words.npos;
        bool const expired = words.find("expire") != words.npos || words.find("expiration") != words.npos;
        return permanent_error(std::errc::protocol_error, false,
                               of_another ? certificate_of_another(host)
                               : expired  ? certificate_expired()
                                          : certificate_untrusted(in_quotes(words)));
    }

    static constexpr std::chrono::milliseconds::rep longest_ = (std::numeric_limits<int>::max)(); // ms: 24 days

    curl_settings const& settings_;
    std::vector<kept_socket> const& kept_;
    CURL* easy_{curl_easy_init()};
    std::string url_{}, header_text_{};
    http::url_view parts_{};
    std::vector<curl_slist> header_list_{};
    std::size_t body_size_{0}, received_{0}, trailers_{0}; // of the request's body; of the answer's, and what follows it
    http::body_sink* sink_{nullptr};
    deadline until_{};            // seen to by the loop: libcurl's own timer does not run while it waits for a connection
    std::string head_{}, body_{}; // what has come: the head under way or the last one, and the body
    char words_[CURL_ERROR_SIZE]{};
    bool in_head_{false};
    bool looked_up_{false};       // at least begun to be
    bool handed_over_{false};     // whether the request may have reached the server
    bool unquiet_{false};         // the kept connection has bytes that nobody asked for, or is closed
    bool headers_too_large_{false}, body_too_large_{false};
    bool begun_{false}, refused_{false}; // the sink takes the body; no longer
    std::exception_ptr thrown_{};
};

} // namespace novu::detail
