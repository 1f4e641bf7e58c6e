// How an exchange that failed comes out, in the same words whichever client made it: how far it had come, whether the
// request may have reached the server, and whether trying again can help.
#pragma once

#include <novu/error.hpp>
#include <novu/transport/detail/deadline.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace novu::detail {

/// How far an exchange has come, for messages and for what may be repeated.
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

/// An answer's headers may have this many bytes.
inline constexpr std::size_t max_header_bytes = 64 * 1024;

/// `what` says what broke; of a time-out and a stop `cause` says it.
inline error failed_at(stage where, std::error_code cause, std::string what) {
    error e = transport_error(cause, where >= stage::sending);
    std::string const place{describe(where)};
    e.note = e.kind == error_kind::timeout ? "timed out " + place : std::move(what) + " (" + place + ")";
    return e;
}

/// Why an exchange is ended before it is over.
enum class interruption : std::uint8_t { none, timed_out, cancelled };

inline error interrupted(interruption why, stage at) {
    if (why == interruption::timed_out) return failed_at(at, std::make_error_code(std::errc::timed_out), {});
    error e = failed_at(at, std::make_error_code(std::errc::operation_canceled), {});
    e.note = "cancelled " + std::string{describe(at)};
    return e;
}

/// Of what should not have been thrown: no memory, no file descriptors.
inline error thrown_error(std::exception_ptr const& thrown) {
    error e = transport_error(std::make_error_code(std::errc::io_error), true);
#if defined(__cpp_exceptions)
    try {
        std::rethrow_exception(thrown);
    } catch (std::exception const& x) {
        e.note = x.what();
    } catch (...) {
    }
#else
    (void)thrown;
#endif
    return e;
}

inline error permanent_error(std::errc cause, bool sent, std::string note) {
    error e = transport_error(std::make_error_code(cause), sent);
    e.permanent = true;
    e.note = std::move(note);
    return e;
}

/// An option or a URL that no exchange can be made with.
inline error unusable(std::string why) { return permanent_error(std::errc::invalid_argument, false, std::move(why)); }

inline error body_too_large(std::size_t limit) {
    return permanent_error(std::errc::message_size, true, "the answer's body is larger than max_response_size, " + std::to_string(limit) + " bytes");
}
inline error headers_too_large() {
    return permanent_error(std::errc::message_size, true, "the answer's headers are larger than " + std::to_string(max_header_bytes) + " bytes");
}

inline error tunnel_refused(std::string const& authority, int status) {
    error e = transport_error(std::make_error_code(std::errc::connection_refused), false);
    e.permanent = status / 100 == 4;
    e.note = "the proxy refused the tunnel to " + authority + " with status " + std::to_string(status);
    return e;
}

/// Why a server's certificate was not taken.
inline std::string certificate_of_another(std::string const& host) { return "the server's certificate is not for the host " + in_quotes(host); }
inline std::string certificate_expired() { return "the server's certificate has expired"; }
inline std::string certificate_untrusted(std::string_view why) { return "the server's certificate is not trusted: " + std::string{why}; }

} // namespace novu::detail
