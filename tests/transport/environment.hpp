// Variables of the environment, set until the object is gone.
#pragma once

#include <cstdlib>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace novu::tests {

class environment {
public:
    /// An empty value: not set.
    environment(std::initializer_list<std::pair<char const*, std::string>> variables) {
        for (auto const& [name, value] : variables) {
            char const* const now = std::getenv(name);
            before_.emplace_back(name, now ? std::optional<std::string>{now} : std::nullopt);
            value.empty() ? ::unsetenv(name) : ::setenv(name, value.c_str(), 1);
        }
    }
    environment(environment const&) = delete;
    environment& operator=(environment const&) = delete;
    ~environment() {
        for (auto const& [name, value] : before_) value ? ::setenv(name, value->c_str(), 1) : ::unsetenv(name);
    }

private:
    std::vector<std::pair<char const*, std::optional<std::string>>> before_{};
};

} // namespace novu::tests
