// A transport over cpp-httplib, a client for each exchange. Link it with the macros that its pkg-config file names.
// A write to a connection that the server closed raises SIGPIPE there, which the program should ignore:
// std::signal(SIGPIPE, SIG_IGN). POSIX only.
#pragma once

#include <novu/error.hpp>
#include <novu/http/request.hpp>
#include <novu/http/response.hpp>

#include <httplib.h>

#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

class httplib_transport {
public:
    novu::result<novu::http::response> send(novu::http::request const& q) {
        using std::chrono::steady_clock;
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

        // cpp-httplib limits each read, not the exchange, and cannot be stopped while it connects: another thread ends it in
        // time, and when it is stopped, by a descriptor of its own for the socket, which nobody else closes.
        auto const time = q.timeout.count() != 0 ? q.timeout : std::chrono::hours{24};
        auto const until = steady_clock::now() + time;
        client.set_connection_timeout(time), client.set_read_timeout(time), client.set_write_timeout(time);
        std::mutex mutex;
        std::condition_variable changed;
        bool over = false, cut = false;
        int socket = -1;
        client.set_socket_options([&](int its) {
            std::lock_guard lock{mutex};
            if (socket >= 0) ::close(socket);
            socket = ::dup(its);
        });
        novu::stop_callback on_stop{q.stop, [&] { std::lock_guard lock{mutex}; changed.notify_one(); }};
        std::thread watch{[&] {
            std::unique_lock lock{mutex};
            changed.wait_until(lock, until, [&] { return over || q.stop.stop_requested(); });
            while (!over) { // again and again: without effect where there is no connection yet
                cut = true;
                ::shutdown(socket, SHUT_RDWR);
                changed.wait_for(lock, std::chrono::milliseconds{10}, [&] { return over; });
            }
        }};
        auto answer = client.send(request);
        { std::lock_guard lock{mutex}; over = true; }
        changed.notify_one();
        watch.join();
        if (socket >= 0) ::close(socket);

        if (cut || (!answer && !bodiless)) { // what is cut may look whole
            using httplib::Error;
            Error const said = answer.error();
            bool const sent = said == Error::Success || said == Error::Read || said == Error::Write || said == Error::Canceled;
            auto const cause = steady_clock::now() >= until ? std::errc::timed_out
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
