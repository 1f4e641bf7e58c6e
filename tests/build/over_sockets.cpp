// A call over each transport that is made of Asio, and the testing headers that are.
#include <novu/novu.hpp>
#include <novu/testing/conformance.hpp>
#include <novu/testing/fake_novu.hpp>
#include <novu/testing/faulty_server.hpp>
#include <novu/testing/serve.hpp>
#include <novu/transport/asio.hpp>
#include <novu/transport/beast.hpp>

void over_sockets() {
    novu::testing::fake_novu fake;
    novu::testing::serve server{fake};
    novu::testing::faulty_server faulty{{[](novu::testing::peer& p) { p.request(), p.answer("{}"); }}};
    novu::client over_beast{novu::beast_transport{}, {.secret_key = "k", .server = server.url()}};
    (void)over_beast.workflows.list();
    boost::asio::io_context io;
    novu::client over_asio{novu::asio_transport{io.get_executor()}, {.secret_key = "k", .server = faulty.url()}};
    (void)over_asio.workflows.list();
    (void)novu::testing::check_transport([] { return novu::beast_transport{}; });
}
