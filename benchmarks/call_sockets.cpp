// Each transport beside the bare client it wraps, which sends the same bytes over one connection and does not decode
// what comes back (nor has it time-outs, but for "asio, with time-outs"): calls a second, and processor time of the
// client's thread a call. All in one run, in turn, over loopback, to one server; medians of the rounds, as lines of JSON.
//
//     call_sockets [ROUNDS [CALLS A ROUND]]
#include <novu/novu.hpp>
#include <novu/testing/fake_transport.hpp>
#include <novu/testing/faulty_server.hpp>
#include <novu/testing/serve.hpp>
#include <novu/transport/asio.hpp>
#include <novu/transport/beast.hpp>
#include <novu/transport/curl.hpp>
#include <novu/transport/curl_multi.hpp>

#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

[[noreturn]] void give_up(char const* what) {
    std::fprintf(stderr, "%s\n", what);
    std::exit(1);
}

// ---- what is asked for ----
novu::create_workflow const order_shipped{
    .name = "Order shipped",
    .workflow_id = "order-shipped",
    .steps = {novu::in_app_step{.name = "In-app", .control_values = novu::in_app_controls{.body = "Order {{payload.id}} is on its way"}},
              novu::email_step{.name = "Email", .control_values = novu::email_controls{.subject = "On its way", .body = "<p>Soon there.</p>"}}},
    .tags = {"orders"},
};

/// An operation of the client, over any transport.
struct remove_one {
    static constexpr char const* name = "remove";
    static auto call(auto& client, auto... done) { return client.workflows.remove("order-shipped", std::move(done)...); }
};
struct get_one {
    static constexpr char const* name = "get";
    static auto call(auto& client, auto... done) { return client.workflows.get("order-shipped", std::move(done)...); }
};
struct get_borrowed {
    static constexpr char const* name = "get, borrowed";
    static auto call(auto& client, auto... done) { return client.workflows.template get<novu::borrowed>("order-shipped", std::move(done)...); }
};
struct create_one {
    static constexpr char const* name = "create";
    static auto call(auto& client, auto... done) { return client.workflows.create(order_shipped, std::move(done)...); }
};

/// Always the same answers: what the server costs is the same for all.
struct constant {
    std::string body;
    constant() {
        novu::testing::fake_novu fake;
        novu::client client{novu::testing::fake_transport{fake}, {.secret_key = "test-secret-key"}};
        if (!client.workflows.create(order_shipped)) give_up("no workflow");
        auto const got = client.workflows.get("order-shipped");
        body = R"({"data":)" + *novu::json::write(got->value) + "}";
    }
    novu::http::response handle(novu::http::request const& q) const {
        if (q.method == novu::http::method::delete_) return {204, {}, {}};
        return {q.method == novu::http::method::post ? 201 : 200, {{"content-type", "application/json"}}, body};
    }
};

// ---- clients ----
/// One way to make calls: `run(n)` makes n of them.
struct contender {
    std::string transport, operation;
    int at_once;
    bool bare;
    std::function<void(int)> run;
    std::vector<double> seconds{}, cpu{};
};

/// What an operation sends, byte for byte.
template <class Operation> std::string request_of(unsigned short port) {
    std::string text;
    novu::testing::faulty_server recorder{{[&](novu::testing::peer& p) { text = p.request(), p.send("HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n"); }}};
    novu::client client{novu::beast_transport{}, {.secret_key = "test-secret-key", .server = recorder.url()}};
    (void)Operation::call(client);
    std::string const recorded = std::to_string(recorder.port()), wanted = std::to_string(port);
    text.replace(text.find(":" + recorded) + 1, recorded.size(), wanted);
    return text;
}

template <class Operation> contender bare_beast(unsigned short port) {
    struct state {
        std::string request;
        asio::io_context io{};
        tcp::socket socket{io};
        boost::beast::flat_buffer buffer{};
    };
    auto const s = std::shared_ptr<state>{new state{request_of<Operation>(port)}};
    s->socket.connect({asio::ip::address_v4::loopback(), port});
    s->socket.set_option(tcp::no_delay{true});
    return {"beast", Operation::name, 1, true, [s](int n) {
                for (int i = 0; i != n; ++i) {
                    asio::write(s->socket, asio::buffer(s->request));
                    http::response<http::string_body> answer;
                    http::read(s->socket, s->buffer, answer);
                    if (answer.result_int() >= 300) give_up("a bare call failed");
                }
            }};
}
template <class Operation, class Transport> contender novu_sync(char const* transport, std::string const& url) {
    auto const client = std::make_shared<novu::client<Transport>>(Transport{}, novu::client_options{.secret_key = "test-secret-key", .server = url});
    return {transport, Operation::name, 1, false, [client](int n) {
                for (int i = 0; i != n; ++i)
                    if (!Operation::call(*client)) give_up("a call failed");
            }};
}

/// An easy handle that is used again and again, for the same headers and body.
struct easy {
    CURL* handle = curl_easy_init();
    curl_slist* headers{};
    std::string body{}, answer{};

    easy(std::string const& url, std::string const& request) {
        std::size_t const head = request.find("\r\n\r\n"), first = request.find("\r\n");
        std::string const method = request.substr(0, request.find(' ')), target = request.substr(method.size() + 1, request.find(" HTTP/") - method.size() - 1);
        for (std::size_t at = first; at != head;) {
            std::size_t const next = request.find("\r\n", at + 2);
            std::string const line = request.substr(at + 2, next - at - 2);
            at = next;
            if (!line.starts_with("Host") && !line.starts_with("Content-Length")) headers = curl_slist_append(headers, line.c_str());
        }
        body = request.substr(head + 4);
        curl_easy_setopt(handle, CURLOPT_URL, (url + target).c_str());
        if (method != "GET") curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, method.c_str());
        if (!body.empty()) curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body.c_str());
        curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &take);
        curl_easy_setopt(handle, CURLOPT_WRITEDATA, &answer);
    }
    easy(easy const&) = delete;
    easy& operator=(easy const&) = delete;
    ~easy() { curl_easy_cleanup(handle), curl_slist_free_all(headers); }
    static std::size_t take(char* data, std::size_t, std::size_t size, void* to) { return static_cast<std::string*>(to)->append(data, size), size; }
    static void check(CURL* handle, CURLcode ended) {
        long status = 0;
        if (ended != CURLE_OK || curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK || status >= 300) give_up("a bare call failed");
    }
};
template <class Operation> contender bare_curl(std::string const& url) {
    auto const s = std::make_shared<easy>(url, request_of<Operation>(0));
    return {"curl", Operation::name, 1, true, [s](int n) {
                for (int i = 0; i != n; ++i) {
                    s->answer.clear();
                    easy::check(s->handle, curl_easy_perform(s->handle));
                }
            }};
}
template <class Operation> contender bare_curl_multi(std::string const& url, int at_once) {
    struct state {
        CURLM* multi = curl_multi_init();
        std::list<easy> handles{};
        ~state() { curl_multi_cleanup(multi); }
    };
    auto const s = std::make_shared<state>();
    for (int i = 0; i != at_once; ++i) s->handles.emplace_back(url, request_of<Operation>(0));
    return {"curl_multi", Operation::name, at_once, true, [s](int n) {
                int started = 0, done = 0, running = 0, left = 0;
                auto const start = [&](CURL* handle) { ++started, curl_multi_add_handle(s->multi, handle); };
                for (easy& each : s->handles) each.answer.clear(), start(each.handle);
                while (done < n) {
                    curl_multi_perform(s->multi, &running);
                    while (CURLMsg* const ended = curl_multi_info_read(s->multi, &left)) {
                        CURL* const handle = ended->easy_handle;
                        easy::check(handle, ended->data.result);
                        curl_multi_remove_handle(s->multi, handle);
                        if (++done, started == n) continue;
                        for (easy& each : s->handles)
                            if (each.handle == handle) each.answer.clear();
                        start(handle);
                    }
                    if (done < n) curl_multi_poll(s->multi, nullptr, 0, 1000, nullptr);
                }
            }};
}
template <class Operation> contender novu_curl_multi(std::string const& url, int at_once) {
    struct state {
        novu::curl_multi_transport transport{};
        novu::client<novu::curl_multi_transport&> client;
        int left{0}; // to start
        explicit state(std::string const& u) : client{std::ref(transport), {.secret_key = "test-secret-key", .server = u}} {}
        void next() {
            if (left-- <= 0) return;
            Operation::call(client, [this](auto r) {
                if (!r) give_up("a call failed");
                next();
            });
        }
    };
    auto const s = std::make_shared<state>(url);
    return {"curl_multi", Operation::name, at_once, false, [s, at_once](int n) {
                s->left = n;
                for (int i = 0; i != at_once; ++i) s->next();
                while (s->transport.run_once(std::chrono::seconds{1})) {}
            }};
}

/// Over a tcp_stream it has time-outs, as ours has.
template <class Operation, class Stream> contender bare_asio(char const* transport, unsigned short port, int at_once) {
    struct state {
        std::string request;
        asio::io_context io{1};
        std::vector<Stream> streams{};
        static asio::awaitable<void> exchange(Stream& stream, std::string const& request, int n) {
            boost::beast::flat_buffer buffer;
            for (int i = 0; i != n; ++i) {
                if constexpr (std::is_same_v<Stream, boost::beast::tcp_stream>) stream.expires_after(std::chrono::seconds{30});
                co_await asio::async_write(stream, asio::buffer(request), asio::use_awaitable);
                http::response<http::string_body> answer;
                co_await http::async_read(stream, buffer, answer, asio::use_awaitable);
                if (answer.result_int() >= 300) give_up("a bare call failed");
            }
        }
    };
    auto const s = std::shared_ptr<state>{new state{request_of<Operation>(port)}};
    for (int i = 0; i != at_once; ++i) {
        tcp::socket socket{s->io};
        socket.connect({asio::ip::address_v4::loopback(), port});
        socket.set_option(tcp::no_delay{true});
        s->streams.emplace_back(std::move(socket));
    }
    return {transport, Operation::name, at_once, true, [s, at_once](int n) {
                for (auto& stream : s->streams) asio::co_spawn(s->io, state::exchange(stream, s->request, n / at_once), asio::detached);
                s->io.restart();
                s->io.run();
            }};
}
template <class Operation> contender novu_asio(char const* transport, std::string const& url, int at_once) {
    struct state {
        asio::io_context io{1};
        novu::client<novu::asio_transport> client;
        explicit state(std::string const& u) : client{novu::asio_transport{io.get_executor()}, {.secret_key = "test-secret-key", .server = u}} {}
        static asio::awaitable<void> call(novu::client<novu::asio_transport>& client, int n) {
            for (int i = 0; i != n; ++i) {
                auto task = Operation::call(client);
                auto const r = co_await std::move(task);
                if (!r) give_up("a call failed");
            }
        }
    };
    auto const s = std::make_shared<state>(url);
    return {transport, Operation::name, at_once, false, [s, at_once](int n) {
                for (int i = 0; i != at_once; ++i) asio::co_spawn(s->io, state::call(s->client, n / at_once), asio::detached);
                s->io.restart();
                s->io.run();
            }};
}

double thread_cpu() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}
double median(std::vector<double> of) {
    std::sort(of.begin(), of.end());
    return of[of.size() / 2];
}

} // namespace

int main(int argc, char** argv) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int const rounds = argc > 1 ? std::atoi(argv[1]) : 15, calls = argc > 2 ? std::atoi(argv[2]) : 6400;
    constant handler;
    novu::testing::serve server{handler};
    std::vector<contender> all;
    auto const add = [&]<class Operation>(Operation) {
        all.push_back(bare_beast<Operation>(server.port()));
        all.push_back(novu_sync<Operation, novu::beast_transport>("beast", server.url()));
        all.push_back(bare_curl<Operation>(server.url()));
        all.push_back(novu_sync<Operation, novu::curl_transport>("curl", server.url()));
        all.push_back(bare_curl_multi<Operation>(server.url(), 64));
        all.push_back(novu_curl_multi<Operation>(server.url(), 64));
        auto const beside = [&]<class Stream>(char const* transport, int at_once, Stream*) {
            all.push_back(bare_asio<Operation, Stream>(transport, server.port(), at_once));
            all.push_back(novu_asio<Operation>(transport, server.url(), at_once));
        };
        beside("asio", 1, static_cast<tcp::socket*>(nullptr));
        beside("asio", 64, static_cast<tcp::socket*>(nullptr));
        beside("asio, with time-outs", 64, static_cast<boost::beast::tcp_stream*>(nullptr));
    };
    add(remove_one{});
    add(get_one{});
    add(get_borrowed{});
    add(create_one{});
    for (int round = -1; round != rounds; ++round)
        for (contender& c : all) {
            auto const begin = std::chrono::steady_clock::now();
            double const cpu = thread_cpu();
            c.run(calls);
            if (round < 0) continue; // warm
            c.cpu.push_back((thread_cpu() - cpu) / calls);
            c.seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() / calls);
        }
    for (std::size_t i = 0; i + 1 < all.size(); i += 2) {
        contender const &bare = all[i], &ours = all[i + 1];
        std::printf(R"({"transport": "%s", "operation": "%s", "at_once": %d, "bare_calls_per_second": %.0f, "novu_calls_per_second": %.0f, )"
                    R"("bare_cpu_us": %.2f, "novu_cpu_us": %.2f})" "\n",
                    ours.transport.c_str(), ours.operation.c_str(), ours.at_once, 1 / median(bare.seconds), 1 / median(ours.seconds), median(bare.cpu) * 1e6, median(ours.cpu) * 1e6);
    }
}
