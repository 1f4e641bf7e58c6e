// A client's source of random bits where the program gives none: for idempotency keys and for jitter.
#pragma once

#include <atomic>
#include <cstdint>

#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

namespace novu::detail {

/// Seeded once from std::random_device, which may take a system call or tens of microseconds; then a counter, mixed with the
/// process, so that a fork does not give the bits of its parent. Fit to tell things apart, not to keep secrets. Threads: any.
class random_bits {
public:
    random_bits() : seeds_{device(), device()} {}

    std::uint64_t operator()() const noexcept {
        std::uint64_t const n = count_.fetch_add(1, std::memory_order_relaxed);
        std::uint64_t bits = mixed(seeds_[n & 1] + n); // two in a row are of 128 bits of seed
#if __has_include(<unistd.h>)
        bits = mixed(bits ^ static_cast<std::uint64_t>(::getpid()));
#endif
        return bits;
    }

private:
    static std::uint64_t device();
    /// The finalizer of SplitMix64 (Steele, Lea and Flood, 2014): one to one.
    static constexpr std::uint64_t mixed(std::uint64_t x) noexcept {
        x += 0x9e3779b97f4a7c15;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        return x ^ (x >> 31);
    }

    std::uint64_t const seeds_[2];
    mutable std::atomic<std::uint64_t> count_{0};
};

} // namespace novu::detail
