// How long a server wants us to wait, and how long we wait where it does not say.
#pragma once

#include <novu/call/options.hpp>
#include <novu/http/headers.hpp>
#include <novu/transport/detail/deadline.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

namespace novu::detail {

using std::chrono::milliseconds;

/// A decimal number of milliseconds, or of seconds (scale 1000), like `2` or `1.5`; nothing where it is none.
inline std::optional<milliseconds> parse_wait(std::string_view text, double scale) {
    double value = 0, place = 1;
    bool point = false, digit = false;
    for (char c : text) {
        if (c == '.' && !point) {
            point = true;
        } else if (c >= '0' && c <= '9') {
            digit = true;
            if (point) value += (c - '0') * (place /= 10);
            else value = value * 10 + (c - '0');
        } else {
            return std::nullopt;
        }
    }
    if (!digit) return std::nullopt;
    return milliseconds{static_cast<std::int64_t>((std::min)(std::ceil(value * scale - 1e-6), static_cast<double>(longest_wait.count())))};
}

/// An HTTP date in any of its three forms (RFC 9110, 5.6.7).
inline std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
    // Fields in the order they come: day, month and year, or month, day, ... and year last, or day-month-year.
    static constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    unsigned month = 0;
    int day = -1, year = -1, time[3] = {-1, -1, -1};
    for (std::size_t at = 0; at < text.size();) {
        std::size_t const end = (std::min)(text.find_first_of(" ,-", at), text.size());
        std::string_view const word = text.substr(at, end - at);
        at = end + 1;
        if (word.empty()) continue;
        if (auto m = std::ranges::find(months, word); m != months.end()) {
            month = static_cast<unsigned>(m - months.begin()) + 1;
        } else if (word.size() == 8 && word[2] == ':' && word[5] == ':') {
            for (std::size_t i = 0; i != 3; ++i) {
                char const tens = word[3 * i], ones = word[3 * i + 1];
                if (tens < '0' || tens > '9' || ones < '0' || ones > '9') return std::nullopt;
                time[i] = (tens - '0') * 10 + (ones - '0');
            }
        } else if (word[0] >= '0' && word[0] <= '9') {
            if (word.size() > 4) return std::nullopt;
            int n = 0;
            for (char c : word) {
                if (c < '0' || c > '9') return std::nullopt;
                n = n * 10 + (c - '0');
            }
            if (day < 0) day = n;
            else if (word.size() == 2) year = n < 70 ? 2000 + n : 1900 + n; // RFC 850
            else year = n;
        }
    }
    std::chrono::year_month_day const date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{static_cast<unsigned>(day)}};
    if (day < 0 || year < 0 || !date.ok() || time[0] < 0 || time[0] > 23 || time[1] > 59 || time[2] > 60) return std::nullopt;
    return std::chrono::sys_days{date} + std::chrono::hours{time[0]} + std::chrono::minutes{time[1]} + std::chrono::seconds{time[2]};
}

/// What the server asks for: `retry-after-ms`, else `Retry-After` in seconds, a fraction of them, or as a date, which
/// is measured against the response's own `Date`, else against `now`.
inline std::optional<milliseconds> wanted_wait(http::headers const& headers, clock_ref const& clock) {
    if (auto ms = headers.get("retry-after-ms"))
        if (auto wait = parse_wait(*ms, 1)) return wait;
    auto const after = headers.get("retry-after");
    if (!after) return std::nullopt;
    if (auto wait = parse_wait(*after, 1000)) return wait;
    auto const until = parse_http_date(*after);
    if (!until) return std::nullopt;
    auto const date = headers.get("date");
    auto const sent = date ? parse_http_date(*date) : std::nullopt;
    auto const from = std::chrono::time_point_cast<milliseconds>(sent ? *sent : clock.system());
    return std::clamp<milliseconds>(std::chrono::time_point_cast<milliseconds>(*until) - from, milliseconds{0}, longest_wait);
}

/// The wait before retry `n` (from 0): min(max_interval, initial_interval * exponent^n + uniform[0, 1 s)).
inline milliseconds back_off(retry_policy const& policy, int n, std::uint64_t random) {
    auto const jitter = static_cast<double>(random % 1000);
    double const interval = policy.initial_interval.count() == 0 ? 0 : static_cast<double>(policy.initial_interval.count()) * std::pow(policy.exponent, n);
    double const wait = interval + jitter;
    auto const most = static_cast<double>((std::min)(policy.max_interval, longest_wait).count());
    return milliseconds{static_cast<std::int64_t>(wait < most ? wait : most)};
}

} // namespace novu::detail
