// Step controls: what a step shows or does, one struct a step type. The same struct serves both ways:
//
//   sent       members the API requires are required<>, those with a documented default have it
//   received   everything is optional, since drafts are stored too, and what does not fit its member is in `extra`
//
//     novu::email_controls{.subject = "On its way", .body = "<p>...</p>", .editor_type = novu::editor_type::html}
#pragma once

#include <novu/json/described.hpp>
#include <novu/workflows/enums.hpp>

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <variant>

namespace novu {

/// What goes to the server.
struct sent {
    template <class T> using need = required<T>;
    template <class T> using defaulted = T;
    template <class T> static constexpr T initial(T value) { return value; }
    static constexpr bool lenient = false;
};
/// What comes from the server.
struct received {
    template <class T> using need = std::optional<T>;
    template <class T> using defaulted = std::optional<T>;
    template <class T> static constexpr std::nullopt_t initial(T) { return std::nullopt; }
    static constexpr bool lenient = true;
};

/// RedirectDto: where a click leads.
template <class Storage> struct basic_redirect {
    required<typename Storage::string> url;
    std::optional<open_enum<redirect_target, Storage>> target{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_redirect, url, target, extra)
};

/// ActionDto: a button.
template <class Storage> struct basic_action {
    std::optional<typename Storage::string> label{};
    std::optional<basic_redirect<Storage>> redirect{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_action, label, redirect, extra)
};

/// LookBackWindowDto. `amount` is at least 1.
template <class Storage> struct basic_look_back_window {
    required<std::int64_t> amount;
    required<open_enum<time_unit, Storage>> unit;
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_look_back_window, amount, unit, extra)
};

/// HttpRequestKeyValuePairDto.
template <class Storage> struct basic_key_value {
    required<typename Storage::string> key;
    required<typename Storage::string> value;
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_key_value, key, value, extra)
};

/// EmailControlDto.from.
template <class Storage> struct basic_sender {
    std::optional<typename Storage::string> email{};
    std::optional<typename Storage::string> name{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_sender, email, name, extra)
};

/// InAppControlDto. `skip` is a JSON Logic rule: the step is left out where it holds.
template <class Storage, class Way = sent> struct basic_in_app_controls {
    static constexpr bool json_lenient = Way::lenient;
    std::optional<typename Storage::json_object> skip{};
    std::optional<typename Storage::string> body{};
    std::optional<typename Storage::string> subject{};
    std::optional<typename Storage::string> avatar{};
    std::optional<basic_action<Storage>> primary_action{};
    std::optional<basic_action<Storage>> secondary_action{};
    std::optional<basic_redirect<Storage>> redirect{};
    std::optional<bool> disable_output_sanitization{};
    std::optional<typename Storage::json_object> data{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_in_app_controls, skip, body, subject, avatar, primary_action, secondary_action, redirect,
                         disable_output_sanitization, data, extra)
};

/// EmailControlDto. `body` is HTML, or the block editor's JSON as text, as `editor_type` says; `layout_id` null: none.
template <class Storage, class Way = sent> struct basic_email_controls {
    static constexpr bool json_lenient = Way::lenient;
    typename Way::template need<typename Storage::string> subject;
    typename Way::template defaulted<typename Storage::string> body = Way::initial(typename Storage::string{});
    std::optional<typename Storage::json_object> skip{};
    std::optional<open_enum<novu::editor_type, Storage>> editor_type{};
    std::optional<bool> disable_output_sanitization{};
    nullable<typename Storage::string> layout_id{};
    std::optional<basic_sender<Storage>> from{};
    std::optional<bool> use_provider_defaults{};
    std::optional<typename Storage::string> reply_to{};
    std::optional<typename Storage::string> preheader{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_email_controls, subject, body, skip, editor_type, disable_output_sanitization, layout_id,
                         from, use_provider_defaults, reply_to, preheader, extra)
};

/// SmsControlDto.
template <class Storage, class Way = sent> struct basic_sms_controls {
    static constexpr bool json_lenient = Way::lenient;
    std::optional<typename Storage::json_object> skip{};
    std::optional<typename Storage::string> body{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_sms_controls, skip, body, extra)
};

/// PushControlDto.
template <class Storage, class Way = sent> struct basic_push_controls {
    static constexpr bool json_lenient = Way::lenient;
    std::optional<typename Storage::json_object> skip{};
    std::optional<typename Storage::string> subject{};
    std::optional<typename Storage::string> body{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_push_controls, skip, subject, body, extra)
};

/// ChatControlDto.
template <class Storage, class Way = sent> struct basic_chat_controls {
    static constexpr bool json_lenient = Way::lenient;
    std::optional<typename Storage::json_object> skip{};
    std::optional<typename Storage::string> body{};
    std::optional<open_enum<chat_editor_type, Storage>> editor_type{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_chat_controls, skip, body, editor_type, extra)
};

/// DelayControlDto. `regular`: `amount` of `unit`; `timed`: until `cron` next fires.
template <class Storage, class Way = sent> struct basic_delay_controls {
    static constexpr bool json_lenient = Way::lenient;
    typename Way::template defaulted<open_enum<delay_type, Storage>> type =
        Way::initial(open_enum<delay_type, Storage>{delay_type::regular});
    std::optional<typename Storage::json_object> skip{};
    std::optional<std::int64_t> amount{};
    std::optional<open_enum<time_unit, Storage>> unit{};
    std::optional<typename Storage::string> cron{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_delay_controls, type, skip, amount, unit, cron, extra)
};

/// DigestControlDto. Events with the same `digest_key` are collected.
template <class Storage, class Way = sent> struct basic_digest_controls {
    static constexpr bool json_lenient = Way::lenient;
    std::optional<typename Storage::json_object> skip{};
    std::optional<open_enum<digest_type, Storage>> type{};
    std::optional<std::int64_t> amount{};
    std::optional<open_enum<time_unit, Storage>> unit{};
    std::optional<basic_look_back_window<Storage>> look_back_window{};
    std::optional<typename Storage::string> cron{};
    std::optional<typename Storage::string> digest_key{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_digest_controls, skip, type, amount, unit, look_back_window, cron, digest_key, extra)
};

/// ThrottleControlDto. At most `threshold` (1 if not given) within the window.
template <class Storage, class Way = sent> struct basic_throttle_controls {
    static constexpr bool json_lenient = Way::lenient;
    typename Way::template defaulted<open_enum<throttle_type, Storage>> type =
        Way::initial(open_enum<throttle_type, Storage>{throttle_type::fixed});
    std::optional<typename Storage::json_object> skip{};
    std::optional<std::int64_t> amount{};
    std::optional<open_enum<time_unit, Storage>> unit{}; ///< minutes, hours or days
    std::optional<typename Storage::string> dynamic_key{};
    std::optional<std::int64_t> threshold{};
    std::optional<typename Storage::string> throttle_key{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_throttle_controls, type, skip, amount, unit, dynamic_key, threshold, throttle_key, extra)
};

/// CustomControlDto.
template <class Storage, class Way = sent> struct basic_custom_controls {
    static constexpr bool json_lenient = Way::lenient;
    std::optional<typename Storage::json_object> custom{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_custom_controls, custom, extra)
};

/// HttpRequestControlDto. `body` is raw JSON text, or key-value pairs in old workflows.
template <class Storage, class Way = sent> struct basic_http_request_controls {
    static constexpr bool json_lenient = Way::lenient;
    using pairs = typename Storage::template list<basic_key_value<Storage>>;
    typename Way::template need<open_enum<http_method, Storage>> method;
    typename Way::template need<typename Storage::string> url;
    optional_list<basic_key_value<Storage>, Storage> headers{};
    std::optional<std::variant<typename Storage::string, pairs>> body{};
    std::optional<typename Storage::json_object> response_body_schema{};
    std::optional<bool> enforce_schema_validation{};
    std::optional<bool> continue_on_failure{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_http_request_controls, method, url, headers, body, response_body_schema,
                         enforce_schema_validation, continue_on_failure, extra)
};

/// ToolControlDto has the same members.
template <class Storage, class Way = sent> using basic_tool_controls = basic_sms_controls<Storage, Way>;

using redirect = basic_redirect<owned>;
using action = basic_action<owned>;
using look_back_window = basic_look_back_window<owned>;
using key_value = basic_key_value<owned>;
using sender = basic_sender<owned>;
using in_app_controls = basic_in_app_controls<owned>;
using email_controls = basic_email_controls<owned>;
using sms_controls = basic_sms_controls<owned>;
using push_controls = basic_push_controls<owned>;
using chat_controls = basic_chat_controls<owned>;
using delay_controls = basic_delay_controls<owned>;
using digest_controls = basic_digest_controls<owned>;
using throttle_controls = basic_throttle_controls<owned>;
using custom_controls = basic_custom_controls<owned>;
using http_request_controls = basic_http_request_controls<owned>;
using tool_controls = basic_tool_controls<owned>;

} // namespace novu

namespace novu::detail {

/// The controls of a step type.
template <step_type Type, class Storage, class Way> constexpr auto controls_of() {
    if constexpr (Type == step_type::in_app) return std::type_identity<basic_in_app_controls<Storage, Way>>{};
    else if constexpr (Type == step_type::email) return std::type_identity<basic_email_controls<Storage, Way>>{};
    else if constexpr (Type == step_type::sms) return std::type_identity<basic_sms_controls<Storage, Way>>{};
    else if constexpr (Type == step_type::push) return std::type_identity<basic_push_controls<Storage, Way>>{};
    else if constexpr (Type == step_type::chat) return std::type_identity<basic_chat_controls<Storage, Way>>{};
    else if constexpr (Type == step_type::delay) return std::type_identity<basic_delay_controls<Storage, Way>>{};
    else if constexpr (Type == step_type::digest) return std::type_identity<basic_digest_controls<Storage, Way>>{};
    else if constexpr (Type == step_type::throttle) return std::type_identity<basic_throttle_controls<Storage, Way>>{};
    else if constexpr (Type == step_type::custom) return std::type_identity<basic_custom_controls<Storage, Way>>{};
    else if constexpr (Type == step_type::http_request) return std::type_identity<basic_http_request_controls<Storage, Way>>{};
    else if constexpr (Type == step_type::tool) return std::type_identity<basic_tool_controls<Storage, Way>>{};
    else return std::type_identity<typename Storage::json_object>{};
}
template <step_type Type, class Storage, class Way> using controls = typename decltype(controls_of<Type, Storage, Way>())::type;

} // namespace novu::detail
