// result<T>: a value or an error, with std::expected's members. Nothing is thrown but by `value()`, and that
// only where exceptions are on.
//
//     novu::result<int> r = parse(text);
//     if (!r) return report(r.error());
//     use(*r);
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace novu {

/// Wraps what is to become a result's error: `return novu::failure{err};`.
template <class E> struct failure {
    E error;
};
template <class E> failure(E) -> failure<E>;

namespace detail {

struct no_value {};
template <class T> inline constexpr bool default_initializable = std::default_initializable<T>;
inline constexpr std::size_t most_in_place = 512; ///< bytes of a value
template <class T> inline constexpr bool held_in_place = sizeof(T) <= most_in_place;

/// A block of its own for what is large: a result has a place in several frames of a coroutine while it is waited for.
template <class T> class boxed {
public:
    boxed() : at_{std::make_unique<T>()} {}
    template <class U>
        requires(!std::same_as<std::remove_cvref_t<U>, boxed>)
    boxed(U&& from) : at_{std::make_unique<T>(std::forward<U>(from))} {}
    boxed(boxed const& other);
    boxed(boxed&&) noexcept = default;
    boxed& operator=(boxed other) noexcept;
    ~boxed();
    T& operator*() noexcept { return *at_; }
    T const& operator*() const noexcept { return *at_; }

private:
    std::unique_ptr<T> at_; // empty when moved from
};
// Outside of the class, so that separate compilation leaves them out: what is inside is inline.
template <class T> boxed<T>::boxed(boxed const& other) : at_{other.at_ ? std::make_unique<T>(*other.at_) : nullptr} {}
template <class T> boxed<T>& boxed<T>::operator=(boxed other) noexcept { return at_ = std::move(other.at_), *this; }
template <class T> boxed<T>::~boxed() = default;
template <class T> constexpr auto& unboxed(T& stored) noexcept { return stored; }
template <class T> T& unboxed(boxed<T>& stored) noexcept { return *stored; }
template <class T> T const& unboxed(boxed<T> const& stored) noexcept { return *stored; }

} // namespace detail

/// A value of type T or an error of type E. `T` may be void.
/// Threads: as any value. Allocations: one for an error of more than 128 bytes; with such errors, one for a value of
/// more than 512, unless it is a borrowed response.
template <class T, class E> class [[nodiscard]] basic_result {
    using plain = std::conditional_t<std::is_void_v<T>, detail::no_value, T>;
    static constexpr bool boxing = sizeof(E) > 128;
    using stored = std::conditional_t<boxing && !detail::held_in_place<plain>, detail::boxed<plain>, plain>;
    using stored_error = std::conditional_t<boxing, detail::boxed<E>, E>;
    static constexpr bool moves_nothrow = std::is_nothrow_move_constructible_v<stored> && std::is_nothrow_move_constructible_v<stored_error>;
    static constexpr bool is_copied = std::is_copy_constructible_v<stored> && std::is_copy_constructible_v<stored_error>;

public:
    using value_type = T;
    using error_type = E;

    constexpr basic_result() requires detail::default_initializable<plain> : value_{}, holds_{state::value} {}
    template <class U = plain>
        requires(!std::is_void_v<T> && std::constructible_from<plain, U> && std::convertible_to<U, plain> &&
                 !std::same_as<std::remove_cvref_t<U>, basic_result>)
    constexpr basic_result(U&& value) : value_(std::forward<U>(value)), holds_{state::value} {}
    template <class G>
        requires std::constructible_from<E, G>
    constexpr basic_result(failure<G> f) : error_(std::move(f.error)), holds_{state::error} {}
    /// An error as it is, where it could not be a value.
    template <std::same_as<E> G>
        requires(!std::constructible_from<plain, G>)
    constexpr basic_result(G error) : error_(std::move(error)), holds_{state::error} {}

    constexpr basic_result(basic_result&& other) noexcept(moves_nothrow) { fill(std::move(other)); }
    constexpr basic_result(basic_result const& other) requires is_copied { fill(other); }
    constexpr basic_result& operator=(basic_result&& other) noexcept(moves_nothrow) {
        basic_result taken{std::move(other)}; // which may be within the value
        clear();
        fill(std::move(taken));
        return *this;
    }
    constexpr basic_result& operator=(basic_result const& other) requires is_copied { return *this = basic_result{other}; }
    constexpr ~basic_result() { clear(); }

    [[nodiscard]] constexpr bool has_value() const noexcept { return holds_ == state::value; }
    constexpr explicit operator bool() const noexcept { return has_value(); }

    /// Unchecked. Precondition: has_value(), and the result was not moved from.
    constexpr decltype(auto) operator*() & noexcept { return get(*this); }
    constexpr decltype(auto) operator*() const& noexcept { return get(*this); }
    constexpr decltype(auto) operator*() && noexcept { return get(std::move(*this)); }
    constexpr plain* operator->() noexcept { return &value_of(*this); }
    constexpr plain const* operator->() const noexcept { return &value_of(*this); }

    /// The value; without one it throws E's exception, by an ADL call of `throw_error(error)`, or aborts where
    /// exceptions are off.
    constexpr decltype(auto) value() & { return check(), get(*this); }
    constexpr decltype(auto) value() const& { return check(), get(*this); }
    constexpr decltype(auto) value() && { return check(), get(std::move(*this)); }

    /// Unchecked, by reference. Precondition: !has_value(), and the result was not moved from.
    constexpr E& error() & noexcept { return detail::unboxed(error_); }
    constexpr E const& error() const& noexcept { return detail::unboxed(error_); }
    constexpr E&& error() && noexcept { return std::move(detail::unboxed(error_)); }

    template <class U> constexpr plain value_or(U&& other) const& {
        return has_value() ? **this : static_cast<plain>(std::forward<U>(other));
    }
    template <class U> constexpr plain value_or(U&& other) && {
        return has_value() ? *std::move(*this) : static_cast<plain>(std::forward<U>(other));
    }

    /// result<what f gives>: f of the value, or the error as it is.
    template <class F> constexpr auto transform(F&& f) const& { return transform_impl(*this, std::forward<F>(f)); }
    template <class F> constexpr auto transform(F&& f) && { return transform_impl(std::move(*this), std::forward<F>(f)); }
    /// What f gives, itself a result: f of the value, or the error as it is.
    template <class F> constexpr auto and_then(F&& f) const& { return and_then_impl(*this, std::forward<F>(f)); }
    template <class F> constexpr auto and_then(F&& f) && { return and_then_impl(std::move(*this), std::forward<F>(f)); }

private:
    template <class Self> static constexpr auto& value_of(Self& self) noexcept { return detail::unboxed(self.value_); }
    template <class Self> static constexpr decltype(auto) get(Self&& self) noexcept {
        if constexpr (std::is_void_v<T>) return;
        else if constexpr (std::is_lvalue_reference_v<Self>) return (value_of(self));
        else return std::move(value_of(self));
    }
    constexpr void check() const {
        if (has_value()) return;
#if defined(__cpp_exceptions)
        throw_error(error());
#else
        std::abort();
#endif
    }
    template <class Self, class F> static constexpr decltype(auto) apply(Self&& self, F&& f) {
        if constexpr (std::is_void_v<T>) return std::invoke(std::forward<F>(f));
        else return std::invoke(std::forward<F>(f), *std::forward<Self>(self));
    }
    template <class Self, class F> static constexpr auto and_then_impl(Self&& self, F&& f) {
        using next = std::remove_cvref_t<decltype(apply(std::forward<Self>(self), std::forward<F>(f)))>;
        if (!self.has_value()) return next{failure{std::forward<Self>(self).error()}};
        return next{apply(std::forward<Self>(self), std::forward<F>(f))};
    }
    template <class Self, class F> static constexpr auto transform_impl(Self&& self, F&& f) {
        using next = std::remove_cvref_t<decltype(apply(std::forward<Self>(self), std::forward<F>(f)))>;
        using out = basic_result<next, E>;
        if (!self.has_value()) return out{failure{std::forward<Self>(self).error()}};
        if constexpr (std::is_void_v<next>) return apply(std::forward<Self>(self), std::forward<F>(f)), out{};
        else return out{apply(std::forward<Self>(self), std::forward<F>(f))};
    }

    // A union: std::variant takes compilers five times as long, and results are many.
    enum class state : unsigned char { value, error, nothing };
    template <class Other> constexpr void fill(Other&& other) {
        if (other.holds_ == state::value) std::construct_at(std::addressof(value_), std::forward<Other>(other).value_);
        else if (other.holds_ == state::error) std::construct_at(std::addressof(error_), std::forward<Other>(other).error_);
        holds_ = other.holds_;
    }
    constexpr void clear() noexcept {
        if (holds_ == state::value) std::destroy_at(std::addressof(value_));
        else if (holds_ == state::error) std::destroy_at(std::addressof(error_));
        holds_ = state::nothing;
    }

    union {
        stored value_;
        stored_error error_;
    };
    state holds_{state::nothing}; // as well where copying or moving threw
};

} // namespace novu
