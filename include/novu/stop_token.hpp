// Asking a call to stop: `stop_source` asks, every `stop_token` made from it sees it. Novu's own because
// libc++ has no std::stop_token yet; one is made from a std::stop_token where the library has it.
//
//     novu::stop_source stop;
//     std::thread{[&] { wait_for_ctrl_c(); stop.request_stop(); }}.detach();
//     client.workflows.list({}, {.stop = stop.get_token()});       // ends as error_kind::cancelled
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <utility>
#include <version>
#if defined(__cpp_lib_jthread)
#include <stop_token>
#endif

namespace novu {

namespace detail {

/// What source, tokens and callbacks share. Callbacks run under the lock, on the thread that asks to stop, so
/// that none runs once its stop_callback is destroyed; hence they must not destroy themselves or block on it.
struct stop_state {
    std::atomic<bool> requested{false};
    std::mutex mutex;
    std::list<std::function<void()>> callbacks;
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

    /// Asks to stop and runs the callbacks, on this thread. Later calls do nothing.
    void request_stop() const {
        detail::stop_state& state = *token_.state_;
        std::lock_guard lock{state.mutex};
        if (state.requested.exchange(true, std::memory_order_acq_rel)) return;
        for (auto& callback : state.callbacks) callback();
    }

private:
    stop_token token_;
};

/// Runs `callback` once when the token is asked to stop: at once, in the constructor, if it has been; never
/// after the destructor returned. The callback must be short, must not throw, and must not destroy its own
/// stop_callback. What an I/O layer uses to interrupt a wait.
class stop_callback {
public:
    stop_callback(stop_token const& token, std::function<void()> callback) : state_{token.state_} {
        if (!state_) return;
        std::lock_guard lock{state_->mutex};
        if (state_->requested.load(std::memory_order_acquire)) {
            callback();
        } else {
            place_ = state_->callbacks.insert(state_->callbacks.end(), std::move(callback));
            registered_ = true;
        }
    }
    stop_callback(stop_callback const&) = delete;
    stop_callback& operator=(stop_callback const&) = delete;
    ~stop_callback() {
        if (!registered_) return;
        std::lock_guard lock{state_->mutex};
        state_->callbacks.erase(place_);
    }

private:
    std::shared_ptr<detail::stop_state> state_;
    std::list<std::function<void()>>::iterator place_{};
    bool registered_{false};
};

#if defined(__cpp_lib_jthread)
inline stop_token::stop_token(std::stop_token const& token) {
    if (!token.stop_possible()) return;
    // The relay lives in the shared state's own deleter scope: it ends with the last token.
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
