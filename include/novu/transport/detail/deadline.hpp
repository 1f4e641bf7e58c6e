// Points in time that a duration of any size leads to.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

namespace novu::detail {

using deadline = std::optional<std::chrono::steady_clock::time_point>;

/// No wait is longer than this, ten years, which can be added to any time: whatever a server or a program says.
inline constexpr std::chrono::milliseconds longest_wait = std::chrono::hours{24 * 3650};

constexpr std::chrono::milliseconds bounded(std::chrono::milliseconds time) { return std::clamp(time, -longest_wait, longest_wait); }
/// That long from now.
inline std::chrono::steady_clock::time_point after(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + bounded(time); }

} // namespace novu::detail
