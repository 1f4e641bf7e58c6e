// Every fixture of the wire contract, and what 3.19.1 added to it, read into the types and written back: equal as JSON, in
// each storage, and with nothing left over but what a fixture has on purpose.
#include "../fixtures.hpp"

#include <novu/json/read.hpp>
#include <novu/workflows/storages.hpp>
#include <novu/workflows/to_update.hpp>

#include <boost/json/serialize.hpp>
#include <catch2/catch_test_macros.hpp>

#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

using namespace novu;

namespace {

constexpr json::read_options enveloped{.envelope = "data"};

boost::json::value without_envelope(boost::json::value v) {
    if (auto* o = v.if_object(); o && o->size() == 1 && o->contains("data")) return (*o)["data"];
    return v;
}

using paths = std::vector<std::string>;

/// Adds the paths of what a value keeps though its types have no member for it: the members of each `extra`, enum texts
/// that are not known, and what became free-form where each kind has a form. Written back, none of it would be missed.
template <class T> void add_untyped(paths& out, std::string const& at, T const& value) {
    using namespace json::detail;
    if constexpr (is_required<T>) {
        add_untyped(out, at, static_cast<plain_t<T> const&>(value));
    } else if constexpr (is_a<T, std::optional> || is_a<T, nullable>) {
        if (value.has_value()) add_untyped(out, at, *value);
    } else if constexpr (is_a<T, optional_list> || is_a<T, std::vector>) {
        for (std::size_t i = 0; i != value.size(); ++i) add_untyped(out, at + "[" + std::to_string(i) + "]", value[i]);
    } else if constexpr (is_a<T, dictionary>) {
        for (auto const& [key, each] : value) add_untyped(out, at + "." + key, each);
    } else if constexpr (is_a<T, std::variant>) {
        std::visit([&]<class A>(A const& alternative) {
            if (is_tagged_variant<T> && !tagged<A>) out.push_back(at + " as a whole");
            else add_untyped(out, at, alternative);
        }, value);
    } else if constexpr (is_a<T, open_enum>) {
        if (!value.known()) out.push_back(at + ": " + std::string{value.text()});
    } else if constexpr (json::described<T>) {
        [&]<class... D>(boost::mp11::mp_list<D...>) {
            auto const member = [&]<class M>(M) {
                if constexpr (is_extra<M, member_t<M>>) {
                    for (auto const& each : value.extra) out.push_back(at + "." + std::string{each.key()});
                } else {
                    add_untyped(out, at + "." + M::name, value.*M::pointer);
                }
            };
            (member(D{}), ...);
        }(members_of<T>{});
    }
}

/// Reads `text` into each storage and back. All of it has its place in the types, but for `untyped`.
template <template <class> class T> T<owned> both_ways(std::string const& text, paths const& untyped = {}) {
    INFO(text.substr(0, 200));
    boost::json::value const expected = without_envelope(boost::json::parse(text));
    auto owns = json::read<T<owned>>(text, enveloped);
    if (!owns) FAIL(owns.error().message());
    CHECK(same_json(boost::json::parse(*json::write(*owns)), expected));
    json::arena arena;
    auto borrows = json::read<T<borrowed>>(text, arena, enveloped);
    if (!borrows) FAIL(borrows.error().message());
    CHECK(same_json(boost::json::parse(*json::write(*borrows)), expected));
    std::pmr::monotonic_buffer_resource memory;
    auto in_memory = json::read<T<pmr>>(text, &memory, enveloped);
    if (!in_memory) FAIL(in_memory.error().message());
    CHECK(same_json(boost::json::parse(*json::write(*in_memory)), expected));
    CHECK(*json::write(*in_memory) == *json::write(*owns));
    CHECK(*json::write(*owns) == *json::write(*json::read<T<owned>>(*json::write(*owns))));
    paths found;
    add_untyped(found, "", *owns);
    CHECK(found == untyped);
    return std::move(*owns);
}
template <template <class> class T> T<owned> fixture_both_ways(std::string const& name, paths const& untyped = {}) {
    INFO(name);
    return both_ways<T>(fixture(name), untyped);
}
/// A fixture that is an array of bodies.
template <template <class> class T> std::vector<T<owned>> each_both_ways(std::string const& name) {
    INFO(name);
    std::vector<T<owned>> out;
    boost::json::value const all = boost::json::parse(fixture(name));
    for (auto const& element : all.as_array()) out.push_back(both_ways<T>(boost::json::serialize(element)));
    return out;
}

} // namespace

TEST_CASE("request fixtures both ways") {
    create_workflow const full = fixture_both_ways<basic_create_workflow>("create-workflow.full");
    CHECK(full.tags == optional_list<std::string>{"orders", "shipping"});
    CHECK(full.source == creation_source::dashboard);
    CHECK(full.preferences->workflow->all.read_only);
    CHECK(std::get<in_app_step>(full.steps[0]).control_values->primary_action->redirect->target == redirect_target::self);
    CHECK(std::get<throttle_step>(full.steps[7]).control_values->threshold == 3);
    CHECK(!fixture_both_ways<basic_create_workflow>("create-workflow.min").tags);
    CHECK(fixture_both_ways<basic_create_workflow>("create-workflow.min.with-sdk-defaults").active == false);
    CHECK(fixture_both_ways<basic_create_workflow>("create-workflow.nulls").preferences->user.is_null());
    auto const from = each_both_ways<basic_create_workflow>("create-workflow.sources");
    for (std::size_t i = 0; i != from.size(); ++i) CHECK(from[i].source == static_cast<creation_source>(i));

    update_workflow const update = fixture_both_ways<basic_update_workflow>("update-workflow.full");
    CHECK(update.origin == resource_origin::external);
    CHECK(std::get<digest_step>(update.steps[6]).id == "66b10000000000000000006a");
    CHECK(fixture_both_ways<basic_update_workflow>("update-workflow.min").preferences.workflow.is_absent());
    CHECK(fixture_both_ways<basic_update_workflow>("update-workflow.min.with-sdk-defaults").is_translation_enabled == false);
    CHECK(fixture_both_ways<basic_update_workflow>("update-workflow.nulls").payload_schema.is_null());
    CHECK(fixture_both_ways<basic_patch_workflow>("patch-workflow.full").tags == optional_list<std::string>{empty_list});
    CHECK(fixture_both_ways<basic_patch_workflow>("patch-workflow.min").payload_schema.is_absent());
    CHECK(fixture_both_ways<basic_patch_workflow>("patch-workflow.null-payload-schema").payload_schema.is_null());
    CHECK(fixture_both_ways<basic_sync_workflow>("sync-workflow.full").target_environment_id == "66b100000000000000000003");
    CHECK(fixture_both_ways<basic_sync_workflow>("sync-workflow.min").target_environment_id == "66b100000000000000000002");

    preview_request const preview = fixture_both_ways<basic_preview_request>("generate-preview-request.full");
    CHECK(preview.preview_payload->subscriber->channels[0].provider_id == provider_id::slack);
    CHECK(preview.preview_payload->subscriber->channels[0].credentials.device_tokens[1] == "tok-2");
    CHECK(preview.preview_payload->subscriber->v == 4);
    CHECK(preview.preview_payload->actor->is_online.is_null());
    CHECK(std::get<std::string>(*preview.preview_payload->context->find("tenant")) == "org-acme");
    CHECK(std::get<preview_context>(*preview.preview_payload->context->find("region")).id == "us-east-1");
    CHECK(!fixture_both_ways<basic_preview_request>("generate-preview-request.min").preview_payload);

    for (std::string kind : {"chat", "custom", "delay", "digest", "email", "http_request", "in_app", "push", "sms", "throttle"})
        for (std::string size : {".full", ".min"}) fixture_both_ways<basic_any_step>("step-upsert." + kind + size);
    auto const mail = fixture_both_ways<basic_any_step>("step-upsert.email.no-layout");
    CHECK(std::get<email_step>(mail).control_values->layout_id.is_null());
    auto const http = fixture_both_ways<basic_any_step>("step-upsert.http_request.legacy-body");
    CHECK(std::get<std::vector<key_value>>(*std::get<http_request_step>(http).control_values->body).at(1).key == "b");
    fixture_both_ways<basic_any_step>("step-upsert.sms.freeform", {".control_values.senderName", ".control_values.limits"});
}

TEST_CASE("response fixtures both ways, unknown members included") {
    paths kept;
    for (char step = '0'; step <= '9'; ++step) kept.push_back(std::string{".steps["} + step + "].control_values.extraControl");
    for (char const* name : {"workflow-response.full", "workflow-response.enveloped"}) {
        workflow const w = fixture_both_ways<basic_workflow>(name, kept);
        CHECK(w.updated_by->external_id == "user_2abc");
        CHECK(w.last_published_by->first_name.is_null());
        CHECK(w.preferences.default_.all.read_only);
        CHECK(!w.preferences.user->channels.find("sms")->enabled);
        CHECK(w.issues->find("workflowId")->at("issueType") == "MISSING_VALUE");
        CHECK(w.payload_example->at("amount") == 12.5);
        REQUIRE(w.steps.size() == 10);
        auto const& in_app = std::get<in_app_step_response>(w.steps[0]);
        CHECK(in_app.control_values->secondary_action->redirect->target == redirect_target::blank);
        CHECK(in_app.controls.values.data->at("kind") == "shipment");
        auto const* property = in_app.controls.ui_schema->properties->find("f0");
        CHECK(property->placeholder == "Type here");
        CHECK(property->properties->find("inner")->properties->find("leaf")->component == ui_component::layout_select);
        CHECK(in_app.controls.ui_schema->group == ui_group::in_app);
        CHECK(in_app.issues->controls->find("body")->at(0).variable_name == "payload.foo");
        CHECK(in_app.issues->integration->find("email-provider")->at(0).issue_type == integration_issue::missing_integration);
        CHECK(in_app.step_resolver_hash == "b7f1c0de00");
        CHECK(std::get<email_step_response>(w.steps[1]).control_values->editor_type == editor_type::html);
        CHECK(std::get<delay_step_response>(w.steps[5]).controls.values.amount == 30);
        CHECK(std::get<digest_step_response>(w.steps[6]).control_values->look_back_window->unit == time_unit::minutes);
        CHECK(std::get<custom_step_response>(w.steps[8]).control_values->custom->at("retries") == 2);
        CHECK(std::get<http_request_step_response>(w.steps[9]).control_values->headers[0].key == "X-Trace");
    }
    CHECK(fixture_both_ways<basic_workflow>("workflow-response.min").payload_schema.is_absent());
    CHECK(std::get<http_request_step_response>(fixture_both_ways<basic_workflow>("workflow-response.min-steps").steps.at(9)).controls.values.method == http_method::get);
    CHECK(fixture_both_ways<basic_workflow>("workflow-response.nulls").last_published_by.is_null());
    CHECK(std::get<in_app_step_response>(fixture_both_ways<basic_workflow>("workflow-response.enums").steps.at(4)).control_values->redirect->target ==
          redirect_target::unfenced_top);

    workflow_list const list = fixture_both_ways<basic_workflow_list>("list-workflows-response.full");
    CHECK(list.workflows[0].step_type_overviews.at(10) == step_type::http_request);
    CHECK(list.workflows[1].status == workflow_status::inactive);
    CHECK(list.workflows[0].steps.at(0).issues->controls->find("body")->at(1).issue_type == content_issue::invalid_filter_arg_in_variable);
    CHECK(fixture_both_ways<basic_workflow_list>("list-workflows-response.enveloped").total_count == 1);
    CHECK(fixture_both_ways<basic_workflow_list>("list-workflows-response.min").total_count == 0);
    CHECK(fixture_both_ways<basic_workflow_list>("list-workflows-response.min-item").workflows.at(0).workflow_id == "order-shipped");

    step_details const step = fixture_both_ways<basic_step_details>("step-response.full");
    CHECK(step.type == step_type::trigger);
    CHECK(step.control_values->at("body") == "x");
    CHECK(step.controls.ui_schema->properties->find("f44")->component == ui_component::destination_timeout);
    CHECK(!fixture_both_ways<basic_step_details>("step-response.enveloped").controls.values);
    CHECK(fixture_both_ways<basic_step_details>("step-response.min").workflow_database_id == "66b100000000000000000001");
}

TEST_CASE("preview fixtures both ways") {
    preview const full = fixture_both_ways<basic_preview>("generate-preview-response.full");
    CHECK(full.preview_payload_example.subscriber->last_online_at == "2026-03-03T09:09:09.009Z");
    CHECK(full.schema->at("type") == "object");
    auto const& in_app = std::get<preview_result<step_type::in_app>>(full.result);
    CHECK(in_app.preview->primary_action->label == "Track");
    CHECK(in_app.error->hint == "declare it in the payload schema");
    CHECK(std::get<preview_result<step_type::chat>>(fixture_both_ways<basic_preview>("generate-preview-response.chat").result).preview->body == "Order on its way");
    CHECK(std::get<preview_result<step_type::delay>>(fixture_both_ways<basic_preview>("generate-preview-response.delay").result).preview->amount == 30);
    auto const digest = fixture_both_ways<basic_preview>("generate-preview-response.digest");
    CHECK(std::get<preview_result<step_type::digest>>(digest.result).preview->look_back_window->at("amount") == 15);
    CHECK(fixture_both_ways<basic_preview>("generate-preview-response.email").schema.is_null());
    CHECK(std::get<preview_result<step_type::push>>(fixture_both_ways<basic_preview>("generate-preview-response.push").result).preview->subject == "Shipped");
    CHECK(std::get<preview_result<step_type::sms>>(fixture_both_ways<basic_preview>("generate-preview-response.sms").result).preview->body == "Order on its way");
    CHECK(std::get<preview_result<step_type::sms>>(fixture_both_ways<basic_preview>("generate-preview-response.enveloped").result).preview->body == "x");
    auto const free_form = fixture_both_ways<basic_preview>("generate-preview-response.freeform", {".result as a whole"});
    CHECK(std::get<boost::json::object>(free_form.result).at("type") == "http_request");
    CHECK(free_form.novu_signature == "t=1772445600000,v1=0a1b2c");
    fixture_both_ways<basic_preview>("generate-preview-response.min", {".result as a whole"});
    auto const units = each_both_ways<basic_preview>("generate-preview-response.units");
    for (std::size_t i = 0; i != units.size(); ++i)
        CHECK(std::get<preview_result<step_type::digest>>(units[i].result).preview->unit == static_cast<time_unit>(i));
}

TEST_CASE("error fixtures both ways") {
    error_dto const full = fixture_both_ways<basic_error_dto>("error-dto.full");
    CHECK(full.status_code == 500);
    CHECK(full.error_id == "4f0c2f5a-77a1-4f0e-9c0e-1d2f3a4b5c6d");
    CHECK(full.ctx->at("workflowId") == "order-shipped");
    CHECK(fixture_both_ways<basic_error_dto>("error-dto.message-array").message->at(2) == 7);
    CHECK(*fixture_both_ways<basic_error_dto>("error-dto.message-boolean").message == false);
    CHECK(fixture_both_ways<basic_error_dto>("error-dto.message-null").message->is_null());
    CHECK(*fixture_both_ways<basic_error_dto>("error-dto.message-number").message == 42);
    CHECK(fixture_both_ways<basic_error_dto>("error-dto.message-object").message->at("issue") == "bad");
    CHECK(!fixture_both_ways<basic_error_dto>("error-dto.min").message);
    CHECK(fixture_both_ways<basic_error_dto>("error-dto.server-extra", {".error", ".workflowId"}).path == "/v2/workflows/nope");

    validation_error_dto const invalid = fixture_both_ways<basic_validation_error_dto>("validation-error-dto.full");
    CHECK(invalid.errors.find("name")->messages.at(1) == "name must be a string");
    CHECK(*invalid.errors.find("limit")->value == 1000.5);
    CHECK(!invalid.errors.find("origin")->value);
    CHECK(invalid.error_id == "e-1");
    CHECK(fixture_both_ways<basic_validation_error_dto>("validation-error-dto.message-array").message->at(0) == "x");
    CHECK(fixture_both_ways<basic_validation_error_dto>("validation-error-dto.message-null").message->is_null());
    CHECK(fixture_both_ways<basic_validation_error_dto>("validation-error-dto.message-object").message->at("a") == 1);
    CHECK(fixture_both_ways<basic_validation_error_dto>("validation-error-dto.min").errors.empty());
    CHECK(!json::read<validation_error_dto>(fixture("error-422.no-errors")));
    CHECK(fixture_both_ways<basic_error_dto>("error-422.no-errors", {".error"}).status_code == 422);
    CHECK(fixture_both_ways<basic_error_dto>("error-429.object").message == "API rate limit exceeded");
}

namespace {
/// Every enumerator of E has its wire text, and no other text is one.
template <class E> void same_texts(boost::json::object const& enums, std::string_view name, std::initializer_list<std::string_view> newer = {}) {
    INFO(name);
    auto const& texts = enums.at(name).as_array();
    for (auto const& text : texts) CHECK(json::from_text<E>(std::string_view{text.as_string()}));
    for (auto text : newer) CHECK(json::from_text<E>(text));
    CHECK(json::detail::enum_texts<E>.values.size() == texts.size() + newer.size());
}
} // namespace

TEST_CASE("enums have the contract's texts") {
    auto const all = boost::json::parse(fixture("enums"));
    auto const& e = all.as_object();
    same_texts<direction>(e, "DirectionEnum");
    same_texts<sort_field>(e, "WorkflowResponseDtoSortField");
    same_texts<workflow_status>(e, "WorkflowStatusEnum");
    same_texts<creation_source>(e, "WorkflowCreationSourceEnum");
    same_texts<severity_level>(e, "SeverityLevelEnum");
    same_texts<resource_origin>(e, "ResourceOriginEnum");
    same_texts<step_type>(e, "StepTypeEnum", {"tool"});
    same_texts<editor_type>(e, "EmailControlDto.editorType");
    same_texts<delay_type>(e, "DelayControlDto.type");
    same_texts<digest_type>(e, "DigestControlDto.type");
    same_texts<throttle_type>(e, "ThrottleControlDto.type");
    same_texts<redirect_target>(e, "RedirectDto.target");
    same_texts<time_unit>(e, "TimeUnitEnum");
    same_texts<http_method>(e, "HttpMethodEnum");
    same_texts<ui_group>(e, "UiSchemaGroupEnum", {"TOOL"});
    same_texts<content_issue>(e, "ContentIssueEnum", {"UNSUPPORTED_PROPERTY", "CHAT_CARD_LIMIT_EXCEEDED", "CHAT_CARD_INVALID_BUTTON"});
    same_texts<integration_issue>(e, "IntegrationIssueEnum");
    same_texts<provider_id>(e, "ChatOrPushProviderEnum", {"novu-web-chat"});
    same_texts<ui_component>(e, "UiComponentEnum", {"CHAT_EDITOR_SELECT", "TOOL_BODY"});
    CHECK(json::to_text(chat_editor_type::text) == "text");
    CHECK(json::to_text(issue_severity::warning) == "warning");
}

// ---- what 3.19.1 added ----

TEST_CASE("agents: absent, null, or who answers through which provider") {
    std::string const head = R"({"name":"n","workflowId":"w","steps":[])";
    CHECK(both_ways<basic_create_workflow>(head + "}").agent.is_absent());
    CHECK(both_ways<basic_create_workflow>(head + R"(,"agent":null})").agent.is_null());
    auto const w = both_ways<basic_create_workflow>(head + R"(,"agent":{"identifier":"support","providers":{"slack":{"replyTo":"thread"},"email":{}}}})");
    CHECK(w.agent->identifier == "support");
    CHECK(w.agent->providers->find("slack")->reply_to == "thread");
    CHECK(!w.agent->providers->find("email")->reply_to);
    CHECK(same_json(*json::write(create_workflow{.name = "n",
                                                 .workflow_id = "w",
                                                 .steps = empty_list,
                                                 .agent = agent{.identifier = "support", .providers = dictionary<agent_provider>{{"slack", {.reply_to = "thread"}}, {"email", {}}}}}),
                    *json::write(w)));

    auto const update = both_ways<basic_update_workflow>(R"({"name":"n","steps":[],"preferences":{},"agent":{"identifier":"support"}})");
    CHECK(update.agent->identifier == "support");
    CHECK(!update.agent->providers);
    CHECK(!update.origin); // optional since
    CHECK(both_ways<basic_update_workflow>(R"({"name":"n","steps":[],"preferences":{},"agent":null})").agent.is_null());

    boost::json::object read = boost::json::parse(fixture("workflow-response.min")).as_object();
    read["agent"] = object(R"({"identifier":"support","providers":{"slack":{"replyTo":"thread"}}})");
    workflow const came = both_ways<basic_workflow>(boost::json::serialize(read));
    CHECK(came.agent->providers->find("slack")->reply_to == "thread");
    CHECK(to_update(came).agent == came.agent);
    read["agent"] = nullptr;
    CHECK(both_ways<basic_workflow>(boost::json::serialize(read)).agent.is_null());
}

TEST_CASE("provider overrides: absent, null, or an object a provider") {
    auto const chat = both_ways<basic_any_step>(R"({"type":"chat","name":"c","providerOverrides":{"slack":{"blocks":[1,{"a":null}]},"discord":{}}})");
    CHECK(std::get<chat_step>(chat).provider_overrides->find("slack")->at("blocks").at(0) == 1);
    CHECK(std::get<chat_step>(chat).provider_overrides->contains("discord"));
    CHECK(*json::write(chat_step{.name = "c", .provider_overrides = dictionary<boost::json::object>{{"slack", object(R"({"a":1})")}}}) ==
          R"({"type":"chat","name":"c","providerOverrides":{"slack":{"a":1}}})");
    CHECK(*json::write(tool_step{.name = "t", .provider_overrides = nullptr}) == R"({"type":"tool","name":"t","providerOverrides":null})");
    CHECK(std::get<tool_step>(both_ways<basic_any_step>(R"({"type":"tool","name":"t","providerOverrides":null})")).provider_overrides.is_null());
    CHECK(std::get<tool_step>(both_ways<basic_any_step>(R"({"type":"tool","name":"t"})")).provider_overrides.is_absent());

    // on every step that comes back, and on its way to an update
    boost::json::object read = boost::json::parse(fixture("workflow-response.min-steps")).as_object();
    for (boost::json::value& s : read["steps"].as_array()) s.as_object()["providerOverrides"] = object(R"({"p":{"k":[1]}})");
    read["steps"].as_array()[0].as_object()["providerOverrides"] = nullptr;
    workflow const w = both_ways<basic_workflow>(boost::json::serialize(read));
    update_workflow const update = to_update(w);
    REQUIRE(w.steps.size() == 10);
    for (std::size_t i = 0; i != w.steps.size(); ++i) {
        auto const overrides = [](auto const& kind) -> nullable<dictionary<boost::json::object>> {
            if constexpr (requires { kind.provider_overrides; }) return kind.provider_overrides;
            else return {};
        };
        auto const came = std::visit(overrides, w.steps[i]);
        INFO(common(w.steps[i]).type.text());
        CHECK(came.is_null() == (i == 0));
        if (i != 0) CHECK(came->find("p")->at("k").at(0) == 1);
        CHECK(std::visit(overrides, update.steps[i]) == came);
    }
}

TEST_CASE("tool steps, sent and come back") {
    auto const sent = both_ways<basic_any_step>(R"({"type":"tool","name":"Look up","_id":"i","stepId":"look-up","controlValues":{"skip":{"==":[1,1]},"body":"find {{payload.id}}"}})");
    auto const& typed = std::get<tool_step>(sent);
    CHECK(typed.control_values->body == "find {{payload.id}}");
    CHECK(typed.control_values->skip->contains("=="));
    CHECK(json::write(step{tool_step{.name = "Look up", .id = "i", .step_id = "look-up", .control_values = tool_controls{.skip = object(R"({"==":[1,1]})"), .body = "find {{payload.id}}"}}})
              .value() == *json::write(sent));

    auto const came = both_ways<basic_any_step_response>(
        R"({"controls":{"values":{"body":"b"},"uiSchema":{"group":"TOOL","properties":{"body":{"component":"TOOL_BODY"}}}},"variables":{},"stepId":"look-up","_id":"i",)"
        R"("name":"Look up","slug":"look-up_st_0000000000000001","type":"tool","origin":"novu-cloud","workflowId":"w","workflowDatabaseId":"1","controlValues":{"body":"b"}})");
    auto const& tool = std::get<tool_step_response>(came);
    CHECK(tool.type == step_type::tool);
    CHECK(tool.controls.values.body == "b");
    CHECK(tool.controls.ui_schema->group == ui_group::tool);
    CHECK(tool.controls.ui_schema->properties->find("body")->component == ui_component::tool_body);
    CHECK(tool.control_values->body == "b");
}

TEST_CASE("previews of tools, and of chats with a card or without a body") {
    auto const tool = both_ways<basic_preview>(
        R"({"previewPayloadExample":{},"result":{"type":"tool","preview":{"any":[1,null]},"error":{"title":"t","message":"m","hint":"h"}}})");
    auto const& result = std::get<preview_result<step_type::tool>>(tool.result);
    CHECK(result.preview->at("any").at(0) == 1);
    CHECK(result.error->title == "t");
    auto const chat = both_ways<basic_preview>(R"({"previewPayloadExample":{},"result":{"type":"chat","preview":{"card":{"title":"Order","buttons":[{"label":"Track"}]}}}})");
    auto const& card = std::get<preview_result<step_type::chat>>(chat.result);
    CHECK(!card.preview->body);
    CHECK(card.preview->card->at("title") == "Order");
}

TEST_CASE("controls that are newer: e-mail's sender and headings, chat's editor") {
    auto const mail = both_ways<basic_any_step>(
        R"({"type":"email","name":"e","controlValues":{"subject":"s","body":"b","from":{"email":"shop@example.com","name":"Shop"},"useProviderDefaults":false,)"
        R"("replyTo":"help@example.com","preheader":"It left"}})");
    auto const& controls = *std::get<email_step>(mail).control_values;
    CHECK(controls.from->email == "shop@example.com");
    CHECK(controls.from->name == "Shop");
    CHECK(controls.use_provider_defaults == false);
    CHECK(controls.reply_to == "help@example.com");
    CHECK(controls.preheader == "It left");
    CHECK(same_json(*json::write(step{email_step{.name = "e",
                                                 .control_values = email_controls{.subject = "s",
                                                                                  .body = "b",
                                                                                  .from = sender{.email = "shop@example.com", .name = "Shop"},
                                                                                  .use_provider_defaults = false,
                                                                                  .reply_to = "help@example.com",
                                                                                  .preheader = "It left"}}}),
                    *json::write(mail)));
    auto const chat = both_ways<basic_any_step>(R"({"type":"chat","name":"c","controlValues":{"body":"b","editorType":"block"}})");
    CHECK(std::get<chat_step>(chat).control_values->editor_type == chat_editor_type::block);
    CHECK(*json::write(chat_step{.name = "c", .control_values = chat_controls{.body = "b", .editor_type = chat_editor_type::text}}) ==
          R"({"type":"chat","name":"c","controlValues":{"body":"b","editorType":"text"}})");

    // as they come back, too
    auto const came = [](std::string const& type, std::string const& values) {
        return both_ways<basic_any_step_response>(R"({"controls":{"values":)" + values + R"(},"variables":{},"stepId":"s","_id":"i","name":"n","slug":"s","type":")" + type +
                                                  R"(","origin":"novu-cloud","workflowId":"w","workflowDatabaseId":"1"})");
    };
    auto const mail_back = came("email", R"({"from":{"name":"Shop"},"useProviderDefaults":true,"replyTo":"r","preheader":"p"})");
    auto const& values = std::get<email_step_response>(mail_back).controls.values;
    CHECK(values.from->name == "Shop");
    CHECK(values.use_provider_defaults == true);
    CHECK(values.reply_to == "r");
    CHECK(values.preheader == "p");
    CHECK(std::get<chat_step_response>(came("chat", R"({"editorType":"text"})")).controls.values.editor_type == chat_editor_type::text);
}

TEST_CASE("issues have a severity") {
    boost::json::object read = boost::json::parse(fixture("step-response.min")).as_object();
    read["issues"] = object(R"({"controls":{"body":[{"issueType":"CHAT_CARD_INVALID_BUTTON","message":"m","severity":"warning"}]},)"
                            R"("integration":{"slack":[{"issueType":"MISSING_INTEGRATION","message":"m","severity":"error"}]}})");
    auto const s = both_ways<basic_step_details>(boost::json::serialize(read));
    CHECK(s.issues->controls->find("body")->at(0).severity == issue_severity::warning);
    CHECK(s.issues->controls->find("body")->at(0).issue_type == content_issue::chat_card_invalid_button);
    CHECK(s.issues->integration->find("slack")->at(0).severity == issue_severity::error);
}
