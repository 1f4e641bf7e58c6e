// Where the writer puts bytes: a window into a growing buffer, and the primitives of JSON text.
#pragma once

#include <novu/json/detail/scan.hpp>
#include <novu/json/error.hpp>

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace novu::json::detail {

/// A window [at, end) to write into; `grow` makes room in it. Virtual so that every buffer shares the same code.
class output {
public:
    output(output const&) = delete;
    output& operator=(output const&) = delete;

    /// Room for `size` bytes, up to `most_at_once`.
    constexpr void ensure(std::size_t size) {
        if (static_cast<std::size_t>(end_ - at_) < size) grow(size);
    }
    static constexpr std::size_t most_at_once = 2048;
    /// Precondition of the next two: ensured.
    constexpr void put(char c) { *at_++ = c; }
    constexpr void put(char const* text, std::size_t size) {
        if (std::is_constant_evaluated()) {
            for (std::size_t i = 0; i != size; ++i) at_[i] = text[i];
        } else if (size != 0) {
            std::memcpy(at_, text, size);
        }
        at_ += size;
    }
    /// Room as by ensure, to write without further ado; `commit` says where that ends.
    constexpr char* claim(std::size_t size) {
        ensure(size);
        return at_;
    }
    constexpr void commit(char* end) { at_ = end; }
    /// Text of any size.
    constexpr void append(std::string_view text) {
        if (text.size() > most_at_once) return put_large(text);
        ensure(text.size());
        put(text.data(), text.size());
    }

    [[nodiscard]] constexpr std::size_t size() const noexcept { return gone_ + static_cast<std::size_t>(at_ - begin_); }
    /// Replaces a byte that was written.
    constexpr void set(std::size_t at, char c) {
        if (at >= gone_) begin_[at - gone_] = c;
        else set_gone(at, c);
    }

    /// Notes the fault; writers return what this returns, and each adds its step of the path on the way out.
    constexpr bool fail(errc code, std::string_view reason) {
        if (fault) *fault = {code, {}, size(), std::string{reason}};
        return false;
    }

    json::error* const fault; ///< where a fault is noted; null at compile time

protected:
    constexpr explicit output(json::error* where) : fault{where} {}
    constexpr ~output() = default;
    constexpr virtual void grow(std::size_t size) = 0;
    constexpr virtual void put_large(std::string_view text) = 0;
    constexpr virtual void set_gone(std::size_t at, char c) = 0;

    char* begin_{nullptr};
    char* at_{nullptr};
    char* end_{nullptr};
    std::size_t gone_{0}; ///< bytes written before begin_
};

/// Writes behind what a contiguous growable buffer (std::string, std::vector<char>, ...) holds: through a window of its
/// own, since a buffer that grows fills itself with zeros first; a memcpy costs less. (At compile time, straight into it.)
template <class Buffer> class buffer_output final : public output {
public:
    constexpr buffer_output(Buffer& buffer, json::error* where) : output{where}, buffer_{buffer}, start_{buffer.size()} {
        if (!std::is_constant_evaluated()) begin_ = at_ = window_, end_ = window_ + sizeof window_;
    }
    /// Completes the buffer, or leaves it as it was.
    constexpr void finish(bool keep) {
        if (keep) flush();
        buffer_.resize(keep ? start_ + size() : start_);
    }

private:
    constexpr void flush() {
        if (std::is_constant_evaluated()) return;
        put_behind({begin_, static_cast<std::size_t>(at_ - begin_)});
        at_ = begin_;
    }
    void put_behind(std::string_view text) {
        gone_ += text.size();
        if constexpr (requires { buffer_.append(text.data(), text.size()); }) buffer_.append(text.data(), text.size());
        else if constexpr (requires { buffer_.insert(buffer_.end(), text.data(), text.data() + text.size()); })
            buffer_.insert(buffer_.end(), text.data(), text.data() + text.size());
        else {
            std::size_t const from = buffer_.size();
            buffer_.resize(from + text.size());
            std::memcpy(buffer_.data() + from, text.data(), text.size());
        }
    }
    constexpr void grow(std::size_t more) override {
        if (!std::is_constant_evaluated()) return flush();
        std::size_t const used = size(), needed = start_ + used + more;
        buffer_.resize(buffer_.size() * 2 > needed ? buffer_.size() * 2 : needed);
        begin_ = buffer_.data() + start_;
        at_ = begin_ + used;
        end_ = buffer_.data() + buffer_.size();
    }
    constexpr void put_large(std::string_view text) override {
        if (std::is_constant_evaluated()) return grow(text.size()), put(text.data(), text.size());
        flush();
        put_behind(text);
    }
    constexpr void set_gone(std::size_t at, char c) override { buffer_.data()[start_ + at] = c; }

    Buffer& buffer_;
    std::size_t start_;
    char window_[4000]; // below what memcpy hands to microcode
};

constexpr bool write_integer(output& out, std::uint64_t magnitude, bool negative) {
    char digits[20];
    std::size_t n = 0;
    do digits[n++] = static_cast<char>('0' + magnitude % 10);
    while (magnitude /= 10);
    out.ensure(n + 1);
    if (negative) out.put('-');
    while (n != 0) out.put(digits[--n]);
    return true;
}
template <std::integral I> constexpr bool write_number(output& out, I value) {
    bool const negative = value < 0;
    auto const bits = static_cast<std::uint64_t>(value);
    return write_integer(out, negative ? 0 - bits : bits, negative);
}
/// The shortest text that reads back as the same double; a whole number goes out without a fraction.
inline bool write_number(output& out, double value) {
    if (!std::isfinite(value)) return out.fail(errc::not_finite, "NaN and infinities have no JSON form");
    char text[32];
    auto const end = std::to_chars(text, text + sizeof text, value).ptr;
    out.append({text, static_cast<std::size_t>(end - text)});
    return true;
}

/// What follows the backslash of an escaped character; `u` for those that are written as `\u00XX`.
inline constexpr auto escapes = [] {
    struct { char of[128][2]; } pairs{};
    for (char(&pair)[2] : pairs.of) pair[0] = '\\', pair[1] = 'u';
    for (auto [c, letter] : {std::pair{'"', '"'}, {'\\', '\\'}, {'\b', 'b'}, {'\f', 'f'}, {'\n', 'n'}, {'\r', 'r'}, {'\t', 't'}})
        pairs.of[static_cast<int>(c)][1] = letter;
    return pairs;
}();

/// What an ASCII character that a JSON string cannot hold as it is becomes.
constexpr char* put_escape(char* to, unsigned char c) {
    char const(&pair)[2] = escapes.of[c];
    *to++ = pair[0];
    *to++ = pair[1];
    if (pair[1] == 'u')
        for (char digit : {'0', '0', "0123456789abcdef"[c >> 4], "0123456789abcdef"[c & 15]}) *to++ = digit;
    return to;
}

#if defined(__SSE2__)
/// Copies what a string can hold as it is, from p to `to`, sixteen bytes at a time, thirty-two where much is plain, as long as p is before `stop`; escapes
/// the rest, and copies what is behind it once more, to where that now goes. Leaves less than sixteen bytes before `end`.
/// False where it is no UTF-8. Precondition: sixteen bytes or more.
[[gnu::always_inline]] inline bool copy_blocks(char const*& from, char const* stop, char const* end, char*& out) noexcept {
    auto const load = [](char const* p) { return _mm_loadu_si128(reinterpret_cast<__m128i const*>(p)); };
    auto const store = [](char* to, __m128i block) { _mm_storeu_si128(reinterpret_cast<__m128i*>(to), block); };
    char const* p = from;
    char* to = out;
    for (char const* const last = end - stop < 16 ? end - 15 : stop; p < last;) {
        __m128i const block = load(p);
        store(to, block);
        std::size_t next = 16;
        unsigned bits = special_bytes(block);
        if (bits == 0) { // then mostly more is plain: by two blocks, both of which are stored when one is found that is not
            p += 16, to += 16;
            for (; last - p >= 32; p += 32, to += 32) {
                __m128i const a = load(p), b = load(p + 16);
                store(to, a), store(to + 16, b);
                __m128i const special_a = special_mask(a), special_b = special_mask(b);
                if (_mm_movemask_epi8(_mm_or_si128(special_a, special_b)) == 0) continue;
                bits = static_cast<unsigned>(_mm_movemask_epi8(special_a));
                if (bits == 0) p += 16, to += 16, bits = static_cast<unsigned>(_mm_movemask_epi8(special_b));
                break;
            }
            if (bits == 0) continue;
        }
        while (bits != 0) {
            auto const i = static_cast<std::size_t>(std::countr_zero(bits));
            auto const c = static_cast<unsigned char>(p[i]);
            if (c < 0x80) {
                std::memcpy(to + i, escapes.of[c], 2);
                if (escapes.of[c][1] == 'u' || end - p < 32) {
                    to = put_escape(to + i, c) - i - 1; // where p + i + 1 goes is to + i + 1
                    next = i + 1;
                    break;
                }
                ++to;
                store(to + i + 1, load(p + i + 1));
                bits &= bits - 1;
            } else {
                std::size_t const behind = i + utf8_length(p + i, static_cast<std::size_t>(end - p) - i); // copied already
                if (behind == i) return from = p + i, out = to + i, false;
                if (behind > 16) {
                    for (std::size_t k = 16; k < behind; ++k) to[k] = p[k]; // but what reaches into the next block
                    next = behind;
                    break;
                }
                bits = bits >> behind << behind;
            }
        }
        p += next, to += next;
    }
    from = p, out = to;
    return true;
}
/// Copies up to fifteen bytes, if a string can hold them as they are.
[[gnu::always_inline]] inline bool copy_rest(char const* p, std::size_t size, char* to) noexcept {
    if (size >= 8) { // two halves that overlap
        std::uint64_t low, high;
        std::memcpy(&low, p, 8), std::memcpy(&high, p + size - 8, 8);
        if (special_bytes(_mm_set_epi64x(static_cast<long long>(high), static_cast<long long>(low))) != 0) return false;
        std::memcpy(to, &low, 8), std::memcpy(to + size - 8, &high, 8);
    } else if (size >= 4) {
        std::uint32_t low, high;
        std::memcpy(&low, p, 4), std::memcpy(&high, p + size - 4, 4);
        if ((special_bytes(_mm_set_epi32(0, 0, static_cast<int>(high), static_cast<int>(low))) & 0xff) != 0) return false;
        std::memcpy(to, &low, 4), std::memcpy(to + size - 4, &high, 4);
    } else {
        return size == 0;
    }
    return true;
}
#endif

/// A JSON string: quoted, escaped where RFC 8259 demands it, everything else byte for byte.
constexpr bool write_string(output& out, std::string_view s) {
    constexpr std::size_t piece = 256, slack = 160; // of twenty bytes more, each six, what copying may write too far, the quotes
    char const* p = s.data();
    char const* const end = p + s.size();
    auto const room = [&] { return 6 * (end - p < 256 ? static_cast<std::size_t>(end - p) : piece) + slack; };
    char* to = out.claim(room());
    *to++ = '"';
    while (p != end) {
        char const* const stop = static_cast<std::size_t>(end - p) > piece ? p + piece : end;
        bool good = true;
#if defined(__SSE2__)
        if (!std::is_constant_evaluated()) {
            if (end - p >= 16) good = copy_blocks(p, stop, end, to);
            if (good && end - p < 16 && copy_rest(p, static_cast<std::size_t>(end - p), to)) {
                to += end - p;
                break;
            }
        }
#endif
        while (good && p < stop) {
            std::size_t const run = verbatim_prefix<true>(p, static_cast<std::size_t>(stop - p), to);
            p += run, to += run;
            if (p == stop) break;
            auto const c = static_cast<unsigned char>(*p);
            std::size_t const length = c < 0x80 ? 1 : utf8_length(p, static_cast<std::size_t>(end - p)); // over the edge of a piece
            good = length != 0;
            if (c < 0x80) to = put_escape(to, c);
            else
                for (std::size_t i = 0; i != length; ++i) *to++ = p[i];
            p += length;
        }
        out.commit(to);
        if (!good) return out.fail(errc::invalid_utf8, "not valid UTF-8");
        to = out.claim(room());
    }
    *to++ = '"';
    out.commit(to);
    return true;
}

} // namespace novu::json::detail
