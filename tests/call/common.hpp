// What the tests of calls have in common.
#pragma once

#include <cstdint>

namespace novu::tests {

constexpr char const* page = R"({"workflows":[],"totalCount":0})";

/// A source of random numbers of which each gives the same jitter.
struct fixed_random {
    std::uint64_t value{250}; // ms
    std::uint64_t operator()() const { return value; }
};

} // namespace novu::tests
