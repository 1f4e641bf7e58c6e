// Bad input of both sides through the client: the exact kind of each error, and its message.
#include "../fixtures.hpp"
#include "over_script.hpp"

#include <novu/novu.hpp>
#include <novu/testing/scripted_transport.hpp>

#include <catch2/catch_test_macros.hpp>

#include <limits>
#include <string>

using namespace novu;
using namespace novu::tests;
using namespace std::chrono_literals;

namespace {

std::string nested(std::size_t levels) {
    std::string out = R"({"workflows":[],"totalCount":0,"deep":)";
    return out + std::string(levels, '[') + std::string(levels, ']') + "}";
}

} // namespace

TEST_CASE("responses that cannot be read: undecodable, with path and place, and the body kept") {
    struct row { std::string body, message; };
    std::string const item = R"({"name":"n","updatedAt":"t","createdAt":"t","_id":"i","workflowId":"w","slug":"s","status":"ACTIVE","origin":"external","stepTypeOverviews":[],"steps":[]})";
    for (row const& r : {
             row{"", "empty (byte 0)"},
             {"   ", "the text ends too soon (byte 3)"},
             {R"({"workflows":[{"name":"ord)", "workflows[0].name: the text ends too soon (byte 26)"},
             {"not JSON", "not JSON: syntax error (byte 0)"},
             {"<!doctype html>", "not JSON: syntax error (byte 0)"},
             {R"({"workflows":{},"totalCount":0})", "workflows: expected array, got object (byte 13)"},
             {R"({"workflows":[],"totalCount":"0"})", "totalCount: expected integer, got string (byte 31)"},
             {R"({"workflows":[],"totalCount":1.5})", "totalCount: expected integer, got a number that is none or out of range (byte 32)"},
             {R"({"workflows":[],"totalCount":99999999999999999999})", "totalCount: expected integer, got a number that is none or out of range (byte 49)"},
             {R"({"workflows":[null],"totalCount":0})", "workflows[0]: expected object, got null (byte 14)"},
             {R"({"workflows":[]})", "totalCount: missing required member (byte 15)"},
             {R"({"workflows":[{}],"totalCount":0})", "workflows[0].name: missing required member (byte 15)"},
             {R"({"workflows":[],"totalCount":0,"totalCount":1})", "totalCount: stands twice in the same object (byte 42)"},
             {R"({"workflows":[],"totalCount":0} x)", "text behind the document (byte 32)"},
             {"{\"workflows\":[],\"totalCount\":0,\"x\":\"\xff\"}", "x: not JSON: syntax error (byte 36)"},
             {nested(200), "deep: too many levels (byte 165)"},
             {nested(20'000), "deep: too many levels (byte 165)"},
             {R"({"statusCode":500,"timestamp":"t","path":"/","message":"oops"})", "workflows: missing required member (byte 61)"}, // 200 with an error body
         }) {
        over_script t;
        t.transport.answer(200, r.body, {{"content-type", "application/json"}});
        auto got = t.client.workflows.list();
        REQUIRE(!got);
        CHECK(got.error().kind == error_kind::undecodable);
        CHECK(got.error().stopped == stop_reason::permanent);
        CHECK(got.error().status == 200);
        CHECK(got.error().body == r.body);
        CHECK(got.error().attempts.size() == 1);
        CHECK(got.error().message() == "the response cannot be decoded (status 200); " + r.message);
    }
    for (std::size_t fits : {33u, 100u}) { // beyond basic_parser's own 32
        over_script t;
        t.transport.answer(200, nested(fits));
        CHECK(t.client.workflows.list());
    }
}

TEST_CASE("requests that cannot be sent: invalid_request, and nothing is") {
    over_script t;
    auto const& w = t.client.workflows;
    auto refused = [&](auto const& result, std::string const& message) {
        REQUIRE(!result);
        CHECK(result.error().kind == error_kind::invalid_request);
        CHECK(result.error().message() == "invalid request, nothing was sent; " + message);
        CHECK(!result.error().sent);
    };
    refused(w.get(""), "the id \"\" cannot be sent: it would disappear from the URL");
    refused(w.remove("."), "the id \".\" cannot be sent: it would disappear from the URL");
    refused(w.update("..", {.name = "a", .steps = empty_list, .preferences = preferences{}}), "the id \"..\" cannot be sent: it would disappear from the URL");
    refused(w.steps.retrieve("a", ""), "the id \"\" cannot be sent: it would disappear from the URL");
    refused(w.get("\xc3"), "an id is not valid UTF-8");
    refused(w.list({.query = "\xff"}), "the query's query is not valid UTF-8");
    refused(w.get("a", {.environment_id = "\xff"}), "the query's environment_id is not valid UTF-8");
    refused(w.create({.name = "a", .workflow_id = "a", .steps = {sms_step{.name = "s", .control_values = sms_controls{.body = "\xed\xa0\x80"}}}}),
            "the request cannot be written as JSON: steps[0].controlValues.body: not valid UTF-8 (byte 88)");
    refused(w.patch("a", {.payload_schema = boost::json::object{{"n", std::numeric_limits<double>::quiet_NaN()}}}),
            "the request cannot be written as JSON: payloadSchema.n: NaN and infinities have no JSON form (byte 22)");
    refused(w.create<borrowed>({.name = "a", .workflow_id = "a", .steps = empty_list, .payload_schema = json::raw_object{"{oops"}}),
            "the request cannot be written as JSON: payloadSchema: not a JSON object (byte 56)");
    using namespace std::string_literals;
    for (std::string const& key : {"a\nb"s, "a\r\nX: y"s, "a\0b"s})
        refused(w.list({}, {.idempotency_key = key}), "the idempotency key has a character that no header can carry");
    for (std::string const& key : {""s, std::string(256, 'k')}) refused(w.list({}, {.idempotency_key = key}), "an idempotency key has 1 to 255 characters");
    for (std::string const& value : {"a\nb"s, "a\r\nX: y"s, "a\0b"s})
        refused(w.list({}, {.headers = {{"x-trace", value}}}), "the header x-trace has a character that no header can carry");
    refused(w.list({}, {.headers = {{"x\ny", "v"}}}), "\"x y\" is no name of a header");
    for (std::string const& framing : {"Host"s, "content-length"s, "Transfer-Encoding"s, "connection"s})
        refused(w.list({}, {.headers = {{framing, "v"}}}), "the header " + framing + " is the transport's to write");
    for (std::string const& server : {"ftp://x"s, "novu.co"s, "http://"s, "https://x/?a=b"s, "https://x:99999"s, "http://a b"s, "https://[::1"s, "https://[::1]x"s,
                                      "https://a:80:90"s, "http://host:"s, "https://x/.."s, "https://x/a/./b"s})
        refused(w.list({}, {.server = server}), "\"" + server + "\" is no http or https base URL");
    refused(w.list({}, {.server = "https://user:password@x"}), "what has a user or a password is no http or https base URL");
    refused(w.list({}, {.timeout = -1ms}), "timeout is negative");
    refused(w.list({}, {.total_timeout = -1ms}), "total_timeout is negative");
    refused(w.list({}, {.retries = retry_policy{.max_elapsed_time = -1ms}}), "max_elapsed_time is negative");
    refused(w.list({}, {.headers = {{"Idempotency-Key", std::string(256, 'k')}}}), "an idempotency key has 1 to 255 characters");
    for (std::string const& key : {" "s, "ApiKey "s, "ApiKey"s, "\r\n"s}) {
        novu::client without{std::ref(t.transport), client_options{.secret_key = key}};
        refused(without.workflows.list(), "there is no secret key: set client_options::secret_key or the environment variable NOVU_SECRET_KEY");
    }
    CHECK(t.transport.requests.empty());
    auto longest = std::string(255, 'k');
    t.transport.answer(204);
    CHECK(w.remove("a", {.idempotency_key = longest}));
    CHECK(t.transport.requests.at(0).headers.get("idempotency-key") == longest);
}

TEST_CASE("ids with characters of a URL's own, spaces and other scripts are one encoded segment") {
    over_script t;
    for (auto [id, path] : {std::pair{"a/b", "a%2Fb"}, {"a?b", "a%3Fb"}, {"50%", "50%25"}, {"it's", "it's"}, {"a b", "a%20b"}, {"größe", "gr%C3%B6%C3%9Fe"},
                            {"日本", "%E6%97%A5%E6%9C%AC"}, {"a#b", "a%23b"}, {"...", "..."}}) {
        t.transport.answer(204);
        REQUIRE(t.client.workflows.remove(id));
        CHECK(t.transport.requests.back().url == "https://api.novu.co/v2/workflows/" + std::string{path});
    }
}

TEST_CASE("a request of more than 128 levels is refused before anything is sent") {
    boost::json::value deep = 1;
    for (int i = 0; i != 130; ++i) deep = boost::json::array{std::move(deep)};
    testing::virtual_clock clock;
    testing::scripted_transport script{clock};
    client c{std::ref(script), {.secret_key = "k", .clock = clock}};
    auto const refused = c.workflows.patch("a", {.payload_schema = boost::json::object{{"deep", std::move(deep)}}});
    REQUIRE(!refused);
    CHECK(refused.error().kind == error_kind::invalid_request);
    CHECK(refused.error().message().find("levels") != std::string::npos);
    CHECK(script.requests.empty());
}
