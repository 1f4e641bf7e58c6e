// What the README's snippets find around them: the headers, and `client`, a client of a Novu in memory that has the
// workflow `order-shipped`.
#include "../../examples/callback_transport.hpp"
#include "../../examples/coroutine_transport.hpp"
#include "../../examples/manual_driver.hpp"

#include <novu/novu.hpp>
#include <novu/testing/conformance.hpp>
#include <novu/testing/fake_transport.hpp>
#include <novu/testing/scripted_transport.hpp>
#include <novu/testing/serve.hpp>
#include <novu/transport/any_transport.hpp>
#include <novu/transport/asio.hpp>
#include <novu/transport/beast.hpp>
#include <novu/transport/curl.hpp>
#include <novu/transport/curl_multi.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/describe.hpp>

#include <cstdlib>
#include <exception>
#include <future>
#include <iostream>
#include <thread>

using namespace std::chrono_literals;

struct over_fake {
    novu::testing::fake_novu fake{};
    novu::client<novu::testing::fake_transport> client{novu::testing::fake_transport{fake}, {.secret_key = "test-secret-key"}};
    over_fake() {
        client.workflows.create({.name = "Order shipped", .workflow_id = "order-shipped",
                                 .steps = {novu::email_step{.name = "Email", .control_values = novu::email_controls{.subject = "Order {{payload.id}}"}}}}).value();
    }
};

inline void run(int number, void (*block)(over_fake&)) {
    std::cout << "-- block " << number << '\n';
    try {
        over_fake with;
        block(with);
    } catch (std::exception const& e) {
        std::cout << "failed: " << e.what() << '\n';
        std::exit(1);
    }
}
