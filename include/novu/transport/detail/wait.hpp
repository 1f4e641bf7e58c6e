// Waiting between attempts, in a way that a stop ends at once: what a synchronous transport's `wait` is made of, and how
// a driver uses any transport's.
#pragma once

#include <novu/stop_token.hpp>
#include <novu/transport/concepts.hpp>
#include <novu/transport/detail/deadline.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace novu::detail {

/// How long to wait at a time, where a transport's wait cannot be woken.
inline constexpr std::chrono::milliseconds wait_slice{50};

/// Blocks this thread for `time`, at most until `stop` asks.
inline void wait(std::chrono::milliseconds time, stop_token const& stop) {
    std::mutex mutex;
    std::condition_variable asked;
    stop_callback wake{stop, [&] {
                           std::lock_guard lock{mutex};
                           asked.notify_all();
                       }};
    std::unique_lock lock{mutex};
    asked.wait_until(lock, after(time), [&] { return stop.stop_requested(); });
}

/// Waits in a way that notices a stop: by the transport's own wait where it takes a token, else in slices.
template <class Transport> void wait_for(Transport& transport, std::chrono::milliseconds time, stop_token const& stop) {
    if constexpr (has_stoppable_wait<Transport>) {
        transport.wait(time, stop);
    } else {
        if (!stop.stop_possible()) return transport.wait(time);
        for (; time.count() > 0 && !stop.stop_requested(); time -= wait_slice) transport.wait((std::min)(time, wait_slice));
    }
}

} // namespace novu::detail
