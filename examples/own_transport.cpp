// A transport of one's own: two functions. This one makes plain HTTP requests with Boost.Beast, a connection each.
#include <novu/novu.hpp>
#include <novu/testing/fake_novu.hpp>
#include <novu/testing/serve.hpp>

#include <boost/asio/connect.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <iostream>
#include <thread>

namespace beast = boost::beast;
namespace http = boost::beast::http;

class my_transport {
public:
    novu::result<novu::http::response> send(novu::http::request const& q) {
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
        auto const read = [&] { http::async_read(stream, buffer, answer, then([] {})); };
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

int main() {
    novu::testing::fake_novu fake;
    novu::testing::serve server{fake};
    novu::client client{my_transport{}, {.secret_key = "test-secret-key", .server = server.url()}};

    auto created = client.workflows.create({.name = "Hi", .workflow_id = "hi", .steps = {novu::sms_step{.name = "Text"}}});
    std::cout << (created ? "created " + created->value.workflow_id : created.error().message()) << '\n';
    auto missing = client.workflows.get("nowhere");
    std::cout << (missing ? "?" : missing.error().message()) << '\n';
    novu::client nobody{my_transport{}, {.secret_key = "k", .server = "http://127.0.0.1:1", .retries = novu::retry_policy::none()}};
    std::cout << nobody.workflows.list().error().message() << '\n';
}
