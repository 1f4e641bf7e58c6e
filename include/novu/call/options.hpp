// What can be set for a client and for one call. Every duration is in milliseconds; what zero means stands beside it.
#pragma once

#include <novu/call/events.hpp>
#include <novu/http/headers.hpp>
#include <novu/stop_token.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace novu {

// Novu's own servers, as base URLs.
inline constexpr char const* us_server = "https://api.novu.co";
inline constexpr char const* eu_server = "https://eu.api.novu.co";

/// When to try again. The four numbers and their meaning are the official SDKs'; the budget is not: they go on for
/// an hour, this library for a minute.
struct retry_policy {
    std::chrono::milliseconds initial_interval{1000};   ///< before the first retry, plus up to 1 s of jitter
    std::chrono::milliseconds max_interval{30'000};     ///< no back-off is above it, jitter included
    double exponent{1.5};                               ///< wait n (from 0) = initial_interval * exponent^n + jitter
    std::chrono::milliseconds max_elapsed_time{60'000}; ///< no attempt starts after it; zero: no limit
    bool retry_connection_errors{true};                 ///< connection errors and time-outs too
    bool resend_posts{true};                            ///< try a POST or PATCH again that may have been received, under the same key. (The
                                                        ///< ready transports mend a kept connection that was closed before a byte of an
                                                        ///< answer by themselves, whatever this says.)
    int max_attempts{0};                                ///< zero: no limit

    /// One attempt.
    static constexpr retry_policy none() {
        retry_policy p;
        p.max_attempts = 1;
        return p;
    }
};

namespace detail {
/// The object, const or not, that a reference without its type is to.
template <class T> T& referred(void const* object) { return *static_cast<T*>(const_cast<void*>(object)); }
} // namespace detail

/// A reference to a clock: any object with `steady()`, a std::chrono::steady_clock::time_point, and `system()`, a
/// std::chrono::system_clock::time_point. It must outlive what refers to it. Default: the real clocks.
class clock_ref {
public:
    clock_ref() = default;
    template <class Clock>
        requires(!std::same_as<std::remove_cv_t<Clock>, clock_ref>) && requires(Clock& c) { c.steady(), c.system(); }
    clock_ref(Clock& clock)
        : object_{&clock}, steady_{[](void const* c) -> std::chrono::steady_clock::time_point { return detail::referred<Clock>(c).steady(); }},
          system_{[](void const* c) -> std::chrono::system_clock::time_point { return detail::referred<Clock>(c).system(); }} {}

    [[nodiscard]] std::chrono::steady_clock::time_point steady() const { return steady_ ? steady_(object_) : std::chrono::steady_clock::now(); }
    [[nodiscard]] std::chrono::system_clock::time_point system() const { return system_ ? system_(object_) : std::chrono::system_clock::now(); }

private:
    void const* object_{nullptr};
    std::chrono::steady_clock::time_point (*steady_)(void const*){nullptr};
    std::chrono::system_clock::time_point (*system_)(void const*){nullptr};
};

/// A reference to a source of random bits: any object with `operator()() -> std::uint64_t`, which must outlive what
/// refers to it and be fit for the threads that make calls. Default: none, and a client takes the system's (getentropy), a
/// system call a key.
class random_ref {
public:
    random_ref() = default;
    template <class Random>
        requires(!std::same_as<std::remove_cv_t<Random>, random_ref>) && requires(Random& r) { { r() } -> std::convertible_to<std::uint64_t>; }
    random_ref(Random& random) : object_{&random}, next_{[](void const* r) -> std::uint64_t { return detail::referred<Random>(r)(); }} {}

    [[nodiscard]] explicit operator bool() const noexcept { return next_ != nullptr; }
    /// Precondition: there is one.
    std::uint64_t operator()() const { return next_(object_); }

private:
    void const* object_{nullptr};
    std::uint64_t (*next_)(void const*){nullptr};
};

/// What holds for all calls of a client, unless a call says otherwise.
struct client_options {
    std::string secret_key{};                           ///< empty: the environment variable NOVU_SECRET_KEY
    std::function<std::string()> secret_key_provider{}; ///< instead: asked before each attempt, for keys that rotate; the time it takes is not counted; what it throws ends the call
    std::string server{us_server};                      ///< us_server, eu_server, or any http(s) base URL, with or without a path
    retry_policy retries{};                             ///< when to try again
    std::chrono::milliseconds timeout{30'000};          ///< of one attempt; zero: none
    std::chrono::milliseconds total_timeout{90'000};    ///< of the whole call, waits and the attempt under way included; zero: none
    std::vector<http::header> headers{};                ///< sent with every request; replace the library's own of the same name
    observer on_event{};                                ///< told what happens; none: nothing is
    clock_ref clock{};                                  ///< for tests in virtual time
    random_ref random{};                                ///< of idempotency keys and jitter
};

/// What differs for one call; what is not set is the client's.
struct call_options {
    std::optional<std::string> idempotency_key{};       ///< 1 to 255 characters; not set: 128 random bits
    std::optional<retry_policy> retries{};
    std::optional<std::chrono::milliseconds> timeout{}, total_timeout{}; ///< zero: none, as in client_options
    std::string server{};                               ///< instead of the client's. The secret key goes there too: the caller's decision
    std::vector<http::header> headers{};                ///< replace the client's and the library's own of the same name
    stop_token stop{};                                  ///< ends the call as error_kind::cancelled
    std::pmr::memory_resource* memory{};                ///< what a response of the pmr storage is made in, which outlives it; null: the default resource
};

} // namespace novu
