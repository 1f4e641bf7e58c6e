// A transport over cpp-httplib, a client for each exchange. Link it with the macros that its pkg-config file names.
// A write to a connection that the server closed raises SIGPIPE there, which the program should ignore:
// std::signal(SIGPIPE, SIG_IGN).
#pragma once

#include "httplib_until.hpp"

#include <novu/error.hpp>
#include <novu/http/request.hpp>
#include <novu/http/response.hpp>

#include <optional>
#include <string>
#include <thread>

struct httplib_transport {
    novu::result<novu::http::response> send(novu::http::request const& q) {
        if (q.stop.stop_requested()) return novu::failure{novu::transport_error(std::make_error_code(std::errc::operation_canceled), false)};
        httplib::Client client{std::string{q.url.substr(0, q.url.find('/', q.scheme().size() + 3))}}; // scheme, host and port
        client.set_url_encode(false);                                                                // it is encoded already
        httplib::Request request;
        request.method = std::string{novu::http::to_string(q.method)};
        request.path = std::string{q.target()};
        request.body = std::string{q.body};
        for (novu::http::field f : q.headers) request.headers.emplace(f.name, f.value);
        std::optional<httplib::Response> bodiless; // 304: cpp-httplib would wait for a body
        request.response_handler = [&](httplib::Response const& head) {
            if (head.status == 304) bodiless = head;
            return !bodiless;
        };

        auto const time = q.timeout.count() != 0 ? q.timeout : std::chrono::hours{24};
        auto const until = std::chrono::steady_clock::now() + time;
        client.set_connection_timeout(time), client.set_read_timeout(time), client.set_write_timeout(time);
        auto [answer, cut] = send_until(client, request, until, q.stop);

        if (cut || (!answer && !bodiless)) {
            using httplib::Error;
            Error const said = answer.error();
            bool const sent = said == Error::Success || said == Error::Read || said == Error::Write || said == Error::Canceled;
            auto const cause = std::chrono::steady_clock::now() >= until ? std::errc::timed_out
                               : cut                        ? std::errc::operation_canceled
                               : sent                       ? std::errc::connection_reset
                                                            : std::errc::connection_refused;
            novu::error e = novu::transport_error(std::make_error_code(cause), sent);
            e.note = "cpp-httplib says " + httplib::to_string(said);
            return novu::failure{std::move(e)};
        }
        httplib::Response& came = bodiless ? *bodiless : *answer;
        if (came.get_header_value("Content-Length").find_first_not_of("0123456789") != std::string::npos) // to cpp-httplib, none
            return novu::failure{novu::transport_error(std::make_error_code(std::errc::bad_message), true)};
        novu::http::response out{.status = came.status, .body = std::move(came.body)};
        for (auto const& [name, value] : came.headers) out.headers.add(name, value);
        return out;
    }
    void wait(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }
};
