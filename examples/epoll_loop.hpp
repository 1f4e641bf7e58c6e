// An event loop over epoll, with timers, on one thread.
#pragma once

#include "epoll.hpp"

#include <novu/stop_token.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <list>
#include <utility>

namespace own {

using time_point = std::chrono::steady_clock::time_point;

class loop {
public:
    /// Calls `then` once: when the socket (-1: none) is ready, the time has come, or the token is asked, by any thread.
    void when(int socket, unsigned events, time_point until, novu::stop_token const& stop, std::function<void()> then) {
        waiter& w = waiters_.emplace_back(socket, until, stop, std::move(then), epoll_.wakes());
        if (socket >= 0) epoll_.add(socket, events, &w);
    }
    /// Waits for the next thing to happen, no longer than this, and calls what waited for it.
    void turn(std::chrono::milliseconds longest) {
        auto const now = std::chrono::steady_clock::now();
        auto until = now + longest;
        for (waiter const& w : waiters_) until = std::clamp(w.until, now, until);
        epoll_.wait(until - now, [](waiter& w) { w.ready = true; });
        std::list<waiter> due;
        for (auto next = waiters_.begin(); next != waiters_.end();) {
            auto const w = next++;
            if (!w->ready && !w->stop.stop_requested() && w->until > std::chrono::steady_clock::now()) continue;
            if (w->socket >= 0) epoll_.remove(w->socket);
            due.splice(due.end(), waiters_, w);
        }
        for (waiter& w : due) w.then();
    }

private:
    struct waiter {
        int socket;
        time_point until;
        novu::stop_token stop;
        std::function<void()> then;
        bell wakes;
        novu::stop_callback on_stop{stop, [rings = wakes] { rings.ring(); }};
        bool ready{false};
    };
    epoll<waiter> epoll_{};
    std::list<waiter> waiters_{};
};

} // namespace own
