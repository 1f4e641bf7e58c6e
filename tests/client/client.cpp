// The operations, over a transport that answers from a script.
#include "../fixtures.hpp"
#include "over_script.hpp"

#include <novu/novu.hpp>
#include <novu/testing/scripted_transport.hpp>

#include <boost/json/serialize.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <memory_resource>
#include <string>
#include <vector>

using namespace novu;
using namespace novu::tests;

TEST_CASE("each operation: method, path, body, status") {
    over_script t;
    std::string const whole = fixture("workflow-response.min");
    auto const& w = t.client.workflows;
    auto sent = [&](http::method m, std::string const& path, std::string const& body) {
        CHECK(t.last().method == m);
        CHECK(t.path() == path);
        CHECK(t.last().body == body);
        CHECK(t.last().headers.contains("content-type") == !body.empty());
    };
    t.transport.answer(201, whole);
    REQUIRE(w.create({.name = "a", .workflow_id = "b", .steps = empty_list}));
    sent(http::method::post, "/v2/workflows", R"({"name":"a","workflowId":"b","steps":[]})");
    t.transport.answer(200, whole);
    REQUIRE(w.get("order-shipped", {.environment_id = "e 1"}));
    sent(http::method::get, "/v2/workflows/order-shipped?environmentId=e%201", "");
    t.transport.answer(200, whole);
    REQUIRE(w.update("x", {.name = "a", .steps = empty_list, .preferences = preferences{}}));
    sent(http::method::put, "/v2/workflows/x", R"({"name":"a","steps":[],"preferences":{}})");
    t.transport.answer(200, whole);
    REQUIRE(w.patch("x", {.active = true, .payload_schema = nullptr}));
    sent(http::method::patch, "/v2/workflows/x", R"({"active":true,"payloadSchema":null})");
    t.transport.answer(204);
    REQUIRE(w.remove("x"));
    sent(http::method::delete_, "/v2/workflows/x", "");
    t.transport.answer(200, whole);
    REQUIRE(w.sync("x", {.target_environment_id = "e"}));
    sent(http::method::put, "/v2/workflows/x/sync", R"({"targetEnvironmentId":"e"})");
    t.transport.answer(200, fixture("step-response.min"));
    REQUIRE(w.steps.retrieve("x", "y z"));
    sent(http::method::get, "/v2/workflows/x/steps/y%20z", "");
    t.transport.answer(201, fixture("generate-preview-response.min"));
    REQUIRE(w.steps.generate_preview("x", "y", {.control_values = boost::json::object{{"subject", "s"}}}));
    sent(http::method::post, "/v2/workflows/x/step/y/preview", R"({"controlValues":{"subject":"s"}})");
    t.transport.answer(200, fixture("list-workflows-response.min"));
    REQUIRE(w.list());
    sent(http::method::get, "/v2/workflows", "");
}

TEST_CASE("list queries and paths byte for byte") {
    over_script t;
    auto const queries = boost::json::parse(fixture("list-query.cases"));
    for (auto const& row : queries.as_array()) {
        auto query = json::read<list_workflows>(boost::json::serialize(row.at("params")));
        REQUIRE(query);
        t.transport.answer(200, fixture("list-workflows-response.min"));
        REQUIRE(t.client.workflows.list(*query));
        std::string const expected{row.at("query").as_string()};
        CHECK(t.path() == "/v2/workflows" + (expected.empty() ? "" : "?" + expected));
    }
    auto const paths = boost::json::parse(fixture("path.cases"));
    for (auto const& row : paths.as_array()) {
        t.transport.answer(204);
        REQUIRE(t.client.workflows.remove(std::string_view{row.at("workflowId").as_string()}));
        CHECK(t.path() == std::string_view{row.at("path").as_string()});
    }
}

TEST_CASE("ids that a URL would lose, or that are no text, are refused") {
    over_script t;
    for (std::string_view id : {"", ".", "..", "\xff"}) {
        auto r = t.client.workflows.remove(id);
        REQUIRE(!r);
        CHECK(r.error().kind == error_kind::invalid_request);
        CHECK(t.client.workflows.steps.retrieve("x", id).error().kind == error_kind::invalid_request);
    }
    CHECK(t.transport.requests.empty());
    t.transport.answer(204);
    REQUIRE(t.client.workflows.remove(std::string_view{"a\r\nb\0", 5}));
    CHECK(t.path() == "/v2/workflows/a%0D%0Ab%00");
}

TEST_CASE("a body that cannot be written is refused with its path") {
    over_script t;
    auto r = t.client.workflows.create({.name = "a", .workflow_id = "b", .steps = {sms_step{.name = "\xff"}}});
    REQUIRE(!r);
    CHECK(r.error().message().find("steps[0].name: not valid UTF-8") != std::string::npos);
    CHECK(t.transport.requests.empty());
}

TEST_CASE("a body rendered at compile time is sent as it is") {
    over_script t;
    static constexpr auto body = json::render<[] { return borrowed_types::create_workflow{.name = "a", .workflow_id = "b", .steps = empty_list}; }>();
    t.transport.answer(201, fixture("workflow-response.min"));
    REQUIRE(t.client.workflows.create(body));
    CHECK(t.last().body == body.view());
    static constexpr auto form = json::render<[](std::string_view name, std::string_view id) { return borrowed_types::create_workflow{.name = name, .workflow_id = id, .steps = empty_list}; }>();
    t.transport.answer(201, fixture("workflow-response.min"));
    REQUIRE(t.client.workflows.create(form(std::string{"a"}, "b")));
    CHECK(t.last().body == body.view());
    CHECK(t.client.workflows.create(form("a", "\xff")).error().kind == error_kind::invalid_request);
}

TEST_CASE("a borrowed response owns what it looks at") {
    over_script t;
    t.transport.answer(200, fixture("workflow-response.full"));
    auto got = t.client.workflows.get<borrowed>("x");
    REQUIRE(got);
    response<borrowed_types::workflow> moved = std::move(*got);
    static_assert(!std::is_copy_constructible_v<response<borrowed_types::workflow>>);
    CHECK(moved->name == "Order shipped");
    CHECK(common(moved->steps[0]).name == "Inbox notice");

    auto const item = [](std::string const& name) {
        return R"({"name":")" + name + R"(","updatedAt":"t","createdAt":"t","_id":"i","workflowId":"w","slug":"s","status":"ACTIVE","origin":"external","stepTypeOverviews":[],"steps":[]})";
    };
    std::string const page = R"({"workflows":[)" + item("as it is") + "," + item("with an \u0065scape") + R"(],"totalCount":2})"; // which has its place elsewhere
    for (int i = 0; i != 2; ++i) t.transport.answer(200, page);
    auto listed = t.client.workflows.list<borrowed>();
    REQUIRE(listed);
    auto elsewhere = std::make_unique<result<response<borrowed_types::workflow_list>>>(std::move(listed));
    listed = std::move(*elsewhere);
    elsewhere.reset();
    CHECK((*listed)->workflows[0].name == "as it is");
    CHECK((*listed)->workflows[1].name == "with an escape");
    std::vector<response<borrowed_types::workflow_summary>> kept; // of a cursor that is gone
    for (auto& each : t.client.workflows.all<borrowed>()) kept.push_back(std::move(*each));
    REQUIRE(kept.size() == 2);
    kept.erase(kept.begin());
    CHECK(kept[0]->name == "with an escape");

    detail::source_owner small; // what a string would hold in place
    small.own.keep(R"({"a":"b"})");
    char const* const body = small.own.body.data();
    detail::source_owner const other = std::move(small);
    CHECK(other.own.body.data() == body);
}

TEST_CASE("a borrowed response that is assigned lets go of what it looked at, and keeps what it looks at then") {
    over_script t;
    auto const page = [](std::string const& name) {
        return R"({"workflows":[{"name":")" + name + R"(, with an \u0065scape","updatedAt":")" + name + R"(","createdAt":"t","_id":"i","workflowId":"w","slug":"s",)"
               R"("status":"ACTIVE","origin":"external","stepTypeOverviews":[],"steps":[]}],"totalCount":1})";
    };
    for (char const* name : {"first", "second", "third"}) t.transport.answer(200, page(name));
    auto const& w = t.client.workflows;
    auto first = w.list<borrowed>(), second = w.list<borrowed>();
    REQUIRE((first && second));
    *first = std::move(*second); // over one that is alive
    second = w.list<borrowed>();
    REQUIRE(second);
    CHECK((*first)->workflows[0].name == "second, with an escape");
    CHECK((*first)->workflows[0].updated_at == "second");
    std::swap(*first, *second);
    CHECK((*first)->workflows[0].name == "third, with an escape");
    CHECK((*second)->workflows[0].name == "second, with an escape");
    first = std::move(second); // the results
    CHECK((*first)->workflows[0].updated_at == "second");
    t.transport.answer(404, "{}");
    first = w.list<borrowed>(); // an error over a value
    CHECK(first.error().status == 404);
}

TEST_CASE("borrowed responses of a cursor share what they look at, wherever each is moved") {
    over_script t;
    std::string items;
    for (std::string const name : {"a", "b", "c"})
        items += (items.empty() ? "" : ",") + (R"({"name":"name )" + name + R"( with an \u0065scape","updatedAt":"t)" + name) +
                 R"(","createdAt":"t","_id":"i","workflowId":"w","slug":"s","status":"ACTIVE","origin":"external","stepTypeOverviews":[],"steps":[]})";
    std::string const page = R"({"workflows":[)" + items + R"(],"totalCount":3})";
    for (int i = 0; i != 2; ++i) t.transport.answer(200, page);
    std::vector<response<borrowed_types::workflow_summary>> one, other; // of two pages of the same text
    for (auto& each : t.client.workflows.all<borrowed>()) one.push_back(std::move(*each));
    for (auto& each : t.client.workflows.all<borrowed>()) other.push_back(std::move(*each));
    REQUIRE((one.size() == 3 && other.size() == 3));
    one[0] = std::move(one[2]);   // within a page
    one[1] = std::move(other[1]); // over the last of the page but for one[0]
    one.pop_back();
    other.clear(); // what is left of the other page is in one[1]
    CHECK(one[0]->name == "name c with an escape");
    CHECK(one[0]->updated_at == "tc");
    CHECK(one[1]->name == "name b with an escape");
    response<borrowed_types::workflow_summary> last = std::move(one[1]);
    one.clear();
    CHECK(last->name == "name b with an escape");
    CHECK(last->updated_at == "tb");
}

TEST_CASE("a response of the pmr storage is made in the memory of its call") {
    over_script t;
    t.transport.answer(200, fixture("workflow-response.full"));
    std::vector<std::byte> room(1 << 20);
    std::pmr::monotonic_buffer_resource memory{room.data(), room.size(), std::pmr::null_memory_resource()};
    auto got = t.client.workflows.get<pmr>("x", {}, {.memory = &memory});
    REQUIRE(got);
    CHECK((*got)->name == "Order shipped");
    CHECK((*got)->name.get_allocator().resource() == &memory);
    CHECK((*got)->steps.get_allocator().resource() == &memory);
    t.transport.answer(200, fixture("workflow-response.full"));
    CHECK(t.client.workflows.get<pmr>("x"));
}

TEST_CASE("all goes through the pages and ends") {
    over_script t;
    auto const item = boost::json::parse(fixture("list-workflows-response.min-item")).at("workflows").as_array()[0];
    auto answer_page = [&](int items, int total) {
        boost::json::array list(static_cast<std::size_t>(items), item);
        t.transport.answer(200, boost::json::serialize(boost::json::object{{"workflows", list}, {"totalCount", total}}));
    };
    answer_page(2, 3);
    answer_page(1, 3);
    int seen = 0;
    for (auto const& each : t.client.workflows.all({.limit = 2, .query = "q"})) {
        REQUIRE(each);
        ++seen;
    }
    CHECK(seen == 3);
    CHECK(t.transport.requests[0].url.ends_with("?limit=2&offset=0&query=q"));
    CHECK(t.transport.requests[1].url.ends_with("?limit=2&offset=2&query=q"));
    answer_page(0, 3);
    auto empty = t.client.workflows.all();
    CHECK(!empty.next()->has_value());
    answer_page(2, 5);
    t.transport.answer(404, "{}");
    auto broken = t.client.workflows.all<borrowed>();
    CHECK((**broken.next())->name == (**broken.next())->name);
    CHECK(broken.next().error().status == 404);
    CHECK(!broken.next()->has_value());
}

TEST_CASE("without a secret key every call says so") {
    testing::scripted_transport transport;
    ::unsetenv("NOVU_SECRET_KEY");
    novu::client none{std::ref(transport)};
    auto r = none.workflows.list();
    CHECK(r.error().kind == error_kind::invalid_request);
    CHECK(r.error().message().find("NOVU_SECRET_KEY") != std::string::npos);
    ::setenv("NOVU_SECRET_KEY", "from-env", 1);
    novu::client some{std::ref(transport)};
    ::unsetenv("NOVU_SECRET_KEY");
    transport.answer(204);
    novu::client moved = std::move(some);
    REQUIRE(moved.workflows.remove("x"));
    CHECK(transport.requests[0].headers.get("authorization") == "ApiKey from-env");
}

TEST_CASE("manual: the program is the loop") {
    novu::client c{manual{}, {.secret_key = "k"}};
    auto call = c.workflows.list({.limit = 1});
    std::chrono::steady_clock::time_point const now{};
    call_action const next = call.poll(now);
    REQUIRE(next.kind == call_action::send);
    CHECK(next.request->url == "https://api.novu.co/v2/workflows?limit=1");
    call.received({.status = 200, .body = fixture("list-workflows-response.min")}, now);
    REQUIRE(call.poll(now).kind == call_action::done);
    CHECK(call.take()->value.total_count == 0);
}
