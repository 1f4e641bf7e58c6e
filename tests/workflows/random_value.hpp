// Random values of described types, from the reflection alone.
#pragma once

#include <novu/json/detail/shape.hpp>
#include <novu/json/write.hpp>
#include <novu/workflows/enums.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace test {

struct random_source {
    explicit random_source(unsigned seed) : bits{seed} {}
    std::mt19937 bits;
    int depth{0};
    bool plain{false}; ///< texts are ASCII, without escapes
    std::deque<std::string> kept{}; ///< what borrowed values look at
    std::string_view keep(std::string text) { return kept.emplace_back(std::move(text)); }
    std::string_view keep(boost::json::value const& json) { return keep(novu::json::write(json).value()); }
    std::size_t below(std::size_t n) { return bits() % n; }
    bool one_in(std::size_t n) { return below(n) == 0; }
    /// Of a list or map; now and then more than the readers take together.
    std::size_t count() { return depth > 4 ? 0 : one_in(40) ? 15 + below(4) : below(depth < 2 ? 4 : 3); }
};

inline std::string random_text(random_source& r) {
    static constexpr std::string_view pieces[] = {"a", "order", " ", "/", "{{payload.id}}", "<p>", "0123456789abcdef", ",", // plain
                                                  "\"", "\\", "\n", "\x01", "é", "€", "📦", "\x7f"};
    static constexpr std::size_t edges[] = {16, 32, 48, 64, 256, 512, 4096}; // of what is looked at, or has room, at once
    std::string out;
    for (auto n = r.below(6); n != 0; --n) out += pieces[r.below(r.plain ? 8 : std::size(pieces))];
    if (!r.one_in(24)) return out;
    std::size_t const size = edges[r.below(std::size(edges))] - 2 + r.below(4);
    if (out.size() < size) out.insert(r.one_in(2) ? 0 : out.size(), size - out.size(), 'x');
    return out;
}
/// No member's name, and no other of the same object.
inline std::string random_key(random_source& r, std::size_t n) { return "x-" + std::to_string(n) + (r.one_in(3) ? random_text(r) : ""); }

inline std::int64_t random_integer(random_source& r) {
    switch (r.below(4)) {
    case 0: return static_cast<std::int64_t>(r.below(100));
    case 1: return -static_cast<std::int64_t>(r.below(100'000));
    case 2: return (std::numeric_limits<std::int64_t>::max)();
    default: return (std::numeric_limits<std::int64_t>::min)();
    }
}
/// Finite: any bits at all, or near an end of the range.
inline double random_double(random_source& r) {
    using limits = std::numeric_limits<double>;
    switch (r.below(4)) {
    case 0: return static_cast<double>(r.below(100'000)) + 0.25;
    case 1: {
        static constexpr double some[] = {0.0, -0.0, limits::denorm_min(), -limits::denorm_min(), limits::min(), limits::max(), limits::lowest(), 0.1, 1e15, 1e16, 1e17, 1e20, 1e21, 1e22, 9007199254740993.0, 9223372036854775808.0, 18446744073709551616.0};
        return some[r.below(std::size(some))];
    }
    default:
        for (;;) {
            double const d = std::bit_cast<double>(std::uint64_t{r.bits()} << 32 | r.bits());
            if (std::isfinite(d)) return d;
        }
    }
}
inline boost::json::object random_object(random_source& r);
inline boost::json::value random_json(random_source& r) {
    switch (r.below(r.depth > 4 ? 5 : 8)) {
    case 0: return nullptr;
    case 1: return r.one_in(2);
    case 2: return random_integer(r);
    case 3: {
        double const d = random_double(r);
        return d == std::trunc(d) && std::abs(d) < 0x1p64 ? 0.25 : d; // a whole one is written, and read, as an integer
    }
    case 4: return boost::json::string{random_text(r)};
    case 5: return (std::numeric_limits<std::uint64_t>::max)();
    case 6: {
        boost::json::array out;
        ++r.depth;
        for (auto n = r.count(); n != 0; --n) out.push_back(random_json(r));
        --r.depth;
        return out;
    }
    default: return random_object(r);
    }
}
inline boost::json::object random_object(random_source& r) {
    boost::json::object out;
    ++r.depth;
    for (auto n = r.count(); n != 0; --n) out.insert_or_assign(random_key(r, n), random_json(r));
    --r.depth;
    return out;
}

template <class T> void randomize(T& v, random_source& r);

template <class T> bool is_null(T const&) { return false; }
inline bool is_null(boost::json::value const& v) { return v.is_null(); }
inline bool is_null(novu::json::raw const& v) { return v.text == "null"; }

template <class T> T random_value(random_source& r) {
    T out = novu::json::detail::blank<T>();
    randomize(out, r);
    return out;
}

template <class T> inline constexpr bool is_step_type = requires { requires std::is_same_v<typename T::enum_type, novu::step_type>; };
template <class T> void randomize_struct(T& v, random_source& r) {
    namespace detail = novu::json::detail;
    ++r.depth;
    [&]<class... D>(boost::mp11::mp_list<D...>) {
        auto const member = [&]<class M>(M& m, std::string_view name) {
            if constexpr (detail::tagged<T>) // the tag says which type it is
                if (name == T::json_tag.member && !T::json_tag.text.empty()) return;
            if constexpr (!detail::tagged<T> && is_step_type<detail::plain_t<M>>)
                if (name == "type") return void(m = detail::plain_t<M>{"fax"}); // no type that has a form of its own
            randomize(m, r);
            if constexpr (std::is_same_v<M, novu::json::raw_object>)
                if (name == "extra" && m == "{}") m = {}; // there was no other member
        };
        (member(v.*D::pointer, D::name), ...);
    }(detail::members_of<T>{});
    --r.depth;
}

template <class List> void randomize_list(List& v, random_source& r) {
    bool const plain = std::exchange(r.plain, r.one_in(2));
    for (auto n = r.count(); n != 0; --n) v.push_back(random_value<typename List::value_type>(r));
    r.plain = plain;
}

template <class T> void randomize(T& v, random_source& r) {
    namespace detail = novu::json::detail;
    if constexpr (detail::is_required<T>) randomize(static_cast<detail::plain_t<T>&>(v), r);
    else if constexpr (std::is_same_v<T, bool>) v = r.one_in(2);
    else if constexpr (std::is_integral_v<T>) v = random_integer(r);
    else if constexpr (detail::is_string<T>) v = r.keep(random_text(r));
    else if constexpr (std::is_same_v<T, boost::json::object>) {
        if (r.one_in(3)) v = random_object(r);
    } else if constexpr (std::is_same_v<T, novu::json::raw_object>) {
        v = r.one_in(3) ? T{r.keep(random_object(r))} : T{"{}"};
    } else if constexpr (std::is_same_v<T, novu::json::raw>) v = T{r.keep(random_json(r))};
    else if constexpr (std::is_same_v<T, boost::json::value>) v = random_json(r);
    else if constexpr (detail::is_a<T, novu::open_enum>) {
        auto const& known = detail::enum_texts<typename T::enum_type>.values;
        v = r.one_in(4) ? T{r.keep("novel " + random_text(r))} : T{known[r.below(known.size())]};
    } else if constexpr (detail::is_a<T, std::optional>) {
        if (r.depth < 8 && r.one_in(2)) v.emplace(random_value<typename T::value_type>(r));
        else v.reset();
        if (v && is_null(*v)) v.reset(); // null is absent there
    } else if constexpr (detail::is_a<T, novu::nullable>) {
        if (r.one_in(3)) v = nullptr;
        else if (r.depth < 8 && r.one_in(2)) v.emplace(random_value<typename T::value_type>(r));
        else v.reset();
        if (v && is_null(*v)) v = nullptr;
    } else if constexpr (detail::is_a<T, novu::optional_list>) {
        if (r.one_in(2)) return v.reset();
        v.emplace();
        randomize_list(v, r);
    } else if constexpr (detail::is_a<T, std::vector>) {
        randomize_list(v, r);
    } else if constexpr (detail::is_a<T, novu::dictionary>) {
        for (auto n = r.count(); n != 0; --n) v.append(decltype(v.begin()->key)(r.keep(random_key(r, n))), random_value<decltype(v.begin()->value)>(r));
    } else if constexpr (detail::is_a<T, std::variant>) {
        std::size_t const chosen = r.below(std::variant_size_v<T>);
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            ((I == chosen ? void(v.template emplace<I>(random_value<std::variant_alternative_t<I, T>>(r))) : void()), ...);
        }(std::make_index_sequence<std::variant_size_v<T>>{});
    } else {
        randomize_struct(v, r);
    }
}

} // namespace test
