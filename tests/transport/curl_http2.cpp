// The curl transports over HTTP/2: nghttpx, where it is installed, speaks that, and HTTP/1.1 to a server behind it.
#include "certificates.hpp"
#include "exchanges.hpp"

#include <novu/novu.hpp>
#include <novu/testing/fake_novu.hpp>
#include <novu/testing/faulty_server.hpp>
#include <novu/testing/serve.hpp>
#include <novu/transport/curl.hpp>
#include <novu/transport/curl_multi.hpp>

#include <catch2/catch_test_macros.hpp>

#include <boost/asio/connect.hpp>

#include <csignal>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace novu;
using namespace novu::testing;
using namespace novu::tests;
using namespace std::chrono_literals;

namespace {

class http2_proxy {
public:
    explicit http2_proxy(unsigned short backend) {
        namespace asio = boost::asio;
        asio::io_context io;
        {
            asio::ip::tcp::acceptor free{io, {asio::ip::address_v4::loopback(), 0}};
            port_ = free.local_endpoint().port();
        }
        std::string const arguments[] = {"nghttpx", "--conf=/dev/null", "--workers=1", "--no-ocsp", "--log-level=FATAL", "--errorlog-file=/dev/null", "--accesslog-file=/dev/null",
                                         "--frontend=127.0.0.1," + std::to_string(port_), "--backend=127.0.0.1," + std::to_string(backend), key_.path(), chain_.path()};
        std::vector<char*> argv;
        for (std::string const& each : arguments) argv.push_back(const_cast<char*>(each.c_str()));
        argv.push_back(nullptr);
        if (::posix_spawnp(&process_, argv[0], nullptr, nullptr, argv.data(), environ) != 0) process_ = 0;
        boost::system::error_code refused;
        do {
            asio::ip::tcp::socket socket{io};
            refused = {};
            socket.connect({asio::ip::address_v4::loopback(), port_}, refused);
            if (process_ != 0 && ::waitpid(process_, nullptr, WNOHANG) == process_) process_ = 0;
        } while (process_ != 0 && refused);
    }
    http2_proxy(http2_proxy const&) = delete;
    http2_proxy& operator=(http2_proxy const&) = delete;
    ~http2_proxy() {
        if (process_ == 0) return;
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
    [[nodiscard]] bool runs() const { return process_ != 0; }
    [[nodiscard]] std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }
    [[nodiscard]] curl_options options() const { return {.ca_file = ca_file_.path()}; }

private:
    certificate ca_ = make_certificate("Test authority", "", nullptr), shown_ = make_certificate("server", "IP:127.0.0.1", &ca_);
    temporary_file ca_file_{ca_.chain()}, chain_{shown_.chain()}, key_{shown_.private_key()};
    unsigned short port_{0};
    pid_t process_{0};
};

/// A Novu that counts the requests that came to the proxy by HTTP/2.
struct behind_http2 {
    fake_novu fake{};
    int by_http2{0}, others{0};
    http::response handle(http::request const& q) {
        bool counted = false;
        for (http::field f : q.headers) counted = counted || (http::iequals(f.name, "via") && f.value.starts_with("2 "));
        ++(counted ? by_http2 : others);
        return fake.handle(q);
    }
};

} // namespace

#define NOVU_NEEDS(proxy) \
    if (!(proxy).runs()) SKIP("nghttpx is not there (Debian: nghttp2-proxy)")

TEST_CASE("HTTP/2: calls one after another, and what the server refuses") {
    behind_http2 novu;
    testing::serve server{novu};
    http2_proxy const proxy{server.port()};
    NOVU_NEEDS(proxy);
    client c{curl_transport{proxy.options()}, {.secret_key = "test-secret-key", .server = proxy.url()}};
    auto const created = printed(c.workflows.create({.name = "Hi", .workflow_id = "hi", .steps = {sms_step{.name = "Text"}}}));
    REQUIRE(created);
    CHECK(created->value.workflow_id == "hi");
    for (int i = 0; i != 20; ++i) CHECK(c.workflows.get("hi"));
    auto const missing = c.workflows.get("nowhere");
    REQUIRE(!missing);
    CHECK(missing.error().status == 404);
    CHECK(missing.error().dto());
    CHECK(c.workflows.remove("hi"));
    CHECK(novu.by_http2 == 23);
    CHECK(novu.others == 0);
}

TEST_CASE("HTTP/2: many calls share a connection, each answered with its own") {
    behind_http2 novu;
    testing::serve server{novu};
    http2_proxy const proxy{server.port()};
    NOVU_NEEDS(proxy);
    curl_multi_transport transport{proxy.options(), 1};
    client c{std::ref(transport), {.secret_key = "test-secret-key", .server = proxy.url()}};
    int right = 0;
    for (int i = 0; i != 50; ++i) {
        std::string const id = "workflow-" + std::to_string(i);
        c.workflows.create({.name = id, .workflow_id = id, .steps = empty_list}, {}, [&right, id](auto created) { right += created && created->value.workflow_id == id; });
    }
    while (transport.run_once(1h)) {}
    CHECK(right == 50);
    CHECK(novu.by_http2 == 50);
}

TEST_CASE("HTTP/2: a call that times out, or is cancelled, takes no other with it") {
    std::promise<void> asked[2];
    auto const mute = [&](int i) { return [&, i](peer& p) { p.request(), asked[i].set_value(), p.until_closed(); }; };
    auto const answers = [](peer& p) { p.request(), p.answer(empty_page); };
    faulty_server server{{mute(0), answers, mute(1), answers}};
    http2_proxy const proxy{server.port()};
    NOVU_NEEDS(proxy);
    curl_multi_transport transport{proxy.options(), 1};
    client c{std::ref(transport), {.secret_key = secret, .server = proxy.url(), .retries = retry_policy::none()}};
    for (bool const cancels : {false, true}) {
        stop_source stop;
        std::optional<result<response<workflow_list>>> ended, other;
        c.workflows.list({}, {.timeout = cancels ? 60s : 1s, .stop = stop.get_token()}, [&](auto page) { ended = printed(std::move(page)); });
        auto reached = asked[cancels ? 1 : 0].get_future();
        while (!ended && reached.wait_for(0s) != std::future_status::ready) transport.run_once(10ms);
        REQUIRE(!ended);
        c.workflows.list({}, {}, [&](auto page) { other = printed(std::move(page)); });
        while (!other) transport.run_once(1h);
        CHECK(*other);
        if (cancels) stop.request_stop();
        while (!ended) transport.run_once(1h);
        CHECK(ended->error().kind == (cancels ? error_kind::cancelled : error_kind::timeout));
        CHECK(ended->error().sent);
    }
    CHECK(server.connections() == 4);
}
