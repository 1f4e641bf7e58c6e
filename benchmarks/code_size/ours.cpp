// All nine operations over an in-memory transport. nlohmann.cpp is the same program without the library.
#include "answers.hpp"

#include <novu/novu.hpp>

#include <chrono>
#include <cstdio>
#include <thread>

namespace {

struct in_memory {
    novu::result<novu::http::response> send(novu::http::request const& q) {
        constant_answer const a = answer_to(novu::http::to_string(q.method), q.url);
        return novu::http::response{a.status, {{"content-type", "application/json"}}, std::string{a.body}};
    }
    void wait(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }
};

int failures = 0;
template <class T> void check(novu::result<T> const& r) {
    if (r) return;
    std::puts(r.error().message().c_str());
    ++failures;
}

} // namespace

int main() {
    novu::client client{in_memory{}, {.secret_key = "test-secret-key"}};
    std::vector<novu::step> const steps = {
        novu::in_app_step{.name = "In-app", .control_values = novu::in_app_controls{.body = "Order {{payload.id}} is on its way"}},
        novu::email_step{.name = "E-mail", .control_values = novu::email_controls{.subject = "On its way", .body = "<p>Soon there.</p>"}},
        novu::delay_step{.name = "Wait", .control_values = novu::delay_controls{.amount = 2, .unit = novu::time_unit::hours}},
    };
    check(client.workflows.create({.name = "Order shipped", .workflow_id = "order-shipped", .steps = steps, .tags = {"orders"}}));
    check(client.workflows.list({.limit = 10, .order_by = novu::sort_field::name, .tags = {"orders"}}));
    check(client.workflows.get("order-shipped"));
    check(client.workflows.update("order-shipped", {.name = "Order sent", .steps = steps, .preferences = novu::preferences{}}));
    check(client.workflows.patch("order-shipped", {.active = true, .payload_schema = nullptr}));
    check(client.workflows.sync("order-shipped", {.target_environment_id = "production"}));
    check(client.workflows.steps.retrieve("order-shipped", "text"));
    check(client.workflows.steps.generate_preview("order-shipped", "text",
                                                  {.preview_payload = novu::preview_payload{.payload = boost::json::object{{"id", "A-1001"}}}}));
    check(client.workflows.remove("order-shipped"));
    auto const none = client.workflows.get("none");
    if (none || none.error().status != 404 || !none.error().dto()) ++failures;
    return failures;
}
