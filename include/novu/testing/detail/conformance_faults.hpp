// Checks with a server that fails: connections that break or go stale, time-outs, and stops. After each the transport must
// be fit for the next exchange, and give it its own answer.
#pragma once

#include <novu/testing/detail/conformance_trial.hpp>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace novu::testing::conformance {

inline void next_is_its_own(trial& t, std::string const& url) {
    t.answered("the next exchange over the same transport", t.get(url + "/next"), 200, "/next");
    auto const next = t.over.list({.limit = 7}, t.call(url));
    if (t.worked("the next call over the same transport", next))
        t.expect(next->value.total_count == 7, "the next call over the same transport: expected its own answer, got that of another");
}

// Connections that break.

/// The server sends this part of an answer and closes.
inline void cut(trial& t, std::string_view part, void (peer::*ending)() = &peer::close) {
    auto server = t.server({[&](peer& p) { p.request(), p.send(part), p.delivered(), (p.*ending)(); }, echoes});
    t.failed("a connection that the server closed", t.get(server.url()), error_kind::transport, true);
    next_is_its_own(t, server.url());
}
inline void refused(trial& t) {
    std::string url;
    { url = t.server({echoes}).url(); }
    t.failed("a port where nobody listens", t.timed("a refused connection", 0ms, [&] { return t.post(url, "{}"); }), error_kind::transport, false);
    auto server = t.server({echoes});
    next_is_its_own(t, server.url());
}
inline void garbage(trial& t) {
    using namespace std::string_view_literals;
    for (std::string_view const bytes : {"SSH-2.0-OpenSSH_9.2\r\n\r\n"sv, "\0\0\0\0\0\0\0\0\r\n\r\n"sv, "<html>no HTTP at all</html>\r\n\r\n"sv, "HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n"sv,
                                         "HTTP/1.1 1000 OK\r\nContent-Length: 0\r\n\r\n"sv,
                                         "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"sv, "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"sv,
                                         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"sv}) {
        auto server = t.server({closes_after(std::string{bytes}), echoes});
        t.failed("the answer " + shown(bytes), t.get(server.url()), error_kind::transport, true);
        next_is_its_own(t, server.url());
    }
    auto server = t.server({[&](peer& p) { // which goes on with a header of the answer before, if anything
        p.request(), p.send(ok("first", "X-First: 1\r\n")), p.request(), p.send("HTTP/1.1 200 OK\r\n folded: x\r\nContent-Length: 0\r\n\r\n"), echoes(p);
    }, echoes});
    t.answered("the first exchange", t.get(server.url()), 200, "first");
    if (auto const got = t.get(server.url()); !got) t.failed("an answer whose first header goes on with none", got, error_kind::transport, true);
    next_is_its_own(t, server.url());
}

// Connections that were kept.

/// The server answers, and ends the idle connection in this way.
inline void stale(trial& t, void (peer::*ending)()) {
    for (http::method m : {http::method::get, http::method::post}) {
        std::promise<void> ended;
        auto server = t.server({[&](peer& p) {
            p.request(), p.send(ok("first")), p.delivered(), (p.*ending)(), p.delivered(), ended.set_value();
            p.until_closed();
        }, echoes});
        t.answered("the first exchange", t.get(server.url()), 200, "first");
        ended.get_future().wait_for(t.patience());
        std::string_view const body = m == http::method::get ? "" : "{}";
        t.answered("the exchange behind an idle connection that the server closed, a " + std::string{to_string(m)},
                   t.send({m, server.url() + "/again", {}, body, t.soon()}), 200, "/again");
    }
}
/// Two answers to one request: at once, and one that comes when the first has been taken.
inline void two_answers(trial& t) {
    auto at_once = t.server({[](peer& p) { p.request(), p.send(ok("first") + ok("nobody's")), echoes(p); }, echoes});
    t.answered("the first exchange", t.get(at_once.url()), 200, "first");
    next_is_its_own(t, at_once.url());

    std::promise<void> taken, sent;
    auto later = t.server({[&](peer& p) {
        p.request(), p.send(ok("first")), taken.get_future().wait(), p.send(ok("nobody's")), p.delivered(), sent.set_value();
        echoes(p);
    }, echoes});
    t.answered("the first exchange", t.get(later.url()), 200, "first");
    taken.set_value();
    sent.get_future().wait_for(t.patience());
    next_is_its_own(t, later.url());
}

// Time-outs and stops.

/// An address where connecting gets no answer: a listening socket whose queue is full. Nothing hangs on it for good.
class black_hole {
public:
    explicit black_hole(std::chrono::milliseconds patience) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        int const listening = sockets_[0] = ::socket(AF_INET, SOCK_STREAM, 0);
        ::bind(listening, reinterpret_cast<sockaddr*>(&at), size);
        ::listen(listening, 0);
        ::getsockname(listening, reinterpret_cast<sockaddr*>(&at), &size);
        url_ = "http://127.0.0.1:" + std::to_string(ntohs(at.sin_port));
        pollfd last{};
        for (std::size_t i = 1; i != sockets_.size(); ++i) {
            last = {sockets_[i] = ::socket(AF_INET, SOCK_STREAM, 0), POLLOUT, 0};
            ::fcntl(last.fd, F_SETFL, O_NONBLOCK);
            ::connect(last.fd, reinterpret_cast<sockaddr*>(&at), size);
        }
        works_ = ::poll(&last, 1, 20) == 0;
        closes_ = std::thread{[this, patience] {
            std::unique_lock lock{mutex_};
            ending_.wait_for(lock, patience, [this] { return over_; });
            for (int const each : sockets_) ::close(each);
        }};
    }
    ~black_hole() {
        {
            std::lock_guard lock{mutex_};
            over_ = true;
        }
        ending_.notify_one();
        closes_.join();
    }
    bool works() const { return works_; }
    std::string const& url() const { return url_; }

private:
    std::array<int, 4> sockets_{};
    std::string url_{};
    bool works_{false}, over_{false};
    std::mutex mutex_{};
    std::condition_variable ending_{};
    std::thread closes_{};
};
inline constexpr std::string_view no_black_hole = "this system takes connections beyond the queue of a listening socket";

/// The answer that is owed to an exchange which is held up; it comes whole only over a connection that is used again.
inline constexpr std::string_view owed = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nowed";

/// Asks to call again after so many seconds.
inline faulty_server::script busy(std::string const& seconds) {
    return closes_after("HTTP/1.1 503 Busy\r\nRetry-After: " + seconds + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
}

/// A point in the life of an exchange.
struct point {
    std::string_view words;
    enum : std::uint8_t { start, connection, request, answer } part;
    std::optional<bool> sent{}; ///< what the transport is to say, where that is certain
    std::string_view until{};   ///< of the answer: what comes last of `owed`
    bool late{false};           ///< its time is over before
};
inline constexpr point before_it_begins{"before it begins", point::start, false}, while_connecting{"while connecting", point::connection, false},
    while_sending{"while sending", point::request, true}, when_its_time_is_over{"before it begins", point::answer, {}, {}, true};
constexpr point within(std::string_view until) { return {until.empty() ? "while it waits for the answer" : "in the answer", point::answer, true, until}; }

/// A server that holds up an exchange at a point, and then calls `reached`: the one of its own that is asked for with
/// `attempt` 0, or that attempt of a call, whose first it answers with 503 where it is not that.
class held_up {
public:
    held_up(trial& t, point const& at, std::size_t attempt, std::function<void()> reached)
        : trial_{t}, at_{at}, body_(at.part == point::request ? 8'000'000 : 1, ' '), server_{t.server(scripts(at, attempt, reached))} {
        if (at.part == point::start) reached();
        if (at.part != point::connection) return;
        nowhere_.emplace(t.patience());
        asks_ = std::thread{[reached, soon = t.timeout() / 5] { std::this_thread::sleep_for(soon), reached(); }};
    }
    ~held_up() {
        let_go();
        if (asks_.joinable()) asks_.join();
    }
    bool works() const { return !nowhere_ || nowhere_->works(); }

    result<http::response> exchange(std::chrono::milliseconds limit, stop_token stop) {
        return at_.part == point::request ? trial_.post(url(), body_, limit, std::move(stop)) : trial_.get(url(), limit, std::move(stop));
    }
    result<response<workflow>> call(call_options options) {
        options.server = url();
        return std::move(trial_.over.create(1, [&](std::size_t) { return create_workflow{.name = body_, .workflow_id = "a", .steps = empty_list}; }, options).front());
    }
    /// Afterwards the transport is fit for the next, and has closed the connection that owes an answer.
    void is_left() {
        let_go();
        next_is_its_own(trial_, server_.url());
        if (at_.part == point::start || at_.part == point::connection) return;
        auto const until = std::chrono::steady_clock::now() + trial_.soon();
        while (closed_.wait_for(1ms) != std::future_status::ready && std::chrono::steady_clock::now() < until) trial_.over.wait(1ms, {});
        trial_.expect(closed_.wait_for(0ms) == std::future_status::ready, "the connection of an exchange that was given up: expected it to be closed, it is not");
    }

private:
    std::string url() const { return nowhere_ ? nowhere_->url() : server_.url(); }
    std::vector<faulty_server::script> scripts(point const& at, std::size_t attempt, std::function<void()> const& reached) {
        std::vector<faulty_server::script> out;
        if (attempt > 1) out.push_back(busy("0"));
        if (at.part == point::answer || at.part == point::request) out.push_back([this, reached](peer& p) { hold(p, reached); });
        out.push_back(echoes);
        return out;
    }
    void hold(peer& p, std::function<void()> const& reached) {
        if (over_.wait_for(0s) == std::future_status::ready) return closes_.set_value(), echoes(p); // it was given up before it had connected
        if (at_.part == point::request) {
            boost::system::error_code ignored;
            char first;
            p.socket().read_some(boost::asio::buffer(&first, 1), ignored);
            reached();
            if (over_.wait_for(trial_.patience()) == std::future_status::ready) p.until_closed(); // else closes what the client may wait for for good
        } else {
            std::size_t const part = at_.until.empty() ? 0 : owed.find(at_.until) + at_.until.size();
            p.request(), p.send(owed.substr(0, part)), p.delivered(), reached();
            while (!p.request().empty()) p.send(owed.substr(part));
        }
        closes_.set_value();
    }
    void let_go() {
        if (over_.wait_for(0s) != std::future_status::ready) goes_.set_value();
    }

    trial& trial_;
    point at_;
    std::string body_;
    std::promise<void> goes_{}, closes_{};
    std::shared_future<void> over_{goes_.get_future().share()}, closed_{closes_.get_future().share()};
    std::optional<black_hole> nowhere_{};
    faulty_server server_;
    std::thread asks_{};
};

/// What ends an exchange, and how a call then says it ended.
struct ending {
    std::string_view words;
    error_kind kind;
    stop_reason why;
};
inline constexpr ending by_time_out{"timed out", error_kind::timeout, stop_reason::attempts_exhausted}, by_total_time_out{"out of time", error_kind::timeout, stop_reason::time_exhausted},
    by_stop{"stopped", error_kind::cancelled, stop_reason::cancelled};

/// From here on an exchange of its own waits for its runner, or that attempt of a call for its observer, until its time is over.
inline void hold_up(trial& t, std::size_t attempt, std::chrono::milliseconds limit) {
    if (attempt == 0) t.over.held_up = 5 * limit;
    else t.over.on_event->set([=, begun = std::size_t{0}](event const& e) mutable {
        if (std::holds_alternative<attempt_started>(e) && ++begun == attempt) std::this_thread::sleep_for(limit + 5ms);
    });
}

/// Of an exchange of its own, and of a call in its first attempt and in its second. A transport that hears no stops is
/// not asked the first; a call over it is cancelled at the latest when its exchange times out.
inline void ends(trial& t, ending const& by, point const& at) {
    bool const stops = by.kind == error_kind::cancelled, of_calls = by.why == stop_reason::time_exhausted || (stops && !t.options.supports_stop);
    bool const at_once = stops && t.options.supports_stop;
    bool const has_second = at.part == point::request || at.part == point::answer;
    auto const sent = t.over.kind() == "manual" && at.part == point::connection ? std::nullopt : at.sent; // a call ends it, and does not know
    for (std::size_t attempt = of_calls ? 1 : 0; attempt != (has_second ? 3 : 2) && t.faults.empty(); ++attempt) {
        std::chrono::milliseconds const in_time = t.timeout() * (attempt == 2 && at.part == point::request ? 5 : 1); // the first sends all of it
        std::chrono::milliseconds const limit = at.late && attempt == 0 ? 1ms : !stops ? in_time : at_once ? 60s : 2 * in_time;
        std::string const words = std::string{attempt == 0 ? "an exchange " : attempt == 1 ? "a call " : "a call in its second attempt "}.append(by.words).append(" ").append(at.words);
        auto const once = [&](timed_stop& stop) {
            held_up here{t, at, attempt, [&] {
                if (stops) stop.ask();
            }};
            if (!here.works()) return t.skip(std::string{no_black_hole}), 0ms;
            if (at.late) hold_up(t, attempt, limit);
            auto const end = [&] {
                if (attempt == 0) return t.failed(words, here.exchange(limit, stop.token()), by.kind, sent);
                bool const in_total = by.why == stop_reason::time_exhausted;
                call_options const options{.retries = retry_policy{.max_attempts = by.why == stop_reason::attempts_exhausted ? static_cast<int>(attempt) : 0},
                                           .timeout = in_total ? 60s : limit, .total_timeout = in_total ? limit : 60s, .stop = stop.token()};
                return t.ended(words, here.call(options), by.kind, by.why, at.part == point::start ? 0 : attempt);
            };
            at_once ? end() : t.timed(words, stops ? 0ms : limit, end);
            t.over.held_up = 0ms, t.over.on_event->set(nullptr);
            auto const took = stop.ago();
            here.is_left();
            return took;
        };
        timed_stop none;
        if (at_once) t.ends_at_once(words, once);
        else once(none);
        if (t.skipped) return;
    }
}
/// Of a call that has failed once and is about to wait: then it does this. Gives how long ago `stop` was asked at its end.
template <class Do>
std::chrono::milliseconds ends_between_attempts(trial& t, std::string_view what, ending const& by, std::string const& wanted, std::chrono::milliseconds least, call_options options, Do then, timed_stop const& stop = {}) {
    auto server = t.server({busy(wanted), echoes});
    options.retries = retry_policy{};
    options.timeout = t.soon();
    options.server = server.url();
    options.stop = stop.token();
    t.over.on_event->set([&](event const& e) {
        if (std::holds_alternative<retry_scheduled>(e)) then();
    });
    std::chrono::milliseconds took{};
    t.ended(what, t.timed(what, least, [&] {
        auto got = t.over.get("a", {}, options);
        took = stop.ago();
        return got;
    }), by.kind, by.why, 1);
    t.over.on_event->set(nullptr);
    next_is_its_own(t, server.url());
    return took;
}
inline void stop_between_attempts(trial& t) {
    std::string_view const what = "a call stopped between two attempts";
    t.ends_at_once(what, [&](timed_stop& stop) {
        std::promise<void> scheduled;
        std::thread asks{[&, waits = scheduled.get_future()] { waits.wait_for(t.patience()), std::this_thread::sleep_for(10ms), stop.ask(); }};
        bool first = true;
        auto const took = ends_between_attempts(t, what, by_stop, "20", 0ms, {.total_timeout = 60s}, [&] {
            if (std::exchange(first, false)) scheduled.set_value();
        }, stop);
        asks.join();
        return took;
    });
}
inline void total_time_out_between_attempts(trial& t) {
    ending const with_the_last_answer{"out of time", error_kind::api, stop_reason::time_exhausted};
    ends_between_attempts(t, "a call that is to wait for longer than its time", with_the_last_answer, "20", 0ms, {.total_timeout = 10s}, [] {});
    auto const total = 5 * t.timeout();
    ends_between_attempts(t, "a call that is held up between two attempts", with_the_last_answer, "0", total, {.total_timeout = total}, [&] { std::this_thread::sleep_for(total); });
}
inline void time_out_of_drops(trial& t) {
    auto server = t.server({[&](peer& p) { p.request(), p.drip("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 'd'), t.timeout() / 10); }, echoes});
    auto const got = t.timed("an answer that comes byte by byte for longer", t.timeout(), [&] { return t.get(server.url(), t.timeout()); });
    t.failed("an answer that comes byte by byte for longer", got, error_kind::timeout, true);
    next_is_its_own(t, server.url());
}
inline void no_time_out(trial& t) {
    auto server = t.server({[&](peer& p) { p.request(), p.drip(ok("slow"), 1ms); }});
    t.answered("an exchange of time-out zero, which means none", t.get(server.url(), 0ms), 200, "slow");
}
/// Half of the exchanges at once never get an answer.
inline void time_outs_among_others(trial& t) {
    if (t.concurrent() < 2) return t.skip("conformance_options::concurrent is 1");
    auto server = t.server({[](peer& p) {
        for (std::string q; !(q = p.request()).empty();) {
            if (target_of(q).starts_with("/never")) return p.until_closed();
            p.send(ok(target_of(q)));
        }
    }});
    std::size_t const n = t.concurrent() < 20 ? t.concurrent() : 20;
    std::vector<std::string> urls;
    for (std::size_t i = 0; i != n; ++i) urls.push_back(server.url() + (i % 2 != 0 ? "/" : "/never/") + std::to_string(i));
    std::vector<http::request> requests;
    for (std::size_t i = 0; i != n; ++i) requests.push_back({http::method::get, urls[i], {}, {}, i % 2 != 0 ? t.soon() : t.timeout()});
    auto const got = t.timed("exchanges at once, half of which stall", t.timeout(), [&] { return t.over.exchange(requests); });
    for (std::size_t i = 0; i != n; ++i) {
        if (i % 2 != 0) t.answered("an exchange beside others that stall", got[i], 200, "/" + std::to_string(i));
        else t.failed("an exchange that stalls beside others", got[i], error_kind::timeout, true);
    }
}

inline void stop_too_late(trial& t) {
    stop_source stop;
    auto server = t.server({[&](peer& p) {
        p.request(), p.send(ok("first"));
        if (!p.request().empty()) stop.request_stop(), p.send(ok("second"));
        echoes(p);
    }, [&](peer& p) { p.request(), stop.request_stop(), p.send(ok("second")), echoes(p); }, echoes});
    t.answered("an exchange whose token is asked later", t.get(server.url(), t.soon(), stop.get_token()), 200, "first");
    t.answered("the exchange under way when a former one's token is asked", t.get(server.url()), 200, "second");
    next_is_its_own(t, server.url());
}
/// One of the exchanges at once is stopped.
inline void stop_among_others(trial& t) {
    if (t.concurrent() < 2) return t.skip("conformance_options::concurrent is 1");
    if (!t.options.supports_stop) return t.skip("conformance_options::supports_stop is false");
    stop_source stop;
    auto server = t.server({[&](peer& p) {
        for (std::string q; !(q = p.request()).empty(); p.send(ok(target_of(q))))
            if (target_of(q) == "/0") return stop.request_stop(), p.until_closed();
    }});
    std::size_t const n = t.concurrent() < 20 ? t.concurrent() : 20;
    std::vector<std::string> urls;
    for (std::size_t i = 0; i != n; ++i) urls.push_back(server.url() + "/" + std::to_string(i));
    std::vector<http::request> requests;
    for (std::size_t i = 0; i != n; ++i) requests.push_back({http::method::get, urls[i], {}, {}, t.soon(), i == 0 ? stop.get_token() : stop_token{}});
    auto const got = t.over.exchange(requests);
    t.failed("the one of many that is stopped", got[0], error_kind::cancelled, true);
    for (std::size_t i = 1; i != n; ++i) t.answered("an exchange beside one that is stopped", got[i], 200, "/" + std::to_string(i));
}
/// The transport goes while its exchange connects, and while it waits for an answer, which comes then or never.
inline void destroyed(trial& t) {
    enum { connecting, answered, unanswered };
    for (auto const when : {connecting, answered, unanswered}) {
        struct shared_state { // a runner may keep what it was given
            std::atomic<bool> asked{false};
            std::promise<void> goes{};
            std::shared_future<void> gone{goes.get_future().share()};
            std::once_flag first{};
            std::chrono::steady_clock::time_point end{};
        };
        auto const state = std::make_shared<shared_state>();
        state->asked = when == connecting;
        auto server = t.server({[&](peer& p) {
            p.request(), state->asked = true, state->gone.wait_for(t.patience());
            if (when == answered) p.send(ok("nobody's"));
            p.until_closed();
        }});
        auto const over = [state, lasts = 2 * t.timeout()] {
            std::call_once(state->first, [&] { state->goes.set_value(), state->end = std::chrono::steady_clock::now() + lasts; });
            return std::chrono::steady_clock::now() >= state->end;
        };
        std::string const url = server.url();
        bool const checked = t.over.outlives_transport({http::method::get, url, {}, {}, t.timeout()}, [state] { return state->asked.load(); }, over);
        over(); // lets go of the server
        if (!checked) return t.remark("nothing to check: no exchange outlives its transport here");
        t.expect(state->asked, "an exchange under way: expected its request to arrive, it did not");
    }
}

} // namespace novu::testing::conformance
