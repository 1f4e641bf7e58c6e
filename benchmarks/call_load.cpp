// 5,000 calls in flight on one thread, through at most 64 connections, to a Novu over real HTTP and HTTPS: whether each
// is answered, once and with its own answer; how many connections were opened; what a call that waits takes of memory. As
// lines of JSON; fails where a call does.
#include "../tests/transport/certificates.hpp"

#include <novu/novu.hpp>
#include <novu/testing/fake_novu.hpp>
#include <novu/testing/serve.hpp>
#include <novu/transport/asio.hpp>

#include <malloc.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <new>
#include <set>
#include <string>
#include <thread>
#include <vector>

// ---- what this thread has allocated and not freed: linked with --wrap ----
static thread_local bool counted = false;
static long live = 0;
extern "C" {
void* __real_malloc(std::size_t);
void* __real_aligned_alloc(std::size_t, std::size_t); // what Asio takes coroutine frames from
void __real_free(void*);
static void* note(void* p) {
    constexpr long header = 8; // of glibc's malloc
    if (counted && p) live += static_cast<long>(malloc_usable_size(p)) + header;
    return p;
}
void* __wrap_malloc(std::size_t n) { return note(__real_malloc(n)); }
void* __wrap_aligned_alloc(std::size_t a, std::size_t n) { return note(__real_aligned_alloc(a, n)); }
void __wrap_free(void* p) {
    if (counted && p) live -= static_cast<long>(malloc_usable_size(p)) + 8;
    __real_free(p);
}
}
void* operator new(std::size_t n) {
    if (void* p = __wrap_malloc(n)) return p;
    throw std::bad_alloc{};
}
void operator delete(void* p) noexcept { __wrap_free(p); }
void operator delete(void* p, std::size_t) noexcept { __wrap_free(p); }

namespace {

namespace asio = boost::asio;
constexpr int calls = 5000;

/// A Novu that answers nothing until the gate is open.
struct behind_a_gate {
    std::mutex gate{};
    novu::testing::fake_novu fake{};
    novu::http::response handle(novu::http::request const& q) {
        std::lock_guard pass{gate};
        return fake.handle(q);
    }
};

struct tally {
    std::vector<int> answered = std::vector<int>(calls);
    int failed{0}, others{0}; // others: somebody else's answer
};

/// Makes the calls from `from` to `to` and runs the loop until they all wait. Gives what they took of memory.
template <class Operation> long start(asio::io_context& io, int from, int to, Operation operation) {
    long const before = live;
    for (int i = from; i != to; ++i) operation(i);
    for (int idle = 0; idle != 50; std::this_thread::sleep_for(std::chrono::milliseconds{1})) idle = io.poll() == 0 ? idle + 1 : 0;
    io.restart();
    return live - before;
}

using answer = novu::result<novu::response<novu::workflow>>;

/// What asio::co_spawn takes of it for itself: while a coroutine waits that is nothing but an initiation.
long taken_by_co_spawn() {
    asio::io_context io{1};
    using completion = asio::async_result<asio::use_awaitable_t<>, void(answer)>::handler_type;
    std::vector<completion> waiting;
    waiting.reserve(calls);
    long frames = 0;
    counted = true;
    long const all = start(io, 0, calls, [&](int) {
        long const before = live;
        auto task = asio::async_initiate<asio::use_awaitable_t<> const, void(answer)>([&](completion done) { waiting.push_back(std::move(done)); }, asio::use_awaitable);
        frames += live - before;
        asio::co_spawn(io, std::move(task), [](std::exception_ptr, answer) {});
    });
    counted = false;
    return (all - frames) / calls;
}

bool load(char const* scheme, novu::testing::server_certificate certificate, novu::asio_options o) {
    static long const co_spawn = taken_by_co_spawn();
    behind_a_gate server_side;
    novu::testing::serve server{server_side, "127.0.0.1", 0, std::move(certificate)};
    asio::io_context io{1};
    novu::client client{novu::asio_transport{io.get_executor(), std::move(o)},
                        {.secret_key = "test-secret-key", .server = std::string{scheme} + "://localhost:" + std::to_string(server.port()),
                         .timeout = std::chrono::minutes{10}, .total_timeout = std::chrono::minutes{10}}};
    tally creates, gets;
    auto const workflow = [](int i) {
        return novu::create_workflow{.name = "Load", .workflow_id = "load-" + std::to_string(i), .steps = {novu::sms_step{.name = "Text"}}};
    };
    auto const create = [&](int i) {
        auto task = client.workflows.create(workflow(i));
        asio::co_spawn(io, std::move(task), [&creates, i](std::exception_ptr thrown, answer r) {
            if (thrown || !r) ++creates.failed;
            else if (r->value.workflow_id == "load-" + std::to_string(i)) ++creates.answered[static_cast<std::size_t>(i)];
            else ++creates.others;
        });
    };
    auto const get = [&](int i) {
        auto task = client.workflows.get("load-" + std::to_string(i));
        asio::co_spawn(io, std::move(task), [&gets, i](std::exception_ptr thrown, answer r) {
            if (thrown || !r) ++gets.failed;
            else if (r->value.workflow_id == "load-" + std::to_string(i)) ++gets.answered[static_cast<std::size_t>(i)];
            else ++gets.others;
        });
    };
    bool good = true;
    auto const run = [&](char const* name, tally& t, auto const& operation, std::size_t body, int requests) {
        std::unique_lock closed{server_side.gate};
        counted = true;
        start(io, 0, 1000, operation); // the connections, and what is allocated once
        long const each = start(io, 1000, calls, operation) / (calls - 1000);
        counted = false;
        auto const begin = std::chrono::steady_clock::now();
        closed.unlock();
        io.run();
        io.restart();
        double const took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        int lost = 0, twice = 0;
        for (int n : t.answered) lost += n == 0, twice += n > 1;
        std::printf(R"({"scheme": "%s", "operation": "%s", "calls": %d, "failed": %d, "lost": %d, "answered_twice": %d, "anothers_answer": %d, "connections": %d, )"
                    R"("bytes_a_waiting_call": %ld, "of_them_co_spawn": %ld, "of_them_body": %zu, "calls_per_second": %.0f})" "\n",
                    scheme, name, calls, t.failed, lost, twice, t.others, server.connections(), each, co_spawn, body, calls / took);
        good = good && t.failed + lost + twice + t.others == 0 && server.connections() <= 64 && server_side.fake.requests() == requests;
    };
    run("create", creates, create, novu::json::write(workflow(calls))->size(), calls);
    run("get", gets, get, 0, 2 * calls);
    return good;
}

} // namespace

int main() {
    using namespace novu::tests;
    certificate const ca = make_certificate("Load", "", nullptr), c = make_certificate("localhost", "DNS:localhost", &ca);
    temporary_file const ca_file{ca.chain()};
    bool const plain = load("http", {}, {});
    bool const secure = load("https", {c.chain(), c.private_key()}, {.ca_file = ca_file.path()});
    return plain && secure ? 0 : 1;
}
