// The secret key is in no message, event or printed type: calls of every outcome, to a server that sends the key back
// wherever it can. All of it is printed as well, so that tests/run.sh finds the key in the logs if it is there.
#include "../fixtures.hpp"
#include "common.hpp"

#include <novu/novu.hpp>
#include <novu/testing/scripted_transport.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <iostream>
#include <set>
#include <sstream>
#include <string>
#include <variant>

using namespace novu;
using namespace novu::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

std::string const key = "sk_live_do_not_print";
constexpr auto mark = "do_not_print";

void print(std::ostream& out, std::chrono::milliseconds time) { out << ' ' << time.count() << " ms"; }
template <class Fields> void print_fields(std::ostream& out, Fields const& fields) {
    for (http::field f : fields) out << "\n    " << f.name << ": " << f.value;
}
void print(std::ostream& out, attempt const& a) {
    out << "\n    attempt: " << a.status << ' ' << a.cause << ' ' << a.cause.message();
    print(out, a.waited), print(out, a.took);
}
void print(std::ostream& out, error const& e) {
    out << "\n  error " << static_cast<int>(e.kind) << ' ' << e.status << ' ' << e.cause << ' ' << e.cause.message() << ' ' << static_cast<int>(e.stopped) << e.sent << e.permanent
        << "\n    message: " << e.message() << "\n    note: " << e.note << "\n    body: " << e.body;
#if defined(__cpp_exceptions)
    out << "\n    thrown: " << novu::exception{e}.what();
#endif
    print_fields(out, e.headers);
    for (attempt const& a : e.attempts) print(out, a);
    if (e.dto()) out << "\n    dto: " << *e.dto();
    if (e.validation()) out << "\n    validation: " << *e.validation();
}
void print(std::ostream& out, request_summary const& r) { out << ' ' << to_string(r.method) << ' ' << r.url << ' ' << r.idempotency_key << ' ' << r.attempt; }
void print(std::ostream& out, event const& e) {
    out << "\n  event " << e.index();
    std::visit([&](auto const& each) { print(out, each.request); }, e);
    if (auto* started = std::get_if<attempt_started>(&e)) print(out, started->timeout);
    if (auto* finished = std::get_if<attempt_finished>(&e)) print(out, finished->outcome), print_fields(out, finished->headers);
    if (auto* retry = std::get_if<retry_scheduled>(&e)) print(out, retry->wait);
    if (auto* over = std::get_if<call_finished>(&e); over && over->failed) print(out, *over->failed);
}

/// Calls one after another; everything there is to see of them goes to `seen`.
struct watched {
    testing::virtual_clock clock{};
    fixed_random random{};
    testing::scripted_transport transport{clock};
    std::ostringstream seen{};
    std::set<error_kind> kinds{};
    std::set<stop_reason> stops{};
    std::set<std::size_t> events{};
    client_options options{.secret_key = key,
                           .on_event =
                               [this](event const& e) {
                                   events.insert(e.index());
                                   print(seen, e);
                               },
                           .clock = clock,
                           .random = random};

    /// Headers that hold the key, under every name that an event shows and some more.
    static http::headers echo(http::headers more = {}) {
        for (char const* name : {"X-Echo", "Authorization", "Location", "RateLimit-Policy", "RateLimit-Limit", "Set-Cookie"}) more.add(name, "ApiKey " + key);
        if (!more.contains("content-type")) more.add("Content-Type", "application/json; was=" + key);
        return more;
    }
    watched& answer(int status, std::string body, http::headers more = {}) {
        transport.answer(status, std::move(body), echo(std::move(more)));
        return *this;
    }
    template <class Result> void note(Result const& r) {
        if (!r) {
            kinds.insert(r.error().kind);
            stops.insert(r.error().stopped);
            print(seen, r.error());
        } else if constexpr (requires { seen << r->value; }) {
            seen << "\n  value: " << r->value;
        }
    }
    void list(call_options const& call = {}) {
        novu::client c{std::ref(transport), options};
        note(c.workflows.list({.limit = 5, .query = "q"}, call));
    }
    void create(call_options const& call = {}) {
        novu::client c{std::ref(transport), options};
        create_workflow const request{.name = "n", .workflow_id = "w", .steps = {sms_step{.name = "Text"}}};
        seen << "\n  request: " << request;
        note(c.workflows.create(request, call));
    }
    void get(std::string const& id, call_options const& call = {}) {
        novu::client c{std::ref(transport), options};
        note(c.workflows.get(id, {}, call));
    }
};

std::string error_body(int status) {
    return R"({"statusCode":)" + std::to_string(status) + R"(,"timestamp":"t","path":"/?)" + key + R"(","message":"bad key )" + key + R"(","ctx":{")" + key + R"(":")" + key +
           R"("},"errorId":")" + key + R"("})";
}

/// Every outcome there is, each with the key in all that the server says.
void every_outcome(watched& w) {
    // refused, tried again, given up
    for (int status : {400, 401, 403, 404, 409, 418, 500}) w.answer(status, error_body(status)), w.list({.retries = retry_policy::none()});
    w.answer(500, error_body(500)).answer(429, '"' + key + '"', {{"Retry-After", "1"}}).answer(503, key, {{"content-type", "text/plain"}});
    w.list({.retries = retry_policy{.max_attempts = 3}});
    w.answer(429, key, {{"Retry-After", "3600"}}), w.list();
    w.answer(500, error_body(500), {{"Idempotency-Replay", "true"}}), w.create();
    w.answer(503, key), w.options.retries.resend_posts = false, w.create(), w.options.retries.resend_posts = true;
    w.answer(422, R"({"statusCode":422,"timestamp":"t","path":"/","errors":{")" + key + R"(":{"messages":["no )" + key + R"("],"value":")" + key + R"("}}})"), w.create();
    w.answer(422, '"' + key + '"'), w.create();
    w.answer(401, R"({"statusCode":401,"timestamp":"t","path":"/","message":"bad \u0073k_live_do\u005fnot_print"})"), w.list(); // spelled with escapes
    w.answer(422, R"({"statusCode":422,"timestamp":"t","path":"\/","errors":{"sk_live\u005fdo_not_print":{"messages":["\u0073k_live_do_not_print"]}}})"), w.create();
    // no answer that can be used
    w.answer(302, key, {{"Location", "https://elsewhere.example/?key=" + key}}), w.list();
    w.answer(200, key, {{"content-type", "text/" + key}}), w.list();
    w.answer(201, key), w.list();
    for (std::string const& body : {'"' + key + '"', key, R"({")" + key, R"({"workflows":[],"totalCount":")" + key + R"("})", R"({"workflows":[{"name":")" + key})
        w.answer(200, body), w.list();
    w.answer(200, R"({"name":"n","issues":{")" + key + R"(":[5]}})"), w.get("w"); // the path of what is wrong has the key in it
    // no answer
    w.transport.fail(std::errc::connection_refused, false), w.list({.retries = retry_policy::none()});
    w.transport.fail(std::errc::connection_reset), w.list({.retries = retry_policy::none()});
    w.transport.answer(200, key, watched::echo()).after(31s), w.list({.retries = retry_policy::none()});
    error told = transport_error(std::make_error_code(std::errc::connection_reset), true);
    told.note = "while sending Authorization: ApiKey " + key;
    w.transport.fail(told), w.list({.retries = retry_policy::none()});
    stop_source stop;
    w.answer(503, key), w.transport.meanwhile([&] { stop.request_stop(); }), w.list({.stop = stop.get_token()});
    // refused here
    w.get("");
    w.get("w", {.headers = {{"authorization", "ApiKey " + key + "\n"}}});
    w.get("w", {.headers = {{"a b", key}}});
    w.get("w", {.server = "https://user:" + key + "@novu.example"});
    w.get("w", {.idempotency_key = ""});
    // and well
    w.answer(200, R"({"workflows":[],"totalCount":0})"), w.list();
    CHECK(w.transport.remaining() == 0);
}

void check(watched const& w) {
    std::string const seen = w.seen.str();
    std::cout << seen << '\n';
    std::size_t const at = seen.find(mark);
    INFO((at == seen.npos ? "" : seen.substr(seen.rfind('\n', at) + 1, 60)));
    CHECK(at == seen.npos);
}

} // namespace

TEST_CASE("the secret key is nowhere to be seen, whatever comes of a call") {
    watched w;
    every_outcome(w);
    check(w);
    CHECK(w.kinds.size() == 8); // all there are
    CHECK(w.stops.size() == 6);
    CHECK(w.events.size() == std::variant_size_v<event>);
    CHECK(w.seen.str().find("bad key [secret key]") != std::string::npos); // the server did send it
}

TEST_CASE("the same however the key is given: prefixed, by a provider, for one call") {
    for (int way : {0, 1, 2}) {
        watched w;
        if (way == 0) w.options.secret_key = " ApiKey " + key + "\n";
        if (way == 1) w.options.secret_key.clear(), w.options.secret_key_provider = [] { return key; };
        if (way == 2) w.options.secret_key = "another", w.options.headers = {{"Authorization", "Bearer " + key}};
        if (way != 2) every_outcome(w);
        else w.answer(401, key).list();
        check(w);
    }
}

TEST_CASE("a key that no header can carry is refused, and not shown") {
    for (std::string const& bad : {key + "\0b"s, "\0"s + key, key + "\r\nX: y", key + "\x7f" + key, key + "\n" + key})
        for (bool provided : {false, true}) {
            watched w;
            if (provided) w.options.secret_key.clear(), w.options.secret_key_provider = [bad] { return bad; };
            else w.options.secret_key = bad;
            w.list();
            w.create();
            CHECK(w.transport.requests.empty());
            CHECK(w.kinds == std::set{error_kind::invalid_request});
            CHECK(w.seen.str().find("message: invalid request, nothing was sent; the secret key has a character that no header can carry") != std::string::npos);
            check(w);
        }
}
