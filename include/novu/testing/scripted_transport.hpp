// A transport that answers from a list and records what it was asked. For tests of programs that use the client.
//
//     novu::testing::scripted_transport transport;
//     transport.answer(503, "busy").answer(200, R"({"workflows":[],"totalCount":0})");
//     novu::client client{std::ref(transport), {.secret_key = "k"}};
//     auto page = client.workflows.list();                 // two requests, no real waiting
//     transport.requests.at(0).url; transport.waits.at(0);
#pragma once

#include <novu/error.hpp>
#include <novu/http/request.hpp>
#include <novu/http/response.hpp>
#include <novu/testing/virtual_clock.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace novu::testing {

/// A request as it was sent, with texts of its own.
struct recorded_request {
    http::method method{};
    std::string url{};
    http::headers headers{};
    std::string body{};
    std::chrono::milliseconds timeout{};
};

/// Synchronous. Each `send` takes the next step of the script; past its end it fails and says so. With a clock, waits
/// and delays advance it; nothing ever sleeps. Threads: one at a time.
class scripted_transport {
public:
    std::vector<recorded_request> requests{};
    std::vector<std::chrono::milliseconds> waits{};

    scripted_transport() = default;
    explicit scripted_transport(virtual_clock& clock) : clock_{&clock} {}

    /// The next exchange gives this answer. Without a content type it is JSON.
    scripted_transport& answer(int status, std::string body = {}, http::headers headers = {}) {
        if (!headers.contains("content-type") && !body.empty()) headers.add("content-type", "application/json");
        return step({.outcome = http::response{status, std::move(headers), std::move(body)}});
    }
    /// The next exchange fails. `sent`: the request may have reached the server.
    scripted_transport& fail(error e) { return step({.outcome = failure{std::move(e)}}); }
    scripted_transport& fail(std::error_code cause, bool sent = true) { return fail(transport_error(cause, sent)); }
    scripted_transport& fail(std::errc cause, bool sent = true) { return fail(std::make_error_code(cause), sent); }
    /// The exchange scripted last takes this long; a time-out where the request allows less.
    scripted_transport& after(std::chrono::milliseconds delay) {
        script_.back().delay = delay;
        return *this;
    }
    /// Runs when the exchange scripted last is under way.
    scripted_transport& meanwhile(std::function<void()> action) {
        script_.back().action = std::move(action);
        return *this;
    }

    result<http::response> send(http::request const& q) {
        recorded_request r{q.method, std::string{q.url}, {}, std::string{q.body}, q.timeout};
        for (http::field f : q.headers) r.headers.add(f.name, f.value);
        requests.push_back(std::move(r));
        if (script_.empty()) {
            error e = transport_error(std::make_error_code(std::errc::io_error), false);
            e.permanent = true;
            e.note = "the script of the scripted_transport has ended: request " + std::to_string(requests.size()) + " was not foreseen";
            return failure{std::move(e)};
        }
        scripted next = std::move(script_.front());
        script_.pop_front();
        if (next.action) next.action();
        bool const late = q.timeout.count() != 0 && next.delay > q.timeout;
        if (clock_) clock_->advance(late ? q.timeout : next.delay);
        if (late) return failure{transport_error(std::make_error_code(std::errc::timed_out), true)};
        return std::move(next.outcome);
    }
    void wait(std::chrono::milliseconds time) {
        waits.push_back(time);
        if (clock_) clock_->advance(time);
    }
    /// Steps not yet taken.
    [[nodiscard]] std::size_t remaining() const noexcept { return script_.size(); }

private:
    struct scripted {
        result<http::response> outcome;
        std::chrono::milliseconds delay{0};
        std::function<void()> action{};
    };
    scripted_transport& step(scripted s) {
        script_.push_back(std::move(s));
        return *this;
    }
    std::deque<scripted> script_{};
    virtual_clock* clock_{nullptr};
};

} // namespace novu::testing
