// A thread pool with futures over a synchronous transport: one client, used by all threads at once.
#include <novu/novu.hpp>
#include <novu/testing/fake_novu.hpp>
#include <novu/testing/serve.hpp>
#include <novu/transport/beast.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <future>
#include <iostream>
#include <string>
#include <vector>

int main() {
    novu::testing::fake_novu fake;
    novu::testing::serve server{fake};
    novu::client const client{novu::beast_transport{}, {.secret_key = "test-secret-key", .server = server.url()}};
    boost::asio::thread_pool pool{4};

    std::vector<std::future<novu::result<novu::response<novu::workflow>>>> created;
    for (int i = 0; i != 20; ++i)
        created.push_back(boost::asio::post(pool, boost::asio::use_future([&client, id = "import-" + std::to_string(i)] {
            return client.workflows.create({.name = "Imported", .workflow_id = id, .steps = {novu::sms_step{.name = "Text"}}});
        })));
    int worked = 0;
    for (auto& each : created) worked += each.get().has_value();

    std::cout << worked << " created, at most 4 connections: " << (server.connections() <= 4 ? "yes" : "no") << '\n';
    return 0;
}
