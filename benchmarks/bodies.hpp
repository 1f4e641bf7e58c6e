// The bodies that are measured: a list of 100 workflows (72 KB), create bodies (1.5 KB and 15 KB), the smaller full of escapes and
// other scripts, a workflow with a large HTML e-mail (1 MB) and one with a small one, and one of 20 bytes.
#pragma once

#include <novu/json/write.hpp>
#include <novu/workflows/storages.hpp>

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bodies {

template <class T> std::string written(T const& value) {
    auto text = novu::json::write(value);
    if (!text) std::abort();
    return *text;
}
inline std::string repeated(std::string_view text, int times) {
    std::string out;
    while (times-- != 0) out += text;
    return out;
}

inline std::string list() {
    novu::workflow_list list{.total_count = 100};
    for (int i = 0; i != 100; ++i) {
        std::string const n = std::to_string(1000 + i);
        novu::workflow_summary w{.name = "Order shipped, variant " + n, .updated_at = "2026-03-01T10:20:30.456Z", .created_at = "2026-02-01T08:00:00.000Z",
                                 .id = "66b10000000000000000" + n, .workflow_id = "order-shipped-variant-" + n, .slug = "order-shipped-variant-" + n + "_wf_000000000000" + n,
                                 .status = novu::workflow_status::active, .origin = novu::resource_origin::novu_cloud,
                                 .step_type_overviews = {novu::step_type::in_app, novu::step_type::email}};
        w.steps = {{.slug = "in-app-notice_st_000000000001" + n, .type = novu::step_type::in_app}, {.slug = "order-e-mail_st_000000000002" + n, .type = novu::step_type::email}};
        w.tags = {"orders", "shipping"};
        w.last_published_at = "2026-03-02T00:00:00.000Z";
        w.last_published_by = novu::user{.id = "66b100000000000000000008", .first_name = "Grace", .last_name = "Hopper", .external_id = "user_2abc"};
        w.updated_by = novu::user{.id = "66b100000000000000000007", .first_name = "Ada", .last_name = "Bell"};
        list.workflows.push_back(std::move(w));
    }
    return written(list);
}

inline std::string create_with(int steps, std::string const& subject, std::string const& body) {
    std::vector<novu::step> list;
    for (int i = 0; i != steps; ++i)
        list.push_back(novu::email_step{.name = "E-mail " + std::to_string(i), .control_values = novu::email_controls{.subject = subject, .body = body}});
    return written(novu::create_workflow{.name = "Order shipped", .workflow_id = "order-shipped", .steps = std::move(list),
                                         .description = "Sent when a parcel leaves the warehouse", .tags = {"orders", "shipping"}, .active = true});
}
inline std::string create() {
    return create_with(4, "Your order {{payload.id}} is on its way", repeated("<p>Hello {{subscriber.firstName}}, your order has left our house.</p>", 3));
}
inline std::string large() {
    return create_with(12, "Your order {{payload.id}} is on its way", repeated("<p>Hello {{subscriber.firstName}}, your order has left our house.</p>", 16));
}
inline std::string escapes() {
    return create_with(4, "\"Ihre\" Bestellung\n", repeated("<p class=\"greeting\">Grüße aus München,</p>\r\n\t<a href=\"https://example.com/a?b=c\">Zur Bestellung — 5 €</a>\r\n", 2));
}
/// A workflow with an e-mail of so many rows.
inline std::string workflow_with(int rows) {
    novu::workflow w{.name = "Newsletter", .id = "66b100000000000000000001", .workflow_id = "newsletter", .slug = "newsletter_wf_0000000000000001",
                     .updated_at = "2026-03-01T10:20:30.456Z", .created_at = "2026-02-01T08:00:00.000Z"};
    novu::email_step_response mail;
    mail.step_id = "mail", mail.id = "66b100000000000000000002", mail.name = "Mail", mail.slug = "mail_st_0000000000000001";
    mail.workflow_id = "newsletter", mail.workflow_database_id = "66b100000000000000000001";
    mail.control_values.emplace();
    mail.control_values->subject = "News of the week";
    mail.control_values->body = repeated("<tr style=\"height:20px\"><td align=\"center\" bgcolor=\"#ffffff\">Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod "
                                         "tempor incididunt ut labore et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation.</td></tr>\n", rows);
    mail.controls.values.subject = "News of the week";
    w.steps.push_back(std::move(mail));
    return written(w);
}
inline std::string workflow() { return workflow_with(3); }
inline std::string megabyte() { return workflow_with(4300); }
inline std::string tiny() { return R"({"name":"abcdefghi"})"; }

} // namespace bodies
