// What comes of a call: each step of a scenario failing in each way, and each line of the API's table of errors.
#include "../fixtures.hpp"
#include "common.hpp"

#include <novu/novu.hpp>
#include <novu/testing/scripted_transport.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

using namespace novu;
using namespace novu::tests;
using namespace std::chrono_literals;

namespace {

/// Create, get, update, remove, each after the other worked.
struct scenario {
    static constexpr std::size_t steps = 4;
    static constexpr http::method methods[steps] = {http::method::post, http::method::get, http::method::put, http::method::delete_};
    static constexpr int success[steps] = {201, 200, 200, 204};

    testing::virtual_clock clock{};
    fixed_random random{};
    testing::scripted_transport transport{clock};
    stop_source stop{};
    std::optional<error> failed{};
    int attempts{0}; ///< of the step that was made last

    void answer_well(std::size_t step) { transport.answer(success[step], step == 3 ? "" : fixture("workflow-response.min")); }
    void run() {
        novu::client c{std::ref(transport), {.secret_key = "k", .retries = {.max_attempts = 3}, .clock = clock, .random = random}};
        call_options const options{.stop = stop.get_token()};
        auto const went_well = [&](auto const& result) {
            if (!result) failed = result.error();
            attempts = result ? result->attempts : static_cast<int>(result.error().attempts.size());
            return result.has_value();
        };
        auto const created = c.workflows.create({.name = "n", .workflow_id = "w", .steps = empty_list}, options);
        if (!went_well(created)) return;
        auto const got = c.workflows.get("w", {}, options);
        if (!went_well(got)) return;
        if (!went_well(c.workflows.update("w", to_update(got->value), options))) return;
        went_well(c.workflows.remove("w", options));
    }
    std::string asked() const {
        std::string out;
        for (auto const& q : transport.requests) out.append(out.empty() ? "" : " ").append(to_string(q.method));
        return out;
    }
};

/// The methods of a scenario whose step `failing` takes `attempts` and is the last.
std::string methods_until(std::size_t failing, int attempts) {
    std::string out;
    for (std::size_t i = 0; i <= failing; ++i)
        for (int n = i == failing ? attempts : 1; n != 0; --n) out.append(out.empty() ? "" : " ").append(to_string(scenario::methods[i]));
    return out;
}

struct fault {
    char const* name;
    void (*happen)(scenario&); ///< scripts one exchange
    error_kind kind;
    stop_reason stopped;
    int attempts;
};

constexpr auto server_fault = R"({"statusCode":500,"timestamp":"t","path":"/","message":"no","errorId":"e"})";
constexpr fault faults[] = {
    {"refused, not sent", [](scenario& s) { s.transport.fail(std::errc::connection_refused, false); }, error_kind::transport, stop_reason::attempts_exhausted, 3},
    {"reset, sent", [](scenario& s) { s.transport.fail(std::errc::connection_reset, true); }, error_kind::transport, stop_reason::attempts_exhausted, 3},
    {"time-out", [](scenario& s) { s.transport.answer(500).after(31s); }, error_kind::timeout, stop_reason::time_exhausted, 2},
    {"500", [](scenario& s) { s.transport.answer(500, server_fault); }, error_kind::api, stop_reason::attempts_exhausted, 3},
    {"500, replayed", [](scenario& s) { s.transport.answer(500, server_fault, {{"Idempotency-Replay", "true"}}); }, error_kind::api, stop_reason::replayed, 1},
    {"409, a conflict", [](scenario& s) { s.transport.answer(409, server_fault); }, error_kind::api, stop_reason::permanent, 1},
    {"409, in progress", [](scenario& s) { s.transport.answer(409, server_fault, {{"Retry-After", "1"}}); }, error_kind::api, stop_reason::attempts_exhausted, 3},
    {"429, wait too long", [](scenario& s) { s.transport.answer(429, "\"slow down\"", {{"Retry-After", "3600"}}); }, error_kind::api, stop_reason::time_exhausted, 1},
    {"HTML with status 200", [](scenario& s) { s.transport.answer(200, "<html>", {{"content-type", "text/html"}}); }, error_kind::unexpected_response,
     stop_reason::permanent, 1},
    {"stop, under way", [](scenario& s) { s.transport.fail(std::errc::operation_canceled).meanwhile([&] { s.stop.request_stop(); }); }, error_kind::cancelled,
     stop_reason::cancelled, 1},
    {"stop, before the next attempt", [](scenario& s) { s.transport.answer(503).meanwhile([&] { s.stop.request_stop(); }); }, error_kind::cancelled,
     stop_reason::cancelled, 1},
};

} // namespace

TEST_CASE("each step of a scenario fails in each way: the documented error, and no later step") {
    for (std::size_t failing = 0; failing != scenario::steps; ++failing)
        for (fault const& f : faults) {
            scenario s;
            for (std::size_t step = 0; step != failing; ++step) s.answer_well(step);
            for (int i = 0; i != f.attempts; ++i) f.happen(s);
            s.run();
            INFO("step " << failing << ", " << f.name);
            REQUIRE(s.failed);
            INFO(s.failed->message());
            CHECK(s.failed->kind == f.kind);
            CHECK(s.failed->stopped == f.stopped);
            CHECK(s.attempts == f.attempts);
            CHECK(s.asked() == methods_until(failing, f.attempts));
            CHECK(s.transport.remaining() == 0);
            for (std::size_t i = failing; i != s.transport.requests.size(); ++i) // the same call, so the same key
                CHECK(s.transport.requests[i].headers.get("idempotency-key") == s.transport.requests[failing].headers.get("idempotency-key"));
        }
}

TEST_CASE("each step of a scenario gets JSON that is cut: undecodable, and no later step; to delete there is nothing to read") {
    for (std::size_t failing = 0; failing != scenario::steps; ++failing) {
        scenario s;
        for (std::size_t step = 0; step != failing; ++step) s.answer_well(step);
        std::string const cut = fixture("workflow-response.min").substr(0, 100);
        s.transport.answer(scenario::success[failing], cut);
        s.run();
        INFO("step " << failing);
        CHECK(s.asked() == methods_until(failing, 1));
        REQUIRE(s.failed.has_value() == (failing != 3));
        if (!s.failed) continue;
        CHECK(s.failed->kind == error_kind::undecodable);
        CHECK(s.failed->stopped == stop_reason::permanent);
        CHECK(s.failed->body == cut);
    }
}

TEST_CASE("each step of a scenario fails in a way that passes: the scenario ends well") {
    for (std::size_t failing = 0; failing != scenario::steps; ++failing)
        for (fault const& f : faults) {
            if (f.attempts == 1) continue; // not tried again
            scenario s;
            for (std::size_t step = 0; step != failing; ++step) s.answer_well(step);
            f.happen(s);
            for (std::size_t step = failing; step != scenario::steps; ++step) s.answer_well(step);
            s.run();
            INFO("step " << failing << ", " << f.name);
            CHECK(!s.failed);
            CHECK(s.transport.requests.size() == scenario::steps + 1);
            CHECK(s.transport.requests[failing].headers.get("idempotency-key") == s.transport.requests[failing + 1].headers.get("idempotency-key"));
        }
}

TEST_CASE("every line of the API's table of errors") {
    struct row {
        int status;
        std::string body;
        char const* content_type;
        error_kind kind;
        bool dto, validation;
        char const* message; ///< of the error; its beginning
    };
    constexpr auto json = "application/json; charset=utf-8", plain = "text/plain", html = "text/html";
    std::string const dto = fixture("error-dto.server-extra"), invalid = fixture("validation-error-dto.full"), limited = fixture("error-429.string");
    std::vector<row> rows{
        // 422: a ValidationErrorDto, or an ErrorDto where it has no errors
        {422, invalid, json, error_kind::validation, false, true, "Novu found invalid fields (status 422): \"name: name should not be empty\", \"name: name must be a string\""},
        {422, fixture("validation-error-dto.min"), json, error_kind::validation, false, true, "Novu found invalid fields (status 422)"},
        {422, fixture("error-422.no-errors"), json, error_kind::api, true, false, "Novu refused the request (status 422): \"Request with key \"k\" is being reused"},
        // 429, 503: text
        {429, limited, json, error_kind::api, false, false, "Novu refused the request (status 429): \"\"API rate limit exceeded\""},
        {429, "API rate limit exceeded", plain, error_kind::api, false, false, "Novu refused the request (status 429): \"API rate limit exceeded\""},
        {429, fixture("error-429.object"), json, error_kind::api, false, false, "Novu refused the request (status 429): \"{"},
        {503, fixture("error-503.string"), json, error_kind::api, false, false, "Novu refused the request (status 503): \"\"Please wait some time, then try again.\""},
        {503, "down", plain, error_kind::api, false, false, "Novu refused the request (status 503): \"down\""},
        {503, "", json, error_kind::api, false, false, "Novu refused the request (status 503)"},
        // a listed status with another content type, or with JSON that is not the documented one
        {400, dto, html, error_kind::api, false, false, "Novu refused the request (status 400)"},
        {500, "<html>", html, error_kind::api, false, false, "Novu refused the request (status 500): \"<html>\"; the error's body is not JSON"},
        {404, "{}", json, error_kind::api, false, false, "Novu refused the request (status 404): \"{}\"; the error's body is not the one documented: statusCode: missing"},
        {422, "[]", json, error_kind::api, false, false, "Novu refused the request (status 422): \"[]\"; the error's body is not the one documented: expected object"},
        {413, "", json, error_kind::api, false, false, "Novu refused the request (status 413); the error's body is not the one documented: empty"},
        // a success that is none
        {202, "{}", json, error_kind::unexpected_response, false, false, "unexpected response (status 202); expected status 200"},
        {204, "", json, error_kind::unexpected_response, false, false, "unexpected response (status 204); expected status 200"},
        {200, "<html>", html, error_kind::unexpected_response, false, false, "unexpected response (status 200); content type \"text/html\""},
        {200, "{}", json, error_kind::undecodable, false, false, "the response cannot be decoded (status 200); name: missing required member"},
    };
    for (int status : {400, 401, 403, 404, 405, 409, 413, 414, 415, 500}) {
        rows.push_back({status, dto, json, error_kind::api, true, false, "Novu refused the request"});
        rows.push_back({status, R"({"statusCode":400,"timestamp":"t","path":"/","message":"m","errors":[{"message":"m","path":["p"]}],"cause":{"a":1}})", "application/problem+json",
                        error_kind::api, true, false, "Novu refused the request"});
    }
    for (int status : {402, 406, 408, 410, 418, 425, 451, 499, 501, 502, 504, 599})
        for (std::string const& body : {dto, limited, std::string{"<html>"}}) rows.push_back({status, body, json, error_kind::api, false, false, "Novu refused the request"});

    for (row const& r : rows) {
        testing::scripted_transport transport;
        transport.answer(r.status, r.body, {{"content-type", r.content_type}, {"x-request", "7"}});
        novu::client c{std::ref(transport), {.secret_key = "k", .retries = retry_policy::none()}};
        auto const got = c.workflows.get("w");
        INFO(r.status << " " << r.content_type << " " << r.body);
        REQUIRE(!got);
        error const& e = got.error();
        CHECK(e.kind == r.kind);
        CHECK(e.status == r.status);
        CHECK(e.body == r.body);
        CHECK(e.headers.get("X-Request") == "7");
        CHECK((e.dto() != nullptr) == r.dto);
        CHECK((e.validation() != nullptr) == r.validation);
        INFO(e.message());
        CHECK(e.message().starts_with(r.message));
    }
}

TEST_CASE("error bodies as they are decoded") {
    auto const decoded = [](int status, std::string const& name) {
        testing::scripted_transport transport;
        transport.answer(status, fixture(name));
        novu::client c{std::ref(transport), {.secret_key = "k", .retries = retry_policy::none()}};
        return c.workflows.get("w").error();
    };
    error const crashed = decoded(500, "error-dto.full"); // not replayed, and final
    CHECK(crashed.stopped == stop_reason::attempts_exhausted);
    CHECK(crashed.dto()->error_id == "4f0c2f5a-77a1-4f0e-9c0e-1d2f3a4b5c6d");
    CHECK(crashed.dto()->ctx->at("depth").at("n") == 1);
    CHECK(decoded(404, "error-dto.server-extra").dto()->extra == boost::json::object{{"error", "Not Found"}, {"workflowId", "nope"}});
    for (auto [name, words] : {std::pair{"array", R"("["first",null,7,true,{"field":"name","rule":"required"}]")"}, {"boolean", "\"false\""}, {"number", "\"42\""},
                               {"object", R"("{"issue":"bad","fields":["a"]}")"}})
        CHECK(decoded(400, std::string{"error-dto.message-"} + name).message() == std::string{"Novu refused the request (status 400): "} + words);
    CHECK(decoded(400, "error-dto.message-null").message() == "Novu refused the request (status 400)");
    CHECK(decoded(400, "error-dto.min").message() == "Novu refused the request (status 400)");
    CHECK(decoded(422, "validation-error-dto.message-array").message() == R"(Novu found invalid fields (status 422): "["x",null]")");
    CHECK(decoded(422, "validation-error-dto.message-object").validation()->errors.empty());
    CHECK(*decoded(422, "validation-error-dto.full").validation()->errors.find("limit")->value == 1000.5);
}
