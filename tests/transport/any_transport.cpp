// any_transport: what it holds, and that it adds nothing of its own.
#include <novu/novu.hpp>
#include <novu/testing/fake_transport.hpp>
#include <novu/transport/any_transport.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <type_traits>
#include <vector>

using namespace novu;
using namespace std::chrono_literals;

namespace {

/// Answers with its number, and remembers how it was to wait.
struct numbered {
    int number;
    std::vector<std::chrono::milliseconds>* waits{};
    std::unique_ptr<int> only{}; // moved, never copied
    result<http::response> send(http::request const& q) {
        if (q.host() == "nowhere") return failure{transport_error(std::make_error_code(std::errc::host_unreachable), false)};
        return http::response{.status = number};
    }
    void wait(std::chrono::milliseconds time) { waits->push_back(time); }
};
struct stoppable : numbered {
    void wait(std::chrono::milliseconds time, stop_token stop) { waits->push_back(stop.stop_requested() ? 0ms : time); }
};
struct callbacks_only {
    void send(http::request const&, auto) {}
    void wait(std::chrono::milliseconds, auto) {}
};

static_assert(sync_transport<any_transport> && !callback_transport<any_transport> && !async_transport<any_transport>);
static_assert(std::is_nothrow_move_constructible_v<any_transport> && !std::is_copy_constructible_v<any_transport>);
static_assert(std::is_constructible_v<any_transport, numbered> && std::is_constructible_v<any_transport, std::reference_wrapper<numbered>>);
static_assert(!std::is_constructible_v<any_transport, callbacks_only> && !std::is_constructible_v<any_transport, int> && !std::is_constructible_v<any_transport, manual>);
static_assert(sizeof(any_transport) == sizeof(void*));

} // namespace

TEST_CASE("holds a transport by value or by reference, and gives its answers and errors as they are") {
    any_transport first = numbered{201};
    numbered outside{202};
    any_transport second = std::ref(outside);
    http::request const q{.url = "http://somewhere/"}, lost{.url = "http://nowhere/"};
    CHECK(first.send(q)->status == 201);
    CHECK(second.send(q)->status == 202);
    outside.number = 203;
    CHECK(second.send(q)->status == 203);
    any_transport third = std::move(first);
    CHECK(third.send(q)->status == 201);
    third = std::move(second);
    CHECK(third.send(q)->status == 203);
    CHECK(third.send(lost).error().cause == std::errc::host_unreachable);
}

TEST_CASE("waits by the held transport: with the token where it takes one, else in slices of 50 ms") {
    std::vector<std::chrono::milliseconds> waits;
    stop_source stop;
    any_transport plain = numbered{200, &waits}, taking = stoppable{{200, &waits}};
    plain.wait(120ms);
    CHECK(waits == std::vector{120ms}); // nobody can ask: in one
    waits.clear();
    plain.wait(120ms, stop.get_token());
    taking.wait(120ms, stop.get_token());
    CHECK(waits == std::vector{50ms, 50ms, 20ms, 120ms});
    waits.clear();
    stop.request_stop();
    plain.wait(120ms, stop.get_token());
    taking.wait(120ms, stop.get_token());
    CHECK(waits == std::vector{0ms});
}

TEST_CASE("a client over it is of one type, whatever it holds") {
    testing::fake_novu fake;
    testing::fake_transport outside{fake};
    client<any_transport> inside{testing::fake_transport{fake}, {.secret_key = "test-secret-key"}}, by_reference{std::ref(outside), {.secret_key = "test-secret-key"}};
    REQUIRE(inside.workflows.create({.name = "Hi", .workflow_id = "hi", .steps = empty_list}));
    CHECK(by_reference.workflows.get("hi")->value.name == "Hi");
}
