// What the conformance test of a transport is told, and what it gives. See conformance.hpp.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace novu::testing {

/// A check that is left out, and why: it stands in the report as skipped.
struct left_out {
    std::string check{};
    std::string why{};
};

/// What a check cannot find out for itself.
struct conformance_options {
    /// Calls at once over one transport. 0: 200; of a synchronous transport, 1. More than 1 is for one that threads may share.
    std::size_t concurrent{0};
    /// Whether an exchange under way ends when its stop token asks. If not, it must still end at its time-out.
    bool supports_stop{true};
    /// The largest body the transport takes, in bytes, so that one above it can be tried. 0: no limit, or none worth reaching.
    std::size_t max_response_size{0};
    /// Every time-out and every bound is multiplied by it: for sanitizers and machines that are busy.
    int time_scale{1};
    std::vector<left_out> skip{};
    std::vector<std::string> only{};  ///< the checks to run; empty: all
    std::ostream* progress{nullptr};  ///< where each line is written as soon as it is known: the last one, if the transport hangs
};

enum class outcome : std::uint8_t { passed, failed, skipped };

struct check_result {
    std::string name{};
    novu::testing::outcome outcome{outcome::passed};
    std::vector<std::string> words{}; ///< what was expected and what came, of each fault; why it was skipped; or a remark
    std::chrono::milliseconds took{0};

    /// `passed   many exchanges and calls at once (91 ms): 200 exchanges`; what failed has its words on lines of their own.
    friend std::ostream& operator<<(std::ostream& out, check_result const& r) {
        out << (r.outcome == outcome::passed ? "passed   " : r.outcome == outcome::failed ? "FAILED   " : "skipped  ") << r.name;
        if (r.outcome != outcome::skipped) out << " (" << r.took.count() << " ms)";
        char const* between = r.outcome == outcome::failed ? "\n         " : ": ";
        for (std::string const& each : r.words) {
            out << between << each;
            if (r.outcome != outcome::failed) between = "; ";
        }
        return out << '\n';
    }
};

struct conformance_report {
    std::vector<check_result> checks{};

    /// Whether none failed.
    [[nodiscard]] bool passed() const { return count(outcome::failed) == 0; }
    [[nodiscard]] std::size_t count(outcome what) const {
        std::size_t n = 0;
        for (check_result const& c : checks) n += c.outcome == what;
        return n;
    }
    /// The check of that name; nullptr where there is none.
    [[nodiscard]] check_result const* find(std::string_view name) const {
        for (check_result const& c : checks)
            if (c.name == name) return &c;
        return nullptr;
    }

    /// A line for each check, and one that counts them.
    friend std::ostream& operator<<(std::ostream& out, conformance_report const& r) {
        for (check_result const& c : r.checks) out << c;
        return out << r.count(outcome::passed) << " passed, " << r.count(outcome::failed) << " failed, " << r.count(outcome::skipped) << " skipped\n";
    }
};

} // namespace novu::testing
