// Stop tokens: who is told, how often, and what may happen meanwhile.
#include <novu/stop_token.hpp>

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>

using namespace novu;

TEST_CASE("a stop is seen by every token and runs each callback once") {
    stop_source source;
    stop_token const token = source.get_token();
    int calls = 0;
    stop_callback first{token, [&] { ++calls; }}, second{token, [&] { ++calls; }};
    { stop_callback gone{token, [&] { calls += 100; }}; }
    CHECK(!token.stop_requested());
    source.request_stop();
    source.request_stop();
    CHECK(token.stop_requested());
    CHECK(calls == 2);
    stop_callback late{token, [&] { ++calls; }};
    CHECK(calls == 3);
    CHECK(!stop_token{}.stop_possible());
#if defined(__cpp_lib_jthread)
    std::stop_source standard;
    stop_token const from_standard{standard.get_token()};
    CHECK(!from_standard.stop_requested());
    int relayed = 0;
    stop_callback third{from_standard, [&] { ++relayed; }};
    standard.request_stop();
    CHECK(from_standard.stop_requested());
    CHECK(relayed == 1);
    CHECK(!stop_token{std::stop_token{}}.stop_possible());
#endif
}

TEST_CASE("a callback may ask again, end itself and the source, and make and end others") {
    auto source = std::make_optional<stop_source>();
    stop_token const token = source->get_token();
    int calls = 0;
    std::optional<stop_callback> itself, other, made;
    other.emplace(token, [&] { calls += 100; });
    itself.emplace(token, [&] { // the last one in is the first out
        source->request_stop();
        source.reset();
        other.reset();
        made.emplace(token, [&] { ++calls; });
        itself.reset();
        ++calls;
    });
    source->request_stop();
    CHECK(calls == 2);
    CHECK(!itself);
}

TEST_CASE("ending a callback waits while another thread runs it") {
    for (int round = 0; round != 300; ++round) {
        stop_source source;
        std::atomic<bool> running{false};
        auto alive = std::make_unique<std::atomic<int>>(0);
        std::optional<stop_callback> callback;
        callback.emplace(source.get_token(), [&] {
            running = true;
            for (int i = 0; i != 100; ++i) ++*alive;
        });
        std::thread asks{[&] { source.request_stop(); }};
        if (round % 2 == 0)
            while (!running) std::this_thread::yield();
        callback.reset();
        int const count = *alive;
        alive.reset(); // the callback uses it no more
        asks.join();
        CHECK((count == 0 || count == 100));
    }
}
