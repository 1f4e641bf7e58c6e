// curl_transport over plain sockets and TLS, and what is its own.
#include <novu/transport/curl.hpp>

using transport_under_test = novu::curl_transport;
using options_under_test = novu::curl_options;
#include "exchange_faults.hpp"
#include "tls_faults.hpp"

#include <filesystem>
#include <fstream>

static_assert(sizeof(curl_transport) == sizeof(void*));
static_assert(sync_transport<curl_transport> && novu::detail::has_stoppable_wait<curl_transport>);

namespace {

/// Proxies are the test's own.
struct own_proxies {
    environment none{{"http_proxy", ""}, {"https_proxy", ""}, {"all_proxy", ""}, {"ALL_PROXY", ""}, {"HTTPS_PROXY", ""}, {"no_proxy", ""}, {"NO_PROXY", ""}};
};

/// Authorities in a directory, each under the name that OpenSSL looks for.
struct authorities_directory {
    std::string path = "/tmp/novu-test-XXXXXX";
    explicit authorities_directory(certificate const& ca) {
        REQUIRE(::mkdtemp(path.data()));
        char name[16];
        std::snprintf(name, sizeof name, "/%08lx.0", X509_subject_name_hash(ca.x509.get()));
        std::ofstream{path + name} << ca.chain();
    }
    ~authorities_directory() { std::filesystem::remove_all(path); }
};

} // namespace

TEST_CASE("no proxy given: those of the environment, but for the hosts that no_proxy names") {
    own_proxies const own;
    faulty_server proxy{{[](peer& p) { p.request(), p.answer("by the proxy"); }}}, origin{{[](peer& p) { p.request(), p.answer("by the origin"); }}};
    environment const through{{"http_proxy", proxy.url()}, {"no_proxy", "127.0.0.1"}};
    curl_transport t;
    CHECK(get(t, "http://novu.example/")->body == "by the proxy");
    CHECK(get(t, origin.url())->body == "by the origin");
}

TEST_CASE("the proxy given is used whatever the environment says, in each form that libcurl takes") {
    own_proxies const own;
    std::string asked;
    faulty_server proxy{{[&](peer& p) { asked = p.request(), p.answer("{}"); }}};
    environment const other{{"http_proxy", "http://127.0.0.1:1"}, {"no_proxy", "*"}};
    std::string const where = "127.0.0.1:" + std::to_string(proxy.port());
    for (std::string const& form : {where, "http://" + where, "http://user:pass%20word@" + where}) {
        curl_transport t{{.proxy = form}};
        REQUIRE(get(t, "http://novu.example/"));
        CHECK(asked.starts_with("GET http://novu.example/ HTTP/1.1\r\n"));
        CHECK((asked.find("Proxy-Authorization: Basic dXNlcjpwYXNzIHdvcmQ=") != asked.npos) == (form.find('@') != form.npos));
    }
}

TEST_CASE("a proxy's password is in no message") {
    own_proxies const own;
    for (char const* bad : {"ftp://user:pass-word@127.0.0.1:1", "http://user:pass-word@", "http://user:pass-word@nowhere.invalid:1", "http://user:pass-word@127.0.0.1:1"}) {
        curl_transport given{{.proxy = bad}};
        environment const of_environment{{"http_proxy", bad}};
        curl_transport found;
        for (curl_transport* t : {&given, &found}) {
            auto r = get(*t, "http://novu.example/");
            REQUIRE(!r);
            INFO(r.error().message());
            CHECK(!r.error().sent);
            CHECK(r.error().message().find("pass-word") == std::string::npos);
        }
    }
}

TEST_CASE("a proxy that does not take the user given refuses the tunnel") {
    own_proxies const own;
    std::string asked;
    faulty_server proxy{{[&](peer& p) { asked = p.request(), p.send("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n"); }}};
    curl_transport t{{.proxy = "http://user:pass-word@127.0.0.1:" + std::to_string(proxy.port())}};
    auto r = get(t, "https://novu.example");
    REQUIRE(!r);
    CHECK(says(r.error(), "the proxy refused the tunnel to novu.example:443 with status 407"));
    CHECK(r.error().permanent);
    CHECK(!r.error().sent);
    CHECK(r.error().message().find("pass-word") == std::string::npos);
    CHECK(asked.find("Proxy-Authorization: Basic ") != asked.npos);
}

TEST_CASE("a stop wakes an exchange that sleeps") {
    stop_source stop;
    std::chrono::steady_clock::time_point asked;
    faulty_server mute{{[&](peer& p) {
        p.request();
        pollfd none{-1, 0, 0};
        ::poll(&none, 1, 400); // until libcurl's own timers of a new connection, which would wake it, are over
        asked = std::chrono::steady_clock::now();
        stop.request_stop();
        p.until_closed();
    }}};
    curl_transport t;
    auto r = get(t, mute.url(), 60s, stop.get_token());
    CHECK(std::chrono::steady_clock::now() - asked < 5s);
    REQUIRE(!r);
    CHECK(r.error().kind == error_kind::cancelled);
}

TEST_CASE("ca_file is trusted besides the system's or the environment's roots") {
    certificate const a = make_certificate("Authority A", "", nullptr), b = make_certificate("Authority B", "", nullptr);
    temporary_file const a_file{a.chain()}, b_file{b.chain()};
    authorities_directory const b_directory{b};
    testing::fake_novu fake;
    auto const serve = [&](certificate const& ca) {
        certificate const c = make_certificate("server", "DNS:localhost", &ca);
        return std::make_unique<testing::serve>(fake, "127.0.0.1", static_cast<unsigned short>(0), server_certificate{c.chain(), c.private_key()});
    };
    auto const by_a = serve(a), by_b = serve(b);
    struct row { std::string ca_file, bundle, directory, file; bool a, b; };
    std::string const none;
    for (row const& r : {row{none, none, none, none, false, false}, {a_file.path(), none, none, none, true, false}, {none, b_file.path(), none, a_file.path(), false, true},
                         {none, none, none, b_file.path(), false, true}, {none, none, b_directory.path, a_file.path(), false, true},
                         {a_file.path(), b_file.path(), none, none, true, true}, {a_file.path(), none, b_directory.path, none, true, true}}) {
        environment const roots{{"CURL_CA_BUNDLE", r.bundle}, {"SSL_CERT_DIR", r.directory}, {"SSL_CERT_FILE", r.file}};
        curl_transport t{{.ca_file = r.ca_file}};
        CAPTURE(r.ca_file, r.bundle, r.directory, r.file);
        CHECK(get(t, "https://localhost:" + std::to_string(by_a->port())).has_value() == r.a);
        CHECK(get(t, "https://localhost:" + std::to_string(by_b->port())).has_value() == r.b);
    }
}

TEST_CASE("TLS sessions are resumed") {
    tls_setup t;
    auto context = server_context(make_certificate("server", "DNS:localhost", &t.ca));
    std::vector<bool> resumed;
    faulty_server server{{[&](peer& p) { p.request(), resumed.push_back(p.resumed()), p.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"); }}, &context};
    {
        curl_transport over{{.ca_file = t.ca_file.path()}};
        for (int i = 0; i != 3; ++i) REQUIRE(get(over, server.url("localhost")));
    }
    CHECK(resumed == std::vector{false, true, true});
}

TEST_CASE("HTTP/2 is offered over TLS where libcurl has it") {
    tls_setup t;
    auto context = server_context(make_certificate("server", "DNS:localhost", &t.ca));
    std::string offered;
    SSL_CTX_set_alpn_select_cb(context.native_handle(), [](SSL*, unsigned char const**, unsigned char*, unsigned char const* in, unsigned size, void* to) {
        static_cast<std::string*>(to)->assign(reinterpret_cast<char const*>(in), size);
        return SSL_TLSEXT_ERR_NOACK;
    }, &offered);
    faulty_server server{{[](peer& p) { p.request(), p.answer("{}"); }}, &context};
    curl_transport transport{{.ca_file = t.ca_file.path()}};
    REQUIRE(get(transport, server.url("localhost")));
    bool const has = (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_HTTP2) != 0;
    CHECK((offered.find("\x02h2") != offered.npos) == has);
}

TEST_CASE("no other protocol, no .netrc, no trailers, no header that was not given") {
    curl_transport t;
    auto file = get(t, "file:///etc/hostname");
    REQUIRE(!file);
    CHECK(file.error().kind == error_kind::transport);

    std::string home = "/tmp/novu-test-XXXXXX", got;
    REQUIRE(::mkdtemp(home.data()));
    std::ofstream{home + "/.netrc"} << "machine 127.0.0.1 login user password secret\n";
    environment const with_netrc{{"HOME", home}};
    faulty_server server{{[&](peer& p) {
        got = p.request();
        p.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Trailer: t\r\n\r\n");
    }}};
    auto answer = t.send({http::method::post, server.url() + "/", {}, "abc", 10s});
    std::filesystem::remove_all(home);
    REQUIRE(answer);
    CHECK(got == "POST / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) + "\r\nContent-Length: 3\r\n\r\nabc");
    CHECK(answer->headers.size() == 1);
}

TEST_CASE("trailers are limited as headers are") {
    std::string many;
    while (many.size() < 300'000) many += "X-Trailer: one of many\r\n";
    faulty_server server{{answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n" + many + "\r\n")}};
    curl_transport t;
    auto const r = get(t, server.url());
    REQUIRE(!r);
    CHECK(r.error().cause == std::errc::message_size);
    CHECK(r.error().permanent);
}

TEST_CASE("what libcurl would take for an answer, or refuse in words of its own") {
    struct row { std::string bytes; std::string_view words; };
    for (row const& r : {row{"HTTP/1.1 101 Switching Protocols\r\n\r\n", "closed the connection (waiting for the answer)"},
                         {"HTTP/1.1 200 OK\r\nX: " + std::string(200'000, 'x') + "\r\nContent-Length: 0\r\n\r\n", "the answer's headers are larger than 65536 bytes"},
                         {"HTTP/1.1 200 OK\r\nContent-Length: 17000000\r\n\r\n", "the answer's body is larger than max_response_size, 16777216 bytes"}}) {
        faulty_server server{{answering(r.bytes)}};
        curl_transport t;
        auto answer = get(t, server.url());
        REQUIRE(!answer);
        CHECK(says(answer.error(), r.words));
    }
}

TEST_CASE("of four connections that wait to be used again one goes for another, and of what sixteen exchanges at once left, the oldest") {
    auto const keeps = [](peer& p) {
        while (!p.request().empty()) p.answer("{}");
    };
    curl_transport t;
    std::vector<std::unique_ptr<faulty_server>> servers;
    for (int i = 0; i != 5; ++i) {
        servers.push_back(std::make_unique<faulty_server>(std::vector<faulty_server::script>{keeps}));
        REQUIRE(get(t, servers.back()->url()));
    }
    int made = 0; // which one went, the oldest by milliseconds, may be any of them here
    for (auto const& each : servers) {
        REQUIRE(get(t, each->url()));
        made += each->connections();
    }
    CHECK(made > 5);

    std::promise<void> sixteen, last;
    auto const gated = [&](std::promise<void>& gate) {
        return [&keeps, open = gate.get_future().share()](peer& p) { p.request(), open.wait(), p.answer("{}"), keeps(p); };
    };
    faulty_server many{{gated(sixteen)}}, one{{gated(last)}};
    curl_transport at_once;
    std::vector<std::thread> threads;
    std::thread slowest{[&] { (void)get(at_once, one.url()); }};
    for (int i = 0; i != 16; ++i) threads.emplace_back([&] { (void)get(at_once, many.url()); });
    for (auto const until = std::chrono::steady_clock::now() + 30s; (many.connections() != 16 || one.connections() != 1) && std::chrono::steady_clock::now() < until;) std::this_thread::yield();
    sixteen.set_value();
    for (std::thread& each : threads) each.join();
    last.set_value();
    slowest.join();
    REQUIRE(get(at_once, one.url()));
    CHECK(one.connections() == 1);
}
