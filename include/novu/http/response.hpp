// What a transport gives back: the whole answer of one exchange.
#pragma once

#include <novu/http/headers.hpp>

#include <string>

namespace novu::http {

/// One response. The transport has taken off any transfer coding; redirects are given as they came.
struct response {
    int status{};
    http::headers headers{};
    std::string body{};
};

} // namespace novu::http
