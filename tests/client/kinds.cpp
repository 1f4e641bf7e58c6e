// One program text over every kind of transport: the return type follows the transport, nothing else changes.
#include <novu/novu.hpp>
#include <novu/testing/fake_novu.hpp>
#include <novu/testing/virtual_clock.hpp>

#include <catch2/catch_test_macros.hpp>

#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

using namespace novu;

namespace {

/// The least coroutine runtime there is: a lazy task, run to its end by get().
template <class T> class lazy {
public:
    struct promise_base {
        std::coroutine_handle<> next{};
        std::suspend_always initial_suspend() noexcept { return {}; }
        void unhandled_exception() { std::terminate(); }
        struct resume_next {
            bool await_ready() noexcept { return false; }
            template <class P> std::coroutine_handle<> await_suspend(std::coroutine_handle<P> h) noexcept {
                return h.promise().next ? h.promise().next : std::noop_coroutine();
            }
            void await_resume() noexcept {}
        };
        resume_next final_suspend() noexcept { return {}; }
    };
    struct value_promise : promise_base {
        std::optional<T> value{};
        lazy get_return_object() { return lazy{std::coroutine_handle<value_promise>::from_promise(*this)}; }
        void return_value(T v) { value.emplace(std::move(v)); }
    };
    using promise_type = value_promise;

    lazy(lazy&& other) noexcept : handle_{std::exchange(other.handle_, {})} {}
    ~lazy() {
        if (handle_) handle_.destroy();
    }
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> next) { return handle_.promise().next = next, handle_; }
    T await_resume() { return std::move(*handle_.promise().value); }
    T get() { return handle_.resume(), await_resume(); }

private:
    explicit lazy(std::coroutine_handle<promise_type> h) : handle_{h} {}
    std::coroutine_handle<promise_type> handle_;
};
struct done {};
template <> class lazy<void> : public lazy<done> {
public:
    using lazy<done>::lazy;
    lazy(lazy<done>&& other) : lazy<done>{std::move(other)} {}
};

struct coroutine_transport {
    template <class T> using task = lazy<T>;
    testing::fake_novu* fake;
    testing::virtual_clock* clock;
    task<result<http::response>> send(http::request const& q) { co_return fake->handle(q); }
    task<void> wait(std::chrono::milliseconds time) { return waited(clock, time); }
    static lazy<done> waited(testing::virtual_clock* clock, std::chrono::milliseconds time) {
        clock->advance(time);
        co_return done{};
    }
};

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

TEST_CASE("coroutine: an operation is a task; what was passed need not live on") {
    testing::fake_novu fake;
    testing::virtual_clock clock;
    client c{coroutine_transport{&fake, &clock}, options(clock)};
    fake.answer_next({.status = 503, .body = "busy"}, 2);
    lazy<result<response<workflow>>> task = c.workflows.create(hello()); // not started, and its argument is gone
    auto created = task.get();
    REQUIRE(created);
    CHECK(created->attempts == 3);
    CHECK(clock.elapsed() > std::chrono::milliseconds{2500}); // 1 s and 1.5 s, and jitter
    auto all = [](client<coroutine_transport>& over) -> lazy<int> {
        auto first = over.workflows.get("hello");
        auto got = co_await std::move(first);
        auto second = over.workflows.remove("hello");
        auto gone = co_await std::move(second);
        auto third = over.workflows.get<borrowed>("hello");
        auto missing = co_await std::move(third);
        co_return (*got)->name == "Hello" && gone && missing.error().status == 404 ? 1 : 0;
    }(c);
    CHECK(all.get() == 1);
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

TEST_CASE("manual: polled, with no clock and no transport") {
    testing::fake_novu fake;
    client c{manual{}, {.secret_key = "test-secret-key"}};
    call<workflow> call = c.workflows.create(hello());
    std::chrono::steady_clock::time_point now{};
    fake.answer_next({.status = 503, .headers = {{"retry-after", "2"}}, .body = "busy"});
    int sends = 0;
    for (;;) {
        call_action const next = call.poll(now);
        if (next.kind == call_action::done) break;
        if (next.kind == call_action::wait) now += next.wait_for;
        else ++sends, call.received(fake.handle(call.request()), now);
    }
    CHECK(sends == 2);
    CHECK(now.time_since_epoch() == std::chrono::seconds{2});
    auto created = call.take();
    REQUIRE(created);
    CHECK(created->value.workflow_id == "hello");
}
