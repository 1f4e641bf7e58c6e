// A client over cpp-httplib (httplib_transport.hpp).
#include "httplib_transport.hpp"

#include <novu/novu.hpp>
#include <novu/testing/fake_novu.hpp>
#include <novu/testing/serve.hpp>

#include <csignal>
#include <iostream>

int main() {
    std::signal(SIGPIPE, SIG_IGN);
    novu::testing::fake_novu fake;
    novu::testing::serve server{fake};
    novu::client client{httplib_transport{}, {.secret_key = "test-secret-key", .server = server.url()}};

    auto created = client.workflows.create({.name = "Hi", .workflow_id = "hi", .steps = {novu::sms_step{.name = "Text"}}});
    std::cout << (created ? "created " + created->value.workflow_id : created.error().message()) << '\n';
    auto missing = client.workflows.get("nowhere");
    std::cout << (missing ? "?" : missing.error().message()) << '\n';
    std::cout << client.workflows.remove("hi").has_value() << '\n';
    novu::client nobody{httplib_transport{}, {.secret_key = "k", .server = "http://127.0.0.1:1", .retries = novu::retry_policy::none()}};
    std::cout << nobody.workflows.list().error().message() << '\n';
    return 0;
}
