// One of two translation units of a program; both include everything.
#include <novu/novu.hpp>
#include <novu/testing/fake_transport.hpp>
#include <novu/testing/scripted_transport.hpp>
#include <novu/testing/serve.hpp>
#include <novu/transport/beast.hpp>

std::string other(novu::workflow const& w);

int main() {
    novu::testing::fake_novu fake;
    novu::client client{novu::testing::fake_transport{fake}, {.secret_key = "test-secret-key"}};
    auto created = client.workflows.create({.name = "a", .workflow_id = "a", .steps = {novu::sms_step{.name = "s"}}});
    return created && other(created->value) == *novu::json::write(created->value) ? 0 : 1;
}
