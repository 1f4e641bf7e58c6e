// The contract's request bodies, from structs as a user writes them.
#include "../fixtures.hpp"

#include <novu/json/write.hpp>
#include <novu/workflows/storages.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

using namespace novu;

namespace {

/// What is sent for `value` is the fixture, as JSON.
template <class T> void is_fixture(T const& value, std::string const& name) {
    INFO(name);
    auto const text = json::write(value);
    REQUIRE(text);
    CHECK(same_json(boost::json::parse(*text), boost::json::parse(fixture(name))));
}

boost::json::object const skip =
    object(R"({"and":[{"==":[{"var":"payload.tier"},"pro"]},{">":[{"var":"payload.amount"},4]},{"!":[{"var":"subscriber.data.muted"}]}]})");
boost::json::object const order_schema =
    object(R"({"type":"object","properties":{"orderId":{"type":"string"},"amount":{"type":"number"}},"required":["orderId"],"additionalProperties":false})");

/// One step of each kind, with every control.
std::vector<step> every_step() {
    std::string const track = "https://shop.example.com/orders/{{payload.orderId}}";
    return {
        in_app_step{.name = "Inbox notice",
                    .id = "66b100000000000000000064",
                    .step_id = "inbox-notice",
                    .control_values = in_app_controls{.skip = skip,
                                                      .body = "Order {{payload.orderId}} shipped — track it",
                                                      .subject = "Shipped 📦",
                                                      .avatar = "/static/box.png",
                                                      .primary_action = action{.label = "Track", .redirect = redirect{.url = track, .target = redirect_target::self}},
                                                      .secondary_action = action{.label = "Dismiss", .redirect = redirect{.url = track, .target = redirect_target::blank}},
                                                      .redirect = redirect{.url = track, .target = redirect_target::parent},
                                                      .disable_output_sanitization = true,
                                                      .data = object(R"({"kind":"shipment","weights":[1,2.5],"meta":{"fragile":false,"note":null}})")}},
        email_step{.name = "Order e-mail",
                   .id = "66b100000000000000000065",
                   .step_id = "order-e-mail",
                   .control_values = email_controls{.subject = "Your order {{payload.orderId}}",
                                                    .body = "<p>Hello {{subscriber.firstName}}</p>",
                                                    .skip = skip,
                                                    .editor_type = editor_type::html,
                                                    .disable_output_sanitization = true,
                                                    .layout_id = "default-layout"}},
        sms_step{.name = "Text message",
                 .id = "66b100000000000000000066",
                 .step_id = "text-message",
                 .control_values = sms_controls{.skip = skip, .body = "Order {{payload.orderId}} is on its way"}},
        push_step{.name = "Phone push",
                  .id = "66b100000000000000000067",
                  .step_id = "phone-push",
                  .control_values = push_controls{.skip = skip, .subject = "Shipped", .body = "Order {{payload.orderId}} is on its way"}},
        chat_step{.name = "Team chat",
                  .id = "66b100000000000000000068",
                  .step_id = "team-chat",
                  .control_values = chat_controls{.skip = skip, .body = "*Order* {{payload.orderId}} is on its way"}},
        delay_step{.name = "Wait a bit",
                   .id = "66b100000000000000000069",
                   .step_id = "wait-a-bit",
                   .control_values = delay_controls{.skip = skip, .amount = 30, .unit = time_unit::minutes, .cron = "0 9 * * 1-5"}},
        digest_step{.name = "Collect",
                    .id = "66b10000000000000000006a",
                    .step_id = "collect",
                    .control_values = digest_controls{.skip = skip,
                                                      .type = digest_type::regular,
                                                      .amount = 2,
                                                      .unit = time_unit::hours,
                                                      .look_back_window = look_back_window{.amount = 15, .unit = time_unit::minutes},
                                                      .cron = "0 8 * * *",
                                                      .digest_key = "payload.orderId"}},
        throttle_step{.name = "Limit",
                      .id = "66b10000000000000000006b",
                      .step_id = "limit",
                      .control_values = throttle_controls{.skip = skip,
                                                          .amount = 10,
                                                          .unit = time_unit::minutes,
                                                          .dynamic_key = "payload.window",
                                                          .threshold = 3,
                                                          .throttle_key = "payload.customerId"}},
        custom_step{.name = "Fax it",
                    .id = "66b10000000000000000006c",
                    .step_id = "fax-it",
                    .control_values = custom_controls{.custom = object(R"({"provider":"fax","retries":2,"nested":{"list":[1,"two",null,{"three":3}]}})")}},
        http_request_step{.name = "Call ERP",
                          .id = "66b10000000000000000006d",
                          .step_id = "call-erp",
                          .control_values = http_request_controls{.method = http_method::post,
                                                                  .url = "https://hooks.example.com/{{payload.orderId}}",
                                                                  .headers = {{.key = "X-Trace", .value = "{{payload.traceId}}"}, {.key = "Accept", .value = "application/json"}},
                                                                  .body = R"({"order":"{{payload.orderId}}"})",
                                                                  .response_body_schema = object(R"({"type":"object","properties":{"ok":{"type":"boolean"}}})"),
                                                                  .enforce_schema_validation = true,
                                                                  .continue_on_failure = false}},
    };
}

preferences every_preference() {
    dictionary<channel_preference> const channels{
        {"email", {.enabled = true}}, {"sms", {.enabled = false}}, {"in_app", {}}, {"chat", {}}, {"push", {.enabled = false}}};
    return {.user = workflow_preferences{.channels = channels}, .workflow = workflow_preferences{.all = {.read_only = true}, .channels = channels}};
}

} // namespace

TEST_CASE("steps as a user writes them are the contract's") {
    for (step const& s : every_step())
        std::visit([](auto const& kind) {
            if constexpr (requires { kind.json_tag; }) is_fixture(kind, "step-upsert." + std::string{kind.json_tag.text} + ".full");
        }, s);
    is_fixture(in_app_step{.name = "Inbox notice"}, "step-upsert.in_app.min");
    is_fixture(email_step{.name = "Order e-mail"}, "step-upsert.email.min");
    is_fixture(email_step{.name = "Order e-mail", .control_values = email_controls{.subject = "s", .layout_id = nullptr}}, "step-upsert.email.no-layout");
    is_fixture(sms_step{.name = "Text message"}, "step-upsert.sms.min");
    is_fixture(push_step{.name = "Phone push"}, "step-upsert.push.min");
    is_fixture(chat_step{.name = "Team chat"}, "step-upsert.chat.min");
    is_fixture(delay_step{.name = "Wait a bit"}, "step-upsert.delay.min");
    is_fixture(digest_step{.name = "Collect"}, "step-upsert.digest.min");
    is_fixture(throttle_step{.name = "Limit"}, "step-upsert.throttle.min");
    is_fixture(custom_step{.name = "Fax it"}, "step-upsert.custom.min");
    is_fixture(http_request_step{.name = "Call ERP"}, "step-upsert.http_request.min");
    is_fixture(http_request_step{.name = "Call ERP",
                                 .control_values = http_request_controls{.method = http_method::put,
                                                                         .url = "https://h.example.com",
                                                                         .body = std::vector<key_value>{{.key = "a", .value = "1"}, {.key = "b", .value = ""}}}},
               "step-upsert.http_request.legacy-body");
    // controls that fit no typed form, or that go beyond one
    is_fixture(free_form_step{.type = step_type::sms, .name = "Text message", .control_values = object(R"({"body":"x","senderName":"ACME","limits":{"parts":2}})")},
               "step-upsert.sms.freeform");
    is_fixture(sms_step{.name = "Text message", .control_values = sms_controls{.body = "x", .extra = object(R"({"senderName":"ACME","limits":{"parts":2}})")}},
               "step-upsert.sms.freeform");
}

TEST_CASE("requests as a user writes them are the contract's") {
    create_workflow full{.name = "Order shipped",
                         .workflow_id = "order-shipped",
                         .steps = every_step(),
                         .description = "Sent when a parcel leaves the warehouse",
                         .tags = {"orders", "shipping"},
                         .active = true,
                         .validate_payload = true,
                         .payload_schema = order_schema,
                         .is_translation_enabled = true,
                         .source = creation_source::dashboard,
                         .preferences = every_preference(),
                         .severity = severity_level::medium};
    for (step& s : full.steps) std::visit([](auto& kind) { kind.id.reset(); }, s);
    is_fixture(full, "create-workflow.full");
    is_fixture(create_workflow{.name = "Order shipped", .workflow_id = "order-shipped", .steps = empty_list}, "create-workflow.min");
    is_fixture(create_workflow{.name = "Order shipped",
                               .workflow_id = "order-shipped",
                               .steps = empty_list,
                               .active = false,
                               .is_translation_enabled = false,
                               .source = creation_source::editor},
               "create-workflow.min.with-sdk-defaults");
    is_fixture(create_workflow{.name = "Order shipped",
                               .workflow_id = "order-shipped",
                               .steps = empty_list,
                               .payload_schema = nullptr,
                               .preferences = preferences{.user = nullptr, .workflow = nullptr}},
               "create-workflow.nulls");
    std::vector<create_workflow> sources;
    for (creation_source s : {creation_source::template_store, creation_source::editor, creation_source::notification_directory,
                              creation_source::onboarding_digest_demo, creation_source::onboarding_in_app, creation_source::empty_state, creation_source::dropdown,
                              creation_source::onboarding_get_started, creation_source::bridge, creation_source::dashboard, creation_source::ai}) {
        std::string const word{json::to_text(s)};
        std::string id = "from-" + word;
        for (char& c : id)
            if (c == '_') c = '-';
        sources.push_back({.name = "From " + word, .workflow_id = id, .steps = empty_list, .source = s});
    }
    is_fixture(sources, "create-workflow.sources");

    is_fixture(update_workflow{.name = "Order shipped",
                               .steps = every_step(),
                               .preferences = every_preference(),
                               .description = "Sent when a parcel leaves the warehouse",
                               .tags = {"orders", "shipping"},
                               .active = true,
                               .validate_payload = true,
                               .payload_schema = order_schema,
                               .is_translation_enabled = true,
                               .workflow_id = "order-shipped",
                               .origin = resource_origin::external,
                               .severity = severity_level::low},
               "update-workflow.full");
    is_fixture(update_workflow{.name = "Order shipped", .steps = empty_list, .preferences = preferences{}, .origin = resource_origin::novu_cloud}, "update-workflow.min");
    is_fixture(update_workflow{.name = "Order shipped",
                               .steps = empty_list,
                               .preferences = preferences{},
                               .active = false,
                               .is_translation_enabled = false,
                               .origin = resource_origin::novu_cloud},
               "update-workflow.min.with-sdk-defaults");
    is_fixture(update_workflow{.name = "Order shipped",
                               .steps = empty_list,
                               .preferences = preferences{.user = nullptr, .workflow = nullptr},
                               .payload_schema = nullptr,
                               .origin = resource_origin::novu_cloud_v1},
               "update-workflow.nulls");

    is_fixture(patch_workflow{.active = false,
                              .name = "Renamed",
                              .description = "",
                              .tags = empty_list,
                              .payload_schema = order_schema,
                              .validate_payload = false,
                              .is_translation_enabled = true},
               "patch-workflow.full");
    is_fixture(patch_workflow{}, "patch-workflow.min");
    is_fixture(patch_workflow{.payload_schema = nullptr}, "patch-workflow.null-payload-schema");
    is_fixture(sync_workflow{.target_environment_id = "66b100000000000000000003"}, "sync-workflow.full");
    is_fixture(sync_workflow{.target_environment_id = "66b100000000000000000002"}, "sync-workflow.min");
}

TEST_CASE("a preview request as a user writes it is the contract's") {
    preview_subscriber ada{.id = "66b100000000000000000009",
                           .first_name = "Ada",
                           .last_name = "Bell",
                           .email = "ada@example.com",
                           .phone = "+15550100",
                           .avatar = "https://img.example.com/ada.png",
                           .locale = "en_US",
                           .channels = {{.provider_id = provider_id::slack,
                                         .credentials = channel_credentials{.webhook_url = "https://chat.example.com/hook",
                                                                            .channel = "general",
                                                                            .device_tokens = {"tok-1", "tok-2"},
                                                                            .alert_uid = "12345-abcde",
                                                                            .title = "Alert",
                                                                            .image_url = "https://img.example.com/a.png",
                                                                            .state = "resolved",
                                                                            .external_url = "https://ops.example.com/1"},
                                         .integration_id = "66b1000000000000000001f4",
                                         .integration_identifier = "slack-main"}},
                           .topics = {"orders"},
                           .is_online = true,
                           .last_online_at = "2026-03-03T09:09:09.009Z",
                           .v = 4,
                           .data = object(R"({"tier":"pro","limits":[1,2,3],"note":null})"),
                           .timezone = "Europe/Berlin"};
    std::string id = "66b1000000000000000001f4";
    for (provider_id p : {provider_id::discord, provider_id::msteams, provider_id::webex_messaging, provider_id::mattermost, provider_id::ryver, provider_id::zulip,
                          provider_id::grafana_on_call, provider_id::getstream, provider_id::rocket_chat, provider_id::whatsapp_business, provider_id::line,
                          provider_id::chat_webhook, provider_id::novu_slack, provider_id::telegram, provider_id::sendblue, provider_id::fcm, provider_id::apns,
                          provider_id::expo, provider_id::one_signal, provider_id::pushpad, provider_id::push_webhook, provider_id::pusher_beams, provider_id::appio}) {
        auto const number = std::stoi(id.substr(20), nullptr, 16) + 1;
        id.replace(21, 3, {"0123456789abcdef"[number >> 8], "0123456789abcdef"[number >> 4 & 15], "0123456789abcdef"[number & 15]});
        ada.channels.push_back({.provider_id = p, .credentials = channel_credentials{}, .integration_id = id, .integration_identifier = std::string{json::to_text(p)} + "-main"});
    }
    is_fixture(preview_request{.control_values = object(R"({"subject":"Hi {{payload.orderId}}","any":[1,null]})"),
                               .preview_payload = preview_payload{.subscriber = ada,
                                                                  .actor = preview_subscriber{.first_name = nullptr,
                                                                                              .last_name = nullptr,
                                                                                              .email = nullptr,
                                                                                              .phone = nullptr,
                                                                                              .avatar = nullptr,
                                                                                              .locale = nullptr,
                                                                                              .is_online = nullptr,
                                                                                              .last_online_at = nullptr,
                                                                                              .data = nullptr,
                                                                                              .timezone = nullptr},
                                                                  .payload = object(R"({"orderId":"A-1001","lines":[{"sku":"x","qty":2}]})"),
                                                                  .steps = object(R"({"collect":{"eventCount":2,"events":[{"id":"1","payload":{}}]}})"),
                                                                  .context = dictionary<std::variant<std::string, preview_context>>{
                                                                      {"tenant", "org-acme"},
                                                                      {"region", preview_context{.id = "us-east-1", .data = object(R"({"name":"Virginia","ok":true})")}},
                                                                      {"bare", preview_context{.id = "b"}}},
                                                                  .env = object(R"({"API_BASE":"https://api.example.com"})")}},
               "generate-preview-request.full");
    is_fixture(preview_request{}, "generate-preview-request.min");
}
