// A body known at compile time but for a few texts: encoding it copies what is between them.
//
//     static constexpr auto welcome = novu::json::render<[](std::string_view name, std::string_view subject) {
//         using types = novu::borrowed_types;
//         return types::create_workflow{.name = name, .workflow_id = "welcome", .steps = {types::email_step{.name = "Mail", .control_values = types::email_controls{.subject = subject}}}};
//     }>();
//     client.workflows.create(welcome("Welcome", "Hello"));
//
// The texts are put where they stand, whole: a part of one does not compile, and what the lambda decides by one is decided once,
// when it is rendered.
#pragma once

#include <novu/json/write.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>

namespace novu::json {

namespace detail {
/// A place in a text where another goes, with its quotes.
struct gap {
    std::size_t at;    ///< what stands before it ends there
    std::size_t which; ///< text
};
/// What a form is made of, in static storage.
struct form_text {
    std::string_view text; ///< without what goes into the gaps
    gap const* gaps;
    std::size_t gap_count;
};
constexpr bool write_form(output& out, form_text const& form, std::string_view const* texts);
} // namespace detail

template <class T, std::size_t N> class form;

/// A form with its texts, at which it looks: they outlive it. Written like a value; an error's path is then the text's number,
/// `[0]` for the first.
template <class T, std::size_t N> class filled_form {
public:
    using value_type = T;
    constexpr bool write_as_json(detail::output& out) const { return detail::write_form(out, form_, texts_.data()); }

private:
    friend form<T, N>;
    constexpr filled_form(detail::form_text f, std::array<std::string_view, N> const& texts) : form_{f}, texts_{texts} {}
    detail::form_text form_;
    std::array<std::string_view, N> texts_;
};

/// The JSON of a T, rendered at compile time, with gaps for N texts. Made by `render` alone.
template <class T, std::size_t N> class form {
public:
    using value_type = T;
    /// With its texts, in the order of the parameters of what was rendered.
    template <std::convertible_to<std::string_view>... Texts>
        requires(sizeof...(Texts) == N)
    [[nodiscard]] constexpr filled_form<T, N> operator()(Texts const&... texts) const {
        return {form_, std::array<std::string_view, N>{std::string_view{texts}...}};
    }

private:
    template <auto F> friend consteval auto render();
    constexpr explicit form(detail::form_text f) noexcept : form_{f} {}
    detail::form_text form_;
};

} // namespace novu::json

namespace novu::json::detail {

constexpr bool write_form(output& out, form_text const& form, std::string_view const* texts) {
    std::size_t from = 0;
    for (std::size_t i = 0; i != form.gap_count; ++i) {
        gap const& g = form.gaps[i];
        out.append(form.text.substr(from, g.at - from));
        if (!write_string(out, texts[g.which])) return failed_within(out, g.which);
        from = g.at;
    }
    return out.append(form.text.substr(from)), true;
}

/// What stands for a text while a form is rendered, and what it becomes as JSON: a string that nobody means. A form is rendered
/// with two sets of them, which have no character in common: what a text leaves behind but in its gaps shows as a difference.
template <int Set> inline constexpr char first_letter = Set == 0 ? 'a' : 'A';
template <int Set, std::size_t Which> inline constexpr char stand_in[] = {'\x01' + Set, '\x1a' + Set, '\x01' + Set, static_cast<char>(first_letter<Set> + Which)};
template <int Set> inline constexpr std::string_view stand_in_json = Set == 0 ? R"("\u0001\u001a\u0001)" : R"("\u0002\u001b\u0002)";
inline constexpr std::size_t stand_in_size = stand_in_json<0>.size() + 2; // its letter, and the quote
inline constexpr std::size_t most_gaps = 26;

/// Calls next(at, which) for each stand-in of a text. (By indices: with sanitizers g++ 12 takes no string_view::find in a constant.)
template <int Set, class Text, class Next> constexpr void each_stand_in(Text const& text, Next next) {
    constexpr std::string_view head = stand_in_json<Set>;
    auto const is_at = [&](std::size_t at) {
        for (std::size_t i = 0; i != head.size(); ++i)
            if (text[at + i] != head[i]) return false;
        return true;
    };
    for (std::size_t at = 0; at + stand_in_size <= text.size();) {
        if (!is_at(at)) {
            ++at;
            continue;
        }
        next(at, static_cast<std::size_t>(text[at + head.size()] - first_letter<Set>));
        at += stand_in_size;
    }
}

/// Of a text that was rendered with a set of stand-ins, what a form is made of.
template <auto const& Rendered, int Set> struct form_of {
    static constexpr std::size_t count = [] {
        std::size_t n = 0;
        each_stand_in<Set>(Rendered, [&](std::size_t, std::size_t) { ++n; });
        return n;
    }();
    static constexpr auto gaps = [] {
        std::array<gap, count> out{};
        std::size_t n = 0;
        each_stand_in<Set>(Rendered, [&](std::size_t at, std::size_t which) { out[n] = {at - n * stand_in_size, which}, ++n; });
        return out;
    }();
    static constexpr auto text = [] {
        std::array<char, Rendered.size() - count * stand_in_size> out{};
        std::size_t from = 0, to = 0;
        auto const copy = [&](std::size_t end) {
            while (from != end) out[to++] = Rendered[from++];
        };
        each_stand_in<Set>(Rendered, [&](std::size_t at, std::size_t) { copy(at), from += stand_in_size; });
        copy(Rendered.size());
        return out;
    }();
    static constexpr form_text value{{text.data(), text.size()}, gaps.data(), count};
};
template <class A, class B> constexpr bool same_form() {
    if constexpr (A::count != B::count || A::text.size() != B::text.size()) {
        return false;
    } else {
        for (std::size_t i = 0; i != A::count; ++i)
            if (A::gaps[i].at != B::gaps[i].at || A::gaps[i].which != B::gaps[i].which) return false;
        for (std::size_t i = 0; i != A::text.size(); ++i)
            if (A::text[i] != B::text[i]) return false;
        return true;
    }
}

} // namespace novu::json::detail
