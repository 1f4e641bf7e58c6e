// What a synchronous transport sends over plain sockets, keeps and refuses, and how each fault of a server comes out: the
// same list and the same words for each. A test file includes its transport, names it, and includes this:
//
//     using transport_under_test = novu::beast_transport;
//     using options_under_test = novu::beast_options;
#pragma once

#include "certificates.hpp"
#include "delivered.hpp"
#include "exchanges.hpp"
#include "slow_lookup.hpp"

#include <novu/novu.hpp>
#include <novu/testing/faulty_server.hpp>
#include <novu/testing/serve.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

using namespace novu;
using namespace novu::testing;
using namespace novu::tests;
namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

namespace {

result<http::response> get(transport_under_test& t, std::string const& url, std::chrono::milliseconds timeout = 10s, stop_token stop = {}) {
    return printed(t.send({http::method::get, url, usual_fields, {}, timeout, std::move(stop)}));
}

} // namespace

TEST_CASE("what is sent, byte for byte") {
    std::string got, posted;
    faulty_server server{{[&](peer& p) { got = p.request(), p.answer("{}"), posted = p.request(), p.answer("{}"); }}};
    transport_under_test t;
    REQUIRE(get(t, server.url() + "/v2/a%20b?x=1"));
    std::string const host = "127.0.0.1:" + std::to_string(server.port());
    CHECK(got == "GET /v2/a%20b?x=1 HTTP/1.1\r\nHost: " + host + "\r\n" + std::string{usual_lines} + "\r\n"); // no accept-encoding
    auto answer = t.send({http::method::post, server.url() + "/", {}, "{\"a\":1}", 10s});
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->body == "{}");
    CHECK(answer->headers.get("content-type") == "application/json");
    CHECK(posted == "POST / HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 7\r\n\r\n{\"a\":1}");
}

TEST_CASE("each method, with a body and without") {
    struct row { http::method method; std::string_view body, length; };
    for (row const& r : {row{http::method::get, "", ""}, {http::method::delete_, "", ""}, {http::method::post, "", "Content-Length: 0\r\n"},
                         {http::method::put, "", "Content-Length: 0\r\n"}, {http::method::patch, "", "Content-Length: 0\r\n"},
                         {http::method::post, "abc", "Content-Length: 3\r\n"}, {http::method::put, "abc", "Content-Length: 3\r\n"},
                         {http::method::patch, "abc", "Content-Length: 3\r\n"}, {http::method::delete_, "abc", "Content-Length: 3\r\n"}}) {
        std::string got;
        faulty_server server{{[&](peer& p) { got = p.request(), p.answer("{}"); }}};
        transport_under_test t;
        REQUIRE(t.send({r.method, server.url() + "/", {}, r.body, 10s}));
        CHECK(got == std::string{to_string(r.method)} + " / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) + "\r\n" + std::string{r.length} + "\r\n" + std::string{r.body});
    }
}

TEST_CASE("the path, the headers and the body go out as they are given") {
    std::string got;
    faulty_server server{{[&](peer& p) { got = p.request(), p.answer("{}"); }}};
    transport_under_test t;
    http::field const fields[] = {{"X-Empty", ""}, {"x-Case", "Value; with: all"}, {"x-twice", "1"}, {"x-twice", "2"}, {"accept", "a/b"}, {"content-type", "c/d"}, {"user-agent", "e"}};
    std::string body(3 * 1024 * 1024, 'x');
    body += '\0';
    body += "end";
    REQUIRE(t.send({http::method::post, server.url() + "/a%2Fb/%2e%2E/../c%20d/%7e/./?e=%20%2f&f=..", fields, body, 10s}));
    std::size_t const head = got.find("\r\n\r\n");
    REQUIRE(head != got.npos);
    std::string const lines = got.substr(0, head + 2);
    CHECK(lines.starts_with("POST /a%2Fb/%2e%2E/../c%20d/%7e/./?e=%20%2f&f=.. HTTP/1.1\r\n"));
    CHECK(lines.find("\r\nX-Empty:") != lines.npos);
    CHECK(lines.find("\r\nx-Case: Value; with: all\r\nx-twice: 1\r\nx-twice: 2\r\naccept: a/b\r\ncontent-type: c/d\r\nuser-agent: e\r\n") != lines.npos);
    CHECK(std::count(lines.begin(), lines.end(), '\n') == 10); // the request, Host, these seven, Content-Length: no Expect
    CHECK(got.substr(head + 4) == body);
}

TEST_CASE("the headers of an answer: the last ones, in order, unfolded; no cookie comes back") {
    std::string second;
    faulty_server server{{[&](peer& p) {
        p.request(), p.send("HTTP/1.1 103 Early Hints\r\nLink: early\r\n\r\nHTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Blank:   b\tc  \r\nX-Folded: one\r\n two\r\n"
                            "X-Empty:\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n");
        second = p.request(), p.answer("{}");
    }}};
    transport_under_test t;
    auto answer = get(t, server.url());
    REQUIRE(answer);
    std::string seen;
    for (http::field f : answer->headers) seen.append(f.name).append("=").append(f.value).append("|");
    CHECK(seen == "Set-Cookie=a=1|Set-Cookie=b=2|X-Blank=b\tc|X-Folded=one two|X-Empty=|Transfer-Encoding=chunked|");
    REQUIRE(get(t, server.url()));
    CHECK(second.find("ookie") == second.npos);
}

TEST_CASE("a connection is kept and used again, unless the server says to close it") {
    faulty_server server{{[](peer& p) {
        for (int i = 0; i != 3; ++i) p.request(), p.answer("{}");
        p.request(), p.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}");
        p.until_closed();
    }}};
    transport_under_test t;
    for (int i = 0; i != 4; ++i) REQUIRE(get(t, server.url()));
    CHECK(server.connections() == 1);
    REQUIRE(get(t, server.url()));
    CHECK(server.connections() == 2);
}

TEST_CASE("a kept connection that the server closed is replaced once, and that is no attempt") {
    std::atomic<int> requests = 0;
    auto once = [&](peer& p) { p.request(), p.answer(empty_page), ++requests; };
    faulty_server server{{once, once, once, [](peer& p) { p.request(), p.reset(); }}};
    client c{transport_under_test{}, {.secret_key = secret, .server = server.url(), .retries = retry_policy::none()}};
    for (int i = 0; i != 3; ++i) {
        auto page = c.workflows.list();
        REQUIRE(page);
        CHECK(page->attempts == 1);
        while (requests != i + 1) std::this_thread::yield();
    }
    CHECK(server.connections() == 3);
    auto failed = printed(c.workflows.list()); // the replacement is closed too: not replaced again
    REQUIRE(!failed);
    CHECK(failed.error().kind == error_kind::transport);
    CHECK(failed.error().attempts.size() == 1);
    CHECK(server.connections() == 4);
}

TEST_CASE("a request whose kept connection closes under it is sent again whole, with its body") {
    for (std::size_t const size : {3u, 8u * 1024 * 1024}) { // one that is sent at once, and one that breaks off
        std::string again;
        faulty_server server{{[&](peer& p) {
                                  p.request(), p.answer("1");
                                  char one;
                                  boost::system::error_code ignored;
                                  asio::read(p.socket(), asio::buffer(&one, 1), ignored);
                                  p.reset();
                              },
                              [&](peer& p) { again = p.request(), p.answer("2"); }}};
        transport_under_test t;
        REQUIRE(get(t, server.url()));
        std::string const body(size, 'x');
        auto answer = t.send({http::method::post, server.url() + "/", {}, body, 10s});
        INFO((answer ? std::string{} : answer.error().message()));
        REQUIRE(answer);
        CHECK(answer->body == "2");
        CHECK(again.ends_with("\r\n\r\n" + body));
        CHECK(server.connections() == 2);
    }
}

TEST_CASE("an answer that nobody asked for is given to nobody") {
    std::promise<void> first, stray;
    faulty_server server{{[&](peer& p) { p.request(), p.answer("1"), first.get_future().wait(), p.answer("stray"), tests::wait_until_delivered(p), stray.set_value(), p.until_closed(); },
                          [](peer& p) { p.request(), p.answer("2"), p.request(), p.answer("3"); }}};
    transport_under_test t;
    CHECK(get(t, server.url())->body == "1");
    first.set_value();
    stray.get_future().wait();
    CHECK(get(t, server.url())->body == "2");
    CHECK(get(t, server.url())->body == "3");
    CHECK(server.connections() == 2);
}

TEST_CASE("a kept connection that breaks within the answer is not mended: the server has seen the request") {
    faulty_server server{{[](peer& p) { p.request(), p.answer("{}"), p.request(), p.send("HTTP/1.1 200 OK\r\nContent-Le"); }}};
    transport_under_test t;
    REQUIRE(get(t, server.url()));
    auto broken = get(t, server.url());
    REQUIRE(!broken);
    CHECK(says(broken.error(), "closed the connection (reading the answer's headers)"));
    CHECK(server.connections() == 1);
}

TEST_CASE("closed before, in and after the headers, and in the body") {
    struct fault { faulty_server::script script; std::string_view words; };
    std::string const head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
    for (fault const& f : {fault{answering(""), "closed the connection (waiting for the answer)"},
                           {[](peer& p) { p.request(), p.reset(); }, "closed the connection (waiting for the answer)"},
                           {answering("HTTP/1.1 20"), "closed the connection ("},
                           {answering("HTTP/1.1 100 Continue\r\n\r\n"), "closed the connection (waiting for the answer)"},
                           {answering("HTTP/1.1 200 OK\r\nContent-Le"), "closed the connection (reading the answer's headers)"},
                           {answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"), "closed the connection (reading the answer's headers)"},
                           {answering(head), "closed the connection (reading the answer's body)"},
                           {answering(head + "12345"), "closed the connection (reading the answer's body)"},
                           {answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"), "closed the connection (reading the answer's body)"},
                           {answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "the answer cannot be read"},
                           {answering("SSH-2.0-OpenSSH_9.2\r\n\r\n"), "the answer cannot be read"},
                           {answering("HTTP/1.1 1000 Odd\r\nContent-Length: 0\r\n\r\n"), "the answer cannot be read"},
                           {answering("HTTP/1.1 000 Odd\r\nContent-Length: 0\r\n\r\n"), "the answer cannot be read"},
                           {answering("HTTP/1.1 099 Odd\r\nContent-Length: 2\r\n\r\n{}"), "the answer cannot be read"},
                           {answering("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"), "the answer cannot be read"}}) {
        faulty_server server{{f.script}};
        transport_under_test t;
        auto r = get(t, server.url());
        REQUIRE(!r);
        CHECK(r.error().kind == error_kind::transport);
        CHECK(r.error().sent);
        CHECK(says(r.error(), f.words));
    }
}

TEST_CASE("answers in every framing") {
    struct row { std::string bytes; int status; std::string_view body; };
    for (row const& r : {row{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", 200, "a"},
                         {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n", 200, "abcde"},
                         {"HTTP/1.0 200 OK\r\n\r\nuntil closed", 200, "until closed"},
                         {"HTTP/1.1 200 OK\r\n\r\nuntil closed", 200, "until closed"},
                         {"HTTP/1.1 204 No Content\r\n\r\n", 204, ""},
                         {"HTTP/1.1 599 Odd\r\nContent-Length: 0\r\n\r\n", 599, ""}}) {
        faulty_server server{{answering(r.bytes)}};
        transport_under_test t;
        auto answer = get(t, server.url());
        INFO((answer ? std::string{} : answer.error().message()));
        REQUIRE(answer);
        CHECK(answer->status == r.status);
        CHECK(answer->body == r.body);
    }
}

TEST_CASE("bytes behind an answer: the connection is not used again") {
    faulty_server server{{[](peer& p) { p.request(), p.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb"), p.until_closed(); }}};
    transport_under_test t;
    CHECK(get(t, server.url())->body == "a");
    CHECK(get(t, server.url())->body == "a");
    CHECK(server.connections() == 2);
}

TEST_CASE("no connection: refused, no such host; nothing was sent") {
    transport_under_test t;
    std::string url;
    { url = faulty_server{{[](peer&) {}}}.url(); }
    auto refused = get(t, url);
    REQUIRE(!refused);
    CHECK(refused.error().cause == std::errc::connection_refused);
    CHECK(!refused.error().sent);
    CHECK(says(refused.error(), "no connection to 127.0.0.1:"));
    auto nowhere = get(t, "http://nowhere.invalid");
    REQUIRE(!nowhere);
    CHECK(nowhere.error().kind == error_kind::transport);
    CHECK(!nowhere.error().sent);
    CHECK(says(nowhere.error(), "the host name \"nowhere.invalid\" cannot be looked up"));
}

TEST_CASE("over IPv6, and TLS there") {
    if (!has_ipv6()) SKIP("no IPv6 here");
    struct {
        http::response handle(http::request const& q) const {
            auto const host = std::find_if(q.headers.begin(), q.headers.end(), [](http::field const& f) { return http::iequals(f.name, "host"); });
            return {200, {}, std::string{host->value}};
        }
    } says_host;
    certificate const ca = make_certificate("Test authority", "", nullptr), shown = make_certificate("server", "IP:::1", &ca);
    temporary_file const ca_file{ca.chain()};
    testing::serve plain{says_host, "::1"}, secure{says_host, "::1", 0, {shown.chain(), shown.private_key()}};
    transport_under_test t{{.ca_file = ca_file.path()}};
    for (auto const* server : {&plain, &secure}) {
        auto answer = get(t, server->url());
        REQUIRE(answer);
        CHECK(answer->body == "[::1]:" + std::to_string(server->port()));
    }
}

TEST_CASE("time-outs end an exchange wherever it is, and its connection is not used again") {
    std::string const head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
    struct row { std::string bytes; std::string_view words; };
    for (row const& r : {row{"", "waiting for the answer"}, {"HTTP/1.1 2", ""}, {"HTTP/1.1 200 OK\r\nA:", "reading the answer's headers"}, {head + "12", "reading the answer's body"}}) {
        faulty_server server{{[&](peer& p) { p.request(), p.send(r.bytes), p.until_closed(); }, [](peer& p) { p.request(), p.answer("late"); }}};
        transport_under_test t;
        auto const begin = std::chrono::steady_clock::now();
        auto late = get(t, server.url(), 60ms);
        auto const took = std::chrono::steady_clock::now() - begin;
        REQUIRE(!late);
        CHECK(late.error().kind == error_kind::timeout);
        CHECK(late.error().sent);
        CHECK(took >= 59ms); // libcurl counts whole milliseconds
        CHECK(took < 5s);
        CHECK(says(late.error(), "timed out " + std::string{r.words}));
        CHECK(get(t, server.url())->body == "late");
        CHECK(server.connections() == 2);
    }
}

TEST_CASE("a request larger than the socket's buffers to a server that does not read times out while sending") {
    std::promise<void> over;
    faulty_server server{{[&](peer&) { over.get_future().wait(); }}};
    transport_under_test t;
    std::string const body(64 * 1024 * 1024, ' ');
    auto late = t.send({http::method::post, server.url() + "/", {}, body, 100ms});
    over.set_value();
    REQUIRE(!late);
    CHECK(late.error().kind == error_kind::timeout);
    CHECK(says(late.error(), "sending the request"));
}

TEST_CASE("a time-out, connect_timeout and a stop end an exchange while the host is looked up") {
    tests::slow_lookup held;
    transport_under_test t, hasty{{.connect_timeout = 50ms}};
    auto late = get(t, "http://slow.invalid", 50ms), early = get(hasty, "http://slow.invalid");
    for (auto const* r : {&late, &early}) {
        REQUIRE(!*r);
        CHECK(r->error().kind == error_kind::timeout);
        CHECK(!r->error().sent);
        CHECK(says(r->error(), "timed out looking up the host"));
    }
    stop_source stop;
    std::thread asks{[&] { tests::slow_lookup::wait_until_asked(3), stop.request_stop(); }};
    auto stopped = get(t, "http://slow.invalid", 60s, stop.get_token());
    asks.join();
    REQUIRE(!stopped);
    CHECK(stopped.error().kind == error_kind::cancelled);
    CHECK(!stopped.error().sent);
}

TEST_CASE("connect_timeout bounds everything before the request, the time-out of the request too") {
    faulty_server mute{{[](peer& p) { p.until_closed(); }}}; // accepts, and never speaks TLS
    std::string const url = "https://127.0.0.1:" + std::to_string(mute.port());
    transport_under_test hasty{{.connect_timeout = 50ms}}, patient{{.connect_timeout = 0ms}};
    auto const begin = std::chrono::steady_clock::now();
    auto a = get(hasty, url), b = get(patient, url, 50ms);
    CHECK(std::chrono::steady_clock::now() - begin < 5s); // and not the request's time-out
    for (auto const* r : {&a, &b}) {
        REQUIRE(!*r);
        CHECK(r->error().kind == error_kind::timeout);
        CHECK(!r->error().sent);
        CHECK(says(r->error(), "timed out in the TLS handshake"));
    }
}

TEST_CASE("a stop ends an exchange and a wait at once") {
    stop_source stop;
    faulty_server server{{[&](peer& p) { p.request(), stop.request_stop(), p.until_closed(); }, [](peer& p) { p.request(), p.answer("next"); }}};
    transport_under_test t;
    auto r = get(t, server.url(), 60s, stop.get_token());
    REQUIRE(!r);
    CHECK(r.error().kind == error_kind::cancelled);
    CHECK(r.error().sent);
    t.wait(1h, stop.get_token());
    stop_source later;
    std::thread asks{[&] { later.request_stop(); }};
    t.wait(1h, later.get_token());
    asks.join();
    CHECK(!get(t, server.url(), 60s, later.get_token())); // asked before it began
    CHECK(get(t, server.url())->body == "next");

    faulty_server other{{[](peer& p) { p.request(), p.send("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"), p.until_closed(); }}};
    stop_source during;
    client c{transport_under_test{}, {.secret_key = secret, .server = other.url(), .retries = {.initial_interval = 20s}, .on_event = [&](event const& e) {
                                     if (std::holds_alternative<retry_scheduled>(e)) during.request_stop();
                                 }}};
    auto waiting = printed(c.workflows.list({}, {.stop = during.get_token()}));
    CHECK(waiting.error().kind == error_kind::cancelled);
    CHECK(waiting.error().attempts.size() == 1);
}

TEST_CASE("max_response_size, and the limit of headers") {
    auto sized = [](std::size_t n) { return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(n) + "\r\n\r\n" + std::string(n, 'x'); };
    auto chunked = [](std::size_t n) {
        std::string out = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        for (; n != 0; n -= 10) out += "a\r\n0123456789\r\n";
        return out + "0\r\n\r\n";
    };
    transport_under_test t{{.max_response_size = 100}};
    for (auto const& [bytes, fits] : {std::pair{sized(100), true}, {sized(101), false}, {chunked(100), true}, {chunked(110), false}}) {
        faulty_server server{{answering(bytes)}};
        auto r = get(t, server.url());
        CHECK(r.has_value() == fits);
        if (fits) continue;
        CHECK(r.error().cause == std::errc::message_size);
        CHECK(r.error().permanent);
        CHECK(says(r.error(), "the answer's body is larger than max_response_size, 100 bytes"));
    }
    faulty_server headers{{answering("HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x') + "\r\nContent-Length: 0\r\n\r\n")}};
    CHECK(says(get(t, headers.url()).error(), "the answer's headers are larger than 65536 bytes"));
    faulty_server attempts{{answering(sized(200))}};
    client c{transport_under_test{{.max_response_size = 100}}, {.secret_key = secret, .server = attempts.url()}};
    CHECK(printed(c.workflows.list()).error().attempts.size() == 1); // the same answer would come again
}

TEST_CASE("redirects are not followed, and the error names the location") {
    faulty_server server{{answering("HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/x\r\nContent-Length: 0\r\n\r\n")}};
    client c{transport_under_test{}, {.secret_key = secret, .server = server.url()}};
    auto r = printed(c.workflows.create({.name = "a", .workflow_id = "a", .steps = empty_list}));
    REQUIRE(!r);
    CHECK(r.error().kind == error_kind::unexpected_response);
    CHECK(says(r.error(), "https://elsewhere.example/x"));
    CHECK(server.connections() == 1);
}

TEST_CASE("plain http through a proxy: asked by the whole URL") {
    std::string asked;
    faulty_server proxy{{[&](peer& p) { asked = p.request(), p.answer("{}"); }}};
    transport_under_test t{{.proxy = proxy.url()}};
    REQUIRE(get(t, "http://novu.example/v2/workflows?a=1"));
    CHECK(asked.starts_with("GET http://novu.example/v2/workflows?a=1 HTTP/1.1\r\nHost: novu.example\r\n"));
}

TEST_CASE("a proxy that refuses the tunnel, hangs up, or is no proxy") {
    struct row { int status; std::string rest; bool permanent; };
    for (row const& r : {row{407, "Proxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n", true}, {403, "Content-Length: 4\r\n\r\nno!\n", true},
                         {502, "Content-Length: 4\r\n\r\nno!\n", false}, {503, "Transfer-Encoding: chunked\r\n\r\n4\r\nno!\n\r\n0\r\n\r\n", false}, {500, "\r\nuntil closed", false}}) {
        faulty_server refusing{{answering("HTTP/1.1 " + std::to_string(r.status) + " Any Reason\r\n" + r.rest)}};
        transport_under_test t{{.proxy = refusing.url()}};
        auto refused = get(t, "https://novu.example");
        REQUIRE(!refused);
        CHECK(refused.error().kind == error_kind::transport);
        CHECK(says(refused.error(), "the proxy refused the tunnel to novu.example:443 with status " + std::to_string(r.status)));
        CHECK(refused.error().permanent == r.permanent);
        CHECK(!refused.error().sent);
    }
    faulty_server silent{{[](peer& p) { p.request(); }}};
    transport_under_test s{{.proxy = silent.url()}};
    CHECK(says(get(s, "https://novu.example").error(), "the proxy gave no answer to CONNECT"));
    for (char const* bad : {"ftp://127.0.0.1:1", "http://", "http://127.0.0.1:65536", "not a host"}) {
        transport_under_test b{{.proxy = bad}};
        auto e = get(b, "http://novu.example");
        REQUIRE(!e);
        CHECK(e.error().permanent);
        CHECK(says(e.error(), "is no http://host:port"));
    }
}

TEST_CASE("many threads over one transport, each answered with its own, over TLS too") {
    struct echo {
        http::response handle(http::request const& q) const { return {200, {{"content-type", "text/plain"}}, std::string{q.target()}}; }
    } handler;
    certificate const ca = make_certificate("Test authority", "", nullptr), shown = make_certificate("server", "IP:127.0.0.1", &ca);
    temporary_file const ca_file{ca.chain()};
    transport_under_test t{{.ca_file = ca_file.path()}};
    for (testing::server_certificate const& identity : {testing::server_certificate{}, testing::server_certificate{shown.chain(), shown.private_key()}}) {
        testing::serve server{handler, "127.0.0.1", 0, identity};
        std::atomic<int> wrong = 0;
        std::vector<std::thread> threads;
        for (int n = 0; n != 8; ++n)
            threads.emplace_back([&, n] {
                for (int i = 0; i != 50; ++i) {
                    std::string const target = "/" + std::to_string(n) + "/" + std::to_string(i);
                    auto r = get(t, server.url() + target);
                    wrong += !r || r->body != target;
                }
            });
        for (auto& each : threads) each.join();
        CHECK(wrong == 0);
        CHECK(server.connections() <= 8);
    }
}
