// A coroutine runtime of one's own: a task, an event loop and a timer, on one thread (own_runtime.hpp). The transport over
// it is two functions; calls are awaited, and many are in flight at once.
#include "coroutine_transport.hpp"

#include <novu/novu.hpp>
#include <novu/testing/fake_novu.hpp>
#include <novu/testing/serve.hpp>

#include <iostream>

using client = novu::client<own::transport>;

own::task<void> create(client const& novu, std::string id) {
    // Started in one statement, awaited in the next: g++ 12 miscompiles braced aggregates inside a co_await expression.
    auto call = novu.workflows.create({.name = "Reminder", .workflow_id = id, .steps = {novu::sms_step{.name = "Text"}}});
    auto created = co_await std::move(call);
    std::cout << (created ? "created " + created->value.workflow_id : created.error().message()) << '\n';
}

own::task<void> count(client const& novu) {
    auto call = novu.workflows.list({.limit = 100});
    auto page = co_await std::move(call);
    std::cout << (page ? std::to_string(page->value.total_count) + " workflows" : page.error().message()) << '\n';
}

int main() {
    novu::testing::fake_novu fake;
    novu::testing::serve server{fake};
    own::loop loop;
    novu::retry_policy const hasty{.initial_interval = std::chrono::milliseconds{10}, .max_interval = std::chrono::milliseconds{20}};
    client const novu{own::transport{loop}, {.secret_key = "test-secret-key", .server = server.url(), .retries = hasty}};

    fake.answer_next({.status = 503, .body = "down"}, 2);
    own::run(loop, create(novu, "reminder")); // between the attempts it waits on the loop's timer

    std::vector<own::task<void>> more;
    for (int i = 0; i != 5; ++i) more.push_back(create(novu, "reminder-" + std::to_string(i)));
    own::run(loop, std::move(more)); // at once, on this thread

    own::run(loop, count(novu));
    return 0;
}
