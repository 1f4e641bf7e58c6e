// An event loop over epoll, with timers, on one thread. Linux.
#pragma once

#include <novu/stop_token.hpp>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <list>
#include <utility>

namespace own {

using time_point = std::chrono::steady_clock::time_point;

class loop {
public:
    loop() { add(wake_, EPOLLIN | EPOLLET, nullptr); }
    loop(loop const&) = delete;
    loop& operator=(loop const&) = delete;
    ~loop() { ::close(epoll_), ::close(wake_); }

    /// Calls `then` once: when the socket (-1: none) is ready, the time has come, or the token is asked, by any thread.
    void when(int socket, unsigned events, time_point until, novu::stop_token const& stop, std::function<void()> then) {
        waiter& w = waiters_.emplace_back(socket, until, stop, std::move(then), wake_);
        if (socket >= 0) add(socket, events, &w);
    }
    /// Waits for the next thing to happen, no longer than this, and calls what waited for it.
    void turn(std::chrono::milliseconds longest) {
        auto const now = std::chrono::steady_clock::now();
        auto until = now + longest;
        for (waiter const& w : waiters_) until = std::clamp(w.until, now, until);
        epoll_event happened[64];
        int const n = ::epoll_wait(epoll_, happened, 64, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(until - now).count()));
        for (int i = 0; i < n; ++i)
            if (auto* const w = static_cast<waiter*>(happened[i].data.ptr)) w->ready = true;
        std::list<waiter> due;
        for (auto next = waiters_.begin(); next != waiters_.end();) {
            auto const w = next++;
            if (!w->ready && !w->stop.stop_requested() && w->until > std::chrono::steady_clock::now()) continue;
            if (w->socket >= 0) ::epoll_ctl(epoll_, EPOLL_CTL_DEL, w->socket, nullptr);
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
        int wake;
        novu::stop_callback on_stop{stop, [to = wake] { ::eventfd_write(to, 1); }};
        bool ready{false};
    };
    void add(int socket, unsigned events, waiter* w) {
        epoll_event event{events, {w}};
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
    }

    int epoll_{::epoll_create1(EPOLL_CLOEXEC)}, wake_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
    std::list<waiter> waiters_{};
};

} // namespace own
