// A page of workflows as text, of any size.
#pragma once

#include <cstddef>
#include <string>

namespace novu::tests {

/// A workflow_list of exactly `size` bytes, 66 or more: short and long strings, escapes, numbers.
inline std::string large_list(std::size_t size) {
    std::string out = R"({"workflows":[)";
    std::string const end = R"(],"totalCount":1234567})";
    for (int i = 0;; ++i) {
        std::string const n = std::to_string(i);
        std::string const next = std::string(i == 0 ? "" : ",") + R"({"name":"Order \")" + n + R"(\" is on its way, \u00fc)" + std::string(static_cast<std::size_t>(i % 50), '-') +
                                 R"(","updatedAt":"2026-03-01T10:00:00.000Z","createdAt":"t","_id":")" + n + R"(","workflowId":"order-)" + n +
                                 R"(","slug":"order_wf_)" + n + R"(","status":"ACTIVE","origin":"external","stepTypeOverviews":["sms","email"],"steps":[],"tags":["a","orders of the year"]})";
        if (out.size() + next.size() + end.size() > size) break;
        out += next;
    }
    out.append(size - out.size() - end.size(), ' ');
    return out + end;
}

} // namespace novu::tests
