// A request to create a workflow in plain structs, like the library's, for the JSON libraries that it is compared with. They
// define DESCRIBE(struct, members...) and WRITE_CONTROLS first.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace plain {

using text = std::optional<std::string>;
using number = std::optional<std::int64_t>;
using flag = std::optional<bool>;
using object = std::optional<std::map<std::string, std::string>>;

struct redirect { text url, target; };
DESCRIBE(redirect, url, target)
struct action { text label; std::optional<plain::redirect> redirect; };
DESCRIBE(action, label, redirect)
struct sender { text email, name; };
DESCRIBE(sender, email, name)
struct pair { std::string key, value; };
DESCRIBE(pair, key, value)
struct window { std::int64_t amount; std::string unit; };
DESCRIBE(window, amount, unit)

struct in_app_controls { object skip; text body, subject, avatar; std::optional<action> primary, secondary; std::optional<plain::redirect> redirect; flag raw; object data; };
DESCRIBE(in_app_controls, skip, body, subject, avatar, primary, secondary, redirect, raw, data)
struct email_controls { text subject, body; object skip; text editor; flag raw; text layout; std::optional<sender> from; flag defaults; text reply_to, preheader; };
DESCRIBE(email_controls, subject, body, skip, editor, raw, layout, from, defaults, reply_to, preheader)
struct sms_controls { object skip; text body; };
DESCRIBE(sms_controls, skip, body)
struct push_controls { object skip; text subject, body; };
DESCRIBE(push_controls, skip, subject, body)
struct chat_controls { object skip; text body, editor; };
DESCRIBE(chat_controls, skip, body, editor)
struct delay_controls { text type; object skip; number amount; text unit, cron; };
DESCRIBE(delay_controls, type, skip, amount, unit, cron)
struct digest_controls { object skip; text type; number amount; text unit; std::optional<window> look_back; text cron, key; };
DESCRIBE(digest_controls, skip, type, amount, unit, look_back, cron, key)
struct throttle_controls { text type; object skip; number amount; text unit, dynamic_key; number threshold; text key; };
DESCRIBE(throttle_controls, type, skip, amount, unit, dynamic_key, threshold, key)
struct custom_controls { object custom; };
DESCRIBE(custom_controls, custom)
struct http_request_controls { text method, url; std::vector<pair> headers; text body; object schema; flag enforce, proceed; };
DESCRIBE(http_request_controls, method, url, headers, body, schema, enforce, proceed)
struct tool_controls { object skip; text body; };
DESCRIBE(tool_controls, skip, body)

using controls = std::variant<in_app_controls, email_controls, sms_controls, push_controls, chat_controls, delay_controls, digest_controls, throttle_controls,
                              custom_controls, http_request_controls, tool_controls>;
struct any_controls { controls one; };
WRITE_CONTROLS // how the library writes any_controls
struct step { std::string type, name; text id, step_id; std::optional<any_controls> control_values; };
DESCRIBE(step, type, name, id, step_id, control_values)

struct preference { bool enabled, read_only; };
DESCRIBE(preference, enabled, read_only)
struct channels { preference all; std::map<std::string, preference> by_channel; };
DESCRIBE(channels, all, by_channel)
struct preferences { std::optional<channels> user, workflow; };
DESCRIBE(preferences, user, workflow)
struct agent { std::string identifier; object providers; };
DESCRIBE(agent, identifier, providers)
struct create {
    std::string name, workflow_id;
    std::vector<step> steps;
    text description;
    std::vector<std::string> tags;
    flag active, validate_payload;
    object payload_schema;
    flag is_translation_enabled;
    text source;
    std::optional<plain::preferences> preferences;
    text severity;
    std::optional<plain::agent> agent;
};
DESCRIBE(create, name, workflow_id, steps, description, tags, active, validate_payload, payload_schema, is_translation_enabled, source, preferences, severity, agent)

} // namespace plain
