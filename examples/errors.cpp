// What can go wrong, how each case is told apart, and what a person is told.
#include <novu/novu.hpp>
#include <novu/testing/fake_transport.hpp>
#include <novu/testing/virtual_clock.hpp>

#include <iostream>

namespace {

char const* name(novu::error_kind kind) {
    switch (kind) {
    case novu::error_kind::invalid_request: return "invalid_request";
    case novu::error_kind::transport: return "transport";
    case novu::error_kind::timeout: return "timeout";
    case novu::error_kind::cancelled: return "cancelled";
    case novu::error_kind::api: return "api";
    case novu::error_kind::validation: return "validation";
    case novu::error_kind::unexpected_response: return "unexpected_response";
    case novu::error_kind::undecodable: return "undecodable";
    }
    return "";
}

template <class T> void show(char const* what, novu::result<novu::response<T>> const& result) {
    std::cout << what << "\n  ";
    if (result) std::cout << "worked, attempts: " << result->attempts << "\n\n";
    else std::cout << name(result.error().kind) << ": " << result.error().message() << "\n\n";
}

} // namespace

int main() {
    using namespace std::chrono_literals;
    novu::testing::virtual_clock clock; // so that nothing here really waits
    novu::testing::fake_novu fake{{.clock = clock}};
    novu::client client{novu::testing::fake_transport{fake, clock}, {.secret_key = "test-secret-key", .clock = clock}};

    show("An id that a URL would lose", client.workflows.remove(".."));

    auto invalid = client.workflows.create({.name = "", .workflow_id = "a b", .steps = {novu::free_form_step{.type = "telex", .name = "x"}}});
    show("A body that Novu finds fault with", invalid);
    for (auto const& [field, violation] : invalid.error().validation()->errors)
        for (auto const& message : violation.messages) std::cout << "  " << field << ": " << message << '\n';
    std::cout << '\n';

    auto missing = client.workflows.get("nowhere");
    show("A workflow that is not there", missing);
    if (novu::error_dto const* dto = missing.error().dto()) std::cout << "  the server's path: " << dto->path << "\n\n";

    fake.answer_next({.status = 503, .body = "Please wait some time"}, 2);
    show("A server that is down for two attempts", client.workflows.list());

    fake.answer_next({.status = 429, .headers = {{"retry-after", "300"}}, .body = "API rate limit exceeded"});
    show("A server that asks for more patience than the call has", client.workflows.list());

    fake.answer_next({.status = 503, .body = "down"}, 1000);
    auto tired = client.workflows.list({}, {.retries = novu::retry_policy{.max_attempts = 3}});
    show("A server that stays down", tired);
    for (novu::attempt const& a : tired.error().attempts) std::cout << "  attempt: status " << a.status << '\n';
    std::cout << '\n';

    novu::testing::fake_novu portal;
    novu::client lost{novu::testing::fake_transport{portal}, {.secret_key = "test-secret-key"}};
    portal.answer_next({.status = 200, .headers = {{"content-type", "text/html"}}, .body = "<h1>Hotel Wi-Fi</h1>"});
    show("A page instead of an answer", lost.workflows.list());
    portal.answer_next({.status = 200, .headers = {{"content-type", "application/json"}}, .body = R"({"workflows":[{"name":5}]})"});
    show("JSON, but not the operation's", lost.workflows.list());

    novu::stop_source stop;
    stop.request_stop();
    show("A call that is cancelled", lost.workflows.list({}, {.stop = stop.get_token()}));

    try {
        std::cout << lost.workflows.get("nowhere").value()->name << '\n'; // for those who like exceptions
    } catch (novu::exception const& e) {
        std::cout << "value() throws\n  " << e.what() << '\n';
    }
    return 0;
}
