// One of two translation units of a program; both include everything.
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
    return *novu::json::write(w) == R"({"name":"a"})" && other(w) ? 0 : 1;
}
