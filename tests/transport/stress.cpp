// asio_transport under everything at once, on four threads: host names looked up on threads of their own, dead addresses,
// TLS, a server that closes, few connections that are soon too old; short time-outs, stops, Asio's cancellation, and the end
// of the client.
#include "certificates.hpp"
#include "environment.hpp"

#include <novu/novu.hpp>
#include <novu/testing/faulty_server.hpp>
#include <novu/testing/serve.hpp>
#include <novu/transport/asio.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <atomic>
#include <future>
#include <list>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace novu;
using namespace novu::testing;
using namespace novu::tests;
namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

namespace {

/// How calls ended.
struct tally {
    std::atomic<int> answered{0}, cancelled{0}, late{0}, broken{0}, wrong{0};
};
asio::awaitable<void> count(tally& ends, asio::awaitable<result<response<workflow>>> call, std::string target) {
    result<response<workflow>> const r = co_await std::move(call); // the answer is its target, which is no workflow
    if (!r && r.error().status == 200 && r.error().body == target) ++ends.answered;
    else if (!r && r.error().kind == error_kind::cancelled) ++ends.cancelled;
    else if (!r && r.error().kind == error_kind::timeout) ++ends.late;
    else if (!r && r.error().kind == error_kind::transport) ++ends.broken;
    else ++ends.wrong;
}

} // namespace

TEST_CASE("asio: of calls that are ended in every way at once, each ends, with its own answer or as what ended it") {
    struct {
        http::response handle(http::request const& q) const { return {200, {{"content-type", "text/plain"}}, std::string{q.target()}}; }
    } echo;
    certificate const ca = make_certificate("Test authority", "", nullptr), shown = make_certificate("server", "DNS:two.example", &ca);
    temporary_file const ca_file{ca.chain()};
    environment const roots{{"SSL_CERT_FILE", ca_file.path()}}; // the system's take long to read
    testing::serve plain{echo}, secure{echo, "127.0.0.1", 0, {shown.chain(), shown.private_key()}};
    faulty_server closing{{[](peer& p) {
        for (int i = 0; i != 3; ++i) {
            std::string const q = p.request();
            if (q.empty()) return;
            std::size_t const from = q.find(' ') + 1;
            p.answer(q.substr(from, q.find(' ', from) - from));
        }
        p.request(); // which is not answered
    }}};
    std::string const urls[] = {plain.url(), "http://two.example:" + std::to_string(plain.port()), "https://two.example:" + std::to_string(secure.port()), closing.url()};
    std::mutex looking_up;
    std::vector<std::thread> others;
    auto const look_up = [&](std::string const&, std::string const& port, std::function<void(novu::detail::resolved)> done) {
        tcp::endpoint const alive{asio::ip::address_v4::loopback(), static_cast<unsigned short>(std::stoi(port))}, dead{alive.address(), 1};
        std::lock_guard lock{looking_up};
        others.emplace_back([=, done = std::move(done)] { done({{}, {dead, alive}}); });
    };
    std::minstd_rand random{1};
    auto const below = [&](unsigned n) { return static_cast<int>(random() % n); };
    tally ends;
    int calls = 0, hung = 0;
    asio::thread_pool threads{4};
    std::list<asio::cancellation_signal> signals; // until the threads have ended: what Asio keeps in one shares an executor with them
    for (int round = 0; round != 30 && hung == 0; ++round) {
        std::optional<client<asio_transport>> c{
            std::in_place,
            asio_transport{threads.get_executor(), {.max_connections_per_host = 1u + random() % 4, .idle_timeout = std::chrono::milliseconds{below(3) * 2}}, look_up},
            client_options{.secret_key = "k", .retries = retry_policy::none()}};
        std::array<stop_source, 8> stops;
        std::vector<std::future<void>> ended;
        for (int i = 0; i != 40; ++i, ++calls) {
            call_options const o{.timeout = below(4) == 0 ? std::chrono::milliseconds{1 + below(6)} : 20s, .server = urls[below(4)],
                                 .stop = below(3) == 0 ? stops[static_cast<std::size_t>(below(8))].get_token() : stop_token{}};
            auto const strand = asio::make_strand(threads);
            auto& signal = signals.emplace_back();
            std::string const id = std::to_string(i);
            ended.push_back(asio::co_spawn(strand, count(ends, c->workflows.get(id, {}, o), "/v2/workflows/" + id), asio::bind_cancellation_slot(signal.slot(), asio::use_future)));
            if (below(3) != 0) continue;
            auto const timer = std::make_shared<asio::steady_timer>(strand, std::chrono::microseconds{below(8000)});
            timer->async_wait([timer, &signal](boost::system::error_code) { signal.emit(asio::cancellation_type::terminal); });
        }
        std::thread stopping{[&stops, pause = std::chrono::microseconds{below(1500)}] {
            for (stop_source& each : stops) std::this_thread::sleep_for(pause), each.request_stop();
        }};
        if (below(2) == 0) std::this_thread::sleep_for(std::chrono::microseconds{below(6000)}), c.reset();
        for (auto& each : ended) {
            if (each.wait_for(30s) != std::future_status::ready) ++hung;
            else CHECK_NOTHROW(each.get());
        }
        stopping.join();
    }
    if (hung != 0) threads.stop();
    threads.join();
    for (auto& each : others) each.join();
    INFO(ends.answered << " answered, " << ends.cancelled << " cancelled, " << ends.late << " late, " << ends.broken << " broken, " << ends.wrong << " wrong");
    CHECK(hung == 0);
    CHECK(ends.wrong == 0);
    CHECK(ends.broken == 0);
    CHECK(ends.answered + ends.cancelled + ends.late + ends.broken == calls);
    for (auto const* each : {&ends.answered, &ends.cancelled, &ends.late}) CHECK(*each != 0);
}
