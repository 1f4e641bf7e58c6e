// What a transport is given for one exchange: views of everything to send, and how long it may take.
#pragma once

#include <novu/http/body_sink.hpp>
#include <novu/http/headers.hpp>
#include <novu/http/url.hpp>
#include <novu/stop_token.hpp>

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

namespace novu::http {

enum class method : std::uint8_t { get, post, put, patch, delete_ };

/// The method as HTTP writes it: `GET`, `POST`, `PUT`, `PATCH`, `DELETE`.
constexpr std::string_view to_string(method m) noexcept {
    switch (m) {
    case method::get: return "GET";
    case method::post: return "POST";
    case method::put: return "PUT";
    case method::patch: return "PATCH";
    case method::delete_: return "DELETE";
    }
    return {};
}

/// One request. What it looks at lives until the transport's `send` is done with it.
/// `headers` holds all that is to be sent but `Host`, `Content-Length` and `Connection`, which are the transport's.
struct request {
    http::method method{};
    std::string_view url{};                     ///< absolute; no fragment
    std::span<http::field const> headers{};     ///< names and values are fit to be sent as they are
    std::string_view body{};                    ///< empty: none
    std::chrono::milliseconds timeout{};        ///< of this exchange, connecting included; zero: none
    stop_token stop{};                          ///< ends the exchange early where the transport can
    body_sink* sink{nullptr};                   ///< takes the answer's body as it arrives, where the transport delivers pieces; null: none wanted

    [[nodiscard]] constexpr std::string_view scheme() const noexcept { return url_view{url}.scheme(); }
    [[nodiscard]] constexpr std::string_view host() const noexcept { return url_view{url}.host(); }
    [[nodiscard]] constexpr std::string_view port() const noexcept { return url_view{url}.port(); }
    [[nodiscard]] constexpr std::string_view target() const noexcept { return url_view{url}.target(); }
};

} // namespace novu::http
