// Which certificates a synchronous transport takes over TLS, which it refuses, and in which words: the same list for each.
// Included after exchange_faults.hpp's names are set, see there.
#pragma once

#include "certificates.hpp"
#include "delivered.hpp"
#include "environment.hpp"
#include "exchanges.hpp"

#include <novu/novu.hpp>
#include <novu/testing/fake_novu.hpp>
#include <novu/testing/faulty_server.hpp>
#include <novu/testing/serve.hpp>

#include <catch2/catch_test_macros.hpp>

#include <netinet/tcp.h>

#include <atomic>
#include <future>
#include <string>
#include <thread>

using namespace novu;
using namespace novu::testing;
using namespace novu::tests;
namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

namespace {

/// An authority, its certificate as a file, and a server that shows a certificate by it.
struct tls_setup {
    certificate ca = make_certificate("Test authority", "", nullptr);
    temporary_file ca_file{ca.chain()};
    testing::fake_novu fake{{.environments = {{.secret_key = secret}}}};
    testing::serve serve(certificate const& c) { return testing::serve{fake, "127.0.0.1", 0, {c.chain(), c.private_key()}}; }

    result<response<workflow_list>> list(std::string const& url, options_under_test options) {
        client c{transport_under_test{std::move(options)}, {.secret_key = secret, .server = url}};
        return printed(c.workflows.list());
    }
    result<response<workflow_list>> list(testing::serve const& server, std::string const& host = "localhost") {
        return list("https://" + host + ":" + std::to_string(server.port()), {.ca_file = ca_file.path()});
    }
};

void check_refused(result<response<workflow_list>> const& r, std::string_view words) {
    REQUIRE(!r);
    INFO(r.error().message());
    CHECK(r.error().kind == error_kind::transport);
    CHECK(r.error().stopped == stop_reason::permanent);
    CHECK(r.error().attempts.size() == 1); // a wrong certificate is not tried again
    CHECK(!r.error().sent);
    CHECK(r.error().message().find(words) != std::string::npos);
}

} // namespace

TEST_CASE("https by a host name and by an address that the certificate is for") {
    tls_setup t;
    auto const by_name = make_certificate("server", "DNS:localhost,IP:127.0.0.1", &t.ca);
    auto server = t.serve(by_name);
    CHECK(t.list(server));
    CHECK(t.list(server, "127.0.0.1"));
}

TEST_CASE("the system's roots are trusted") {
    tls_setup t;
    auto server = t.serve(make_certificate("server", "DNS:localhost", &t.ca));
    std::string const url = "https://localhost:" + std::to_string(server.port());
    check_refused(t.list(url, {}), "the server's certificate is not trusted: ");
    environment const roots{{"SSL_CERT_FILE", t.ca_file.path()}, {"SSL_CERT_DIR", ""}, {"CURL_CA_BUNDLE", ""}}; // where TLS libraries look for them
    CHECK(t.list(url, {}));
}

TEST_CASE("certificates that are refused: another host's, expired, by nobody known, self-signed") {
    tls_setup t;
    auto other = t.serve(make_certificate("server", "DNS:other.example", &t.ca));
    check_refused(t.list(other), "the server's certificate is not for the host \"localhost\"");
    check_refused(t.list(other, "127.0.0.1"), "the server's certificate is not for the host \"127.0.0.1\"");
    auto expired = t.serve(make_certificate("server", "DNS:localhost", &t.ca, -1));
    check_refused(t.list(expired), "the server's certificate has expired");
    certificate const stranger = make_certificate("Another authority", "", nullptr);
    auto untrusted = t.serve(make_certificate("server", "DNS:localhost", &stranger));
    check_refused(t.list(untrusted), "the server's certificate is not trusted: ");
    auto self_signed = t.serve(make_certificate("localhost", "DNS:localhost", nullptr));
    check_refused(t.list(self_signed), "the server's certificate is not trusted: ");
    CHECK(t.fake.requests() == 0); // no key was shown to any of them
}

TEST_CASE("a ca_file that cannot be used is said before anything is connected") {
    tls_setup t;
    temporary_file const nonsense{"no certificate"};
    for (std::string const& path : {std::string{"/nonexistent.pem"}, nonsense.path()})
        check_refused(t.list("https://localhost:1", {.ca_file = path}), "cannot be used");
}

TEST_CASE("the host is named in SNI, an address is not") {
    tls_setup t;
    auto context = server_context(make_certificate("server", "DNS:localhost,IP:127.0.0.1", &t.ca));
    std::string by_name = "?", by_address = "?";
    std::atomic<int> seen = 0;
    faulty_server server{{[&](peer& p) { p.request(), by_name = p.sni(), ++seen, p.answer("{}"); }, [&](peer& p) { p.request(), by_address = p.sni(), ++seen, p.answer("{}"); }}, &context};
    transport_under_test transport{{.ca_file = t.ca_file.path()}};
    for (char const* host : {"localhost", "127.0.0.1"}) REQUIRE(transport.send({http::method::get, server.url(host), {}, {}, 10s}));
    while (seen != 2) std::this_thread::yield();
    CHECK(by_name == "localhost");
    CHECK(by_address.empty());
}

TEST_CASE("TLS below 1.2 is refused, 1.2 is not") {
    tls_setup t;
    auto const c = make_certificate("server", "DNS:localhost", &t.ca);
    for (auto [version, taken] : {std::pair{TLS1_1_VERSION, false}, {TLS1_2_VERSION, true}}) {
        auto context = server_context(c);
        SSL_CTX_set_cipher_list(context.native_handle(), "ALL:@SECLEVEL=0");
        SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_VERSION);
        SSL_CTX_set_max_proto_version(context.native_handle(), version);
        faulty_server server{{[](peer& p) { p.request(), p.answer("{}"); }}, &context};
        transport_under_test transport{{.ca_file = t.ca_file.path()}};
        auto r = transport.send({http::method::get, server.url("localhost"), {}, {}, 10s});
        CHECK(r.has_value() == taken);
        if (!taken) CHECK(r.error().message().find("no TLS with localhost") != std::string::npos);
    }
}

TEST_CASE("TLS is kept alive, mended when stale, and a body cut short is no answer") {
    tls_setup t;
    auto context = server_context(make_certificate("server", "DNS:localhost", &t.ca));
    std::atomic<int> done = 0;
    faulty_server server{{[&](peer& p) { p.request(), p.answer("1"), p.request(), p.answer("2"), ++done; },
                          [](peer& p) { p.request(), p.answer("3"); },
                          [](peer& p) { p.request(), p.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n4"); }},
                         &context};
    transport_under_test transport{{.ca_file = t.ca_file.path()}};
    auto get = [&] { return transport.send({http::method::get, server.url("localhost"), {}, {}, 10s}); };
    CHECK(get()->body == "1");
    CHECK(get()->body == "2");
    while (done != 1) std::this_thread::yield();
    CHECK(get()->body == "3");
    CHECK(server.connections() == 2);
    auto cut = get();
    REQUIRE(!cut);
    CHECK(cut.error().message().find("closed the connection (reading the answer's body)") != std::string::npos);
}

TEST_CASE("over TLS, too, a time-out and a stop end an exchange wherever it is, and its connection is not used again") {
    tls_setup t;
    auto context = server_context(make_certificate("server", "IP:127.0.0.1", &t.ca));
    environment const roots{{"SSL_CERT_FILE", t.ca_file.path()}, {"SSL_CERT_DIR", ""}, {"CURL_CA_BUNDLE", ""}}; // the system's take long to read
    transport_under_test transport;
    struct row { std::string_view at, bytes; std::size_t size; }; // what is answered; of the request's body
    for (row const& r : {row{"sending the request", "", 32 * 1024 * 1024}, {"waiting for the answer", "", 0},
                         {"reading the answer's headers", "HTTP/1.1 200 OK\r\nA:", 0}, {"reading the answer's body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12", 0}})
        for (bool const stopped : {false, true}) {
            INFO(r.at << (stopped ? ", stopped" : ", late"));
            stop_source stop;
            std::promise<void> over;
            faulty_server server{{[&](peer& p) {
                                      char byte;
                                      boost::system::error_code ignored;
                                      if (r.size != 0) asio::read(p.socket(), asio::buffer(&byte, 1), ignored);
                                      else p.request(), p.send(r.bytes), p.delivered();
                                      if (stopped) stop.request_stop();
                                      over.get_future().wait();
                                  },
                                  [](peer& p) { p.request(), p.answer("next"); }}, &context};
            std::string const body(r.size, ' '), url = server.url();
            auto const begin = std::chrono::steady_clock::now();
            auto ended = printed(transport.send({http::method::post, url, usual_fields, body, stopped ? 60s : 240ms, stop.get_token()}));
            CHECK(std::chrono::steady_clock::now() - begin < 10s);
            auto next = transport.send({http::method::get, url, usual_fields, {}, 10s});
            over.set_value();
            REQUIRE(!ended);
            CHECK(ended.error().kind == (stopped ? error_kind::cancelled : error_kind::timeout));
            CHECK(ended.error().sent);
            if (!stopped) CHECK(says(ended.error(), "timed out " + std::string{r.at}));
            REQUIRE(next);
            CHECK(next->body == "next");
        }
}

TEST_CASE("over TLS, too, an answer that nobody asked for is given to nobody") {
    tls_setup t;
    auto context = server_context(make_certificate("server", "DNS:localhost", &t.ca));
    std::promise<void> first, stray;
    faulty_server server{{[&](peer& p) { p.request(), p.answer("1"), first.get_future().wait(), p.answer("stray"), tests::wait_until_delivered(p), stray.set_value(), p.until_closed(); },
                          [](peer& p) { p.request(), p.answer("2"); }},
                         &context};
    transport_under_test transport{{.ca_file = t.ca_file.path()}};
    auto get = [&] { return transport.send({http::method::get, server.url("localhost"), {}, {}, 10s}); };
    CHECK(get()->body == "1");
    first.set_value();
    stray.get_future().wait();
    CHECK(get()->body == "2");
    CHECK(server.connections() == 2);
}

TEST_CASE("over TLS, too, an answer that comes together with the one asked for is given to nobody") {
    tls_setup t;
    auto context = server_context(make_certificate("server", "DNS:localhost", &t.ca));
    auto const hold = [](peer& p, int held) { ::setsockopt(p.socket().native_handle(), IPPROTO_TCP, TCP_CORK, &held, sizeof held); };
    faulty_server server{{[&](peer& p) { p.request(), hold(p, 1), p.answer("1"), p.answer("stray"), hold(p, 0), p.until_closed(); }, // two records, one segment
                          [](peer& p) { p.request(), p.answer("2"); }},
                         &context};
    transport_under_test transport{{.ca_file = t.ca_file.path()}};
    auto get = [&] { return transport.send({http::method::get, server.url("localhost"), {}, {}, 10s}); };
    CHECK(get()->body == "1");
    CHECK(get()->body == "2");
    CHECK(server.connections() == 2);
}

TEST_CASE("plain HTTP where TLS is spoken, and the other way round") {
    tls_setup t;
    auto server = t.serve(make_certificate("server", "DNS:localhost", &t.ca));
    testing::serve http{t.fake};
    auto list = [](std::string const& url) { return printed(client{transport_under_test{}, {.secret_key = secret, .server = url, .retries = retry_policy::none()}}.workflows.list()); };
    auto plain = list("http://localhost:" + std::to_string(server.port()));
    REQUIRE(!plain);
    CHECK(plain.error().kind == error_kind::transport);
    auto tls = list("https://127.0.0.1:" + std::to_string(http.port()));
    REQUIRE(!tls);
    CHECK(tls.error().message().find("no TLS with 127.0.0.1") != std::string::npos);
}

namespace {

/// A proxy that answers CONNECT like this, and connects its client with a port.
void tunnel(peer& p, unsigned short port, std::string_view answer) {
    tcp::socket to{p.socket().get_executor()};
    to.connect({asio::ip::address_v4::loopback(), port});
    p.send(answer);
    auto relay = [](tcp::socket& from, tcp::socket& into) {
        char bytes[4096];
        boost::system::error_code failed;
        while (!failed) {
            std::size_t const n = from.read_some(asio::buffer(bytes), failed);
            if (n != 0) asio::write(into, asio::buffer(bytes, n), failed);
        }
        ::shutdown(into.native_handle(), SHUT_WR);
    };
    std::thread back{[&] { relay(to, p.socket()); }};
    relay(p.socket(), to);
    back.join();
}

} // namespace

TEST_CASE("https through a proxy, by CONNECT") {
    tls_setup t;
    auto server = t.serve(make_certificate("server", "DNS:localhost", &t.ca));
    std::string asked;
    faulty_server proxy{{[&](peer& p) {
        asked = p.request();
        tunnel(p, server.port(), "HTTP/1.1 200 Connection established\r\n\r\n");
    }}};
    {
        client c{transport_under_test{{.ca_file = t.ca_file.path(), .proxy = proxy.url()}},
                 {.secret_key = secret, .server = "https://localhost:" + std::to_string(server.port())}};
        for (int i = 0; i != 2; ++i) {
            auto r = c.workflows.list();
            INFO((r ? std::string{} : r.error().message()));
            REQUIRE(r);
        }
    }
    std::string const authority = "localhost:" + std::to_string(server.port());
    CHECK(asked.starts_with("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n"));
    CHECK(asked.find("test-secret-key") == asked.npos);
    CHECK(proxy.connections() == 1);
}

TEST_CASE("what a proxy sends behind its answer to CONNECT is not taken for the server's") {
    tls_setup t;
    auto server = t.serve(make_certificate("server", "DNS:localhost", &t.ca));
    faulty_server proxy{{[&](peer& p) {
        p.request();
        tunnel(p, server.port(), "HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged");
    }}};
    transport_under_test transport{{.ca_file = t.ca_file.path(), .proxy = proxy.url()}};
    std::string const url = "https://localhost:" + std::to_string(server.port());
    auto r = transport.send({http::method::get, url, {}, {}, 10s});
    REQUIRE(!r);
    CHECK(!r.error().sent);
    CHECK(t.fake.requests() == 0);
}
