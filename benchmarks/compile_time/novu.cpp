// The library: the header alone (OPERATIONS 0), with one create (1), or with create, list and get (3), over a transport that is
// compiled elsewhere.
#include <novu/novu.hpp>
#if OPERATIONS >= 1
struct elsewhere {
    novu::result<novu::http::response> send(novu::http::request const& q);
    void wait(std::chrono::milliseconds time);
};

bool run(novu::client<elsewhere>& client) {
    bool good = client.workflows
                    .create({.name = "Order shipped", .workflow_id = "order-shipped", .steps = {novu::sms_step{.name = "Text", .control_values = novu::sms_controls{.body = "Hi"}}}})
                    .has_value();
#if OPERATIONS >= 3
    good = client.workflows.list({.limit = 10}).has_value() && good;
    good = client.workflows.get("order-shipped").has_value() && good;
#endif
    return good;
}
#endif
