// curl_transport: a synchronous transport over libcurl, for http and https; works without exceptions and RTTI.
//
//     curl_global_init(CURL_GLOBAL_DEFAULT);                      // once, before the program starts threads
//     novu::client client{novu::curl_transport{}};
//     novu::client client{novu::curl_transport{{.proxy = "http://proxy:3128", .connect_timeout = 2s}}};
//
// As libcurl's users expect: connections are kept and used again, HTTP/2 where the server has it (over TLS), the proxies
// of the environment (https_proxy, http_proxy, all_proxy, no_proxy), and the certificates of the environment
// (CURL_CA_BUNDLE, SSL_CERT_DIR, SSL_CERT_FILE) in place of the system's. A kept connection that the server closed before
// any byte of an answer is replaced and the request sent once more, which is no attempt of the call. Redirects are not
// followed, compression is not asked for, .netrc is not read, cookies are not kept, a URL's path is sent as it is. TLS
// 1.2 or newer; the certificate's chain and host name are verified, always. Bodies are delivered in pieces.
//
// The transport does not call curl_global_init: the program should, before it starts threads. Where nobody did, the first
// exchange does it by itself, which is safe with threads from libcurl 7.84 on. No signal is used; libcurl before 7.88 over
// OpenSSL may raise SIGPIPE, which the program should ignore. Host names are looked up as libcurl was built to: mostly on a
// thread of its own, which from 7.87 on is left behind, and ends by itself, when the answer comes too late; before, the
// end of the exchange waits for it.
// Link -lcurl: 7.80 or newer, over any TLS library.
#pragma once

#include <novu/error.hpp>
#include <novu/http/request.hpp>
#include <novu/http/response.hpp>
#include <novu/transport/detail/curl_loop.hpp>
#include <novu/transport/detail/wait.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace novu {

/// Threads: send and wait may be called from many at once, each exchange on a connection of its own.
/// Allocations: per connection, and per exchange the response and what libcurl needs.
class curl_transport {
public:
    static constexpr bool delivers_pieces = true;

    /// Reads the environment's certificates and ca_file; what is wrong with them is the error of each https exchange.
    explicit curl_transport(curl_options options = {}) : state_{std::make_unique<state>(std::move(options))} {}

    /// One exchange. Ends within q.timeout, and at once when q.stop asks.
    result<http::response> send(http::request const& q) {
        std::unique_ptr<detail::curl_loop> loop = state_->take();
        loop->start(q);
        std::unique_ptr<detail::curl_exchange> ended;
        while (loop->perform(), !(ended = loop->finished())) loop->poll(std::chrono::hours{1});
        result<http::response> answer = std::move(*ended->answer);
        loop->give_back(std::move(ended));
        state_->keep(std::move(loop));
        return answer;
    }

    /// Waits, at most until `stop` asks.
    void wait(std::chrono::milliseconds time, stop_token const& stop = {}) { detail::wait(time, stop); }

private:
    struct state {
        detail::curl_settings settings;
        std::mutex mutex{};
        std::vector<std::unique_ptr<detail::curl_loop>> idle{}; // each with its connections; the last one used is the next

        explicit state(curl_options o) : settings{std::move(o)} {}

        std::unique_ptr<detail::curl_loop> take() {
            std::lock_guard lock{mutex};
            if (idle.empty()) {
                auto made = std::make_unique<detail::curl_loop>(settings);
                made->limit(CURLMOPT_MAXCONNECTS, 4);
                return made;
            }
            auto out = std::move(idle.back());
            idle.pop_back();
            return out;
        }
        void keep(std::unique_ptr<detail::curl_loop> loop) {
            constexpr std::size_t most = 16;
            std::unique_ptr<detail::curl_loop> oldest; // goes where it is not locked
            std::lock_guard lock{mutex};
            if (idle.size() == most) {
                oldest = std::move(idle.front());
                idle.erase(idle.begin());
            }
            idle.push_back(std::move(loop));
        }
    };

    std::unique_ptr<state> state_;
};

} // namespace novu
