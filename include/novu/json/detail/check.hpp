// Looking at JSON text without reading it into anything: whether it is UTF-8, whether it is JSON, and what
// members an object's text has. constexpr, since a compile-time body holds raw JSON too.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace novu::json::detail {

/// Length of the UTF-8 sequence at p, 0 where it is none (RFC 3629: no overlong forms, no surrogates).
constexpr std::size_t utf8_length(char const* p, std::size_t size) noexcept {
    auto const at = [p](std::size_t i) { return static_cast<unsigned char>(p[i]); };
    auto const tail = [&](std::size_t i) { return (at(i) & 0xc0u) == 0x80u; };
    unsigned const b = at(0);
    if (b < 0x80) return 1;
    if (b >= 0xc2 && b <= 0xdf) return size >= 2 && tail(1) ? 2 : 0;
    if (b >= 0xe0 && b <= 0xef) {
        if (size < 3 || !tail(1) || !tail(2)) return 0;
        return (b == 0xe0 && at(1) < 0xa0) || (b == 0xed && at(1) >= 0xa0) ? 0 : 3;
    }
    if (b >= 0xf0 && b <= 0xf4) {
        if (size < 4 || !tail(1) || !tail(2) || !tail(3)) return 0;
        return (b == 0xf0 && at(1) < 0x90) || (b == 0xf4 && at(1) >= 0x90) ? 0 : 4;
    }
    return 0;
}

/// Where in a word of eight bytes the first one stands that a JSON string cannot hold as it is, or that is not ASCII;
/// 8 where there is none. (A high bit is set for each such byte; those above the first may be set in error.)
inline std::size_t first_special(std::uint64_t word) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
    std::uint64_t const quote = word ^ (ones * '"'), slash = word ^ (ones * '\\');
    std::uint64_t const found = ((word - ones * 0x20) | (quote - ones) | (slash - ones) | word) & highs;
    if (found == 0) return 8;
    if constexpr (std::endian::native == std::endian::little) return static_cast<std::size_t>(std::countr_zero(found)) / 8;
    for (std::size_t i = 0;; ++i) { // the carries of the subtraction run the other way: look at each byte
        auto const c = static_cast<unsigned char>(word >> (56 - 8 * i));
        if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\') return i;
        if (i == 7) return 8;
    }
}

/// The same of sixteen bytes, where the processor can look at as many at once.
#if defined(__SSE2__)
inline std::size_t first_special(__m128i block) noexcept {
    // Signed comparison: below 0x20 are the control characters and all that is not ASCII.
    __m128i const found = _mm_or_si128(_mm_cmplt_epi8(block, _mm_set1_epi8(0x20)),
                                       _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')), _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'))));
    auto const bits = static_cast<unsigned>(_mm_movemask_epi8(found));
    return bits == 0 ? 16 : static_cast<std::size_t>(std::countr_zero(bits));
}
#endif

/// How many bytes from the start of `s` a JSON string can hold as they are: UTF-8 with nothing to escape.
/// With `to`, they are copied there; room for eight (sixteen) bytes more than `size` is needed.
template <bool Copy> constexpr std::size_t verbatim_prefix(char const* p, std::size_t size, [[maybe_unused]] char* to) noexcept {
    std::size_t i = 0;
    for (;;) {
        bool special = false; // whether p[i] is known to be none of the plain characters
        if (!std::is_constant_evaluated()) {
#if defined(__SSE2__)
            while (!special && size - i >= 16) {
                __m128i const block = _mm_loadu_si128(reinterpret_cast<__m128i const*>(p + i));
                if constexpr (Copy) _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i), block);
                std::size_t const plain = first_special(block);
                i += plain, special = plain != 16;
            }
#endif
            while (!special && size - i >= 8) {
                std::uint64_t word;
                std::memcpy(&word, p + i, 8);
                if constexpr (Copy) std::memcpy(to + i, &word, 8);
                std::size_t const plain = first_special(word);
                i += plain, special = plain != 8;
            }
        }
        for (; !special; ++i) {
            if (i == size) return i;
            auto const c = static_cast<unsigned char>(p[i]);
            if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\') break;
            if constexpr (Copy) to[i] = p[i];
        }
        if (static_cast<unsigned char>(p[i]) < 0x80) return i;
        do {
            std::size_t const length = utf8_length(p + i, size - i);
            if (length == 0) return i;
            if constexpr (Copy)
                for (std::size_t k = 0; k != length; ++k) to[i + k] = p[i + k];
            i += length;
        } while (i != size && static_cast<unsigned char>(p[i]) >= 0x80);
    }
}
constexpr std::size_t verbatim_prefix(char const* p, std::size_t size) noexcept { return verbatim_prefix<false>(p, size, nullptr); }

constexpr bool is_utf8(std::string_view s) noexcept {
    for (std::size_t i = 0; i != s.size();) {
        i += verbatim_prefix(s.data() + i, s.size() - i);
        if (i == s.size()) break;
        if (static_cast<unsigned char>(s[i]) >= 0x80) return false;
        ++i;
    }
    return true;
}

/// Walks one JSON text (RFC 8259).
class checker {
public:
    constexpr checker(std::string_view text, std::size_t max_depth) noexcept
        : at_{text.data()}, end_{text.data() + text.size()}, depth_{max_depth} {}

    /// Whether the whole text is one JSON value with only white space around it.
    constexpr bool document() { return value([](std::string_view, std::string_view) {}) && (space(), at_ == end_); }
    /// The same, for an object; each of its members is handed over: the key as between its quotes, the value's text.
    template <class F> constexpr bool object(F&& f) {
        space();
        return at_ != end_ && *at_ == '{' && value(f) && (space(), at_ == end_);
    }

private:
    struct ignore {
        constexpr void operator()(std::string_view, std::string_view) const {}
    };

    constexpr void space() {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
    }
    constexpr bool take(char c) { return at_ != end_ && *at_ == c && (++at_, true); }
    constexpr bool word(std::string_view w) {
        for (char c : w)
            if (!take(c)) return false;
        return true;
    }
    constexpr bool digits() {
        char const* const from = at_;
        while (at_ != end_ && *at_ >= '0' && *at_ <= '9') ++at_;
        return at_ != from;
    }
    constexpr bool number() {
        take('-');
        if (!take('0') && !digits()) return false;
        if (take('.') && !digits()) return false;
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            return digits();
        }
        return true;
    }
    constexpr bool string() {
        if (!take('"')) return false;
        for (;;) {
            at_ += verbatim_prefix(at_, static_cast<std::size_t>(end_ - at_));
            if (take('"')) return true;
            if (!take('\\') || at_ == end_) return false;
            char const c = *at_++;
            if (std::string_view{"\"\\/bfnrt"}.find(c) != std::string_view::npos) continue;
            if (c != 'u') return false;
            for (int i = 0; i != 4; ++i, ++at_)
                if (at_ == end_ || std::string_view{"0123456789abcdefABCDEF"}.find(*at_) == std::string_view::npos) return false;
        }
    }
    template <class F> constexpr bool members(F&& f) {
        if (space(), take('}')) return true;
        do {
            space();
            char const* const key = at_ + 1;
            if (!string()) return false;
            std::string_view const name{key, static_cast<std::size_t>(at_ - 1 - key)};
            if (space(), !take(':')) return false;
            space();
            char const* const from = at_;
            if (!value(ignore{})) return false;
            f(name, std::string_view{from, static_cast<std::size_t>(at_ - from)});
        } while (space(), take(','));
        return take('}');
    }
    constexpr bool elements() {
        if (space(), take(']')) return true;
        do {
            if (!value(ignore{})) return false;
        } while (space(), take(','));
        return take(']');
    }
    template <class F> constexpr bool value(F&& f) {
        space();
        if (at_ == end_) return false;
        switch (*at_) {
        case '"': return string();
        case 't': return word("true");
        case 'f': return word("false");
        case 'n': return word("null");
        case '{':
        case '[': {
            if (depth_ == 0) return false;
            --depth_;
            bool const ok = *at_++ == '{' ? members(f) : elements();
            ++depth_;
            return ok;
        }
        default: return number();
        }
    }

    char const* at_;
    char const* end_;
    std::size_t depth_;
};

} // namespace novu::json::detail
