// The transport of examples/httplib_transport.hpp against the conformance test.
#include "../../examples/httplib_transport.hpp"
#include "conforms.hpp"

#include <catch2/catch_test_macros.hpp>

#include <csignal>

using namespace novu::testing;
using namespace novu::tests;

TEST_CASE("the transport over cpp-httplib conforms, but for what cpp-httplib 0.11 cannot") {
    std::signal(SIGPIPE, SIG_IGN);
    conforms(check_transport([] { return httplib_transport{}; },
                             {.concurrent = 200,
                              .time_scale = time_scale(),
                              .skip = {{"answer: headers, repeated ones in their order", "cpp-httplib leaves out headers without a value"},
                                       {"answer: chunked, with extensions and trailers", "cpp-httplib takes a trailer for a broken answer"},
                                       {"answer: behind interim answers", "cpp-httplib knows no interim answer but one 100"},
                                       {"answer: in pieces, to a sink that takes them or refuses", "one of its answers is behind an interim one"}}}));
}
