// open_enum<E>: an enum member that may come with a text newer than this library, and keeps it.
//
//     novu::open_enum<novu::severity_level> s = novu::severity_level::high;
//     if (s == novu::severity_level::high) ...          switch (s) { case novu::severity_level::low: ... }
//     s.text();      // "high"; or the text that came, where s.known() is false
#pragma once

#include <novu/json/names.hpp>
#include <novu/json/storage.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>

namespace novu {

namespace json::detail {
struct storage_access;
}

/// An enumerator of E, or a text that is none. Converts to E; an unknown text converts to a value that is no
/// enumerator. Allocations: only for an unknown text too long for Storage's string to hold in place.
template <json::described_enum E, class Storage = owned> class open_enum {
public:
    using enum_type = E;
    using string_type = typename Storage::string;
    /// Whether an unknown text is a view of something else.
    static constexpr bool is_view = std::is_same_v<typename Storage::string, std::string_view>;

    constexpr open_enum() noexcept = default;
    constexpr open_enum(E value) noexcept : value_{value} {}
    /// From a wire text, known or not.
    constexpr open_enum(char const* text) : open_enum{std::string_view{text}} {}
    constexpr open_enum(std::string_view text) { assign(text); }

    /// Becomes what a wire text, known or not, stands for.
    constexpr void assign(std::string_view text) {
        std::optional<E> const known = json::from_text<E>(text);
        value_ = known ? *known : unknown;
        if (!known) text_ = text;
        else if (!text_.empty()) text_ = string_type();
    }

    constexpr operator E() const noexcept { return value_; }
    /// Whether it is an enumerator of E.
    [[nodiscard]] constexpr bool known() const noexcept { return value_ != unknown; }
    /// The wire text. Valid as long as this object, for a known value always.
    [[nodiscard]] constexpr std::string_view text() const noexcept { return known() ? json::to_text(value_) : std::string_view{text_}; }

    friend constexpr bool operator==(open_enum const& a, open_enum const& b) noexcept { return a.value_ == b.value_ && a.text_ == b.text_; }
    friend constexpr bool operator==(open_enum const& a, E b) noexcept { return a.value_ == b; }
    template <class Ostream>
        requires requires(Ostream& o, std::string_view s) { o.write(s.data(), 1); o.setstate(o.rdstate()); }
    friend Ostream& operator<<(Ostream& out, open_enum const& e) {
        return static_cast<Ostream&>(out << e.text());
    }

private:
    friend json::detail::storage_access;
    constexpr string_type& storage_() noexcept { return text_; }
    static constexpr E unknown = static_cast<E>((std::numeric_limits<std::underlying_type_t<E>>::max)());
    E value_{};
    string_type text_{};
};

} // namespace novu
