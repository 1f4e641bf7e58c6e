// Host names to addresses. getaddrinfo cannot be interrupted, so nobody waits for it longer than they like: a look-up
// is started, and its answer goes where somebody may still want it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace novu::detail {

struct resolved {
    boost::system::error_code failed{};
    std::vector<boost::asio::ip::tcp::endpoint> endpoints{};
};

/// Finds the addresses of a host and port and calls once with them: on any thread, at any time, the caller's included.
using lookup = std::function<void(std::string const& host, std::string const& port, std::function<void(resolved)> done)>;

template <class Results> resolved as_resolved(boost::system::error_code failed, Results const& found) {
    resolved out{failed, {}};
    for (auto const& entry : found) out.endpoints.push_back(entry.endpoint());
    return out;
}

/// On a thread that is left behind, and ends by itself, when the answer comes too late.
inline void look_up_on_a_thread(std::string const& host, std::string const& port, std::function<void(resolved)> done) {
    std::thread{[host, port, done = std::move(done)] {
        boost::asio::io_context io;
        boost::system::error_code failed;
        auto const found = boost::asio::ip::tcp::resolver{io}.resolve(host, port, failed);
        done(as_resolved(failed, found));
    }}.detach();
}

/// By Asio, on the one thread that each of its contexts has for this. One that is not waited for any more keeps the
/// context's run() from returning until it ends.
inline lookup look_up_by(boost::asio::any_io_executor const& executor) {
    return [executor](std::string const& host, std::string const& port, std::function<void(resolved)> done) {
        auto const resolver = std::make_shared<boost::asio::ip::tcp::resolver>(executor);
        resolver->async_resolve(host, port, [resolver, done = std::move(done)](boost::system::error_code failed, auto const& found) {
            done(as_resolved(failed, found));
        });
    };
}

/// The order in which to try them: as found, but the two families in turn (RFC 8305, 4).
inline void alternate_families(std::vector<boost::asio::ip::tcp::endpoint>& endpoints) {
    for (std::size_t i = 1; i < endpoints.size(); ++i) {
        bool const v6 = endpoints[i - 1].address().is_v6();
        auto const at = endpoints.begin() + static_cast<std::ptrdiff_t>(i);
        auto const other = std::find_if(at, endpoints.end(), [v6](auto const& e) { return e.address().is_v6() != v6; });
        if (other == endpoints.end()) return;
        std::rotate(at, other, other + 1);
    }
}

} // namespace novu::detail
