// any_transport: a synchronous transport whose type is not seen, for programs that want the client compiled once.
//
//     novu::client<novu::any_transport> client{novu::curl_transport{}, {.secret_key = key}};
//     novu::client<novu::any_transport> client{std::ref(mine), {.secret_key = key}};          // stays outside
//
// It costs one allocation when it is made, and one indirect call an exchange or a wait. Whether what it holds delivers
// bodies in pieces is not seen: they come whole.
#pragma once

#include <novu/error.hpp>
#include <novu/http/request.hpp>
#include <novu/http/response.hpp>
#include <novu/transport/concepts.hpp>
#include <novu/transport/detail/wait.hpp>

#include <cassert>
#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace novu {

/// Holds any sync_transport by value, or one that lives elsewhere by std::ref. Move-only; once moved from it may only be
/// assigned or destroyed.
/// Threads: as the transport it holds.
class any_transport {
    template <class T> static constexpr bool holdable = !std::same_as<T, any_transport> && sync_transport<std::unwrap_reference_t<T>>;

public:
    template <class T>
        requires holdable<T>
    any_transport(T transport) : held_{std::make_unique<holder<T>>(std::move(transport))} {}

    /// The held transport's, as it is.
    result<http::response> send(http::request const& q) { return held().send(q); }
    /// The held transport's, with the token where it takes one, else in slices of 50 ms.
    void wait(std::chrono::milliseconds time, stop_token stop = {}) { held().wait(time, stop); }

private:
    struct transport_base {
        virtual ~transport_base() = default;
        virtual result<http::response> send(http::request const& q) = 0;
        virtual void wait(std::chrono::milliseconds time, stop_token const& stop) = 0;
    };
    template <class T> struct holder final : transport_base {
        T transport;
        explicit holder(T t) : transport{std::move(t)} {}
        std::unwrap_reference_t<T>& get() { return transport; }
        result<http::response> send(http::request const& q) override { return get().send(q); }
        void wait(std::chrono::milliseconds time, stop_token const& stop) override { detail::wait_for(get(), time, stop); }
    };

    [[nodiscard]] transport_base& held() {
        assert(held_); // moved from
        return *held_;
    }
    std::unique_ptr<transport_base> held_;
};

} // namespace novu
