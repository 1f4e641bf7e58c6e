// Numbers of JSON text: where one ends, and what it is worth. The one conversion for every way to read, so that they agree.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <system_error>
#if !defined(__cpp_lib_to_chars) // libc++ before 20 converts no doubles
#include <boost/json/parse.hpp>
#endif

namespace novu::json::detail {

struct number {
    enum class kind : std::uint8_t { int64, uint64, double_ };
    kind type{};
    std::int64_t int64{};
    std::uint64_t uint64{};
    double double_{};
};

/// The end of the number that starts at p (RFC 8259); null where there is none, or one with more digits in its exponent.
constexpr char const* number_end(char const* p, char const* end, std::size_t exponent_digits) noexcept {
    auto const digits = [&] {
        char const* const from = p;
        while (p != end && *p >= '0' && *p <= '9') ++p;
        return p != from;
    };
    if (p != end && *p == '-') ++p;
    if (p != end && *p == '0') ++p;
    else if (!digits()) return nullptr;
    if (p != end && *p == '.' && (++p, !digits())) return nullptr;
    if (p != end && (*p == 'e' || *p == 'E')) {
        ++p;
        if (p != end && (*p == '+' || *p == '-')) ++p;
        char const* const exponent = p;
        if (!digits() || static_cast<std::size_t>(p - exponent) > exponent_digits) return nullptr;
    }
    return p;
}

/// The nearest double; an infinity beyond the largest, zero below the smallest. Precondition: number_end found it right.
inline double to_double(std::string_view text) {
#if defined(__cpp_lib_to_chars)
    double out = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), out).ec == std::errc{}) return out;
    bool const negative = text.front() == '-'; // out of range, one way or the other: by the place of its first digit that counts
    long long exponent = 0;
    std::size_t const e = text.find_first_of("eE"), dot = text.find('.'), whole_end = dot < e ? dot : e;
    if (e != text.npos) {
        std::size_t const from = text[e + 1] == '+' ? e + 2 : e + 1;
        if (std::from_chars(text.data() + from, text.data() + text.size(), exponent).ec != std::errc{}) exponent = text[from] == '-' ? -1'000'000'000'000 : 1'000'000'000'000;
    }
    std::size_t const first = text.find_first_of("123456789");
    std::size_t const whole = whole_end < text.size() ? whole_end : text.size();
    exponent += first < whole ? static_cast<long long>(whole - first) : -static_cast<long long>(first - whole);
    out = exponent > 0 ? std::numeric_limits<double>::infinity() : 0;
    return negative ? -out : out;
#else
    boost::json::error_code ec;
    boost::json::value const read = boost::json::parse({text.data(), text.size()}, ec);
    return read.is_double() ? read.get_double() : read.is_int64() ? static_cast<double>(read.get_int64()) : read.is_uint64() ? static_cast<double>(read.get_uint64()) : 0;
#endif
}

/// An integer where it is written as one and 64 bits hold it, else a double. Precondition: as above.
inline number to_number(std::string_view text) {
    number out;
    char const *const begin = text.data(), *const end = begin + text.size();
    auto const [behind, failed] = std::from_chars(begin, end, out.int64);
    if (behind == end) {
        if (failed == std::errc{}) return out;
        out.type = number::kind::uint64;
        if (text.front() != '-' && std::from_chars(begin, end, out.uint64).ec == std::errc{}) return out;
    }
    return {.type = number::kind::double_, .double_ = to_double(text)};
}

} // namespace novu::json::detail
