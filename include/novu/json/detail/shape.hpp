// What a C++ type is in JSON, asked by the writer and by the reader's tables.
#pragma once

#include <novu/json/fields.hpp>
#include <novu/json/names.hpp>
#include <novu/json/open_enum.hpp>

#include <boost/json/value.hpp>

#include <concepts>
#include <memory_resource>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace novu::json::detail {

template <class T, template <class...> class Template> inline constexpr bool is_a = false;
template <template <class...> class Template, class... A> inline constexpr bool is_a<Template<A...>, Template> = true;

template <class T> struct unwrap_required { using type = T; };
template <class T> struct unwrap_required<required<T>> { using type = T; };
/// T without required<>.
template <class T> using plain_t = typename unwrap_required<T>::type;
template <class T> inline constexpr bool is_required = is_a<T, required>;

/// A member that may be left out of the JSON.
template <class T> inline constexpr bool can_be_absent = is_a<T, std::optional> || is_a<T, nullable> || is_a<T, optional_list>;

template <class T> inline constexpr bool is_string = std::is_same_v<T, std::string_view>;
template <class Tr, class A> inline constexpr bool is_string<std::basic_string<char, Tr, A>> = true;
template <class T> inline constexpr bool is_raw = std::is_same_v<T, raw> || std::is_same_v<T, raw_object>;
/// Free-form JSON that must be an object.
template <class T> inline constexpr bool is_free_object = std::is_same_v<T, boost::json::object> || std::is_same_v<T, raw_object>;
template <class T> inline constexpr bool is_free = is_raw<T> || is_free_object<T> || std::is_same_v<T, boost::json::value>;
template <class T> inline constexpr bool is_integer = std::is_integral_v<T> && !std::is_same_v<T, bool>;

template <class V> inline constexpr bool is_tagged_variant = false;
template <class... A> inline constexpr bool is_tagged_variant<std::variant<A...>> = (tagged<A> || ...);

/// The member that keeps what a type does not name: described, called `extra`, a free-form object.
template <class D, class Member> inline constexpr bool is_extra = std::string_view{D::name} == "extra" && is_free_object<Member>;

template <class P> struct pointee;
template <class C, class M> struct pointee<M C::*> {
    using owner = C;
    using type = M;
};
/// The type of the member that descriptor D stands for.
template <class D> using member_t = typename pointee<std::remove_cv_t<decltype(D::pointer)>>::type;

using memory = std::pmr::memory_resource;

template <class T>
concept with_resource = requires(T const& t) { requires std::is_same_v<decltype(t.get_allocator().resource()), memory*>; };

/// T with each required member filled with an empty value, and the others as their initialisers have them. With `resource`,
/// the required members that take one have it from the start.
/// Precondition: the required members stand first.
struct fill {
    memory* resource{nullptr};
    template <class U> constexpr operator required<U>() const;
};
template <class T> constexpr T blank(memory* resource = nullptr) {
    if constexpr (with_resource<T>) {
        return T(resource ? resource : std::pmr::get_default_resource());
    } else if constexpr (is_a<T, std::variant> && !std::is_default_constructible_v<T>) {
        return T{std::in_place_index<0>, blank<std::variant_alternative_t<0, T>>(resource)};
    } else if constexpr (std::is_default_constructible_v<T> || !described<T>) {
        return T{};
    } else {
        constexpr std::size_t count = []<class... D>(boost::mp11::mp_list<D...>) {
            return (std::size_t{0} + ... + (is_required<member_t<D>> ? 1 : 0));
        }(members_of<T>{});
        return [&]<std::size_t... I>(std::index_sequence<I...>) { return T{(void(I), fill{resource})...}; }(std::make_index_sequence<count>{});
    }
}
template <class U> constexpr fill::operator required<U>() const { return required<U>(blank<U>(resource)); }

/// Becomes a blank T where one is constructed from it.
template <class T> struct blank_one {
    memory* resource{nullptr};
    constexpr operator T() const { return blank<T>(resource); }
};

template <class T> inline constexpr bool no_shape = false;

} // namespace novu::json::detail

/// The line a compiler shows for a type that JSON cannot hold.
#define NOVU_DETAIL_NO_SHAPE(T)                                                                                        \
    static_assert(::novu::json::detail::no_shape<T>,                                                                   \
                  "novu: this type has no JSON form; describe a struct or enum with BOOST_DESCRIBE_STRUCT/ENUM, or "   \
                  "use bool, a number, a string, std::optional, std::vector, std::variant or a novu field type")
