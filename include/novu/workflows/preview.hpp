// Previews: how a step would look with a given payload.
#pragma once

#include <novu/workflows/controls.hpp>

#include <cstdint>
#include <optional>
#include <variant>

namespace novu {

/// ChannelCredentials: how one subscriber is reached through one provider.
template <class Storage> struct basic_channel_credentials {
    std::optional<typename Storage::string> webhook_url{};
    std::optional<typename Storage::string> channel{};
    optional_list<typename Storage::string, Storage> device_tokens{};
    std::optional<typename Storage::string> alert_uid{};
    std::optional<typename Storage::string> title{};
    std::optional<typename Storage::string> image_url{};
    std::optional<typename Storage::string> state{};
    std::optional<typename Storage::string> external_url{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_channel_credentials, webhook_url, channel, device_tokens, alert_uid, title, image_url, state,
                         external_url, extra)
};

/// ChannelSettingsDto.
template <class Storage> struct basic_channel_settings {
    static constexpr json::annotation json_members[] = {json::named("integration_id", "_integrationId")};
    required<open_enum<novu::provider_id, Storage>> provider_id;
    required<basic_channel_credentials<Storage>> credentials;
    required<typename Storage::string> integration_id;
    std::optional<typename Storage::string> integration_identifier{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_channel_settings, provider_id, credentials, integration_id, integration_identifier, extra)
};

/// SubscriberResponseDtoOptional: somebody to preview for.
template <class Storage> struct basic_preview_subscriber {
    static constexpr json::annotation json_members[] = {json::named("id", "_id"), json::named("v", "__v")};
    std::optional<typename Storage::string> id{};
    nullable<typename Storage::string> first_name{};
    nullable<typename Storage::string> last_name{};
    nullable<typename Storage::string> email{};
    nullable<typename Storage::string> phone{};
    nullable<typename Storage::string> avatar{};
    nullable<typename Storage::string> locale{};
    optional_list<basic_channel_settings<Storage>, Storage> channels{};
    optional_list<typename Storage::string, Storage> topics{};
    nullable<bool> is_online{};
    nullable<typename Storage::string> last_online_at{};
    std::optional<std::int64_t> v{};
    nullable<typename Storage::json_object> data{};
    nullable<typename Storage::string> timezone{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_preview_subscriber, id, first_name, last_name, email, phone, avatar, locale, channels, topics,
                         is_online, last_online_at, v, data, timezone, extra)
};

/// A context with data; a context may be its id alone.
template <class Storage> struct basic_preview_context {
    required<typename Storage::string> id;
    std::optional<typename Storage::json_object> data{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_preview_context, id, data, extra)
};

/// PreviewPayloadDto: what the templates see.
template <class Storage> struct basic_preview_payload {
    std::optional<basic_preview_subscriber<Storage>> subscriber{};
    std::optional<basic_preview_subscriber<Storage>> actor{};
    std::optional<typename Storage::json_object> payload{};
    std::optional<typename Storage::json_object> steps{};
    std::optional<dictionary<std::variant<typename Storage::string, basic_preview_context<Storage>>, Storage>> context{};
    std::optional<typename Storage::json_object> env{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_preview_payload, subscriber, actor, payload, steps, context, env, extra)
};

/// GeneratePreviewRequestDto.
template <class Storage> struct basic_preview_request {
    std::optional<typename Storage::json_object> control_values{};
    std::optional<basic_preview_payload<Storage>> preview_payload{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_preview_request, control_values, preview_payload, extra)
};

/// EmailRenderOutput, PushRenderOutput.
template <class Storage> struct basic_subject_and_body {
    typename Storage::string subject{};
    typename Storage::string body{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_subject_and_body, subject, body, extra)
};

/// SmsRenderOutput.
template <class Storage> struct basic_sms_output {
    typename Storage::string body{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_sms_output, body, extra)
};

/// ChatRenderOutput.
template <class Storage> struct basic_chat_output {
    std::optional<typename Storage::string> body{};
    std::optional<typename Storage::json_object> card{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_chat_output, body, card, extra)
};

/// InAppRenderOutput.
template <class Storage> struct basic_in_app_output {
    typename Storage::string body{};
    std::optional<typename Storage::string> subject{};
    std::optional<typename Storage::string> avatar{};
    std::optional<basic_action<Storage>> primary_action{};
    std::optional<basic_action<Storage>> secondary_action{};
    std::optional<typename Storage::json_object> data{};
    std::optional<basic_redirect<Storage>> redirect{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_in_app_output, body, subject, avatar, primary_action, secondary_action, data, redirect, extra)
};

/// DigestRegularOutput, for delays too.
template <class Storage> struct basic_interval_output {
    std::int64_t amount{};
    open_enum<time_unit, Storage> unit{};
    std::optional<typename Storage::string> digest_key{};
    std::optional<typename Storage::json_object> look_back_window{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_interval_output, amount, unit, digest_key, look_back_window, extra)
};

namespace detail {
template <step_type Type, class Storage> constexpr auto output_of() {
    if constexpr (Type == step_type::email || Type == step_type::push) return std::type_identity<basic_subject_and_body<Storage>>{};
    else if constexpr (Type == step_type::in_app) return std::type_identity<basic_in_app_output<Storage>>{};
    else if constexpr (Type == step_type::sms) return std::type_identity<basic_sms_output<Storage>>{};
    else if constexpr (Type == step_type::chat) return std::type_identity<basic_chat_output<Storage>>{};
    else if constexpr (Type == step_type::tool) return std::type_identity<typename Storage::json_object>{};
    else return std::type_identity<basic_interval_output<Storage>>{};
}
} // namespace detail

/// PreviewErrorDto: why a message could not be rendered.
template <class Storage> struct basic_preview_error {
    typename Storage::string title{};
    typename Storage::string message{};
    typename Storage::string hint{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_preview_error, title, message, hint, extra)
};

/// The rendered step, by its type. What does not fit is in `extra`.
template <step_type Type, class Storage> struct basic_preview_result {
    static constexpr json::tag json_tag{"type", json::to_text(Type)};
    static constexpr bool json_lenient = true;
    std::optional<typename decltype(detail::output_of<Type, Storage>())::type> preview{};
    std::optional<basic_preview_error<Storage>> error{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_preview_result, preview, error, extra)
};

/// The result of a preview: by type, or any object.
template <class Storage>
using basic_any_preview_result =
    std::variant<basic_preview_result<step_type::email, Storage>, basic_preview_result<step_type::in_app, Storage>,
                 basic_preview_result<step_type::sms, Storage>, basic_preview_result<step_type::push, Storage>,
                 basic_preview_result<step_type::chat, Storage>, basic_preview_result<step_type::delay, Storage>,
                 basic_preview_result<step_type::digest, Storage>, basic_preview_result<step_type::tool, Storage>,
                 typename Storage::json_object>;

/// GeneratePreviewResponseDto.
template <class Storage> struct basic_preview {
    basic_preview_payload<Storage> preview_payload_example{};
    basic_any_preview_result<Storage> result{};
    nullable<typename Storage::json_object> schema{};
    std::optional<typename Storage::string> novu_signature{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_preview, preview_payload_example, result, schema, novu_signature, extra)
};

using channel_credentials = basic_channel_credentials<owned>;
using channel_settings = basic_channel_settings<owned>;
using preview_subscriber = basic_preview_subscriber<owned>;
using preview_context = basic_preview_context<owned>;
using preview_payload = basic_preview_payload<owned>;
using preview_request = basic_preview_request<owned>;
template <step_type Type> using preview_result = basic_preview_result<Type, owned>;
using preview_error = basic_preview_error<owned>;
using preview = basic_preview<owned>;

} // namespace novu
