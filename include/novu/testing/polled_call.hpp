// A call of novu::manual, of whatever type its value is: what the program's loop polls when it holds calls of many types.
//
//     novu::testing::polled<novu::call<novu::workflow>> one{client.workflows.get("hi")};
//     std::vector<novu::testing::polled_call*> calls{&one, ...};       // all driven by one loop
//     one.call.take();
#pragma once

#include <novu/call/drivers.hpp>

#include <chrono>
#include <utility>

namespace novu::testing {

/// The members mean what novu::call's mean.
class polled_call {
public:
    using time_point = std::chrono::steady_clock::time_point;

    virtual ~polled_call() = default;
    virtual call_action poll(time_point now) = 0;
    virtual void received(http::response response, time_point now) = 0;
    virtual void failed(error e, time_point now) = 0;
};

template <class Call> class polled final : public polled_call {
public:
    Call call;

    explicit polled(Call c) : call{std::move(c)} {}
    call_action poll(time_point now) override { return call.poll(now); }
    void received(http::response response, time_point now) override { call.received(std::move(response), now); }
    void failed(error e, time_point now) override { call.failed(std::move(e), now); }
};

} // namespace novu::testing
