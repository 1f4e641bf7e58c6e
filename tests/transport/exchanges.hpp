// What tests of transports over sockets share.
#pragma once

#include <novu/error.hpp>
#include <novu/http/headers.hpp>
#include <novu/testing/faulty_server.hpp>
#include <novu/transport/detail/resolve.hpp>

#include <catch2/catch_test_macros.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <iostream>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace novu::tests {

inline constexpr std::string_view empty_page = R"({"workflows":[],"totalCount":0})";

/// The key, and what a request says besides its URL. What came of each exchange that failed is printed, so that
/// tests/run.sh finds the key in the logs if it is there.
inline constexpr char secret[] = "sk_live_do_not_print";
inline constexpr http::field usual_fields[] = {{"accept", "application/json"}, {"authorization", "ApiKey sk_live_do_not_print"}};
inline constexpr std::string_view usual_lines = "accept: application/json\r\nauthorization: ApiKey sk_live_do_not_print\r\n";
inline std::mutex printing{}; // Catch2 puts a string in the place of std::cout
template <class Result> Result printed(Result r) {
    std::lock_guard const lock{printing};
    if (!r) std::cout << r.error().message() << '\n';
    return r;
}

/// A peer that reads a request and answers with these bytes, then closes.
inline testing::faulty_server::script answering(std::string bytes) {
    return [bytes = std::move(bytes)](testing::peer& p) { p.request(), p.send(bytes); };
}

inline bool says(error const& e, std::string_view words) {
    bool const found = e.message().find(words) != std::string::npos;
    if (!found) UNSCOPED_INFO(e.message());
    return found;
}

/// An address that takes no connection and refuses none: a listener whose queue is full.
class dead_address {
public:
    explicit dead_address(boost::asio::ip::address const& at = boost::asio::ip::address_v4::loopback()) {
        boost::asio::ip::tcp::endpoint const any{at, 0};
        acceptor_.open(any.protocol());
        acceptor_.bind(any);
        acceptor_.listen(0);
        fills_.connect(acceptor_.local_endpoint());
    }
    [[nodiscard]] boost::asio::ip::tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

private:
    boost::asio::io_context io_{};
    boost::asio::ip::tcp::acceptor acceptor_{io_};
    boost::asio::ip::tcp::socket fills_{io_};
};

/// Whether this machine has an IPv6 address for itself.
inline bool has_ipv6() {
    boost::asio::io_context io;
    boost::asio::ip::tcp::acceptor acceptor{io};
    boost::system::error_code failed;
    acceptor.open(boost::asio::ip::tcp::v6(), failed);
    if (!failed) acceptor.bind({boost::asio::ip::address_v6::loopback(), 0}, failed);
    return !failed;
}

/// A look-up that knows these addresses only.
inline detail::lookup finding(std::vector<boost::asio::ip::tcp::endpoint> endpoints) {
    return [endpoints = std::move(endpoints)](std::string const&, std::string const&, std::function<void(detail::resolved)> const& done) { done({{}, endpoints}); };
}
/// One that knows eight dead addresses, and behind them one of IPv4 that lives.
inline detail::lookup finding_one_alive(dead_address const& dead, unsigned short port) {
    std::vector found(8, dead.endpoint());
    found.emplace_back(boost::asio::ip::address_v4::loopback(), port);
    return finding(std::move(found));
}

} // namespace novu::tests
