// The life of a workflow: create, list, change one field and write it back, sync to another environment, an error, delete.
//
// Without an account it talks, over HTTP on this machine, to a Novu that runs inside the program. With NOVU_SECRET_KEY
// in the environment it uses the real Novu, where the workflow it makes is removed at the end; a copy is made, and stays, in
// the environment NOVU_TARGET_ENVIRONMENT_ID if that is set.
#include <novu/novu.hpp>
#include <novu/testing/fake_novu.hpp>
#include <novu/testing/serve.hpp>
#include <novu/transport/beast.hpp>

#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

namespace {

using novu_client = novu::client<novu::beast_transport>;

constexpr auto id = "novu-cpp-quickstart";

/// Removes the workflow, whatever happens.
struct clean_up {
    novu_client const& client;
    ~clean_up() { (void)client.workflows.remove(id); }
};

/// value() throws novu::exception where a call failed, which says why.
void run(novu_client const& client, std::string const& target_environment) {
    auto const created = client.workflows.create({
        .name = "Order shipped",
        .workflow_id = id,
        .steps = {
            novu::in_app_step{.name = "In-app", .control_values = novu::in_app_controls{.body = "Order {{payload.id}} is on its way"}},
            novu::email_step{.name = "Email", .control_values = novu::email_controls{.subject = "On its way", .body = "<p>Order {{payload.id}}</p>"}},
        },
        .tags = {"quickstart"},
    }).value();
    clean_up const afterwards{client};
    std::cout << "created   " << created->slug << ", " << created->status << '\n';
    for (novu::step_response const& step : created->steps)
        std::cout << "  step    " << novu::common(step).type << " \"" << novu::common(step).name << "\" " << novu::common(step).slug << '\n';

    auto const page = client.workflows.list({.limit = 10, .tags = {"quickstart"}}).value();
    std::cout << "listed    " << page->total_count << " with the tag quickstart\n";

    // What was read is written back with one field changed; nothing else is lost.
    novu::update_workflow change = novu::to_update(*created);
    std::get<novu::email_step>(change.steps[1]).control_values->subject = "Order {{payload.id}} is on its way";
    auto const updated = client.workflows.update(id, change).value();
    std::cout << "changed   subject is \"" << std::get<novu::email_step_response>(updated->steps[1]).controls.values.subject.value_or("") << "\"\n";

    auto const preview = client.workflows.steps.generate_preview(
        id, "email", {.preview_payload = novu::preview_payload{.payload = boost::json::object{{"id", "A-1001"}}}}).value();
    std::cout << "preview   " << preview->result << '\n';

    if (target_environment.empty()) {
        std::cout << "synced    not: set NOVU_TARGET_ENVIRONMENT_ID\n";
    } else {
        auto const copy = client.workflows.sync(id, {.target_environment_id = target_environment}).value();
        std::cout << "synced    to " << target_environment << " as " << copy->slug << '\n';
    }

    if (auto again = client.workflows.create({.name = "", .workflow_id = "not an identifier", .steps = novu::empty_list}); !again)
        std::cout << "refused   " << again.error().message() << '\n';

    client.workflows.remove(id).value();
    if (auto gone = client.workflows.get(id); !gone) std::cout << "removed   " << gone.error().message() << '\n';
}

} // namespace

int main() try {
    if (std::getenv("NOVU_SECRET_KEY")) {
        char const* const target = std::getenv("NOVU_TARGET_ENVIRONMENT_ID");
        std::cout << "Novu      " << novu::us_server << '\n';
        run(novu_client{}, target ? target : "");
    } else {
        novu::testing::fake_novu fake;
        novu::testing::serve server{fake};
        std::cout << "Novu      in this program, at " << server.url() << " (set NOVU_SECRET_KEY to use yours)\n";
        run(novu_client{novu::beast_transport{}, {.secret_key = "test-secret-key", .server = server.url()}}, "production");
    }
    return 0;
} catch (novu::exception const& e) {
    std::cerr << "failed: " << e.what() << '\n';
    return 1;
}
