// A client's source of random bits where the program gives none: for idempotency keys and for jitter.
#pragma once

#include <cstddef>
#include <cstdint>

namespace novu::detail {

/// The system's, by a system call (getentropy, where it has that): a fork, and a machine that is started twice from one
/// snapshot, get bits of their own. Threads: any.
struct random_bits {
    /// At most 256 bytes.
    static void fill(void* to, std::size_t size);
    std::uint64_t operator()() const {
        std::uint64_t bits = 0;
        return fill(&bits, sizeof bits), bits;
    }
};

} // namespace novu::detail
