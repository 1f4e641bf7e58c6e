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
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <vector>

namespace novu::testing::conformance {

inline void next_is_its_own(trial& t, std::string const& url) { t.answered("the next exchange over the same transport", t.get(url + "/next"), 200, "/next"); }

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
                                         "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"sv, "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"sv,
                                         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"sv}) {
        auto server = t.server({closes_after(std::string{bytes}), echoes});
        t.failed("the answer " + shown(bytes), t.get(server.url()), error_kind::transport, true);
        next_is_its_own(t, server.url());
    }
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

/// The answer that an exchange which stalls is owed; it comes whole only over a connection that is used again.

inline constexpr std::string_view owed = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nowed";

/// Two connections. On the first, `owed` comes up to and with `until`, then `then` happens, and nothing more; the second has
/// healthy answers.
template <class Then> std::vector<faulty_server::script> stalling(std::string_view until, Then then) {
    std::size_t const part = until.empty() ? 0 : owed.find(until) + until.size();
    return {[part, then](peer& p) {
        p.request(), p.send(owed.substr(0, part)), p.delivered(), then();
        while (!p.request().empty()) p.send(owed.substr(part));
    }, echoes};
}

inline void time_out(trial& t, std::string_view until) {
    auto server = t.server(stalling(until, [] {}));
    auto const got = t.timed("an exchange that stalls", t.timeout(), [&] { return t.get(server.url(), t.timeout()); });
    t.failed("an exchange that stalls", got, error_kind::timeout, true);
    next_is_its_own(t, server.url());
}
inline void time_out_while_connecting(trial& t) {
    black_hole const nowhere{t.patience()};
    if (!nowhere.works()) return t.skip(std::string{no_black_hole});
    auto const got = t.timed("connecting without an answer", t.timeout(), [&] { return t.get(nowhere.url(), t.timeout()); });
    t.failed("connecting without an answer", got, error_kind::timeout);
    auto server = t.server({echoes});
    next_is_its_own(t, server.url());
}
inline void time_out_while_sending(trial& t) {
    std::string const body(8'000'000, ' ');
    std::promise<void> over;
    auto server = t.server({[ended = over.get_future().share()](peer& p) {
        boost::system::error_code ignored;
        p.socket().set_option(boost::asio::socket_base::receive_buffer_size{4096}, ignored);
        if (ended.wait_for(0s) != std::future_status::ready) ended.wait();
        else echoes(p); // the exchange before was given up before it had connected
    }, echoes});
    auto const got = t.timed("a server that does not read", t.timeout(), [&] { return t.post(server.url(), body, t.timeout()); });
    over.set_value();
    t.failed("a server that does not read", got, error_kind::timeout);
    next_is_its_own(t, server.url());
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

/// Of the exchange, if the transport hears stops; then of a call, which is cancelled at the latest when its exchange times out.
template <class Serve> void stops(trial& t, std::string_view what, std::optional<bool> sent, Serve serve) {
    bool const prompt = t.options.supports_stop;
    for (bool const bare : {true, false}) {
        if (bare && !prompt) continue;
        stop_source stop;
        auto const where = serve(stop);
        std::string const words = (bare ? "an exchange stopped " : "a call stopped ") + std::string{what};
        auto const limit = prompt ? 60s : std::chrono::milliseconds{2 * t.timeout()};
        t.timed(words, 0ms, [&] {
            if (bare) return t.failed(words, t.get(where->url(), limit, stop.get_token()), error_kind::cancelled, sent);
            return t.failed(words, t.over.list({}, {.retries = retry_policy{}, .timeout = limit, .server = where->url(), .stop = stop.get_token()}), error_kind::cancelled);
        });
        auto elsewhere = t.server({echoes});
        next_is_its_own(t, std::is_base_of_v<black_hole, std::remove_reference_t<decltype(*where)>> ? elsewhere.url() : where->url());
    }
}
inline void stop_before(trial& t) {
    stops(t, "before it began", {}, [&](stop_source const& stop) {
        stop.request_stop();
        return std::make_unique<faulty_server>(std::vector<faulty_server::script>{echoes}, nullptr, t.patience());
    });
}
inline void stop_while_connecting(trial& t) {
    struct stopping : black_hole {
        std::thread asks;
        stopping(std::chrono::milliseconds patience, stop_source stop) : black_hole{patience}, asks{[stop] { stop.request_stop(); }} {}
        ~stopping() { asks.join(); }
    };
    if (!black_hole{0ms}.works()) return t.skip(std::string{no_black_hole});
    stops(t, "while connecting", {}, [&](stop_source const& stop) { return std::make_unique<stopping>(t.patience(), stop); });
}
inline void stop_within(trial& t, std::string_view until) {
    stops(t, until.empty() ? "while it waits for the answer" : "in the answer", true, [&](stop_source const& stop) {
        return std::make_unique<faulty_server>(stalling(until, [stop] { stop.request_stop(); }), nullptr, t.patience());
    });
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

} // namespace novu::testing::conformance
