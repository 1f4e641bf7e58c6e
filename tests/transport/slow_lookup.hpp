// A host name whose look-up takes as long as a test wants: `slow.invalid`, while an object of slow_lookup is there. The
// program's getaddrinfo (slow_lookup.cpp) stands before the system's.
#pragma once

#include <condition_variable>
#include <mutex>

namespace novu::tests {

class slow_lookup {
public:
    slow_lookup() { set(true); }
    slow_lookup(slow_lookup const&) = delete;
    slow_lookup& operator=(slow_lookup const&) = delete;
    ~slow_lookup() { set(false); }

    /// Waits until the name has been asked for so many times.
    static void wait_until_asked(int times) {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return asked_ >= times; });
    }
    static void look_up() {
        std::unique_lock lock{mutex_};
        ++asked_;
        changed_.notify_all();
        changed_.wait(lock, [] { return !held_; });
    }

private:
    static void set(bool held) {
        std::lock_guard lock{mutex_};
        held_ = held;
        asked_ = 0;
        changed_.notify_all();
    }
    static inline std::mutex mutex_{};
    static inline std::condition_variable changed_{};
    static inline bool held_{false};
    static inline int asked_{0};
};

} // namespace novu::tests
