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
    for (std::string const& found : {test::disagreement<novu::basic_workflow>(text, random), test::disagreement<novu::basic_create_workflow>(text, random),
                                     test::disagreement<novu::basic_preview_request>(text, random)})
        if (!found.empty()) std::fprintf(stderr, "%s\n", found.c_str()), std::abort();
    return 0;
}
