// What the server requires of bodies and queries, as tables, and the one walk that checks a JSON value against them.
// `controlValues` may be any object: drafts are stored too, and what a step lacks stands in its issues.
#pragma once

#include <novu/json/names.hpp>
#include <novu/testing/detail/fake_values.hpp>
#include <novu/workflows/enums.hpp>

#include <boost/json/array.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace novu::testing::detail {

enum class rule_kind : std::uint8_t { text, name, identifier, boolean, integer, object, any_of, structure, list, map };
enum rule_flags : std::uint8_t { optional = 0, is_required = 1, is_nullable = 2 };

/// One member of a body, and what it may be.
struct rule {
    std::string_view member{};
    rule_kind kind{};
    std::uint8_t flags{};
    std::span<rule const> inner{};              ///< of a structure; of a list or map: one rule, its elements'
    std::span<std::string_view const> words{};  ///< of any_of
    std::int64_t least{0};                      ///< of an integer
};

/// Checks a body; `errors` gets, by path, `{messages, value}` for each member that breaks its rule.
inline void check(bj::object const& body, std::span<rule const> rules, std::string const& at, bj::object& errors);

inline void check(bj::value const& value, rule const& r, std::string const& path, bj::object& errors) {
    auto const wrong = [&](std::string_view what) {
        bj::object& entry = errors[path].is_null() ? errors[path].emplace_object() : errors[path].get_object();
        bj::array messages;
        messages.emplace_back(bj::string{path + " " + std::string{what}});
        entry["messages"] = std::move(messages);
        entry["value"] = value;
    };
    if (value.is_null() && (r.flags & is_nullable) != 0) return;
    switch (r.kind) {
    case rule_kind::text:
        if (!value.is_string()) wrong("must be a string");
        return;
    case rule_kind::name:
        if (!value.is_string()) wrong("must be a string");
        else if (value.get_string().empty()) wrong("should not be empty");
        return;
    case rule_kind::identifier:
        if (!value.is_string()) wrong("must be a string");
        else if (!is_identifier(view(value.get_string()))) wrong("must consist of letters and digits, joined by single -, _ or .");
        return;
    case rule_kind::boolean:
        if (!value.is_bool()) wrong("must be a boolean value");
        return;
    case rule_kind::integer: {
        boost::system::error_code not_whole;
        auto const number = value.is_number() ? value.to_number<std::int64_t>(not_whole) : 0;
        if (!value.is_number() || not_whole) wrong("must be an integer number");
        else if (number < r.least) wrong("must not be less than " + std::to_string(r.least));
        return;
    }
    case rule_kind::any_of: {
        std::string all;
        for (std::string_view word : r.words) {
            if (value.is_string() && view(value.get_string()) == word) return;
            all.append(all.empty() ? "" : ", ").append(word);
        }
        return wrong("must be one of the following values: " + all);
    }
    case rule_kind::object:
        if (!value.is_object()) wrong("must be an object");
        return;
    case rule_kind::structure:
        if (!value.is_object()) wrong("must be an object");
        else check(value.get_object(), r.inner, path + ".", errors);
        return;
    case rule_kind::list:
        if (!value.is_array()) return wrong("must be an array");
        for (std::size_t i = 0; i != value.get_array().size(); ++i) check(value.get_array()[i], r.inner[0], path + "." + std::to_string(i), errors);
        return;
    case rule_kind::map:
        if (!value.is_object()) return wrong("must be an object");
        for (auto const& [key, each] : value.get_object()) check(each, r.inner[0], path + "." + std::string{key.data(), key.size()}, errors);
        return;
    }
}

inline void check(bj::object const& body, std::span<rule const> rules, std::string const& at, bj::object& errors) {
    for (rule const& r : rules) {
        if (bj::value const* value = find(body, r.member)) {
            check(*value, r, at + std::string{r.member}, errors);
        } else if ((r.flags & is_required) != 0) {
            bj::array messages;
            messages.emplace_back(bj::string{at + std::string{r.member} + " should not be null or undefined"});
            bj::object entry;
            entry["messages"] = std::move(messages);
            errors[at + std::string{r.member}] = std::move(entry);
        }
    }
}

/// The wire texts of an enum, but for some.
template <json::described_enum E, E... But> constexpr auto texts_of() {
    auto const& all = json::detail::enum_texts<E>;
    std::array<std::string_view, json::detail::enum_texts<E>.values.size() - sizeof...(But)> out{};
    std::size_t n = 0;
    for (std::size_t i = 0; i != all.values.size(); ++i)
        if (((all.values[i] != But) && ...)) out[n++] = all.texts[i];
    return out;
}
template <json::described_enum E, E... But> inline constexpr auto words = texts_of<E, But...>();

// The tables, in the order of the API reference.
inline constexpr rule any_text[] = {{"", rule_kind::text}};
inline constexpr rule any_object[] = {{"", rule_kind::object}};
inline constexpr rule any_status[] = {{"", rule_kind::any_of, optional, {}, words<workflow_status>}};

inline constexpr rule workflow_preference_rules[] = {{"enabled", rule_kind::boolean}, {"readOnly", rule_kind::boolean}};
inline constexpr rule channel_rules[] = {{"enabled", rule_kind::boolean}};
inline constexpr rule any_channel[] = {{"", rule_kind::structure, optional, channel_rules}};
inline constexpr rule preference_rules[] = {{"all", rule_kind::structure, optional, workflow_preference_rules}, {"channels", rule_kind::map, optional, any_channel}};
inline constexpr rule preferences_rules[] = {{"user", rule_kind::structure, is_nullable, preference_rules}, {"workflow", rule_kind::structure, is_nullable, preference_rules}};

inline constexpr rule provider_rules[] = {{"replyTo", rule_kind::text}};
inline constexpr rule any_provider[] = {{"", rule_kind::structure, optional, provider_rules}};
inline constexpr rule agent_rules[] = {{"identifier", rule_kind::name, is_required}, {"providers", rule_kind::map, optional, any_provider}};

inline constexpr rule step_rules[] = {
    {"_id", rule_kind::text},
    {"stepId", rule_kind::identifier},
    {"name", rule_kind::name, is_required},
    {"type", rule_kind::any_of, is_required, {}, words<step_type, step_type::trigger>},
    {"controlValues", rule_kind::object, is_nullable},
    {"providerOverrides", rule_kind::map, is_nullable, any_object},
};
inline constexpr rule any_step[] = {{"", rule_kind::structure, optional, step_rules}};

inline constexpr rule create_rules[] = {
    {"name", rule_kind::name, is_required},
    {"description", rule_kind::text},
    {"tags", rule_kind::list, optional, any_text},
    {"active", rule_kind::boolean},
    {"validatePayload", rule_kind::boolean},
    {"payloadSchema", rule_kind::object, is_nullable},
    {"isTranslationEnabled", rule_kind::boolean},
    {"workflowId", rule_kind::identifier, is_required},
    {"steps", rule_kind::list, is_required, any_step},
    {"__source", rule_kind::any_of, optional, {}, words<creation_source>},
    {"preferences", rule_kind::structure, optional, preferences_rules},
    {"severity", rule_kind::any_of, optional, {}, words<severity_level>},
    {"agent", rule_kind::structure, is_nullable, agent_rules},
};
inline constexpr rule update_rules[] = {
    {"name", rule_kind::name, is_required},
    {"description", rule_kind::text},
    {"tags", rule_kind::list, optional, any_text},
    {"active", rule_kind::boolean},
    {"validatePayload", rule_kind::boolean},
    {"payloadSchema", rule_kind::object, is_nullable},
    {"isTranslationEnabled", rule_kind::boolean},
    {"workflowId", rule_kind::identifier},
    {"steps", rule_kind::list, is_required, any_step},
    {"preferences", rule_kind::structure, is_required, preferences_rules},
    {"origin", rule_kind::any_of, optional, {}, words<resource_origin>},
    {"severity", rule_kind::any_of, optional, {}, words<severity_level>},
    {"agent", rule_kind::structure, is_nullable, agent_rules},
};
inline constexpr rule patch_rules[] = {
    {"active", rule_kind::boolean},
    {"name", rule_kind::name},
    {"description", rule_kind::text},
    {"tags", rule_kind::list, optional, any_text},
    {"payloadSchema", rule_kind::object, is_nullable},
    {"validatePayload", rule_kind::boolean},
    {"isTranslationEnabled", rule_kind::boolean},
};
inline constexpr rule sync_rules[] = {{"targetEnvironmentId", rule_kind::name, is_required}};
inline constexpr rule preview_payload_rules[] = {
    {"subscriber", rule_kind::object}, {"actor", rule_kind::object}, {"payload", rule_kind::object},
    {"steps", rule_kind::object},      {"context", rule_kind::object}, {"env", rule_kind::object},
};
inline constexpr rule preview_rules[] = {{"controlValues", rule_kind::object}, {"previewPayload", rule_kind::structure, optional, preview_payload_rules}};
inline constexpr rule list_rules[] = {
    {"limit", rule_kind::integer, optional, {}, {}, 1},
    {"offset", rule_kind::integer},
    {"orderDirection", rule_kind::any_of, optional, {}, words<direction>},
    {"orderBy", rule_kind::any_of, optional, {}, words<sort_field>},
    {"query", rule_kind::text},
    {"tags", rule_kind::list, optional, any_text},
    {"status", rule_kind::list, optional, any_status},
};

/// The controls of a kind of step: what its form shows, what is filled in, what its issues say when it is missing.
struct control {
    std::string_view name{}, type{"string"};
    std::string_view preset{};      ///< JSON; empty: none
    bool needed{false};
};
struct control_table {
    std::string_view step{}, group{};
    std::span<control const> controls{};
};
inline constexpr control in_app_controls[] = {{"skip", "object"}, {"body"}, {"subject"}, {"avatar"}, {"primaryAction", "object"}, {"secondaryAction", "object"},
                                              {"redirect", "object"}, {"disableOutputSanitization", "boolean", "false"}, {"data", "object"}};
inline constexpr control email_controls[] = {{"skip", "object"}, {"subject", "string", "", true}, {"body", "string", "\"\""}, {"editorType", "string", "\"block\""},
                                             {"disableOutputSanitization", "boolean", "false"}, {"layoutId"}, {"from", "object"},
                                             {"useProviderDefaults", "boolean"}, {"replyTo"}, {"preheader"}};
inline constexpr control text_controls[] = {{"skip", "object"}, {"body"}};
inline constexpr control chat_controls[] = {{"skip", "object"}, {"body"}, {"editorType"}};
inline constexpr control push_controls[] = {{"skip", "object"}, {"subject"}, {"body"}};
inline constexpr control delay_controls[] = {{"skip", "object"}, {"type", "string", "\"regular\""}, {"amount", "number"}, {"unit"}, {"cron"}};
inline constexpr control digest_controls[] = {{"skip", "object"}, {"type"}, {"amount", "number"}, {"unit"}, {"lookBackWindow", "object"}, {"cron"}, {"digestKey"}};
inline constexpr control throttle_controls[] = {{"skip", "object"}, {"type", "string", "\"fixed\""}, {"amount", "number"}, {"unit"}, {"dynamicKey"},
                                                {"threshold", "number", "1"}, {"throttleKey"}};
inline constexpr control custom_controls[] = {{"custom", "object"}};
inline constexpr control http_request_controls[] = {{"method", "string", "", true}, {"url", "string", "", true}, {"headers", "array"}, {"body", "string"},
                                                    {"responseBodySchema", "object"}, {"enforceSchemaValidation", "boolean"}, {"continueOnFailure", "boolean"}};
inline constexpr control_table control_tables[] = {
    {"in_app", "IN_APP", in_app_controls}, {"email", "EMAIL", email_controls},          {"sms", "SMS", text_controls},
    {"push", "PUSH", push_controls},       {"chat", "CHAT", chat_controls},             {"delay", "DELAY", delay_controls},
    {"digest", "DIGEST", digest_controls}, {"throttle", "THROTTLE", throttle_controls}, {"custom", "", custom_controls},
    {"tool", "TOOL", text_controls},       {"http_request", "HTTP_REQUEST", http_request_controls},
};
inline control_table controls_of(std::string_view step) {
    for (control_table const& t : control_tables)
        if (t.step == step) return t;
    return {};
}

} // namespace novu::testing::detail
