#include "../fixtures.hpp"

#include <novu/json/render.hpp>
#include <novu/workflows/storages.hpp>
#include <novu/workflows/to_update.hpp>

#include <catch2/catch_test_macros.hpp>

#include <limits>
#include <sstream>

using namespace novu;

TEST_CASE("a request as a user writes it") {
    create_workflow const w{
        .name = "Order shipped",
        .workflow_id = "order-shipped",
        .steps = {in_app_step{.name = "Inbox notice", .control_values = in_app_controls{.body = "On its way"}},
                  email_step{.name = "Order e-mail", .control_values = email_controls{.subject = "Hi", .body = "<p>", .layout_id = nullptr}},
                  delay_step{.name = "Wait", .control_values = delay_controls{.amount = 30, .unit = time_unit::minutes}},
                  free_form_step{.type = "sms", .name = "Text", .control_values = boost::json::object{{"senderName", "ACME"}}}},
        .tags = {"orders", "eu"},
        .payload_schema = nullptr,
        .source = creation_source::dashboard,
        .preferences = preferences{.workflow = workflow_preferences{.channels = {{"email", {.enabled = false}}}}},
        .severity = severity_level::high,
    };
    CHECK(*json::write(w) ==
          R"({"name":"Order shipped","workflowId":"order-shipped","steps":[)"
          R"({"type":"in_app","name":"Inbox notice","controlValues":{"body":"On its way"}},)"
          R"({"type":"email","name":"Order e-mail","controlValues":{"subject":"Hi","body":"<p>","layoutId":null}},)"
          R"({"type":"delay","name":"Wait","controlValues":{"type":"regular","amount":30,"unit":"minutes"}},)"
          R"({"type":"sms","name":"Text","controlValues":{"senderName":"ACME"}}],)"
          R"("tags":["orders","eu"],"payloadSchema":null,"__source":"dashboard",)"
          R"("preferences":{"workflow":{"all":{"enabled":true,"readOnly":false},"channels":{"email":{"enabled":false}}}},"severity":"high"})");
    CHECK(w == w);
    std::ostringstream out;
    out << w;
    CHECK(out.str() == *json::write(w));
}

TEST_CASE("open enums compare, switch and print") {
    open_enum<severity_level> s = severity_level::high;
    CHECK(s == severity_level::high);
    CHECK(severity_level::high == s);
    CHECK(s != severity_level::low);
    switch (s) {
    case severity_level::high: SUCCEED(); break;
    default: FAIL();
    }
    std::ostringstream out;
    out << s << ' ' << open_enum<severity_level>{"novel"};
    CHECK(out.str() == "high novel");
}

TEST_CASE("what steps have in common, whatever their kind") {
    auto w = json::read<workflow>(fixture("workflow-response.min-steps"));
    REQUIRE(w);
    REQUIRE(w->steps.size() == 10);
    CHECK(common(w->steps[1]).name == "Order e-mail");
    CHECK(common(w->steps[1]).type == step_type::email);
    CHECK(common(w->steps[1]).step_id == "order-e-mail");
    CHECK(common(w->steps[1]).workflow_id == "order-shipped");
}

TEST_CASE("drafts, unknown step types and unknown members survive") {
    std::string const text =
        R"({"name":"n","_id":"1","workflowId":"w","slug":"s","updatedAt":"","createdAt":"","steps":[)"
        R"({"controls":{"values":{"body":"x"}},"variables":{},"stepId":"a","_id":"2","name":"b","slug":"c","type":"email","origin":"external",)"
        R"("workflowId":"w","workflowDatabaseId":"1","controlValues":{"subject":7,"editorType":"html"}},)"
        R"({"zap":1,"controlValues":{"n":1},"name":"F","type":"fax"}],)"
        R"("origin":"new-origin","preferences":{"default":{"all":{"enabled":true,"readOnly":false},"channels":{}}},"status":"ODD","severity":"none","novel":[1]})";
    auto w = json::read<workflow>(text);
    REQUIRE(w);
    CHECK(same_json(*json::write(*w), text));
    CHECK(common(w->steps[1]).name == "F");
    CHECK(common(w->steps[1]).type.text() == "fax");
    auto const& mail = std::get<email_step_response>(w->steps[0]);
    CHECK(!mail.control_values->subject);
    CHECK(mail.control_values->extra.at("subject") == 7);

    update_workflow const u = to_update(*w);
    CHECK(same_json(*json::write(u),
                    R"({"name":"n","steps":[{"type":"email","name":"b","_id":"2","stepId":"a","controlValues":{"subject":7,"editorType":"html"}},)"
                    R"({"type":"fax","name":"F","controlValues":{"n":1},"zap":1}],)"
                    R"("preferences":{"workflow":{"all":{"enabled":true,"readOnly":false},"channels":{}}},)"
                    R"("workflowId":"w","origin":"new-origin","severity":"none","novel":[1]})"));
}

TEST_CASE("to_update of a full workflow loses nothing that is the user's") {
    auto w = json::read<workflow>(fixture("workflow-response.full"), {.envelope = "data"});
    REQUIRE(w);
    auto const u = boost::json::parse(*json::write(to_update(*w)));
    auto const r = boost::json::parse(fixture("workflow-response.full"));
    for (auto name : {"name", "description", "tags", "active", "validatePayload", "payloadSchema", "isTranslationEnabled", "workflowId", "origin", "severity"})
        CHECK(u.at(name) == r.at(name));
    CHECK(u.at("preferences").at("workflow") == r.at("preferences").at("default"));
    auto const& sent_steps = u.at("steps").as_array();
    auto const& read_steps = r.at("steps").as_array();
    REQUIRE(sent_steps.size() == read_steps.size());
    for (std::size_t i = 0; i != sent_steps.size(); ++i)
        for (auto name : {"_id", "stepId", "name", "type", "controlValues"}) CHECK(sent_steps[i].at(name) == read_steps[i].at(name));
}

TEST_CASE("to_update drops no controls that cannot be written: sending them fails, with their place") {
    std::string text = fixture("workflow-response.min-steps");
    auto workflow = json::read<novu::workflow>(text, {.envelope = "data"});
    REQUIRE(workflow);
    email_step_response draft;
    draft.name = "Draft";
    draft.control_values.emplace().extra["x"] = std::numeric_limits<double>::infinity();
    workflow->steps = {std::move(draft)};
    auto const written = json::write(to_update(*workflow));
    REQUIRE(!written);
    CHECK(written.error().path == "steps[0].controlValues.x");
    CHECK(written.error().code == json::errc::not_finite);
}

TEST_CASE("a step of no type yet is of no known type") {
    CHECK(!step_details{}.type.known());
}

TEST_CASE("borrowed requests are constant expressions") {
    constexpr auto body = json::render<[] {
        using b = novu::borrowed_types;
        return b::create_workflow{.name = "Hi", .workflow_id = "hi", .steps = {b::sms_step{.name = "Text", .control_values = b::sms_controls{.body = "y"}}}};
    }>();
    static_assert(std::string_view{body} == R"({"name":"Hi","workflowId":"hi","steps":[{"type":"sms","name":"Text","controlValues":{"body":"y"}}]})");
}
