// A client over a transport of one's own (own_transport.hpp).
#include "own_transport.hpp"

#include <novu/novu.hpp>
#include <novu/testing/fake_novu.hpp>
#include <novu/testing/serve.hpp>

#include <iostream>

int main() {
    novu::testing::fake_novu fake;
    novu::testing::serve server{fake};
    novu::client client{one_shot_transport{}, {.secret_key = "test-secret-key", .server = server.url()}};

    auto created = client.workflows.create({.name = "Hi", .workflow_id = "hi", .steps = {novu::sms_step{.name = "Text"}}});
    std::cout << (created ? "created " + created->value.workflow_id : created.error().message()) << '\n';
    auto missing = client.workflows.get("nowhere");
    std::cout << (missing ? "?" : missing.error().message()) << '\n';
    novu::client nobody{one_shot_transport{}, {.secret_key = "k", .server = "http://127.0.0.1:1", .retries = novu::retry_policy::none()}};
    std::cout << nobody.workflows.list().error().message() << '\n';
    return 0;
}
