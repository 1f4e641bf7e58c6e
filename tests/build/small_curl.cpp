// The curl transports and any_transport in a program without exceptions and RTTI, over a server of a few lines.
#include <novu/novu.hpp>
#include <novu/transport/any_transport.hpp>
#include <novu/transport/curl.hpp>
#include <novu/transport/curl_multi.hpp>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

namespace {

/// Answers by what the request's path begins with, until it is shut down; /busy the first time only.
class server {
public:
    server() {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        ::bind(listener_, reinterpret_cast<sockaddr*>(&at), size);
        ::listen(listener_, 8);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
        url = "http://127.0.0.1:" + std::to_string(ntohs(at.sin_port));
        thread_ = std::thread{[this] {
            for (int client; (client = ::accept(listener_, nullptr, nullptr)) >= 0;) clients_.emplace_back([this, client] { serve(client); });
        }};
    }
    ~server() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        for (std::thread& each : clients_) each.join();
        ::close(listener_);
    }
    std::string url{};
    std::atomic<int> asked{0}; // how many requests came

private:
    void serve(int client) {
        std::string in;
        char bytes[4096];
        for (ssize_t got; (got = ::read(client, bytes, sizeof bytes)) > 0;) {
            in.append(bytes, static_cast<std::size_t>(got));
            for (std::size_t end; (end = in.find("\r\n\r\n")) != in.npos; in.erase(0, end + 4)) {
                ++asked;
                std::string const out = answer(std::string_view{in}.substr(in.find(' ') + 1));
                if (out.empty()) continue; // until the client closes
                ::send(client, out.data(), out.size(), MSG_NOSIGNAL);
                if (out.find("\r\n\r\n") == out.npos) ::shutdown(client, SHUT_RDWR); // in the middle of it
            }
        }
        ::close(client);
    }
    std::string answer(std::string_view target) {
        auto const whole = [](std::string_view status, std::string const& body) {
            return std::string{"HTTP/1.1 "}.append(status).append("\r\nContent-Length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
        };
        if (target.starts_with("/mute")) return {};
        if (target.starts_with("/cut")) return "HTTP/1.1 200 OK\r\nContent-Le";
        if (target.starts_with("/gone")) return whole("404 Not Found", R"({"statusCode":404,"timestamp":"t","path":"p","message":"no such workflow"})");
        if (target.starts_with("/busy") && !was_busy_.exchange(true)) return whole("503 Busy", "busy");
        if (target.starts_with("/large")) return whole("200 OK", R"({"workflows":[],"totalCount":7,"more":")" + std::string(200'000, 'x') + "\"}");
        return whole("200 OK", R"({"workflows":[],"totalCount":0})");
    }
    int listener_{::socket(AF_INET, SOCK_STREAM, 0)};
    std::atomic<bool> was_busy_{false};
    std::vector<std::thread> clients_{};
    std::thread thread_{};
};

int failures = 0;
void check(bool holds, char const* what) {
    if (holds) return;
    std::printf("failed: %s\n", what);
    ++failures;
}

/// What each transport does, through the client. `list(options)` makes a call.
void check_calls(server& s, auto list) {
    using novu::error_kind;
    novu::call_options const ok{.server = s.url};
    for (int i = 0; i != 3; ++i) check(list(ok).has_value(), "a call");
    novu::stop_source stop;
    stop.request_stop();
    auto stopped = list({.server = s.url, .stop = stop.get_token()});
    check(!stopped && stopped.error().kind == error_kind::cancelled, "a call that was cancelled before it began");
    novu::stop_source during;
    int const before = s.asked;
    std::thread asks{[&] {
        while (s.asked == before) std::this_thread::yield();
        during.request_stop();
    }};
    stopped = list({.server = s.url + "/mute", .stop = during.get_token()});
    asks.join();
    check(!stopped && stopped.error().kind == error_kind::cancelled && stopped.error().sent, "a call that was cancelled while it waited for its answer");
    auto late = list({.timeout = 50ms, .server = s.url + "/mute"});
    check(!late && late.error().kind == error_kind::timeout && late.error().sent, "a call that timed out");
    auto cut = list({.server = s.url + "/cut"});
    check(!cut && cut.error().kind == error_kind::transport && cut.error().sent, "an answer that was cut short");
    auto gone = list({.server = s.url + "/gone"});
    check(!gone && gone.error().status == 404 && gone.error().dto() && gone.error().dto()->message, "a decoded error");
    auto again = list({.retries = novu::retry_policy{.initial_interval = 1ms, .max_interval = 1ms}, .server = s.url + "/busy"});
    check(again && again->attempts == 2, "a call that was tried again");
    auto large = list({.server = s.url + "/large"});
    check(large && large->value.total_count == 7, "a large answer");
    auto refused = list({.server = "http://127.0.0.1:1"});
    check(!refused && refused.error().cause == std::errc::connection_refused && !refused.error().sent, "a refused connection");
}

} // namespace

int main() {
    novu::client_options const options{.secret_key = "k", .retries = novu::retry_policy::none()};
    {
        server s;
        novu::client client{novu::curl_transport{}, options};
        check_calls(s, [&](novu::call_options const& o) { return client.workflows.list({}, o); });
    }
    {
        server s;
        novu::client<novu::any_transport> client{novu::curl_transport{}, options};
        check_calls(s, [&](novu::call_options const& o) { return client.workflows.list({}, o); });
    }
    {
        server s;
        novu::curl_multi_transport transport{{}, 1};
        novu::client client{std::ref(transport), options};
        check_calls(s, [&](novu::call_options const& o) {
            std::optional<novu::result<novu::response<novu::workflow_list>>> page;
            client.workflows.list({}, o, [&](auto came) { page = std::move(came); });
            while (transport.run_once(1h)) {}
            return std::move(*page);
        });
        int done = 0;
        for (int i = 0; i != 10; ++i) client.workflows.list({}, {.server = s.url}, [&](auto page) { done += page.has_value(); });
        while (transport.run_once(1h)) {}
        check(done == 10, "ten calls at once");
    }
    return failures;
}
