// Looking ahead in JSON text without checking it: how many elements an array has, where a member of an object stands.
// Right for text that is JSON; of other text it says something, which whoever then reads it finds out. Never past the end.
#pragma once

#include <novu/json/detail/scan.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <string_view>

namespace novu::json::detail {

/// The quote that ends the string whose text starts at p; `end` where there is none.
inline char const* skim_string(char const* p, char const* end) noexcept {
    for (;;) {
#if defined(__SSE2__)
        while (end - p > 16) {
            __m128i const block = _mm_loadu_si128(reinterpret_cast<__m128i const*>(p));
            __m128i const found = _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')), _mm_cmpeq_epi8(block, _mm_set1_epi8('\\')));
            auto bits = static_cast<unsigned>(_mm_movemask_epi8(found));
            unsigned i = 16;
            for (; bits != 0; bits = i < 16 ? bits >> i << i : 0) {
                i = static_cast<unsigned>(std::countr_zero(bits));
                if (p[i] == '"') return p + i;
                i += 2;
            }
            p += i < 16 ? 16 : i;
        }
#endif
        while (p != end && *p != '"' && *p != '\\') ++p;
        if (p == end || *p == '"') return p;
        if (end - p < 2) return end;
        p += 2;
    }
}

/// The same from the string's first quote; where other strings follow with no more than a colon between, or, if it is `nested` in
/// what is looked at, a comma, of the last of them.
inline char const* skim_strings(char const* p, char const* end, bool nested) noexcept {
    for (;; p += 2) {
        p = skim_string(p + 1, end);
        if (end - p < 4 || p[2] != '"' || (p[1] != ':' && (p[1] != ',' || !nested))) return p;
    }
}

enum class mark : unsigned char { none, quote, open, close, comma };
inline constexpr auto marks = [] {
    std::array<mark, 256> out{};
    out['"'] = mark::quote;
    out['{'] = out['['] = mark::open;
    out['}'] = out[']'] = mark::close;
    out[','] = mark::comma;
    return out;
}();

/// How many elements an array has, from behind its bracket: exactly, if it is short; else as many as would follow until the
/// end of the document if all were as long as the first ones. Goes on to where it stopped looking.
inline std::size_t skim_elements(char const*& p, char const* end) noexcept {
    char const* const begin = p;
    char const* limit = end;
    std::size_t depth = 0, commas = 0;
    if (end - p > 4096) limit = p + 4096;
    for (; p < limit; ++p) {
        switch (marks[static_cast<unsigned char>(*p)]) {
        case mark::none: break;
        case mark::quote: p = skim_strings(p, limit, depth != 0); break;
        case mark::open: ++depth; break;
        case mark::close:
            if (depth == 0) return commas + 1;
            --depth;
            break;
        case mark::comma:
            if (depth != 0) break;
            ++commas;
            if (p - begin < 256) break;
            std::size_t const more = static_cast<std::size_t>(end - p) * commas / static_cast<std::size_t>(p - begin);
            return commas + more + more / 32 + 1;
        }
    }
    return limit == end ? commas + 1 : 8; // some large ones
}

/// Where the value of the member with that name stands, in an object from behind its brace; null where there is none.
/// A key with escapes is no match; `escaped` says that there was one.
inline char const* skim_member(char const* p, char const* end, std::string_view name, bool& escaped) noexcept {
    std::size_t depth = 0;
    bool at_key = true;
    for (; p < end; ++p) {
        switch (marks[static_cast<unsigned char>(*p)]) {
        case mark::none: break;
        case mark::quote: {
            if (depth != 0 || !at_key) {
                p = depth != 0 ? skim_strings(p, end, true) : skim_string(p + 1, end);
                break;
            }
            char const* const text = ++p;
            p = skim_string(p, end);
            at_key = false;
            std::string_view const key{text, static_cast<std::size_t>(p - text)};
            escaped = escaped || key.find('\\') != key.npos;
            if (key != name) break;
            do ++p;
            while (p < end && (*p == ':' || *p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'));
            return p < end ? p : nullptr;
        }
        case mark::open: ++depth; break;
        case mark::close:
            if (depth == 0) return nullptr;
            --depth;
            break;
        case mark::comma:
            if (depth == 0) at_key = true;
            break;
        }
    }
    return nullptr;
}

/// Looks for the end of an object that comes in pieces.
class object_skimmer {
public:
    /// Goes on with `text`: how much of it belongs to the object, if that ends there; else npos.
    std::size_t end_in(std::string_view text) noexcept {
        char const* const end = text.data() + text.size();
        for (char const* p = text.data(); p < end; ++p) {
            if (in_string_) {
                if (escaped_) escaped_ = false, ++p;
                char const* const from = p;
                p = skim_string(p, end);
                if (p == end) return escaped_ = ends_escaped({from, static_cast<std::size_t>(end - from)}), text.npos;
                in_string_ = false;
                continue;
            }
            mark const m = marks[static_cast<unsigned char>(*p)];
            if (m == mark::quote) in_string_ = true;
            else if (m == mark::open) ++depth_;
            else if (m == mark::close && --depth_ == 0) return static_cast<std::size_t>(p + 1 - text.data());
        }
        return text.npos;
    }

private:
    static bool ends_escaped(std::string_view text) noexcept {
        std::size_t slashes = 0;
        while (slashes != text.size() && text[text.size() - 1 - slashes] == '\\') ++slashes;
        return slashes % 2 != 0;
    }
    std::size_t depth_{0};
    bool in_string_{false}, escaped_{false};
};

} // namespace novu::json::detail
