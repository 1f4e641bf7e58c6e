// What an operation gives when it worked: the value, and what came with it.
//
//     auto got = client.workflows.get("order-shipped");
//     if (got) std::cout << (*got)->name << ' ' << got->headers.get("ratelimit-remaining").value_or("?") << '\n';
#pragma once

#include <novu/error.hpp>
#include <novu/http/headers.hpp>
#include <novu/json/read.hpp>

#include <memory>
#include <string>
#include <type_traits>

namespace novu {

namespace detail {

/// What a value's views look at: the body as it came, and text that had no place in it. Neither moves with it.
struct borrowed_source {
    std::string body{};
    json::arena text{};

    void keep(std::string text_of_body) {
        body = std::move(text_of_body);
        body.reserve(sizeof body); // what a string holds in place would
    }
};
/// Its owner. Not copied unawares: whoever takes a part of a response out of it shares the whole.
class source_owner {
public:
    borrowed_source own{}; ///< until it is shared

    source_owner() = default;
    source_owner(source_owner&&) = default;
    source_owner& operator=(source_owner&&) = default;
    /// Allocates the first time.
    [[nodiscard]] source_owner share() {
        if (!shared_) shared_ = std::make_shared<borrowed_source>(std::move(own));
        source_owner other;
        other.shared_ = shared_;
        return other;
    }

private:
    std::shared_ptr<borrowed_source> shared_{};
};
struct no_source {};
template <class T> inline constexpr bool is_borrowed = json::detail::holds_views<T>();
template <class T> // all text of a model is of its storage: asked without looking at its members, which takes the compiler long
    requires requires { typename T::novu_model; }
inline constexpr bool is_borrowed<T> = std::is_same_v<typename T::novu_model::string, std::string_view>;
template <class T> using source_of = std::conditional_t<is_borrowed<T>, source_owner, no_source>;

} // namespace detail

/// `->` and `*` reach the value. A response of a borrowed value owns what the value looks at, and is kept as long as the value
/// or a copy of it is used: moving the response keeps the views valid, copying it does not compile.
template <class T> struct response {
    T value{};
    int status{0};              ///< of HTTP
    http::headers headers{};
    int attempts{1};            ///< requests it took
    bool replayed{false};       ///< the server answered from what it stored under the idempotency key
    [[no_unique_address]] detail::source_of<T> source{}; ///< what the value's views look at

    T* operator->() noexcept { return &value; }
    T const* operator->() const noexcept { return &value; }
    T& operator*() & noexcept { return value; }
    T const& operator*() const& noexcept { return value; }
    T&& operator*() && noexcept
        requires(!detail::is_borrowed<T>)
    {
        return std::move(value);
    }
    T&& operator*() && = delete; ///< of a borrowed value: it would outlive what it looks at
};

template <class T> inline constexpr bool detail::default_initializable<response<T>> = true; // asking takes the compiler long
template <class T>
    requires(sizeof(response<T>) > detail::most_in_place)
inline constexpr bool detail::held_in_place<response<T>> = is_borrowed<T>;

/// Of an operation that gives no value.
template <> struct response<void> {
    int status{0};
    http::headers headers{};
    int attempts{1};
    bool replayed{false};
};

} // namespace novu
