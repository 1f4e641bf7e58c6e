// A transport against the conformance test, as a test of Catch2: `conforms(novu::testing::check_transport(...), {what it may skip})`.
#pragma once

#include <novu/testing/conformance.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace novu::tests {

/// Sanitizers and busy machines get more time.
inline int time_scale() {
    char const* const scale = std::getenv("NOVU_TIME_SCALE");
    return scale ? std::atoi(scale) : 1;
}

/// All of its checks ran but those that may be skipped, and none failed. Prints how many.
inline void conforms(testing::conformance_report const& report, std::vector<std::string_view> const& may_be_skipped = {}) {
    std::ostringstream text;
    text << report;
    INFO(text.str());
    CHECK(report.passed());
    CHECK(report.checks.size() > 80);
    for (testing::check_result const& c : report.checks)
        if (c.outcome == testing::outcome::skipped && std::ranges::find(may_be_skipped, c.name) == may_be_skipped.end()) FAIL_CHECK("skipped, which it may not be: " << c.name);
    for (std::string_view name : may_be_skipped)
        if (!report.find(name)) FAIL_CHECK("there is no check of this name: " << name);
    std::cout << text.str().substr(text.str().rfind('\n', text.str().size() - 2) + 1);
}

} // namespace novu::tests
