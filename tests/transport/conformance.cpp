// Every kind of transport against the conformance test; and transports that do one thing wrong each, against the check
// that must find it.
#include "../../examples/callback_transport.hpp"
#include "../../examples/coroutine_transport.hpp"
#include "../../examples/manual_driver.hpp"
#include "../../examples/own_transport.hpp"
#include "conforms.hpp"

#include <novu/transport/asio.hpp>
#include <novu/transport/beast.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <catch2/catch_test_macros.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <initializer_list>
#include <list>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace novu;
using namespace novu::testing;
using namespace novu::tests;
using namespace std::chrono_literals;

static_assert(sizeof(beast_transport) == sizeof(void*) && sizeof(asio_transport) == 2 * sizeof(void*));

namespace {

/// Calls back this many times: once, unless it is to be found out.
struct repeating {
    own::callback_transport good;
    int times;
    void send(http::request const& q, auto done) {
        good.send(q, [times = times, done](result<http::response> const& came) {
            for (int i = 0; i != times; ++i) done(came);
        });
    }
    void wait(std::chrono::milliseconds time, stop_token const& stop, auto done) { good.wait(time, stop, std::move(done)); }
};

conformance_report check_callbacks(int times, conformance_options const& options) {
    own::loop loop;
    return check_transport([&] { return repeating{own::callback_transport{loop}, times}; }, [&](std::function<bool()> const& until) {
        while (!until()) loop.turn(50ms);
    }, options);
}

using run_tasks = std::function<void(own::loop&, std::vector<own::task<void>>)>;
conformance_report check_coroutines(run_tasks const& run, conformance_options const& options) {
    own::loop loop;
    return check_transport([&] { return own::transport{loop}; }, [&](std::vector<own::task<void>> tasks) { run(loop, std::move(tasks)); }, options);
}

constexpr std::size_t plain_limit = 8 * 1024 * 1024; // of Beast's parser, which examples/plain_http.hpp leaves as it is

} // namespace

// To add a transport: a TEST_CASE here.

TEST_CASE("beast_transport conforms") {
    conforms(check_transport([] { return beast_transport{{.max_response_size = 1'000'000}}; },
                             {.concurrent = 200, .max_response_size = 1'000'000, .time_scale = time_scale()}));
}
TEST_CASE("asio_transport conforms") {
    boost::asio::io_context io;
    conforms(check_transport([&] { return asio_transport{io.get_executor(), {.max_response_size = 1'000'000}}; }, [&](std::vector<boost::asio::awaitable<void>> tasks) {
        for (auto& each : tasks) boost::asio::co_spawn(io, std::move(each), boost::asio::detached);
        io.restart();
        io.run();
    }, {.max_response_size = 1'000'000, .time_scale = time_scale()}));
}
TEST_CASE("a home-made coroutine runtime conforms") { conforms(check_coroutines([](own::loop& on, std::vector<own::task<void>> tasks) { own::run(on, std::move(tasks)); }, {.max_response_size = plain_limit, .time_scale = time_scale()})); }
TEST_CASE("callbacks over a loop conform") { conforms(check_callbacks(1, {.max_response_size = plain_limit, .time_scale = time_scale()})); }
TEST_CASE("manual over non-blocking sockets conforms") {
    plain_http::connection_pool connections;
    conforms(check_transport([] { return manual{}; }, [&](std::vector<polled_call*> const& calls) { plain_http::run(connections, calls); }, {.max_response_size = plain_limit, .time_scale = time_scale()}),
             {"wait: lasts as long as asked", "wait: ends when it is stopped"});
}
TEST_CASE("the transport of the example conforms") {
    conforms(check_transport([] { return one_shot_transport{}; }, {.concurrent = 200, .supports_stop = false, .max_response_size = plain_limit, .time_scale = time_scale()}),
             {"stop: of one among others", "wait: ends when it is stopped"});
}

// What must be found.

namespace novu::tests { // g++ warns of coroutines with parameters of an unnamed namespace

struct throwing {
    template <class T> using task = own::task<T>;
    task<result<http::response>> send(http::request const&) {
        throw std::runtime_error{"out of order"};
        co_return http::response{};
    }
    task<void> wait(std::chrono::milliseconds) { co_return; }
};

/// What an exchange of a late transport comes to: it looks at all of its request.
inline result<http::response> looked_at(http::request const& q) {
    http::response out{.status = 200, .body = std::string{q.url}.append(q.body)};
    for (http::field f : q.headers) out.headers.add(f.name, f.value);
    if (q.sink && q.sink->begin(out)) q.sink->take(out.body), out.body.clear();
    return out;
}

constexpr auto late = 100ms, impatient = 20ms; // what an exchange takes, whatever its time-out; and its runner's patience

/// Touches itself, too, where it is to.
struct late_coroutines {
    template <class T> using task = boost::asio::awaitable<T>;
    boost::asio::io_context& io;
    bool touches;
    std::string its_own{std::string(100, 't')};

    task<result<http::response>> send(http::request const& q) {
        boost::asio::steady_timer timer{io, late};
        bool const touches_itself = touches;
        co_await timer.async_wait(boost::asio::use_awaitable);
        if (touches_itself) its_own += 't';
        co_return looked_at(q);
    }
    task<void> wait(std::chrono::milliseconds) { co_return; }
};
struct late_callbacks {
    own::loop& loop;
    void send(http::request const& q, auto done) {
        loop.when(-1, 0, std::chrono::steady_clock::now() + late, {}, [&q, done] { done(looked_at(q)); });
    }
    void wait(std::chrono::milliseconds time, auto done) { loop.when(-1, 0, std::chrono::steady_clock::now() + time, {}, std::move(done)); }
};

} // namespace novu::tests

namespace {

/// Runs one check of a transport that is to fail it.
void found(conformance_report const& report, std::string_view words) {
    REQUIRE(report.checks.size() == 1);
    INFO(report.checks[0]);
    CHECK(report.checks[0].outcome == outcome::failed);
    CHECK(std::ranges::any_of(report.checks[0].words, [&](std::string const& w) { return w.find(words) != w.npos; }));
}

using exchange = std::function<result<http::response>(beast_transport&, http::request const&)>;
using pause = std::function<void(beast_transport&, std::chrono::milliseconds, stop_token const&)>;

/// A good transport with something wrong around it.
struct spoiled {
    exchange exchanges;
    pause pauses{};
    std::unique_ptr<beast_transport> good{std::make_unique<beast_transport>()};

    result<http::response> send(http::request const& q) { return exchanges ? exchanges(*good, q) : good->send(q); }
    void wait(std::chrono::milliseconds time, stop_token const& stop) {
        if (pauses) pauses(*good, time, stop);
        else good->wait(time, stop);
    }
};
conformance_report check_spoiled(std::string check, exchange exchanges, pause pauses = {}) {
    return check_transport([&] { return spoiled{exchanges, pauses}; }, {.concurrent = 20, .time_scale = time_scale(), .only = {std::move(check)}});
}

// What more than one check finds.
result<http::response> tries_twice(beast_transport& good, http::request const& q) {
    auto r = good.send(q);
    return r ? std::move(r) : good.send(q);
}
result<http::response> repeats_503(beast_transport& good, http::request const& q) {
    auto r = good.send(q);
    return r && r->status == 503 ? good.send(q) : std::move(r);
}
result<http::response> takes_errors_for_none(beast_transport& good, http::request const& q) {
    auto r = good.send(q);
    if (r && r->status >= 400) r = failure{transport_error(std::make_error_code(std::errc::protocol_error), true)};
    return r;
}
result<http::response> knows_no_stop(beast_transport& good, http::request q) {
    q.stop = {};
    return good.send(q);
}
result<http::response> knows_no_time_out(beast_transport& good, http::request q) {
    q.timeout = {};
    return good.send(q);
}

/// What is wrong with a transport, by the check that finds it, and in which words.
struct fault {
    std::string check;
    std::string_view words;
    exchange exchanges;
};
void found(std::initializer_list<fault> faults) {
    for (fault const& f : faults) found(check_spoiled(f.check, f.exchanges), f.words);
}

/// A request with other headers.
http::request with(http::request q, std::vector<http::field> const& fields) { return q.headers = fields, q; }
std::vector<http::field> fields_of(http::request const& q) { return {q.headers.begin(), q.headers.end()}; }

/// A client as it is written in an hour: a blocking socket, an answer read up to its Content-Length, time-outs of each read.
class careless {
public:
    bool gives_what_came{false}, has_time_outs{true}, closes{true}, leaks{false};

    careless() = default;
    careless(careless const&) = delete;
    ~careless() { close(); }

    result<http::response> send(http::request const& q) {
        if (socket_ < 0) connect(q);
        timeval const limit{0, has_time_outs ? static_cast<suseconds_t>(q.timeout.count() * 1000 % 1'000'000) : 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        std::string const out = std::string{to_string(q.method)} + " " + std::string{q.target()} + " HTTP/1.1\r\nHost: x\r\n\r\n";
        std::string in;
        for (auto n = ::send(socket_, out.data(), out.size(), MSG_NOSIGNAL); !complete(in);) {
            char some[1000];
            n = ::recv(socket_, some, sizeof some, 0);
            if (n > 0) in.append(some, static_cast<std::size_t>(n));
            else if (n < 0 && errno == EAGAIN) return give_up(std::errc::timed_out);
            else if (gives_what_came) break;
            else return give_up(std::errc::connection_reset);
        }
        if (closes) close();
        std::size_t const head = in.find("\r\n\r\n");
        return http::response{.status = std::atoi(in.c_str() + 9), .body = head == in.npos ? "" : in.substr(head + 4)};
    }

private:
    static bool complete(std::string const& in) {
        std::size_t const head = in.find("\r\n\r\n"), length = in.find("Content-Length: ");
        return head != in.npos && in.size() >= head + 4 + (length < head ? static_cast<std::size_t>(std::atoi(in.c_str() + length + 16)) : 0);
    }
    failure<error> give_up(std::errc why) {
        if (closes) close();
        return {transport_error(std::make_error_code(why), true)};
    }
    void connect(http::request const& q) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        at.sin_port = htons(static_cast<std::uint16_t>(std::stoi(std::string{q.port()})));
        socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
        ::connect(socket_, reinterpret_cast<sockaddr*>(&at), sizeof at);
    }
    void close() {
        if (leaks) socket_ = -1;
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    }
    int socket_{-1};
};

} // namespace

TEST_CASE("found: redirects that are followed") {
    found(check_spoiled("answer: redirects are not followed", [](beast_transport& good, http::request const& q) {
        auto r = good.send(q);
        if (!r || r->status / 100 != 3) return r;
        std::string url{*r->headers.get("location")};
        if (url.starts_with("/")) url = std::string{q.url.substr(0, q.url.find('/', 8))} + url;
        return good.send({http::method::get, url, q.headers, {}, q.timeout});
    }), "a redirect, status 301: expected status 301 with the body \"moved\", got status 200 with the body \"followed\"");
}

TEST_CASE("found: a truncated body given as whole, time-outs ignored or of each read, a connection that owes an answer used again or left open") {
    careless client; // one at a time, kept over what follows
    auto const send = [&](beast_transport&, http::request const& q) { return client.send(q); };
    client.gives_what_came = true;
    found(check_spoiled("connection: closed in the body", send), "expected transport (sent), got status 200 with the body \"12345\"");
    client.gives_what_came = false;
    found(check_spoiled("time-out: while the answer comes byte by byte", send), "and no later than");
    client.has_time_outs = false;
    found(check_spoiled("time-out: waiting for the answer", send), "and no later than");
    client.has_time_outs = true;
    client.closes = false;
    found(check_spoiled("time-out: waiting for the answer", send), "the next exchange over the same transport: expected status 200 with the body \"/next\", got status 200 with the body \"owed\"");
    found(check_spoiled("total time-out: in the status line", send), "the next exchange over the same transport: expected status 200 with the body \"/next\", got");
    careless other;
    other.leaks = true;
    found(check_spoiled("time-out: in the body", [&](beast_transport&, http::request const& q) { return other.send(q); }), "expected it to be closed, it is not");
}

TEST_CASE("found: what a synchronous transport does wrong with requests and answers") {
    std::string cookie;
    std::list<beast_transport> leaked;
    found({
        {"connection: refused", "the transport threw: no connection", [](beast_transport& good, http::request const& q) {
            auto r = good.send(q);
            if (!r) throw std::runtime_error{"no connection"};
            return r;
        }},
        {"connection: closed in the body", "expected transport (sent), got transport (not sent", [](beast_transport& good, http::request const& q) {
            auto r = good.send(q);
            if (!r) r.error().sent = false;
            return r;
        }},
        {"connection: closed before the answer", "expected transport (sent), got status 200", tries_twice},
        {"answer: the status is passed through", "an answer of status 404: expected status 404", takes_errors_for_none},
        {"errors: 422, with its fields", "status 422: expected validation, got transport", takes_errors_for_none},
        {"answer: headers, repeated ones in their order", "expected \"1 2 3\", got \"3\"", [](beast_transport& good, http::request const& q) {
            auto r = good.send(q);
            if (!r) return r;
            std::map<std::string, std::string> last;
            for (http::field f : r->headers) {
                std::string name{f.name};
                std::ranges::transform(name, name.begin(), http::detail::lower);
                last[name] = f.value;
            }
            r->headers = {};
            for (auto const& [name, value] : last) r->headers.add(name, value);
            return r;
        }},
        {"request and answer of 1 MB", "1000005 bytes,", [](beast_transport& good, http::request const& q) {
            auto r = good.send(q);
            if (r && r->body.size() > 65536) r->body.resize(65536);
            return r;
        }},
        {"answer: in pieces, to a sink that takes them or refuses", "beside what the sink took: expected \"\", got", [](beast_transport& good, http::request const& q) {
            auto r = good.send(q);
            if (r && q.sink) r->body = "twice";
            return r;
        }},
        {"answer: in pieces, to a sink that takes them or refuses", "an exchange whose sink refuses: expected success, got", [](beast_transport& good, http::request const& q) {
            auto r = good.send(q);
            if (r && q.sink && !q.sink->take({})) r = failure{transport_error(std::make_error_code(std::errc::io_error), true)};
            return r;
        }},
        {"call: a large answer, behind one that broke off", "expected 2 attempts, got 1", tries_twice},
        {"answer: bytes of every value", "expected status 200 with the body", [](beast_transport& good, http::request const& q) {
            auto r = good.send(q);
            if (r) r->body.resize(std::strlen(r->body.c_str()));
            return r;
        }},
        {"request: method, target and body arrive byte for byte", "expected \"GET /a%2Fb%3Fc HTTP/1.1\", got \"GET /a/b%3Fc HTTP/1.1\"", [](beast_transport& good, http::request q) {
            std::string url{q.url};
            if (std::size_t const at = url.find("%2F"); at != url.npos) url.replace(at, 3, "/");
            q.url = url;
            return good.send(q);
        }},
        {"request: headers arrive as they are given", "the header x-empty: expected \"\", got none", [](beast_transport& good, http::request const& q) {
            auto fields = fields_of(q);
            std::erase_if(fields, [](http::field f) { return f.value.empty(); });
            return good.send(with(q, fields));
        }},
        {"request: no encoding is asked for that is not decoded", "expected status 200 with the body \"plain\"", [](beast_transport& good, http::request const& q) {
            auto fields = fields_of(q);
            fields.push_back({"Accept-Encoding", "gzip, deflate"});
            return good.send(with(q, fields));
        }},
        {"request: nothing carries over to the next, no cookie either", "the header cookie: expected none, got \"session=1; Path=/\"", [&](beast_transport& good, http::request const& q) {
            auto fields = fields_of(q);
            if (!cookie.empty()) fields.push_back({"Cookie", cookie});
            auto r = good.send(with(q, fields));
            if (r) cookie = r->headers.get("set-cookie").value_or("");
            return r;
        }},
        {"many exchanges and calls at once", "expected status 200 with the body", [](beast_transport& good, http::request q) {
            std::string url{q.url};
            if (url.ends_with("/5")) url.back() = '6'; // whichever thread is first
            q.url = url;
            return good.send(q);
        }},
        {"1,000 calls, one after another", "more open descriptors than before", [&](beast_transport&, http::request const& q) { return leaked.emplace_back().send(q); }},
    });
}

TEST_CASE("found: what a synchronous transport does wrong with stops and time-outs") {
    found({
        {"stop: waiting for the answer", "an exchange stopped while it waits for the answer: expected", knows_no_stop},
        {"stop: while sending", "an exchange stopped while sending: expected", knows_no_stop},
        {"stop: in the headers", "a call stopped in the answer: expected cancelled", [](beast_transport& good, http::request const& q) {
            auto r = good.send(q);
            if (!r && q.method == http::method::post) r.error().kind = error_kind::transport, r.error().permanent = true;
            return r;
        }},
        {"stop: in the body", "a call in its second attempt stopped in the answer: expected 2 attempts and the reason \"\", got 1", repeats_503},
        {"time-out: in the body", "expected timeout (sent), got transport (sent", [](beast_transport& good, http::request const& q) {
            auto r = good.send(q);
            if (!r) r.error().kind = error_kind::transport;
            return r;
        }},
        {"time-out: before the exchange", "an exchange timed out before it begins: expected an end after 1 ms", [](beast_transport& good, http::request q) {
            q.timeout = q.timeout / 10 * 10; // hundredths, of which zero are none
            return good.send(q);
        }},
        {"total time-out: before the exchange", "a call out of time before it begins: expected an end", knows_no_time_out},
        {"total time-out: while sending", "a call out of time while sending: expected an end after", knows_no_time_out},
        {"total time-out: in the body", "a call in its second attempt out of time in the answer: expected 2 attempts and the reason \"no time left\", got 1", repeats_503},
    });
    found(check_spoiled("wait: lasts as long as asked", {}, [](auto&&...) {}), "wait(30 ms): expected an end after 30 ms");
    found(check_spoiled("wait: ends when it is stopped", {}, [](beast_transport& good, std::chrono::milliseconds time, stop_token const&) { good.wait(std::min<std::chrono::milliseconds>(time, 2500ms * time_scale())); }),
          "wait with a token that has been asked: expected an end");
}

TEST_CASE("found: stops that are looked for now and then") {
    if (conformance::is_sanitized || time_scale() != 1) SKIP("the bounds are for busy machines");
    constexpr auto now_and_then = 370ms;
    auto const send = [&](beast_transport& good, http::request q) {
        if (!q.stop.stop_possible()) return good.send(q);
        stop_source source;
        std::atomic<bool> over{false};
        std::thread looks{[&, asked = std::exchange(q.stop, source.get_token())] {
            while (!over && !source.stop_requested()) {
                std::this_thread::sleep_for(now_and_then);
                if (asked.stop_requested()) source.request_stop();
            }
        }};
        auto r = good.send(q);
        over = true;
        looks.join();
        return r;
    };
    auto const wait = [&](beast_transport& good, std::chrono::milliseconds time, stop_token const& stop) {
        for (auto const until = std::chrono::steady_clock::now() + time; std::chrono::steady_clock::now() < until && !stop.stop_requested();) good.wait(std::min<std::chrono::milliseconds>(time, now_and_then));
    };
    for (char const* check : {"stop: while connecting", "stop: while sending", "stop: waiting for the answer", "stop: in the body"})
        found(check_spoiled(check, send), "expected an end within 250 ms of the stop, it took 3");
    found(check_spoiled("stop: between two attempts", {}, wait), "expected an end within 250 ms of the stop, it took 3");
    found(check_spoiled("wait: ends when it is stopped", {}, wait), "expected an end within 250 ms of the stop, it took 3");
}

TEST_CASE("found: what transports of other kinds do wrong") {
    found(check_callbacks(2, {.only = {"connection: refused"}}), "called back more than once");
    CHECK(check_callbacks(2, {.only = {"operation: get"}}).passed()); // the client bears it: a bare exchange tells
    found(check_callbacks(0, {.only = {"request: no encoding is asked for that is not decoded"}}), "never called back");
    found(check_coroutines([](auto&&...) {}, {.only = {"operation: get"}}), "the runner returned before all had ended");

    own::loop loop;
    found(check_transport([] { return tests::throwing{}; }, [&](std::vector<own::task<void>> tasks) { own::run(loop, std::move(tasks)); }, {.only = {"connection: refused"}}),
          "the transport threw: out of order");
}

TEST_CASE("found: exchanges and calls that end when their check has given them up; what they look at is there") {
    for (char const* check : {"request: method, target and body arrive byte for byte", "answer: in pieces, to a sink that takes them or refuses", "operation: get"}) {
        boost::asio::io_context io;
        auto const run = [&](std::vector<boost::asio::awaitable<void>> tasks) {
            for (auto& each : tasks) boost::asio::co_spawn(io, std::move(each), boost::asio::detached);
            io.restart(), io.run_for(impatient);
        };
        found(check_transport([&] { return late_coroutines{io, false}; }, run, {.only = {check}}), "the runner returned before all had ended");
        io.restart(), io.run();
        CHECK(!check_transport([&] { return late_coroutines{io, true}; }, run, {.only = {check, "operation: list", "answer: without a body"}}).passed());
    }
    for (char const* check : {"request: method, target and body arrive byte for byte", "operation: get"}) {
        own::loop loop;
        auto const turn = [&](std::function<bool()> const& until, auto time) {
            for (auto const end = std::chrono::steady_clock::now() + time; !until() && std::chrono::steady_clock::now() < end;) loop.turn(1ms);
        };
        std::function<bool()> last;
        found(check_transport([&] { return late_callbacks{loop}; }, [&](std::function<bool()> until) { turn(last = std::move(until), impatient); }, {.only = {check}}), "never called back");
        turn([&] { return last(), false; }, 2 * late);
    }
    std::vector<polled_call*> all; // of calls that were given up, too
    auto const report = check_transport([] { return manual{}; }, [&](std::vector<polled_call*> const& calls) {
        all.insert(all.end(), calls.begin(), calls.end());
        for (polled_call* each : all) each->poll(std::chrono::steady_clock::now());
    }, {.only = {"request: method, target and body arrive byte for byte", "operation: get"}});
    CHECK(report.count(outcome::failed) == 2);
}

TEST_CASE("checks are left out by name, and the report says why; a name that is none is a failure") {
    auto const report = check_transport([] { return beast_transport{}; }, {.skip = {{"operation: get", "not today"}, {"no such check", ""}}, .only = {"operation: get", "operation: list", "nor this"}});
    CHECK(!report.passed());
    CHECK(report.count(outcome::passed) == 1);
    CHECK(report.count(outcome::failed) == 2);
    REQUIRE(report.find("operation: get"));
    CHECK(report.find("operation: get")->outcome == outcome::skipped);
    CHECK(!report.find("operation: update"));
    std::ostringstream text;
    text << report;
    CHECK(text.str().find("skipped  operation: get: not today\n") != std::string::npos);
    CHECK(text.str().find("FAILED   no such check (0 ms)\n         conformance_options::skip: there is no check of this name\n") != std::string::npos);
    CHECK(text.str().ends_with("1 passed, 2 failed, 1 skipped\n"));
}
