// Waiting between attempts, in a way that a stop ends at once: what a synchronous transport's `wait` is made of, and how
// a driver uses any transport's.
#pragma once

#include <novu/stop_token.hpp>
#include <novu/transport/concepts.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace novu::detail {

/// Blocks this thread for `time`, at most until `stop` asks.
inline void wait(std::chrono::milliseconds time, stop_token const& stop) {
    std::mutex mutex;
    std::condition_variable asked;
    stop_callback wake{stop, [&] {
                           std::lock_guard lock{mutex};
                           asked.notify_all();
                       }};
    std::unique_lock lock{mutex};
    asked.wait_for(lock, time, [&] { return stop.stop_requested(); });
}

/// Waits in a way that notices a stop: by the transport's own wait where it takes a token, else in slices.
template <class Transport> void wait_for(Transport& transport, std::chrono::milliseconds time, stop_token const& stop) {
    if constexpr (has_stoppable_wait<Transport>) {
        transport.wait(time, stop);
    } else {
        constexpr std::chrono::milliseconds slice{50};
        if (!stop.stop_possible()) return transport.wait(time);
        for (; time.count() > 0 && !stop.stop_requested(); time -= slice) transport.wait(time < slice ? time : slice);
    }
}

} // namespace novu::detail
