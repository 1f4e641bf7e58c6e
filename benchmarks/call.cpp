// A whole call over a transport in memory, and in the same run what it is made of: the exchange, which copies an answer,
// the encoding and the decoding. What is left is the library's own: table.py takes the one from the other.
// Names are call/operation/what; `allocs` is exact.
#include "allocations.hpp"
#include "bodies.hpp"

#include <novu/novu.hpp>

#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>

namespace {

void check(bool good) {
    if (!good) std::abort();
}

/// Answers every request alike.
struct in_memory {
    int status;
    std::string body;

    [[nodiscard]] novu::http::response answer() const { return {status, {{"content-type", "application/json"}}, body}; }
    novu::result<novu::http::response> send(novu::http::request const&) { return answer(); }
    void wait(std::chrono::milliseconds) {}
};

void measure(std::string const& name, std::function<void()> once) {
    benchmark::RegisterBenchmark(("call/" + name).c_str(), [once = std::move(once)](benchmark::State& state) {
        once(); // warm
        std::size_t const before = allocations;
        for (auto _ : state) once();
        state.counters["allocs"] = static_cast<double>(allocations - before) / static_cast<double>(state.iterations());
    });
}

novu::client_options options() { return {.secret_key = "test-secret-key"}; }
constexpr novu::json::read_options enveloped{.envelope = "data"};

/// An operation `run(client)` that gives a T<Storage>.
template <class Storage, template <class> class T, class Run> void whole(std::string const& name, std::string const& storage, in_memory const& server, Run run) {
    measure(name + "/" + storage, [client = std::make_shared<novu::client<in_memory>>(server, options()), run] {
        auto r = run(*client);
        benchmark::DoNotOptimize(r);
        check(r.has_value());
    });
    measure(name + "/decode_" + storage, [text = server.body] {
        if constexpr (std::is_same_v<Storage, novu::borrowed>) {
            novu::json::arena arena;
            check(novu::json::read<T<Storage>>(text, arena, enveloped).has_value());
        } else {
            check(novu::json::read<T<Storage>>(text, enveloped).has_value());
        }
    });
}
void exchange(std::string const& name, in_memory const& server) {
    measure(name + "/exchange", [server] {
        auto answer = server.answer();
        benchmark::DoNotOptimize(answer);
    });
}

} // namespace

int main(int argc, char** argv) {
    keep_memory();
    using namespace novu;
    in_memory const nothing{204, {}}, one{200, R"({"data":)" + bodies::workflow() + "}"}, created{201, one.body}, page{200, R"({"data":)" + bodies::list() + "}"};

    exchange("remove", nothing);
    measure("remove/owned", [client = std::make_shared<client<in_memory>>(nothing, options())] { check(client->workflows.remove("order-shipped").has_value()); });
    std::uint64_t next = 0;
    auto counter = [&] { return ++next; };
    client_options with_counter = options();
    with_counter.random = random_ref{counter};
    measure("remove/counter", [client = std::make_shared<client<in_memory>>(nothing, with_counter)] { check(client->workflows.remove("order-shipped").has_value()); });
    measure("remove/random", [key = std::array<std::uint64_t, 2>{}]() mutable { detail::fill_random(key.data(), sizeof key), benchmark::DoNotOptimize(key); });

    exchange("get", one);
    whole<owned, basic_workflow>("get", "owned", one, [](auto& c) { return c.workflows.get("order-shipped"); });
    whole<borrowed, basic_workflow>("get", "borrowed", one, [](auto& c) { return c.workflows.template get<borrowed>("order-shipped"); });

    exchange("list", page);
    whole<owned, basic_workflow_list>("list", "owned", page, [](auto& c) { return c.workflows.list({.limit = 100}); });
    whole<borrowed, basic_workflow_list>("list", "borrowed", page, [](auto& c) { return c.workflows.template list<borrowed>({.limit = 100}); });

    std::string const text = bodies::create();
    json::arena arena;
    auto const request = json::read<create_workflow>(text).value();
    auto const views = json::read<borrowed_types::create_workflow>(text, arena).value();
    exchange("create", created);
    whole<owned, basic_workflow>("create", "owned", created, [&](auto& c) { return c.workflows.create(request); });
    whole<borrowed, basic_workflow>("create", "borrowed", created, [&](auto& c) { return c.workflows.template create<borrowed>(views); });
    measure("create/encode_owned", [&, buffer = std::string{}]() mutable { buffer.clear(), check(json::write_to(request, buffer).has_value()); });
    measure("create/encode_borrowed", [&, buffer = std::string{}]() mutable { buffer.clear(), check(json::write_to(views, buffer).has_value()); });

    // Without a transport: a whole call, and one more poll of a call that waits for its answer.
    client polled{manual{}, options()};
    auto const now = std::chrono::steady_clock::now();
    measure("remove/manual", [&] {
        auto call = polled.workflows.remove("order-shipped");
        check(call.poll(now).kind == call_action::send);
        call.received(nothing.answer(), now);
        check(call.poll(now).kind == call_action::done && call.take().has_value());
    });
    auto waiting = polled.workflows.remove("order-shipped");
    check(waiting.poll(now).kind == call_action::send);
    measure("remove/poll", [&] { check(waiting.poll(now).kind == call_action::wait); });

    { // What a thousand calls leave behind.
        client c{nothing, options()};
        check(c.workflows.remove("order-shipped").has_value());
        long const before = living;
        for (int i = 0; i != 1000; ++i) check(c.workflows.remove("order-shipped").has_value());
        long const left = living - before;
        benchmark::AddCustomContext("left_by_a_thousand_calls", std::to_string(left));
    }
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
