// The program of ours.cpp without the library: a client of the nine operations written by hand over nlohmann/json. It has
// the same fields, steps by type, enums, retries with their budget, idempotency keys and decoded errors. It is the smaller
// program of the two by what it does: it keeps no unknown members or enum values, refuses drafts whose controls do not fit,
// reads no HTTP dates, and has no events, stop tokens, redaction or call options.
#include "answers.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

using namespace std::string_view_literals;
using json = nlohmann::json;
template <class T> using maybe = std::optional<T>;                   // absent or a value
template <class T> using nullable = std::optional<std::optional<T>>; // absent, null or a value
template <class T> using dictionary = std::map<std::string, T>;
using text = std::string;
using texts = std::vector<text>;

// ---- what all conversions use ----
struct writer {
    json& to;
    template <class T> void operator()(char const* name, T const& v) { to[name] = v; }
    template <class T> void operator()(char const* name, maybe<T> const& v) {
        if (v) to[name] = *v;
    }
    template <class T> void operator()(char const* name, nullable<T> const& v) {
        if (!v) return;
        if (*v) to[name] = **v;
        else to[name] = nullptr;
    }
};
struct reader {
    json const& from;
    template <class T> void operator()(char const* name, T& v) { from.at(name).get_to(v); }
    template <class T> void operator()(char const* name, maybe<T>& v) {
        if (auto const p = from.find(name); p != from.end() && !p->is_null()) p->get_to(v.emplace());
    }
    template <class T> void operator()(char const* name, nullable<T>& v) {
        auto const p = from.find(name);
        if (p == from.end()) return;
        v.emplace();
        if (!p->is_null()) p->get_to(v->emplace());
    }
};
/// A struct says `static void members(auto& s, auto f)`, which calls f with each name and member.
template <class T>
concept structure = requires(T& t, reader r) { T::members(t, r); };
template <structure T> void to_json(json& to, T const& from) {
    to = json::object();
    T::members(from, writer{to});
}
template <structure T> void from_json(json const& from, T& to) { T::members(to, reader{from}); }

/// An enum E has `constexpr auto names(E)`, the texts of its values.
template <class E>
concept named = requires(E e) { names(e).size(); };
template <named E> void to_json(json& to, E from) { to = names(from)[static_cast<std::size_t>(from)]; }
template <named E> void from_json(json const& from, E& to) {
    static constexpr auto all = names(E{});
    auto const found = std::find(all.begin(), all.end(), from.get_ref<text const&>());
    if (found == all.end()) throw std::runtime_error{"unknown value " + from.get_ref<text const&>()};
    to = static_cast<E>(found - all.begin());
}
#define ENUM(Enum, ...)                                                                                                \
    enum class Enum : std::uint8_t {};                                                                                 \
    constexpr auto names(Enum) { return std::array{__VA_ARGS__}; }

ENUM(direction, "ASC"sv, "DESC"sv)
ENUM(sort_field, "createdAt"sv, "updatedAt"sv, "name"sv, "lastTriggeredAt"sv)
ENUM(workflow_status, "ACTIVE"sv, "INACTIVE"sv, "ERROR"sv)
ENUM(resource_origin, "novu-cloud"sv, "novu-cloud-v1"sv, "external"sv)
ENUM(severity_level, "high"sv, "medium"sv, "low"sv, "none"sv)
ENUM(creation_source, "template_store"sv, "editor"sv, "notification_directory"sv, "onboarding_digest_demo"sv, "onboarding_in_app"sv, "empty_state"sv, "dropdown"sv,
     "onboarding_get_started"sv, "bridge"sv, "dashboard"sv, "ai"sv)
ENUM(step_type, "in_app"sv, "email"sv, "sms"sv, "chat"sv, "push"sv, "digest"sv, "trigger"sv, "delay"sv, "throttle"sv, "custom"sv, "http_request"sv, "tool"sv)
ENUM(time_unit, "seconds"sv, "minutes"sv, "hours"sv, "days"sv, "weeks"sv, "months"sv)
ENUM(redirect_target, "_self"sv, "_blank"sv, "_parent"sv, "_top"sv, "_unfencedTop"sv)
ENUM(editor_type, "block"sv, "html"sv)
ENUM(chat_editor_type, "block"sv, "text"sv)
ENUM(regular_or_timed, "regular"sv, "timed"sv)
ENUM(throttle_type, "fixed"sv, "dynamic"sv)
ENUM(http_method, "GET"sv, "POST"sv, "PUT"sv, "DELETE"sv, "PATCH"sv)
ENUM(content_issue, "ILLEGAL_VARIABLE_IN_CONTROL_VALUE"sv, "INVALID_FILTER_ARG_IN_VARIABLE"sv, "INVALID_URL"sv, "MISSING_VALUE"sv, "TIER_LIMIT_EXCEEDED"sv,
     "UNSUPPORTED_PROPERTY"sv, "CHAT_CARD_LIMIT_EXCEEDED"sv, "CHAT_CARD_INVALID_BUTTON"sv)
ENUM(integration_issue, "MISSING_INTEGRATION"sv, "INBOX_NOT_CONNECTED"sv)
ENUM(issue_severity, "error"sv, "warning"sv)
ENUM(ui_group, "IN_APP"sv, "EMAIL"sv, "DIGEST"sv, "DELAY"sv, "THROTTLE"sv, "SMS"sv, "CHAT"sv, "PUSH"sv, "SKIP"sv, "LAYOUT"sv, "HTTP_REQUEST"sv, "TOOL"sv)
ENUM(ui_component, "EMAIL_EDITOR_SELECT"sv, "LAYOUT_SELECT"sv, "BLOCK_EDITOR"sv, "EMAIL_BODY"sv, "TEXT_FULL_LINE"sv, "TEXT_INLINE_LABEL"sv, "IN_APP_BODY"sv,
     "IN_APP_AVATAR"sv, "IN_APP_PRIMARY_SUBJECT"sv, "IN_APP_BUTTON_DROPDOWN"sv, "IN_APP_DISABLE_SANITIZATION_SWITCH"sv, "DISABLE_SANITIZATION_SWITCH"sv,
     "URL_TEXT_BOX"sv, "DIGEST_AMOUNT"sv, "DIGEST_UNIT"sv, "DIGEST_TYPE"sv, "DIGEST_KEY"sv, "DIGEST_CRON"sv, "DELAY_AMOUNT"sv, "DELAY_UNIT"sv, "DELAY_TYPE"sv,
     "DELAY_CRON"sv, "DELAY_DYNAMIC_KEY"sv, "THROTTLE_TYPE"sv, "THROTTLE_WINDOW"sv, "THROTTLE_UNIT"sv, "THROTTLE_DYNAMIC_KEY"sv, "THROTTLE_THRESHOLD"sv,
     "THROTTLE_KEY"sv, "EXTEND_TO_SCHEDULE"sv, "SMS_BODY"sv, "CHAT_BODY"sv, "PUSH_BODY"sv, "PUSH_SUBJECT"sv, "QUERY_EDITOR"sv, "DATA"sv, "LAYOUT_EMAIL"sv,
     "DESTINATION_METHOD"sv, "DESTINATION_URL"sv, "DESTINATION_HEADERS"sv, "DESTINATION_BODY"sv, "DESTINATION_RESPONSE_BODY_SCHEMA"sv,
     "DESTINATION_ENFORCE_SCHEMA_VALIDATION"sv, "DESTINATION_CONTINUE_ON_FAILURE"sv, "DESTINATION_TIMEOUT"sv, "CHAT_EDITOR_SELECT"sv, "TOOL_BODY"sv)
ENUM(provider_id, "slack"sv, "discord"sv, "msteams"sv, "webex-messaging"sv, "mattermost"sv, "ryver"sv, "zulip"sv, "grafana-on-call"sv, "getstream"sv, "rocket-chat"sv,
     "whatsapp-business"sv, "line"sv, "chat-webhook"sv, "novu-slack"sv, "telegram"sv, "sendblue"sv, "fcm"sv, "apns"sv, "expo"sv, "one-signal"sv, "pushpad"sv,
     "push-webhook"sv, "pusher-beams"sv, "appio"sv, "novu-web-chat"sv)

// ---- controls ----
struct redirect {
    text url;
    maybe<redirect_target> target;
    static void members(auto& s, auto f) { f("url", s.url), f("target", s.target); }
};
struct action {
    maybe<text> label;
    maybe<::redirect> redirect;
    static void members(auto& s, auto f) { f("label", s.label), f("redirect", s.redirect); }
};
struct look_back_window {
    std::int64_t amount{};
    time_unit unit{};
    static void members(auto& s, auto f) { f("amount", s.amount), f("unit", s.unit); }
};
struct key_value {
    text key, value;
    static void members(auto& s, auto f) { f("key", s.key), f("value", s.value); }
};
struct sender {
    maybe<text> email, name;
    static void members(auto& s, auto f) { f("email", s.email), f("name", s.name); }
};
struct in_app_controls {
    static constexpr auto tag = "in_app"sv;
    maybe<json> skip{};
    maybe<text> body{}, subject{}, avatar{};
    maybe<action> primary_action{}, secondary_action{};
    maybe<::redirect> redirect{};
    maybe<bool> disable_output_sanitization{};
    maybe<json> data{};
    static void members(auto& s, auto f) {
        f("skip", s.skip), f("body", s.body), f("subject", s.subject), f("avatar", s.avatar), f("primaryAction", s.primary_action);
        f("secondaryAction", s.secondary_action), f("redirect", s.redirect), f("disableOutputSanitization", s.disable_output_sanitization), f("data", s.data);
    }
};
struct email_controls {
    static constexpr auto tag = "email"sv;
    maybe<text> subject{}, body{};
    maybe<json> skip{};
    maybe<::editor_type> editor_type{};
    maybe<bool> disable_output_sanitization{};
    nullable<text> layout_id{};
    maybe<sender> from{};
    maybe<bool> use_provider_defaults{};
    maybe<text> reply_to{}, preheader{};
    static void members(auto& s, auto f) {
        f("subject", s.subject), f("body", s.body), f("skip", s.skip), f("editorType", s.editor_type), f("disableOutputSanitization", s.disable_output_sanitization);
        f("layoutId", s.layout_id), f("from", s.from), f("useProviderDefaults", s.use_provider_defaults), f("replyTo", s.reply_to), f("preheader", s.preheader);
    }
};
struct sms_controls {
    static constexpr auto tag = "sms"sv;
    maybe<json> skip{};
    maybe<text> body{};
    static void members(auto& s, auto f) { f("skip", s.skip), f("body", s.body); }
};
struct push_controls {
    static constexpr auto tag = "push"sv;
    maybe<json> skip{};
    maybe<text> subject{}, body{};
    static void members(auto& s, auto f) { f("skip", s.skip), f("subject", s.subject), f("body", s.body); }
};
struct chat_controls {
    static constexpr auto tag = "chat"sv;
    maybe<json> skip{};
    maybe<text> body{};
    maybe<chat_editor_type> editor_type{};
    static void members(auto& s, auto f) { f("skip", s.skip), f("body", s.body), f("editorType", s.editor_type); }
};
struct delay_controls {
    static constexpr auto tag = "delay"sv;
    maybe<regular_or_timed> kind{};
    maybe<json> skip{};
    maybe<std::int64_t> amount{};
    maybe<time_unit> unit{};
    maybe<text> cron{};
    static void members(auto& s, auto f) { f("type", s.kind), f("skip", s.skip), f("amount", s.amount), f("unit", s.unit), f("cron", s.cron); }
};
struct digest_controls {
    static constexpr auto tag = "digest"sv;
    maybe<json> skip{};
    maybe<regular_or_timed> kind{};
    maybe<std::int64_t> amount{};
    maybe<time_unit> unit{};
    maybe<::look_back_window> look_back_window{};
    maybe<text> cron{}, digest_key{};
    static void members(auto& s, auto f) {
        f("skip", s.skip), f("type", s.kind), f("amount", s.amount), f("unit", s.unit), f("lookBackWindow", s.look_back_window), f("cron", s.cron);
        f("digestKey", s.digest_key);
    }
};
struct throttle_controls {
    static constexpr auto tag = "throttle"sv;
    maybe<throttle_type> kind{};
    maybe<json> skip{};
    maybe<std::int64_t> amount{};
    maybe<time_unit> unit{};
    maybe<text> dynamic_key{};
    maybe<std::int64_t> threshold{};
    maybe<text> throttle_key{};
    static void members(auto& s, auto f) {
        f("type", s.kind), f("skip", s.skip), f("amount", s.amount), f("unit", s.unit), f("dynamicKey", s.dynamic_key), f("threshold", s.threshold);
        f("throttleKey", s.throttle_key);
    }
};
struct custom_controls {
    static constexpr auto tag = "custom"sv;
    maybe<json> custom{};
    static void members(auto& s, auto f) { f("custom", s.custom); }
};
struct http_request_controls {
    static constexpr auto tag = "http_request"sv;
    maybe<http_method> method{};
    maybe<text> url{};
    maybe<std::vector<key_value>> headers{};
    maybe<std::variant<text, std::vector<key_value>>> body{};
    maybe<json> response_body_schema{};
    maybe<bool> enforce_schema_validation{}, continue_on_failure{};
    static void members(auto& s, auto f) {
        f("method", s.method), f("url", s.url), f("headers", s.headers), f("body", s.body), f("responseBodySchema", s.response_body_schema);
        f("enforceSchemaValidation", s.enforce_schema_validation), f("continueOnFailure", s.continue_on_failure);
    }
};
struct tool_controls {
    static constexpr auto tag = "tool"sv;
    maybe<json> skip{};
    maybe<text> body{};
    static void members(auto& s, auto f) { f("skip", s.skip), f("body", s.body); }
};

// ---- variants: by their `type`, or one of them that takes any; or a text, or something else ----
namespace nlohmann {
template <class... T> struct adl_serializer<std::variant<T...>> {
    static void to_json(json& to, std::variant<T...> const& from) {
        std::visit([&](auto const& v) { to = v; }, from);
    }
    static void from_json(json const& from, std::variant<T...>& to) {
        if constexpr (std::is_same_v<std::variant_alternative_t<0, std::variant<T...>>, text>) {
            if (from.is_string()) from.get_to(to.template emplace<0>());
            else from.get_to(to.template emplace<1>());
        } else {
            text const& type = from.at("type").template get_ref<text const&>();
            auto const take = [&]<class A>(std::type_identity<A>) {
                if constexpr (requires { A::tag; }) {
                    if (A::tag != type) return false;
                }
                from.get_to(to.template emplace<A>());
                return true;
            };
            (void)(take(std::type_identity<T>{}) || ...);
        }
    }
};
} // namespace nlohmann

// ---- steps ----
template <class Controls> struct step_of {
    static constexpr auto tag = Controls::tag;
    text name{};
    maybe<text> id{}, step_id{};
    maybe<Controls> control_values{};
    nullable<dictionary<json>> provider_overrides{};
    static void members(auto& s, auto f) {
        if constexpr (std::is_same_v<decltype(f), writer>) f("type", tag);
        f("name", s.name), f("_id", s.id), f("stepId", s.step_id), f("controlValues", s.control_values), f("providerOverrides", s.provider_overrides);
    }
};
struct free_form_step {
    text type{}, name{};
    maybe<text> id{}, step_id{};
    maybe<json> control_values{};
    nullable<dictionary<json>> provider_overrides{};
    static void members(auto& s, auto f) {
        f("type", s.type), f("name", s.name), f("_id", s.id), f("stepId", s.step_id), f("controlValues", s.control_values), f("providerOverrides", s.provider_overrides);
    }
};
struct ui_schema_property {
    ui_component component{};
    maybe<json> placeholder{};
    maybe<dictionary<ui_schema_property>> properties{};
    static void members(auto& s, auto f) { f("component", s.component), f("placeholder", s.placeholder), f("properties", s.properties); }
};
struct ui_schema_of_step {
    maybe<ui_group> group{};
    maybe<dictionary<ui_schema_property>> properties{};
    static void members(auto& s, auto f) { f("group", s.group), f("properties", s.properties); }
};
template <class Issue> struct step_issue {
    Issue issue_type{};
    text message{};
    maybe<text> variable_name{};
    maybe<issue_severity> severity{};
    static void members(auto& s, auto f) { f("issueType", s.issue_type), f("message", s.message), f("variableName", s.variable_name), f("severity", s.severity); }
};
struct step_issues {
    maybe<dictionary<std::vector<step_issue<content_issue>>>> controls{};
    maybe<dictionary<std::vector<step_issue<integration_issue>>>> integration{};
    static void members(auto& s, auto f) { f("controls", s.controls), f("integration", s.integration); }
};
template <class Controls> struct controls_metadata {
    maybe<Controls> values{};
    maybe<json> data_schema{};
    maybe<ui_schema_of_step> ui_schema{};
    static void members(auto& s, auto f) { f("values", s.values), f("dataSchema", s.data_schema), f("uiSchema", s.ui_schema); }
};
struct step_response_base {
    json variables{};
    text step_id{}, id{}, name{}, slug{};
    step_type type_of_step{};
    resource_origin origin{};
    text workflow_id{}, workflow_database_id{};
    maybe<step_issues> issues{};
    maybe<text> step_resolver_hash{};
    nullable<dictionary<json>> provider_overrides{};
    static void members(auto& s, auto f) {
        f("variables", s.variables), f("stepId", s.step_id), f("_id", s.id), f("name", s.name), f("slug", s.slug), f("type", s.type_of_step), f("origin", s.origin);
        f("workflowId", s.workflow_id), f("workflowDatabaseId", s.workflow_database_id), f("issues", s.issues), f("stepResolverHash", s.step_resolver_hash);
        f("providerOverrides", s.provider_overrides);
    }
};
template <class Controls> struct step_response_of : step_response_base {
    controls_metadata<Controls> controls{};
    maybe<Controls> control_values{};
    static void members(auto& s, auto f) { step_response_base::members(s, f), f("controls", s.controls), f("controlValues", s.control_values); }
};
template <class Controls> struct typed_step_response : step_response_of<Controls> {
    static constexpr auto tag = Controls::tag;
};
using step_details = step_response_of<json>;
struct free_form_step_response {
    text type{};
    maybe<text> step_id{}, id{}, name{}, slug{}, origin{}, workflow_id{}, workflow_database_id{};
    static void members(auto& s, auto f) {
        f("type", s.type), f("stepId", s.step_id), f("_id", s.id), f("name", s.name), f("slug", s.slug), f("origin", s.origin), f("workflowId", s.workflow_id);
        f("workflowDatabaseId", s.workflow_database_id);
    }
};
template <template <class> class Step, class FreeForm>
using any_step = std::variant<Step<in_app_controls>, Step<email_controls>, Step<sms_controls>, Step<push_controls>, Step<chat_controls>, Step<delay_controls>,
                              Step<digest_controls>, Step<throttle_controls>, Step<custom_controls>, Step<http_request_controls>, Step<tool_controls>, FreeForm>;
using step = any_step<step_of, free_form_step>;
using step_response = any_step<typed_step_response, free_form_step_response>;

// ---- workflows ----
struct channel_preference {
    maybe<bool> enabled{};
    static void members(auto& s, auto f) { f("enabled", s.enabled); }
};
struct workflow_preference {
    maybe<bool> enabled{}, read_only{};
    static void members(auto& s, auto f) { f("enabled", s.enabled), f("readOnly", s.read_only); }
};
struct workflow_preferences {
    maybe<workflow_preference> all{};
    maybe<dictionary<channel_preference>> channels{};
    static void members(auto& s, auto f) { f("all", s.all), f("channels", s.channels); }
};
struct preferences {
    nullable<workflow_preferences> user{}, workflow{};
    static void members(auto& s, auto f) { f("user", s.user), f("workflow", s.workflow); }
};
struct preferences_response {
    workflow_preferences default_{};
    nullable<workflow_preferences> user{};
    static void members(auto& s, auto f) { f("default", s.default_), f("user", s.user); }
};
struct user {
    text id{};
    nullable<text> first_name{}, last_name{}, external_id{};
    static void members(auto& s, auto f) { f("_id", s.id), f("firstName", s.first_name), f("lastName", s.last_name), f("externalId", s.external_id); }
};
struct agent_provider {
    maybe<text> reply_to{};
    static void members(auto& s, auto f) { f("replyTo", s.reply_to); }
};
struct agent {
    text identifier{};
    maybe<dictionary<agent_provider>> providers{};
    static void members(auto& s, auto f) { f("identifier", s.identifier), f("providers", s.providers); }
};
struct workflow {
    text name{}, id{}, workflow_id{}, slug{}, updated_at{}, created_at{};
    std::vector<step_response> steps{};
    resource_origin origin{};
    preferences_response preferences{};
    workflow_status status{};
    severity_level severity{};
    maybe<text> description{};
    maybe<texts> tags{};
    maybe<bool> active{}, validate_payload{};
    nullable<json> payload_schema{};
    maybe<bool> is_translation_enabled{};
    nullable<user> updated_by{};
    nullable<text> last_published_at{};
    nullable<user> last_published_by{};
    maybe<dictionary<json>> issues{};
    nullable<text> last_triggered_at{};
    nullable<json> payload_example{};
    nullable<::agent> agent{};
    static void members(auto& s, auto f) {
        f("name", s.name), f("_id", s.id), f("workflowId", s.workflow_id), f("slug", s.slug), f("updatedAt", s.updated_at), f("createdAt", s.created_at);
        f("steps", s.steps), f("origin", s.origin), f("preferences", s.preferences), f("status", s.status), f("severity", s.severity);
        f("description", s.description), f("tags", s.tags), f("active", s.active), f("validatePayload", s.validate_payload), f("payloadSchema", s.payload_schema);
        f("isTranslationEnabled", s.is_translation_enabled), f("updatedBy", s.updated_by), f("lastPublishedAt", s.last_published_at);
        f("lastPublishedBy", s.last_published_by), f("issues", s.issues), f("lastTriggeredAt", s.last_triggered_at), f("payloadExample", s.payload_example);
        f("agent", s.agent);
    }
};
struct step_summary {
    text slug{};
    step_type type{};
    maybe<step_issues> issues{};
    static void members(auto& s, auto f) { f("slug", s.slug), f("type", s.type), f("issues", s.issues); }
};
struct workflow_summary {
    text name{}, updated_at{}, created_at{}, id{}, workflow_id{}, slug{};
    workflow_status status{};
    resource_origin origin{};
    std::vector<step_type> step_type_overviews{};
    std::vector<step_summary> steps{};
    maybe<texts> tags{};
    nullable<user> updated_by{};
    nullable<text> last_published_at{};
    nullable<user> last_published_by{};
    nullable<text> last_triggered_at{};
    maybe<bool> is_translation_enabled{};
    static void members(auto& s, auto f) {
        f("name", s.name), f("updatedAt", s.updated_at), f("createdAt", s.created_at), f("_id", s.id), f("workflowId", s.workflow_id), f("slug", s.slug);
        f("status", s.status), f("origin", s.origin), f("stepTypeOverviews", s.step_type_overviews), f("steps", s.steps), f("tags", s.tags);
        f("updatedBy", s.updated_by), f("lastPublishedAt", s.last_published_at), f("lastPublishedBy", s.last_published_by);
        f("lastTriggeredAt", s.last_triggered_at), f("isTranslationEnabled", s.is_translation_enabled);
    }
};
struct workflow_list {
    std::vector<workflow_summary> workflows{};
    std::int64_t total_count{};
    static void members(auto& s, auto f) { f("workflows", s.workflows), f("totalCount", s.total_count); }
};

// ---- requests ----
struct create_workflow {
    text name{}, workflow_id{};
    std::vector<step> steps{};
    maybe<text> description{};
    maybe<texts> tags{};
    maybe<bool> active{}, validate_payload{};
    nullable<json> payload_schema{};
    maybe<bool> is_translation_enabled{};
    maybe<creation_source> source{};
    maybe<::preferences> preferences{};
    maybe<severity_level> severity{};
    nullable<::agent> agent{};
    static void members(auto& s, auto f) {
        f("name", s.name), f("workflowId", s.workflow_id), f("steps", s.steps), f("description", s.description), f("tags", s.tags), f("active", s.active);
        f("validatePayload", s.validate_payload), f("payloadSchema", s.payload_schema), f("isTranslationEnabled", s.is_translation_enabled), f("__source", s.source);
        f("preferences", s.preferences), f("severity", s.severity), f("agent", s.agent);
    }
};
struct update_workflow {
    text name{};
    std::vector<step> steps{};
    ::preferences preferences{};
    maybe<text> description{};
    maybe<texts> tags{};
    maybe<bool> active{}, validate_payload{};
    nullable<json> payload_schema{};
    maybe<bool> is_translation_enabled{};
    maybe<text> workflow_id{};
    maybe<resource_origin> origin{};
    maybe<severity_level> severity{};
    nullable<::agent> agent{};
    static void members(auto& s, auto f) {
        f("name", s.name), f("steps", s.steps), f("preferences", s.preferences), f("description", s.description), f("tags", s.tags), f("active", s.active);
        f("validatePayload", s.validate_payload), f("payloadSchema", s.payload_schema), f("isTranslationEnabled", s.is_translation_enabled);
        f("workflowId", s.workflow_id), f("origin", s.origin), f("severity", s.severity), f("agent", s.agent);
    }
};
struct patch_workflow {
    maybe<bool> active{};
    maybe<text> name{}, description{};
    maybe<texts> tags{};
    nullable<json> payload_schema{};
    maybe<bool> validate_payload{}, is_translation_enabled{};
    static void members(auto& s, auto f) {
        f("active", s.active), f("name", s.name), f("description", s.description), f("tags", s.tags), f("payloadSchema", s.payload_schema);
        f("validatePayload", s.validate_payload), f("isTranslationEnabled", s.is_translation_enabled);
    }
};
struct sync_workflow {
    text target_environment_id{};
    static void members(auto& s, auto f) { f("targetEnvironmentId", s.target_environment_id); }
};
struct list_workflows {
    maybe<std::int64_t> limit{}, offset{};
    maybe<direction> order_direction{};
    maybe<sort_field> order_by{};
    maybe<text> query{};
    maybe<texts> tags{};
    maybe<std::vector<workflow_status>> status{};
    static void members(auto& s, auto f) {
        f("limit", s.limit), f("offset", s.offset), f("orderDirection", s.order_direction), f("orderBy", s.order_by), f("query", s.query), f("tags", s.tags);
        f("status", s.status);
    }
};
struct get_workflow {
    maybe<text> environment_id{};
    static void members(auto& s, auto f) { f("environmentId", s.environment_id); }
};

// ---- previews ----
struct channel_credentials {
    maybe<text> webhook_url{}, channel{};
    maybe<texts> device_tokens{};
    maybe<text> alert_uid{}, title{}, image_url{}, state{}, external_url{};
    static void members(auto& s, auto f) {
        f("webhookUrl", s.webhook_url), f("channel", s.channel), f("deviceTokens", s.device_tokens), f("alertUid", s.alert_uid), f("title", s.title);
        f("imageUrl", s.image_url), f("state", s.state), f("externalUrl", s.external_url);
    }
};
struct channel_settings {
    ::provider_id provider_id{};
    channel_credentials credentials{};
    text integration_id{};
    maybe<text> integration_identifier{};
    static void members(auto& s, auto f) {
        f("providerId", s.provider_id), f("credentials", s.credentials), f("_integrationId", s.integration_id), f("integrationIdentifier", s.integration_identifier);
    }
};
struct preview_subscriber {
    maybe<text> id{};
    nullable<text> first_name{}, last_name{}, email{}, phone{}, avatar{}, locale{};
    maybe<std::vector<channel_settings>> channels{};
    maybe<texts> topics{};
    nullable<bool> is_online{};
    nullable<text> last_online_at{};
    maybe<std::int64_t> v{};
    nullable<json> data{};
    nullable<text> timezone{};
    static void members(auto& s, auto f) {
        f("_id", s.id), f("firstName", s.first_name), f("lastName", s.last_name), f("email", s.email), f("phone", s.phone), f("avatar", s.avatar), f("locale", s.locale);
        f("channels", s.channels), f("topics", s.topics), f("isOnline", s.is_online), f("lastOnlineAt", s.last_online_at), f("__v", s.v), f("data", s.data);
        f("timezone", s.timezone);
    }
};
struct preview_context {
    text id{};
    maybe<json> data{};
    static void members(auto& s, auto f) { f("id", s.id), f("data", s.data); }
};
struct preview_payload {
    maybe<preview_subscriber> subscriber{}, actor{};
    maybe<json> payload{}, steps{};
    maybe<dictionary<std::variant<text, preview_context>>> context{};
    maybe<json> env{};
    static void members(auto& s, auto f) {
        f("subscriber", s.subscriber), f("actor", s.actor), f("payload", s.payload), f("steps", s.steps), f("context", s.context), f("env", s.env);
    }
};
struct preview_request {
    maybe<json> control_values{};
    maybe<::preview_payload> preview_payload{};
    static void members(auto& s, auto f) { f("controlValues", s.control_values), f("previewPayload", s.preview_payload); }
};
struct subject_and_body {
    text subject{}, body{};
    static void members(auto& s, auto f) { f("subject", s.subject), f("body", s.body); }
};
struct sms_output {
    text body{};
    static void members(auto& s, auto f) { f("body", s.body); }
};
struct chat_output {
    maybe<text> body{};
    maybe<json> card{};
    static void members(auto& s, auto f) { f("body", s.body), f("card", s.card); }
};
struct in_app_output {
    text body{};
    maybe<text> subject{}, avatar{};
    maybe<action> primary_action{}, secondary_action{};
    maybe<json> data{};
    maybe<::redirect> redirect{};
    static void members(auto& s, auto f) {
        f("body", s.body), f("subject", s.subject), f("avatar", s.avatar), f("primaryAction", s.primary_action), f("secondaryAction", s.secondary_action);
        f("data", s.data), f("redirect", s.redirect);
    }
};
struct interval_output {
    std::int64_t amount{};
    time_unit unit{};
    maybe<text> digest_key{};
    maybe<json> look_back_window{};
    static void members(auto& s, auto f) { f("amount", s.amount), f("unit", s.unit), f("digestKey", s.digest_key), f("lookBackWindow", s.look_back_window); }
};
struct preview_error {
    text title{}, message{}, hint{};
    static void members(auto& s, auto f) { f("title", s.title), f("message", s.message), f("hint", s.hint); }
};
template <class Controls, class Output> struct preview_result {
    static constexpr auto tag = Controls::tag;
    maybe<Output> preview{};
    maybe<preview_error> error{};
    static void members(auto& s, auto f) { f("preview", s.preview), f("error", s.error); }
};
struct preview {
    preview_payload preview_payload_example{};
    std::variant<preview_result<email_controls, subject_and_body>, preview_result<in_app_controls, in_app_output>, preview_result<sms_controls, sms_output>,
                 preview_result<push_controls, subject_and_body>, preview_result<chat_controls, chat_output>, preview_result<delay_controls, interval_output>,
                 preview_result<digest_controls, interval_output>, preview_result<tool_controls, json>, json>
        result{};
    nullable<json> schema{};
    maybe<text> novu_signature{};
    static void members(auto& s, auto f) {
        f("previewPayloadExample", s.preview_payload_example), f("result", s.result), f("schema", s.schema), f("novuSignature", s.novu_signature);
    }
};

// ---- errors ----
struct error_dto {
    std::int64_t status_code{};
    text timestamp{}, path{};
    maybe<json> message{}, ctx{};
    maybe<text> error_id{};
    static void members(auto& s, auto f) {
        f("statusCode", s.status_code), f("timestamp", s.timestamp), f("path", s.path), f("message", s.message), f("ctx", s.ctx), f("errorId", s.error_id);
    }
};
struct constraint_violation {
    texts messages{};
    maybe<json> value{};
    static void members(auto& s, auto f) { f("messages", s.messages), f("value", s.value); }
};
struct validation_error_dto : error_dto {
    dictionary<constraint_violation> errors{};
    static void members(auto& s, auto f) { error_dto::members(s, f), f("errors", s.errors); }
};
using headers = std::vector<std::pair<text, text>>;
struct error {
    char const* what{}; ///< of the request, of the exchange, of the answer
    text detail{};
    int status{0};
    ::headers headers{};
    text body{};
    std::variant<std::monostate, error_dto, validation_error_dto> decoded{};
    int attempts{0};

    [[nodiscard]] text message() const {
        text out = what;
        if (status != 0) out += " (status " + std::to_string(status) + ")";
        if (auto const* e = std::get_if<error_dto>(&decoded); e && e->message) out += ": " + e->message->dump();
        else if (auto const* v = std::get_if<validation_error_dto>(&decoded)) {
            for (auto const& [field, violation] : v->errors)
                for (text const& m : violation.messages) out += ", " + field + ": " + m;
        } else if (!body.empty()) out += ": " + body.substr(0, 300);
        if (!detail.empty()) out += "; " + detail;
        if (attempts > 1) out += "; " + std::to_string(attempts) + " attempts";
        return out;
    }
};
template <class T> using result = std::variant<T, error>;

// ---- HTTP ----
struct http_request {
    std::string_view method;
    text url{};
    ::headers headers{};
    text body{};
    std::chrono::milliseconds timeout{};
};
struct http_response {
    int status{};
    ::headers headers{};
    text body{};
};
struct in_memory {
    result<http_response> send(http_request const& q) {
        constant_answer const a = answer_to(q.method, q.url);
        return http_response{a.status, {{"content-type", "application/json"}}, text{a.body}};
    }
    void wait(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }
};
void append_encoded(text& url, std::string_view part) {
    for (char c : part) {
        auto const byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) || std::string_view{"-._~!'()*"}.find(c) != std::string_view::npos) url += c;
        else url += '%', url += "0123456789ABCDEF"[byte >> 4], url += "0123456789ABCDEF"[byte & 15];
    }
}
text const* find(::headers const& all, std::string_view name) {
    for (auto const& [n, v] : all)
        if (std::ranges::equal(n, name, [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; })) return &v;
    return nullptr;
}

// ---- the client ----
struct options {
    text secret_key{}, server{"https://api.novu.co"};
    std::chrono::milliseconds timeout{30'000}, total_timeout{90'000}, initial_interval{1000}, max_interval{30'000}, max_elapsed_time{60'000};
    double exponent{1.5};
};

template <class Transport> class client {
    using clock = std::chrono::steady_clock;
    Transport transport_{};
    options options_{};
    std::random_device random_{};

public:
    explicit client(options o) : options_{std::move(o)} {
        if (char const* key = std::getenv("NOVU_SECRET_KEY"); key && options_.secret_key.empty()) options_.secret_key = key;
    }
    result<workflow> create(create_workflow const& q) { return call<workflow>("POST", "/v2/workflows", 201, q); }
    result<workflow_list> list(list_workflows const& q) { return call<workflow_list>("GET", "/v2/workflows" + query(q), 200); }
    result<workflow> get(text const& id, get_workflow const& q = {}) { return call<workflow>("GET", path(id) + query(q), 200); }
    result<workflow> update(text const& id, update_workflow const& q) { return call<workflow>("PUT", path(id), 200, q); }
    result<workflow> patch(text const& id, patch_workflow const& q) { return call<workflow>("PATCH", path(id), 200, q); }
    result<std::monostate> remove(text const& id) { return call<std::monostate>("DELETE", path(id), 204); }
    result<workflow> sync(text const& id, sync_workflow const& q) { return call<workflow>("PUT", path(id) + "/sync", 200, q); }
    result<step_details> retrieve_step(text const& id, text const& step) { return call<step_details>("GET", path(id, "/steps/", step), 200); }
    result<preview> generate_preview(text const& id, text const& step, preview_request const& q) {
        return call<preview>("POST", path(id, "/step/", step) + "/preview", 201, q);
    }

private:
    static text path(text const& id, char const* between = "", text const& second = "") {
        text out = "/v2/workflows/";
        append_encoded(out, id);
        append_encoded(out += between, second);
        return out;
    }
    template <class T> static text query(T const& q) {
        text out;
        auto const append = [&](text const& name, json const& v) {
            append_encoded(out += out.empty() ? '?' : '&', name);
            append_encoded(out += '=', v.is_string() ? v.get_ref<text const&>() : v.dump());
        };
        json const all = q;
        for (auto const& [name, v] : all.items()) {
            if (v.is_array())
                for (json const& element : v) append(name, element);
            else append(name, v);
        }
        return out;
    }
    template <class T> result<T> call(std::string_view method, text target, int success) { return call<T>(method, std::move(target), success, text{}); }
    template <class T, class Q> result<T> call(std::string_view method, text target, int success, Q const& q) {
        try {
            text body;
            if constexpr (!std::is_same_v<Q, text>) body = json(q).dump();
            auto raw = exchange(method, std::move(target), success, std::move(body));
            if (auto* e = std::get_if<error>(&raw)) return std::move(*e);
            auto& answer = std::get<http_response>(raw);
            if constexpr (std::is_same_v<T, std::monostate>) {
                return T{};
            } else {
                try {
                    return read(answer.body).template get<T>();
                } catch (std::exception const& e) {
                    return error{"the response cannot be decoded", e.what(), answer.status, std::move(answer.headers), std::move(answer.body)};
                }
            }
        } catch (std::exception const& e) {
            return error{"invalid request", e.what()};
        }
    }
    static json read(text const& body) {
        json all = json::parse(body);
        if (all.is_object() && all.size() == 1 && all.contains("data")) return std::move(all["data"]);
        return all;
    }
    result<http_response> exchange(std::string_view method, text target, int success, text body) {
        if (options_.secret_key.empty()) return error{"invalid request", "there is no secret key"};
        http_request q{.method = method, .url = options_.server + target, .body = std::move(body), .timeout = options_.timeout};
        q.headers = {{"authorization", "ApiKey " + options_.secret_key}, {"accept", "application/json"}, {"user-agent", "by-hand/1.0"}, {"idempotency-key", key()}};
        if (!q.body.empty()) q.headers.emplace_back("content-type", "application/json");
        auto const begin = clock::now();
        for (int n = 0;; ++n) {
            q.timeout = std::min(options_.timeout, std::chrono::ceil<std::chrono::milliseconds>(begin + options_.total_timeout - clock::now()));
            auto came = transport_.send(q);
            auto* answer = std::get_if<http_response>(&came);
            std::optional<std::chrono::milliseconds> wanted;
            error e;
            if (!answer) {
                e = std::move(std::get<error>(came));
            } else {
                if (answer->status == success) return came;
                wanted = wanted_wait(answer->headers);
                e = {"Novu refused the request", {}, answer->status, std::move(answer->headers), std::move(answer->body)};
                decode(e);
                if (e.status < 400) e.what = "unexpected response";
                bool const again = e.status == 408 || e.status == 429 || e.status >= 500 || (e.status == 409 && find(e.headers, "retry-after"));
                text const* replayed = find(e.headers, "idempotency-replay");
                if (!again || (replayed && *replayed == "true")) return e;
            }
            e.attempts = n + 1;
            auto const wait = wanted ? *wanted : back_off(n);
            auto const then = clock::now() + wait;
            if (then > begin + options_.max_elapsed_time || then >= begin + options_.total_timeout) return e;
            transport_.wait(wait);
        }
    }
    static void decode(error& e) {
        try {
            json const body = json::parse(e.body);
            if (e.status == 422) e.decoded = body.get<validation_error_dto>();
            else e.decoded = body.get<error_dto>();
        } catch (std::exception const&) {
        }
    }
    static std::optional<std::chrono::milliseconds> wanted_wait(::headers const& all) {
        for (auto [name, scale] : {std::pair{"retry-after-ms", 1.0}, {"retry-after", 1000.0}})
            if (text const* v = find(all, name)) {
                char* end = nullptr;
                double const number = std::strtod(v->c_str(), &end);
                if (end != v->c_str() && *end == '\0' && number >= 0 && number < 1e9) return std::chrono::milliseconds{static_cast<std::int64_t>(std::ceil(number * scale))};
            }
        return std::nullopt;
    }
    std::chrono::milliseconds back_off(int n) {
        double const wait = static_cast<double>(options_.initial_interval.count()) * std::pow(options_.exponent, n) + random_() % 1000;
        return std::chrono::milliseconds{static_cast<std::int64_t>(std::min(wait, static_cast<double>(options_.max_interval.count())))};
    }
    text key() {
        text out;
        for (int i = 0; i != 32; ++i) out += "0123456789abcdef"[random_() & 15];
        return out;
    }
};

namespace {
int failures = 0;
template <class T> void check(result<T> const& r) {
    auto const* e = std::get_if<error>(&r);
    if (!e) return;
    std::puts(e->message().c_str());
    ++failures;
}
} // namespace

int main() {
    client<in_memory> client{{.secret_key = "test-secret-key"}};
    std::vector<step> const steps = {
        step_of<in_app_controls>{.name = "In-app", .control_values = in_app_controls{.body = "Order {{payload.id}} is on its way"}},
        step_of<email_controls>{.name = "E-mail", .control_values = email_controls{.subject = "On its way", .body = "<p>Soon there.</p>"}},
        step_of<delay_controls>{.name = "Wait", .control_values = delay_controls{.amount = 2, .unit = time_unit{2}}},
    };
    check(client.create({.name = "Order shipped", .workflow_id = "order-shipped", .steps = steps, .tags = texts{"orders"}}));
    check(client.list({.limit = 10, .order_by = sort_field{2}, .tags = texts{"orders"}}));
    check(client.get("order-shipped"));
    check(client.update("order-shipped", {.name = "Order sent", .steps = steps, .preferences = preferences{}}));
    check(client.patch("order-shipped", {.active = true, .payload_schema = std::optional<json>{}}));
    check(client.sync("order-shipped", {.target_environment_id = "production"}));
    check(client.retrieve_step("order-shipped", "text"));
    check(client.generate_preview("order-shipped", "text", {.preview_payload = preview_payload{.payload = json{{"id", "A-1001"}}}}));
    check(client.remove("order-shipped"));
    auto const none = client.get("none");
    auto const* e = std::get_if<error>(&none);
    if (!e || e->status != 404 || !std::holds_alternative<error_dto>(e->decoded)) ++failures;
    return failures;
}
