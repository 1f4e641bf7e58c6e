// Every fixture of the wire contract, read into the types and written back: equal as JSON, in both storages.
#include "../fixtures.hpp"

#include <novu/json/read.hpp>
#include <novu/workflows/storages.hpp>

#include <boost/json/serialize.hpp>
#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace novu;

namespace {

constexpr json::read_options enveloped{.envelope = "data"};

boost::json::value without_envelope(boost::json::value v) {
    if (auto* o = v.if_object(); o && o->size() == 1 && o->contains("data")) return (*o)["data"];
    return v;
}

/// Reads `text` into each storage and back.
template <template <class> class T> void both_ways(std::string const& text, std::string const& name) {
    INFO(name);
    boost::json::value const expected = without_envelope(boost::json::parse(text));
    auto owns = json::read<T<owned>>(text, enveloped);
    if (!owns) FAIL(owns.error().message());
    CHECK(same_json(boost::json::parse(*json::write(*owns)), expected));
    json::arena arena;
    auto borrows = json::read<T<borrowed>>(text, arena, enveloped);
    if (!borrows) FAIL(borrows.error().message());
    CHECK(same_json(boost::json::parse(*json::write(*borrows)), expected));
    CHECK(*json::write(*owns) == *json::write(*json::read<T<owned>>(*json::write(*owns))));
}
template <template <class> class T> void both_ways(std::initializer_list<char const*> names) {
    for (std::string const name : names) both_ways<T>(fixture(name), name);
}
/// A fixture that is an array of bodies.
template <template <class> class T> void each_both_ways(std::string const& name) {
    boost::json::value const all = boost::json::parse(fixture(name));
    for (auto const& element : all.as_array()) both_ways<T>(boost::json::serialize(element), name);
}

} // namespace

TEST_CASE("request fixtures both ways") {
    both_ways<basic_create_workflow>({"create-workflow.full", "create-workflow.min", "create-workflow.min.with-sdk-defaults", "create-workflow.nulls"});
    each_both_ways<basic_create_workflow>("create-workflow.sources");
    both_ways<basic_update_workflow>({"update-workflow.full", "update-workflow.min", "update-workflow.min.with-sdk-defaults", "update-workflow.nulls"});
    both_ways<basic_patch_workflow>({"patch-workflow.full", "patch-workflow.min", "patch-workflow.null-payload-schema"});
    both_ways<basic_sync_workflow>({"sync-workflow.full", "sync-workflow.min"});
    both_ways<basic_preview_request>({"generate-preview-request.full", "generate-preview-request.min"});
    for (std::string kind : {"chat", "custom", "delay", "digest", "email", "http_request", "in_app", "push", "sms", "throttle"})
        for (std::string size : {".full", ".min"}) both_ways<basic_any_step>(fixture("step-upsert." + kind + size), kind + size);
    both_ways<basic_any_step>({"step-upsert.email.no-layout", "step-upsert.http_request.legacy-body", "step-upsert.sms.freeform"});
}

TEST_CASE("response fixtures both ways, unknown members included") {
    both_ways<basic_workflow>({"workflow-response.full", "workflow-response.enveloped", "workflow-response.min", "workflow-response.min-steps",
                               "workflow-response.nulls", "workflow-response.enums"});
    both_ways<basic_workflow_list>({"list-workflows-response.full", "list-workflows-response.enveloped", "list-workflows-response.min",
                                    "list-workflows-response.min-item"});
    both_ways<basic_step_details>({"step-response.full", "step-response.enveloped", "step-response.min"});
    both_ways<basic_preview>({"generate-preview-response.chat", "generate-preview-response.delay", "generate-preview-response.digest",
                              "generate-preview-response.email", "generate-preview-response.enveloped", "generate-preview-response.freeform",
                              "generate-preview-response.full", "generate-preview-response.min", "generate-preview-response.push",
                              "generate-preview-response.sms"});
    each_both_ways<basic_preview>("generate-preview-response.units");
}

TEST_CASE("error fixtures both ways") {
    both_ways<basic_error_dto>({"error-dto.full", "error-dto.message-array", "error-dto.message-boolean", "error-dto.message-null",
                                "error-dto.message-number", "error-dto.message-object", "error-dto.min", "error-dto.server-extra"});
    both_ways<basic_validation_error_dto>({"validation-error-dto.full", "validation-error-dto.message-array", "validation-error-dto.message-null",
                                           "validation-error-dto.message-object", "validation-error-dto.min"});
    CHECK(!json::read<validation_error_dto>(fixture("error-422.no-errors")));
    CHECK(json::read<error_dto>(fixture("error-422.no-errors")));
}

namespace {
/// Every enumerator of E has its wire text, and no other text is one.
template <class E> void same_texts(boost::json::object const& enums, std::string_view name, std::initializer_list<std::string_view> newer = {}) {
    INFO(name);
    auto const& texts = enums.at(name).as_array();
    for (auto const& text : texts) CHECK(json::from_text<E>(std::string_view{text.as_string()}));
    for (auto text : newer) CHECK(json::from_text<E>(text));
    CHECK(json::detail::enum_entries<E>.size() == texts.size() + newer.size());
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
