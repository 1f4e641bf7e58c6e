// A request that is known when the program is compiled: its JSON is text in the executable, checked by the compiler.
#include <novu/novu.hpp>
#include <novu/testing/fake_transport.hpp>

#include <iostream>

constexpr auto body = novu::json::render<[] {
    return novu::borrowed_types::create_workflow{
        .name = "Password changed",
        .workflow_id = "password-changed",
        .steps = {novu::borrowed_types::email_step{
            .name = "Email",
            .control_values = novu::borrowed_types::email_controls{.subject = "Your password was changed", .body = "<p>Was it you?</p>"}}},
        .tags = {"security"},
        .active = true,
    };
}>();

static_assert(std::string_view{body}.starts_with(R"({"name":"Password changed","workflowId":"password-changed",)"));
static_assert(sizeof(body) == sizeof(char const*) + sizeof(std::size_t)); // all there is at run time

int main() {
    novu::testing::fake_novu fake;
    novu::client client{novu::testing::fake_transport{fake}, {.secret_key = "test-secret-key"}};
    std::cout << body.view() << '\n';
    auto created = client.workflows.create(body);
    std::cout << (created ? created->value.name + ", " + std::string{created->value.status.text()} : created.error().message()) << '\n';
    return 0;
}
