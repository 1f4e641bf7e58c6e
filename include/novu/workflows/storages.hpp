// The types of the Workflows API by storage: `novu::borrowed_types::create_workflow`,
// `novu::pmr_types::workflow` and so on. The owned ones are in namespace novu itself.
#pragma once

#include <novu/error_dto.hpp>
#include <novu/workflows/preview.hpp>
#include <novu/workflows/requests.hpp>

namespace novu {

template <class Storage> struct basic_types {
    using create_workflow = basic_create_workflow<Storage>;
    using update_workflow = basic_update_workflow<Storage>;
    using patch_workflow = basic_patch_workflow<Storage>;
    using sync_workflow = basic_sync_workflow<Storage>;
    using list_workflows = basic_list_workflows<Storage>;
    using get_workflow = basic_get_workflow<Storage>;
    using preview_request = basic_preview_request<Storage>;
    using preview_payload = basic_preview_payload<Storage>;
    using preview_subscriber = basic_preview_subscriber<Storage>;
    using preview_context = basic_preview_context<Storage>;
    using channel_settings = basic_channel_settings<Storage>;
    using channel_credentials = basic_channel_credentials<Storage>;

    using workflow = basic_workflow<Storage>;
    using workflow_list = basic_workflow_list<Storage>;
    using workflow_summary = basic_workflow_summary<Storage>;
    using step_summary = basic_step_summary<Storage>;
    using step_details = basic_step_details<Storage>;
    using step_issues = basic_step_issues<Storage>;
    using ui_schema = basic_ui_schema<Storage>;
    using ui_schema_property = basic_ui_schema_property<Storage>;
    using preview = basic_preview<Storage>;
    using preview_error = basic_preview_error<Storage>;
    using user = basic_user<Storage>;
    using agent = basic_agent<Storage>;
    using agent_provider = basic_agent_provider<Storage>;
    using error_dto = basic_error_dto<Storage>;
    using validation_error_dto = basic_validation_error_dto<Storage>;
    using constraint_violation = basic_constraint_violation<Storage>;

    using preferences = basic_preferences<Storage>;
    using preferences_response = basic_preferences_response<Storage>;
    using workflow_preferences = basic_workflow_preferences<Storage>;
    using workflow_preference = basic_workflow_preference<Storage>;
    using channel_preference = basic_channel_preference<Storage>;

    using action = basic_action<Storage>;
    using redirect = basic_redirect<Storage>;
    using look_back_window = basic_look_back_window<Storage>;
    using key_value = basic_key_value<Storage>;
    using sender = basic_sender<Storage>;
    using in_app_controls = basic_in_app_controls<Storage>;
    using email_controls = basic_email_controls<Storage>;
    using sms_controls = basic_sms_controls<Storage>;
    using push_controls = basic_push_controls<Storage>;
    using chat_controls = basic_chat_controls<Storage>;
    using delay_controls = basic_delay_controls<Storage>;
    using digest_controls = basic_digest_controls<Storage>;
    using throttle_controls = basic_throttle_controls<Storage>;
    using custom_controls = basic_custom_controls<Storage>;
    using http_request_controls = basic_http_request_controls<Storage>;
    using tool_controls = basic_tool_controls<Storage>;

    using in_app_step = basic_step<step_type::in_app, Storage>;
    using email_step = basic_step<step_type::email, Storage>;
    using sms_step = basic_step<step_type::sms, Storage>;
    using push_step = basic_step<step_type::push, Storage>;
    using chat_step = basic_step<step_type::chat, Storage>;
    using delay_step = basic_step<step_type::delay, Storage>;
    using digest_step = basic_step<step_type::digest, Storage>;
    using throttle_step = basic_step<step_type::throttle, Storage>;
    using custom_step = basic_step<step_type::custom, Storage>;
    using http_request_step = basic_step<step_type::http_request, Storage>;
    using tool_step = basic_step<step_type::tool, Storage>;
    using free_form_step = basic_free_form_step<Storage>;
    using step = basic_any_step<Storage>;

    using in_app_step_response = basic_step_response<step_type::in_app, Storage>;
    using email_step_response = basic_step_response<step_type::email, Storage>;
    using sms_step_response = basic_step_response<step_type::sms, Storage>;
    using push_step_response = basic_step_response<step_type::push, Storage>;
    using chat_step_response = basic_step_response<step_type::chat, Storage>;
    using delay_step_response = basic_step_response<step_type::delay, Storage>;
    using digest_step_response = basic_step_response<step_type::digest, Storage>;
    using throttle_step_response = basic_step_response<step_type::throttle, Storage>;
    using custom_step_response = basic_step_response<step_type::custom, Storage>;
    using http_request_step_response = basic_step_response<step_type::http_request, Storage>;
    using tool_step_response = basic_step_response<step_type::tool, Storage>;
    using free_form_step_response = basic_free_form_step_response<Storage>;
    using step_response = basic_any_step_response<Storage>;
};

using borrowed_types = basic_types<borrowed>;
using pmr_types = basic_types<pmr>;

} // namespace novu
