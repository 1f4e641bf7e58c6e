// A program without exceptions and RTTI, which links libboost_json.
#include <novu/novu.hpp>
#include <novu/testing/fake_transport.hpp>
#include <novu/testing/scripted_transport.hpp>

int main() {
    novu::testing::fake_novu fake;
    novu::client client{novu::testing::fake_transport{fake}, {.secret_key = "test-secret-key"}};
    auto created = client.workflows.create({.name = "a", .workflow_id = "a", .steps = {novu::sms_step{.name = "s"}}});
    auto missing = client.workflows.get("b");
    auto wrong = novu::json::read<novu::workflow>("{");
    return created && !missing && missing.error().status == 404 && !wrong ? 0 : 1;
}
