// A synchronous transport that leads straight into a fake_novu, without sockets.
//
//     novu::testing::fake_novu fake;
//     novu::client client{novu::testing::fake_transport{fake}, {.secret_key = "test-secret-key"}};
#pragma once

#include <novu/error.hpp>
#include <novu/testing/fake_novu.hpp>
#include <novu/testing/virtual_clock.hpp>

#include <chrono>
#include <thread>

namespace novu::testing {

/// Waits really, unless it is given a virtual clock, which a wait then advances. The fake outlives it.
/// Threads: as many as like.
class fake_transport {
public:
    explicit fake_transport(fake_novu& fake) : fake_{&fake} {}
    fake_transport(fake_novu& fake, virtual_clock& clock) : fake_{&fake}, clock_{&clock} {}

    result<http::response> send(http::request const& q) { return fake_->handle(q); }
    void wait(std::chrono::milliseconds time) {
        if (clock_) clock_->advance(time);
        else std::this_thread::sleep_for(time);
    }

private:
    fake_novu* fake_;
    virtual_clock* clock_{nullptr};
};

} // namespace novu::testing
