// For libFuzzer: the ways to read agree, whatever comes. .ci/fuzz builds and runs it.
#include "agree.hpp"

#include <novu/workflows/storages.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

template <template <class> class... T> constexpr std::array every{&test::disagreement<T>...};
constexpr auto types = every<novu::basic_workflow, novu::basic_create_workflow, novu::basic_preview_request, novu::basic_workflow_list, novu::basic_step_details, novu::basic_preview,
                             novu::basic_update_workflow, novu::basic_patch_workflow, novu::basic_sync_workflow, novu::basic_error_dto, novu::basic_validation_error_dto>;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string const text(reinterpret_cast<char const*>(data), size);
    std::mt19937 random{static_cast<unsigned>(size)};
    novu::json::read_options options;
    if (random() % 4 == 0) options.max_depth = 1 + random() % 8;
    if (random() % 2 == 0) options.envelope = "data";
    for (auto first = random() % types.size(), i = first; i != first + 3; ++i) {
        std::string const found = types[i % types.size()](text, random, options);
        if (!found.empty()) std::fprintf(stderr, "%s\n", found.c_str()), std::abort();
    }
    return 0;
}
