// Transports that do not keep their word, and clients that go too soon: each ends in a defined way.
#include "../call/common.hpp"
#include "lazy_task.hpp"

#include <novu/novu.hpp>
#include <novu/testing/scripted_transport.hpp>
#include <novu/testing/virtual_clock.hpp>
#include <novu/transport/any_transport.hpp>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <csignal>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

using namespace novu;
using namespace novu::tests;
using namespace std::chrono_literals;

namespace {

http::response answer_of(std::string body) { return {.status = 200, .headers = {{"content-type", "application/json"}}, .body = std::move(body)}; }

/// A loop with its own time, whose transport answers when, as often, and as late as a test says.
struct loop {
    using done = std::function<void(result<http::response>)>;
    testing::virtual_clock clock;
    std::multimap<std::chrono::steady_clock::time_point, std::function<void()>> timers;
    std::function<void(http::request const&, done)> on_send;

    void send(http::request const& q, auto d) { on_send(q, std::move(d)); }
    void wait(std::chrono::milliseconds time, auto d) { timers.emplace(clock.steady() + time, std::move(d)); }
    /// Runs timers, as time goes on, until there is none.
    void run() {
        while (!timers.empty()) {
            auto first = timers.extract(timers.begin());
            if (first.key() > clock.steady()) clock.advance(std::chrono::ceil<std::chrono::milliseconds>(first.key() - clock.steady()));
            first.mapped()();
        }
    }
};
struct over_loop {
    loop world;
    novu::client<loop&> client{std::ref(world), client_options{.secret_key = "k", .clock = world.clock}};
    std::vector<result<response<workflow_list>>> results;
    auto keep() {
        return [this](result<response<workflow_list>> r) { results.push_back(std::move(r)); };
    }
};

} // namespace

#if defined(__cpp_exceptions)
namespace {
struct throwing {
    std::function<void()> in_send, in_wait;
    result<http::response> send(http::request const&) {
        if (in_send) in_send();
        return http::response{.status = 503};
    }
    void wait(std::chrono::milliseconds) {
        if (in_wait) in_wait();
    }
};
struct wait_throws : loop {
    void wait(std::chrono::milliseconds, auto) { throw std::runtime_error{"no timer"}; }
};
/// What throws before there is a task.
struct throwing_call : throwing {
    template <class T> using task = lazy<T>;
    task<result<http::response>> send(http::request const& q) {
        result<http::response> const r = throwing::send(q);
        return unused(r);
    }
    task<void> wait(std::chrono::milliseconds time) {
        throwing::wait(time);
        return nothing();
    }
    static task<result<http::response>> unused(result<http::response> r) { co_return r; }
    static task<void> nothing() { co_return; }
};
/// What throws out of co_await.
struct throwing_task : throwing {
    template <class T> using task = lazy<T>;
    task<result<http::response>> send(http::request const& q) { co_return throwing::send(q); }
    task<void> wait(std::chrono::milliseconds time) {
        throwing::wait(time);
        co_return;
    }
};
} // namespace

#if defined(__cpp_exceptions)
TEST_CASE("what a memory resource throws while an answer is read is the call's error, whoever drives it") {
    std::string const long_names = R"({"workflows":[{"name":"a name too long for a string to hold in place","updatedAt":"t","createdAt":"t","_id":"i","workflowId":"w","slug":"s",)"
                             R"("status":"ACTIVE","origin":"external","stepTypeOverviews":[],"steps":[]}],"totalCount":1})";
    call_options const options{.memory = std::pmr::null_memory_resource()};
    std::vector<result<response<pmr_types::workflow_list>>> results;

    testing::scripted_transport script;
    script.answer(200, long_names);
    client blocking{std::ref(script), {.secret_key = "k"}};
    results.push_back(blocking.workflows.list<pmr>({}, options));

    over_loop callbacks;
    callbacks.world.on_send = [&](http::request const&, loop::done d) { d(answer_of(long_names)); };
    callbacks.client.workflows.list<pmr>({}, options, [&](result<response<pmr_types::workflow_list>> r) { results.push_back(std::move(r)); });
    callbacks.world.run();

    client<manual> polled{{}, {.secret_key = "k"}};
    auto call = polled.workflows.list<pmr>({}, options);
    REQUIRE(call.poll({}).kind == call_action::send);
    call.received(answer_of(long_names), {});
    REQUIRE(call.poll({}).kind == call_action::done);
    results.push_back(call.take());

    REQUIRE(results.size() == 3);
    for (auto const& r : results) {
        REQUIRE(!r);
        CHECK(r.error().kind == error_kind::undecodable);
        CHECK(r.error().status == 200);
        CHECK(r.error().body == long_names);
        CHECK(r.error().note.find("reading it threw: std::bad_alloc") != std::string::npos);
    }
}
#endif

TEST_CASE("a transport that throws: the call ends with what it threw") {
    auto check = [](error const& e, std::string_view words) {
        CHECK(e.kind == error_kind::transport);
        CHECK(e.stopped == stop_reason::permanent);
        CHECK(e.message().find(words) != std::string::npos);
    };
    client c{throwing{.in_send = [] { throw std::runtime_error{"no memory for that"}; }, .in_wait = {}}, {.secret_key = "k"}};
    auto r = c.workflows.list();
    check(r.error(), "the transport threw: no memory for that");
    CHECK(r.error().attempts.size() == 1);
    client w{throwing{.in_send = {}, .in_wait = [] { throw std::system_error{std::make_error_code(std::errc::bad_file_descriptor)}; }}, {.secret_key = "k"}};
    check(w.workflows.list().error(), "the transport threw: ");
    CHECK(w.workflows.list().error().cause == std::errc::bad_file_descriptor);
    client n{throwing{.in_send = [] { throw 42; }, .in_wait = {}}, {.secret_key = "k"}};
    check(n.workflows.list().error(), "the transport threw: something that is no std::exception");

    auto const check_tasks = [&]<class Transport>(std::type_identity<Transport>) {
        for (bool const in_wait : {false, true}) {
            std::function<void()> const oops = [] { throw std::runtime_error{"oops"}; };
            client over{Transport{{.in_send = in_wait ? std::function<void()>{} : oops, .in_wait = oops}}, {.secret_key = "k"}};
            auto task = over.workflows.list();
            auto const ended = task.get();
            check(ended.error(), "the transport threw: oops");
            CHECK(ended.error().attempts.size() == 1);
            CHECK(ended.error().status == (in_wait ? 503 : 0)); // what was said so far is not lost
        }
    };
    check_tasks(std::type_identity<throwing_call>{});
    check_tasks(std::type_identity<throwing_task>{});

    over_loop o;
    o.world.on_send = [](auto&&...) { throw boost::system::system_error{boost::system::errc::make_error_code(boost::system::errc::operation_canceled)}; };
    o.client.workflows.list({}, {}, o.keep());
    REQUIRE(o.results.size() == 1);
    CHECK(o.results[0].error().kind == error_kind::cancelled); // what Asio throws where a coroutine was cancelled
    CHECK(o.results[0].error().message().find("threw") == std::string::npos);

    wait_throws world;
    world.on_send = [](http::request const&, loop::done d) { d(http::response{.status = 503}); };
    client over{std::ref(world), {.secret_key = "k"}};
    int calls = 0;
    over.workflows.list([&](auto ended) {
        ++calls;
        check(ended.error(), "the transport threw: no timer");
        CHECK(ended.error().status == 503);
    });
    CHECK(calls == 1);
}

TEST_CASE("a callback transport that answers and then throws: the answer counts, once") {
    over_loop o;
    loop::done again;
    o.world.on_send = [&](http::request const&, loop::done d) {
        again = d;
        d(answer_of(page));
        throw std::runtime_error{"afterwards"};
    };
    o.client.workflows.list({}, {}, o.keep());
    again(answer_of("late"));
    o.world.run();
    REQUIRE(o.results.size() == 1);
    CHECK(o.results[0]);
    CHECK(o.results[0]->attempts == 1);
    o.world.on_send = [&](http::request const&, loop::done d) { // and the other way round
        again = std::move(d);
        throw std::runtime_error{"first"};
    };
    o.client.workflows.list({}, {}, o.keep());
    again(answer_of(page));
    o.world.run();
    REQUIRE(o.results.size() == 2);
    CHECK(o.results[1].error().note.find("first") != std::string::npos);
}
#endif

namespace {
/// Whose tasks resume within await_suspend.
struct nesting_tasks {
    template <class T> using task = basic_task<T, awaited_by::itself, start::inline_>;
    testing::virtual_clock* clock;
    task<result<http::response>> send(http::request const&) { co_return http::response{.status = 503}; }
    task<void> wait(std::chrono::milliseconds time) { co_return clock->advance(time); }
};
/// Whether a process that does this is aborted.
bool aborts(auto what) {
    pid_t const child = ::fork();
    if (child == 0) {
        ::close(STDERR_FILENO);
        std::signal(SIGABRT, SIG_DFL); // Catch2 has a handler
        what();
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}
} // namespace

TEST_CASE("preconditions, which debug builds check") {
#if defined(NDEBUG)
    SKIP("without assert");
#endif
    client c{manual{}, {.secret_key = "k"}};
    auto call = c.workflows.list();
    CHECK(aborts([&] { (void)call.take(); })); // before it is done
    auto taken = std::move(call);
    CHECK(aborts([&] { (void)call.poll({}); }));
    CHECK(aborts([&] { call.received({}, {}); }));
    CHECK(aborts([&] { call.cancel(); }));
    CHECK(!aborts([&] { taken.cancel(), (void)taken.take(); }));
    CHECK(aborts([&] { taken.cancel(), (void)taken.take(), (void)taken.take(); }));
    auto const attempts = [](int most) {
        testing::virtual_clock clock;
        return client{nesting_tasks{&clock}, {.secret_key = "k", .retries = {.max_elapsed_time{}, .max_attempts = most}, .total_timeout{}, .clock = clock}}.workflows.list().get();
    };
    CHECK(attempts(20).error().attempts.size() == 20);
    CHECK(aborts([&] { (void)attempts(100'000); })); // rather than run out of stack
    struct mute {
        result<http::response> send(http::request const&) { return http::response{}; }
        void wait(std::chrono::milliseconds) {}
    };
    any_transport held{mute{}};
    any_transport const other = std::move(held);
    CHECK(aborts([&] { (void)held.send({}); }));
    CHECK(aborts([&] { held.wait({}); }));
}

TEST_CASE("a callback transport that completes twice: the second is not looked at") {
    over_loop o;
    loop::done again;
    o.world.on_send = [&](http::request const&, loop::done d) {
        again = d;
        d(answer_of(page)), d(answer_of("{}"));
    };
    o.client.workflows.list({}, {}, o.keep());
    again(answer_of("late"));
    o.world.run();
    again(answer_of("later"));
    REQUIRE(o.results.size() == 1);
    CHECK(o.results[0]);
}

TEST_CASE("a callback transport that never completes: the call ends at its deadline, and its late answer is nobody's") {
    over_loop o;
    std::vector<http::request const*> requests;
    std::vector<loop::done> kept;
    o.world.on_send = [&](http::request const& q, loop::done d) { requests.push_back(&q), kept.push_back(std::move(d)); };
    o.client.workflows.list({}, {.timeout = 2s, .total_timeout = 10s}, o.keep());
    o.world.run();
    REQUIRE(o.results.size() == 1);
    error const& e = o.results[0].error();
    CHECK(e.kind == error_kind::timeout);
    CHECK(e.stopped == stop_reason::time_exhausted);
    CHECK(e.attempts.size() == requests.size());
    CHECK(requests.size() > 1);
    CHECK(o.world.clock.elapsed() >= 2s);
    CHECK(o.world.clock.elapsed() <= 10s);
    for (http::request const* q : requests) CHECK(q->url == "https://api.novu.co/v2/workflows"); // each lives until its exchange is over
    for (loop::done const& d : kept) d(answer_of(page));
    CHECK(o.results.size() == 1);

    over_loop late; // the first attempt's answer during the second attempt
    std::vector<loop::done> answers;
    late.world.on_send = [&](http::request const&, loop::done d) {
        answers.push_back(std::move(d));
        if (answers.size() == 2) answers[0](answer_of("not this one")), answers[1](answer_of(page));
    };
    late.client.workflows.list({}, {.timeout = 2s}, late.keep());
    late.world.run();
    REQUIRE(late.results.size() == 1);
    REQUIRE(late.results[0]);
    CHECK(late.results[0]->attempts == 2);
}

TEST_CASE("a callback call that is stopped ends at once, wherever it is, and is called back once") {
    stop_source before, during, between;
    over_loop o;
    loop::done kept;
    o.world.on_send = [&](http::request const&, loop::done d) { kept = std::move(d); };
    before.request_stop();
    o.client.workflows.list({}, {.stop = before.get_token()}, o.keep());
    REQUIRE(o.results.size() == 1);
    CHECK(!kept);
    o.client.workflows.list({}, {.stop = during.get_token()}, o.keep());
    during.request_stop();
    REQUIRE(o.results.size() == 2);
    CHECK(o.results[1].error().sent);
    CHECK(o.results[1].error().attempts.size() == 1); // the one under way
    kept(answer_of(page));
    o.world.on_send = [&](http::request const&, loop::done d) { d(http::response{.status = 503}); };
    o.client.workflows.list({}, {.stop = between.get_token()}, o.keep());
    CHECK(o.results.size() == 2);
    between.request_stop();
    REQUIRE(o.results.size() == 3);
    CHECK(o.results[2].error().attempts.size() == 1);
    o.world.run();
    CHECK(o.results.size() == 3);
    for (auto const& r : o.results) CHECK(r.error().kind == error_kind::cancelled);
    CHECK(o.world.clock.elapsed() <= 30s);
}

TEST_CASE("an observer may stop the call that it watches") {
    stop_source stop;
    over_loop o;
    o.world.on_send = [&](http::request const&, loop::done d) { d(http::response{.status = 503}); };
    client watched{std::ref(o.world), {.secret_key = "k", .on_event = [&](event const& e) {
                                           if (std::holds_alternative<retry_scheduled>(e)) stop.request_stop();
                                       }, .clock = o.world.clock}};
    watched.workflows.list({}, {.stop = stop.get_token()}, o.keep());
    REQUIRE(o.results.size() == 1);
    CHECK(o.results[0].error().kind == error_kind::cancelled);
}

namespace {
struct empty_task {
    template <class T> using task = lazy<T>;
    task<result<http::response>> send(http::request const&) { co_return http::response{}; }
    task<void> wait(std::chrono::milliseconds) { co_return; }
};
/// A wait that can be woken: what it holds is let go when the call needs it no longer.
struct woken_loop : loop {
    std::size_t waiting{0};
    void wait(std::chrono::milliseconds, stop_token stop, auto d) {
        struct held {
            std::size_t& count;
            explicit held(std::size_t& n) : count{n} { ++count; }
            ~held() { --count; }
        };
        waits.push_back(std::make_unique<stop_callback>(stop, [h = std::make_shared<held>(waiting), d] { d(); }));
    }
    std::vector<std::unique_ptr<stop_callback>> waits;
};
} // namespace

TEST_CASE("a callback wait that takes a token is told when it is not needed any more") {
    woken_loop world;
    client c{std::ref(world), {.secret_key = "k", .clock = world.clock}};
    loop::done kept;
    world.on_send = [&](http::request const&, loop::done d) { kept = std::move(d); };
    int calls = 0;
    c.workflows.list({}, {}, [&](auto) { ++calls; });
    CHECK(world.waiting == 1); // until the deadline
    kept(answer_of(page));
    CHECK(calls == 1);
    CHECK(world.waiting == 0);

    world.waits.clear(); // told so, it calls back at once: that is no news
    world.on_send = [answers = 0](http::request const&, loop::done d) mutable { d(answers++ == 0 ? http::response{.status = 503, .headers = {{"retry-after", "3"}}} : answer_of(page)); };
    c.workflows.list({}, {.stop = stop_source{}.get_token()}, [&](auto) { ++calls; });
    CHECK(calls == 1);
    CHECK(world.waits.size() == 1); // until the second attempt
    world.clock.advance(3s);
    world.waits.clear();
}

TEST_CASE("an answer without anything is an unexpected response, over each kind of transport") {
    auto const check = [](result<response<workflow_list>> const& r) {
        REQUIRE(!r);
        CHECK(r.error().kind == error_kind::unexpected_response);
        CHECK(r.error().status == 0);
        CHECK(r.error().attempts.size() == 1);
    };
    struct empty {
        result<http::response> send(http::request const&) { return http::response{}; }
        void wait(std::chrono::milliseconds) {}
    };
    check(client{empty{}, {.secret_key = "k"}}.workflows.list());
    over_loop o;
    o.world.on_send = [](http::request const&, loop::done d) { d(http::response{}); };
    o.client.workflows.list({}, {}, o.keep());
    REQUIRE(o.results.size() == 1);
    check(o.results[0]);
    client tasks{empty_task{}, {.secret_key = "k"}};
    auto task = tasks.workflows.list();
    check(task.get());
    client polled{manual{}, {.secret_key = "k"}};
    auto call = polled.workflows.list();
    REQUIRE(call.poll({}).kind == call_action::send);
    call.received({}, {});
    REQUIRE(call.poll({}).kind == call_action::done);
    check(call.take());
}

namespace {
/// Completes twice, from two threads at once.
struct racing {
    std::thread* first;
    std::thread* second;
    void send(http::request const&, auto d) {
        *first = std::thread{[d]() mutable { d(result<http::response>{answer_of(page)}); }};
        *second = std::thread{[d]() mutable { d(result<http::response>{answer_of(page)}); }};
    }
    void wait(std::chrono::milliseconds, auto) {}
};
} // namespace

TEST_CASE("callback completions and stops on other threads") {
    for (int round = 0; round != 200; ++round) {
        std::thread first, second;
        stop_source stop;
        std::atomic<int> calls{0};
        client c{racing{&first, &second}, {.secret_key = "k"}};
        c.workflows.list({}, {.stop = stop.get_token()}, [&](auto r) { calls += r || r.error().kind == error_kind::cancelled ? 1 : 100; });
        std::thread third{[&] { stop.request_stop(); }};
        first.join(), second.join(), third.join();
        REQUIRE(calls == 1);
    }
}

namespace {
/// A task transport that ends a wait with an error, as one does whose runtime was told to cancel.
struct cancelling {
    template <class T> using task = lazy<T>;
    task<result<http::response>> send(http::request const&) { co_return http::response{.status = 503}; }
    task<result<void>> wait(std::chrono::milliseconds) { co_return failure{transport_error(std::make_error_code(std::errc::operation_canceled), false)}; }
};
/// One whose tasks wait to be resumed by the test.
struct paused {
    template <class T> using task = lazy<T>;
    std::coroutine_handle<>* point;
    struct here {
        std::coroutine_handle<>* point;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> h) const { *point = h; }
        void await_resume() const noexcept {}
    };
    task<result<http::response>> send(http::request const&) { return pause(point); }
    static task<result<http::response>> pause(std::coroutine_handle<>* at) {
        co_await here{at};
        co_return http::response{.status = 503};
    }
    task<void> wait(std::chrono::milliseconds) { co_return; }
};
} // namespace

TEST_CASE("a coroutine wait that gives an error ends the call with it") {
    client c{cancelling{}, {.secret_key = "k"}};
    auto task = c.workflows.list();
    auto const r = task.get();
    CHECK(r.error().kind == error_kind::cancelled);
    CHECK(r.error().stopped == stop_reason::cancelled);
    CHECK(r.error().attempts.size() == 1);
}

TEST_CASE("a callback call that is over holds nothing but what the transport may look at, however long its timer runs") {
    loop world; // which outlives the client
    loop::done late;
    auto held = std::make_shared<int>(0);
    auto c = std::make_unique<client<loop&>>(std::ref(world), client_options{.secret_key = "k", .on_event = [held](event const&) {}, .clock = world.clock});
    auto const ignore = [](auto) {};
    world.on_send = [](http::request const&, loop::done d) { d(answer_of(page)); };
    c->workflows.list(ignore);
    CHECK(world.timers.size() == 0); // answered before there was a deadline to wait for
    world.on_send = [&](http::request const&, loop::done d) { late = std::move(d); };
    c->workflows.list(ignore);
    std::exchange(late, nullptr)(answer_of(page));
    CHECK(world.timers.size() == 1);
    c.reset();
    CHECK(held.use_count() == 1);

    stop_source stop; // an exchange that is still under way keeps its request
    c = std::make_unique<client<loop&>>(std::ref(world), client_options{.secret_key = "k", .on_event = [held](event const&) {}, .clock = world.clock});
    http::request const* request = nullptr;
    world.on_send = [&](http::request const& q, loop::done d) { request = &q, late = std::move(d); };
    c->workflows.list({}, {.stop = stop.get_token()}, ignore);
    stop.request_stop();
    CHECK(request->method == http::method::get);
    CHECK(request->url == "https://api.novu.co/v2/workflows");
    c.reset();
    CHECK(held.use_count() == 2);
    late = nullptr;
    world.timers.clear();
    CHECK(held.use_count() == 1);
}

TEST_CASE("a client destroyed with calls in flight") {
    std::coroutine_handle<> point;
    auto c = std::make_unique<client<paused>>(paused{&point}, client_options{.secret_key = "k"});
    auto task = c->workflows.list();
    auto not_started = c->workflows.list();
    task.resume();
    c.reset();
    point.resume();
    REQUIRE(task.done());
    auto const r = task.await_resume();
    CHECK(r.error().kind == error_kind::cancelled);
    CHECK(r.error().attempts.size() == 1);
    CHECK(not_started.get().error().kind == error_kind::cancelled);

    auto o = std::make_unique<over_loop>(); // callbacks: destroyed, not called
    auto alive = std::make_shared<int>(0);
    loop::done kept;
    o->world.on_send = [&](http::request const&, loop::done d) { kept = std::move(d); };
    auto d = std::make_unique<client<loop&>>(std::ref(o->world), client_options{.secret_key = "k", .clock = o->world.clock});
    d->workflows.list({}, {}, [alive](auto) { ++*alive; });
    CHECK(alive.use_count() == 2);
    d.reset();
    kept(answer_of(page));
    CHECK(alive.use_count() == 1);
    CHECK(*alive == 0);
    o->world.run();
}

TEST_CASE("a slice at a time: a synchronous transport that cannot be woken still notices a stop") {
    struct slow {
        testing::virtual_clock* clock;
        stop_source* stop;
        std::vector<std::chrono::milliseconds>* waits;
        result<http::response> send(http::request const&) { return http::response{.status = 503}; }
        void wait(std::chrono::milliseconds time) {
            waits->push_back(time);
            clock->advance(time);
            if (waits->size() == 3) stop->request_stop();
        }
    };
    testing::virtual_clock clock;
    stop_source stop;
    std::vector<std::chrono::milliseconds> waits;
    client c{slow{&clock, &stop, &waits}, {.secret_key = "k", .clock = clock}};
    CHECK(c.workflows.list({}, {.stop = stop.get_token()}).error().kind == error_kind::cancelled);
    CHECK(waits == std::vector<std::chrono::milliseconds>{50ms, 50ms, 50ms});
}
