// The transport of examples/httplib_transport.hpp against the conformance test.
#include "../../examples/httplib_transport.hpp"
#include "conforms.hpp"

#include <catch2/catch_test_macros.hpp>

#include <csignal>
#include <string_view>
#include <vector>

using namespace novu::testing;
using namespace novu::tests;

TEST_CASE("the transport over cpp-httplib conforms, but for what cpp-httplib 0.11 cannot") {
    std::signal(SIGPIPE, SIG_IGN);
    std::vector<left_out> const cannot{{"answer: headers, repeated ones in their order", "cpp-httplib leaves out headers without a value"},
                                       {"answer: chunked, with extensions and trailers", "cpp-httplib takes a trailer for a broken answer"},
                                       {"answer: behind other interim answers", "cpp-httplib knows no interim answer but one 100"}};
    std::vector<std::string_view> may_be_skipped{"answer: a body over the transport's limit", "wait: ends when it is stopped"};
    for (left_out const& each : cannot) may_be_skipped.push_back(each.check);
    conforms(check_transport([] { return httplib_transport{}; }, {.concurrent = 200, .time_scale = time_scale(), .skip = cannot}), may_be_skipped);
}
