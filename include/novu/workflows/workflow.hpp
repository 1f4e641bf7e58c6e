// Workflows as they come back: one whole, or a page of summaries.
#pragma once

#include <novu/workflows/preferences.hpp>
#include <novu/workflows/step.hpp>

#include <cstdint>
#include <optional>

namespace novu {

/// UserResponseDto: who changed or published something.
template <class Storage> struct basic_user {
    static constexpr json::annotation json_members[] = {json::named("id", "_id")};
    typename Storage::string id{};
    nullable<typename Storage::string> first_name{};
    nullable<typename Storage::string> last_name{};
    nullable<typename Storage::string> external_id{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_user, id, first_name, last_name, external_id, extra)
};

/// How one provider answers for an agent.
template <class Storage> struct basic_agent_provider {
    std::optional<typename Storage::string> reply_to{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_agent_provider, reply_to, extra)
};

/// The agent that a workflow speaks for.
template <class Storage> struct basic_agent {
    required<typename Storage::string> identifier;
    std::optional<dictionary<basic_agent_provider<Storage>, Storage>> providers{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_agent, identifier, providers, extra)
};

/// WorkflowResponseDto. Times are ISO 8601 with milliseconds, in UTC.
template <class Storage> struct basic_workflow {
    static constexpr json::annotation json_members[] = {json::named("id", "_id")};
    typename Storage::string name{};
    typename Storage::string id{};                          ///< 24 hex digits
    typename Storage::string workflow_id{};                 ///< the identifier given at creation
    typename Storage::string slug{};
    typename Storage::string updated_at{};
    typename Storage::string created_at{};
    typename Storage::template list<basic_any_step_response<Storage>> steps{};
    open_enum<resource_origin, Storage> origin{};
    basic_preferences_response<Storage> preferences{};
    open_enum<workflow_status, Storage> status{};
    open_enum<severity_level, Storage> severity{};
    std::optional<typename Storage::string> description{};
    optional_list<typename Storage::string, Storage> tags{};
    std::optional<bool> active{};
    std::optional<bool> validate_payload{};
    nullable<typename Storage::json_object> payload_schema{};
    std::optional<bool> is_translation_enabled{};
    nullable<basic_user<Storage>> updated_by{};
    nullable<typename Storage::string> last_published_at{};
    nullable<basic_user<Storage>> last_published_by{};
    std::optional<dictionary<typename Storage::json_object, Storage>> issues{};
    nullable<typename Storage::string> last_triggered_at{};
    nullable<typename Storage::json_object> payload_example{};
    nullable<basic_agent<Storage>> agent{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_workflow, name, id, workflow_id, slug, updated_at, created_at, steps, origin, preferences,
                         status, severity, description, tags, active, validate_payload, payload_schema,
                         is_translation_enabled, updated_by, last_published_at, last_published_by, issues,
                         last_triggered_at, payload_example, agent, extra)
};

/// StepListResponseDto.
template <class Storage> struct basic_step_summary {
    typename Storage::string slug{};
    open_enum<step_type, Storage> type{};
    std::optional<basic_step_issues<Storage>> issues{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_step_summary, slug, type, issues, extra)
};

/// WorkflowListResponseDto: a workflow in a list.
template <class Storage> struct basic_workflow_summary {
    static constexpr json::annotation json_members[] = {json::named("id", "_id")};
    typename Storage::string name{};
    typename Storage::string updated_at{};
    typename Storage::string created_at{};
    typename Storage::string id{};
    typename Storage::string workflow_id{};
    typename Storage::string slug{};
    open_enum<workflow_status, Storage> status{};
    open_enum<resource_origin, Storage> origin{};
    typename Storage::template list<open_enum<step_type, Storage>> step_type_overviews{};
    typename Storage::template list<basic_step_summary<Storage>> steps{};
    optional_list<typename Storage::string, Storage> tags{};
    nullable<basic_user<Storage>> updated_by{};
    nullable<typename Storage::string> last_published_at{};
    nullable<basic_user<Storage>> last_published_by{};
    nullable<typename Storage::string> last_triggered_at{};
    std::optional<bool> is_translation_enabled{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_workflow_summary, name, updated_at, created_at, id, workflow_id, slug, status, origin,
                         step_type_overviews, steps, tags, updated_by, last_published_at, last_published_by,
                         last_triggered_at, is_translation_enabled, extra)
};

/// ListWorkflowResponse: a page, and how many match in all.
template <class Storage> struct basic_workflow_list {
    typename Storage::template list<basic_workflow_summary<Storage>> workflows{};
    std::int64_t total_count{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_workflow_list, workflows, total_count, extra)
};

using user = basic_user<owned>;
using agent_provider = basic_agent_provider<owned>;
using agent = basic_agent<owned>;
using workflow = basic_workflow<owned>;
using step_summary = basic_step_summary<owned>;
using workflow_summary = basic_workflow_summary<owned>;
using workflow_list = basic_workflow_list<owned>;

} // namespace novu
