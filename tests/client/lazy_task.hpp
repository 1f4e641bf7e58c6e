// Small coroutine task types, in the three forms an awaiter can have, started lazily or eagerly.
#pragma once

#include <atomic>
#include <coroutine>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace novu::tests {

enum class awaited_by { itself, member_operator, free_operator };
enum class start { lazily, eagerly, inline_ }; // inline: within await_suspend, which it also resumes the awaiting coroutine from

/// A task, run to its end by get() on this thread. What it awaits must be a task of the same family.
template <class T, awaited_by Form, start Start> class basic_task {
    using stored = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

public:
    struct promise_base {
        std::optional<stored> value{};
        std::atomic<void*> next{}; // what awaits it, which may come to do so on another thread; itself, once it has ended
        auto initial_suspend() noexcept { return std::conditional_t<Start == start::eagerly, std::suspend_never, std::suspend_always>{}; }
        std::exception_ptr thrown{};
        void unhandled_exception() { thrown = std::current_exception(); }
        struct resume_next {
            bool await_ready() noexcept { return false; }
            template <class P> auto await_suspend(std::coroutine_handle<P> h) noexcept {
                promise_base& ended = h.promise();
                void* const waits = ended.next.exchange(&ended); // from here on its frame may be gone
                if constexpr (Start != start::eagerly) return waits ? std::coroutine_handle<>::from_address(waits) : std::noop_coroutine();
                else if (waits) std::coroutine_handle<>::from_address(waits).resume();
            }
            void await_resume() noexcept {}
        };
        resume_next final_suspend() noexcept { return {}; }
    };
    struct value_promise : promise_base {
        basic_task get_return_object() { return basic_task{std::coroutine_handle<value_promise>::from_promise(*this)}; }
        void return_value(stored v) { this->value.emplace(std::move(v)); }
    };
    struct void_promise : promise_base {
        basic_task get_return_object() { return basic_task{std::coroutine_handle<void_promise>::from_promise(*this)}; }
        void return_void() { this->value.emplace(); }
    };
    using promise_type = std::conditional_t<std::is_void_v<T>, void_promise, value_promise>;

    basic_task(basic_task&& other) noexcept : handle_{std::exchange(other.handle_, {})} {}
    ~basic_task() {
        if (handle_) handle_.destroy();
    }

    struct awaiter {
        std::coroutine_handle<promise_type> handle;
        bool await_ready() const noexcept {
            promise_base& awaited = handle.promise();
            return awaited.next == &awaited;
        }
        auto await_suspend(std::coroutine_handle<> next) {
            void* nothing = nullptr;
            bool const waits = handle.promise().next.compare_exchange_strong(nothing, next.address()); // else it has ended meanwhile
            if constexpr (Start == start::inline_) handle.resume();
            else if constexpr (Start == start::lazily) return std::coroutine_handle<>{handle};
            else return waits;
        }
        T await_resume() {
            if (handle.promise().thrown) std::rethrow_exception(handle.promise().thrown);
            if constexpr (!std::is_void_v<T>) return std::move(*handle.promise().value);
        }
    };
    bool await_ready() const noexcept requires(Form == awaited_by::itself) { return awaiter{handle_}.await_ready(); }
    auto await_suspend(std::coroutine_handle<> next) requires(Form == awaited_by::itself) { return awaiter{handle_}.await_suspend(next); }
    T await_resume() requires(Form == awaited_by::itself) { return awaiter{handle_}.await_resume(); }
    awaiter operator co_await() && noexcept requires(Form == awaited_by::member_operator) { return {handle_}; }
    friend awaiter operator co_await(basic_task&& t) noexcept requires(Form == awaited_by::free_operator) { return {t.handle_}; }

    /// Runs it. Precondition: nothing in it waits for another thread.
    T get() {
        if constexpr (Start != start::eagerly) handle_.resume();
        return awaiter{handle_}.await_resume();
    }
    void resume() { handle_.resume(); }
    [[nodiscard]] bool done() const { return handle_.done(); }

private:
    explicit basic_task(std::coroutine_handle<promise_type> h) : handle_{h} {}
    std::coroutine_handle<promise_type> handle_;
};

template <class T> using lazy = basic_task<T, awaited_by::itself, start::lazily>;

/// Threads to go on on: `co_await threads.next()` resumes on a new one. join() waits for all, and theirs.
class hopping_threads {
public:
    auto next() {
        struct hop {
            hopping_threads& to;
            bool await_ready() const noexcept { return false; }
            void await_suspend(std::coroutine_handle<> h) {
                std::lock_guard lock{to.mutex_};
                to.threads_.emplace_back([h] { h.resume(); });
            }
            void await_resume() const noexcept {}
        };
        return hop{*this};
    }
    void join() {
        for (;;) {
            std::unique_lock lock{mutex_};
            if (threads_.empty()) return;
            std::thread last = std::move(threads_.back());
            threads_.pop_back();
            lock.unlock();
            last.join();
        }
    }

private:
    std::mutex mutex_{};
    std::vector<std::thread> threads_{};
};

} // namespace novu::tests
