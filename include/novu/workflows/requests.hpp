// What the operations on workflows are given.
#pragma once

#include <novu/workflows/workflow.hpp>

#include <cstdint>
#include <optional>

namespace novu {

/// CreateWorkflowDto. `workflow_id` is letters and digits in runs joined by single `-`, `_` or `.`.
/// `payload_schema` is a JSON schema; null clears it.
template <class Storage> struct basic_create_workflow {
    static constexpr json::annotation json_members[] = {json::named("source", "__source")};
    required<typename Storage::string> name;
    required<typename Storage::string> workflow_id;
    required<typename Storage::template list<basic_any_step<Storage>>> steps;
    std::optional<typename Storage::string> description{};
    optional_list<typename Storage::string, Storage> tags{};
    std::optional<bool> active{};                           ///< absent: Novu decides; its API reference says false
    std::optional<bool> validate_payload{};
    nullable<typename Storage::json_object> payload_schema{};
    std::optional<bool> is_translation_enabled{};           ///< absent: Novu decides; its API reference says false
    std::optional<open_enum<creation_source, Storage>> source{};
    std::optional<basic_preferences<Storage>> preferences{};
    std::optional<open_enum<severity_level, Storage>> severity{};
    nullable<basic_agent<Storage>> agent{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_create_workflow, name, workflow_id, steps, description, tags, active, validate_payload,
                         payload_schema, is_translation_enabled, source, preferences, severity, agent, extra)
};

/// UpdateWorkflowDto: replaces the workflow. A step without the `id` of one that is there is new; one that is
/// missing is removed. `to_update` makes one from what was read.
template <class Storage> struct basic_update_workflow {
    required<typename Storage::string> name;
    required<typename Storage::template list<basic_any_step<Storage>>> steps;
    required<basic_preferences<Storage>> preferences;
    std::optional<typename Storage::string> description{};
    optional_list<typename Storage::string, Storage> tags{};
    std::optional<bool> active{};
    std::optional<bool> validate_payload{};
    nullable<typename Storage::json_object> payload_schema{};
    std::optional<bool> is_translation_enabled{};
    std::optional<typename Storage::string> workflow_id{};
    std::optional<open_enum<resource_origin, Storage>> origin{};
    std::optional<open_enum<severity_level, Storage>> severity{};
    nullable<basic_agent<Storage>> agent{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_update_workflow, name, steps, preferences, description, tags, active, validate_payload,
                         payload_schema, is_translation_enabled, workflow_id, origin, severity, agent, extra)
};

/// PatchWorkflowDto: changes only what is given.
template <class Storage> struct basic_patch_workflow {
    std::optional<bool> active{};
    std::optional<typename Storage::string> name{};
    std::optional<typename Storage::string> description{};
    optional_list<typename Storage::string, Storage> tags{};
    nullable<typename Storage::json_object> payload_schema{};
    std::optional<bool> validate_payload{};
    std::optional<bool> is_translation_enabled{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_patch_workflow, active, name, description, tags, payload_schema, validate_payload,
                         is_translation_enabled, extra)
};

/// SyncWorkflowDto.
template <class Storage> struct basic_sync_workflow {
    required<typename Storage::string> target_environment_id;
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_sync_workflow, target_environment_id, extra)
};

/// The query of `list`. Novu's defaults: limit 50, offset 0, newest first. `query` matches names and identifiers.
template <class Storage> struct basic_list_workflows {
    std::optional<std::int64_t> limit{};
    std::optional<std::int64_t> offset{};
    std::optional<open_enum<direction, Storage>> order_direction{};
    std::optional<open_enum<sort_field, Storage>> order_by{};
    std::optional<typename Storage::string> query{};
    optional_list<typename Storage::string, Storage> tags{};
    optional_list<open_enum<workflow_status, Storage>, Storage> status{};
    NOVU_DETAIL_DESCRIBE(basic_list_workflows, limit, offset, order_direction, order_by, query, tags, status)
};

/// The query of `get`.
template <class Storage> struct basic_get_workflow {
    std::optional<typename Storage::string> environment_id{}; ///< another environment than the key's
    NOVU_DETAIL_DESCRIBE(basic_get_workflow, environment_id)
};

using create_workflow = basic_create_workflow<owned>;
using update_workflow = basic_update_workflow<owned>;
using patch_workflow = basic_patch_workflow<owned>;
using sync_workflow = basic_sync_workflow<owned>;
using list_workflows = basic_list_workflows<owned>;
using get_workflow = basic_get_workflow<owned>;

} // namespace novu
