// curl_multi_transport: many exchanges on one thread, called back by run_once alone.
#include "certificates.hpp"
#include "exchanges.hpp"

#include <novu/novu.hpp>
#include <novu/testing/fake_novu.hpp>
#include <novu/testing/faulty_server.hpp>
#include <novu/testing/serve.hpp>
#include <novu/transport/curl_multi.hpp>

#include <catch2/catch_test_macros.hpp>

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

using namespace novu;
using namespace novu::testing;
using namespace novu::tests;
using namespace std::chrono_literals;

static_assert(sizeof(curl_multi_transport) <= 55 * sizeof(void*));
static_assert(callback_transport<curl_multi_transport> && !sync_transport<curl_multi_transport>);

namespace {

using answered = result<http::response>;

/// A GET that the test keeps until it is answered.
struct exchange {
    std::string url;
    std::optional<answered> answer{};
    void send(curl_multi_transport& t, std::chrono::milliseconds timeout = 10s, stop_token stop = {}) {
        t.send({http::method::get, url, usual_fields, {}, timeout, std::move(stop)}, [this](answered r) { answer.emplace(printed(std::move(r))); });
    }
};
void run(curl_multi_transport& t) {
    while (t.run_once(1h)) {}
}

} // namespace

TEST_CASE("many calls at once, on one thread, over few connections; none is called back before run_once") {
    testing::fake_novu fake;
    testing::serve server{fake};
    curl_multi_transport transport{{}, 8};
    client c{std::ref(transport), {.secret_key = "test-secret-key", .server = server.url()}};
    int done = 0;
    bool inline_ = true;
    for (int i = 0; i != 200; ++i)
        c.workflows.list({}, {}, [&](result<response<workflow_list>> page) {
            CHECK(!inline_);
            done += page.has_value();
        });
    inline_ = false;
    CHECK(transport.pending() == 400); // each an exchange, and the wait for its deadline
    run(transport);
    CHECK(done == 200);
    CHECK(transport.pending() == 0);
    CHECK(server.connections() <= 8);
    CHECK(!transport.run_once(1h)); // nothing under way, nothing to wait for
}

TEST_CASE("a call waits between its attempts within run_once") {
    testing::fake_novu fake;
    testing::serve server{fake};
    fake.answer_next({.status = 503, .body = "busy"}, 2);
    curl_multi_transport transport;
    struct { std::uint64_t operator()() { return 0; } } no_jitter;
    client c{std::ref(transport), {.secret_key = "test-secret-key", .server = server.url(), .retries = {.initial_interval = 10ms}, .random = no_jitter}};
    int attempts = 0;
    c.workflows.list({}, {}, [&](auto page) { attempts = page.value().attempts; });
    run(transport);
    CHECK(attempts == 3);
}

TEST_CASE("a callback may begin other exchanges, and what it throws comes out of run_once") {
    testing::fake_novu fake;
    testing::serve server{fake};
    curl_multi_transport transport;
    std::string const url = server.url() + "/";
    int left = 20;
    std::function<void(answered)> next = [&](answered r) {
        REQUIRE(r);
        if (--left != 0) transport.send({http::method::get, url, {}, {}, 10s}, next);
    };
    transport.send({http::method::get, url, {}, {}, 10s}, next);
    run(transport);
    CHECK(left == 0);
    transport.send({http::method::get, url, {}, {}, 10s}, [](answered) { throw std::runtime_error{"from the callback"}; });
    CHECK_THROWS_AS(run(transport), std::runtime_error);
    CHECK(transport.pending() == 0);
    exchange after{url};
    after.send(transport);
    run(transport);
    CHECK(after.answer->has_value());
}

TEST_CASE("what cannot be begun is called back too, by run_once") {
    curl_multi_transport transport{{.ca_file = "/nonexistent.pem"}};
    exchange e{"https://localhost/"};
    e.send(transport);
    CHECK(!e.answer);
    CHECK(transport.pending() == 1);
    run(transport);
    REQUIRE(!*e.answer);
    CHECK(e.answer->error().permanent);
}

TEST_CASE("the options of the transport hold: a proxy, an authority, connect_timeout") {
    std::string asked;
    faulty_server proxy{{[&](peer& p) { asked = p.request(), p.answer("by the proxy"); }}};
    curl_multi_transport through{{.proxy = proxy.url()}};
    exchange e{"http://nowhere.invalid/a"};
    e.send(through);
    run(through);
    CHECK((*e.answer)->body == "by the proxy");
    CHECK(asked.starts_with("GET http://nowhere.invalid/a HTTP/1.1\r\n"));

    certificate const ca = make_certificate("Ours", "", nullptr), c = make_certificate("localhost", "DNS:localhost", &ca);
    temporary_file const ca_file{ca.chain()};
    testing::fake_novu fake;
    testing::serve server{fake, "127.0.0.1", 0, {c.chain(), c.private_key()}};
    for (bool trusting : {true, false}) {
        curl_multi_transport transport{{.ca_file = trusting ? ca_file.path() : ""}};
        exchange secure{"https://localhost:" + std::to_string(server.port()) + "/"};
        secure.send(transport);
        run(transport);
        CHECK(secure.answer->has_value() == trusting);
    }

    faulty_server mute{{[](peer& p) { p.until_closed(); }}}; // accepts, and never speaks TLS
    curl_multi_transport hasty{{.connect_timeout = 50ms}};
    exchange late{"https://127.0.0.1:" + std::to_string(mute.port()) + "/"};
    auto const begin = std::chrono::steady_clock::now();
    late.send(hasty);
    run(hasty);
    CHECK(std::chrono::steady_clock::now() - begin < 5s); // and not the request's time-out
    REQUIRE(!*late.answer);
    CHECK(late.answer->error().kind == error_kind::timeout);
    CHECK(!late.answer->error().sent);
}

TEST_CASE("time-outs and stops end exchanges and waits, each its own") {
    faulty_server mute{{[](peer& p) { p.request(), p.until_closed(); }}}, other{{[](peer& p) { p.request(), p.until_closed(); }}};
    curl_multi_transport transport;
    stop_source stop;
    exchange late{mute.url()}, stopped{other.url()}, before{other.url()};
    late.send(transport, 60ms);
    stopped.send(transport, 1h, stop.get_token());
    int waits = 0;
    transport.wait(1h, stop.get_token(), [&] { waits += 1; });
    transport.wait(1h, stop.get_token(), [&] { waits += 1; });
    transport.wait(1ms, [&] { waits += 10; });
    while (!late.answer) CHECK(transport.run_once(1h));
    CHECK(late.answer->error().kind == error_kind::timeout);
    CHECK(late.answer->error().sent);
    CHECK(!stopped.answer);
    CHECK(waits == 10);
    std::thread asks{[&] { stop.request_stop(); }}; // while run_once waits, or before
    while (!stopped.answer || waits != 12) transport.run_once(1h);
    asks.join();
    CHECK(stopped.answer->error().kind == error_kind::cancelled);
    CHECK(stopped.answer->error().sent);
    before.send(transport, 1h, stop.get_token()); // asked before it began: not sent
    transport.wait(1h, stop.get_token(), [&] { waits += 100; });
    run(transport);
    CHECK(before.answer->error().kind == error_kind::cancelled);
    CHECK(!before.answer->error().sent);
    CHECK(waits == 112);
    CHECK(other.connections() == 1);
}

TEST_CASE("an exchange times out while it waits for a connection") {
    std::promise<void> over;
    auto const ended = over.get_future().share();
    faulty_server mute{{[ended](peer& p) { p.request(), ended.wait(), p.answer("late"); }}};
    curl_multi_transport transport{{}, 1};
    exchange first{mute.url()}, second{mute.url()};
    first.send(transport);
    while (mute.connections() == 0) transport.run_once(10ms);
    second.send(transport, 50ms);
    auto const begun = std::chrono::steady_clock::now();
    while (!second.answer) transport.run_once(1h);
    CHECK(std::chrono::steady_clock::now() - begun < 5s);
    REQUIRE(!*second.answer);
    CHECK(second.answer->error().kind == error_kind::timeout);
    CHECK(!second.answer->error().sent);
    CHECK(second.answer->error().note == "timed out waiting for a free connection");
    over.set_value();
    run(transport);
    CHECK(first.answer->has_value());
}

TEST_CASE("wake ends a run_once that waits") {
    curl_multi_transport transport;
    bool waited = false;
    transport.wait(1h, [&] { waited = true; });
    std::thread wakes{[&] { transport.wake(); }};
    CHECK(transport.run_once(1h));
    wakes.join();
    CHECK(!waited);
}

TEST_CASE("destroyed with exchanges and waits under way: their callbacks are destroyed and never called") {
    auto const held = std::make_shared<int>(0);
    stop_source stop;
    faulty_server mute{{[](peer& p) { p.request(), p.until_closed(); }}};
    std::string const url = mute.url();
    {
        curl_multi_transport transport;
        client c{std::ref(transport), {.secret_key = secret, .server = mute.url()}};
        c.workflows.list({}, {.stop = stop.get_token()}, [held](auto) { ++*held; });
        transport.send({http::method::get, url, {}, {}, 1h, stop.get_token()}, [held](answered) { ++*held; });
        transport.wait(1h, stop.get_token(), [held] { ++*held; });
        while (mute.connections() == 0) transport.run_once(1ms);
        CHECK(transport.pending() == 4); // the call waits for its deadline too
    }
    stop.request_stop();
    CHECK(held.use_count() == 1);
    CHECK(*held == 0);
}
