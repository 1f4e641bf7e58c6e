// A place for text that has no place in the input: strings with escapes, and free-form JSON, of borrowed values.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory_resource>
#include <string_view>

namespace novu::json {

/// Grows in blocks and frees everything at its end; what it stored lives as long as it does. Not movable: views
/// point into it. Threads: one at a time.
class arena {
public:
    arena() = default;
    explicit arena(std::pmr::memory_resource* upstream) : blocks_{upstream} {}
    /// A copy of `text` that lives as long as the arena.
    std::string_view store(std::string_view text) {
        if (text.empty()) return {};
        char* const copy = static_cast<char*>(blocks_.allocate(text.size(), 1));
        std::memcpy(copy, text.data(), text.size());
        return {copy, text.size()};
    }

private:
    std::pmr::monotonic_buffer_resource blocks_;
};

} // namespace novu::json
