// The text of JSON strings: how far it goes as it is, where it ends, what its escapes stand for. Sixteen bytes at a time
// where the processor can (SSE2), else eight. constexpr where a compile-time body needs it.
#pragma once

#include <array>
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
    if (b - 0xc2 <= 0xdf - 0xc2) return size >= 2 && tail(1) ? 2 : 0;
    if (b < 0x80) return 1;
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

#if defined(__SSE2__)
/// The same of what is not ASCII where four bytes are there, the usual lengths at once.
inline std::size_t utf8_length_of_four(char const* p) noexcept {
    std::uint32_t four; // the first byte lowest, as SSE2's processors have it
    std::memcpy(&four, p, 4);
    if ((four & 0xc0e0) == 0x80c0 && (four & 0x1e) != 0) return 2;
    if ((four & 0xc0c0f0) == 0x8080e0) return (four & 0x200f) == 0 || (four & 0x200f) == 0x200d ? 0 : 3; // overlong, a surrogate
    return utf8_length(p, 4);
}
#endif

/// Whether a word of eight bytes has the first of them lowest: else they are looked at one by one.
inline constexpr bool first_is_lowest = std::endian::native == std::endian::little;

/// Where in such a word the first byte stands that a JSON string cannot hold as it is, or that is not ASCII; 8 where there is
/// none. (A high bit is set for each such byte; those above the first may be set in error.)
inline std::size_t first_special(std::uint64_t word) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
    std::uint64_t const quote = word ^ (ones * '"'), slash = word ^ (ones * '\\');
    std::uint64_t const found = ((word - ones * 0x20) | (quote - ones) | (slash - ones) | word) & highs;
    return found == 0 ? 8 : static_cast<std::size_t>(std::countr_zero(found)) / 8;
}

/// The same for backslashes.
inline std::size_t first_backslash(std::uint64_t word) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
    std::uint64_t const slash = word ^ (ones * '\\'), found = (slash - ones) & ~slash & highs;
    return found == 0 ? 8 : static_cast<std::size_t>(std::countr_zero(found)) / 8;
}

/// The same of sixteen bytes, where the processor can look at as many at once.
#if defined(__SSE2__)
inline __m128i special_mask(__m128i block) noexcept {
    // Signed comparison: below 0x20 are the control characters and all that is not ASCII.
    return _mm_or_si128(_mm_cmplt_epi8(block, _mm_set1_epi8(0x20)), _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')), _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'))));
}
inline unsigned special_bytes(__m128i block) noexcept { return static_cast<unsigned>(_mm_movemask_epi8(special_mask(block))); } // bit n: of byte n
inline std::size_t first_special(__m128i block) noexcept {
    unsigned const bits = special_bytes(block);
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
            while (first_is_lowest && !special && size - i >= 8) {
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

/// The value of a hexadecimal digit; -1 for what is none.
inline constexpr auto hex_values = [] {
    std::array<signed char, 256> out{};
    for (signed char& v : out) v = -1;
    for (int i = 0; i != 10; ++i) out[static_cast<std::size_t>('0' + i)] = static_cast<signed char>(i);
    for (int i = 0; i != 6; ++i) out[static_cast<std::size_t>('a' + i)] = out[static_cast<std::size_t>('A' + i)] = static_cast<signed char>(10 + i);
    return out;
}();
/// Of four digits; negative where they are not all digits.
constexpr int hex4(char const* p) noexcept {
    auto const digit = [p](int i) { return static_cast<int>(hex_values[static_cast<unsigned char>(p[i])]); };
    int const bad = digit(0) | digit(1) | digit(2) | digit(3);
    return bad < 0 ? -1 : digit(0) << 12 | digit(1) << 8 | digit(2) << 4 | digit(3);
}

/// What the character behind a backslash stands for; 0 for 'u' and for what may not stand there.
inline constexpr auto unescaped = [] {
    std::array<char, 256> out{};
    constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    for (std::size_t i = 0; i != letters.size(); ++i) out[static_cast<unsigned char>(letters[i])] = meanings[i];
    return out;
}();

/// Passes over the escape at p, which is a backslash: what is behind it, or null where it is none (half a surrogate pair is
/// none). Adds to `saved` by how much it shrinks when replaced.
constexpr char const* escape_end(char const* p, char const* end, std::size_t& saved) noexcept {
    if (end - p < 2) return nullptr;
    if (unescaped[static_cast<unsigned char>(p[1])] != 0) return ++saved, p + 2;
    if (p[1] != 'u' || end - p < 6) return nullptr;
    int const unit = hex4(p + 2);
    if (unit < 0 || (unit >= 0xdc00 && unit <= 0xdfff)) return nullptr;
    saved += unit < 0x80 ? 5 : unit < 0x800 ? 4 : 3;
    if (unit < 0xd800 || unit > 0xdbff) return p + 6;
    if (end - p < 12 || p[6] != '\\' || p[7] != 'u') return nullptr;
    int const second = hex4(p + 8);
    return second < 0xdc00 || second > 0xdfff ? nullptr : (saved += 5, p + 12); // twelve bytes become four
}

/// Appends a code point.
constexpr char* put_utf8(char* to, unsigned c) noexcept {
    auto const put = [&to](unsigned byte) { *to++ = static_cast<char>(byte); };
    if (c < 0x80) put(c);
    else if (c < 0x800) put(0xc0 | c >> 6), put(0x80 | (c & 0x3f));
    else if (c < 0x10000) put(0xe0 | c >> 12), put(0x80 | (c >> 6 & 0x3f)), put(0x80 | (c & 0x3f));
    else put(0xf0 | c >> 18), put(0x80 | (c >> 12 & 0x3f)), put(0x80 | (c >> 6 & 0x3f)), put(0x80 | (c & 0x3f));
    return to;
}

/// What the escape at p, found to be right, stands for; p moves behind it, the bytes go to `to`.
constexpr char* put_unescaped(char const*& p, char* to) noexcept {
    if (char const c = unescaped[static_cast<unsigned char>(p[1])]) return p += 2, *to = c, to + 1;
    auto unit = static_cast<unsigned>(hex4(p + 2));
    p += 6;
    if (unit >= 0xd800 && unit <= 0xdbff) {
        unit = 0x10000 + ((unit - 0xd800) << 10) + (static_cast<unsigned>(hex4(p + 2)) - 0xdc00);
        p += 6;
    }
    return put_utf8(to, unit);
}

/// How far the text of a string was gone through. By value all of it: references would be memory, which every byte that is
/// written might change, to a compiler.
struct text_part {
    char const* p;     ///< null where it is no text
    std::size_t saved; ///< by how much it shrinks when its escapes are replaced
    bool ends;         ///< whether the closing quote is at p, or it is no text
};

/// How many bytes behind a text may be read, and behind its copy written, by what goes through it sixteen bytes at a time.
inline constexpr std::ptrdiff_t copy_slack = 48;

#if defined(__SSE2__)
/// Goes through a string's text sixteen bytes at a time, to its end, or until p is `last` or behind it; copy_slack bytes more can
/// be read. With Copy, it goes to `to` with its escapes replaced; copy_slack bytes more are touched.
template <bool Copy> [[gnu::always_inline]] inline text_part string_blocks(char const* p, char const* last, char const* end, [[maybe_unused]] char* to) noexcept {
    [[maybe_unused]] auto const copy = [](char* at, char const* from) { _mm_storeu_si128(reinterpret_cast<__m128i*>(at), _mm_loadu_si128(reinterpret_cast<__m128i const*>(from))); };
    [[maybe_unused]] char const *const from = p, *const out = to;
    std::size_t shrunk = 0;
    auto const stop = [&](char const* at, bool ends) -> text_part {
        if constexpr (Copy) shrunk = static_cast<std::size_t>((p - from) - (to - out));
        return {at, shrunk, ends};
    };
    while (p < last) {
        if constexpr (Copy) copy(to, p);
        unsigned bits = special_bytes(_mm_loadu_si128(reinterpret_cast<__m128i const*>(p)));
        std::size_t i = 16; // p[i] goes to to[i]; `to` moves down by what each escape saves
        while (bits != 0) { // what is special in these sixteen
            i = static_cast<std::size_t>(std::countr_zero(bits));
            auto const c = static_cast<unsigned char>(p[i]);
            if (c == '\\') {
                if (char const stands_for = unescaped[static_cast<unsigned char>(p[i + 1])]) {
                    if constexpr (Copy) to[i] = stands_for, --to;
                    else ++shrunk;
                    i += 2, bits &= ~(3 * (bits & -bits)); // at once: shifts by i would come late
                } else {
                    char const* behind = p + i;
                    std::size_t less = 0;
                    char const* const escaped = escape_end(behind, end, less);
                    if (!escaped) return {nullptr, 0, true};
                    if constexpr (Copy) put_unescaped(behind, to + i), to -= less;
                    else shrunk += less;
                    i = static_cast<std::size_t>(escaped - p), bits = bits >> i << i; // i is at most 27
                }
                if constexpr (Copy) copy(to + i, p + i); // what follows moves up
            } else if (c >= 0x80) {
                std::size_t const length = utf8_length_of_four(p + i);
                if (length == 0) return {nullptr, 0, true};
                i += length, bits &= ~(((1u << length) - 1) * (bits & -bits));
                if constexpr (Copy)
                    if (i > 16) copy(to + 16, p + 16);
            } else {
                return c == '"' ? stop(p + i, true) : text_part{nullptr, 0, true};
            }
        }
        if (i < 16) i = 16;
        p += i;
        if constexpr (Copy) to += i;
    }
    return stop(p, false);
}
#endif

/// The end of the text of a string that starts at p, behind its quote: its closing quote. Null where it is no text: not
/// UTF-8, a control character, a bad escape, or the end. `saved`: by how many bytes the text shrinks when its escapes are
/// replaced; 0 where it has none.
constexpr char const* string_end(char const* p, char const* end, std::size_t& saved) noexcept {
    std::size_t shrinks = 0;
    for (;;) {
#if defined(__SSE2__)
        if (!std::is_constant_evaluated() && end - p > 64) {
            text_part const part = string_blocks<false>(p, end - copy_slack, end, nullptr);
            shrinks += part.saved, p = part.p;
            if (part.ends) return saved = shrinks, p;
        }
#endif
        p += verbatim_prefix(p, static_cast<std::size_t>(end - p));
        if (p == end) return nullptr;
        if (*p == '"') return saved = shrinks, p;
        if (*p != '\\') return nullptr;
        p = escape_end(p, end, shrinks);
        if (!p) return nullptr;
    }
}

/// Goes through the text of a string, which goes to `to` with its escapes replaced, as far as there is room for `room` bytes and
/// copy_slack more, but not to the end of the document.
[[gnu::always_inline]] inline text_part unescape_while(char const* p, [[maybe_unused]] char const* end, [[maybe_unused]] char* to, [[maybe_unused]] std::ptrdiff_t room) noexcept {
#if defined(__SSE2__)
    if (room > end - p - copy_slack) room = end - p - copy_slack;
    if (room > 0) return string_blocks<true>(p, p + room, end, to);
#endif
    return {p, 0, false};
}

/// Copies the character or escape at p; p moves behind it.
constexpr char* unescape_one(char const*& p, char* to) noexcept { return *p == '\\' ? put_unescaped(p, to) : (*to = *p++, to + 1); }

/// Copies [p, end), whose escapes string_end found to be right, with the escapes replaced; gives where that ends.
constexpr char* unescape(char const* p, char const* end, char* to) noexcept {
    while (p != end) to = unescape_one(p, to);
    return to;
}

/// The same from [from, end), many bytes at a time, until `stop` is reached or passed; `from` moves behind what was copied.
/// Behind `end` and behind `stop` sixteen bytes more are touched.
inline char* unescape_some(char const*& from, char const* end, char* to, char const* stop) noexcept {
    char const* p = from;
#if defined(__SSE2__)
    while (end - p >= 16 && to < stop) {
        __m128i const block = _mm_loadu_si128(reinterpret_cast<__m128i const*>(p));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to), block);
        auto const bits = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8('\\'))));
        if (bits == 0) {
            p += 16, to += 16;
            continue;
        }
        std::ptrdiff_t const plain = std::countr_zero(bits);
        p += plain, to += plain;
        if (char const c = unescaped[static_cast<unsigned char>(p[1])]) *to++ = c, p += 2;
        else to = put_unescaped(p, to);
    }
#endif
    while (p < end && to < stop) {
        if (!first_is_lowest) {
            to = unescape_one(p, to);
            continue;
        }
        std::uint64_t word;
        std::memcpy(&word, p, 8);
        std::memcpy(to, &word, 8);
        auto plain = static_cast<std::ptrdiff_t>(first_backslash(word));
        bool const escape = plain != 8 && end - p > plain;
        if (end - p < plain) plain = end - p;
        p += plain, to += plain;
        if (escape) to = put_unescaped(p, to);
    }
    from = p;
    return to;
}

} // namespace novu::json::detail
