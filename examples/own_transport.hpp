// A transport of one's own: two functions. This one makes plain HTTP requests with Boost.Beast, a connection each.
#pragma once

#include <novu/error.hpp>
#include <novu/http/request.hpp>
#include <novu/http/response.hpp>

#include <boost/asio/connect.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <functional>
#include <string>
#include <thread>

class one_shot_transport {
public:
    novu::result<novu::http::response> send(novu::http::request const& q) {
        namespace beast = boost::beast;
        namespace http = boost::beast::http;
        boost::asio::io_context io;
        beast::tcp_stream stream{io};
        if (q.timeout.count() != 0) stream.expires_after(q.timeout); // the operations below end in time
        bool sent = false;
        beast::error_code failed;
        beast::flat_buffer buffer;
        http::response<http::string_body> answer;
        http::request<http::string_body> request{http::string_to_verb(novu::http::to_string(q.method)), std::string{q.target()}, 11, std::string{q.body}};
        request.set(http::field::host, std::string{q.host()} + ":" + std::string{q.port()});
        for (novu::http::field f : q.headers) request.insert(std::string{f.name}, std::string{f.value});
        request.prepare_payload();

        auto const then = [&](auto next) { return [&, next](beast::error_code e, auto&&...) { failed = e; if (!e) next(); }; };
        std::function<void()> const read = [&] {
            answer = {};
            http::async_read(stream, buffer, answer, then([&] { if (answer.result_int() / 100 == 1) read(); })); // past interim answers
        };
        auto const write = [&] { sent = true, http::async_write(stream, request, then(read)); };
        auto const addresses = boost::asio::ip::tcp::resolver{io}.resolve(std::string{q.host()}, std::string{q.port()}, failed);
        if (!failed) stream.async_connect(addresses, then(write));
        io.run();

        if (failed == beast::error::timeout) failed = make_error_code(boost::system::errc::timed_out);
        if (failed) return novu::failure{novu::transport_error(failed, sent)};
        novu::http::response out{.status = static_cast<int>(answer.result_int()), .body = std::move(answer.body())};
        for (auto const& f : answer) out.headers.add({f.name_string().data(), f.name_string().size()}, {f.value().data(), f.value().size()});
        return out;
    }
    void wait(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }
};
