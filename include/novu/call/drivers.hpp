// Drivers: each does what a call says, in the way of one kind of transport, and nothing else.
//
//   synchronous   a loop                          gives result<response<T>>
//   coroutine     the same loop with co_await     gives Transport::task<result<response<T>>>
//   callback      the loop as a chain of calls    gives nothing, calls `done`
//   manual        the program is the loop         gives call<T>
#pragma once

#include <novu/call/machine.hpp>
#include <novu/response.hpp>
#include <novu/transport/concepts.hpp>
#include <novu/transport/detail/wait.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

namespace novu::detail {

/// What a call that is done gives: the decoded value, or the error.
template <class T> result<response<T>> conclude(call_machine& call) {
    auto const give_up = [&](error e) -> result<response<T>> {
        call.finished(&e);
        return failure{std::move(e)};
    };
    int const attempts = call.attempts();
    result<http::response> raw = call.outcome();
    if (!raw) return give_up(std::move(raw).error());
    response<T> out;
    out.status = raw->status;
    out.attempts = attempts;
    out.replayed = call.replayed();
    if constexpr (!std::is_void_v<T>) {
        constexpr json::read_options options{.envelope = "data"};
        auto value = [&] {
            if constexpr (json::detail::holds_views(json::detail::info_of<T>)) {
                out.source = std::make_unique<borrowed_source>();
                out.source->body = std::move(raw->body);
                return json::read<T>(out.source->body, out.source->text, options);
            } else {
                return json::read<T>(raw->body, options);
            }
        }();
        if (!value) {
            if constexpr (json::detail::holds_views(json::detail::info_of<T>)) raw->body = std::move(out.source->body);
            return give_up(call.undecodable(std::move(*raw), value.error().message()));
        }
        out.value = std::move(*value);
    }
    out.headers = std::move(raw->headers);
    call.finished(nullptr);
    return out;
}

inline void answer(call_machine& call, result<http::response> answer, std::chrono::steady_clock::time_point now) {
    if (answer) call.received(std::move(*answer), now);
    else call.failed(std::move(answer).error(), now);
}

template <class T, sync_transport Transport> result<response<T>> drive(Transport& transport, clock_ref clock, call_machine call) {
    for (;;) {
        call_action const next = call.poll(clock.steady());
        if (next.kind == call_action::done) return conclude<T>(call);
        if (next.kind == call_action::wait) {
            wait_for(transport, next.wait_for, call.stop());
        } else {
            result<http::response> came = transport.send(call.request());
            answer(call, std::move(came), clock.steady());
        }
    }
}

/// A coroutine of values: what the caller passed may be gone before it runs.
template <class T, async_transport Transport>
typename Transport::template task<result<response<T>>> drive(Transport& transport, clock_ref clock, call_machine call) {
    for (;;) {
        call_action const next = call.poll(clock.steady());
        if (next.kind == call_action::done) co_return conclude<T>(call);
        if (next.kind == call_action::wait) {
            co_await transport.wait(next.wait_for);
        } else {
            auto sent = transport.send(call.request());
            result<http::response> came = co_await std::move(sent);
            answer(call, std::move(came), clock.steady());
        }
    }
}

/// A call over a callback transport: kept alive by the callbacks it hands out. A transport that answers within
/// `send` makes the loop go on rather than the stack grow.
template <class T, callback_transport Transport, class Done>
class callback_call : public std::enable_shared_from_this<callback_call<T, Transport, Done>> {
public:
    callback_call(Transport& transport, clock_ref clock, call_machine call, Done done)
        : transport_{transport}, clock_{clock}, call_{std::move(call)}, done_{std::move(done)} {}

    void run() {
        if (running_) { // answered within send or wait: the loop below goes on
            again_ = true;
            return;
        }
        running_ = true;
        do {
            again_ = false;
            call_action const next = call_.poll(clock_.steady());
            auto self = this->shared_from_this();
            if (next.kind == call_action::done) {
                std::move(done_)(conclude<T>(call_));
            } else if (next.kind == call_action::wait) {
                transport_.wait(next.wait_for, [self] { self->run(); });
            } else {
                transport_.send(call_.request(), [self](result<http::response> came) {
                    answer(self->call_, std::move(came), self->clock_.steady());
                    self->run();
                });
            }
        } while (again_);
        running_ = false;
    }

private:
    Transport& transport_;
    clock_ref clock_;
    call_machine call_;
    Done done_;
    bool running_{false}, again_{false};
};

} // namespace novu::detail

namespace novu {

/// A call without a transport, for a loop that must not block. No I/O, no thread, no clock: the program polls it with
/// the steady time, makes the exchange it asks for, and says what came of it.
template <class T> class [[nodiscard]] call {
public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit call(detail::call_machine machine) : machine_{std::make_unique<detail::call_machine>(std::move(machine))} {}

    /// What to do now: send request(), wait, or take() the result. While an exchange is under way it says to wait
    /// until that times out; ask again after received() or failed().
    call_action poll(time_point now) { return machine_->poll(now); }
    /// The exchange to make. Valid from `send` to the next poll.
    [[nodiscard]] http::request const& request() const noexcept { return machine_->request(); }
    void received(http::response response, time_point now) { machine_->received(std::move(response), now); }
    void failed(error e, time_point now) { machine_->failed(std::move(e), now); }
    void cancel() { machine_->cancel(); }
    /// Precondition: poll said done. Call it once.
    [[nodiscard]] result<response<T>> take() { return detail::conclude<T>(*machine_); }

private:
    std::unique_ptr<detail::call_machine> machine_;
};

} // namespace novu
