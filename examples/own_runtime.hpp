// A coroutine runtime, of a task (task.hpp) and an event loop with timers (epoll_loop.hpp), on one thread.
#pragma once

#include "epoll_loop.hpp"
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

} // namespace own
