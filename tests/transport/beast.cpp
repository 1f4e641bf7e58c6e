// beast_transport over plain sockets, and what is its own; and the server that it is tested with.
#include <novu/transport/beast.hpp>

using transport_under_test = novu::beast_transport;
using options_under_test = novu::beast_options;
#include "exchange_faults.hpp"

TEST_CASE("a proxy is named by http://host:port and nothing else") {
    for (char const* bad : {"socks5://127.0.0.1:1", "https://127.0.0.1:1", "127.0.0.1:1", "http://user@127.0.0.1:1", "http://user:pass-word@127.0.0.1:1", "user:pass-word@127.0.0.1:1"}) {
        beast_transport t{{.proxy = bad}};
        auto e = get(t, "http://novu.example");
        REQUIRE(!e);
        CHECK(e.error().permanent);
        CHECK(says(e.error(), "is no http://host:port"));
        CHECK(e.error().message().find("pass-word") == std::string::npos);
    }
}

TEST_CASE("an answer that comes before a large request was read is taken, and its connection is not used again") {
    faulty_server server{{[](peer& p) {
                              char some[1000];
                              boost::system::error_code failed;
                              asio::read(p.socket(), asio::buffer(some), failed);
                              p.send("HTTP/1.1 413 Payload Too Large\r\nContent-Length: 3\r\n\r\nbig");
                          },
                          [](peer& p) { p.request(), p.answer("{}"); }}};
    beast_transport t;
    std::string const body(32 * 1024 * 1024, ' ');
    auto early = t.send({http::method::post, server.url() + "/", {}, body, 10s});
    REQUIRE(early);
    CHECK(early->status == 413);
    CHECK(early->body == "big");
    CHECK(get(t, server.url())->body == "{}");
    CHECK(server.connections() == 2);
}

TEST_CASE("chunk extensions and trailers are limited as headers are") {
    std::string const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", much(300'000, 'x');
    std::string many;
    while (many.size() < much.size()) many += "X-Trailer: one of many\r\n";
    for (std::string const& answer : {head + "3;" + much + "\r\nabc\r\n0\r\n\r\n", head + "3\r\nabc\r\n0\r\nX: " + much + "\r\n\r\n", head + "3\r\nabc\r\n0\r\n" + many + "\r\n"}) {
        faulty_server server{{answering(answer)}};
        beast_transport t;
        auto const r = get(t, server.url());
        REQUIRE(!r);
        CHECK(r.error().cause == std::errc::message_size);
        CHECK(r.error().permanent);
    }
    faulty_server few{{answering(head + "3;a=b\r\nabc\r\n0\r\nX: 1\r\n\r\n")}};
    beast_transport t;
    CHECK(get(t, few.url())->body == "abc");
}

TEST_CASE("a dead address costs a moment, not the time-out") {
    dead_address const dead;
    faulty_server server{{[](peer& p) { p.request(), p.answer("{}"); }}};
    tcp::endpoint const alive{asio::ip::address_v4::loopback(), server.port()};
    beast_transport t{{}, finding({dead.endpoint(), alive})};
    auto const begin = std::chrono::steady_clock::now();
    CHECK(get(t, "http://two.example"));
    CHECK(std::chrono::steady_clock::now() - begin < 5s);
    beast_transport none{{}, finding({dead.endpoint()})};
    CHECK(says(get(none, "http://one.example", 50ms).error(), "timed out connecting"));
}

TEST_CASE("eight dead addresses of one family cost a moment where the other has one that lives") {
    if (!has_ipv6()) SKIP("no IPv6 here");
    dead_address const dead{asio::ip::address_v6::loopback()};
    faulty_server server{{[](peer& p) { p.request(), p.answer("{}"); }}};
    beast_transport t{{}, finding_one_alive(dead, server.port())};
    auto const begin = std::chrono::steady_clock::now();
    CHECK(get(t, "http://nine.example"));
    CHECK(std::chrono::steady_clock::now() - begin < 1s);
}

TEST_CASE("serve answers a handler that throws, an unknown method, a broken request, and ends with connections open") {
    struct throwing {
        http::response handle(http::request const&) const { throw std::runtime_error{"out of order"}; }
    } handler;
    testing::serve server{handler};
    beast_transport t;
    auto r = get(t, server.url());
    REQUIRE(r);
    CHECK(r->status == 500);
    CHECK(r->body == "out of order");
    asio::io_context io;
    auto status = [&](std::string const& request) {
        tcp::socket socket{io};
        socket.connect({asio::ip::address_v4::loopback(), server.port()});
        asio::write(socket, asio::buffer(request));
        std::string in;
        asio::read_until(socket, asio::dynamic_buffer(in), "\r\n");
        return in.substr(9, 3);
    };
    CHECK(status("OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n") == "405");
    CHECK(status("nonsense\r\n\r\n") == "400");
    CHECK(status("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n") == "413");
}

TEST_CASE("of sixteen connections that wait to be used again, the oldest goes for another") {
    struct {
        http::response handle(http::request const&) const { return {204, {}, {}}; }
    } handler;
    std::vector<std::unique_ptr<testing::serve>> servers;
    beast_transport t;
    for (int i = 0; i != 17; ++i) {
        servers.push_back(std::make_unique<testing::serve>(handler));
        REQUIRE(get(t, servers.back()->url()));
    }
    REQUIRE(get(t, servers.back()->url()));
    CHECK(servers.back()->connections() == 1);
    REQUIRE(get(t, servers.front()->url()));
    CHECK(servers.front()->connections() == 2);
}
