// How far an exchange has come when it fails, for messages and for what may be repeated.
#pragma once

#include <novu/error.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace novu::detail {

using deadline = std::optional<std::chrono::steady_clock::time_point>;

enum class stage : std::uint8_t { queueing, resolving, connecting, tunnelling, handshaking, sending, waiting, reading_headers, reading_body };

constexpr std::string_view describe(stage s) {
    switch (s) {
    case stage::queueing: return "waiting for a free connection";
    case stage::resolving: return "looking up the host";
    case stage::connecting: return "connecting";
    case stage::tunnelling: return "asking the proxy for a tunnel";
    case stage::handshaking: return "in the TLS handshake";
    case stage::sending: return "sending the request";
    case stage::waiting: return "waiting for the answer";
    case stage::reading_headers: return "reading the answer's headers";
    case stage::reading_body: return "reading the answer's body";
    }
    return {};
}

/// Why an exchange is ended before it is over.
enum class interruption : std::uint8_t { none, timed_out, cancelled };

inline error interrupted(interruption why, stage at) {
    bool const late = why == interruption::timed_out;
    error e = transport_error(std::make_error_code(late ? std::errc::timed_out : std::errc::operation_canceled), at >= stage::sending);
    e.note = std::string{late ? "timed out " : "cancelled "} + std::string{describe(at)};
    return e;
}

/// What a transport cannot be used with, as it was set up.
inline error unusable(std::string why) {
    error e = transport_error(std::make_error_code(std::errc::invalid_argument), false);
    e.permanent = true;
    e.note = std::move(why);
    return e;
}

/// Of what should not have been thrown: no memory, no file descriptors.
inline error thrown_error(std::exception_ptr const& thrown) {
    error e = transport_error(std::make_error_code(std::errc::io_error), true);
    try {
        std::rethrow_exception(thrown);
    } catch (std::exception const& x) {
        e.note = x.what();
    } catch (...) {
    }
    return e;
}

} // namespace novu::detail
