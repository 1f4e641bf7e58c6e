// asio_transport: its ways of use, its pool, and what ends an exchange at each point of its life.
#include "certificates.hpp"
#include "environment.hpp"
#include "exchanges.hpp"
#include "slow_lookup.hpp"

#include <novu/novu.hpp>
#include <novu/testing/fake_novu.hpp>
#include <novu/testing/faulty_server.hpp>
#include <novu/testing/serve.hpp>
#include <novu/transport/asio.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace novu;
using namespace novu::testing;
using namespace novu::tests;
namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

namespace {

using exchanged = result<http::response>;

/// One exchange, in a coroutine that holds all that the request looks at.
asio::awaitable<exchanged> get(asio_transport& t, std::string url, std::chrono::milliseconds timeout = 10s, stop_token stop = {}, std::string body = {}) {
    http::request const q{body.empty() ? http::method::get : http::method::post, url, usual_fields, body, timeout, stop};
    auto sending = t.send(q);
    exchanged answer = co_await std::move(sending);
    co_return printed(std::move(answer));
}

/// Runs one coroutine, and until nothing is in flight any more.
template <class T> T run(asio::io_context& io, asio::awaitable<T> what) {
    std::future<T> got = asio::co_spawn(io, std::move(what), asio::use_future);
    io.restart();
    io.run();
    return got.get();
}

/// Answers with what it was asked for, and notes it.
struct echo {
    std::mutex mutex{};
    std::vector<std::string> targets{};
    http::response handle(http::request const& q) {
        std::lock_guard lock{mutex};
        targets.emplace_back(q.target());
        return {200, {{"content-type", "text/plain"}}, std::string{q.target()}};
    }
};

client_options options(std::string url) { return {.secret_key = secret, .server = std::move(url)}; }

} // namespace

TEST_CASE("asio: a future, a callback, a coroutine") {
    fake_novu fake{{.environments = {{.secret_key = secret}}}};
    testing::serve server{fake};
    asio::io_context io;
    auto work = asio::make_work_guard(io);
    std::thread thread{[&] { io.run(); }};
    {
        client c{asio_transport{io.get_executor()}, options(server.url())};
        auto future = asio::co_spawn(io, c.workflows.create({.name = "Hi", .workflow_id = "hi", .steps = {sms_step{.name = "Text"}}}), asio::use_future);
        auto created = future.get();
        REQUIRE(created);
        CHECK(created->value.workflow_id == "hi");

        std::promise<std::string> called;
        asio::co_spawn(io, c.workflows.get("hi"), [&](std::exception_ptr thrown, result<response<workflow>> got) {
            called.set_value(!thrown && got ? got->value.name : "nothing");
        });
        CHECK(called.get_future().get() == "Hi");

        auto both = [](client<asio_transport>& over) -> asio::awaitable<int> {
            auto listing = over.workflows.list();
            auto page = co_await std::move(listing);
            auto removing = over.workflows.remove("hi");
            auto removed = co_await std::move(removing);
            co_return page && removed ? static_cast<int>(page->value.total_count) : -1;
        };
        CHECK(asio::co_spawn(io, both(c), asio::use_future).get() == 1);
    }
    work.reset();
    thread.join();
}

TEST_CASE("asio: awaitable operators: two at once, and one against a timer") {
    using namespace asio::experimental::awaitable_operators;
    echo handler;
    testing::serve server{handler};
    faulty_server mute{{[](peer& p) { p.request(), p.until_closed(); }, [](peer& p) { p.request(), p.answer("{}"); }}};
    asio::io_context io;
    asio_transport t{io.get_executor()};
    auto const main = [&]() -> asio::awaitable<void> {
        auto both = get(t, server.url() + "/a") && get(t, server.url() + "/b");
        auto const [a, b] = co_await std::move(both);
        CHECK(a->body == "/a");
        CHECK(b->body == "/b");
        asio::steady_timer soon{io, 50ms};
        auto either = get(t, mute.url(), 60s) || soon.async_wait(asio::use_awaitable);
        auto const first = co_await std::move(either);
        CHECK(first.index() == 1);
        asio::steady_timer late{io, 60s};
        auto again = get(t, mute.url(), 60s) || late.async_wait(asio::use_awaitable);
        auto const answered = co_await std::move(again);
        REQUIRE(answered.index() == 0);
        CHECK(std::get<0>(answered)->body == "{}");
    };
    run(io, main());
    CHECK(mute.connections() == 2); // the one that owed an answer was not used again
}

TEST_CASE("asio: what is sent, how answers are framed, and that a connection is used again") {
    std::string got;
    faulty_server server{{[&](peer& p) {
        got = p.request();
        p.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na");
        p.request(), p.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n");
        p.request(), p.send("HTTP/1.1 204 No Content\r\n\r\n");
        p.request(), p.send("HTTP/1.0 200 OK\r\n\r\nuntil closed");
    }}};
    asio::io_context io;
    asio_transport t{io.get_executor()};
    std::string const bodies[] = {"a", "abcde", "", "until closed"};
    for (std::string const& body : bodies) {
        exchanged const r = run(io, get(t, server.url() + "/v2/a%20b?x=1", 10s, {}, "{\"a\":1}"));
        REQUIRE(r);
        CHECK(r->body == body);
    }
    CHECK(server.connections() == 1);
    CHECK(got == "POST /v2/a%20b?x=1 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                     "\r\n" + std::string{usual_lines} + "Content-Length: 7\r\n\r\n{\"a\":1}");
}

TEST_CASE("asio: a kept connection that the server closed is replaced once; one that breaks in the answer is not") {
    faulty_server server{{[](peer& p) { p.request(), p.answer("1"); },
                          [](peer& p) { p.request(), p.answer("2"), p.request(), p.send("HTTP/1.1 200 OK\r\nContent-Le"); },
                          [](peer& p) { p.request(), p.answer("3"); }, [](peer& p) { p.request(), p.reset(); }}};
    asio::io_context io;
    asio_transport t{io.get_executor()};
    CHECK(run(io, get(t, server.url()))->body == "1");
    CHECK(run(io, get(t, server.url()))->body == "2");
    exchanged const cut = run(io, get(t, server.url()));
    REQUIRE(!cut);
    CHECK(says(cut.error(), "closed the connection (reading the answer's headers)"));
    CHECK(run(io, get(t, server.url()))->body == "3");
    exchanged const again = run(io, get(t, server.url())); // and the replacement is closed as well
    REQUIRE(!again);
    CHECK(again.error().kind == error_kind::transport);
    CHECK(again.error().sent);
    CHECK(server.connections() == 4);
}

TEST_CASE("asio: no more connections than allowed, and calls that wait go in order") {
    for (std::size_t const most : {1u, 3u}) {
        echo handler;
        testing::serve server{handler};
        asio::io_context io;
        asio_transport t{io.get_executor(), {.max_connections_per_host = most}};
        std::vector<std::string> expected, answers;
        for (int i = 0; i != 40; ++i) {
            expected.push_back("/" + std::to_string(i));
            asio::co_spawn(io, get(t, server.url() + expected.back()), [&](std::exception_ptr, exchanged r) { answers.push_back(r ? r->body : r.error().message()); });
        }
        io.run();
        CHECK(server.connections() == static_cast<int>(most));
        if (most == 1) {
            CHECK(handler.targets == expected);
            CHECK(answers == expected);
        }
        std::sort(answers.begin(), answers.end());
        std::sort(expected.begin(), expected.end());
        CHECK(answers == expected);
    }
}

TEST_CASE("asio: the limit of connections is each host's own: one that is mute is in nobody's way") {
    std::atomic<int> held = 0, met = 0;
    std::promise<void> both;
    faulty_server mute{{[&](peer& p) { p.request(), ++held, p.until_closed(); }}};
    faulty_server other{{[&, two = both.get_future().share()](peer& p) {
        while (!p.request().empty()) {
            if (++met == 2) both.set_value();
            two.wait_for(2s); // for two requests at once
            p.answer("{}");
        }
    }}};
    asio::io_context io;
    asio_transport t{io.get_executor(), {.max_connections_per_host = 2}};
    stop_source stop;
    int cancelled = 0, answered = 0, left = 3;
    for (int i = 0; i != 4; ++i)
        asio::co_spawn(io, get(t, mute.url(), 60s, stop.get_token()), [&](std::exception_ptr, exchanged r) { cancelled += r.error().kind == error_kind::cancelled; });
    while (held != 2) io.poll();
    for (int i = 0; i != 3; ++i)
        asio::co_spawn(io, get(t, other.url(), 1s), [&](std::exception_ptr, exchanged r) {
            answered += r.has_value();
            if (--left == 0) stop.request_stop();
        });
    io.run();
    CHECK(answered == 3);
    CHECK(cancelled == 4);
    CHECK(mute.connections() == 2);
    CHECK(other.connections() == 2);
}

TEST_CASE("asio: a connection unused for longer than idle_timeout is not used again, and keeps no loop running") {
    echo handler;
    testing::serve server{handler};
    asio::io_context io;
    asio_transport t{io.get_executor(), {.idle_timeout = 60ms}}, patient{io.get_executor()};
    auto const begin = std::chrono::steady_clock::now();
    for (asio_transport* each : {&t, &t, &patient}) REQUIRE(run(io, get(*each, server.url())));
    CHECK(std::chrono::steady_clock::now() - begin < 5s); // and not idle_timeout, timeout or connect_timeout
    CHECK(server.connections() == 2);
    REQUIRE(run(io, t.wait(70ms)));
    for (asio_transport* each : {&t, &t, &patient}) REQUIRE(run(io, get(*each, server.url())));
    CHECK(server.connections() == 3);
}

TEST_CASE("asio: connect_timeout bounds everything before the request; a limit or time of zero is none") {
    faulty_server mute{{[](peer& p) { p.until_closed(); }}}; // accepts, and never speaks TLS
    std::string const url = "https://127.0.0.1:" + std::to_string(mute.port());
    asio::io_context io;
    asio_transport hasty{io.get_executor(), {.connect_timeout = 50ms}}, patient{io.get_executor(), {.connect_timeout = 0ms}};
    auto const begin = std::chrono::steady_clock::now();
    for (auto* each : {&hasty, &patient}) {
        exchanged const r = run(io, get(*each, url, each == &hasty ? 10s : 50ms));
        REQUIRE(!r);
        CHECK(r.error().kind == error_kind::timeout);
        CHECK(!r.error().sent);
        CHECK(r.error().message().find("timed out in the TLS handshake") != std::string::npos);
    }
    CHECK(std::chrono::steady_clock::now() - begin < 5s); // and not the request's time-out
    echo handler;
    testing::serve server{handler};
    asio_transport unlimited{io.get_executor(), {.max_connections_per_host = 0, .idle_timeout = 0ms}};
    int answered = 0;
    io.restart();
    for (int i = 0; i != 70; ++i) asio::co_spawn(io, get(unlimited, server.url()), [&](std::exception_ptr, exchanged r) { answered += r.has_value(); });
    io.run();
    CHECK(answered == 70);
    CHECK(server.connections() == 70);
    CHECK(run(io, unlimited.wait(10ms)));
    CHECK(run(io, get(unlimited, server.url())));
    CHECK(server.connections() == 70);
}

TEST_CASE("asio: a wait ends at its time, and before it when it is told to") {
    asio::io_context io;
    std::optional<asio_transport> t{io.get_executor()};
    auto const begin = std::chrono::steady_clock::now();
    CHECK(run(io, t->wait(30ms)));
    CHECK(std::chrono::steady_clock::now() - begin >= 30ms);
    stop_source stop, asked;
    asked.request_stop();
    CHECK(run(io, t->wait(1h, asked.get_token())).error().kind == error_kind::cancelled);
    std::thread elsewhere;
    asio::post(io, [&] { elsewhere = std::thread{[&] { stop.request_stop(); }}; });
    CHECK(run(io, t->wait(1h, stop.get_token())).error().kind == error_kind::cancelled);
    elsewhere.join();
    asio::cancellation_signal signal;
    std::optional<result<void>> by_slot, by_end;
    asio::co_spawn(io, t->wait(1h), asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr, result<void> r) { by_slot = std::move(r); }));
    asio::co_spawn(io, t->wait(1h), [&](std::exception_ptr, result<void> r) { by_end = std::move(r); });
    asio::post(io, [&] { signal.emit(asio::cancellation_type::terminal), asio::post(io, [&] { t.reset(); }); });
    io.restart();
    io.run();
    CHECK(by_slot->error().kind == error_kind::cancelled);
    CHECK(by_end->error().kind == error_kind::cancelled);
}

// ---- what ends an exchange, at each point of its life ----
namespace {

/// An exchange that gets stuck, which it tells by `reached`, on any thread.
struct stuck {
    std::vector<std::unique_ptr<faulty_server>> servers{};
    std::shared_ptr<void> keeps{};
    asio_options options{};
    novu::detail::lookup look_up{};
    std::string url{}, body{}, next{};  // next: answered at once, afterwards
    bool behind_another{false};         // which has the one connection there may be
};
struct point {
    std::string_view at;                // as the error says it; a stop may come just before it for `loosely`
    bool sent;
    stuck (*make)(std::function<void()> reached, asio::ssl::context* tls); // tls: once it is sent, over that
    bool loosely{false};
};

stuck with(std::vector<faulty_server::script> scripts, asio::ssl::context* tls = nullptr) {
    stuck s;
    scripts.push_back([](peer& p) { p.request(), p.answer("next"); });
    s.servers.push_back(std::make_unique<faulty_server>(std::move(scripts), tls));
    s.url = s.next = s.servers[0]->url();
    return s;
}
void first_byte(peer& p) {
    char byte;
    boost::system::error_code failed;
    asio::read(p.socket(), asio::buffer(&byte, 1), failed);
}

point const points[] = {
    {"waiting for a free connection", false, [](std::function<void()> reached, asio::ssl::context*) {
         stuck s = with({[=](peer& p) { p.request(), reached(), p.until_closed(); }});
         s.options.max_connections_per_host = 1;
         s.behind_another = true;
         return s;
     }},
    {"looking up the host", false, [](std::function<void()> reached, asio::ssl::context*) {
         stuck s = with({});
         s.url = "http://slow.example";
         auto const never = std::make_shared<std::vector<std::function<void(novu::detail::resolved)>>>();
         s.keeps = never;
         s.look_up = [=](std::string const&, std::string const&, std::function<void(novu::detail::resolved)> done) { never->push_back(std::move(done)), reached(); };
         return s;
     }},
    {"connecting", false, [](std::function<void()> reached, asio::ssl::context*) {
         stuck s = with({});
         s.url = "http://dead.example";
         auto const dead = std::make_shared<dead_address>();
         s.keeps = dead;
         s.look_up = [=](std::string const&, std::string const&, std::function<void(novu::detail::resolved)> const& done) { done({{}, {dead->endpoint()}}), reached(); };
         return s;
     }, true},
    {"asking the proxy for a tunnel", false, [](std::function<void()> reached, asio::ssl::context*) {
         stuck s = with({[=](peer& p) { p.request(), reached(), p.until_closed(); }});
         s.options.proxy = s.url;
         s.url = "https://novu.example";
         return s;
     }},
    {"in the TLS handshake", false, [](std::function<void()> reached, asio::ssl::context*) {
         stuck s = with({[=](peer& p) { first_byte(p), reached(), p.until_closed(); }});
         s.url = "https" + s.url.substr(4);
         return s;
     }},
    {"sending the request", true, [](std::function<void()> reached, asio::ssl::context* tls) {
         auto const done = std::make_shared<std::promise<void>>();
         stuck s = with({[=, over = done->get_future().share()](peer& p) { first_byte(p), reached(), over.wait(); }}, tls);
         s.keeps = std::shared_ptr<void>{nullptr, [=](void*) { done->set_value(); }};
         s.body.assign(32 * 1024 * 1024, ' ');
         return s;
     }},
    {"waiting for the answer", true, [](std::function<void()> reached, asio::ssl::context* tls) { return with({[=](peer& p) { p.request(), reached(), p.until_closed(); }}, tls); }},
    {"reading the answer's headers", true, [](std::function<void()> reached, asio::ssl::context* tls) {
         return with({[=](peer& p) { p.request(), p.send("HTTP/1.1 2"), p.delivered(), reached(), p.until_closed(); }}, tls);
     }, true},
    {"reading the answer's body", true, [](std::function<void()> reached, asio::ssl::context* tls) {
         return with({[=](peer& p) { p.request(), p.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12"), p.delivered(), reached(), p.until_closed(); }}, tls);
     }, true},
};

enum class by { timeout, stop, slot, destruction };

/// A server's TLS, and its authority, in the place of the system's, which take long to read.
struct trusted_server {
    certificate ca = make_certificate("Test authority", "", nullptr);
    temporary_file ca_file{ca.chain()};
    environment roots{{"SSL_CERT_FILE", ca_file.path()}};
    asio::ssl::context context = server_context(make_certificate("server", "IP:127.0.0.1", &ca));
};

/// What has gone this far is ended, alone or as the exchange of a call.
void check_ended(point const& p, by what, bool whole_call = false, asio::ssl::context* tls = nullptr) {
    INFO(p.at << ", ended by " << static_cast<int>(what));
    asio::io_context io;
    std::optional<asio_transport> t;
    std::optional<client<asio_transport&>> c;
    stop_source stop, first_stop;
    asio::cancellation_signal signal;
    stuck s = p.make([&] {
        if (what == by::stop) stop.request_stop();
        else if (what == by::slot) asio::post(io, [&] { signal.emit(asio::cancellation_type::terminal); });
        else if (what == by::destruction) asio::post(io, [&] { c.reset(), t.reset(); });
    }, tls);
    auto const limit = tls ? 240ms : 80ms; // for a handshake, too
    if (s.look_up) t.emplace(io.get_executor(), s.options, s.look_up);
    else t.emplace(io.get_executor(), s.options);
    c.emplace(std::ref(*t), options(s.url));
    std::optional<exchanged> first;
    std::optional<result<void>> ended;
    auto const over = [&](std::exception_ptr thrown, auto r) {
        CHECK(!thrown);
        if (r) ended = result<void>{};
        else ended = failure{std::move(r).error()};
        first_stop.request_stop();
    };
    if (s.behind_another) asio::co_spawn(io, get(*t, s.url, 60s, first_stop.get_token()), [&](std::exception_ptr, exchanged r) { first = std::move(r); });
    auto const begin = std::chrono::steady_clock::now();
    if (whole_call) {
        call_options const o{.timeout = 60s, .total_timeout = what == by::timeout ? limit : 60s, .stop = stop.get_token()};
        asio::co_spawn(io, c->workflows.patch("w", {.description = s.body}, o), asio::bind_cancellation_slot(signal.slot(), over));
    } else {
        asio::co_spawn(io, get(*t, s.url, what == by::timeout ? limit : 60s, stop.get_token(), s.body), asio::bind_cancellation_slot(signal.slot(), over));
    }
    io.run();
    auto const took = std::chrono::steady_clock::now() - begin;
    REQUIRE(ended);
    REQUIRE(!*ended);
    CHECK(took < 10s);
    if (what == by::timeout) CHECK(took >= limit);
    CHECK(ended->error().kind == (what == by::timeout ? error_kind::timeout : error_kind::cancelled));
    CHECK(ended->error().sent == p.sent);
    if (whole_call) CHECK(ended->error().attempts.size() == 1);
    if (what == by::timeout || !p.loosely) CHECK(says(ended->error(), (what == by::timeout ? "timed out " : "cancelled ") + std::string{p.at}));
    if (s.behind_another) CHECK(first->error().kind == error_kind::cancelled);
    if (!t) return;
    exchanged const next = run(io, get(*t, s.next)); // on a connection of its own
    REQUIRE(next);
    CHECK(next->body == "next");
}

} // namespace

TEST_CASE("asio: what ends an exchange at each point, alone and in a call, and the next one at once") {
    for (by const what : {by::timeout, by::stop, by::slot, by::destruction})
        for (point const& p : points)
            for (bool const whole_call : {false, true}) check_ended(p, what, whole_call);
}

TEST_CASE("asio: what ends an exchange over TLS at each point from the request on, and the next one at once") {
    trusted_server server;
    for (by const what : {by::timeout, by::stop, by::slot, by::destruction})
        for (point const& p : points)
            if (p.sent) check_ended(p, what, false, &server.context);
}

TEST_CASE("asio: times of any length") {
    echo handler;
    testing::serve server{handler};
    constexpr auto longest = std::chrono::milliseconds::max();
    asio::io_context io;
    asio_transport patient{io.get_executor(), {.connect_timeout = longest, .idle_timeout = longest}}, hasty{io.get_executor(), {.connect_timeout = -1ms, .idle_timeout = -longest}};
    for (int i = 0; i != 2; ++i) CHECK(run(io, get(patient, server.url(), longest)));
    CHECK(server.connections() == 1);
    CHECK(run(io, get(hasty, server.url())).error().kind == error_kind::timeout);
    CHECK(run(io, get(patient, server.url(), -1ms)).error().kind == error_kind::timeout);
    stop_source stop;
    std::thread asks{[&] { stop.request_stop(); }};
    CHECK(run(io, patient.wait(longest, stop.get_token())).error().kind == error_kind::cancelled);
    asks.join();
    CHECK(run(io, patient.wait(-longest)));
}

TEST_CASE("asio: a transport that another is moved to ends what is in flight there") {
    std::promise<void> asked;
    faulty_server mute{{[&](peer& p) { p.request(), asked.set_value(), p.until_closed(); }, [](peer& p) { p.request(), p.answer("next"); }}};
    asio::io_context io;
    asio_transport t{io.get_executor()}, other{io.get_executor()};
    std::optional<exchanged> ended;
    asio::co_spawn(io, get(t, mute.url(), 60s), [&](std::exception_ptr, exchanged r) { ended = std::move(r); });
    auto reached = asked.get_future();
    while (reached.wait_for(0s) != std::future_status::ready) io.poll();
    t = std::move(other);
    io.run();
    CHECK(ended.value().error().kind == error_kind::cancelled);
    CHECK(run(io, get(t, mute.url()))->body == "next");
}

TEST_CASE("asio: the end of a client that owns its transport ends a call that is owed its answer") {
    auto const check = [](auto& context, auto run_to_its_end) {
        std::optional<client<asio_transport>> c;
        faulty_server mute{{[&](peer& p) { p.request(), asio::post(context, [&] { c.reset(); }), p.until_closed(); }}, nullptr, 5s};
        client_options o = options(mute.url());
        o.retries = retry_policy::none();
        c.emplace(asio_transport{context.get_executor()}, o);
        auto const begin = std::chrono::steady_clock::now();
        auto page = asio::co_spawn(context, c->workflows.list(), asio::use_future);
        run_to_its_end();
        auto const ended = printed(page.get());
        REQUIRE(!ended);
        CHECK(ended.error().kind == error_kind::cancelled);
        CHECK(ended.error().sent);
        CHECK(std::chrono::steady_clock::now() - begin < 2s);
    };
    asio::io_context io;
    check(io, [&] { io.run(); });
    asio::thread_pool threads{2};
    check(threads, [&] { threads.join(); });
}

TEST_CASE("asio: types of cancellation besides terminal, where the coroutine lets them through") {
    for (auto const type : {asio::cancellation_type::total, asio::cancellation_type::partial}) {
        std::promise<void> asked;
        faulty_server mute{{[&](peer& p) { p.request(), asked.set_value(), p.until_closed(); }}};
        asio::io_context io;
        client c{asio_transport{io.get_executor()}, options(mute.url())};
        auto const lets_through = [&]() -> asio::awaitable<error_kind> {
            co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
            co_await asio::this_coro::throw_if_cancelled(false);
            auto listing = c.workflows.list();
            auto page = co_await std::move(listing);
            co_return page ? error_kind::undecodable : page.error().kind;
        };
        asio::cancellation_signal signal;
        std::optional<error_kind> ended;
        asio::co_spawn(io, lets_through(), asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr, error_kind k) { ended = k; }));
        auto reached = asked.get_future();
        while (reached.wait_for(0s) != std::future_status::ready) io.poll();
        signal.emit(type);
        io.run();
        CHECK(ended == error_kind::cancelled);
    }
}

TEST_CASE("asio: one io_context on several threads, calls against timers") {
    using namespace asio::experimental::awaitable_operators;
    fake_novu fake{{.environments = {{.secret_key = secret}}}};
    testing::serve server{fake};
    faulty_server mute{std::vector<faulty_server::script>(8, [](peer& p) { p.request(), p.until_closed(); })};
    asio::io_context io;
    client c{asio_transport{io.get_executor()}, options(server.url())};
    std::atomic<int> listed = 0, late = 0;
    auto const user = [&](bool answered) -> asio::awaitable<void> {
        auto const executor = co_await asio::this_coro::executor; // a strand: what ends one of the two ends the other there
        asio::steady_timer limit{executor, answered ? 60s : 30ms};
        auto listing = c.workflows.list({}, {.server = answered ? server.url() : mute.url()});
        auto timing = limit.async_wait(asio::use_awaitable);
        auto either = std::move(listing) || std::move(timing);
        auto first = co_await std::move(either);
        if (first.index() == 1) ++late;
        else if (std::get<0>(first)) ++listed;
    };
    for (int i = 0; i != 40; ++i) asio::co_spawn(asio::make_strand(io), user(i % 5 != 0), asio::detached);
    std::vector<std::thread> threads;
    for (int i = 0; i != 4; ++i) threads.emplace_back([&] { io.run(); });
    for (auto& each : threads) each.join();
    CHECK(listed == 32);
    CHECK(late == 8);
}

TEST_CASE("asio: what is cancelled before it begins is not sent") {
    echo handler;
    testing::serve server{handler};
    asio::io_context io;
    asio_transport t{io.get_executor()};
    stop_source stop;
    stop.request_stop();
    exchanged const r = run(io, get(t, server.url(), 10s, stop.get_token()));
    REQUIRE(!r);
    CHECK(r.error().kind == error_kind::cancelled);
    CHECK(!r.error().sent);

    asio::cancellation_signal signal; // Asio tells it in its own way where it has not even started the task
    bool told = false;
    asio::co_spawn(io, get(t, server.url()), asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr thrown, exchanged came) {
        told = thrown || came.error().kind == error_kind::cancelled;
    }));
    signal.emit(asio::cancellation_type::terminal);
    io.restart();
    io.run();
    CHECK(told);

    auto started_too_late = [](std::optional<asio_transport>& gone, std::string url) -> asio::awaitable<exchanged> {
        http::request const q{.url = url, .timeout = 10s};
        auto sending = gone->send(q);
        gone.reset();
        exchanged answer = co_await std::move(sending);
        co_return answer;
    };
    std::optional<asio_transport> gone{io.get_executor()};
    exchanged const late = run(io, started_too_late(gone, server.url()));
    REQUIRE(!late);
    CHECK(late.error().kind == error_kind::cancelled);
    CHECK(handler.targets.empty());
}

TEST_CASE("asio: cancelled between attempts, by a stop, by Asio, by the end of the client") {
    for (by const what : {by::stop, by::slot, by::destruction}) {
        faulty_server server{{[](peer& p) { p.request(), p.send("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"), p.until_closed(); }}};
        asio::io_context io;
        stop_source stop;
        asio::cancellation_signal signal;
        std::optional<client<asio_transport>> c;
        client_options o = options(server.url());
        o.retries.initial_interval = 20s;
        o.on_event = [&](event const& e) {
            if (!std::holds_alternative<retry_scheduled>(e)) return;
            asio::post(io, [&] { // when it waits
                if (what == by::stop) stop.request_stop();
                else if (what == by::slot) signal.emit(asio::cancellation_type::terminal);
                else c.reset();
            });
        };
        c.emplace(asio_transport{io.get_executor()}, o);
        std::optional<result<response<workflow_list>>> r;
        asio::co_spawn(io, c->workflows.list({}, {.stop = stop.get_token()}),
                       asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr thrown, result<response<workflow_list>> came) {
                           CHECK(!thrown);
                           r = printed(std::move(came));
                       }));
        io.run_for(10s);
        REQUIRE(r);
        REQUIRE(!*r);
        CHECK(r->error().kind == error_kind::cancelled);
        CHECK(r->error().stopped == stop_reason::cancelled);
        CHECK(r->error().attempts.size() == 1);
        CHECK(server.connections() == 1);
    }
}

TEST_CASE("asio: signalled while it wakes up between attempts, a call makes no other") {
    faulty_server server{{[](peer& p) { p.request(), p.send("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"), p.until_closed(); }}};
    asio::io_context io;
    asio::cancellation_signal signal;
    asio::steady_timer before{io};
    client_options o = options(server.url());
    o.retries.initial_interval = 1ms;
    o.on_event = [&](event const& e) {
        auto const* scheduled = std::get_if<retry_scheduled>(&e);
        if (!scheduled) return;
        auto const over = std::chrono::steady_clock::now() + scheduled->wait + 2ms;
        asio::post(io, [&, over] { // when it waits: both timers go off at once, this one first
            before.expires_at(std::chrono::steady_clock::time_point::min());
            before.async_wait([&](boost::system::error_code) { signal.emit(asio::cancellation_type::terminal); });
            while (std::chrono::steady_clock::now() < over) {}
        });
    };
    client c{asio_transport{io.get_executor()}, o};
    std::optional<result<response<workflow_list>>> r;
    asio::co_spawn(io, c.workflows.list(), asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr thrown, result<response<workflow_list>> came) {
        CHECK(!thrown);
        r = printed(std::move(came));
    }));
    io.run();
    REQUIRE(r);
    CHECK(r->error().kind == error_kind::cancelled);
    CHECK(r->error().attempts.size() == 1);
    CHECK(server.connections() == 1);
}

TEST_CASE("asio: Asio's own look-up: what ends an exchange does not wait for the system") {
    for (by const what : {by::timeout, by::stop, by::slot, by::destruction}) {
        INFO(static_cast<int>(what));
        std::optional<slow_lookup> held{std::in_place};
        asio::io_context io;
        std::optional<asio_transport> t{io.get_executor()};
        stop_source stop;
        asio::cancellation_signal signal;
        std::thread asks{[&] {
            slow_lookup::wait_until_asked(1);
            if (what == by::stop) stop.request_stop();
            else if (what == by::slot) asio::post(io, [&] { signal.emit(asio::cancellation_type::terminal); });
            else if (what == by::destruction) asio::post(io, [&] { t.reset(); });
        }};
        std::optional<exchanged> ended;
        asio::co_spawn(io, get(*t, "http://slow.invalid", what == by::timeout ? 80ms : 60s, stop.get_token()),
                       asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr, exchanged r) { ended = std::move(r); }));
        while (!ended) io.run_one_for(10s);
        asks.join();
        CHECK(ended->error().kind == (what == by::timeout ? error_kind::timeout : error_kind::cancelled));
        CHECK(!ended->error().sent);
        CHECK(says(ended->error(), (what == by::timeout ? "timed out " : "cancelled ") + std::string{"looking up the host"}));
        held.reset(); // until then Asio's thread is in the system
        io.run();
    }
}

TEST_CASE("asio: a look-up that answers too late, after everything") {
    std::vector<std::function<void(novu::detail::resolved)>> pending;
    {
        asio::io_context io;
        asio_transport t{io.get_executor(), {}, [&](std::string const&, std::string const&, std::function<void(novu::detail::resolved)> done) { pending.push_back(std::move(done)); }};
        CHECK(says(run(io, get(t, "http://slow.example", 50ms)).error(), "timed out looking up the host"));
        pending.at(0)({});
        asio::co_spawn(io, get(t, "http://slow.example"), asio::detached);
        io.restart();
        io.poll(); // and the loop is destroyed with a call in flight
    }
    pending.at(1)({});
    asio::io_context io;
    asio_transport t{io.get_executor()};
    CHECK(says(run(io, get(t, "http://nowhere.invalid")).error(), "the host name \"nowhere.invalid\" cannot be looked up"));
}

TEST_CASE("asio: a dead address costs a moment, not the time-out") {
    dead_address const dead;
    faulty_server server{{[](peer& p) { p.request(), p.answer("{}"); }}};
    tcp::endpoint const alive{asio::ip::address_v4::loopback(), server.port()};
    asio::io_context io;
    auto const begin = std::chrono::steady_clock::now();
    for (auto const& found : {std::vector{dead.endpoint(), alive}, {alive, dead.endpoint()}, {tcp::endpoint{alive.address(), 1}, alive}}) {
        asio_transport t{io.get_executor(), {}, finding(found)};
        CHECK(run(io, get(t, "http://two.example")));
    }
    CHECK(std::chrono::steady_clock::now() - begin < 5s);
}

TEST_CASE("asio: eight dead addresses of one family cost a moment where the other has one that lives") {
    if (!has_ipv6()) SKIP("no IPv6 here");
    dead_address const dead{asio::ip::address_v6::loopback()};
    faulty_server server{{[](peer& p) { p.request(), p.answer("{}"); }}};
    asio::io_context io;
    asio_transport t{io.get_executor(), {}, finding_one_alive(dead, server.port())};
    auto const begin = std::chrono::steady_clock::now();
    CHECK(run(io, get(t, "http://nine.example")));
    CHECK(std::chrono::steady_clock::now() - begin < 1s);
}

TEST_CASE("asio: over IPv6, and TLS there") {
    if (!has_ipv6()) SKIP("no IPv6 here");
    certificate const ca = make_certificate("Test authority", "", nullptr), shown = make_certificate("server", "IP:::1", &ca);
    temporary_file const ca_file{ca.chain()};
    echo handler;
    testing::serve plain{handler, "::1"}, secure{handler, "::1", 0, {shown.chain(), shown.private_key()}};
    asio::io_context io;
    asio_transport t{io.get_executor(), {.ca_file = ca_file.path()}};
    for (auto const* server : {&plain, &secure}) CHECK(run(io, get(t, server->url() + "/six"))->body == "/six");
}

TEST_CASE("asio: the two families of addresses are tried in turn") {
    auto const v4 = [](unsigned short port) { return tcp::endpoint{asio::ip::address_v4::loopback(), port}; };
    auto const v6 = [](unsigned short port) { return tcp::endpoint{asio::ip::address_v6::loopback(), port}; };
    std::vector endpoints{v6(1), v6(2), v6(3), v4(1), v4(2)};
    novu::detail::alternate_families(endpoints);
    CHECK(endpoints == std::vector{v6(1), v4(1), v6(2), v4(2), v6(3)});
    endpoints = {v4(1), v4(2)};
    novu::detail::alternate_families(endpoints);
    CHECK(endpoints == std::vector{v4(1), v4(2)});
}

TEST_CASE("asio: a proxy, and limits of size") {
    std::string asked;
    faulty_server proxy{{[&](peer& p) { asked = p.request(), p.answer("{}"); }, answering("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")}};
    asio::io_context io;
    asio_transport t{io.get_executor(), {.proxy = proxy.url()}};
    REQUIRE(run(io, get(t, "http://novu.example/v2/workflows?a=1")));
    CHECK(asked.starts_with("GET http://novu.example/v2/workflows?a=1 HTTP/1.1\r\nHost: novu.example\r\n"));
    CHECK(says(run(io, get(t, "https://novu.example")).error(), "the proxy refused the tunnel to novu.example:443 with status 407"));
    asio_transport wrong{io.get_executor(), {.proxy = "socks5://127.0.0.1:1"}};
    CHECK(says(run(io, get(wrong, "http://novu.example")).error(), "is no http://host:port"));
    faulty_server large{{answering("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + std::string(101, 'x'))}};
    asio_transport small{io.get_executor(), {.max_response_size = 100}};
    CHECK(says(run(io, get(small, large.url())).error(), "the answer's body is larger than max_response_size, 100 bytes"));
}

TEST_CASE("asio: TLS, its sessions resumed, and certificates refused") {
    certificate const ca = make_certificate("Test authority", "", nullptr);
    temporary_file const ca_file{ca.chain()};
    asio::io_context io;
    for (long const version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        auto context = server_context(make_certificate("server", "DNS:localhost,IP:127.0.0.1", &ca));
        SSL_CTX_set_max_proto_version(context.native_handle(), version);
        std::vector<bool> resumed;
        faulty_server server{{[&](peer& p) { p.request(), resumed.push_back(p.resumed()), p.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"); }}, &context};
        {
            asio_transport t{io.get_executor(), {.ca_file = ca_file.path()}};
            for (int i = 0; i != 3; ++i) REQUIRE(run(io, get(t, server.url("localhost"))));
            REQUIRE(run(io, get(t, server.url("127.0.0.1")))); // another name, another session
        }
        CHECK(resumed == std::vector{false, true, true, false});
    }
    fake_novu fake;
    auto const refused = [&](certificate const& c, asio_options o) {
        testing::serve server{fake, "127.0.0.1", 0, {c.chain(), c.private_key()}};
        client over{asio_transport{io.get_executor(), o}, options("https://localhost:" + std::to_string(server.port()))};
        auto r = printed(run(io, over.workflows.list()));
        REQUIRE(!r);
        CHECK(r.error().attempts.size() == 1);
        return r.error().message();
    };
    auto const has = [](std::string const& text, std::string_view words) { return text.find(words) != std::string::npos; };
    CHECK(has(refused(make_certificate("server", "DNS:other.example", &ca), {.ca_file = ca_file.path()}), "the server's certificate is not for the host \"localhost\""));
    CHECK(has(refused(make_certificate("server", "DNS:localhost", &ca, -1), {.ca_file = ca_file.path()}), "the server's certificate has expired"));
    CHECK(has(refused(make_certificate("server", "DNS:localhost", &ca), {}), "the server's certificate is not trusted: "));
    CHECK(has(refused(make_certificate("server", "DNS:localhost", &ca), {.ca_file = "/nonexistent.pem"}), "cannot be used"));
    CHECK(fake.requests() == 0);
}

TEST_CASE("asio: four threads, many calls, some of them cancelled") {
    bool const secure = GENERATE(false, true);
    echo handler;
    certificate const ca = make_certificate("Test authority", "", nullptr), shown = make_certificate("server", "IP:127.0.0.1", &ca);
    temporary_file const ca_file{ca.chain()};
    testing::serve server{handler, "127.0.0.1", 0, secure ? server_certificate{shown.chain(), shown.private_key()} : server_certificate{}};
    std::string const url = server.url();
    std::vector<http::request> const last(20, http::request{.url = url, .timeout = 30s});
    asio::thread_pool threads{4};
    std::atomic<int> wrong = 0, ended = 0, cancelled = 0;
    {
        asio_transport t{threads.get_executor(), {.ca_file = ca_file.path(), .max_connections_per_host = 5}};
        auto const user = [&](int n) -> asio::awaitable<void> {
            for (int i = 0; i != 60; ++i) {
                std::string const target = "/" + std::to_string(n) + "/" + std::to_string(i);
                stop_source stop;
                std::thread stopper;
                if (i % 10 == 9) stopper = std::thread{[stop] { stop.request_stop(); }};
                exchanged const r = co_await get(t, server.url() + target, 30s, stop.get_token());
                if (stopper.joinable()) stopper.join();
                if (r) wrong += r->body != target;
                else if (r.error().kind == error_kind::cancelled && i % 10 == 9) ++cancelled;
                else ++wrong;
            }
            ++ended;
        };
        std::vector<std::future<void>> users;
        for (int n = 0; n != 16; ++n) users.push_back(asio::co_spawn(threads, user(n), asio::use_future));
        for (auto& each : users) each.get();
        CHECK(wrong == 0);
        CHECK(ended == 16);
        for (http::request const& q : last) // which the end of the transport may find anywhere
            asio::co_spawn(threads, t.send(q), [&](std::exception_ptr, exchanged r) { wrong += !r && r.error().kind != error_kind::cancelled; });
    }
    threads.join();
    CHECK(wrong == 0);
}

TEST_CASE("asio: what ends an exchange just before its connection begins with it") {
    for (by const what : {by::timeout, by::stop, by::slot, by::destruction}) {
        std::promise<void> waits;
        faulty_server mute{{[&](peer& p) { p.request(), waits.get_future().wait(), p.answer("1"), p.request(), p.until_closed(); }}, nullptr, 5s};
        asio::io_context io, callers;
        std::optional<asio_transport> t{std::in_place, io.get_executor(), asio_options{.max_connections_per_host = 1}};
        stop_source stop;
        asio::cancellation_signal signal;
        std::optional<exchanged> first, ended;
        asio::co_spawn(io, get(*t, mute.url()), [&](std::exception_ptr, exchanged r) { first = std::move(r); });
        io.poll();
        asio::co_spawn(callers, get(*t, mute.url(), what == by::timeout ? 50ms : 60s, stop.get_token()),
                       asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr, exchanged r) { ended = std::move(r); }));
        callers.poll(); // it waits for the other's connection
        waits.set_value();
        while (!first) io.restart(), io.poll(); // and has it, and does not know yet
        REQUIRE(first.value());
        REQUIRE(!ended);
        if (what == by::stop) stop.request_stop();
        if (what == by::slot) signal.emit(asio::cancellation_type::terminal);
        if (what == by::destruction) t.reset();
        while (!ended) io.restart(), io.poll(), callers.poll();
        INFO(static_cast<int>(what));
        REQUIRE(!ended.value());
        CHECK(ended->error().kind == (what == by::timeout ? error_kind::timeout : error_kind::cancelled));
    }
}

TEST_CASE("asio: Asio's cancellation and a stop at the same time, on several threads") {
    std::vector<std::function<void(peer&)>> mute;
    std::promise<void> asked[60];
    for (auto& each : asked) mute.push_back([&each](peer& p) { p.request(), each.set_value(), p.until_closed(); });
    faulty_server server{std::move(mute)};
    asio::thread_pool threads{3};
    asio::cancellation_signal signals[std::size(asked)]; // until the threads have ended: what Asio keeps in one shares an executor with them
    for (std::size_t i = 0; i != std::size(asked); ++i) {
        asio_transport t{threads.get_executor()};
        auto const strand = asio::make_strand(threads);
        stop_source stop;
        asio::cancellation_signal& signal = signals[i];
        std::promise<exchanged> ended;
        asio::co_spawn(strand, get(t, server.url(), 10s, stop.get_token()),
                       asio::bind_cancellation_slot(signal.slot(), asio::bind_executor(strand, [&](std::exception_ptr, exchanged r) { ended.set_value(std::move(r)); })));
        asked[i].get_future().get();
        auto emitted = asio::post(strand, asio::use_future([&] { signal.emit(asio::cancellation_type::terminal); }));
        stop.request_stop();
        CHECK(ended.get_future().get().error().kind == error_kind::cancelled);
        emitted.get();
    }
    threads.join();
}

TEST_CASE("asio: a coroutine that is destroyed gives its connection to the next") {
    std::promise<void> waits;
    faulty_server server{{[&](peer& p) { p.request(), waits.get_future().wait(), p.answer("1"), p.request(), p.answer("2"); }}, nullptr, 5s};
    asio::io_context io;
    asio_transport t{io.get_executor(), {.max_connections_per_host = 1}};
    std::optional<exchanged> first;
    asio::co_spawn(io, get(t, server.url()), [&](std::exception_ptr, exchanged r) { first = std::move(r); });
    io.poll();
    {
        asio::io_context callers;
        asio::co_spawn(callers, get(t, server.url()), asio::detached);
        callers.poll();
        waits.set_value();
        while (!first) io.restart(), io.poll();
    }
    exchanged const next = run(io, get(t, server.url(), 2s));
    REQUIRE(next);
    CHECK(next->body == "2");
}

TEST_CASE("asio: when the context is destroyed, so are the coroutines, wherever they wait") {
    faulty_server server{{[](peer& p) { p.request(), p.until_closed(); }}};
    struct noted {
        int& destroyed;
        ~noted() { ++destroyed; }
    };
    int destroyed = 0;
    {
        asio::io_context io;
        auto const program = [&](auto wait) -> asio::awaitable<void> {
            noted const here{destroyed};
            asio_options const o{.max_connections_per_host = 1};
            asio_transport t{io.get_executor(), o};
            auto another = wait(t);
            (void)co_await std::move(another);
        };
        asio::co_spawn(io, program([&](asio_transport& t) { return t.wait(1h); }), asio::detached);
        asio::co_spawn(io, program([&](asio_transport& t) {
            using namespace asio::experimental::awaitable_operators;
            return get(t, server.url()) && get(t, server.url()); // the second for the connection of the first
        }), asio::detached);
        io.poll();
    }
    CHECK(destroyed == 2);
}

TEST_CASE("asio: no deadline keeps the loop running when the last call has ended, whichever that was") {
    std::promise<void> late;
    faulty_server server{{[](peer& p) { p.request(), p.answer("1"), p.until_closed(); }, [](peer& p) { p.request(), p.answer("2"), p.until_closed(); },
                          [&](peer& p) { p.request(), late.get_future().wait(), p.answer("3"), p.until_closed(); }}};
    asio::io_context io;
    asio_transport t{io.get_executor(), {.connect_timeout = 0ms}};
    asio::steady_timer after_the_second{io, 600ms};
    after_the_second.async_wait([&](auto) { late.set_value(); });
    auto const begin = std::chrono::steady_clock::now();
    int answered = 0;
    for (auto const limit : {60'000ms, 500ms, 30'000ms})
        asio::co_spawn(io, get(t, server.url(), limit), [&](std::exception_ptr, exchanged r) { answered += r.has_value(); });
    io.run();
    CHECK(std::chrono::steady_clock::now() - begin < 20s);
    CHECK(answered == 3);
}

TEST_CASE("asio: what follows a call is no part of its connection: the next is ended in time all the same") {
    asio::thread_pool threads{4};
    auto const nobody = [](std::string const&, std::string const&, std::function<void(novu::detail::resolved)> done) {
        std::thread{[done = std::move(done)] { done({asio::error::host_not_found, {}}); }}.detach();
    };
    std::promise<void> second_waits, second_ended;
    std::promise<bool> in_time;
    asio_transport t{threads.get_executor(), {.max_connections_per_host = 1}, nobody};
    auto const first = [&]() -> asio::awaitable<void> {
        auto call = get(t, "http://nowhere.example");
        exchanged const answer = co_await std::move(call);
        CHECK(!answer);
        in_time.set_value(second_ended.get_future().wait_for(5s) == std::future_status::ready); // in the way of whatever waits for this code to end
    };
    asio::co_spawn(threads, first(), asio::detached);
    asio::co_spawn(threads, get(t, "http://nowhere.example", 2s), [&](std::exception_ptr, exchanged) { second_ended.set_value(); });
    CHECK(in_time.get_future().get());
    threads.join();
}

TEST_CASE("asio: executors: a strand, and any") {
    echo handler;
    testing::serve server{handler};
    asio::io_context io;
    for (asio::any_io_executor const& executor : {asio::any_io_executor{asio::make_strand(io)}, asio::any_io_executor{io.get_executor()}}) {
        asio_transport t{executor};
        auto got = asio::co_spawn(executor, get(t, server.url() + "/a"), asio::use_future);
        io.restart();
        io.run();
        CHECK(got.get()->body == "/a");
    }
}

TEST_CASE("asio: 500 calls through 8 connections: each is answered once, with its own answer") {
    certificate const ca = make_certificate("Test authority", "", nullptr), c = make_certificate("server", "DNS:localhost", &ca);
    temporary_file const ca_file{ca.chain()};
    for (bool const secure : {false, true}) {
        echo handler;
        testing::serve server{handler, "127.0.0.1", 0, secure ? server_certificate{c.chain(), c.private_key()} : server_certificate{}};
        asio::io_context io;
        asio_transport t{io.get_executor(), {.ca_file = ca_file.path(), .max_connections_per_host = 8}};
        std::string const url = (secure ? "https://localhost:" : "http://127.0.0.1:") + std::to_string(server.port());
        std::map<std::string, int> answers;
        for (int i = 0; i != 500; ++i) {
            std::string const target = "/" + std::to_string(i);
            asio::co_spawn(io, get(t, url + target, 60s), [&, target](std::exception_ptr, exchanged r) { answers[r && r->body == target ? target : "wrong"]++; });
        }
        io.run();
        CHECK(answers.size() == 500);
        CHECK(std::all_of(answers.begin(), answers.end(), [](auto const& each) { return each.second == 1 && each.first != "wrong"; }));
        CHECK(handler.targets.size() == 500);
        CHECK(server.connections() <= 8);
    }
}

TEST_CASE("asio: headers of more than 64 KiB are refused") {
    faulty_server server{{[](peer& p) { p.request(), p.send("HTTP/1.1 200 OK\r\nA: " + std::string(70'000, 'a') + "\r\n\r\n"); }}};
    asio::io_context io;
    asio_transport t{io.get_executor()};
    exchanged const r = run(io, get(t, server.url()));
    REQUIRE(!r);
    CHECK(r.error().cause == std::errc::message_size);
    CHECK(r.error().message().find("larger than 65536 bytes") != std::string::npos);
}

TEST_CASE("asio: of 64 TLS sessions that are kept, one goes for another") {
    certificate const ca = make_certificate("Test authority", "", nullptr);
    temporary_file const ca_file{ca.chain()};
    auto context = server_context(make_certificate("server", "DNS:localhost,IP:127.0.0.1", &ca));
    asio::io_context io;
    asio_transport t{io.get_executor(), {.ca_file = ca_file.path()}};
    bool resumed = false;
    std::map<std::string, std::unique_ptr<faulty_server>> servers; // in the order of the sessions, of which the first goes
    auto const visit = [&](std::string const& url) {
        REQUIRE(run(io, get(t, url)));
        return resumed;
    };
    std::string last;
    for (int i = 0; i != 65; ++i) {
        auto server = std::make_unique<faulty_server>(std::vector<faulty_server::script>{[&](peer& p) {
            p.request(), resumed = p.resumed(), p.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        }}, &context);
        last = server->url();
        CHECK(!visit(last));
        if (i != 64) servers.emplace(last, std::move(server));
        else {
            CHECK(visit(last));
            CHECK(visit(servers.rbegin()->first));
            CHECK(!visit(servers.begin()->first));
        }
    }
}
