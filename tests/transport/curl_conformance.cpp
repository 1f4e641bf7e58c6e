// The transports over libcurl against the conformance test.
#include "conforms.hpp"

#include <novu/transport/curl.hpp>
#include <novu/transport/curl_multi.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <functional>
#include <optional>

using namespace novu;
using namespace novu::testing;
using namespace novu::tests;
using namespace std::chrono_literals;

TEST_CASE("curl_transport conforms") {
    conforms(check_transport([] { return curl_transport{{.max_response_size = 1'000'000}}; },
                             {.concurrent = 200, .max_response_size = 1'000'000, .time_scale = time_scale()}));
}

TEST_CASE("curl_multi_transport conforms") {
    std::optional<curl_multi_transport> transport;
    conforms(check_transport([&]() -> curl_multi_transport& { return transport.emplace(curl_options{.max_response_size = 1'000'000}, 32); },
                             [&](std::function<bool()> const& until) {
                                 while (!until()) transport->run_once(50ms);
                             },
                             {.max_response_size = 1'000'000, .time_scale = time_scale()}));
}
