// The enumerations of the Workflows API. Enumerators are the wire texts in snake_case (keywords with a trailing
// underscore); how each enum is spelled on the wire stands beside it.
#pragma once

#include <novu/json/names.hpp>
#include <novu/json/open_enum.hpp>

#include <boost/describe/enum.hpp>

#include <cstdint>

/// An enum of the API and its wire spelling, given as the members of json::enum_naming.
#define NOVU_DETAIL_ENUM(Enum, Naming, ...)                                                                            \
    enum class Enum : std::uint8_t { __VA_ARGS__ };                                                                    \
    BOOST_DESCRIBE_ENUM(Enum, __VA_ARGS__)                                                                             \
    constexpr json::enum_naming json_naming(Enum) { return Naming; }

namespace novu {
namespace detail {
inline constexpr json::enum_naming snake{json::word_style::snake, {}};         // http_request
inline constexpr json::enum_naming upper{json::word_style::upper_snake, {}};   // HTTP_REQUEST
inline constexpr json::enum_naming kebab{json::word_style::kebab, {}};         // http-request
inline constexpr json::enum_naming camel{json::word_style::camel, {}};         // httpRequest
inline constexpr json::enum_naming underscore{json::word_style::camel, "_"};   // _httpRequest
} // namespace detail

// Lists
/// The order of a list.
NOVU_DETAIL_ENUM(direction, detail::upper, asc, desc)
/// What a list is ordered by.
NOVU_DETAIL_ENUM(sort_field, detail::camel, created_at, updated_at, name, last_triggered_at)

// Workflows
/// Whether a workflow runs; `error`: it has issues.
NOVU_DETAIL_ENUM(workflow_status, detail::upper, active, inactive, error)
/// Where a resource is kept.
NOVU_DETAIL_ENUM(resource_origin, detail::kebab, novu_cloud, novu_cloud_v1, external)
/// How urgent what a workflow sends is.
NOVU_DETAIL_ENUM(severity_level, detail::snake, high, medium, low, none)
/// What made a workflow.
NOVU_DETAIL_ENUM(creation_source, detail::snake, template_store, editor, notification_directory, onboarding_digest_demo,
                 onboarding_in_app, empty_state, dropdown, onboarding_get_started, bridge, dashboard, ai)

// Steps and their controls
/// What a step does.
NOVU_DETAIL_ENUM(step_type, detail::snake, in_app, email, sms, chat, push, digest, trigger, delay, throttle, custom,
                 http_request, tool)
/// Of an amount of time.
NOVU_DETAIL_ENUM(time_unit, detail::snake, seconds, minutes, hours, days, weeks, months)
/// Where a link opens.
NOVU_DETAIL_ENUM(redirect_target, detail::underscore, self, blank, parent, top, unfenced_top)
/// How an e-mail body is written.
NOVU_DETAIL_ENUM(editor_type, detail::snake, block, html)
/// How a chat body is written.
NOVU_DETAIL_ENUM(chat_editor_type, detail::snake, block, text)
/// How a delay ends.
NOVU_DETAIL_ENUM(delay_type, detail::snake, regular, timed)
/// How a digest collects.
NOVU_DETAIL_ENUM(digest_type, detail::snake, regular, timed)
/// How a throttle's window is given.
NOVU_DETAIL_ENUM(throttle_type, detail::snake, fixed, dynamic)
/// Of an HTTP request step.
NOVU_DETAIL_ENUM(http_method, detail::upper, get, post, put, delete_, patch)

// Issues
/// What is wrong with a control value.
NOVU_DETAIL_ENUM(content_issue, detail::upper, illegal_variable_in_control_value, invalid_filter_arg_in_variable,
                 invalid_url, missing_value, tier_limit_exceeded, unsupported_property, chat_card_limit_exceeded,
                 chat_card_invalid_button)
/// What is wrong with a channel's integration.
NOVU_DETAIL_ENUM(integration_issue, detail::upper, missing_integration, inbox_not_connected)
/// How bad an issue is.
NOVU_DETAIL_ENUM(issue_severity, detail::snake, error, warning)

// The dashboard's forms
/// Which form of the dashboard a step has.
NOVU_DETAIL_ENUM(ui_group, detail::upper, in_app, email, digest, delay, throttle, sms, chat, push, skip, layout,
                 http_request, tool)
/// The dashboard's component for a control.
NOVU_DETAIL_ENUM(ui_component, detail::upper, email_editor_select, layout_select, block_editor, email_body,
                 text_full_line, text_inline_label, in_app_body, in_app_avatar, in_app_primary_subject,
                 in_app_button_dropdown, in_app_disable_sanitization_switch, disable_sanitization_switch, url_text_box,
                 digest_amount, digest_unit, digest_type, digest_key, digest_cron, delay_amount, delay_unit, delay_type,
                 delay_cron, delay_dynamic_key, throttle_type, throttle_window, throttle_unit, throttle_dynamic_key,
                 throttle_threshold, throttle_key, extend_to_schedule, sms_body, chat_body, push_body, push_subject,
                 query_editor, data, layout_email, destination_method, destination_url, destination_headers,
                 destination_body, destination_response_body_schema, destination_enforce_schema_validation,
                 destination_continue_on_failure, destination_timeout, chat_editor_select, tool_body)

// Subscribers' channels
/// The provider of a subscriber's channel.
NOVU_DETAIL_ENUM(provider_id, detail::kebab, slack, discord, msteams, webex_messaging, mattermost, ryver, zulip,
                 grafana_on_call, getstream, rocket_chat, whatsapp_business, line, chat_webhook, novu_slack, telegram,
                 sendblue, fcm, apns, expo, one_signal, pushpad, push_webhook, pusher_beams, appio, novu_web_chat)

} // namespace novu
