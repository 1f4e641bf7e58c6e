// One of two translation units of a program without RTTI; both include everything.
#include <novu/novu.hpp>
#include <novu/testing/conformance.hpp>
#include <novu/testing/fake_transport.hpp>
#include <novu/testing/faulty_server.hpp>
#include <novu/testing/scripted_transport.hpp>
#include <novu/testing/serve.hpp>
#include <novu/transport/asio.hpp>
#include <novu/transport/beast.hpp>
#if __has_include(<curl/curl.h>)
#include <novu/transport/curl.hpp>
#include <novu/transport/curl_multi.hpp>
#endif

bool other(novu::patch_workflow const& w);

int main() {
    novu::patch_workflow const w{.name = "a"};
    if (*novu::json::write(w) != R"({"name":"a"})" || !other(w)) return 1;

    novu::testing::fake_novu fake;
    novu::testing::serve server{fake};
    novu::client_options const options{.secret_key = "test-secret-key", .server = server.url()};
    novu::client blocking{novu::beast_transport{}, options};
    if (!blocking.workflows.list()) return 2;
    boost::asio::io_context io;
    novu::client awaited{novu::asio_transport{io.get_executor()}, options};
    bool listed = false;
    boost::asio::co_spawn(io, awaited.workflows.list(), [&](std::exception_ptr thrown, auto page) { listed = !thrown && page.has_value(); });
    io.run();
    return listed ? 0 : 3;
}
