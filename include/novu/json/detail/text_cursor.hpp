// A place in a document, and what stands there whatever it is for: white space, words, numbers and strings.
#pragma once

#include <novu/json/arena.hpp>
#include <novu/json/detail/check.hpp>
#include <novu/json/detail/memory.hpp>
#include <novu/json/detail/scan.hpp>

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstring>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>

namespace novu::json::detail {

/// The end of the text of a string that starts at p, if it stands there as it is, and does not end the document; else null, and
/// where it is not ASCII perhaps as well.
[[gnu::always_inline]] inline char const* plain_end(char const* p, char const* end) noexcept {
#if defined(__SSE2__)
    for (; end - p >= 17; p += 16)
        if (unsigned const bits = special_bytes(_mm_loadu_si128(reinterpret_cast<__m128i const*>(p)))) {
            p += std::countr_zero(bits);
            return *p == '"' ? p : nullptr;
        }
#endif
    p += verbatim_prefix(p, static_cast<std::size_t>(end - p));
    return end - p > 1 && *p == '"' ? p : nullptr;
}

/// Its functions give false where what they are to read is not there; the place is then any.
class text_cursor {
protected:
    /// `stored` is where strings with escapes go that are kept as views; null where there are no views.
    text_cursor(std::string_view json, arena* stored, memory* resource, std::size_t max_depth)
        : p_{json.data()}, end_{json.data() + json.size()}, depth_{max_depth}, arena_{stored}, scratch_{resource ? resource : std::pmr::get_default_resource()} {}
    text_cursor(text_cursor const&) = delete;
    text_cursor& operator=(text_cursor const&) = delete;

    [[gnu::always_inline]] inline void space() {
        if (p_ != end_ && static_cast<unsigned char>(*p_) <= ' ') more_space();
    }
    void more_space() {
        while (p_ != end_ && (*p_ == ' ' || *p_ == '\n' || *p_ == '\r' || *p_ == '\t')) ++p_;
    }
    bool take(char c) { return p_ != end_ && *p_ == c && (++p_, true); }
    bool word(char const* w, std::size_t size) { return static_cast<std::size_t>(end_ - p_) >= size && std::memcmp(p_, w, size) == 0 && (p_ += size, true); }
    bool number_text() {
        char const* const to = number_end(p_, end_, exponent_digits);
        return to && (p_ = to, true);
    }
    bool skip() {
        char const* const to = checker{{p_, static_cast<std::size_t>(end_ - p_)}, depth_, exponent_digits}.value_end();
        return to && (p_ = to, true);
    }

    // The string that came last is [text_, text_end_), `saved_` bytes less without its escapes. One that has some may be
    // unescaped already: at unescaped_at_, in small_ or in what is free of the arena, where the next one goes too. To stay there
    // it is claimed, by stable().
    bool string() { // behind the opening quote
        text_ = p_;
        char* const to = arena_ && arena_->room() >= sizeof small_ ? arena_->reserve(0) : small_; // in the arena's room, which stable() claims
        text_part const part = unescape_while(p_, end_, to, small_size);
        if (!part.ends) return rest_of_string(part, to);
        unescaped_at_ = to;
        return ends(part);
    }
    /// The same, and its text.
    bool string(std::string_view& its) {
        if (char const* const close = plain_end(p_, end_)) return its = {p_, static_cast<std::size_t>(close - p_)}, p_ = close + 1, true;
        return string() && (its = text(), true);
    }
    bool ends(text_part const& part) {
        if (!part.p) return false;
        saved_ = part.saved, text_end_ = part.p, p_ = part.p + 1;
        return true;
    }
    /// Goes on with a string that is long, or close to the end. `part` came of it so far, and stands unescaped at `begun`.
    [[gnu::noinline]] bool rest_of_string(text_part part, [[maybe_unused]] char const* begun) {
        unescaped_at_ = nullptr;
#if defined(__SSE2__)
        if (arena_ && end_ - part.p >= 64) { // perhaps its text is to live as long as the value: if it has escapes, it goes on in the arena's room
            if (part.saved == 0) part.p += verbatim_prefix(part.p, static_cast<std::size_t>(end_ - part.p));
            if (part.p == end_) return false;
            if (*part.p == '"') return ends(part);
            std::size_t const size = static_cast<std::size_t>(part.p - text_) - part.saved;
            char* const from = room_for(size + sizeof small_);
            if (part.saved == 0) std::memcpy(from, text_, size);
            else if (from != begun) std::memcpy(from, begun, size);
            text_part const rest = unescape_while(part.p, end_, from + size, static_cast<std::ptrdiff_t>(arena_->room() - size) - copy_slack);
            part = {rest.p, part.saved + rest.saved, rest.ends};
            if (part.ends) return unescaped_at_ = from, ends(part);
        }
#endif
        std::size_t saved = 0;
        part.p = string_end(part.p, end_, saved), part.saved += saved;
        return ends(part);
    }
    [[nodiscard]] std::size_t text_size() const { return static_cast<std::size_t>(text_end_ - text_) - saved_; }
    /// The string that came; one with escapes is in a buffer until the next.
    std::string_view text() { return saved_ == 0 ? std::string_view{text_, text_size()} : unescaped_at_ ? std::string_view{unescaped_at_, text_size()} : long_text(); }
    [[gnu::noinline]] std::string_view long_text() {
        std::pmr::string& s = unescaped_ ? *unescaped_ : unescaped_.emplace(scratch_);
        s.resize(text_size() + 16);
        unescape_to(s.data());
        return {s.data(), text_size()};
    }
    /// The string that came, where there is room for it and sixteen bytes more.
    void unescape_to(char* to) const {
        char const* from = text_;
        if (unescaped_at_) std::memcpy(to, unescaped_at_, text_size());
        else if (has_room()) unescape_some(from, text_end_, to, to + text_size() + 1);
        else unescape(from, text_end_, to);
    }
    /// Whether there are sixteen bytes behind the string's text.
    [[nodiscard]] bool has_room() const { return end_ - text_end_ >= 16; }
    /// The string that came, where it lives as long as the value.
    std::string_view stable() {
        if (saved_ == 0 || !arena_) return text();
        bool const in_room = unescaped_at_ && unescaped_at_ != small_;
        if (!in_room) unescape_to(room_for(text_size() + 16));
        char const* const at = arena_->claim(text_size());
        assert(!in_room || at == unescaped_at_); // nothing else was claimed since
        return {at, text_size()};
    }
    /// The arena's room, of so many bytes or more, not claimed yet.
    char* room_for(std::size_t size) { return arena_->reserve(size, all_from(text_)); }
    /// What a block of the arena is made for, so that there is but one: all texts from there on, and room to try.
    [[nodiscard]] std::size_t all_from(char const* p) const { return static_cast<std::size_t>(end_ - p) + sizeof small_; }

    static constexpr std::size_t exponent_digits = 8; // more are left to basic_parser

    char const* p_;
    char const* end_;
    std::size_t depth_; // levels that may still come
    arena* arena_;
    memory* scratch_;   // for buffers
    char const* text_{nullptr};
    char const* text_end_{nullptr};
    std::size_t saved_{0};
    char const* unescaped_at_{nullptr};         // the last string's text, its escapes replaced, if that was done: in small_, or in the arena's room
    std::optional<std::pmr::string> unescaped_; // the last string that had escapes, if it was asked for and is in neither
    static constexpr std::ptrdiff_t small_size = 512;
    char small_[small_size + copy_slack];
};

} // namespace novu::json::detail
