// A coroutine runtime, of a task (task.hpp) and an event loop with timers (epoll_loop.hpp), on one thread; and over it a
// transport for novu, which is two coroutines.
#pragma once

#include "epoll_loop.hpp"
#include "plain_http.hpp"
#include "task.hpp"

#include <vector>

namespace own {

/// Starts the tasks and turns the loop until all have ended.
inline void run(loop& on, std::vector<task<void>> tasks) {
    for (auto& each : tasks) each.start();
    for (auto& each : tasks) {
        while (!each.done()) on.turn(std::chrono::seconds{1});
        each.await_resume();
    }
}
inline void run(loop& on, task<void> one) {
    std::vector<task<void>> tasks;
    tasks.push_back(std::move(one));
    run(on, std::move(tasks));
}

/// loop::when, awaited.
struct ready {
    loop& on;
    int socket;
    unsigned events;
    time_point until;
    novu::stop_token const& stop;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> awaiting) { on.when(socket, events, until, stop, awaiting); }
    void await_resume() const noexcept {}
};

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
