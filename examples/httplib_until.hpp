// An exchange of cpp-httplib that ends in time. cpp-httplib limits each read, not the exchange, and cannot be stopped while
// it connects: it runs on another thread, and is ended from here, by descriptors of our own for its sockets, which nobody
// else closes. POSIX only.
#pragma once

#include <novu/stop_token.hpp>

#include <httplib.h>

#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <future>
#include <mutex>
#include <utility>
#include <vector>

struct httplib_outcome {
    httplib::Result answer;
    bool cut; ///< it was ended from here: its answer may look whole
};

inline httplib_outcome send_until(httplib::Client& client, httplib::Request const& request, std::chrono::steady_clock::time_point until, novu::stop_token const& stop) {
    std::mutex mutex;
    std::vector<int> sockets;
    client.set_socket_options([&](int its) { std::lock_guard lock{mutex}; sockets.push_back(::dup(its)); });
    std::future<httplib::Result> sending = std::async(std::launch::async, [&] { return client.send(request); });
    bool cut = false;
    while (sending.wait_for(std::chrono::milliseconds{10}) != std::future_status::ready) {
        if (!stop.stop_requested() && std::chrono::steady_clock::now() < until) continue;
        cut = true;
        std::lock_guard lock{mutex};
        for (int each : sockets) ::shutdown(each, SHUT_RDWR);
    }
    httplib_outcome came{sending.get(), cut};
    for (int each : sockets) ::close(each);
    return came;
}
