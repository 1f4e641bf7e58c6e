// What both programs talk to: a Novu of a few constant answers, in memory.
#pragma once

#include <string_view>

struct constant_answer {
    int status;
    std::string_view body;
};

/// To a request for that method and URL.
inline constant_answer answer_to(std::string_view method, std::string_view url) {
    constexpr std::string_view workflow =
        R"({"data":{"name":"Order shipped","_id":"66b100000000000000000001","workflowId":"order-shipped","slug":"order-shipped_wf_0000000000000001",)"
        R"("updatedAt":"2026-03-01T10:20:30.456Z","createdAt":"2026-02-01T08:00:00.000Z","origin":"novu-cloud","status":"ACTIVE","severity":"none",)"
        R"("preferences":{"default":{"all":{"enabled":true,"readOnly":false},"channels":{"email":{"enabled":true}}},"user":null},"steps":[{"type":"sms",)"
        R"("controls":{"values":{"body":"Soon there"}},"variables":{},"stepId":"text","_id":"66b100000000000000000002","name":"Text","slug":"text_st_0000000000000002",)"
        R"("origin":"novu-cloud","workflowId":"order-shipped","workflowDatabaseId":"66b100000000000000000001","controlValues":{"body":"Soon there"}}]}})";
    constexpr std::string_view list =
        R"({"data":{"workflows":[{"name":"Order shipped","updatedAt":"2026-03-01T10:20:30.456Z","createdAt":"2026-02-01T08:00:00.000Z","_id":"66b100000000000000000001",)"
        R"("workflowId":"order-shipped","slug":"order-shipped_wf_0000000000000001","status":"ACTIVE","origin":"novu-cloud","stepTypeOverviews":["sms"],"steps":[]}],)"
        R"("totalCount":1}})";
    constexpr std::string_view step =
        R"({"data":{"type":"sms","controls":{"values":{"body":"Soon there"}},"variables":{},"stepId":"text","_id":"66b100000000000000000002","name":"Text",)"
        R"("slug":"text_st_0000000000000002","origin":"novu-cloud","workflowId":"order-shipped","workflowDatabaseId":"66b100000000000000000001"}})";
    constexpr std::string_view preview = R"({"data":{"previewPayloadExample":{"payload":{"id":"A-1001"}},"result":{"type":"sms","preview":{"body":"Soon there"}}}})";
    constexpr std::string_view refusal =
        R"({"statusCode":404,"timestamp":"2026-03-01T10:20:30.456Z","path":"/v2/workflows/none","message":"Workflow cannot be found","ctx":{"workflowId":"none"}})";
    if (method == "DELETE") return {204, {}};
    if (url.ends_with("/none")) return {404, refusal};
    if (url.ends_with("/preview")) return {201, preview};
    if (url.find("/steps/") != url.npos) return {200, step};
    if (url.find("/workflows?") != url.npos) return {200, list};
    return {method == "POST" ? 201 : 200, workflow};
}
