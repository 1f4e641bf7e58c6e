// Checks of whole calls through the client: each operation, each row of errors, retries, waits, and many calls.
#pragma once

#include <novu/testing/detail/conformance_trial.hpp>
#include <novu/testing/fake_novu.hpp>
#include <novu/testing/scripted_transport.hpp>
#include <novu/testing/serve.hpp>

#include <fcntl.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace novu::testing::conformance {

// Operations.

/// A Novu over HTTP that has the workflow `order-shipped` with a step `mail`, and keeps what it was asked last.
class recording_novu {
public:
    recording_novu() {
        http::field const fields[] = {{"authorization", "ApiKey test-secret-key"}, {"content-type", "application/json"}};
        fake.handle({http::method::post, "http://novu/v2/workflows", fields,
                     R"({"name":"Order shipped","workflowId":"order-shipped","steps":[{"type":"sms","name":"mail","stepId":"mail"}]})"});
    }
    http::response handle(http::request const& q) {
        http::response answer = fake.handle(q);
        std::lock_guard lock{mutex_};
        last_ = {q.method, std::string{q.target()}, {}, std::string{q.body}, {}};
        for (http::field f : q.headers) last_.headers.add(f.name, f.value);
        return answer;
    }
    recorded_request last() const {
        std::lock_guard lock{mutex_};
        return last_;
    }
    fake_novu fake{};

private:
    mutable std::mutex mutex_{};
    recorded_request last_{};
};

/// One operation: `make(options)` makes it; the server must have been asked exactly this.
template <class Make> auto operation(trial& t, http::method method, std::string_view target, json::result<std::string> const& body, int status, Make make) {
    recording_novu novu;
    serve server{novu};
    call_options options = t.call(server.url());
    options.idempotency_key = "key-of-the-check";
    auto got = make(options);
    recorded_request const asked = novu.last();
    t.expect_text("the request line", std::string{to_string(method)} + " " + std::string{target}, std::string{to_string(asked.method)} + " " + asked.url);
    t.expect_text("the body", body.value(), asked.body);
    for (auto [name, value] : {http::field{"authorization", "ApiKey test-secret-key"}, {"accept", "application/json"}, {"idempotency-key", "key-of-the-check"},
                               {"content-type", body->empty() ? "" : "application/json"}})
        t.expect_text("the header " + std::string{name}, value, asked.headers.get(name).value_or(""));
    if (t.worked("the operation", got)) t.expect(got->status == status && got->attempts == 1, "the operation: expected status " + std::to_string(status) + " in one attempt, got " + shown(got));
    return got;
}
inline json::result<std::string> no_body_sent() { return std::string{}; }

inline void operation_create(trial& t) {
    auto const request = [](std::size_t) {
        return create_workflow{.name = "Gr\xc3\xb6\xc3\x9f" "e \"1\"", .workflow_id = "hello", .steps = {sms_step{.name = "Text", .control_values = sms_controls{.body = "a\nb"}}}};
    };
    auto const got = operation(t, http::method::post, "/v2/workflows", json::write(request(0)), 201, [&](call_options const& o) { return std::move(t.over.create(1, request, o).front()); });
    if (got) t.expect_text("the name that came back", "Gr\xc3\xb6\xc3\x9f" "e \"1\"", got->value.name);
}
inline void operation_list(trial& t) {
    list_workflows const query{.limit = 10, .query = "order & 'more'", .tags = {"a", "b c"}};
    (void)operation(t, http::method::get, "/v2/workflows?limit=10&query=order%20%26%20%27more%27&tags=a&tags=b%20c", no_body_sent(), 200,
              [&](call_options const& o) { return t.over.list(query, o); });
}
inline void operation_get(trial& t) {
    auto const got = operation(t, http::method::get, "/v2/workflows/order-shipped", no_body_sent(), 200, [&](call_options const& o) { return t.over.get("order-shipped", {}, o); });
    if (got) t.expect_text("the name that came back", "Order shipped", got->value.name);
}
inline void operation_update(trial& t) {
    update_workflow const request{.name = "New", .steps = {sms_step{.name = "Text"}}, .preferences = preferences{}};
    auto const got = operation(t, http::method::put, "/v2/workflows/order-shipped", json::write(request), 200, [&](call_options const& o) { return t.over.update("order-shipped", request, o); });
    if (got) t.expect_text("the name that came back", "New", got->value.name);
}
inline void operation_patch(trial& t) {
    patch_workflow const request{.name = "Patched", .payload_schema = nullptr};
    auto const got = operation(t, http::method::patch, "/v2/workflows/order-shipped", json::write(request), 200, [&](call_options const& o) { return t.over.patch("order-shipped", request, o); });
    if (got) t.expect_text("the name that came back", "Patched", got->value.name);
}
inline void operation_remove(trial& t) {
    (void)operation(t, http::method::delete_, "/v2/workflows/order-shipped", no_body_sent(), 204, [&](call_options const& o) { return t.over.remove("order-shipped", o); });
}
inline void operation_sync(trial& t) {
    sync_workflow const request{.target_environment_id = "production"};
    (void)operation(t, http::method::put, "/v2/workflows/order-shipped/sync", json::write(request), 200, [&](call_options const& o) { return t.over.sync("order-shipped", request, o); });
}
inline void operation_retrieve_step(trial& t) {
    auto const got = operation(t, http::method::get, "/v2/workflows/order-shipped/steps/mail", no_body_sent(), 200,
                               [&](call_options const& o) { return t.over.retrieve("order-shipped", "mail", o); });
    if (got) t.expect_text("the step that came back", "mail", got->value.step_id);
}
inline void operation_generate_preview(trial& t) {
    preview_request const request{.preview_payload = preview_payload{.payload = boost::json::object{{"id", "A-1"}}}};
    (void)operation(t, http::method::post, "/v2/workflows/order-shipped/step/mail/preview", json::write(request), 201,
              [&](call_options const& o) { return t.over.generate_preview("order-shipped", "mail", request, o); });
}
inline void odd_ids(trial& t) {
    for (auto [id, segment] : {std::pair{"a/b", "a%2Fb"}, {"a?b#c", "a%3Fb%23c"}, {"50%", "50%25"}, {"it's", "it's"}, {"a b+c", "a%20b%2Bc"}, {"...", "..."}}) {
        recording_novu novu;
        serve server{novu};
        t.failed("a workflow that is not there", t.over.get(id, {}, t.call(server.url())), error_kind::api);
        t.expect_text("the target", "/v2/workflows/" + std::string{segment}, novu.last().url);
    }
}

// Errors.

/// The same answer to every request.
struct fixed_answer {
    http::response answer;
    http::response handle(http::request const&) const { return answer; }
};
inline void errors(trial& t, std::initializer_list<int> of, std::string_view type, std::string_view body, error_kind kind, bool decoded) {
    for (int status : of) {
        fixed_answer handler{{status, {{"content-type", type}, {"retry-after", "1"}}, std::string{body}}};
        serve server{handler};
        auto const got = t.over.get("a", {}, t.call(server.url()));
        std::string const what = "status " + std::to_string(status);
        if (!t.failed(what, got, kind)) continue;
        error const& e = got.error();
        t.expect(e.status == status, what + ": expected it in error::status, got " + std::to_string(e.status));
        t.expect_text(what + ", the body", body, e.body);
        t.expect_text(what + ", the header retry-after", "1", e.headers.get("retry-after").value_or(""));
        t.expect((e.dto() || e.validation()) == decoded, what + ": expected the body to be " + (decoded ? "decoded" : "kept as text") + ", it is not");
    }
}
inline void errors_as_dto(trial& t) {
    errors(t, {400, 401, 403, 404, 405, 409, 413, 414, 415, 500}, "application/json; charset=utf-8",
           R"({"statusCode":400,"timestamp":"2026-03-01T10:00:00.000Z","path":"/v2/workflows/a","message":"no","errorId":"x"})", error_kind::api, true);
}
inline void errors_of_validation(trial& t) {
    errors(t, {422}, "application/json",
           R"({"statusCode":422,"timestamp":"t","path":"/p","message":"no","errors":{"name":{"messages":["too long"],"value":"x"}}})", error_kind::validation, true);
}
inline void errors_as_text(trial& t) {
    errors(t, {429, 503}, "application/json", "\"API rate limit exceeded\"", error_kind::api, false);
    errors(t, {429, 503}, "text/plain", "Please wait some time", error_kind::api, false);
    errors(t, {404, 500, 502, 413}, "text/html", "<html>a gateway's page</html>", error_kind::api, false);
    errors(t, {402, 418, 451, 499, 504, 599}, "application/octet-stream", {"\0\xff\r\n\r\n", 6}, error_kind::api, false);
    errors(t, {404}, "application/json", "", error_kind::api, false);
}

// Calls.

inline void tried_again(trial& t) {
    recording_novu novu;
    novu.fake.answer_next({.status = 503, .headers = {{"content-type", "text/plain"}}, .body = "down"}, 2);
    serve server{novu};
    call_options options = t.call(server.url());
    options.retries = retry_policy{.initial_interval = 1ms, .max_interval = 5ms};
    auto const got = t.over.get("order-shipped", {}, options);
    if (t.worked("503, 503, then an answer", got)) t.expect(got->attempts == 3, "503, 503, then an answer: expected 3 attempts, got " + std::to_string(got->attempts));
    auto cut = t.server({closes_after("HTTP/1.1 200 OK\r\nContent-Le"), answers({ok(R"({"workflows":[],"totalCount":0})", "Content-Type: application/json\r\n")})});
    options.server = cut.url();
    auto const page = t.over.list({}, options);
    if (t.worked("a connection that breaks, then an answer", page))
        t.expect(page->attempts == 2, "a connection that breaks, then an answer: expected 2 attempts, got " + std::to_string(page->attempts));
}
/// As large as bodies are not collected, where the transport delivers pieces.
inline void large_answer(trial& t) {
    if (std::size_t const most = t.options.max_response_size; most != 0 && most < 300'000) return t.skip("conformance_options::max_response_size is below 300,000");
    auto const page = [](std::size_t n, std::string_view name) {
        std::string out = R"({"workflows":[)";
        for (std::size_t i = 0; i != n; ++i)
            out.append(i == 0 ? "" : ",").append(R"({"name":")").append(name).append(R"(","updatedAt":"t","createdAt":"t","_id":"i","workflowId":"w","slug":"s","status":"ACTIVE","origin":"external","stepTypeOverviews":[],"steps":[]})");
        return ok(out + R"(],"totalCount":)" + std::to_string(n) + "}", "Content-Type: application/json\r\n");
    };
    auto server = t.server({closes_after(page(1600, "first").substr(0, 150'000)), answers({page(1500, "second")})});
    call_options options = t.call(server.url());
    options.timeout = options.total_timeout = 5 * t.soon();
    options.retries = retry_policy{.initial_interval = 1ms, .max_interval = 5ms};
    auto const got = t.over.list({}, options);
    if (!t.worked("a list that breaks off, then another", got)) return;
    t.expect(got->attempts == 2, "a list that breaks off, then another: expected 2 attempts, got " + std::to_string(got->attempts));
    bool right = got->value.workflows.size() == 1500;
    for (workflow_summary const& each : got->value.workflows) right = right && each.name == "second";
    t.expect(right, "a list that breaks off, then another: expected the 1500 workflows of the other, got " + std::to_string(got->value.workflows.size()) + ", or such of the first");
}
inline void wait_lasts(trial& t) {
    for (std::chrono::milliseconds const time : {0ms, 1ms, 30ms})
        if (!t.timed("wait(" + std::to_string(time.count()) + " ms)", time, [&] { return t.over.wait(time, {}); })) return t.skip("novu::manual has no wait");
}
inline void wait_is_stopped(trial& t) {
    if (!t.over.stoppable_wait()) return t.skip("the transport's wait takes no stop token");
    t.ends_at_once("wait with a token that has been asked", [&](timed_stop& stop) {
        stop.ask();
        t.over.wait(60s, stop.token());
        return stop.ago();
    });
    t.ends_at_once("wait with a token that is asked meanwhile", [&](timed_stop& stop) {
        std::thread asks{[&] { std::this_thread::sleep_for(10ms), stop.ask(); }};
        t.over.wait(60s, stop.token());
        auto const took = stop.ago();
        asks.join();
        return took;
    });
}

// Many.

inline int open_descriptors() {
    int n = 0;
    for (int fd = 0; fd != 4096; ++fd) n += ::fcntl(fd, F_GETFD) != -1;
    return n;
}
inline void one_after_another(trial& t) {
    recording_novu novu;
    serve server{novu};
    int const before = open_descriptors();
    for (int i = 0; i != 1000; ++i) {
        std::string const name = "Name " + std::to_string(i) + std::string(static_cast<std::size_t>(i % 50), 'n');
        auto const got = t.over.patch("order-shipped", {.name = name}, t.call(server.url()));
        if (!t.worked("call " + std::to_string(i), got) || !t.expect_text("the name that call " + std::to_string(i) + " gave", name, got->value.name)) return;
    }
    int const more = open_descriptors() - before;
    t.expect(more < 100, "1,000 calls: expected connections to be closed or used again, there are " + std::to_string(more) + " more open descriptors than before");
    t.remark("connections: " + std::to_string(server.connections()));
}
/// Calls at once. Each request is a temporary, gone before the transport's loop turns.
inline void creations(trial& t, std::size_t n) {
    recording_novu novu;
    serve server{novu};
    call_options options = t.call(server.url());
    options.timeout = options.total_timeout = 5 * t.soon();
    auto const id = [](std::size_t i) { return "workflow-" + std::to_string(i) + "-" + std::string(40, 'x'); };
    auto const got = t.over.create(n, [&](std::size_t i) { return create_workflow{.name = std::string(50, 'n'), .workflow_id = id(i), .steps = empty_list}; }, options);
    for (std::size_t i = 0; i != n; ++i)
        if (t.worked("call " + std::to_string(i), got[i])) t.expect_text("the id that call " + std::to_string(i) + " gave", id(i), got[i]->value.workflow_id);
}
inline void at_once(trial& t) {
    std::size_t const n = t.concurrent();
    if (n < 2) return t.skip("conformance_options::concurrent is 1: set it where threads may share the transport");
    echo_handler handler;
    serve server{handler};
    std::vector<std::string> urls, bodies;
    for (std::size_t i = 0; i != n; ++i) urls.push_back(server.url() + "/" + std::to_string(i)), bodies.push_back(std::string(i * 37, static_cast<char>('a' + i % 26)));
    std::vector<http::request> requests;
    for (std::size_t i = 0; i != n; ++i) requests.push_back({http::method::post, urls[i], {}, bodies[i], 5 * t.soon()});
    auto const got = t.over.exchange(requests);
    for (std::size_t i = 0; i != n; ++i) t.answered("exchange " + std::to_string(i), got[i], 200, "/" + std::to_string(i) + " " + bodies[i]);
    t.remark(std::to_string(n) + " exchanges, connections: " + std::to_string(server.connections()));
    creations(t, n);
}
inline void arguments_need_not_live_on(trial& t) { creations(t, (std::min<std::size_t>)(t.concurrent(), 20)); }

} // namespace novu::testing::conformance
