// Time that passes only when told to: with it a test of hours of retries takes no time and gives the same twice.
//
//     novu::testing::virtual_clock clock;
//     novu::testing::scripted_transport transport{clock};
//     novu::client client{std::ref(transport), {.secret_key = "k", .clock = clock}};
#pragma once

#include <chrono>

namespace novu::testing {

/// Starts at the steady clock's epoch, and on 2026-01-01 00:00:00 UTC. Threads: one at a time.
class virtual_clock {
public:
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const { return steady_; }
    [[nodiscard]] std::chrono::system_clock::time_point system() const { return system_; }
    void advance(std::chrono::milliseconds by) {
        steady_ += by;
        system_ += by;
    }
    /// How much has passed since the start.
    [[nodiscard]] std::chrono::milliseconds elapsed() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(steady_.time_since_epoch());
    }

private:
    std::chrono::steady_clock::time_point steady_{};
    std::chrono::system_clock::time_point system_{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
};

} // namespace novu::testing
