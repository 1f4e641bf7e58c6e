// Looking at JSON text without reading it into anything: whether it is JSON, where a value ends, and what members an
// object's text has. constexpr, since a compile-time body holds raw JSON too.
#pragma once

#include <novu/json/detail/number.hpp>
#include <novu/json/detail/scan.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace novu::json::detail {

/// Walks one JSON text (RFC 8259).
class checker {
    struct ignore {
        constexpr void operator()(std::string_view, std::string_view) const {}
    };

public:
    constexpr checker(std::string_view text, std::size_t max_depth, std::size_t exponent_digits = static_cast<std::size_t>(-1)) noexcept
        : at_{text.data()}, end_{text.data() + text.size()}, depth_{max_depth}, exponent_digits_{exponent_digits} {}

    /// Whether the whole text is one JSON value with only white space around it.
    template <class F = ignore> constexpr bool document() { return value(F{}) && (space(), at_ == end_); } // a template: clang would compile `value` too late for a constant
    /// The same, for an object; each of its members is handed over: the key as between its quotes, the value's text.
    template <class F> constexpr bool object(F&& f) {
        space();
        return at_ != end_ && *at_ == '{' && value(f) && (space(), at_ == end_);
    }

    /// The end of the value that the text begins with, white space before it allowed; null where there is none.
    constexpr char const* value_end() { return value(ignore{}) ? at_ : nullptr; }

private:
    constexpr void space() {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
    }
    constexpr bool take(char c) { return at_ != end_ && *at_ == c && (++at_, true); }
    constexpr bool word(std::string_view w) {
        for (char c : w)
            if (!take(c)) return false;
        return true;
    }
    constexpr bool number() {
        char const* const to = number_end(at_, end_, exponent_digits_);
        return to && (at_ = to, true);
    }
    constexpr bool string() {
        if (!take('"')) return false;
        std::size_t saved = 0;
        char const* const close = string_end(at_, end_, saved);
        return close && (at_ = close + 1, true);
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
    std::size_t exponent_digits_;
};

/// The text of a string that was found to be one.
constexpr std::string without_escapes(std::string_view text) {
    std::string out(text.size(), ' ');
    out.resize(static_cast<std::size_t>(unescape(text.data(), text.data() + text.size(), out.data()) - out.data()));
    return out;
}

} // namespace novu::json::detail
