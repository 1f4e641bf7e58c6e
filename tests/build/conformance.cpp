// conformance beast|asio|curl: a transport of the library against the conformance test, in a program without Catch2.
#include <novu/testing/conformance.hpp>
#include <novu/transport/asio.hpp>
#include <novu/transport/beast.hpp>
#if __has_include(<curl/curl.h>)
#include <novu/transport/curl.hpp>
#endif

#include <iostream>
#include <string_view>
#include <utility>
#include <vector>

using namespace novu::testing;

int main(int, char** arguments) {
    std::string_view const which = arguments[1];
    conformance_options const options{.concurrent = 200, .max_response_size = 1'000'000, .progress = &std::cout};
    conformance_report report;
    boost::asio::io_context io;
    if (which == "beast") report = check_transport([] { return novu::beast_transport{{.max_response_size = 1'000'000}}; }, options);
    if (which == "asio")
        report = check_transport([&] { return novu::asio_transport{io.get_executor(), {.max_response_size = 1'000'000}}; }, [&](std::vector<boost::asio::awaitable<void>> tasks) {
            for (auto& each : tasks) boost::asio::co_spawn(io, std::move(each), boost::asio::detached);
            io.restart();
            io.run();
        }, options);
#if __has_include(<curl/curl.h>)
    if (which == "curl") report = check_transport([] { return novu::curl_transport{{.max_response_size = 1'000'000}}; }, options);
#endif
    return report.passed() && report.checks.size() > 80 ? 0 : 1;
}
