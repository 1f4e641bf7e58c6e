// One program text over every kind of transport: the return type follows the transport, nothing else changes.
#include "../call/common.hpp"
#include "lazy_task.hpp"

#include <novu/novu.hpp>
#include <novu/testing/fake_novu.hpp>
#include <novu/testing/virtual_clock.hpp>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <future>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

using namespace novu;
using namespace novu::tests;

namespace {

template <awaited_by Form, start Start> struct basic_coroutine_transport {
    template <class T> using task = basic_task<T, Form, Start>;
    testing::fake_novu* fake;
    testing::virtual_clock* clock;
    task<result<http::response>> send(http::request const& q) { co_return fake->handle(q); }
    task<void> wait(std::chrono::milliseconds time) {
        clock->advance(time);
        co_return;
    }
};
using coroutine_transport = basic_coroutine_transport<awaited_by::itself, start::lazily>;

struct callback_transport_ {
    testing::fake_novu* fake;
    testing::virtual_clock* clock;
    void send(http::request const& q, auto done) { done(result<http::response>{fake->handle(q)}); }
    void wait(std::chrono::milliseconds time, auto done) { clock->advance(time), done(); }
};

static_assert(async_transport<coroutine_transport> && !sync_transport<coroutine_transport>);
static_assert(callback_transport<callback_transport_> && !sync_transport<callback_transport_>);

client_options options(testing::virtual_clock& clock) { return {.secret_key = "test-secret-key", .clock = clock}; }
create_workflow hello() { return {.name = "Hello", .workflow_id = "hello", .steps = {sms_step{.name = "Text"}}}; }

} // namespace

TEMPLATE_TEST_CASE("coroutine: an operation is a task; what was passed need not live on", "", (basic_coroutine_transport<awaited_by::itself, start::lazily>),
                   (basic_coroutine_transport<awaited_by::itself, start::eagerly>), (basic_coroutine_transport<awaited_by::member_operator, start::lazily>),
                   (basic_coroutine_transport<awaited_by::free_operator, start::eagerly>), (basic_coroutine_transport<awaited_by::free_operator, start::lazily>),
                   (basic_coroutine_transport<awaited_by::itself, start::inline_>), (basic_coroutine_transport<awaited_by::member_operator, start::inline_>)) {
    testing::fake_novu fake;
    testing::virtual_clock clock;
    client c{TestType{&fake, &clock}, options(clock)};
    fake.answer_next({.status = 503, .body = "busy"}, 2);
    auto task = c.workflows.create(hello()); // its argument is gone
    auto created = task.get();
    REQUIRE(created);
    CHECK(created->attempts == 3);
    CHECK(clock.elapsed() > std::chrono::milliseconds{2500}); // 1 s and 1.5 s, and jitter
    auto all = [](client<TestType>& over) -> typename TestType::template task<int> {
        auto first = over.workflows.get("hello");
        auto got = co_await std::move(first);
        auto second = over.workflows.remove("hello");
        auto gone = co_await std::move(second);
        auto third = over.workflows.template get<borrowed>("hello");
        auto missing = co_await std::move(third);
        co_return (*got)->name == "Hello" && gone && missing.error().status == 404 ? 1 : 0;
    }(c);
    CHECK(all.get() == 1);
}

namespace {
template <start Start> struct thread_hopping_transport {
    template <class T> using task = basic_task<T, awaited_by::itself, Start>;
    testing::fake_novu* fake;
    hopping_threads* threads;
    task<result<http::response>> send(http::request const& q) {
        co_await threads->next();
        co_return fake->handle(q);
    }
    task<void> wait(std::chrono::milliseconds) {
        co_await threads->next();
        co_return;
    }
};
} // namespace

TEMPLATE_TEST_CASE("coroutine: a task that goes on on another thread, started when it is awaited, or at once", "", thread_hopping_transport<start::lazily>,
                   thread_hopping_transport<start::eagerly>) {
    testing::fake_novu fake;
    std::promise<int> attempts;
    hopping_threads threads;
    client c{TestType{&fake, &threads}, {.secret_key = "test-secret-key"}};
    fake.answer_next({.status = 503, .headers = {{"retry-after", "0"}}, .body = "busy"}, 5);
    auto all = [](client<TestType>& over, std::promise<int>& done) -> typename TestType::template task<void> {
        auto task = over.workflows.create(hello());
        auto created = co_await std::move(task);
        done.set_value(created->attempts);
    }(c, attempts);
    if constexpr (std::is_same_v<TestType, thread_hopping_transport<start::lazily>>) all.resume();
    CHECK(attempts.get_future().get() == 6);
    threads.join();
}

TEST_CASE("callback: the last argument is called once, and may be move-only") {
    testing::fake_novu fake;
    testing::virtual_clock clock;
    int calls = 0;
    client c{callback_transport_{&fake, &clock}, options(clock)};
    fake.answer_next({.status = 503, .body = "busy"}, 3);
    c.workflows.create(hello(), {}, [&, only = std::make_unique<int>(1)](result<response<workflow>> r) {
        calls += *only;
        REQUIRE(r);
        CHECK(r->attempts == 4);
    });
    CHECK(calls == 1);
    c.workflows.remove("nowhere", {}, [&](result<response<void>> r) { calls += r.error().status; });
    CHECK(calls == 405);
    fake.answer_next({.status = 503, .body = "busy"}, 20'000);
    c.workflows.list({}, {.retries = retry_policy{.initial_interval = {}, .max_interval = {}, .max_elapsed_time = {}, .max_attempts = 10'000}, .total_timeout = std::chrono::milliseconds{0}},
                     [&](auto r) { calls += static_cast<int>(r.error().attempts.size()); }); // answers within send do not nest
    CHECK(calls == 10'405);
}

TEST_CASE("callback: options, and what may be left out, can be left out") {
    testing::fake_novu fake;
    testing::virtual_clock clock;
    client c{callback_transport_{&fake, &clock}, options(clock)};
    auto const& w = c.workflows;
    std::string seen;
    auto const note = [&](char const* what) { return [&seen, what](auto const& r) { seen += std::string{what} + (r ? "+ " : "- "); }; };
    w.create(hello(), note("create"));
    static constexpr auto body = json::render<[] { return borrowed_types::create_workflow{.name = "a", .workflow_id = "b", .steps = empty_list}; }>();
    w.create(body, note("rendered"));
    w.list(note("list"));
    w.list({.limit = 1}, note("query"));
    w.get("hello", note("get"));
    w.get<borrowed>("hello", {.environment_id = "other"}, note("elsewhere"));
    w.update("hello", {.name = "a", .steps = {sms_step{.name = "Text", .step_id = "text"}}, .preferences = preferences{}}, note("update"));
    w.patch("hello", {.active = true}, note("patch"));
    w.sync("hello", {.target_environment_id = "other"}, note("sync"));
    w.steps.retrieve("hello", "text", note("step"));
    w.steps.generate_preview("hello", "text", note("preview"));
    w.steps.generate_preview("hello", "text", {.preview_payload = preview_payload{}}, note("payload"));
    w.remove("hello", note("remove"));
    CHECK(seen == "create+ rendered+ list+ query+ get+ elsewhere- update+ patch+ sync+ step+ preview+ payload+ remove+ ");
}

namespace {
/// A clock that should not be looked at.
struct counted_clock {
    int reads{0};
    std::chrono::steady_clock::time_point steady() { return ++reads, std::chrono::steady_clock::now(); }
    std::chrono::system_clock::time_point system() { return ++reads, std::chrono::system_clock::now(); }
};
} // namespace

TEST_CASE("manual: polled, with no clock and no transport") {
    testing::fake_novu fake;
    counted_clock clock;
    client c{manual{}, {.secret_key = "test-secret-key", .clock = clock}};
    call<workflow> call = c.workflows.create(hello());
    std::chrono::steady_clock::time_point now{};
    fake.answer_next({.status = 503, .headers = {{"retry-after", "2"}}, .body = "busy"});
    int sends = 0;
    for (;;) {
        call_action const next = call.poll(now);
        if (next.kind == call_action::done) break;
        if (next.kind == call_action::wait) now = next.until;
        else ++sends, call.received(fake.handle(*next.request), now);
    }
    CHECK(sends == 2);
    CHECK(now.time_since_epoch() == std::chrono::seconds{2});
    auto created = call.take();
    REQUIRE(created);
    CHECK(created->value.workflow_id == "hello");
    CHECK(clock.reads == 0);
}

TEST_CASE("manual: what comes when nothing is asked for, or twice, is not looked at; a call outlives its client") {
    http::response const listed{.status = 200, .headers = {{"content-type", "application/json"}}, .body = std::string{page}}, busy{.status = 503, .body = "busy"};
    error const broken = transport_error(std::make_error_code(std::errc::connection_reset), true);
    std::chrono::steady_clock::time_point now{};
    auto c = std::make_unique<client<manual>>(manual{}, client_options{.secret_key = "k"});
    auto call = c->workflows.list();
    c.reset();
    call.received(listed, now), call.failed(broken, now); // before it is polled
    REQUIRE(call.poll(now).kind == call_action::send);
    call.received(busy, now);
    call.received(listed, now), call.failed(broken, now); // between attempts
    call_action const wait = call.poll(now);
    REQUIRE(wait.kind == call_action::wait);
    now = wait.until;
    REQUIRE(call.poll(now).kind == call_action::send);
    CHECK(call.poll(now).kind == call_action::wait); // it is under way
    call.received(listed, now);
    call.received(busy, now), call.failed(broken, now), call.cancel(); // afterwards
    REQUIRE(call.poll(now).kind == call_action::done);
    auto got = call.take();
    REQUIRE(got);
    CHECK(got->attempts == 2);
}

TEST_CASE("manual: a call that is never answered ends at its deadline; one may be cancelled wherever it is") {
    using std::chrono::seconds;
    fixed_random random;
    client c{manual{}, {.secret_key = "test-secret-key", .timeout = seconds{3}, .total_timeout = seconds{10}, .random = random}};
    std::chrono::steady_clock::time_point now{};
    auto unanswered = c.workflows.list();
    int sends = 0;
    for (call_action next; (next = unanswered.poll(now)).kind != call_action::done;) {
        if (next.kind == call_action::send) ++sends;
        else now = next.until;
    }
    auto ended = unanswered.take();
    CHECK(ended.error().kind == error_kind::timeout);
    CHECK(now.time_since_epoch() == seconds{10});
    CHECK(sends == 3); // of 3 s, 3 s and, behind waits of 1.25 s and 1.75 s, of the second that is left
    CHECK(ended.error().attempts.size() == 3);

    auto const cancelled = [&](int polls) {
        auto call = c.workflows.list();
        for (int i = 0; i != polls; ++i) {
            call_action const next = call.poll(now);
            if (next.kind == call_action::send && polls == 2) call.received({.status = 503, .headers = {{"retry-after", "1"}}}, now);
        }
        call.cancel();
        CHECK(call.poll(now).kind == call_action::done);
        return call.take();
    };
    for (int polls : {0, 1, 2}) {
        CHECK(cancelled(polls).error().kind == error_kind::cancelled);
        CHECK(cancelled(polls).error().attempts.size() == (polls == 0 ? 0 : 1));
    }
}

namespace {
/// A Novu with so many workflows that three pages of two are needed.
struct five_workflows {
    testing::fake_novu fake;
    testing::virtual_clock clock;
    std::vector<std::string> seen{};
    five_workflows() {
        client c{callback_transport_{&fake, &clock}, options(clock)};
        for (char id : {'a', 'b', 'c', 'd', 'e'})
            c.workflows.create({.name = std::string{id}, .workflow_id = std::string{id}, .steps = empty_list}, {}, [](auto r) { REQUIRE(r); });
    }
    list_workflows const pages{.limit = 2, .order_direction = direction::asc};
    void check() const { CHECK(seen == std::vector<std::string>{"a", "b", "c", "d", "e"}); }
};
} // namespace

TEST_CASE("all, over coroutines") {
    five_workflows w;
    client c{coroutine_transport{&w.fake, &w.clock}, options(w.clock)};
    auto walk = [](client<coroutine_transport>& over, five_workflows& world) -> lazy<void> {
        auto all = over.workflows.all(world.pages);
        for (;;) {
            auto next = all.next();
            auto each = co_await std::move(next);
            REQUIRE(each);
            if (!*each) break;
            world.seen.push_back((*each)->name);
        }
    }(c, w);
    walk.get();
    w.check();
}

TEST_CASE("all, over callbacks") {
    five_workflows w;
    client c{callback_transport_{&w.fake, &w.clock}, options(w.clock)};
    auto all = c.workflows.all<borrowed>({.limit = 2, .order_direction = direction::asc});
    bool more = true;
    while (more)
        all.next([&, only = std::make_unique<int>(0)](auto each) {
            REQUIRE(each);
            more = each->has_value();
            if (more) w.seen.emplace_back((**each)->name);
        });
    w.check();
    w.fake.answer_next({.status = 404, .body = "gone"});
    auto broken = c.workflows.all();
    int status = 0;
    broken.next([&](auto each) { status = each.error().status; });
    CHECK(status == 404);
    broken.next([&](auto each) { CHECK(!each->has_value()); });
}

TEST_CASE("all, polled") {
    five_workflows w;
    client c{manual{}, options(w.clock)};
    auto all = c.workflows.all(w.pages);
    for (bool more = true; more;) {
        auto next = all.next();
        for (;;) {
            call_action const action = next.poll(w.clock.steady());
            if (action.kind == call_action::done) break;
            REQUIRE(action.kind == call_action::send);
            next.received(w.fake.handle(*action.request), w.clock.steady());
        }
        auto each = next.take();
        REQUIRE(each);
        more = each->has_value();
        if (more) w.seen.push_back((*each)->name);
    }
    w.check();
    auto rest = c.workflows.all();
    auto stopped = rest.next();
    (void)stopped.poll(w.clock.steady());
    stopped.cancel();
    CHECK(stopped.take().error().kind == error_kind::cancelled);
    auto end = rest.next(); // with no page under way
    end.received({.status = 503}, w.clock.steady()), end.failed(transport_error({}, false), w.clock.steady());
    CHECK(end.poll(w.clock.steady()).kind == call_action::done);
    CHECK(!*end.take());
}
