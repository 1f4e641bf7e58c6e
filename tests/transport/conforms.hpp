// A transport against the conformance test, as a test of Catch2: `conforms(novu::testing::check_transport(...))`.
#pragma once

#include <novu/testing/conformance.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

namespace novu::tests {

/// Sanitizers and busy machines get more time.
inline int time_scale() {
    char const* const scale = std::getenv("NOVU_TIME_SCALE");
    return scale ? std::atoi(scale) : 1;
}

/// All of its checks ran, and none failed. Prints how many.
inline void conforms(testing::conformance_report const& report) {
    std::ostringstream text;
    text << report;
    INFO(text.str());
    CHECK(report.passed());
    CHECK(report.checks.size() > 80);
    std::cout << text.str().substr(text.str().rfind('\n', text.str().size() - 2) + 1);
}

} // namespace novu::tests
