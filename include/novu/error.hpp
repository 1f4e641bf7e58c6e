// What a call can end in besides a value: one struct that says what happened, what the server said, what was tried,
// why it stopped and, in message(), what to do.
//
//     auto got = client.workflows.get("nope");
//     if (!got) {
//         std::cerr << got.error().message() << '\n';
//         if (novu::error_dto const* dto = got.error().dto()) ...            // what the server said, decoded
//     }
#pragma once

#include <novu/error_dto.hpp>
#include <novu/http/headers.hpp>
#include <novu/result.hpp>

#include <boost/json/serialize.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <variant>
#include <vector>
#if defined(__cpp_exceptions)
#include <exception>
#endif

namespace novu {

/// What happened.
enum class error_kind : std::uint8_t {
    invalid_request,     ///< refused by the library; error::sent says whether an earlier attempt went out
    transport,           ///< no answer: see `cause`
    timeout,             ///< no answer in time
    cancelled,           ///< the caller's stop token asked
    api,                 ///< Novu answered with 4XX or 5XX
    validation,          ///< Novu answered 422 and said which fields are wrong
    unexpected_response, ///< another status or content type than the operation's, or a redirect
    undecodable,         ///< the right status, but a body that is not the operation's
};

/// Why a call ended and was not tried (again).
enum class stop_reason : std::uint8_t {
    permanent,          ///< trying again would not help
    attempts_exhausted, ///< retry_policy::max_attempts
    time_exhausted,     ///< total_timeout or max_elapsed_time, or a wait the server asked for does not fit into it
    not_repeatable,     ///< the request may have reached the server and is not safe to repeat
    replayed,           ///< the server replayed a stored error; it will for 24 h under this idempotency key
    cancelled,
};

/// One attempt of a call.
struct attempt {
    int status{0};                          ///< 0: no answer
    std::error_code cause{};                ///< why there was none
    std::chrono::milliseconds waited{0};    ///< before it
    std::chrono::milliseconds took{0};
    friend bool operator==(attempt const&, attempt const&) = default;
};

/// Everything known about a call that failed. The secret key is in none of it: where a server sent it back (and it has 8
/// characters or more), `[secret key]` stands in its place.
struct error {
    error_kind kind{error_kind::transport};
    int status{0};                          ///< of the last answer; 0: none
    std::error_code cause{};
    http::headers headers{};                ///< of the last answer
    std::string body{};                     ///< of the last answer, as it came; of one that was decoded as it arrived, the piece that came last
    std::vector<attempt> attempts{};
    stop_reason stopped{stop_reason::permanent};
    std::string note{};                     ///< the library's own words: what is wrong, what to do
    bool sent{false};                       ///< whether the request may have reached the server, in any attempt
    bool permanent{false};                  ///< set by a transport where trying again cannot help (an untrusted certificate)
    std::variant<std::monostate, error_dto, validation_error_dto> decoded{};

    /// What the server said; nullptr where it sent no ErrorDto.
    [[nodiscard]] error_dto const* dto() const noexcept { return std::get_if<error_dto>(&decoded); }
    /// What the server said of each field; nullptr but for a decoded 422.
    [[nodiscard]] validation_error_dto const* validation() const noexcept { return std::get_if<validation_error_dto>(&decoded); }

    /// One line for a person: what happened, the server's words (shortened, in quotes), what to do. The server's
    /// words are untrusted input; control characters are blanked.
    [[nodiscard]] std::string message() const;
};

/// What an operation gives: a value or an error.
template <class T> using result = basic_result<T, error>;

/// The error of a transport that got no answer. `sent`: whether the request may have reached the server, which
/// decides if a POST is safe to repeat. Time-outs and cancellations are told by their std::errc.
inline error transport_error(std::error_code cause, bool sent) {
    error e;
    e.kind = cause == std::errc::timed_out            ? error_kind::timeout
             : cause == std::errc::operation_canceled ? error_kind::cancelled
                                                      : error_kind::transport;
    e.cause = cause;
    e.sent = sent;
    return e;
}

#if defined(__cpp_exceptions)
/// What result::value() throws.
class exception : public std::exception {
public:
    explicit exception(novu::error e) : error_{std::move(e)}, what_{error_.message()} {}
    [[nodiscard]] char const* what() const noexcept override { return what_.c_str(); }
    [[nodiscard]] novu::error const& error() const noexcept { return error_; }

private:
    novu::error error_;
    std::string what_;
};
[[noreturn]] inline void throw_error(error const& e) { throw exception{e}; }
#endif

} // namespace novu

namespace novu::detail {

/// A text fit for one line: of `limit` bytes at most, without control characters.
inline std::string one_line(std::string_view text, std::size_t limit) {
    std::size_t end = text.size() <= limit ? text.size() : limit;
    while (end < text.size() && end != 0 && (static_cast<unsigned char>(text[end]) & 0xc0u) == 0x80u) --end;
    std::string out{text.substr(0, end)};
    for (char& c : out)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return out += end < text.size() ? "..." : "";
}
/// The server's words.
inline std::string in_quotes(std::string_view text) { return '"' + one_line(text, 300) + '"'; }

inline std::string words_of(std::optional<boost::json::value> const& message) {
    if (!message || message->is_null()) return {};
    if (auto const* text = message->if_string()) return in_quotes({text->data(), text->size()});
    return in_quotes(boost::json::serialize(*message));
}

inline std::string server_words(error const& e) {
    if (auto const* d = e.dto()) return words_of(d->message);
    if (auto const* v = e.validation()) {
        std::string out;
        for (auto const& [field, violation] : v->errors)
            for (auto const& text : violation.messages) out.append(out.empty() ? "" : ", ").append(in_quotes(field + ": " + text));
        return out.empty() ? words_of(v->message) : out;
    }
    return e.body.empty() ? std::string{} : in_quotes(e.body);
}

constexpr std::string_view describe(error_kind kind) {
    switch (kind) {
    case error_kind::invalid_request: return "invalid request";
    case error_kind::transport: return "no answer";
    case error_kind::timeout: return "time-out";
    case error_kind::cancelled: return "cancelled";
    case error_kind::api: return "Novu refused the request";
    case error_kind::validation: return "Novu found invalid fields";
    case error_kind::unexpected_response: return "unexpected response";
    case error_kind::undecodable: return "the response cannot be decoded";
    }
    return {};
}

constexpr std::string_view describe(stop_reason reason) {
    switch (reason) {
    case stop_reason::permanent: return {};
    case stop_reason::attempts_exhausted: return "no attempts left";
    case stop_reason::time_exhausted: return "no time left";
    case stop_reason::not_repeatable: return "not safe to repeat";
    case stop_reason::replayed: return "a stored answer, replayed";
    case stop_reason::cancelled: return {};
    }
    return {};
}

} // namespace novu::detail

inline std::string novu::error::message() const {
    std::string out{detail::describe(kind)};
    if (kind == error_kind::invalid_request && !sent) out.append(", nothing was sent");
    if (status != 0) out.append(" (status ").append(std::to_string(status)).append(")");
    if (kind != error_kind::undecodable && kind != error_kind::unexpected_response)
        if (std::string const words = detail::server_words(*this); !words.empty()) out.append(": ").append(words);
    if (cause && kind != error_kind::cancelled) out.append(": ").append(cause.message());
    if (!note.empty()) out.append("; ").append(detail::one_line(note, 1000));
    if (auto const why = detail::describe(stopped); !why.empty()) out.append("; ").append(why);
    if (attempts.size() > 1) out.append("; ").append(std::to_string(attempts.size())).append(" attempts");
    return out;
}
