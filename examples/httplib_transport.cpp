// A transport over cpp-httplib, a client for each exchange. Link it with the macros that its pkg-config file names.
#include <novu/novu.hpp>
#include <novu/testing/fake_novu.hpp>
#include <novu/testing/serve.hpp>

#include <httplib.h>

#include <condition_variable>
#include <iostream>
#include <mutex>
#include <thread>

class httplib_transport {
public:
    novu::result<novu::http::response> send(novu::http::request const& q) {
        httplib::Client client{std::string{q.url.substr(0, q.url.find('/', q.scheme().size() + 3))}}; // scheme, host and port
        client.set_url_encode(false);                                                                // it is encoded already
        httplib::Request request;
        request.method = std::string{novu::http::to_string(q.method)};
        request.path = std::string{q.target()};
        request.body = std::string{q.body};
        for (novu::http::field f : q.headers) request.headers.emplace(f.name, f.value);

        // cpp-httplib limits each read, not the exchange: another thread ends it in time.
        auto const time = q.timeout.count() != 0 ? q.timeout : std::chrono::hours{24};
        client.set_connection_timeout(time), client.set_read_timeout(time), client.set_write_timeout(time);
        std::mutex mutex;
        std::condition_variable over;
        bool ended = false, late = false;
        std::thread watch{[&] {
            std::unique_lock lock{mutex};
            if (!over.wait_for(lock, time, [&] { return ended; })) late = true, client.stop();
        }};
        novu::stop_callback on_stop{q.stop, [&] { client.stop(); }};
        auto answer = client.send(request);
        { std::lock_guard lock{mutex}; ended = true; }
        over.notify_one();
        watch.join();

        if (!answer) {
            using httplib::Error;
            bool const timed_out = late || answer.error() == Error::ConnectionTimeout;
            bool const sent = answer.error() == Error::Read || answer.error() == Error::Write || answer.error() == Error::Canceled;
            auto const cause = q.stop.stop_requested() ? std::errc::operation_canceled
                               : timed_out             ? std::errc::timed_out
                               : sent                  ? std::errc::connection_reset
                                                       : std::errc::connection_refused;
            novu::error e = novu::transport_error(std::make_error_code(cause), sent);
            e.note = "cpp-httplib says " + httplib::to_string(answer.error());
            return novu::failure{std::move(e)};
        }
        novu::http::response out{.status = answer->status, .body = std::move(answer->body)};
        for (auto const& [name, value] : answer->headers) out.headers.add(name, value);
        return out;
    }
    void wait(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }
};

int main() {
    novu::testing::fake_novu fake;
    novu::testing::serve server{fake};
    novu::client client{httplib_transport{}, {.secret_key = "test-secret-key", .server = server.url()}};

    auto created = client.workflows.create({.name = "Hi", .workflow_id = "hi", .steps = {novu::sms_step{.name = "Text"}}});
    std::cout << (created ? "created " + created->value.workflow_id : created.error().message()) << '\n';
    auto missing = client.workflows.get("nowhere");
    std::cout << (missing ? "?" : missing.error().message()) << '\n';
    std::cout << client.workflows.remove("hi").has_value() << '\n';
    novu::client nobody{httplib_transport{}, {.secret_key = "k", .server = "http://127.0.0.1:1", .retries = novu::retry_policy::none()}};
    std::cout << nobody.workflows.list().error().message() << '\n';
}
