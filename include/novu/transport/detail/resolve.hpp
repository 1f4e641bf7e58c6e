// Host names to addresses, within a time limit: getaddrinfo cannot be interrupted, so it runs on a thread that is
// left behind, and ends by itself, when the answer comes too late.
#pragma once

#include <novu/stop_token.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace novu::detail {

using deadline = std::optional<std::chrono::steady_clock::time_point>;

struct resolved {
    boost::system::error_code failed{};
    std::vector<boost::asio::ip::tcp::endpoint> endpoints{};
};

/// The addresses of a host; timed_out or operation_aborted where the deadline or the stop comes first.
inline resolved resolve(std::string const& host, std::string const& port, deadline until, stop_token const& stop) {
    namespace asio = boost::asio;
    boost::system::error_code not_an_address;
    if (auto const address = asio::ip::make_address(host, not_an_address); !not_an_address)
        return {{}, {{address, static_cast<unsigned short>(std::stoi(port))}}};

    struct shared {
        std::mutex mutex;
        std::condition_variable changed;
        std::optional<resolved> answer;
    };
    auto const state = std::make_shared<shared>();
    std::thread{[state, host, port] {
        asio::io_context io;
        resolved out;
        auto const found = asio::ip::tcp::resolver{io}.resolve(host, port, out.failed);
        for (auto const& entry : found) out.endpoints.push_back(entry.endpoint());
        std::lock_guard lock{state->mutex};
        state->answer = std::move(out);
        state->changed.notify_all();
    }}.detach();

    stop_callback wake{stop, [state] {
                           std::lock_guard lock{state->mutex};
                           state->changed.notify_all();
                       }};
    std::unique_lock lock{state->mutex};
    auto const over = [&] { return state->answer || stop.stop_requested(); };
    if (!until) state->changed.wait(lock, over);
    else state->changed.wait_until(lock, *until, over);
    if (state->answer) return *state->answer;
    return {stop.stop_requested() ? boost::system::error_code{asio::error::operation_aborted} : asio::error::timed_out, {}};
}

} // namespace novu::detail
