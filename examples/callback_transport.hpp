// A transport for programs that call back, over the loop of epoll_loop.hpp.
#pragma once

#include "epoll_loop.hpp"
#include "plain_http.hpp"

#include <memory>

namespace own {

/// The loop outlives the exchanges; the transport, which goes with its client, need not.
class callback_transport {
public:
    explicit callback_transport(loop& on) : on_{on} {}

    void send(novu::http::request const& q, auto done) { step(on_, std::make_shared<exchange>(pool_, q), std::move(done)); }
    void wait(std::chrono::milliseconds time, novu::stop_token const& stop, auto done) {
        on_.when(-1, 0, std::chrono::steady_clock::now() + time, stop, std::move(done));
    }

private:
    using shared_pool = std::shared_ptr<plain_http::connection_pool>;
    struct exchange {
        exchange(shared_pool p, novu::http::request const& q) : pool{std::move(p)}, http{*pool, q} {}
        shared_pool pool;
        plain_http::exchange http;
    };
    static void step(loop& on, std::shared_ptr<exchange> one, auto done) {
        auto& http = one->http;
        if (unsigned const events = http.step()) on.when(http.socket(), events, http.until, http.stop, [&on, one, done] { step(on, one, done); });
        else done(http.take());
    }

    loop& on_;
    shared_pool pool_{std::make_shared<plain_http::connection_pool>()};
};

} // namespace own
