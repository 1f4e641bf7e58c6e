// beast_transport over TLS.
#include <novu/transport/beast.hpp>

using transport_under_test = novu::beast_transport;
using options_under_test = novu::beast_options;
#include "tls_faults.hpp"

TEST_CASE("over TLS an answer without a length ends with a close_notify, not with the connection") {
    tls_setup t;
    auto context = server_context(make_certificate("server", "DNS:localhost", &t.ca));
    faulty_server server{{[](peer& p) { p.request(), p.send("HTTP/1.1 200 OK\r\n\r\nuntil closed, but without a word of it"); }}, &context};
    beast_transport transport{{.ca_file = t.ca_file.path()}};
    auto cut = transport.send({http::method::get, server.url("localhost"), {}, {}, 10s});
    REQUIRE(!cut);
    CHECK(cut.error().message().find("closed the connection (reading the answer's body)") != std::string::npos);
}
