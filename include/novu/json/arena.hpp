// A place for text that has no place in the input: strings with escapes, and unknown members put together, of borrowed values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory_resource>
#include <new>
#include <string_view>
#include <utility>

namespace novu::json {

/// Grows in blocks and frees everything at its end; what it stored lives as long as it does, and stays where it is when
/// it moves. Allocations: none before the first text; then one for a whole document, as the reader says how
/// much it may need. Threads: one at a time.
class arena {
public:
    arena() = default;
    explicit arena(std::pmr::memory_resource* upstream) : upstream_{upstream} {}
    arena(arena&& other) noexcept
        : upstream_{other.upstream_}, blocks_{std::exchange(other.blocks_, nullptr)}, at_{std::exchange(other.at_, nullptr)},
          end_{std::exchange(other.end_, nullptr)}, next_{std::exchange(other.next_, first_block)} {}
    arena& operator=(arena&& other) noexcept {
        arena taken{std::move(other)};
        std::swap(upstream_, taken.upstream_), std::swap(blocks_, taken.blocks_), std::swap(at_, taken.at_), std::swap(end_, taken.end_);
        std::swap(next_, taken.next_);
        return *this;
    }
    ~arena() {
        while (blocks_) {
            block* const before = blocks_->before;
            upstream_->deallocate(blocks_, blocks_->size, alignof(block));
            blocks_ = before;
        }
    }

    /// Room for `size` bytes, aligned to one, that lives as long as the arena. The next block is made for `expected`
    /// bytes, if one is needed.
    char* claim(std::size_t size, std::size_t expected = 0) {
        char* const claimed = reserve(size, expected);
        at_ += size;
        return claimed;
    }
    /// The same, not claimed yet: what is claimed next begins there.
    char* reserve(std::size_t size, std::size_t expected = 0) {
        if (room() < size) grow(size < expected ? expected : size);
        return at_;
    }
    /// The same, aligned for a T.
    template <class T> void* claim_for(std::size_t expected) {
        char* const p = claim(sizeof(T) + alignof(T) - 1, expected);
        return p + (-reinterpret_cast<std::uintptr_t>(p) & (alignof(T) - 1));
    }
    /// How many bytes can be claimed without another block.
    [[nodiscard]] std::size_t room() const noexcept { return static_cast<std::size_t>(end_ - at_); }
    /// A copy of `text` that lives as long as the arena.
    std::string_view store(std::string_view text) {
        if (text.empty()) return {"", 0}; // null is no text to memcpy
        char* const copy = claim(text.size());
        std::memcpy(copy, text.data(), text.size());
        return {copy, text.size()};
    }

private:
    struct block {
        block* before;
        std::size_t size;
    };
    void grow(std::size_t size) {
        size = sizeof(block) + (size < next_ ? next_ : size);
        next_ *= 2;
        blocks_ = new (upstream_->allocate(size, alignof(block))) block{blocks_, size};
        at_ = reinterpret_cast<char*>(blocks_ + 1);
        end_ = reinterpret_cast<char*>(blocks_) + size;
    }

    static constexpr std::size_t first_block = 240;
    std::pmr::memory_resource* upstream_{std::pmr::get_default_resource()};
    block* blocks_{nullptr};
    char* at_{nullptr};
    char* end_{nullptr};
    std::size_t next_{first_block};
};

} // namespace novu::json
