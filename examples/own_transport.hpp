// A transport of one's own in thirty lines: two functions. This one makes plain HTTP requests with Boost.Beast, a
// connection each.
#pragma once

#include <novu/error.hpp>
#include <novu/http/request.hpp>
#include <novu/http/response.hpp>

#include <boost/asio/connect.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <string>
#include <thread>
#include <utility>

struct one_shot_transport {
    novu::result<novu::http::response> send(novu::http::request const& q) {
        namespace beast = boost::beast;
        namespace http = boost::beast::http;
        boost::asio::io_context io;
        beast::tcp_stream stream{io};
        if (q.timeout.count() != 0) stream.expires_after(q.timeout); // for all steps below together, but the look-up of a name
        beast::error_code failed;
        auto const step = [&](auto begin) { if (!failed) begin([&](beast::error_code e, auto&&...) { failed = e; }), io.restart(), io.run(); };

        auto const addresses = boost::asio::ip::tcp::resolver{io}.resolve(std::string{q.host()}, std::string{q.port()}, failed);
        step([&](auto done) { stream.async_connect(addresses, done); });
        bool const sent = !failed;
        http::request<http::string_body> request{http::string_to_verb(novu::http::to_string(q.method)), std::string{q.target()}, 11, std::string{q.body}};
        request.set(http::field::host, std::string{q.host()} + ":" + std::string{q.port()});
        for (novu::http::field f : q.headers) request.insert(std::string{f.name}, std::string{f.value});
        request.prepare_payload();
        step([&](auto done) { http::async_write(stream, request, done); });
        beast::flat_buffer buffer;
        http::response<http::string_body> answer;
        do answer = {}, step([&](auto done) { http::async_read(stream, buffer, answer, done); }); while (answer.result_int() / 100 == 1); // 1xx is interim

        if (failed == beast::error::timeout) failed = make_error_code(boost::system::errc::timed_out);
        if (failed) return novu::failure{novu::transport_error(failed, sent)};
        novu::http::response out{.status = static_cast<int>(answer.result_int()), .body = std::move(answer.body())};
        for (auto const& f : answer) out.headers.add({f.name_string().data(), f.name_string().size()}, {f.value().data(), f.value().size()});
        return out;
    }
    void wait(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }
};
