// Asking a call to stop: `stop_source` asks, every `stop_token` made from it sees it. Novu's own because
// libc++ has no std::stop_token yet; one is made from a std::stop_token where the library has it.
//
//     novu::stop_source stop;
//     std::thread{[&] { wait_for_ctrl_c(); stop.request_stop(); }}.detach();
//     client.workflows.list({}, {.stop = stop.get_token()});       // ends as error_kind::cancelled
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <version>
#if defined(__cpp_lib_jthread)
#include <stop_token>
#endif

namespace novu {

class stop_callback;

namespace detail {

/// What source, tokens and callbacks share.
struct stop_state {
    std::atomic<bool> requested{false};
    std::mutex mutex;                             // guards what follows
    stop_callback* first{nullptr};                // those registered, the last one first
    std::thread::id asking{};                     // the thread that runs callbacks
    stop_callback const* running{nullptr};
    std::condition_variable returned{};

    void request();
};

} // namespace detail

/// Sees whether its source asked to stop. A default-constructed one is never asked; it costs nothing.
/// Threads: any thread may ask any copy at any time.
class stop_token {
public:
    stop_token() = default;
#if defined(__cpp_lib_jthread)
    /// From the standard one. Allocates.
    stop_token(std::stop_token const& token);
#endif

    [[nodiscard]] bool stop_requested() const noexcept { return state_ && state_->requested.load(std::memory_order_acquire); }
    /// Whether there is a source that may ask.
    [[nodiscard]] bool stop_possible() const noexcept { return state_ != nullptr; }

private:
    friend class stop_source;
    friend class stop_callback;
    std::shared_ptr<detail::stop_state> state_;
};

/// The asking end. Copies share one state.
class stop_source {
public:
    stop_source() { token_.state_ = std::make_shared<detail::stop_state>(); }

    [[nodiscard]] stop_token get_token() const { return token_; }
    [[nodiscard]] bool stop_requested() const noexcept { return token_.stop_requested(); }

    /// Asks to stop and runs the callbacks, on this thread, one after another. Later calls do nothing.
    void request_stop() const {
        auto const alive = token_.state_; // a callback may end this source
        alive->request();
    }

private:
    stop_token token_;
};

/// Runs `callback` once when the token is asked to stop: at once, in the constructor, if it has been; never after the
/// destructor returned, which waits for one that another thread is running. It runs on the thread that asks, without
/// a lock, and must not throw; it may destroy its own stop_callback. What an I/O layer uses to interrupt a wait.
class stop_callback {
public:
    stop_callback(stop_token const& token, std::function<void()> callback) : state_{token.state_}, callback_{std::move(callback)} {
        if (!state_) return;
        {
            std::lock_guard lock{state_->mutex};
            if (!state_->requested.load(std::memory_order_acquire)) {
                link();
                return;
            }
        }
        callback_();
    }
    stop_callback(stop_callback const&) = delete;
    stop_callback& operator=(stop_callback const&) = delete;
    ~stop_callback() {
        if (!state_) return;
        std::unique_lock lock{state_->mutex};
        if (linked_) unlink();
        else if (state_->asking != std::this_thread::get_id()) state_->returned.wait(lock, [this] { return state_->running != this; });
    }

private:
    friend struct detail::stop_state;

    void link() noexcept {
        linked_ = true;
        next_ = std::exchange(state_->first, this);
        if (next_) next_->before_ = this;
    }
    void unlink() noexcept {
        if (next_) next_->before_ = before_;
        (before_ ? before_->next_ : state_->first) = next_;
    }

    std::shared_ptr<detail::stop_state> state_;
    std::function<void()> callback_;
    stop_callback* next_{nullptr};
    stop_callback* before_{nullptr};
    bool linked_{false};
};

inline void detail::stop_state::request() {
    std::unique_lock lock{mutex};
    if (requested.exchange(true, std::memory_order_acq_rel)) return;
    asking = std::this_thread::get_id();
    while (stop_callback* const next = first) {
        next->unlink();
        next->linked_ = false;
        running = next;
        lock.unlock();
        std::exchange(next->callback_, nullptr)(); // moved out first: `next` may be gone when it returns
        lock.lock();
        running = nullptr;
        returned.notify_all();
    }
}

#if defined(__cpp_lib_jthread)
inline stop_token::stop_token(std::stop_token const& token) {
    if (!token.stop_possible()) return;
    // Both live in one block, which the tokens' state keeps: the relay ends with the last token.
    struct relay {
        stop_source source;
        std::stop_callback<std::function<void()>> link;
        explicit relay(std::stop_token const& t) : link{t, [s = source] { s.request_stop(); }} {}
    };
    auto owner = std::make_shared<relay>(token);
    state_ = std::shared_ptr<detail::stop_state>{owner, owner->source.get_token().state_.get()};
}
#endif

} // namespace novu
