// What a check has in hand: the transport, its options, servers, and expectations that put themselves into words.
#pragma once

#include <novu/testing/conformance_report.hpp>
#include <novu/testing/detail/conformance_subject.hpp>
#include <novu/testing/faulty_server.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace novu::testing::conformance {

using namespace std::chrono_literals;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool is_sanitized = true;
#elif defined(__has_feature)
inline constexpr bool is_sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(undefined_behavior_sanitizer);
#else
inline constexpr bool is_sanitized = false;
#endif

constexpr std::string_view name_of(error_kind kind) {
    switch (kind) {
    case error_kind::invalid_request: return "invalid_request";
    case error_kind::transport: return "transport";
    case error_kind::timeout: return "timeout";
    case error_kind::cancelled: return "cancelled";
    case error_kind::api: return "api";
    case error_kind::validation: return "validation";
    case error_kind::unexpected_response: return "unexpected_response";
    case error_kind::undecodable: return "undecodable";
    }
    return {};
}

/// Text as one short line: what is no printable ASCII as \xNN, the middle of what is long left out.
inline std::string shown(std::string_view text) {
    constexpr std::size_t longest = 100;
    auto const escaped = [](std::string_view part) {
        std::string out;
        for (char c : part) {
            auto const byte = static_cast<unsigned char>(c);
            if (byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\') out += c;
            else out.append("\\x").append(1, "0123456789abcdef"[byte >> 4]).append(1, "0123456789abcdef"[byte & 15]);
        }
        return out;
    };
    if (text.size() <= longest) return "\"" + escaped(text) + "\"";
    return "\"" + escaped(text.substr(0, longest / 2)) + "\"..\"" + escaped(text.substr(text.size() - longest / 2)) + "\", " + std::to_string(text.size()) + " bytes,";
}

inline std::string shown(error const& e) {
    return std::string{name_of(e.kind)} + " (" + (e.sent ? "sent" : "not sent") + "; " + e.message() + ")";
}
inline std::string shown(result<http::response> const& r) {
    return r ? "status " + std::to_string(r->status) + " with the body " + shown(r->body) : shown(r.error());
}
template <class T> std::string shown(result<response<T>> const& r) {
    return r ? "success, status " + std::to_string(r->status) + ", attempts: " + std::to_string(r->attempts) : shown(r.error());
}

/// An answer of status 200 with this body, as bytes.
inline std::string ok(std::string_view body, std::string_view headers = {}) {
    return "HTTP/1.1 200 OK\r\n" + std::string{headers} + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}
/// The target of a request as it came.
inline std::string target_of(std::string_view request) {
    std::size_t const from = request.find(' ') + 1;
    return std::string{request.substr(from, request.find(' ', from) - from)};
}

/// Answers the requests of a connection with these bytes, one after the other, and waits for the client to close it.
inline faulty_server::script answers(std::vector<std::string> bytes) {
    return [bytes = std::move(bytes)](peer& p) {
        for (std::string const& each : bytes)
            if (!p.request().empty()) p.send(each);
        p.until_closed();
    };
}
/// Answers one request with these bytes and closes.
inline faulty_server::script closes_after(std::string bytes) {
    return [bytes = std::move(bytes)](peer& p) { p.request(), p.send(bytes); };
}
/// Answers every request with its own target; one for a list, with its limit as the total.
inline void echoes(peer& p) {
    for (std::string q; !(q = p.request()).empty();) {
        std::string const target = target_of(q);
        std::size_t const limit = target.find("?limit=");
        p.send(ok(limit == target.npos ? target : R"({"workflows":[],"totalCount":)" + target.substr(limit + 7) + "}"));
    }
}

/// Serves bodies as they came behind the target: `POST /a` with `b` is answered with `/a b`.
struct echo_handler {
    http::response handle(http::request const& q) const {
        return {200, {{"content-type", "application/octet-stream"}}, std::string{q.target()} + " " + std::string{q.body}};
    }
};

/// What a server heard: requests as they came. Threads: any.
class heard {
public:
    void add(std::string request) {
        std::lock_guard lock{mutex_};
        requests_.push_back(std::move(request));
    }
    std::size_t size() const {
        std::lock_guard lock{mutex_};
        return requests_.size();
    }
    /// The last request; empty where there was none.
    std::string last() const {
        std::lock_guard lock{mutex_};
        return requests_.empty() ? std::string{} : requests_.back();
    }
    /// Keeps every request, and answers it with these bytes.
    faulty_server::script answering(std::string bytes) {
        return [this, bytes = std::move(bytes)](peer& p) {
            for (std::string q; !(q = p.request()).empty(); p.send(bytes)) add(std::move(q));
        };
    }

private:
    mutable std::mutex mutex_{};
    std::vector<std::string> requests_{};
};

/// A stop, and when it was asked for first. Threads: any.
class timed_stop {
public:
    void ask() {
        clock::rep never = 0;
        asked_.compare_exchange_strong(never, clock::now().time_since_epoch().count());
        source_.request_stop();
    }
    stop_token token() const { return source_.get_token(); }
    /// From then to now; 0 where it was not.
    std::chrono::milliseconds ago() const {
        clock::rep const asked = asked_;
        return asked == 0 ? 0ms : std::chrono::duration_cast<std::chrono::milliseconds>(clock::now().time_since_epoch() - clock::duration{asked});
    }

private:
    using clock = std::chrono::steady_clock;
    stop_source source_{};
    std::atomic<clock::rep> asked_{0};
};

class trial {
public:
    subject& over;
    conformance_options const& options;
    std::vector<std::string> faults{}, remarks{};
    std::optional<std::string> skipped{};

    trial(subject& s, conformance_options const& o) : over{s}, options{o} {}

    std::chrono::milliseconds timeout() const { return 100ms * options.time_scale; } ///< of what is to time out
    std::chrono::milliseconds slack() const { return 2s * options.time_scale; }      ///< by which it may come late
    std::chrono::milliseconds at_once() const { return is_sanitized || options.time_scale != 1 ? slack() : 250ms; } ///< of what is stopped
    std::chrono::milliseconds soon() const { return 2s * options.time_scale; }       ///< of what is to work
    /// Of the servers: what a time-out or a stop should have ended long before is cut.
    std::chrono::milliseconds patience() const { return timeout() + slack() + 500ms * options.time_scale; }
    std::size_t concurrent() const { return options.concurrent != 0 ? options.concurrent : over.kind() == "synchronous" ? 1 : 200; }

    faulty_server server(std::vector<faulty_server::script> scripts) const { return faulty_server{std::move(scripts), nullptr, patience()}; }

    void skip(std::string why) { skipped = std::move(why); }
    void remark(std::string words) { remarks.push_back(std::move(words)); }
    bool expect(bool holds, std::string words) {
        if (holds) return true;
        if (constexpr std::size_t most = 5; faults.size() < most) faults.push_back(std::move(words));
        return false;
    }
    bool expect_text(std::string_view what, std::string_view expected, std::string_view got) {
        return expect(expected == got, std::string{what} + ": expected " + shown(expected) + ", got " + shown(got));
    }
    /// Of a request as it came. Nothing: it must not be there.
    bool expect_header(std::string_view what, std::string_view request, std::string_view name, std::optional<std::string_view> expected) {
        auto const got = peer::header_of(request, name);
        auto const words = [](auto const& value) { return value ? shown(*value) : std::string{"none"}; };
        return expect(got == expected, std::string{what} + ", the header " + std::string{name} + ": expected " + words(expected) + ", got " + words(got));
    }
    template <class R> bool worked(std::string_view what, R const& got) { return expect(got.has_value(), std::string{what} + ": expected success, got " + shown(got)); }
    bool answered(std::string_view what, result<http::response> const& got, int status, std::string_view body) {
        return expect(got && got->status == status && got->body == body,
                      std::string{what} + ": expected status " + std::to_string(status) + " with the body " + shown(body) + ", got " + shown(got));
    }
    template <class R> bool failed(std::string_view what, R const& got, error_kind kind, std::optional<bool> sent = {}) {
        return expect(!got && got.error().kind == kind && (!sent || got.error().sent == *sent),
                      std::string{what} + ": expected " + std::string{name_of(kind)} + (!sent ? "" : *sent ? " (sent)" : " (not sent)") + ", got " + shown(got));
    }
    /// Of a call.
    template <class R> bool ended(std::string_view what, R const& got, error_kind kind, stop_reason why, std::size_t attempts) {
        auto const words = [](stop_reason r, std::size_t n) { return std::to_string(n) + " attempts and the reason " + shown(novu::detail::describe(r)); };
        return failed(what, got, kind) && expect(got.error().stopped == why && got.error().attempts.size() == attempts,
                                                 std::string{what} + ": expected " + words(why, attempts) + ", got " + words(got.error().stopped, got.error().attempts.size()));
    }

    // Exchanges.
    result<http::response> send(http::request const& q, std::shared_ptr<http::body_sink> sink = nullptr) { return std::move(over.exchange({&q, 1}, std::move(sink)).front()); }
    result<http::response> get(std::string const& url, std::optional<std::chrono::milliseconds> limit = {}, stop_token stop = {}) {
        http::field const fields[] = {{"accept", "application/json"}};
        return send({http::method::get, url, fields, {}, limit.value_or(soon()), std::move(stop)});
    }
    result<http::response> post(std::string const& url, std::string_view body, std::optional<std::chrono::milliseconds> limit = {}, stop_token stop = {}) {
        http::field const fields[] = {{"content-type", "application/json"}};
        return send({http::method::post, url, fields, body, limit.value_or(soon()), std::move(stop)});
    }
    /// Options of a call that is to work at once.
    call_options call(std::string server) const { return {.retries = retry_policy::none(), .timeout = soon(), .total_timeout = soon(), .server = std::move(server)}; }

    /// That what `f` does takes at least and hardly more than this long.
    template <class F> auto timed(std::string_view what, std::chrono::milliseconds least, F f) {
        auto const begun = std::chrono::steady_clock::now();
        auto got = f();
        auto const took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
        expect(took >= least * 9 / 10 && took <= least + slack(), std::string{what} + ": expected an end after " + std::to_string(least.count()) + " ms and no later than " +
                                                                  std::to_string((least + slack()).count()) + " ms, it took " + std::to_string(took.count()) + " ms");
        return got;
    }
    /// That what `f(stop)` does ends at once when it asks that stop; it gives how long that took. The best of three counts,
    /// as the machine may be busy.
    template <class F> void ends_at_once(std::string_view what, F f) {
        auto best = (std::chrono::milliseconds::max)();
        for (int left = 3; left != 0 && faults.empty() && best > at_once() && (left == 3 || best <= slack()); --left) {
            timed_stop stop;
            best = (std::min)(best, f(stop));
        }
        if (faults.empty())
            expect(best <= at_once(), std::string{what} + ": expected an end within " + std::to_string(at_once().count()) + " ms of the stop, it took " + std::to_string(best.count()) + " ms");
    }
};

} // namespace novu::testing::conformance
