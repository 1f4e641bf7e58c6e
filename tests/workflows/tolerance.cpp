// What a step's controls may be without making it undecodable, and that what was written can be read back.
#include <novu/json/read.hpp>
#include <novu/json/write.hpp>
#include <novu/workflows/storages.hpp>
#include <novu/workflows/to_update.hpp>

#include <boost/json/parse.hpp>
#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace novu;

namespace {

template <class T> json::result<T> in_pieces(std::string const& text) {
    json::reader<T> reader;
    for (char c : text) reader.feed({&c, 1});
    return reader.finish();
}
std::string step_with(std::string const& controls, std::string const& control_values) {
    return R"({"controls":)" + controls + R"(,"controlValues":)" + control_values +
           R"(,"variables":{},"stepId":"s","_id":"1","name":"n","slug":"n_st_1","type":"email","origin":"novu-cloud","workflowId":"w","workflowDatabaseId":"2"})";
}

} // namespace

TEST_CASE("a step is not undecodable because of its controls; what does not fit is kept") {
    for (char const* values : {"{}", R"({"subject":7})", R"({"subject":"a","subject":"b"})",
                               R"({"subject":"a","subject":7})", R"({"subject":"a","subject":null})", R"({"subject":7,"subject":"a"})", R"({"skip":{"a":1},"skip":5})",
                               R"({"subject":"b","s\u0075bject":7})", R"({"s\u0075bject":7,"subject":"b"})", "5", "[1]", "null", R"("text")", R"({"layoutId":[1],"x":{"y":2}})"}) {
        std::string const text = step_with(R"({"values":)" + std::string{values} + "}", values);
        INFO(text);
        auto const whole = json::read<email_step_response>(text);
        auto const pieces = in_pieces<email_step_response>(text);
        json::arena arena;
        auto const views = json::read<borrowed_types::email_step_response>(text, arena);
        REQUIRE(whole);
        REQUIRE(pieces);
        REQUIRE(views);
        CHECK(*whole == *pieces);
        CHECK(boost::json::parse(*json::write(*whole)) == boost::json::parse(*json::write(*views)));
        CHECK(*json::write(json::read<email_step_response>(*json::write(*views)).value()) == *json::write(*whole)); // nor is a member written twice
        auto const kept = boost::json::parse(*json::write(*whole)).at("controlValues");
        auto const sent = boost::json::parse(text).at("controlValues"); // the last of two
        CHECK(kept == sent);
    }
}

TEST_CASE("a request with a step that its type's form does not hold is written and read back") {
    create_workflow const request{
        .name = "n",
        .workflow_id = "w",
        .steps = {free_form_step{.type = step_type::in_app, .name = "f", .control_values = boost::json::object{{"body", 7}}},
                  free_form_step{.type = step_type::email, .name = "draft", .control_values = boost::json::object{{"body", "no subject"}}},
                  email_step{.name = "whole", .control_values = email_controls{.subject = "s"}}},
    };
    std::string const text = *json::write(request);
    auto const whole = json::read<create_workflow>(text);
    REQUIRE(whole);
    CHECK(*whole == request);
    CHECK(std::holds_alternative<email_step>(whole->steps[2]));
    auto const pieces = in_pieces<create_workflow>(text);
    REQUIRE(pieces);
    CHECK(*pieces == request);

    // What no step can be is told by what the step's own type says of it.
    std::string const nameless = R"({"name":"n","workflowId":"w","steps":[{"type":"sms"}]})";
    CHECK(json::read<create_workflow>(nameless).error().message().starts_with("steps[0].name: missing required member"));
    CHECK(in_pieces<create_workflow>(nameless).error().message().starts_with("steps[0].name: missing required member"));
}

TEST_CASE("to_update sends the controls in force where none are stored") {
    std::string const workflow_text = R"({"name":"n","_id":"1","workflowId":"w","slug":"n_wf_1","updatedAt":"t","createdAt":"t","steps":[)";
    auto const with = [&](std::string const& step) {
        auto w = json::read<workflow>(workflow_text + step + R"(],"origin":"external","preferences":{"default":{}},"status":"ACTIVE","severity":"none"})");
        REQUIRE(w);
        return boost::json::parse(*json::write(to_update(*w))).at("steps").at(0);
    };
    std::string stored = step_with(R"({"values":{"subject":"in force","body":"b"}})", "0");
    stored.replace(stored.find(R"(,"controlValues":0)"), 18, "");
    CHECK(with(stored).at("controlValues").at("subject") == "in force");
    std::string unknown = stored;
    unknown.replace(unknown.find("\"email\""), 7, "\"telex\"");
    CHECK(with(unknown).at("controlValues").at("subject") == "in force");
}
