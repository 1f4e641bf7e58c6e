// Cancelling a call: with novu's own stop_source, or with the standard library's, such as a std::jthread has.
#include <novu/novu.hpp>
#include <novu/testing/faulty_server.hpp>
#include <novu/transport/beast.hpp>

#include <chrono>
#include <future>
#include <iostream>
#include <thread>

using namespace std::chrono_literals;

template <class T> void show(char const* when, novu::result<novu::response<T>> const& r) {
    auto const attempts = r ? r->attempts : static_cast<int>(r.error().attempts.size());
    std::cout << when << ": " << (r ? "it worked" : r.error().message()) << ", attempts: " << attempts << '\n';
}

int main() {
    // A server that takes a request and never answers; then one that is down, and asks to wait for 50 s.
    std::promise<void> asked;
    novu::testing::faulty_server silent{{[&](novu::testing::peer& p) { p.request(), asked.set_value(), p.until_closed(); }}};
    novu::testing::faulty_server down{{[](novu::testing::peer& p) {
        p.request(), p.send("HTTP/1.1 503 Down\r\nRetry-After: 50\r\nContent-Length: 0\r\n\r\n"), p.until_closed();
    }}};
    auto const begun = std::chrono::steady_clock::now();

    novu::client waits{novu::beast_transport{}, {.secret_key = "k", .server = silent.url()}};
    novu::stop_source own;
    std::thread elsewhere{[&] { asked.get_future().wait(), own.request_stop(); }};
    show("while it waits for the answer", waits.workflows.list({}, {.stop = own.get_token()}));
    elsewhere.join();

    std::promise<void> scheduled;
    novu::client retries{novu::beast_transport{}, {.secret_key = "k", .server = down.url(), .on_event = [&](novu::event const& e) {
        if (std::holds_alternative<novu::retry_scheduled>(e)) scheduled.set_value();
    }}};
    std::jthread worker{[&](std::stop_token stop) { show("between two attempts", retries.workflows.list({}, {.stop = stop})); }};
    scheduled.get_future().wait();
    worker.request_stop();
    worker.join();

    std::cout << "at once: " << (std::chrono::steady_clock::now() - begun < 5s ? "yes" : "no") << '\n';
    return 0;
}
