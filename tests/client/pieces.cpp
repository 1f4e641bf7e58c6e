// Bodies that a transport delivers in pieces: decoded as they arrive, with the same outcome as whole ones.
#include "lazy_task.hpp"

#include "../workflows/large_list.hpp"

#include <novu/novu.hpp>
#include <novu/testing/virtual_clock.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory_resource>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace novu;
using namespace novu::tests;

namespace {

constexpr std::size_t threshold = 64 * 1024;

/// One exchange: the answer, and how much of its body arrives before the connection breaks.
struct scripted {
    std::string body{};
    int status{200};
    std::string content_type{"application/json"};
    std::size_t arrives{std::string::npos};
};

/// Gives a body in pieces to a sink that wants it, else whole.
struct delivering {
    static constexpr bool delivers_pieces = true;
    std::vector<scripted> script;
    std::size_t piece{8192};
    std::size_t exchanges{0}, offered{0}; // bytes of the last exchange
    std::size_t sends_again{0};
    bool had_sink{false}, begun{false};
    testing::virtual_clock clock{};

    result<http::response> send(http::request const& q) {
        scripted const& step = script.at(exchanges++);
        http::response out{step.status, {{"content-type", step.content_type}}};
        had_sink = q.sink;
        if (sends_again && q.sink && q.sink->begin(out)) q.sink->take(step.body.substr(0, sends_again)); // as over a connection that then breaks
        begun = q.sink && !step.body.empty() && q.sink->begin(out);
        offered = 0;
        std::string_view left = std::string_view{step.body}.substr(0, step.arrives);
        if (!begun) out.body = left;
        for (bool wanted = begun; wanted && !left.empty(); left.remove_prefix((std::min)(piece, left.size()))) {
            std::string const alone{left.substr(0, piece)}; // which the sanitizer sees the end of
            offered += alone.size();
            wanted = q.sink->take(alone);
        }
        if (step.arrives < step.body.size()) return failure{transport_error(std::make_error_code(std::errc::connection_reset), true)};
        return out;
    }
    void wait(std::chrono::milliseconds time) { clock.advance(time); }
};

struct delivering_coroutine {
    template <class T> using task = lazy<T>;
    static constexpr bool delivers_pieces = true;
    delivering* by;
    task<result<http::response>> send(http::request const& q) { co_return by->send(q); }
    task<void> wait(std::chrono::milliseconds) { co_return; }
};

template <class Storage = owned> result<response<basic_workflow_list<Storage>>> list(delivering& over, call_options const& options = {}) {
    client c{std::ref(over), {.secret_key = "sk_live_do_not_print", .clock = over.clock}};
    return c.workflows.list<Storage>({}, options);
}

} // namespace

TEST_CASE("pieces: the value is that of the whole body, whatever the sizes") {
    for (std::size_t const size : {std::size_t{200}, threshold - 1, threshold, threshold + 1, threshold + 700, std::size_t{300'000}}) {
        std::string const text = large_list(size);
        REQUIRE(text.size() == size);
        auto const whole = json::read<workflow_list>(text);
        REQUIRE(whole);
        for (std::size_t const piece : {std::size_t{1}, std::size_t{7}, std::size_t{8192}, threshold, size - 1, size}) {
            delivering over{{{text}}, piece};
            auto got = list(over);
            REQUIRE(got);
            CHECK(over.begun);
            CHECK(over.offered == size);
            CHECK((got->value == *whole));

            over.exchanges = 0;
            client c{delivering_coroutine{&over}, {.secret_key = "k"}};
            auto awaited = c.workflows.list().get();
            REQUIRE(awaited);
            CHECK((awaited->value == *whole));
        }
    }
}

TEST_CASE("pieces: an envelope is taken off") {
    std::string const text = large_list(100'000);
    delivering over{{{"{\"data\":" + text + "}"}}};
    auto got = list(over);
    REQUIRE(got);
    CHECK((got->value == *json::read<workflow_list>(text)));
}

TEST_CASE("pieces: a value from a memory resource, all of it") {
    std::string const text = large_list(100'000);
    std::pmr::monotonic_buffer_resource memory;
    auto const whole = json::read<pmr_types::workflow_list>(text, &memory);
    delivering over{{{text}}};
    std::pmr::set_default_resource(std::pmr::null_memory_resource());
    auto got = list<pmr>(over, {.memory = &memory});
    std::pmr::set_default_resource(nullptr);
    REQUIRE(got);
    CHECK(over.begun);
    CHECK((got->value == *whole));
}

#if defined(__cpp_exceptions)
TEST_CASE("pieces: what a memory resource throws is the call's error") {
    std::pmr::monotonic_buffer_resource little{1024, std::pmr::null_memory_resource()};
    delivering over{{{large_list(100'000)}}};
    auto const got = list<pmr>(over, {.memory = &little});
    REQUIRE(!got);
    CHECK(got.error().kind == error_kind::undecodable);
    CHECK(got.error().note.find("reading it threw: std::bad_alloc") != std::string::npos);
    CHECK(over.begun);
    CHECK(over.offered < 100'000);
}
#endif

TEST_CASE("pieces: views, and operations without a value, are given whole bodies") {
    std::string const text = large_list(100'000);
    delivering over{{{text}, {.status = 204}}};
    auto got = list<borrowed>(over);
    REQUIRE(got);
    CHECK(!over.had_sink);
    CHECK(got->value.workflows.size() == json::read<workflow_list>(text)->workflows.size());
    client c{std::ref(over), {.secret_key = "k"}};
    CHECK(c.workflows.remove("a"));
    CHECK(!over.had_sink);
}

TEST_CASE("pieces: an answer that is no success keeps its body, however large") {
    std::string const dto = R"({"statusCode":404,"timestamp":"t","path":"/","message":")" + std::string(200'000, 'm') + "\"}";
    for (scripted const& answer : {scripted{dto, 404}, {std::string(200'000, '<'), 200, "text/html"}, {large_list(200'000), 201}}) {
        delivering over{{answer}};
        auto got = list(over);
        REQUIRE(!got);
        CHECK(over.had_sink);
        CHECK(!over.begun);
        CHECK(got.error().kind == (answer.status == 404 ? error_kind::api : error_kind::unexpected_response));
        CHECK((got.error().body == answer.body));
        CHECK((got.error().dto() != nullptr) == (answer.status == 404));
    }
}

TEST_CASE("pieces: nothing of an attempt that broke off is left in the next one") {
    std::string const large = large_list(200'000), other = large_list(150'000), small = large_list(500);
    for (std::size_t const arrives : {std::size_t{0}, std::size_t{10}, std::size_t{30'000}, threshold + 1, std::size_t{199'999}})
        for (std::string const& second : {large, other, small}) {
            delivering over{{{large, 200, "application/json", arrives}, {"busy", 503, "text/plain"}, {second}}};
            auto got = list(over);
            REQUIRE(got);
            CHECK(got->attempts == 3);
            CHECK((got->value == *json::read<workflow_list>(second)));
        }
    for (std::size_t const before : {std::size_t{10}, std::size_t{100'000}}) {
        delivering over{{{large}}};
        over.sends_again = before;
        auto got = list(over);
        REQUIRE(got);
        CHECK((got->value == *json::read<workflow_list>(large)));
    }
    // One without a body, for which nothing begins.
    for (std::size_t const arrives : {std::size_t{500}, std::size_t{100'000}}) {
        delivering over{{{large, 200, "application/json", arrives}, {""}}};
        auto got = list(over);
        REQUIRE(!got);
        CHECK(got.error().kind == error_kind::undecodable);
        CHECK(got.error().note == "empty (byte 0)");
        CHECK(got.error().body.empty());
    }
}

TEST_CASE("pieces: JSON that does not fit ends the exchange; the error names the place and keeps the last piece") {
    std::string text = large_list(400'000);
    std::size_t const at = text.find(R"("name":)", 200'000) + 7;
    text.replace(at, 2, "70");
    auto const whole = json::read<workflow_list>(text);
    delivering over{{{text}}};
    auto got = list(over);
    REQUIRE(!got);
    error const& e = got.error();
    CHECK(e.kind == error_kind::undecodable);
    CHECK(e.status == 200);
    CHECK(e.attempts.size() == 1);
    CHECK(e.note.starts_with(whole.error().message() + "; "));
    CHECK(e.note.find("workflows[") == 0);
    CHECK((e.body == text.substr(at / 8192 * 8192, 8192)));
    CHECK(over.offered == (at / 8192 + 1) * 8192);
}

TEST_CASE("pieces: what does not fit within what is read whole has its whole body") {
    std::string const text = R"({"workflows":[7)" + std::string(1000, ' ') + R"(],"totalCount":0})";
    delivering over{{{text}}, 100};
    auto got = list(over);
    REQUIRE(!got);
    CHECK(got.error().kind == error_kind::undecodable);
    CHECK(got.error().body == text);
    CHECK(got.error().note == json::read<workflow_list>(text).error().message());
}

TEST_CASE("pieces: a fault within what is read whole of a larger body: that is kept") {
    std::string const text = R"({"workflows":[7)" + std::string(100'000, ' ') + R"(],"totalCount":0})";
    delivering over{{{text}}};
    auto got = list(over);
    REQUIRE(!got);
    CHECK((got.error().body == text.substr(0, threshold)));
    CHECK(over.offered == threshold + 8192);
}

TEST_CASE("pieces: JSON that ends too soon, and what follows it") {
    std::string const text = large_list(100'000);
    delivering over{{{text.substr(0, 99'000)}, {text + " x"}}};
    auto cut = list(over);
    REQUIRE(!cut);
    CHECK(cut.error().kind == error_kind::undecodable);
    CHECK(cut.error().note.find("the text ends too soon") != std::string::npos);
    CHECK((cut.error().body == text.substr(12 * 8192, 99'000 - 12 * 8192)));
    auto trailed = list(over);
    REQUIRE(!trailed);
    CHECK(trailed.error().note.starts_with("text behind the document (byte 100001)"));
}

TEST_CASE("pieces: a secret key that is cut is not shown in parts") {
    std::string const secret = "sk_live_do_not_print", text = large_list(100'000);
    for (std::size_t const shown : {std::size_t{8}, std::size_t{12}, secret.size()}) {
        std::string begins = text.substr(0, 10 * 8192) + secret.substr(secret.size() - shown) + text.substr(10 * 8192 + shown);
        std::string ends = text.substr(0, 11 * 8192 - shown) + secret.substr(0, shown) + text.substr(11 * 8192);
        for (std::string* body : {&begins, &ends}) {
            body->replace(10 * 8192 + 4000, 1, "\x01"); // which no JSON has
            delivering over{{{*body}}};
            auto got = list(over);
            REQUIRE(!got);
            CHECK(got.error().kind == error_kind::undecodable);
            CHECK(got.error().body.find("[secret key]") != std::string::npos);
            for (std::size_t i = 0; i + 8 <= secret.size(); ++i) CHECK(got.error().body.find(secret.substr(i, 8)) == std::string::npos);
        }
    }
}
