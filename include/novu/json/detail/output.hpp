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

/// A window [at, end) to write into; `grow` makes it larger. Virtual so that every buffer shares the same code.
class output {
public:
    output(output const&) = delete;
    output& operator=(output const&) = delete;

    constexpr void ensure(std::size_t size) {
        if (static_cast<std::size_t>(end_ - at_) < size) grow(size);
    }
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
    /// Room for `size` bytes to write without further ado; `commit` says where they end.
    constexpr char* claim(std::size_t size) {
        ensure(size);
        return at_;
    }
    constexpr void commit(char* end) { at_ = end; }
    constexpr void append(std::string_view text) {
        ensure(text.size());
        put(text.data(), text.size());
    }

    [[nodiscard]] constexpr std::size_t size() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
    constexpr void set(std::size_t at, char c) { begin_[at] = c; }

    /// Notes the fault; writers return what this returns, and each adds its step of the path on the way out.
    constexpr bool fail(errc code, std::string_view reason) {
        if (fault) *fault = {code, {}, size(), std::string{reason}};
        return false;
    }

    json::error* const fault; ///< where a fault is noted; null at compile time

protected:
    constexpr explicit output(json::error* where) : fault{where} {}
    constexpr ~output() = default;
    /// Makes room for `size` more bytes.
    constexpr virtual void grow(std::size_t size) = 0;

    char* begin_{nullptr};
    char* at_{nullptr};
    char* end_{nullptr};
};

/// Writes behind what a contiguous growable buffer (std::string, std::vector<char>, ...) holds. Grows
/// geometrically, within the capacity first, so that a small text in a large buffer touches little of it.
template <class Buffer> class buffer_output final : public output {
public:
    constexpr buffer_output(Buffer& buffer, json::error* where) : output{where}, buffer_{buffer}, start_{buffer.size()} { attach(0); }
    /// Cuts the buffer to what was written, or to what it held at first.
    constexpr void finish(bool keep) { buffer_.resize(keep ? start_ + size() : start_); }

private:
    constexpr void grow(std::size_t more) override {
        std::size_t const used = size(), needed = start_ + used + more;
        std::size_t target = buffer_.size() * 2 > needed ? buffer_.size() * 2 : needed;
        if (target < 256) target = 256;
        if (target > buffer_.capacity() && needed <= buffer_.capacity()) target = buffer_.capacity();
        buffer_.resize(target);
        attach(used);
    }
    constexpr void attach(std::size_t used) {
        begin_ = buffer_.data() + start_;
        at_ = begin_ + used;
        end_ = buffer_.data() + buffer_.size();
    }
    Buffer& buffer_;
    std::size_t start_;
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
    struct { char of[128]; } letters{};
    for (int c = 0; c != 0x20; ++c) letters.of[c] = 'u';
    for (auto [c, letter] : {std::pair{'"', '"'}, {'\\', '\\'}, {'\b', 'b'}, {'\f', 'f'}, {'\n', 'n'}, {'\r', 'r'}, {'\t', 't'}})
        letters.of[static_cast<int>(c)] = letter;
    return letters;
}();

/// A JSON string: quoted, escaped where RFC 8259 demands it, everything else byte for byte.
constexpr bool write_string(output& out, std::string_view s) {
    constexpr std::size_t slack = 24; // what copying may write too far, the longest escape, the quotes
    char const* p = s.data();
    std::size_t left = s.size();
    char* to = out.claim(left + slack);
    *to++ = '"';
    for (;;) {
        std::size_t const run = verbatim_prefix<true>(p, left, to);
        p += run, to += run, left -= run;
        if (left == 0) break;
        out.commit(to);
        auto const c = static_cast<unsigned char>(*p);
        if (c >= 0x80) return out.fail(errc::invalid_utf8, "not valid UTF-8");
        *to++ = '\\';
        char const letter = escapes.of[c];
        *to++ = letter;
        if (letter == 'u')
            for (char digit : {'0', '0', "0123456789abcdef"[c >> 4], "0123456789abcdef"[c & 15]}) *to++ = digit;
        ++p, --left;
        out.commit(to);
        to = out.claim(left + slack);
    }
    *to++ = '"';
    out.commit(to);
    return true;
}

} // namespace novu::json::detail
