// For libFuzzer: the ways to read agree, whatever comes. .ci/fuzz builds and runs it.
#include "agree.hpp"

#include <novu/workflows/storages.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string const text(reinterpret_cast<char const*>(data), size);
    std::mt19937 random{static_cast<unsigned>(size)};
    novu::json::read_options options;
    if (random() % 4 == 0) options.max_depth = 1 + random() % 8;
    if (random() % 2 == 0) options.envelope = "data";
    for (std::string const& found : {test::disagreement<novu::basic_workflow>(text, random, options), test::disagreement<novu::basic_create_workflow>(text, random, options),
                                     test::disagreement<novu::basic_preview_request>(text, random, options)})
        if (!found.empty()) std::fprintf(stderr, "%s\n", found.c_str()), std::abort();
    return 0;
}
