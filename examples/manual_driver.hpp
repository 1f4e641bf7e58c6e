// Makes the exchanges that a call of novu::manual asks for (plain_http.hpp), a little each time it is polled.
#pragma once

#include "plain_http.hpp"

#include <novu/call/machine.hpp>

#include <deque>
#include <thread>
#include <vector>

namespace plain_http {

/// `Call`: a novu::call, or one with its members.
template <class Call> class driver {
public:
    driver(connection_pool& pool, Call& call) : pool_{pool}, call_{call} {}

    /// Goes as far as it can without blocking. Gives true when the call is done.
    bool step() {
        auto const now = std::chrono::steady_clock::now();
        novu::call_action const next = call_.poll(now);
        if (next.kind == novu::call_action::send) exchange_.emplace(pool_, *next.request);
        if (next.kind == novu::call_action::done) exchange_.reset(); // it was given up
        if (exchange_ && exchange_->step() == 0) {
            auto came = exchange_->take();
            exchange_.reset();
            if (came) call_.received(std::move(*came), now);
            else call_.failed(std::move(came).error(), now);
        }
        return next.kind == novu::call_action::done;
    }

private:
    connection_pool& pool_;
    Call& call_;
    std::optional<exchange> exchange_{};
};

/// Drives all calls to their ends: what a loop does a little each frame, as one that does nothing else.
template <class Call> void run(connection_pool& pool, std::vector<Call*> const& calls) {
    std::deque<driver<Call>> all;
    for (Call* each : calls) all.emplace_back(pool, *each);
    for (std::size_t left = 1; left != 0; std::this_thread::sleep_for(std::chrono::microseconds{100})) {
        left = 0;
        for (driver<Call>& each : all) left += !each.step();
    }
}

} // namespace plain_http
