// Each option of a client and of a call, in virtual time: what a call comes to with it, which is not what it comes to
// without it.
#include "common.hpp"

#include <novu/novu.hpp>
#include <novu/testing/scripted_transport.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

using namespace novu;
using namespace novu::tests;
using namespace std::chrono_literals;
using ms = std::chrono::milliseconds;

namespace {

constexpr auto workflow_body = R"({"name":"n","_id":"i","workflowId":"w","slug":"s","updatedAt":"t","createdAt":"t","steps":[],"origin":"external",)"
                               R"("preferences":{"default":{}},"status":"ACTIVE","severity":"none"})";

/// What a call comes to.
struct outcome {
    std::vector<ms> timeouts{};           ///< of each request
    std::vector<ms> waits{};              ///< before each but the first
    std::optional<stop_reason> stopped{}; ///< nothing: it worked
    friend bool operator==(outcome const&, outcome const&) = default;
};
std::string text(outcome const& o) {
    std::string out;
    for (ms t : o.timeouts) out += std::to_string(t.count()) + " ";
    for (ms w : o.waits) out += "wait " + std::to_string(w.count()) + " ";
    return out + (o.stopped ? "stopped " + std::to_string(static_cast<int>(*o.stopped)) : "worked");
}

using script = testing::scripted_transport;
enum class operation_called { list, create, patch, update, remove };

struct row {
    char const* option;
    void (*set)(client_options&, call_options&);
    operation_called called;
    void (*answers)(script&);
    outcome expected;
};

outcome run(row const& r, bool with_option) {
    testing::virtual_clock clock;
    fixed_random random;
    script transport{clock};
    r.answers(transport);
    client_options options{.secret_key = "k", .clock = clock, .random = random};
    call_options call{};
    if (with_option) r.set(options, call);
    novu::client c{std::ref(transport), options};
    outcome out;
    auto const take = [&](auto const& result) {
        if (!result) out.stopped = result.error().stopped;
    };
    switch (r.called) {
    case operation_called::list: take(c.workflows.list({}, call)); break;
    case operation_called::create: take(c.workflows.create({.name = "n", .workflow_id = "w", .steps = empty_list}, call)); break;
    case operation_called::patch: take(c.workflows.patch("w", {.name = "n"}, call)); break;
    case operation_called::update: take(c.workflows.update("w", {.name = "n", .steps = empty_list, .preferences = preferences{}}, call)); break;
    case operation_called::remove: take(c.workflows.remove("w", call)); break;
    }
    for (auto const& q : transport.requests) out.timeouts.push_back(q.timeout);
    out.waits = transport.waits;
    return out;
}

void busy_once(script& s) { s.answer(503).answer(200, page); }
void busy_twice(script& s) { s.answer(503).answer(503).answer(200, page); }
void busy_long(script& s) {
    for (int i = 0; i != 20; ++i) s.answer(503);
    s.answer(200, page);
}
void asks_for_two_hours(script& s) { s.answer(429, "", {{"Retry-After", "7200"}}).answer(200, page); }
void slow(script& s) { s.answer(200, page).after(8s).answer(200, page); }
void refused_once(script& s) { s.fail(std::errc::connection_refused, false).answer(200, page); }
void timed_out_once(script& s) { s.fail(std::errc::timed_out).answer(200, page); }
void reset_then_made(script& s) { s.fail(std::errc::connection_reset, true).answer(201, workflow_body); }
void reset_then_done(script& s) { s.fail(std::errc::connection_reset, true).answer(200, workflow_body); }
void busy_then_made(script& s) { s.answer(503).answer(201, workflow_body); }
void busy_then_done(script& s) { s.answer(503).answer(200, workflow_body); }

} // namespace

TEST_CASE("each option changes what a call comes to") {
    using enum operation_called;
    constexpr auto exhausted = stop_reason::attempts_exhausted;
    constexpr auto too_late = stop_reason::time_exhausted;
    row const rows[] = {
        {"initial_interval", [](client_options& o, call_options&) { o.retries.initial_interval = 200ms; }, list, busy_twice, {{30s, 30s, 30s}, {450ms, 550ms}, {}}},
        {"exponent", [](client_options& o, call_options&) { o.retries.exponent = 3; }, list, busy_twice, {{30s, 30s, 30s}, {1250ms, 3250ms}, {}}},
        {"max_interval", [](client_options& o, call_options&) { o.retries.max_interval = 1300ms; }, list, busy_twice, {{30s, 30s, 30s}, {1250ms, 1300ms}, {}}},
        {"max_elapsed_time", [](client_options& o, call_options&) { o.retries.max_elapsed_time = 2s; }, list, busy_twice, {{30s, 30s}, {1250ms}, too_late}},
        {"max_elapsed_time, none",
         [](client_options& o, call_options&) { o.retries.max_elapsed_time = 0ms, o.total_timeout = 10h; }, list, asks_for_two_hours, {{30s, 30s}, {2h}, {}}},
        {"max_attempts", [](client_options& o, call_options&) { o.retries.max_attempts = 2; }, list, busy_twice, {{30s, 30s}, {1250ms}, exhausted}},
        {"max_attempts, none", [](client_options& o, call_options&) { o.retries.max_interval = 1ms, o.retries.max_attempts = 0; }, list, busy_long,
         {std::vector<ms>(21, 30s), std::vector<ms>(20, 1ms), {}}},
        {"retry_connection_errors", [](client_options& o, call_options&) { o.retries.retry_connection_errors = false; }, list, refused_once, {{30s}, {}, stop_reason::permanent}},
        {"retry_connection_errors, a time-out",
         [](client_options& o, call_options&) { o.retries.retry_connection_errors = false; }, list, timed_out_once, {{30s}, {}, stop_reason::permanent}},
        {"resend_posts, POST", [](client_options& o, call_options&) { o.retries.resend_posts = false; }, create, reset_then_made, {{30s}, {}, stop_reason::not_repeatable}},
        {"resend_posts, POST after a status",
         [](client_options& o, call_options&) { o.retries.resend_posts = false; }, create, busy_then_made, {{30s}, {}, stop_reason::not_repeatable}},
        {"resend_posts, PATCH", [](client_options& o, call_options&) { o.retries.resend_posts = false; }, patch, reset_then_done, {{30s}, {}, stop_reason::not_repeatable}},
        {"resend_posts, PATCH after a status",
         [](client_options& o, call_options&) { o.retries.resend_posts = false; }, patch, busy_then_done, {{30s}, {}, stop_reason::not_repeatable}},
        {"timeout", [](client_options& o, call_options&) { o.timeout = 7s; }, list, slow, {{7s, 7s}, {1250ms}, {}}},
        {"timeout, none", [](client_options& o, call_options&) { o.timeout = 0s; }, list, busy_once, {{90s, 90s - 1250ms}, {1250ms}, {}}},
        {"total_timeout", [](client_options& o, call_options&) { o.total_timeout = 10s; }, list, busy_once, {{10s, 10s - 1250ms}, {1250ms}, {}}},
        {"total_timeout, none",
         [](client_options& o, call_options&) { o.total_timeout = 0s, o.retries.max_elapsed_time = 10h; }, list, asks_for_two_hours, {{30s, 30s}, {2h}, {}}},
        {"both time-outs, none", [](client_options& o, call_options&) { o.timeout = o.total_timeout = 0s; }, list, busy_once, {{0s, 0s}, {1250ms}, {}}},
        {"a call's timeout", [](client_options& o, call_options& c) { o.timeout = 20s, c.timeout = 7s; }, list, slow, {{7s, 7s}, {1250ms}, {}}},
        {"a call's timeout, none", [](client_options& o, call_options& c) { o.timeout = 7s, c.timeout = 0s; }, list, slow, {{90s}, {}, {}}},
        {"a call's total_timeout", [](client_options& o, call_options& c) { o.total_timeout = 20s, c.total_timeout = 2s; }, list, busy_twice, {{2s, 750ms}, {1250ms}, too_late}},
        {"a call's total_timeout, none",
         [](client_options& o, call_options& c) { o.total_timeout = 1s, o.retries.max_elapsed_time = 10h, c.total_timeout = 0s; }, list, asks_for_two_hours, {{30s, 30s}, {2h}, {}}},
        {"a call's retries",
         [](client_options& o, call_options& c) { o.retries.max_attempts = 1, c.retries = retry_policy{.initial_interval = 10ms, .exponent = 2, .max_attempts = 2}; }, list,
         busy_twice, {{30s, 30s}, {260ms}, exhausted}},
        {"a call's retries, none", [](client_options&, call_options& c) { c.retries = retry_policy::none(); }, list, busy_twice, {{30s}, {}, exhausted}},
        {"random", [](client_options& o, call_options&) { static fixed_random none{0}; o.random = none; }, list, busy_twice, {{30s, 30s, 30s}, {1000ms, 1500ms}, {}}},
        {"random, a whole second", [](client_options& o, call_options&) { static fixed_random most{2999}; o.random = most; }, list, busy_once, {{30s, 30s}, {1999ms}, {}}},
    };
    for (row const& r : rows) {
        outcome const with = run(r, true), without = run(r, false);
        INFO(r.option << "\n  with:    " << text(with) << "\n  without: " << text(without));
        CHECK(with == r.expected);
        CHECK(with != without);
    }
}

TEST_CASE("resend_posts is of POST and PATCH alone, and of those that may have been received") {
    auto const no_resend = [](client_options& o, call_options&) { o.retries.resend_posts = false; };
    outcome const again{{30s, 30s}, {1250ms}, {}};
    using enum operation_called;
    CHECK(run({"GET", no_resend, list, [](script& s) { s.fail(std::errc::connection_reset).answer(200, page); }, {}}, true) == again);
    CHECK(run({"PUT", no_resend, update, reset_then_done, {}}, true) == again);
    CHECK(run({"DELETE", no_resend, remove, [](script& s) { s.answer(503).answer(204); }, {}}, true) == again);
    CHECK(run({"POST, not sent", no_resend, create, [](script& s) { s.fail(std::errc::connection_refused, false).answer(201, workflow_body); }, {}}, true) == again);
    CHECK(run({"PATCH, not sent", no_resend, patch, [](script& s) { s.fail(std::errc::connection_refused, false).answer(200, workflow_body); }, {}}, true) == again);
}

TEST_CASE("servers: the American one, the European one, one of one's own, one for a call") {
    script transport;
    auto const asked = [&](client_options options, call_options const& call = {}) {
        options.secret_key = "k";
        transport.answer(200, page);
        novu::client c{std::ref(transport), std::move(options)};
        REQUIRE(c.workflows.list({}, call));
        return transport.requests.back().url;
    };
    CHECK(asked({}) == "https://api.novu.co/v2/workflows");
    CHECK(asked({.server = eu_server}) == "https://eu.api.novu.co/v2/workflows");
    CHECK(asked({.server = "http://localhost:3000/novu/"}) == "http://localhost:3000/novu/v2/workflows");
    CHECK(asked({.server = us_server}, {.server = eu_server}) == "https://eu.api.novu.co/v2/workflows");
}

TEST_CASE("the clock decides what a date means and when time is over, the random source what an idempotency key is") {
    testing::virtual_clock clock, other;
    other.advance(24h); // a day ahead
    for (testing::virtual_clock* c : {&clock, &other}) {
        fixed_random random{0x0123456789abcdef};
        script transport{*c};
        transport.answer(429, "", {{"Retry-After", "Fri, 02 Jan 2026 00:00:30 GMT"}}).answer(200, page);
        novu::client client{std::ref(transport), {.secret_key = "k", .clock = *c, .random = random}};
        auto const r = client.workflows.list();
        CHECK(r.has_value() == (c == &other)); // in a day and 30 s there is no time left
        CHECK(transport.requests[0].headers.get("idempotency-key") == "fedcba9876543210fedcba9876543210");
    }
    CHECK(other.elapsed() == 24h + 30s);

    // Steady time is the clock's, too: the real one has not moved.
    script slow_answers{clock};
    slow_answers.answer(503).after(20s).answer(503).after(20s).answer(503).after(20s);
    novu::client client{std::ref(slow_answers), {.secret_key = "k", .retries = {.initial_interval = 0ms, .max_interval = 1ms}, .clock = clock}};
    auto const r = client.workflows.list();
    REQUIRE(!r);
    CHECK(r.error().stopped == stop_reason::time_exhausted);
    CHECK(r.error().attempts.size() == 3);
    CHECK(r.error().attempts[2].took == 20s);
}

TEST_CASE("a clock and a source of random bits may be const") {
    struct standing {
        std::chrono::steady_clock::time_point steady() const { return {}; }
        std::chrono::system_clock::time_point system() const { return {}; }
    };
    standing const clock;
    auto const random = [] { return std::uint64_t{0xfedcba9876543210}; };
    script transport;
    transport.answer(200, page);
    novu::client client{std::ref(transport), {.secret_key = "k", .clock = clock, .random = random}};
    REQUIRE(client.workflows.list());
    CHECK(*transport.requests.back().headers.get("idempotency-key") == "0123456789abcdef0123456789abcdef");
}

TEST_CASE("without a random source no two calls, of one client or of two, have the same key") {
    script transport;
    std::set<std::string> keys;
    for (int c = 0; c != 10; ++c) {
        novu::client client{std::ref(transport), {.secret_key = "k"}};
        for (int i = 0; i != 100; ++i) {
            transport.answer(200, page);
            REQUIRE(client.workflows.list());
            keys.emplace(*transport.requests.back().headers.get("idempotency-key"));
        }
    }
    CHECK(keys.size() == 1000);
    for (std::string const& key : keys) CHECK(key.size() == 32);
}

TEST_CASE("what an observer is told of a redirect quotes nothing of it") {
    script transport;
    std::string told;
    transport.answer(302, "", {{"Location", "https://sso.example/?token=secret"}});
    novu::client client{std::ref(transport), {.secret_key = "k", .on_event = [&](event const& e) {
                            if (auto* end = std::get_if<call_finished>(&e)) told = end->failed->message();
                        }}};
    auto const r = client.workflows.list();
    REQUIRE(!r);
    CHECK(r.error().message().find("token=secret") != std::string::npos);
    CHECK(!told.empty());
    CHECK(told.find("sso") == std::string::npos);
}

TEST_CASE("a transport may give its error as it is") {
    struct refuses {
        result<http::response> send(http::request const&) { return transport_error(std::make_error_code(std::errc::connection_refused), false); }
        void wait(ms) {}
    };
    novu::client client{refuses{}, {.secret_key = "k", .retries = retry_policy::none()}};
    auto const r = client.workflows.remove("x");
    REQUIRE(!r);
    CHECK(r.error().cause == std::errc::connection_refused);
}
