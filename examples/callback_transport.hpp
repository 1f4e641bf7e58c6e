// A transport for programs that call back, over the loop of epoll_loop.hpp.
#pragma once

#include "epoll_loop.hpp"
#include "plain_http.hpp"

#include <memory>

namespace own {

/// The loop and the transport outlive the exchanges.
class callback_transport {
public:
    explicit callback_transport(loop& on) : on_{on} {}

    void send(novu::http::request const& q, auto done) { step(std::make_shared<plain_http::exchange>(pool_, q), std::move(done)); }
    void wait(std::chrono::milliseconds time, novu::stop_token const& stop, auto done) {
        on_.when(-1, 0, std::chrono::steady_clock::now() + time, stop, std::move(done));
    }

private:
    void step(std::shared_ptr<plain_http::exchange> one, auto done) {
        if (unsigned const events = one->step()) on_.when(one->socket(), events, one->until, one->stop, [=, this] { step(one, done); });
        else done(one->take());
    }

    loop& on_;
    plain_http::connection_pool pool_{};
};

} // namespace own
