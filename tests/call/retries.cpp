// The retry rules, in virtual time and with a fixed random source.
#include "common.hpp"

#include <novu/novu.hpp>
#include <novu/testing/scripted_transport.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <limits>
#include <stdexcept>
#include <string>

using namespace novu;
using namespace novu::tests;
using namespace std::chrono_literals;
using ms = std::chrono::milliseconds;

namespace {

constexpr auto refusal = R"({"statusCode":400,"timestamp":"t","path":"/","message":"no"})";

struct over_clock {
    testing::virtual_clock clock;
    fixed_random random;
    testing::scripted_transport transport{clock};
    client_options options{.secret_key = "sk_live_do_not_print", .clock = clock, .random = random};

    auto list(call_options const& o = {}) {
        novu::client c{std::ref(transport), options};
        return c.workflows.list({}, o);
    }
    auto create(call_options const& o = {}) {
        novu::client c{std::ref(transport), options};
        return c.workflows.create({.name = "a", .workflow_id = "b", .steps = empty_list}, o);
    }
};

} // namespace

TEST_CASE("statuses that are tried again, with back-off and jitter") {
    for (int status : {408, 429, 500, 502, 503, 504, 599}) {
        over_clock f;
        f.transport.answer(status).answer(status).answer(status).answer(200, page);
        auto r = f.list();
        REQUIRE(r);
        CHECK(r->attempts == 4);
        CHECK(f.transport.waits == std::vector<ms>{1250ms, 1750ms, 2500ms}); // 1000 * 1.5^n + 250
    }
}

TEST_CASE("statuses that are not") {
    for (int status : {400, 401, 403, 404, 405, 409, 413, 414, 415, 418, 422}) {
        over_clock f;
        f.transport.answer(status, refusal);
        auto r = f.list();
        REQUIRE(!r);
        CHECK(r.error().kind == error_kind::api);
        CHECK(r.error().status == status);
        CHECK(r.error().stopped == stop_reason::permanent);
        CHECK(r.error().attempts.size() == 1);
        CHECK((r.error().dto() != nullptr) == (status != 418));
    }
}

TEST_CASE("no back-off is above the maximum, jitter included") {
    over_clock f;
    f.options.retries.max_interval = 1100ms;
    f.transport.answer(503).answer(503).answer(200, page);
    REQUIRE(f.list());
    CHECK(f.transport.waits == std::vector<ms>{1100ms, 1100ms});
}

TEST_CASE("what the server asks for is what is waited") {
    struct row {
        http::headers headers;
        ms wait;
    };
    for (row const& r : {row{{{"Retry-After", "2"}}, 2000ms}, row{{{"retry-after", "1.5"}}, 1500ms}, row{{{"Retry-After", "0"}}, 0ms},
                         row{{{"retry-after-ms", "70"}, {"Retry-After", "9"}}, 70ms},
                         row{{{"Retry-After", "Thu, 01 Jan 2026 00:00:05 GMT"}}, 5000ms},
                         row{{{"Retry-After", "Thu, 01 Jan 2026 00:00:05 GMT"}, {"Date", "Thu, 01 Jan 2026 00:00:03 GMT"}}, 2000ms},
                         row{{{"Retry-After", "Thursday, 01-Jan-26 00:00:04 GMT"}}, 4000ms}, row{{{"Retry-After", "Thu Jan  1 00:00:06 2026"}}, 6000ms},
                         row{{{"Retry-After", "Thu, 01 Jan 2025 00:00:05 GMT"}}, 0ms}, row{{{"Retry-After", "soon"}}, 1250ms}}) {
        over_clock f;
        f.transport.answer(429, "", r.headers).answer(200, page);
        REQUIRE(f.list());
        CHECK(f.transport.waits == (r.wait == 0ms ? std::vector<ms>{} : std::vector<ms>{r.wait}));
    }
}

TEST_CASE("a wait that does not fit ends the call at once and says what the server wanted") {
    over_clock f;
    f.transport.answer(429, "\"API rate limit exceeded\"", {{"Retry-After", "3600"}});
    auto r = f.list();
    REQUIRE(!r);
    CHECK(r.error().stopped == stop_reason::time_exhausted);
    CHECK(f.transport.waits.empty());
    CHECK(r.error().message().find("3600000 ms") != std::string::npos);
    CHECK(r.error().message().find("API rate limit exceeded") != std::string::npos);
}

TEST_CASE("no attempt starts after max_elapsed_time, none runs past total_timeout") {
    over_clock f;
    f.options.retries.max_elapsed_time = 4000ms; // attempts at 0, 1250, 3000; the next would be at 5500
    f.transport.answer(503).answer(503).answer(503);
    auto r = f.list();
    REQUIRE(!r);
    CHECK(r.error().attempts.size() == 3);
    CHECK(r.error().stopped == stop_reason::time_exhausted);

    over_clock g;
    g.options.total_timeout = 10s;
    g.options.timeout = 6s;
    g.transport.answer(503).after(5s).answer(200, page).after(1h);
    auto s = g.list();
    REQUIRE(!s);
    CHECK(s.error().kind == error_kind::timeout);
    CHECK(s.error().stopped == stop_reason::time_exhausted);
    CHECK(g.transport.requests[0].timeout == 6s);
    CHECK(g.transport.requests[1].timeout == 10s - 5s - 1250ms);
    CHECK(g.clock.elapsed() == 10s);
    CHECK(s.error().attempts == std::vector<attempt>{{.status = 503, .took = 5s}, {.cause = std::make_error_code(std::errc::timed_out), .waited = 1250ms, .took = 3750ms}});
}

TEST_CASE("attempts can be limited, and retrying turned off") {
    over_clock f;
    f.options.retries.max_attempts = 2;
    f.transport.answer(503).answer(503);
    CHECK(f.list().error().stopped == stop_reason::attempts_exhausted);
    CHECK(f.transport.requests.size() == 2);
    over_clock g;
    g.transport.answer(503);
    CHECK(g.list({.retries = retry_policy::none()}).error().attempts.size() == 1);
}

TEST_CASE("connection errors and time-outs are tried again unless that is off") {
    over_clock f;
    f.transport.fail(std::errc::connection_refused, false).fail(std::errc::timed_out).answer(200, page);
    CHECK(f.list()->attempts == 3);
    over_clock g;
    g.options.retries.retry_connection_errors = false;
    g.transport.fail(std::errc::connection_refused, false);
    auto r = g.list();
    CHECK(r.error().kind == error_kind::transport);
    CHECK(r.error().stopped == stop_reason::permanent);
    CHECK(r.error().cause == std::errc::connection_refused);
}

TEST_CASE("a POST that may have been received is sent again only if resend_posts") {
    over_clock f;
    f.options.retries.resend_posts = false;
    f.transport.fail(std::errc::connection_refused, false).fail(std::errc::connection_reset, true);
    auto r = f.create();
    CHECK(r.error().stopped == stop_reason::not_repeatable);
    CHECK(r.error().attempts.size() == 2);
    over_clock g;
    g.options.retries.resend_posts = false;
    g.transport.fail(std::errc::connection_reset, true).answer(200, page);
    CHECK(g.list());
}

TEST_CASE("one idempotency key a call, the same on every attempt") {
    over_clock f;
    f.transport.answer(503).answer(201, "{}").answer(503).answer(201, "{}");
    (void)f.create();
    f.random.value = 251;
    (void)f.create();
    auto key = [&](std::size_t i) { return std::string{*f.transport.requests[i].headers.get("idempotency-key")}; };
    CHECK(key(0).size() == 32);
    CHECK(key(0) == key(1));
    CHECK(key(0) != key(2));
    f.transport.answer(201, "{}");
    (void)f.create({.idempotency_key = "mine"});
    CHECK(key(4) == "mine");
    for (std::string bad : {std::string{}, std::string(256, 'k'), std::string{"a\r\nb"}, std::string{"a\0b", 3}}) {
        auto r = f.create({.idempotency_key = bad});
        REQUIRE(!r);
        CHECK(r.error().kind == error_kind::invalid_request);
    }
    CHECK(f.transport.requests.size() == 5);
}

TEST_CASE("a replayed error and a conflict are final and say why") {
    over_clock f;
    f.transport.answer(500, refusal, {{"Idempotency-Replay", "true"}});
    auto r = f.create();
    CHECK(r.error().stopped == stop_reason::replayed);
    CHECK(r.error().message().find("new key") != std::string::npos);
    f.transport.answer(500, refusal, {{"Idempotent-Replay", "true"}});
    CHECK(f.create().error().stopped == stop_reason::replayed);
    f.transport.answer(409, refusal);
    CHECK(f.create().error().message().find("conflict") != std::string::npos);
    f.transport.answer(409, refusal, {{"Retry-After", "1"}}).answer(503);
    f.options.retries.max_attempts = 2;
    CHECK(f.create().error().attempts.size() == 2);
}

TEST_CASE("a call is cancelled before it starts, while it waits, and while it is under way") {
    stop_source stop;
    over_clock f;
    f.transport.answer(503).meanwhile([&] { stop.request_stop(); });
    auto r = f.list({.stop = stop.get_token()});
    CHECK(r.error().kind == error_kind::cancelled);
    CHECK(r.error().stopped == stop_reason::cancelled);
    CHECK(f.transport.requests.size() == 1);
    CHECK(f.list({.stop = stop.get_token()}).error().kind == error_kind::cancelled);
    CHECK(f.transport.requests.size() == 1);
}

TEST_CASE("what is sent: key, headers, and those that replace them") {
    over_clock f;
    f.options.headers = {{"X-Trace", "1"}, {"Accept", "application/problem+json"}};
    f.transport.answer(200, page);
    REQUIRE(f.list({.headers = {{"x-trace", "2"}}}));
    auto const& h = f.transport.requests[0].headers;
    CHECK(h.get("authorization") == "ApiKey sk_live_do_not_print");
    CHECK(h.get("accept") == "application/problem+json");
    CHECK(h.get("x-trace") == "2");
    CHECK(h.get("user-agent") == "novu-cpp/" NOVU_VERSION_STRING);
    CHECK(!h.contains("content-type"));
    CHECK(f.transport.requests[0].url == "https://api.novu.co/v2/workflows");
    f.transport.answer(200, page);
    REQUIRE(f.list({.server = "http://localhost:3000/api/"}));
    CHECK(f.transport.requests[1].url == "http://localhost:3000/api/v2/workflows");
}

TEST_CASE("a key that is already prefixed is not prefixed again; one may come from a provider, before each attempt") {
    over_clock f;
    f.options.secret_key = "ApiKey abc";
    f.transport.answer(200, page);
    REQUIRE(f.list());
    CHECK(f.transport.requests[0].headers.get("authorization") == "ApiKey abc");
    over_clock g;
    int asked = 0;
    g.options.secret_key_provider = [&] { return "myApiKey" + std::to_string(++asked); };
    g.transport.answer(503).answer(200, page);
    REQUIRE(g.list());
    CHECK(g.transport.requests[1].headers.get("authorization") == "ApiKey myApiKey2");
}

TEST_CASE("a key is taken without white space around it") {
    over_clock f;
    f.options.secret_key = " ApiKey  abc\r\n";
    f.transport.answer(200, page);
    REQUIRE(f.list());
    CHECK(f.transport.requests[0].headers.get("authorization") == "ApiKey abc");
}

TEST_CASE("headers of a caller replace all of that name before them, and stand as often as they are given") {
    over_clock f;
    f.options.headers = {{"x-a", "1"}, {"X-A", "2"}, {"x-b", "1"}};
    f.transport.answer(200, page);
    REQUIRE(f.list({.headers = {{"X-B", "3"}, {"x-b", "4"}, {"Authorization", "Bearer t"}, {"idempotency-key", "mine"}}}));
    std::vector<http::header> custom;
    for (http::field h : f.transport.requests[0].headers)
        if (h.name != "accept" && h.name != "user-agent") custom.push_back({std::string{h.name}, std::string{h.value}});
    CHECK(custom == std::vector<http::header>{{"x-a", "1"}, {"X-A", "2"}, {"X-B", "3"}, {"x-b", "4"}, {"Authorization", "Bearer t"}, {"idempotency-key", "mine"}});
}

TEST_CASE("no attempt starts after max_elapsed_time, though a wait took longer than it should") {
    over_clock f;
    f.options.retries.max_elapsed_time = 10s;
    f.transport.answer(503, "busy").answer(200, page);
    struct oversleeping {
        testing::scripted_transport* script;
        testing::virtual_clock* clock;
        result<http::response> send(http::request const& q) { return script->send(q); }
        void wait(std::chrono::milliseconds) { clock->advance(100s); }
    };
    f.options.total_timeout = 0s;
    novu::client c{oversleeping{&f.transport, &f.clock}, f.options};
    auto const r = c.workflows.list();
    REQUIRE(!r);
    CHECK(r.error().stopped == stop_reason::time_exhausted);
    CHECK(r.error().body == "busy");
    CHECK(f.transport.requests.size() == 1);
}

TEST_CASE("durations as long as there are do not overflow") {
    over_clock f;
    f.options.timeout = f.options.total_timeout = f.options.retries.max_elapsed_time = f.options.retries.max_interval = (std::chrono::milliseconds::max)();
    f.options.retries.initial_interval = 1h;
    f.transport.answer(503).answer(200, page);
    CHECK(f.list()->attempts == 2);
    CHECK(f.transport.waits == std::vector<ms>{1h + 250ms});
}

TEST_CASE("what the server said last is not lost where the call ends otherwise") {
    over_clock f;
    stop_source stop;
    f.transport.answer(503, "last words").meanwhile([&] { stop.request_stop(); });
    auto cancelled = f.list({.stop = stop.get_token()});
    CHECK(cancelled.error().message() == "cancelled (status 503): \"last words\"");
    CHECK(cancelled.error().sent);
    over_clock g;
    int asked = 0;
    g.options.secret_key_provider = [&] { return std::string{++asked == 1 ? "key" : ""}; };
    g.transport.answer(503, "last words");
    auto no_key = g.list();
    CHECK(no_key.error().kind == error_kind::invalid_request);
    CHECK(no_key.error().message() == "invalid request (status 503): \"last words\"; there is no secret key: secret_key_provider gave none");
    CHECK(no_key.error().sent);
#if defined(__cpp_exceptions)
    g.options.secret_key_provider = []() -> std::string { throw std::runtime_error{"the vault is sealed"}; };
    CHECK(g.list().error().message() == "invalid request, nothing was sent; there is no secret key: secret_key_provider threw");
#endif
    over_clock h;
    h.transport.fail(std::errc::connection_refused, false);
    h.options.retries.max_attempts = 1;
    CHECK(!h.list().error().sent);
}

TEST_CASE("a secret that a server sends back is in no error; events have no body") {
    over_clock f;
    error shown;
    f.options.on_event = [&](event const& e) {
        if (auto* end = std::get_if<call_finished>(&e)) shown = *end->failed;
    };
    f.transport.answer(401, R"({"statusCode":401,"timestamp":"t","path":"/","message":"bad key sk_live_do_not_print, sk_live_do_not_print"})",
                       {{"X-Key", "ApiKey sk_live_do_not_print"}, {"Retry-After", "1"}});
    auto const r = f.list();
    CHECK(r.error().dto()->message == "bad key [secret key], [secret key]");
    CHECK(r.error().body.find("do_not_print") == std::string::npos);
    CHECK(r.error().headers.get("x-key") == "ApiKey [secret key]");
    CHECK(shown.status == 401);
    CHECK(shown.body.empty());
    CHECK(!shown.dto());
    CHECK(shown.headers.get("retry-after") == "1");
    CHECK(!shown.headers.contains("x-key"));
    f.transport.answer(200, R"("sk_live_do_not_print")");
    CHECK(f.list().error().body == R"("[secret key]")");
    f.transport.answer(401, R"({"statusCode":401,"timestamp":"t","path":"/","message":"bad key sk_live\u005fdo_not_print"})");
    CHECK(f.list().error().dto()->message == "bad key [secret key]");
}

TEST_CASE("a message is one line of bounded length, whatever the server sent") {
    over_clock f;
    f.transport.answer(200, R"({"workflows":[],"totalCount":0,"a\nFAKE LOG":)" + std::string(200, '[') + std::string(200, ']') + "}");
    f.transport.answer(200, R"({"workflows":[],"totalCount":0,")" + std::string(100'000, 'a') + R"(":)" + std::string(200, '[') + std::string(200, ']') + "}");
    CHECK(f.list().error().message().find("a FAKE LOG: too many levels") != std::string::npos);
    CHECK(f.list().error().message().size() < 2000);
}

TEST_CASE("an event of a call that is refused says which") {
    over_clock f;
    std::string seen;
    f.options.on_event = [&](event const& e) {
        if (auto* end = std::get_if<call_finished>(&e)) seen = std::string{to_string(end->request.method)} + " " + end->request.url;
    };
    novu::client c{std::ref(f.transport), f.options};
    (void)c.workflows.remove("");
    CHECK(seen == "DELETE https://api.novu.co/v2/workflows/{}");
}

TEST_CASE("what cannot be sent is refused before anything is") {
    over_clock f;
    f.options.secret_key = "sk_live_do_not_print\r\nX: y";
    auto r = f.list();
    CHECK(r.error().kind == error_kind::invalid_request);
    CHECK(r.error().message().find("do_not_print") == std::string::npos);
    over_clock g;
    CHECK(g.list({.server = "ftp://x"}).error().kind == error_kind::invalid_request);
    CHECK(g.list({.headers = {{"a b", "x"}}}).error().kind == error_kind::invalid_request);
    CHECK(g.list({.headers = {{"a", "x\ny"}}}).error().kind == error_kind::invalid_request);
    for (double bad : {-1.5, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        g.options.retries.exponent = bad;
        CHECK(g.list().error().message() == "invalid request, nothing was sent; exponent is negative, or no finite number");
    }
    CHECK(g.transport.requests.empty());
}

TEST_CASE("redirects, other statuses and other content types are unexpected responses") {
    over_clock f;
    f.transport.answer(302, "", {{"Location", "https://elsewhere.example"}});
    auto r = f.list();
    CHECK(r.error().kind == error_kind::unexpected_response);
    CHECK(r.error().message().find("https://elsewhere.example") != std::string::npos);
    f.transport.answer(200, "<html>", {{"content-type", "text/html"}});
    CHECK(f.list().error().message() == "unexpected response (status 200); content type \"text/html\": is this Novu's API?");
    f.transport.answer(201, page);
    CHECK(f.list().error().message() == "unexpected response (status 201); expected status 200");
    for (int status : {0, 100, 201, 204, 1000}) {
        f.transport.answer(status, page);
        CHECK(f.list().error().kind == error_kind::unexpected_response);
    }
    f.transport.answer(200, "{\"workflows\":[{}]}");
    auto u = f.list();
    CHECK(u.error().kind == error_kind::undecodable);
    CHECK(u.error().body == "{\"workflows\":[{}]}");
    CHECK(u.error().message().find("workflows[0].name: missing required member") != std::string::npos);
    CHECK(u.error().attempts.size() == 1);
}

TEST_CASE("error bodies by the table") {
    over_clock f;
    f.transport.answer(422, R"({"statusCode":422,"timestamp":"t","path":"/","errors":{"name":{"messages":["too short"],"value":""}}})");
    auto v = f.create();
    CHECK(v.error().kind == error_kind::validation);
    CHECK(v.error().validation()->errors.find("name")->messages[0] == "too short");
    CHECK(v.error().message().find("name: too short") != std::string::npos);
    f.transport.answer(422, refusal);
    auto w = f.create();
    CHECK(w.error().kind == error_kind::api);
    CHECK(w.error().dto()->message == "no");
    f.transport.answer(404, "not json");
    auto n = f.list();
    CHECK(n.error().dto() == nullptr);
    CHECK(n.error().body == "not json");
    CHECK(n.error().message().find("is not the one documented") != std::string::npos);
    f.transport.answer(404, "gone", {{"content-type", "text/plain"}});
    CHECK(f.list().error().message().find("not JSON") != std::string::npos);
}

TEST_CASE("an observer sees each step, and neither secret nor body") {
    over_clock f;
    std::string seen;
    f.options.on_event = [&](event const& e) {
        if (auto* s = std::get_if<attempt_started>(&e)) seen += "start " + std::to_string(s->request.attempt) + " " + s->request.url + "\n";
        if (auto* d = std::get_if<attempt_finished>(&e)) {
            seen += "finish " + std::to_string(d->outcome.status);
            for (auto h : d->headers) seen.append(" ").append(h.name);
            seen += "\n";
        }
        if (auto* w = std::get_if<retry_scheduled>(&e)) seen += "wait " + std::to_string(w->wait.count()) + "\n";
        if (auto* d = std::get_if<call_finished>(&e)) seen += d->failed ? "failed\n" : "done\n";
    };
    f.transport.answer(503, "private", {{"Retry-After", "1"}, {"Set-Cookie", "private"}}).answer(200, page);
    novu::client c{std::ref(f.transport), f.options};
    REQUIRE(c.workflows.list({.limit = 5, .query = "private", .tags = {"private"}}));
    CHECK(seen == "start 1 https://api.novu.co/v2/workflows?limit=5\nfinish 503 Retry-After content-type\nwait 1000\n"
                  "start 2 https://api.novu.co/v2/workflows?limit=5\nfinish 200 content-type\ndone\n");
}

TEST_CASE("every step of a scenario failing in turn gives the documented outcome") {
    for (std::size_t failing = 0; failing != 3; ++failing) {
        over_clock f;
        for (std::size_t i = 0; i != 3; ++i) {
            if (i == failing) f.transport.fail(std::errc::connection_reset);
            else if (i == 2) f.transport.answer(200, page);
            else f.transport.answer(503);
        }
        f.transport.answer(200, page);
        auto r = f.list();
        REQUIRE(r);
        CHECK(r->attempts == (failing == 2 ? 4 : 3));
    }
}

namespace {
detail::call_machine machine(client_options options) {
    auto const shared = std::make_shared<detail::call_shared const>(std::move(options));
    return detail::call_machine{shared, detail::plan<operation<http::method::get, "/x", nothing, void>>(*shared, {}, nothing{}, {})};
}
} // namespace

TEST_CASE("a machine's actions are values") {
    detail::call_machine m = machine({.secret_key = "k"});
    detail::call_machine::time_point const t0{};
    call_action const send = m.poll(t0);
    CHECK(send == call_action{call_action::send, t0 + 30s, send.request});
    CHECK(send.request->url == "https://api.novu.co/x");
    CHECK(m.poll(t0 + 1s) == call_action{call_action::wait, t0 + 30s});
    m.received({.status = 503}, t0 + 1s);
    call_action const wait = m.poll(t0 + 1s);
    CHECK(wait.kind == call_action::wait);
    CHECK(m.poll(wait.until - 1ns) == wait);
    CHECK(m.poll(wait.until).kind == call_action::send);
    m.received({.status = 200}, t0 + 10s);
    CHECK(m.poll(t0 + 10s) == call_action{call_action::done});
}

TEST_CASE("an exchange that is given up keeps its request while the next attempt has one of its own") {
    detail::call_machine m = machine({.secret_key = "k", .timeout = 1s});
    detail::call_machine::time_point now{};
    call_action const first = m.poll(now);
    call_action const wait = m.poll(now += 1s);
    REQUIRE(wait.kind == call_action::wait);
    call_action const second = m.poll(wait.until);
    REQUIRE(second.kind == call_action::send);
    CHECK(first.request != second.request);
    CHECK(first.request->headers.data() != second.request->headers.data());
    CHECK(std::ranges::equal(first.request->headers, second.request->headers));
    CHECK(first.request->url == second.request->url);
    CHECK(first.request->url.data() != second.request->url.data());
    m.received({.status = 200}, wait.until);
    REQUIRE(m.poll(wait.until).kind == call_action::done);
    auto const outcome = m.outcome();
    CHECK(outcome);
    CHECK(m.attempts() == 2);
}
