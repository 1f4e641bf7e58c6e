// The curl transports and any_transport in a program without exceptions and RTTI, over a server of a few lines.
#include <novu/novu.hpp>
#include <novu/transport/any_transport.hpp>
#include <novu/transport/curl.hpp>
#include <novu/transport/curl_multi.hpp>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <string>
#include <thread>

using namespace std::chrono_literals;

namespace {

/// Answers every request of every connection with an empty page of workflows, until it is shut down.
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
            for (int client; (client = ::accept(listener_, nullptr, nullptr)) >= 0; ::close(client)) answer(client);
        }};
    }
    ~server() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }
    std::string url{};

private:
    static void answer(int client) {
        std::string in;
        char bytes[4096];
        for (ssize_t got; (got = ::read(client, bytes, sizeof bytes)) > 0;) {
            in.append(bytes, static_cast<std::size_t>(got));
            std::string_view const out = "HTTP/1.1 200 OK\r\nContent-Length: 31\r\n\r\n{\"workflows\":[],\"totalCount\":0}";
            for (std::size_t end; (end = in.find("\r\n\r\n")) != in.npos; in.erase(0, end + 4)) ::send(client, out.data(), out.size(), MSG_NOSIGNAL);
        }
    }
    int listener_{::socket(AF_INET, SOCK_STREAM, 0)};
    std::thread thread_{};
};

int failures = 0;
void check(bool holds, char const* what) {
    if (holds) return;
    std::printf("failed: %s\n", what);
    ++failures;
}

} // namespace

int main() {
    server s;
    novu::client_options const options{.secret_key = "k", .server = s.url, .retries = novu::retry_policy::none()};
    {
        novu::client client{novu::curl_transport{}, options};
        for (int i = 0; i != 3; ++i) check(client.workflows.list().has_value(), "a call over curl_transport");
        novu::stop_source stop;
        stop.request_stop();
        auto stopped = client.workflows.list({}, {.stop = stop.get_token()});
        check(!stopped && stopped.error().kind == novu::error_kind::cancelled, "a call that was cancelled");
    }
    {
        novu::client<novu::any_transport> client{novu::curl_transport{}, options};
        check(client.workflows.list().has_value(), "a call over any_transport");
    }
    {
        novu::curl_multi_transport transport{{}, 1};
        novu::client client{std::ref(transport), options};
        int done = 0;
        for (int i = 0; i != 10; ++i) client.workflows.list({}, {}, [&](auto page) { done += page.has_value(); });
        while (transport.run_once(1h)) {}
        check(done == 10, "ten calls over curl_multi_transport");
    }
    novu::client lost{novu::curl_transport{}, {.secret_key = "k", .server = "http://127.0.0.1:1", .retries = novu::retry_policy::none()}};
    auto refused = lost.workflows.list();
    check(!refused && refused.error().cause == std::errc::connection_refused && !refused.error().sent, "a refused connection");
    return failures;
}
