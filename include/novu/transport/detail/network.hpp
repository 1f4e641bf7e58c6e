// What the connections of one transport share, and what tells one from another.
#pragma once

#include <novu/http/request.hpp>
#include <novu/http/url.hpp>
#include <novu/transport/detail/exchange_errors.hpp>
#include <novu/transport/detail/resolve.hpp>
#include <novu/transport/detail/tls.hpp>

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace novu::detail {

/// Of one transport.
struct network {
    std::string proxy{};
    std::size_t max_response_size{};
    std::chrono::milliseconds connect_timeout{};
    tls_client tls;
    lookup look_up{};

    template <class Options>
    network(Options const& o, lookup by)
        : proxy{o.proxy}, max_response_size{o.max_response_size}, connect_timeout{o.connect_timeout}, tls{o.ca_file}, look_up{std::move(by)} {}
};

/// When an exchange that begins now has to end. The TLS settings are made first, where they are needed for the first
/// time: reading the system's roots takes tens of milliseconds, which are nobody's time-out.
inline deadline end_of(http::request const& q, network& shared) {
    boost::system::error_code told_later;
    if (q.url.starts_with("https:")) shared.tls.context(told_later);
    if (q.timeout.count() == 0) return std::nullopt;
    return after(q.timeout);
}

/// What a connection to `url` can be used for again: scheme, host and port. In memory that is used again.
inline std::string const& connection_key(http::url_view const& url, std::string& key) {
    return key.assign(url.scheme()).append("://").append(url.host()).append(":").append(url.port());
}

} // namespace novu::detail
