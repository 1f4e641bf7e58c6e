// novu's request and answer as messages of Boost.Beast.
#pragma once

#include <novu/http/request.hpp>
#include <novu/http/response.hpp>

#include <boost/beast/http.hpp>

#include <string>
#include <utility>

namespace plain_http {

namespace http = boost::beast::http;

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
