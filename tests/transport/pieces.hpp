// Bodies that are delivered in pieces, over sockets. A test file lists its transports, as subjects, and includes this:
//
//     using subjects = std::tuple<novu::tests::synchronous<novu::curl_transport, novu::curl_options>>;
#pragma once

#include "../workflows/large_list.hpp"
#include "exchanges.hpp"

#include <novu/novu.hpp>
#include <novu/testing/faulty_server.hpp>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <future>
#include <limits>
#include <memory_resource>
#include <new>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

namespace novu::tests {

/// How large the largest block is that this thread has taken.
inline thread_local std::size_t largest_block = 0;
/// How large a block is that this thread does not get.
inline thread_local std::size_t too_large = (std::numeric_limits<std::size_t>::max)();

/// What takes the bodies of answers.
struct recording_sink final : http::body_sink {
    std::vector<http::response> heads{};
    std::string body{};
    std::size_t largest{0};
    bool wants{true};
    std::size_t up_to{std::string::npos}; // and refuses what is beyond
    bool begin(http::response const& head) noexcept override { return heads.push_back(head), body.clear(), wants; }
    bool take(std::string_view piece) noexcept override {
        largest = (std::max)(largest, piece.size());
        body += piece;
        return body.size() <= up_to;
    }
};

/// A synchronous transport.
template <class Transport, class Options> struct synchronous {
    Transport transport;
    explicit synchronous(std::size_t limit = 16 * 1024 * 1024) : transport{Options{.max_response_size = limit}} {}
    result<http::response> send(http::request const& q) { return transport.send(q); }
    template <class Storage = owned> auto list(std::string const& url, call_options const& options = {}) {
        client c{std::ref(transport), {.secret_key = "k", .server = url}};
        return c.workflows.template list<Storage>({}, options);
    }
};

inline std::string with_length(std::string const& body, std::string const& type = "application/json", int status = 200) {
    return "HTTP/1.1 " + std::to_string(status) + " x\r\nX-Head: 1\r\nContent-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
inline std::string chunked(std::string_view body, std::size_t chunk) {
    std::string out = "HTTP/1.1 200 OK\r\nX-Head: 1\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (; !body.empty(); body.remove_prefix((std::min)(chunk, body.size()))) {
        std::string_view const part = body.substr(0, chunk);
        char size[20];
        std::snprintf(size, sizeof size, "%zx\r\n", part.size());
        out.append(size).append(part).append("\r\n");
    }
    return out + "0\r\nX-Trailer: 1\r\n\r\n";
}
inline http::request asking(std::string const& url, http::body_sink& sink) {
    return {.url = url, .timeout = std::chrono::seconds{20}, .sink = &sink};
}

} // namespace novu::tests

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) // which has its own
#define NOVU_TESTS_OWN_NEW 0
#endif
#endif
#if !defined(NOVU_TESTS_OWN_NEW)
#define NOVU_TESTS_OWN_NEW 1
void* operator new(std::size_t size) {
    novu::tests::largest_block = (std::max)(novu::tests::largest_block, size);
    if (void* p = size < novu::tests::too_large ? std::malloc(size ? size : 1) : nullptr) return p;
    throw std::bad_alloc{};
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
#endif

TEMPLATE_LIST_TEST_CASE("pieces: a sink takes the body in every framing, and only the body", "", subjects) {
    using namespace novu;
    using namespace novu::tests;
    std::string const body = large_list(300'000), tiny = large_list(5000);
    struct row { std::string bytes; std::string const& body; };
    for (row const& r : {row{with_length(body), body}, {chunked(tiny, 3), tiny}, {chunked(body, 20'000), body}, {chunked(body, 300'000), body},
                         {"HTTP/1.1 200 OK\r\nX-Head: 1\r\n\r\n" + body, body},
                         {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n" + with_length(body), body}}) {
        testing::faulty_server server{{answering(r.bytes)}};
        TestType t;
        recording_sink sink;
        std::string const url = server.url() + "/";
        auto answer = t.send(asking(url, sink));
        INFO((answer ? std::string{} : answer.error().message()));
        REQUIRE(answer);
        CHECK(answer->status == 200);
        CHECK(answer->headers.get("x-head") == "1");
        CHECK(answer->body.empty());
        REQUIRE(sink.heads.size() == 1);
        CHECK(sink.heads[0].status == 200);
        CHECK(sink.heads[0].headers.get("x-head") == "1");
        CHECK(!sink.heads[0].headers.contains("x-early"));
        CHECK((sink.body == r.body));
        CHECK(sink.largest <= 16 * 1024);
    }
}

TEMPLATE_LIST_TEST_CASE("pieces: a sink that does not want them, and an answer without a body", "", subjects) {
    using namespace novu;
    using namespace novu::tests;
    std::string const body = large_list(300'000);
    testing::faulty_server server{{[&](testing::peer& p) { p.request(), p.send(with_length(body)), p.request(), p.send("HTTP/1.1 204 No Content\r\n\r\n"), p.request(), p.answer("end"); }}};
    TestType t;
    recording_sink sink;
    sink.wants = false;
    std::string const url = server.url() + "/";
    auto whole = t.send(asking(url, sink));
    REQUIRE(whole);
    CHECK((whole->body == body));
    CHECK(sink.heads.size() == 1);
    CHECK(sink.body.empty());
    sink.wants = true;
    auto none = t.send(asking(url, sink));
    REQUIRE(none);
    CHECK(none->status == 204);
    CHECK(sink.body.empty());
    REQUIRE(t.send(asking(url, sink)));
    CHECK(sink.body == "end");
    CHECK(server.connections() == 1);
}

TEMPLATE_LIST_TEST_CASE("pieces: a sink that refuses ends the exchange as an answer, whose connection is not used again", "", subjects) {
    using namespace novu;
    using namespace novu::tests;
    // The rest does not come while the client waits for it.
    testing::faulty_server server{{[](testing::peer& p) { p.request(), p.send("HTTP/1.1 201 x\r\nX-Head: 1\r\nContent-Length: 90000\r\n\r\n" + std::string(50'000, 'x')), p.until_closed(); },
                                   [](testing::peer& p) { p.request(), p.answer("next"); }}};
    TestType t;
    recording_sink sink;
    sink.up_to = 20'000;
    std::string const url = server.url() + "/";
    auto answer = t.send(asking(url, sink));
    REQUIRE(answer);
    CHECK(answer->status == 201);
    CHECK(answer->headers.get("x-head") == "1");
    CHECK(answer->body.empty());
    CHECK(sink.body.size() > 20'000);
    CHECK(sink.body.size() <= 20'000 + sink.largest);
    REQUIRE(t.send(asking(url, sink)));
    CHECK(sink.body == "next");
    CHECK(server.connections() == 2);
}

TEMPLATE_LIST_TEST_CASE("pieces: the limit holds for what a sink takes", "", subjects) {
    using namespace novu;
    using namespace novu::tests;
    std::string const fits(100'000, 'x'), over(100'001, 'x');
    for (std::string const& bytes : {with_length(fits), chunked(fits, 5000)}) {
        testing::faulty_server server{{answering(bytes)}};
        TestType t{100'000};
        recording_sink sink;
        std::string const url = server.url() + "/";
        REQUIRE(t.send(asking(url, sink)));
        CHECK((sink.body == fits));
    }
    for (std::string const& bytes : {with_length(over), chunked(over, 5000), "HTTP/1.1 200 OK\r\n\r\n" + over}) {
        testing::faulty_server server{{[&](testing::peer& p) { p.request(), p.send(bytes), p.until_closed(); }}};
        TestType t{100'000};
        recording_sink sink;
        std::string const url = server.url() + "/";
        auto answer = t.send(asking(url, sink));
        REQUIRE(!answer);
        CHECK(answer.error().cause == std::errc::message_size);
        CHECK(answer.error().permanent);
        CHECK(sink.body.size() <= 100'000);
    }
}

TEMPLATE_LIST_TEST_CASE("pieces: a kept connection that was closed is replaced; one that breaks in the body fails the exchange", "", subjects) {
    using namespace novu;
    using namespace novu::tests;
    std::string const body = large_list(100'000);
    testing::faulty_server server{{[&](testing::peer& p) { p.request(), p.answer("first"), p.request(), p.close(); },
                                   [&](testing::peer& p) { p.request(), p.send(with_length(body)), p.request(), p.send(with_length(body).substr(0, 60'000)); }}};
    TestType t;
    recording_sink sink;
    std::string const url = server.url() + "/";
    REQUIRE(t.send(asking(url, sink)));
    auto again = t.send(asking(url, sink));
    REQUIRE(again);
    CHECK(sink.heads.size() == 2);
    CHECK((sink.body == body));
    auto cut = t.send(asking(url, sink));
    REQUIRE(!cut);
    CHECK(cut.error().sent);
    CHECK(says(cut.error(), "the server closed the connection (reading the answer's body)"));
    CHECK(sink.heads.size() == 3);
    CHECK(server.connections() == 2);
}

TEMPLATE_LIST_TEST_CASE("pieces: an answer for which there is no memory is an error, and nothing of it is left for the next call", "", subjects) {
    using namespace novu;
    using namespace novu::tests;
    if (!NOVU_TESTS_OWN_NEW) SKIP("the thread sanitizer has an operator new of its own");
    std::string body = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstale"; // which is read together with the head
    body.resize(6000, ' ');
    testing::faulty_server server{{[&](testing::peer& p) { p.request(), p.answer("first"), p.request(), p.send(with_length(body)), p.until_closed(); },
                                   [&](testing::peer& p) { p.request(), p.answer("next"); }}};
    TestType t;
    std::string const url = server.url();
    http::request const q{.url = url, .timeout = std::chrono::seconds{20}};
    REQUIRE(t.send(q));
    too_large = body.size();
    auto failed = t.send(q);
    too_large = (std::numeric_limits<std::size_t>::max)();
    REQUIRE(!failed);
    CHECK(failed.error().kind == error_kind::transport);
    CHECK(failed.error().sent);
    CHECK(says(failed.error(), "bad_alloc"));
    auto next = t.send(q);
    REQUIRE(next);
    CHECK(next->body == "next");
    CHECK(server.connections() == 2);
}

TEMPLATE_LIST_TEST_CASE("pieces: a large list is what json::read gives, and no block of its size is taken", "", subjects) {
    using namespace novu;
    using namespace novu::tests;
    std::string const dense = large_list(1'500'000);
    std::string sparse = large_list(30'000); // whose value is small
    for (std::size_t at = 0; (at = sparse.find(",{", at)) != sparse.npos; at += 16'000) sparse.insert(at + 1, 16'000, ' ');
    REQUIRE(sparse.size() > 1'000'000);
    std::string const tiny_chunks = chunked(sparse, 50);
    testing::faulty_server server{{[&](testing::peer& p) {
        for (std::string const& text : {with_length(dense), with_length(sparse), tiny_chunks, with_length(dense), with_length(dense)}) p.request(), p.send(text);
    }}};
    TestType t;
    auto got = t.list(server.url());
    REQUIRE(got);
    CHECK((got->value == *json::read<workflow_list>(dense)));
    for (int i = 0; i != 2; ++i) {
        largest_block = 0;
        auto of_blanks = t.list(server.url());
        CHECK(largest_block < 128 * 1024);
        REQUIRE(of_blanks);
        CHECK((of_blanks->value == *json::read<workflow_list>(sparse)));
    }
    auto views = t.template list<borrowed>(server.url());
    REQUIRE(views);
    CHECK(json::write(views->value).value() == json::write(got->value).value());
    std::pmr::monotonic_buffer_resource memory;
    auto in_memory = t.template list<pmr>(server.url(), {.memory = &memory});
    REQUIRE(in_memory);
    CHECK(json::write(in_memory->value).value() == json::write(got->value).value());
    CHECK(server.connections() == 1);
}

TEMPLATE_LIST_TEST_CASE("pieces: errors keep their bodies, and what broke off leaves nothing in the next attempt", "", subjects) {
    using namespace novu;
    using namespace novu::tests;
    std::string const dto = R"({"statusCode":404,"timestamp":"t","path":"/","message":")" + std::string(200'000, 'm') + "\"}", page(200'000, '<');
    std::string const large = large_list(1'000'000), other = large_list(800'000);
    testing::faulty_server server{{[&](testing::peer& p) {
        p.request(), p.send(with_length(dto, "application/json", 404));
        p.request(), p.send(with_length(page, "text/html"));
        p.request(), p.send(with_length(large).substr(0, 500'000));
    }, [&](testing::peer& p) { p.request(), p.send(with_length(other)); }}};
    TestType t;
    auto missing = t.list(server.url());
    REQUIRE(!missing);
    CHECK(missing.error().kind == error_kind::api);
    CHECK((missing.error().body == dto));
    CHECK(missing.error().dto());
    auto html = t.list(server.url());
    REQUIRE(!html);
    CHECK(html.error().kind == error_kind::unexpected_response);
    CHECK((html.error().body == page));
    auto got = t.list(server.url(), {.retries = retry_policy{.initial_interval = {}, .max_interval = {}}});
    REQUIRE(got);
    CHECK(got->attempts == 2);
    CHECK((got->value == *json::read<workflow_list>(other)));
}

TEMPLATE_LIST_TEST_CASE("pieces: JSON that does not fit is told by its place; the next call goes well", "", subjects) {
    using namespace novu;
    using namespace novu::tests;
    std::string const right = large_list(200'000);
    std::string wrong = large_list(1'000'000);
    wrong.replace(wrong.find(R"("name":)", 200'000) + 7, 2, "70");
    testing::faulty_server server{{[&](testing::peer& p) { p.request(), p.send(with_length(wrong)), p.until_closed(); },
                                   [&](testing::peer& p) { p.request(), p.send(with_length(right)); }}};
    TestType t;
    auto failed = t.list(server.url());
    REQUIRE(!failed);
    CHECK(failed.error().kind == error_kind::undecodable);
    CHECK(failed.error().note.starts_with(json::read<workflow_list>(wrong).error().message() + "; "));
    CHECK(wrong.find(failed.error().body) != wrong.npos);
    auto got = t.list(server.url());
    REQUIRE(got);
    CHECK((got->value == *json::read<workflow_list>(right)));
    CHECK(server.connections() == 2);
}

TEMPLATE_LIST_TEST_CASE("pieces: a stop and a time-out in the middle of a large body", "", subjects) {
    using namespace novu;
    using namespace novu::tests;
    std::string const body = large_list(500'000);
    std::promise<void> halfway;
    auto const half = [&](testing::peer& p) { p.request(), p.send(with_length(body).substr(0, 300'000)), p.delivered(); };
    testing::faulty_server server{{[&](testing::peer& p) { half(p), halfway.set_value(), p.until_closed(); }, [&](testing::peer& p) { half(p), p.until_closed(); },
                                   [&](testing::peer& p) { p.request(), p.send(with_length(body)); }}};
    TestType t;
    stop_source stop;
    std::thread stopper{[&] { halfway.get_future().wait(), stop.request_stop(); }};
    auto stopped = t.list(server.url(), {.stop = stop.get_token()});
    stopper.join();
    REQUIRE(!stopped);
    CHECK(stopped.error().kind == error_kind::cancelled);
    auto late = t.list(server.url(), {.retries = retry_policy::none(), .timeout = std::chrono::milliseconds{80}});
    REQUIRE(!late);
    CHECK(late.error().kind == error_kind::timeout);
    auto got = t.list(server.url());
    REQUIRE(got);
    CHECK((got->value == *json::read<workflow_list>(body)));
}
