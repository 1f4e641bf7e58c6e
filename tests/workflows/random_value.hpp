// Random values of described types, from the reflection alone.
#pragma once

#include <novu/json/detail/shape.hpp>
#include <novu/workflows/enums.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <variant>

namespace test {

struct random_source {
    explicit random_source(unsigned seed) : bits{seed} {}
    std::mt19937 bits;
    int depth{0};
    std::size_t below(std::size_t n) { return bits() % n; }
    bool one_in(std::size_t n) { return below(n) == 0; }
    /// Of a list or map.
    std::size_t count() { return depth > 4 ? 0 : below(depth < 2 ? 4 : 3); }
};

inline std::string random_text(random_source& r) {
    static constexpr std::string_view pieces[] = {"a", "order", " ", "\"", "\\", "\n", "\x01", "/", "é", "€", "📦", "{{payload.id}}", "<p>", "0123456789abcdef", "\x7f", ","};
    std::string out;
    for (auto n = r.below(6); n != 0; --n) out += pieces[r.below(std::size(pieces))];
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
inline boost::json::object random_object(random_source& r);
inline boost::json::value random_json(random_source& r) {
    switch (r.below(r.depth > 4 ? 5 : 8)) {
    case 0: return nullptr;
    case 1: return r.one_in(2);
    case 2: return random_integer(r);
    case 3: return static_cast<double>(r.below(100'000)) + 0.25; // a whole one is written, and read, as an integer
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

template <class T> T random_value(random_source& r) {
    T out = novu::json::detail::blank<T>();
    randomize(out, r);
    return out;
}

template <class T> void randomize_struct(T& v, random_source& r) {
    namespace detail = novu::json::detail;
    ++r.depth;
    [&]<class... D>(boost::mp11::mp_list<D...>) {
        auto const member = [&]<class M>(M& m, std::string_view name) {
            if constexpr (detail::tagged<T>) // the tag says which type it is
                if (name == T::json_tag.member && !T::json_tag.text.empty()) return;
            if constexpr (!detail::tagged<T> && std::is_same_v<detail::plain_t<M>, novu::open_enum<novu::step_type>>)
                if (name == "type") return void(m = novu::open_enum<novu::step_type>{"fax"}); // no type that has a form of its own
            randomize(m, r);
        };
        (member(v.*D::pointer, D::name), ...);
    }(detail::members_of<T>{});
    --r.depth;
}

template <class T> void randomize(T& v, random_source& r) {
    namespace detail = novu::json::detail;
    if constexpr (detail::is_required<T>) randomize(static_cast<detail::plain_t<T>&>(v), r);
    else if constexpr (std::is_same_v<T, bool>) v = r.one_in(2);
    else if constexpr (std::is_integral_v<T>) v = random_integer(r);
    else if constexpr (std::is_same_v<T, std::string>) v = random_text(r);
    else if constexpr (std::is_same_v<T, boost::json::object>) {
        if (r.one_in(3)) v = random_object(r);
    } else if constexpr (std::is_same_v<T, boost::json::value>) v = random_json(r);
    else if constexpr (detail::is_a<T, novu::open_enum>) {
        auto const& known = detail::enum_texts<typename T::enum_type>.values;
        v = r.one_in(4) ? T{"novel " + random_text(r)} : T{known[r.below(known.size())]};
    } else if constexpr (detail::is_a<T, std::optional>) {
        if (r.depth < 8 && r.one_in(2)) v.emplace(random_value<typename T::value_type>(r));
        else v.reset();
        if constexpr (std::is_same_v<typename T::value_type, boost::json::value>)
            if (v && v->is_null()) v = boost::json::value{true}; // null is absent there
    } else if constexpr (detail::is_a<T, novu::nullable>) {
        if (r.one_in(3)) v = nullptr;
        else if (r.depth < 8 && r.one_in(2)) v.emplace(random_value<typename T::value_type>(r));
        else v.reset();
        if constexpr (std::is_same_v<typename T::value_type, boost::json::value>)
            if (v && v->is_null()) v = nullptr;
    } else if constexpr (detail::is_a<T, novu::optional_list>) {
        if (r.one_in(2)) return v.reset();
        v.emplace();
        for (auto n = r.count(); n != 0; --n) v.push_back(random_value<typename T::value_type>(r));
    } else if constexpr (detail::is_a<T, std::vector>) {
        for (auto n = r.count(); n != 0; --n) v.push_back(random_value<typename T::value_type>(r));
    } else if constexpr (detail::is_a<T, novu::dictionary>) {
        for (auto n = r.count(); n != 0; --n) v.append(random_key(r, n), random_value<decltype(v.begin()->value)>(r));
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
