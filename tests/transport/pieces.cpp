// beast_transport and asio_transport deliver bodies in pieces.
#include <novu/novu.hpp>
#include <novu/transport/asio.hpp>
#include <novu/transport/beast.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <cstddef>
#include <functional>
#include <future>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace novu::tests {

template <class Transport, class Options> struct synchronous;

/// asio_transport, each call run to its end.
struct over_asio {
    boost::asio::io_context io{1};
    asio_transport transport;
    explicit over_asio(std::size_t limit = 16 * 1024 * 1024) : transport{io.get_executor(), {.max_response_size = limit}} {}
    template <class T> T run(boost::asio::awaitable<T> what) {
        std::future<T> got = boost::asio::co_spawn(io, std::move(what), boost::asio::use_future);
        io.restart();
        io.run();
        return got.get();
    }
    result<http::response> send(http::request const& q) { return run(transport.send(q)); }
    template <class Storage = owned> auto list(std::string const& url, call_options const& options = {}) {
        client c{std::ref(transport), {.secret_key = "k", .server = url}};
        return run(c.workflows.template list<Storage>({}, options));
    }
};

} // namespace novu::tests

using subjects = std::tuple<novu::tests::synchronous<novu::beast_transport, novu::beast_options>, novu::tests::over_asio>;
#include "pieces.hpp"

TEST_CASE("pieces: nor for a call that waits for the same connection") {
    using namespace novu;
    using namespace novu::tests;
    if (!NOVU_TESTS_OWN_NEW) SKIP("the thread sanitizer has an operator new of its own");
    std::string body = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstale";
    body.resize(6000, ' ');
    testing::faulty_server server{{[&](testing::peer& p) { p.request(), p.answer("first"), p.request(), p.send(with_length(body)), p.until_closed(); },
                                   [&](testing::peer& p) { p.request(), p.answer("next"); }}};
    boost::asio::io_context io{1};
    asio_transport t{io.get_executor(), {.max_connections_per_host = 1}};
    std::string const url = server.url();
    http::request const q{.url = url, .timeout = std::chrono::seconds{20}};
    auto const send = [&] { return boost::asio::co_spawn(io, t.send(q), boost::asio::use_future); };
    auto first = send();
    io.run(), io.restart();
    REQUIRE(first.get());
    auto failed = send(), next = send();
    too_large = body.size();
    io.run();
    too_large = (std::numeric_limits<std::size_t>::max)();
    CHECK(!failed.get());
    auto const answer = next.get();
    REQUIRE(answer);
    CHECK(answer->body == "next");
    CHECK(server.connections() == 2);
}

TEST_CASE("pieces: many large answers at once, on several threads") {
    using namespace novu;
    using namespace novu::tests;
    std::string const bytes = with_length(large_list(200'000));
    auto const value = json::read<workflow_list>(large_list(200'000));
    testing::faulty_server server{{[&](testing::peer& p) {
        while (!p.request().empty()) p.send(bytes);
    }}};
    boost::asio::thread_pool threads{4};
    {
        client c{asio_transport{threads.get_executor(), {.max_connections_per_host = 8}}, {.secret_key = "k", .server = server.url()}};
        std::vector<std::future<result<response<workflow_list>>>> calls;
        for (int i = 0; i != 40; ++i) calls.push_back(boost::asio::co_spawn(threads, c.workflows.list(), boost::asio::use_future));
        for (auto& call : calls) {
            auto got = call.get();
            REQUIRE(got);
            CHECK((got->value == *value));
        }
    }
    threads.join();
}
