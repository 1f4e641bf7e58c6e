// Steps: one template for what is sent, one for what comes back, a variant over all kinds for each.
//
//     novu::step s = novu::sms_step{.name = "Text", .control_values = novu::sms_controls{.body = "Shipped"}};
//     for (novu::step_response const& s : workflow.steps) {
//         std::cout << novu::common(s).name << '\n';
//         if (auto* mail = std::get_if<novu::email_step_response>(&s)) use(mail->controls.values.subject);
//     }
#pragma once

#include <novu/workflows/controls.hpp>

#include <optional>
#include <string_view>
#include <type_traits>
#include <variant>

namespace novu {

/// A step to create or update. An `id` names an existing step, which keeps its identity. `step_id` is letters and
/// digits in runs joined by single `-`, `_` or `.`; if not given, Novu makes it from the name.
/// `provider_overrides` (chat and tool steps) is by provider; null clears it.
template <step_type Type, class Storage> struct basic_step {
    static constexpr json::tag json_tag{"type", json::to_text(Type)};
    static constexpr json::annotation json_members[] = {json::named("id", "_id")};
    required<typename Storage::string> name;
    std::optional<typename Storage::string> id{};
    std::optional<typename Storage::string> step_id{};
    std::optional<detail::controls<Type, Storage, sent>> control_values{};
    nullable<dictionary<typename Storage::json_object, Storage>> provider_overrides{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_step, name, id, step_id, control_values, provider_overrides, extra)
};

/// A step of any type, with controls that need not fit the typed form.
template <class Storage> struct basic_free_form_step {
    static constexpr bool json_fallback = true; // what a typed step cannot hold is read as this
    static constexpr json::annotation json_members[] = {json::named("id", "_id")};
    required<open_enum<step_type, Storage>> type;
    required<typename Storage::string> name;
    std::optional<typename Storage::string> id{};
    std::optional<typename Storage::string> step_id{};
    std::optional<typename Storage::json_object> control_values{};
    nullable<dictionary<typename Storage::json_object, Storage>> provider_overrides{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_free_form_step, type, name, id, step_id, control_values, provider_overrides, extra)
};

/// UiSchemaProperty: one field of the dashboard's form.
template <class Storage> struct basic_ui_schema_property {
    open_enum<ui_component, Storage> component{};
    nullable<typename Storage::json_value> placeholder{};
    std::optional<dictionary<basic_ui_schema_property, Storage>> properties{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_ui_schema_property, component, placeholder, properties, extra)
};

/// UiSchema: the dashboard's form for a step's controls.
template <class Storage> struct basic_ui_schema {
    std::optional<open_enum<ui_group, Storage>> group{};
    std::optional<dictionary<basic_ui_schema_property<Storage>, Storage>> properties{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_ui_schema, group, properties, extra)
};

/// StepContentIssueDto and StepIntegrationIssue: something in a step that wants mending.
template <class Issue, class Storage> struct basic_step_issue {
    open_enum<Issue, Storage> issue_type{};
    typename Storage::string message{};
    std::optional<typename Storage::string> variable_name{};
    std::optional<open_enum<issue_severity, Storage>> severity{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_step_issue, issue_type, message, variable_name, severity, extra)
};

/// StepIssuesDto: by control, and by integration.
template <class Storage> struct basic_step_issues {
    template <class Issue>
    using by_name = std::optional<dictionary<typename Storage::template list<basic_step_issue<Issue, Storage>>, Storage>>;
    by_name<content_issue> controls{};
    by_name<integration_issue> integration{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_step_issues, controls, integration, extra)
};

/// No type of its own: what a step is asked for by itself, whose controls are free-form.
inline constexpr step_type any_step_type{0xfe};

/// ...ControlsMetadataResponseDto: a step's controls, their JSON schema and their form.
template <step_type Type, class Storage> struct basic_controls_metadata {
    using values_type = detail::controls<Type, Storage, received>;
    static constexpr bool typed = Type != any_step_type;
    static constexpr json::annotation json_members[] = {json::lenient("values")};
    std::conditional_t<typed, values_type, std::optional<values_type>> values{};
    std::optional<typename Storage::json_object> data_schema{};
    std::optional<basic_ui_schema<Storage>> ui_schema{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_controls_metadata, values, data_schema, ui_schema, extra)
};

/// A step that comes back. `control_values` are the stored ones, `controls.values` those in force.
template <step_type Type, class Storage> struct basic_step_response {
    static constexpr json::tag json_tag{"type", json::to_text(Type)};
    static constexpr json::annotation json_members[] = {json::named("id", "_id"), json::lenient("control_values")};
    basic_controls_metadata<Type, Storage> controls{};
    typename Storage::json_object variables{};             ///< JSON schema of what templates may name
    typename Storage::string step_id{};
    typename Storage::string id{};
    typename Storage::string name{};
    typename Storage::string slug{};
    open_enum<step_type, Storage> type = Type == any_step_type ? open_enum<step_type, Storage>{std::string_view{}} : open_enum<step_type, Storage>{Type};
    open_enum<resource_origin, Storage> origin{};
    typename Storage::string workflow_id{};
    typename Storage::string workflow_database_id{};
    std::optional<detail::controls<Type, Storage, received>> control_values{};
    std::optional<basic_step_issues<Storage>> issues{};
    std::optional<typename Storage::string> step_resolver_hash{};
    nullable<dictionary<typename Storage::json_object, Storage>> provider_overrides{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_step_response, controls, variables, step_id, id, name, slug, type, origin, workflow_id,
                         workflow_database_id, control_values, issues, step_resolver_hash, provider_overrides, extra)
};

/// StepResponseDto: a step asked for by itself, of any type.
template <class Storage> using basic_step_details = basic_step_response<any_step_type, Storage>;

/// A step of a type this library does not know: what it is called, and the rest of its JSON in `extra`.
template <class Storage> struct basic_free_form_step_response {
    static constexpr bool json_lenient = true;
    static constexpr json::annotation json_members[] = {json::named("id", "_id")};
    open_enum<step_type, Storage> type{};
    std::optional<typename Storage::string> step_id{};
    std::optional<typename Storage::string> id{};
    std::optional<typename Storage::string> name{};
    std::optional<typename Storage::string> slug{};
    std::optional<open_enum<resource_origin, Storage>> origin{};
    std::optional<typename Storage::string> workflow_id{};
    std::optional<typename Storage::string> workflow_database_id{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_free_form_step_response, type, step_id, id, name, slug, origin, workflow_id,
                         workflow_database_id, extra)
};

namespace detail {
template <template <step_type, class> class Step, class FreeForm, class Storage>
using step_variant =
    std::variant<Step<step_type::in_app, Storage>, Step<step_type::email, Storage>, Step<step_type::sms, Storage>,
                 Step<step_type::push, Storage>, Step<step_type::chat, Storage>, Step<step_type::delay, Storage>,
                 Step<step_type::digest, Storage>, Step<step_type::throttle, Storage>, Step<step_type::custom, Storage>,
                 Step<step_type::http_request, Storage>, Step<step_type::tool, Storage>, FreeForm>;
} // namespace detail

/// Any step to send.
template <class Storage> using basic_any_step = detail::step_variant<basic_step, basic_free_form_step<Storage>, Storage>;
/// Any step that comes back.
template <class Storage>
using basic_any_step_response = detail::step_variant<basic_step_response, basic_free_form_step_response<Storage>, Storage>;

using in_app_step = basic_step<step_type::in_app, owned>;
using email_step = basic_step<step_type::email, owned>;
using sms_step = basic_step<step_type::sms, owned>;
using push_step = basic_step<step_type::push, owned>;
using chat_step = basic_step<step_type::chat, owned>;
using delay_step = basic_step<step_type::delay, owned>;
using digest_step = basic_step<step_type::digest, owned>;
using throttle_step = basic_step<step_type::throttle, owned>;
using custom_step = basic_step<step_type::custom, owned>;
using http_request_step = basic_step<step_type::http_request, owned>;
using tool_step = basic_step<step_type::tool, owned>;
using free_form_step = basic_free_form_step<owned>;
using step = basic_any_step<owned>;

using in_app_step_response = basic_step_response<step_type::in_app, owned>;
using email_step_response = basic_step_response<step_type::email, owned>;
using sms_step_response = basic_step_response<step_type::sms, owned>;
using push_step_response = basic_step_response<step_type::push, owned>;
using chat_step_response = basic_step_response<step_type::chat, owned>;
using delay_step_response = basic_step_response<step_type::delay, owned>;
using digest_step_response = basic_step_response<step_type::digest, owned>;
using throttle_step_response = basic_step_response<step_type::throttle, owned>;
using custom_step_response = basic_step_response<step_type::custom, owned>;
using http_request_step_response = basic_step_response<step_type::http_request, owned>;
using tool_step_response = basic_step_response<step_type::tool, owned>;
using free_form_step_response = basic_free_form_step_response<owned>;
using step_response = basic_any_step_response<owned>;
using step_details = basic_step_details<owned>;

using ui_schema = basic_ui_schema<owned>;
using ui_schema_property = basic_ui_schema_property<owned>;
using step_issues = basic_step_issues<owned>;

/// What steps of every kind have, as views into the step; empty where one of an unknown type lacks it.
struct step_common {
    std::string_view step_id{}, id{}, name{}, slug{};
    open_enum<step_type, borrowed> type{};
    open_enum<resource_origin, borrowed> origin{};
    std::string_view workflow_id{}, workflow_database_id{};
};

namespace detail {
template <class S> constexpr std::string_view view_of(S const& s) { return s; }
template <class S> constexpr std::string_view view_of(std::optional<S> const& s) { return s ? std::string_view{*s} : std::string_view{}; }
template <class E, class S> constexpr open_enum<E, borrowed> view_of(open_enum<E, S> const& e) { return {e.text()}; }
template <class E, class S> constexpr open_enum<E, borrowed> view_of(std::optional<open_enum<E, S>> const& e) {
    return e ? view_of(*e) : open_enum<E, borrowed>{""};
}
} // namespace detail

/// What any step that came back has, whatever its kind. The views live as long as the step.
template <class... Steps>
    requires(json::described<Steps> && ...)
constexpr step_common common(std::variant<Steps...> const& any) {
    return std::visit(
        [](auto const& s) {
            using detail::view_of;
            return step_common{view_of(s.step_id), view_of(s.id), view_of(s.name), view_of(s.slug), view_of(s.type),
                               view_of(s.origin), view_of(s.workflow_id), view_of(s.workflow_database_id)};
        },
        any);
}

} // namespace novu
