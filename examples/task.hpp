// A coroutine that begins when it is awaited, and at its end resumes whoever awaits it.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace own {

template <class T> struct returned {
    std::optional<T> value{};
    void return_value(T v) { value.emplace(std::move(v)); }
    T take() { return *std::move(value); }
};
template <> struct returned<void> {
    void return_void() {}
    void take() {}
};

template <class T> class [[nodiscard]] task {
public:
    struct promise_type;
    using handle = std::coroutine_handle<promise_type>;

    struct resume_awaiting : std::suspend_always {
        std::coroutine_handle<> await_suspend(handle ended) const noexcept { return ended.promise().awaiting; }
    };
    struct promise_type : returned<T> {
        std::coroutine_handle<> awaiting{std::noop_coroutine()};
        std::exception_ptr thrown{};
        task get_return_object() { return task{handle::from_promise(*this)}; }
        std::suspend_always initial_suspend() noexcept { return {}; }
        resume_awaiting final_suspend() noexcept { return {}; }
        void unhandled_exception() { thrown = std::current_exception(); }
    };

    explicit task(handle h) : handle_{h} {}
    task(task&& other) noexcept : handle_{std::exchange(other.handle_, {})} {}
    ~task() {
        if (handle_) handle_.destroy();
    }
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) { return handle_.promise().awaiting = awaiting, handle_; }
    T await_resume() {
        if (handle_.promise().thrown) std::rethrow_exception(handle_.promise().thrown);
        return handle_.promise().take();
    }
    /// Begins it without awaiting it; done() tells when it has ended.
    void start() { handle_.resume(); }
    bool done() const { return handle_.done(); }

private:
    handle handle_;
};

} // namespace own
