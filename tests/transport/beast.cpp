// beast_transport over plain sockets, and what is its own; and the server that it is tested with.
#include <novu/transport/beast.hpp>

using transport_under_test = novu::beast_transport;
using options_under_test = novu::beast_options;
#include "exchange_faults.hpp"

TEST_CASE("a proxy is named by http://host:port and nothing else") {
    for (char const* bad : {"socks5://127.0.0.1:1", "https://127.0.0.1:1", "127.0.0.1:1", "http://user@127.0.0.1:1"}) {
        beast_transport t{{.proxy = bad}};
        auto e = get(t, "http://novu.example");
        REQUIRE(!e);
        CHECK(e.error().permanent);
        CHECK(says(e.error(), "is no http://host:port"));
    }
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
