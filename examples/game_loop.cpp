// A game loop at 60 frames a second that must never block: over novu::manual an operation is a value that the loop polls,
// and the exchange is done a little each frame over a non-blocking socket (manual_driver.hpp).
#include "manual_driver.hpp"

#include <novu/novu.hpp>
#include <novu/testing/fake_novu.hpp>
#include <novu/testing/serve.hpp>

#include <iostream>
#include <thread>

using namespace std::chrono;

/// A Novu that takes its time.
struct slow_novu {
    novu::testing::fake_novu fake{};
    novu::http::response handle(novu::http::request const& q) {
        std::this_thread::sleep_for(milliseconds{200});
        return fake.handle(q);
    }
};

int main() {
    slow_novu far_away;
    novu::testing::serve server{far_away};
    novu::client client{novu::manual{}, {.secret_key = "test-secret-key", .server = server.url()}};
    plain_http::connection_pool connections;

    novu::call<novu::workflow> call = client.workflows.create({.name = "Level up", .workflow_id = "level-up", .steps = {novu::in_app_step{.name = "In-app"}}});
    plain_http::driver http{connections, call};

    int frames = 0;
    steady_clock::duration longest{};
    bool done = false;
    for (auto begins = steady_clock::now(); !done; begins += microseconds{16'667}, ++frames) {
        std::this_thread::sleep_until(begins);
        auto const woken = steady_clock::now();
        done = http.step(); // and here the game: input, physics, drawing
        longest = std::max(longest, steady_clock::now() - woken);
    }
    auto const created = call.take();
    std::cout << (created ? "created " + created->value.workflow_id : created.error().message()) << '\n'
              << "frames drawn meanwhile: " << (frames >= 10 ? "at least 10" : "too few") << '\n'
              << "a frame waited for the server: " << (longest < milliseconds{100} ? "no" : "yes") << '\n'
              << "longest frame: " << duration<double, std::milli>{longest}.count() << " ms\n";
    return 0;
}
