// A transport for a coroutine runtime of one's own (own_runtime.hpp): two coroutines.
#pragma once

#include "own_runtime.hpp"
#include "plain_http.hpp"

namespace own {

/// The loop and the transport outlive the exchanges.
class transport {
public:
    template <class T> using task = own::task<T>;

    explicit transport(loop& on) : on_{on} {}

    task<novu::result<novu::http::response>> send(novu::http::request const& q) {
        plain_http::exchange one{pool_, q};
        while (unsigned const events = one.step()) {
            ready next{on_, one.socket(), events, one.until, one.stop};
            co_await next;
        }
        co_return one.take();
    }
    task<void> wait(std::chrono::milliseconds time, novu::stop_token stop = {}) {
        ready next{on_, -1, 0, std::chrono::steady_clock::now() + time, stop};
        co_await next;
    }

private:
    loop& on_;
    plain_http::connection_pool pool_{};
};

} // namespace own
