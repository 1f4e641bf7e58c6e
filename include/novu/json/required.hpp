// required<T>: a member that must be given. An aggregate that leaves it out does not compile.
//
//     struct order { novu::required<std::string> id; std::optional<std::string> note{}; };
//     order{.id = "7"};       // fine
//     order{.note = "x"};     // error: use of deleted function 'required<...>::required()': a required member is missing
#pragma once

#include <concepts>
#include <initializer_list>
#include <iosfwd>
#include <type_traits>
#include <utility>

namespace novu {

/// An empty list, where leaving the braces empty would read as 'left out'.
struct empty_list_t {};
inline constexpr empty_list_t empty_list{};

namespace detail {

template <class T> struct element {};
template <class T>
    requires requires { typename T::value_type; typename T::allocator_type; }
struct element<T> {
    using type = typename T::value_type;
};
/// What a braced list of T's elements is made of; for a T that is no list, a type nobody can make.
struct no_element {};
template <class T> using element_t = typename std::conditional_t<requires { typename element<T>::type; }, element<T>, std::type_identity<no_element>>::type;

} // namespace detail

/// Behaves as a T: derives from it where T is a class, converts to it otherwise.
template <class T> struct required;

template <class T>
    requires std::is_class_v<T>
struct required<T> : T {
    required() = delete; // a required member is missing: give it a value
    template <class U = T>
        requires(std::convertible_to<U, T> && !std::same_as<std::remove_cvref_t<U>, required>)
    constexpr required(U&& value) : T(std::forward<U>(value)) {}
    constexpr required(std::initializer_list<detail::element_t<T>> list)
        requires requires { typename detail::element<T>::type; }
        : T(list) {}
    constexpr required(empty_list_t)
        requires requires { typename detail::element<T>::type; }
        : T() {}
    using T::operator=;
    template <std::same_as<required> R> // a template, to leave T's own comparisons alone
    friend constexpr bool operator==(R const& a, R const& b) {
        return static_cast<T const&>(a) == static_cast<T const&>(b);
    }
};

template <class T>
    requires(!std::is_class_v<T>)
struct required<T> {
    required() = delete; // a required member is missing: give it a value
    constexpr required(T value) noexcept : value_{value} {}
    constexpr operator T&() noexcept { return value_; }
    constexpr operator T const&() const noexcept { return value_; }

private:
    T value_;
};

} // namespace novu
