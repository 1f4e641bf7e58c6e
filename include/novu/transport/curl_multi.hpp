// curl_multi_transport: a callback transport over libcurl, for programs that have a loop: many exchanges on one thread.
//
//     novu::curl_multi_transport transport;
//     novu::client client{std::ref(transport)};
//     client.workflows.list({}, {}, [](auto page) { ... });       // returns at once
//     while (transport.run_once(100ms)) { ... }                   // calls back, until nothing is under way
//
// What transport/curl.hpp says of connections, TLS, proxies, the environment and curl_global_init holds here too.
#pragma once

#include <novu/error.hpp>
#include <novu/http/request.hpp>
#include <novu/http/response.hpp>
#include <novu/transport/detail/curl_loop.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace novu {

/// What `send` and `wait` are given is called by run_once alone, on its thread. (A call of a client that is refused ends within
/// its operation, and one that is stopped on the thread that asks.) Destroying the transport, which no callback may do, ends what is
/// under way: those callbacks are destroyed and never called. The transport stays where it is: a client takes it by
/// std::ref.
/// Threads: one at a time; stop tokens and `wake` from any. Allocations: a block for each send and wait, which holds its
/// callback, and what curl_transport allocates.
class curl_multi_transport {
public:
    /// At most `max_connections` are open at once; exchanges beyond them wait their turn, within their time-out.
    explicit curl_multi_transport(curl_options options = {}, long max_connections = 64) : settings_{std::move(options)} {
        loop_.limit(CURLMOPT_MAX_TOTAL_CONNECTIONS, max_connections);
        loop_.limit(CURLMOPT_MAXCONNECTS, max_connections);
    }
    curl_multi_transport(curl_multi_transport const&) = delete;
    curl_multi_transport& operator=(curl_multi_transport const&) = delete;

    /// One exchange; done(result<http::response>) is called once: within q.timeout, and at once when q.stop asks.
    template <class Done> void send(http::request const& q, Done done) {
        loop_.start(q, std::make_unique<detail::handler_of<Done, result<http::response>>>(std::move(done)));
    }

    /// Calls done() after `time`, or when `stop` asks.
    template <class Done> void wait(std::chrono::milliseconds time, stop_token stop, Done done) {
        auto const made = waits_.emplace(detail::after(time), std::make_unique<detail::handler_of<Done>>(std::move(done)));
        if (!stop.stop_possible()) return;
        waiting& w = made->second;
        w.on_stop.emplace(stop, [this, &w] {
            w.stop = true;
            asked_ = true;
            wake();
        });
    }
    template <class Done> void wait(std::chrono::milliseconds time, Done done) { wait(time, stop_token{}, std::move(done)); }

    /// Does what can be done and calls back what has ended; where that is nothing yet, waits for it, at most `time`. Whether
    /// anything is still under way; with nothing under way it returns at once. What a callback throws comes out of here.
    bool run_once(std::chrono::milliseconds time) {
        if (!advance() && time.count() > 0 && pending() != 0) {
            if (!waits_.empty()) time = (std::min)(time, std::chrono::ceil<std::chrono::milliseconds>(waits_.begin()->first - clock::now()));
            loop_.poll(time);
            advance();
        }
        return pending() != 0;
    }

    /// Makes a run_once that waits return.
    void wake() { loop_.wake(); }

    /// How many exchanges and waits are under way.
    [[nodiscard]] std::size_t pending() const noexcept { return loop_.size() + waits_.size(); }

private:
    using clock = std::chrono::steady_clock;

    struct waiting {
        std::unique_ptr<detail::handler<>> done;
        std::atomic<bool> stop{false};
        std::optional<stop_callback> on_stop{};
        explicit waiting(std::unique_ptr<detail::handler<>> d) : done{std::move(d)} {}
    };

    /// Calls back what has ended by now, but none that begins meanwhile; whether there was any.
    bool advance() {
        loop_.perform();
        bool any = false;
        for (std::size_t left = loop_.size(); left != 0; --left) {
            auto ended = loop_.finished();
            if (!ended) break;
            auto const done = std::move(ended->done);
            result<http::response> answer = std::move(*ended->answer);
            loop_.give_back(std::move(ended));
            any = true;
            (*done)(std::move(answer));
        }
        auto const now = clock::now();
        while (!waits_.empty() && waits_.begin()->first <= now) any = end(waits_.begin());
        for (std::size_t left = waits_.size(); left != 0 && asked_.exchange(false); --left) {
            auto const found = std::find_if(waits_.begin(), waits_.end(), [](auto const& each) { return each.second.stop.load(); });
            if (found == waits_.end()) break;
            asked_ = true; // there may be more
            any = end(found);
        }
        return any;
    }
    bool end(std::multimap<clock::time_point, waiting>::iterator w) {
        auto const ended = waits_.extract(w);
        ended.mapped().on_stop.reset();
        (*ended.mapped().done)();
        return true;
    }

    detail::curl_settings settings_;
    detail::curl_loop loop_{settings_};
    std::multimap<clock::time_point, waiting> waits_{};
    std::atomic<bool> asked_{false};
};

} // namespace novu
