// A runtime as programs have one: an event loop over epoll with timers, on one thread, and a coroutine task; and of the two
// a transport for novu, and one with callbacks. The example own_runtime uses it. Linux.
#pragma once

#include "plain_http.hpp"

#include <novu/stop_token.hpp>

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <chrono>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace own {

using plain_http::time_point;

class loop {
    struct watch {
        int socket;
        time_point until;
        std::function<void()> then;
        bool due{false}; // guarded by mutex_
        std::optional<novu::stop_callback> stop{};
    };

public:
    loop() {
        epoll_event woken{EPOLLIN, {nullptr}};
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &woken);
    }
    loop(loop const&) = delete;
    loop& operator=(loop const&) = delete;
    ~loop() { ::close(epoll_), ::close(wake_); }

    /// Calls `then` once: when the socket (-1: none) is ready, the time has come, or the token is asked, by any thread.
    void when(int socket, std::uint32_t events, time_point until, novu::stop_token const& stop, std::function<void()> then) {
        watch& w = watches_.emplace_back(socket, until, std::move(then));
        epoll_event ready{events, {&w}};
        if (socket >= 0) ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &ready);
        if (stop.stop_possible()) w.stop.emplace(stop, [this, &w] { mark(w), ::eventfd_write(wake_, 1); });
    }
    /// Waits for the next thing to happen, no longer than this, and calls what waited for it.
    void turn(std::chrono::milliseconds longest) {
        auto const now = std::chrono::steady_clock::now();
        auto until = now + longest;
        for (watch& w : watches_) until = w.until < until ? w.until : until;
        epoll_event events[64];
        int const n = ::epoll_wait(epoll_, events, 64, until <= now ? 0 : static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(until - now).count()));
        for (int i = 0; i < n; ++i) {
            std::uint64_t count;
            if (events[i].data.ptr) mark(*static_cast<watch*>(events[i].data.ptr));
            else ::eventfd_read(wake_, &count);
        }
        std::list<watch> due;
        for (auto w = watches_.begin(); w != watches_.end();) {
            auto const next = std::next(w);
            if (marked(*w) || w->until <= std::chrono::steady_clock::now()) due.splice(due.end(), watches_, w);
            w = next;
        }
        for (watch& w : due) {
            w.stop.reset();
            if (w.socket >= 0) ::epoll_ctl(epoll_, EPOLL_CTL_DEL, w.socket, nullptr);
            w.then();
        }
    }

private:
    void mark(watch& w) {
        std::lock_guard lock{mutex_};
        w.due = true;
    }
    bool marked(watch const& w) {
        std::lock_guard lock{mutex_};
        return w.due;
    }

    int epoll_{::epoll_create1(EPOLL_CLOEXEC)}, wake_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
    std::list<watch> watches_{};
    std::mutex mutex_{};
};

/// A coroutine that begins when it is awaited.
template <class T> class task;

namespace detail {

struct promise_base {
    std::coroutine_handle<> next{std::noop_coroutine()};
    std::exception_ptr thrown{};
    struct resume_next {
        bool await_ready() noexcept { return false; }
        template <class P> std::coroutine_handle<> await_suspend(std::coroutine_handle<P> h) noexcept { return h.promise().next; }
        void await_resume() noexcept {}
    };
    std::suspend_always initial_suspend() noexcept { return {}; }
    resume_next final_suspend() noexcept { return {}; }
    void unhandled_exception() { thrown = std::current_exception(); }
};
template <class T> struct promise : promise_base {
    std::optional<T> value{};
    task<T> get_return_object();
    void return_value(T v) { value.emplace(std::move(v)); }
    T result() { return std::move(*value); }
};
template <> struct promise<void> : promise_base {
    task<void> get_return_object();
    void return_void() {}
    void result() {}
};

} // namespace detail

template <class T> class [[nodiscard]] task {
public:
    using promise_type = detail::promise<T>;

    explicit task(std::coroutine_handle<promise_type> h) : handle_{h} {}
    task(task&& other) noexcept : handle_{std::exchange(other.handle_, {})} {}
    ~task() {
        if (handle_) handle_.destroy();
    }
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> next) { return handle_.promise().next = next, handle_; }
    T await_resume() {
        if (handle_.promise().thrown) std::rethrow_exception(handle_.promise().thrown);
        return handle_.promise().result();
    }
    /// Begins it; whoever holds it asks done().
    void start() { handle_.resume(); }
    bool done() const { return handle_.done(); }

private:
    std::coroutine_handle<promise_type> handle_;
};
template <class T> task<T> detail::promise<T>::get_return_object() { return task<T>{std::coroutine_handle<promise>::from_promise(*this)}; }
inline task<void> detail::promise<void>::get_return_object() { return task<void>{std::coroutine_handle<promise>::from_promise(*this)}; }

/// Begins the tasks and turns the loop until all have ended.
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

/// What can be awaited instead of loop::when.
struct ready {
    loop& on;
    int socket;
    std::uint32_t events;
    time_point until;
    novu::stop_token const& stop;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> next) { on.when(socket, events, until, stop, next); }
    void await_resume() const noexcept {}
};

/// What novu needs: two coroutines. The loop and the transport outlive the exchanges.
class transport {
public:
    template <class T> using task = own::task<T>;

    explicit transport(loop& on) : on_{on} {}

    task<novu::result<novu::http::response>> send(novu::http::request const& q) {
        plain_http::exchange one{kept_, q};
        for (auto waits = one.step(); waits != one.for_nothing; waits = one.step()) {
            ready next{on_, one.socket(), waits == one.to_read ? EPOLLIN : EPOLLOUT, one.until, q.stop};
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
    plain_http::pool kept_{};
};

/// The same for programs that call back. The loop and the transport outlive the exchanges.
class callback_transport {
public:
    explicit callback_transport(loop& on) : on_{on} {}

    template <class Done> void send(novu::http::request const& q, Done done) { step(std::make_shared<under_way<Done>>(kept_, q, std::move(done))); }
    void wait(std::chrono::milliseconds time, novu::stop_token const& stop, auto done) {
        on_.when(-1, 0, std::chrono::steady_clock::now() + time, stop, std::move(done));
    }

private:
    template <class Done> struct under_way {
        plain_http::exchange exchange;
        novu::stop_token stop;
        Done done;
        under_way(plain_http::pool& kept, novu::http::request const& q, Done d) : exchange{kept, q}, stop{q.stop}, done{std::move(d)} {}
    };
    void step(auto one) {
        auto const waits = one->exchange.step();
        if (waits == one->exchange.for_nothing) return one->done(one->exchange.take());
        on_.when(one->exchange.socket(), waits == one->exchange.to_read ? EPOLLIN : EPOLLOUT, one->exchange.until, one->stop, [this, one] { step(one); });
    }

    loop& on_;
    plain_http::pool kept_{};
};

} // namespace own
