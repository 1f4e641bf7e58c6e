// What debug builds look out for: a coroutine that is resumed within its own await_suspend, round after round.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <thread>

namespace novu::detail {

#if defined(NDEBUG)
struct stack_watch {
    void look() noexcept {}
};
#else
/// Asserts that the rounds of a coroutine do not take more than a megabyte of the stack by standing on each other: on one
/// thread, each deeper than the one before by up to 64 KiB. (What is further off is taken for another stack.)
class stack_watch {
public:
    /// To be called in each round.
    [[gnu::noinline]] void look() noexcept {
        constexpr std::uintptr_t most = 1024 * 1024, most_of_a_round = 64 * 1024;
        auto const here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)); // stacks grow down
        std::thread::id const thread = std::this_thread::get_id();
        if (thread != thread_ || here >= last_ || last_ - here > most_of_a_round) first_ = here;
        thread_ = thread, last_ = here;
        assert(first_ - here <= most && "novu: tasks resume within await_suspend: too many attempts for that, see transport/concepts.hpp");
    }

private:
    std::thread::id thread_{};
    std::uintptr_t first_{0}, last_{0};
};
#endif

} // namespace novu::detail
