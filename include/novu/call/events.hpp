// Seeing what happens: an observer is called as a call goes on, on the thread that drives it.
//
//     novu::client_options options{.on_event = [](novu::event const& e) {
//         if (auto* retry = std::get_if<novu::retry_scheduled>(&e)) log("again in ", retry->wait);
//     }};
#pragma once

#include <novu/error.hpp>
#include <novu/http/request.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace novu {

/// What is shown of a request: an allow-list. No secret and no body is in it; ids in the path are.
struct request_summary {
    http::method method{};
    std::string url{};                  ///< without query parameters but limit, offset, orderBy, orderDirection, status
    std::string idempotency_key{};
    int attempt{1};                     ///< counted from 1
};
/// A request goes out.
struct attempt_started {
    request_summary const& request;
    std::chrono::milliseconds timeout;  ///< of this attempt; zero: none
};
/// An attempt gave an answer, or none.
struct attempt_finished {
    request_summary const& request;
    attempt const& outcome;
    /// Of the response: content-type, retry-after, retry-after-ms, ratelimit-limit, -remaining, -reset and -policy,
    /// idempotency-replay and idempotent-replay.
    std::vector<http::field> const& headers;
};
/// The call waits before its next attempt.
struct retry_scheduled {
    request_summary const& request;
    std::chrono::milliseconds wait;
};
/// The call is over.
struct call_finished {
    request_summary const& request;
    error const* failed;                ///< nullptr: it worked. Without body, dto and what quotes them, and of headers those shown above
};
/// Valid during the call of the observer only.
using event = std::variant<attempt_started, attempt_finished, retry_scheduled, call_finished>;

/// Called with every event. Must not throw, and must be fit to be called from every thread that makes calls.
/// None set costs nothing.
using observer = std::function<void(event const&)>;

} // namespace novu
