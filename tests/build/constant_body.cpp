// What constant.sh looks at: a body known at compile time, and a call with it.
// body: {"name":"Password changed","workflowId":"password-changed","steps":[{"type":"email","name":"Email","controlValues":{"subject":"Your password was changed","body":"<p>Was it you?</p>"}}],"tags":["security"],"active":true}
#include <novu/novu.hpp>
#include <novu/testing/scripted_transport.hpp>

namespace {
constexpr auto body = novu::json::render<[] {
    using types = novu::borrowed_types;
    return types::create_workflow{
        .name = "Password changed",
        .workflow_id = "password-changed",
        .steps = {types::email_step{.name = "Email", .control_values = types::email_controls{.subject = "Your password was changed", .body = "<p>Was it you?</p>"}}},
        .tags = {"security"},
        .active = true,
    };
}>();
} // namespace

bool send(novu::client<novu::testing::scripted_transport>& client) { return client.workflows.create(body).has_value(); }
