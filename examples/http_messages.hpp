// novu's request and answer as messages of Boost.Beast, and whom the request is for.
#pragma once

#include <novu/http/request.hpp>
#include <novu/http/response.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http.hpp>

#include <string>
#include <utility>

namespace plain_http {

namespace http = boost::beast::http;

/// Of a URL whose host is an address; else an error.
inline boost::asio::ip::tcp::endpoint server_of(novu::http::request const& q, boost::system::error_code& no_address) {
    return {boost::asio::ip::make_address(q.host(), no_address), static_cast<unsigned short>(std::stoi(std::string{q.port()}))};
}
inline http::request<http::string_body> to_beast(novu::http::request const& q) {
    http::request<http::string_body> message{http::string_to_verb(to_string(q.method)), q.target(), 11, std::string{q.body}};
    message.set(http::field::host, novu::http::url_view{q.url}.authority());
    for (novu::http::field f : q.headers) message.insert(f.name, f.value);
    message.prepare_payload();
    return message;
}
inline novu::http::response from_beast(http::response<http::string_body> message) {
    novu::http::response answer{.status = static_cast<int>(message.result_int()), .body = std::move(message.body())};
    for (auto const& f : message) answer.headers.add(f.name_string(), f.value());
    return answer;
}

} // namespace plain_http
