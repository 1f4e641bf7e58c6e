// Drivers: each does what a call says, in the way of one kind of transport, and nothing else.
//
//   synchronous   a loop                          gives result<response<T>>
//   coroutine     the same loop with co_await     gives Transport::task<result<response<T>>>
//   callback      the loop as a chain of calls    gives nothing, calls `done`
//   manual        the program is the loop         gives call<T>
#pragma once

#include <novu/call/body_decoder.hpp>
#include <novu/call/detail/stack_watch.hpp>
#include <novu/call/machine.hpp>
#include <novu/response.hpp>
#include <novu/transport/concepts.hpp>
#include <novu/transport/detail/wait.hpp>

#include <boost/core/no_exceptions_support.hpp>

#include <algorithm>
#include <atomic>
#include <cassert>
#include <chrono>
#include <concepts>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace novu::detail {

/// What a call that is done gives: the decoded value, or the error. `pieces` may have read the body as it came.
template <class T, class Pieces = whole_body> result<response<T>> conclude(call_machine& call, [[maybe_unused]] Pieces* pieces = nullptr) {
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
        std::string* body = &raw->body;
        bool read_in_pieces = false;
        if constexpr (std::is_same_v<Pieces, body_decoder<T>>) read_in_pieces = pieces->has_read();
        auto const read = [&] {
            if constexpr (std::is_same_v<Pieces, body_decoder<T>>)
                if (read_in_pieces) return pieces->finish();
            if constexpr (is_borrowed<T>) {
                borrowed_source& source = out.source.own;
                source.keep(std::move(raw->body));
                return json::read<T>(*(body = &source.body), source.text, answer_options);
            } else if constexpr (json::detail::uses_memory<T>()) {
                return json::read<T>(*body, call.memory(), answer_options);
            } else {
                return json::read<T>(*body, answer_options);
            }
        };
        auto const undecodable = [&](std::string_view why) {
            if (body != &raw->body) raw->body = std::move(*body);
            return give_up(call.undecodable(std::move(*raw), why, read_in_pieces));
        };
        BOOST_TRY {
            auto value = read();
            if (!value) return undecodable(value.error().message());
            json::detail::replace(out.value, std::move(*value)); // assigning would copy what is in other memory
        }
        BOOST_CATCH(...) { return undecodable("reading it threw: " + what_was_thrown()); } // a memory resource, mostly
        BOOST_CATCH_END
    }
    out.headers = std::move(raw->headers);
    call.finished(nullptr);
    return out;
}

template <class T, sync_transport Transport> result<response<T>> drive(Transport& transport, call_machine call) {
    body_of<T, Transport> body{call};
    for (;;) {
        call_action const next = call.poll(call.client().clock.steady());
        if (next.kind == call_action::done) return conclude<T>(call, &body);
        BOOST_TRY {
            if (next.kind == call_action::send) {
                result<http::response> came = transport.send(*next.request);
                body.complete(came);
                answer(call, std::move(came));
            } else {
                wait_for(transport, left(next, call), call.stop());
            }
        }
        BOOST_CATCH(...) { threw(call, next); }
        BOOST_CATCH_END
    }
}

/// Starts a wait of a coroutine transport: to the end, or, where it cannot be woken, a slice after which to look for a stop.
template <class Transport> auto start_wait(Transport& transport, call_action const& next, call_machine const& call) {
    if constexpr (has_stoppable_wait<Transport>) return transport.wait(left(next, call), call.stop());
    else return transport.wait(call.stop().stop_possible() ? (std::min)(left(next, call), wait_slice) : left(next, call));
}

/// A coroutine of values: what the caller passed may be gone before it runs. The transport is locked only while a task
/// is made: a call in flight keeps nothing alive, and ends as cancelled where its client is gone.
template <class T, async_transport Transport>
typename Transport::template task<result<response<T>>> drive(std::weak_ptr<Transport> client, call_machine call) {
    body_of<T, Transport> body{call};
    for (stack_watch stack;;) {
        stack.look();
        call_action const next = call.poll(call.client().clock.steady());
        if (next.kind == call_action::done) co_return conclude<T>(call, &body);
        std::shared_ptr<Transport> transport = client.lock();
        if (!transport) {
            call.cancel();
            continue;
        }
        BOOST_TRY {
            if (next.kind == call_action::send) {
                auto sent = transport->send(*next.request);
                transport.reset();
                result<http::response> came = co_await std::move(sent);
                body.complete(came);
                answer(call, std::move(came));
            } else {
                auto waiting = start_wait(*transport, next, call);
                transport.reset();
                if constexpr (waits_with_result<Transport>) {
                    result<void> waited = co_await std::move(waiting);
                    if (!waited) give_up(call, std::move(waited));
                } else {
                    co_await std::move(waiting);
                }
            }
        }
        BOOST_CATCH(...) { threw(call, next); }
        BOOST_CATCH_END
    }
}

/// A call over a callback transport, kept alive by the callbacks it hands out. Completions may come within `send`,
/// where the loop goes on rather than the stack grow; on any thread; twice, where the second is not looked at; or
/// never, where the call ends at its deadline. `done` is called once, on the thread of what ended the call: a
/// completion, or whoever asked to stop. Where the client is destroyed first, it is destroyed without being called.
template <class T, callback_transport Transport, class Done>
class callback_call : public std::enable_shared_from_this<callback_call<T, Transport, Done>> {
public:
    callback_call(std::weak_ptr<Transport> client, call_machine call, Done done)
        : client_{std::move(client)}, call_{std::move(call)}, done_{std::move(done)} {}

    void start() {
        ++events_; // a stop that comes meanwhile, from another thread, finds the call in the loop
        stop_token const stop = call_->stop();
        if (stop.stop_possible())
            stop_.emplace(stop, [weak = this->weak_from_this()] {
                if (auto self = weak.lock()) self->run();
            });
        loop();
    }

private:
    /// Something happened. One thread at a time is in the loop, and nobody else touches the call; no lock is held.
    void run() {
        if (events_.fetch_add(1) == 0) loop(); // else whoever is in the loop goes round again
    }
    void loop() {
        for (unsigned seen = 1; seen != 0;) {
            seen = events_;
            if (!step()) return; // over: nobody gets in any more
            seen = events_.fetch_sub(seen) - seen;
        }
    }
    bool step() {
        if (auto came = take_answer()) answer(*call_, std::move(*came));
        call_action const next = call_->poll(call_->client().clock.steady());
        std::shared_ptr<Transport> const transport = client_.lock();
        if (next.kind == call_action::done || !transport) return end(transport != nullptr), false;
        unsigned const turn = begin_turn(next);
        BOOST_TRY {
            if (next.kind == call_action::send) send(*transport, next, turn);
            else if (next.until != (call_machine::time_point::max)()) wait(*transport, next, turn);
        }
        BOOST_CATCH(...) {
            if (auto came = take_answer()) answer(*call_, std::move(*came)); // which came before it was thrown
            else threw(*call_, next);
            ++events_;
        }
        BOOST_CATCH_END
        return true;
    }
    void send(Transport& transport, call_action const& next, unsigned turn) {
        ++events_; // afterwards, see to the deadline
        transport.send(*next.request, [self = this->shared_from_this(), turn](result<http::response> came) {
            {
                std::lock_guard lock{self->mutex_};
                if (self->awaited_ != turn) return;
                self->awaited_ = 0;
                self->came_.emplace(std::move(came));
            }
            self->run();
        });
    }
    void wait(Transport& transport, call_action const& next, unsigned turn) {
        auto woken = [self = this->shared_from_this(), turn] {
            if (self->turn_ == turn) self->run();
        };
        if constexpr (has_stoppable_callback_wait<Transport>) {
            transport.wait(left(next, *call_), waiting_.emplace().get_token(), std::move(woken));
        } else {
            transport.wait(left(next, *call_), std::move(woken));
        }
    }

    /// A new step: what is waited for no longer counts; an answer does until the next exchange.
    unsigned begin_turn(call_action const& next) {
        unsigned const turn = ++turn_;
        if (waiting_) waiting_->request_stop(); // whose wait may call back at once
        if (next.kind == call_action::send) {
            std::lock_guard lock{mutex_};
            abandoned_ = abandoned_ || awaited_ != 0;
            awaited_ = turn;
            came_.reset();
        }
        return turn;
    }
    std::optional<result<http::response>> take_answer() {
        std::lock_guard lock{mutex_};
        return std::exchange(came_, std::nullopt);
    }
    void end(bool call_back) {
        begin_turn({});
        stop_.reset();
        Done done = std::move(*done_);
        done_.reset();
        std::optional<result<response<T>>> outcome;
        if (call_back) outcome.emplace(conclude<T>(*call_));
        if (forget()) call_.reset(); // what still holds this, a timer perhaps, may do so for long
        if (call_back) std::move(done)(std::move(*outcome));
    }
    /// No answer counts any more; whether none is owed that may still look at its request.
    bool forget() {
        std::lock_guard lock{mutex_};
        came_.reset();
        return !abandoned_ && std::exchange(awaited_, 0) == 0;
    }

    std::weak_ptr<Transport> client_;
    std::optional<call_machine> call_;
    std::optional<Done> done_;
    std::optional<stop_callback> stop_{};
    std::optional<stop_source> waiting_{};                  // ends the wait under way
    std::atomic<unsigned> events_{0}, turn_{0};
    std::mutex mutex_{};                                    // guards:
    unsigned awaited_{0};                                   // the turn whose answer counts; 0: none
    bool abandoned_{false};                                 // an exchange that another followed has not ended
    std::optional<result<http::response>> came_{};
};

} // namespace novu::detail

namespace novu {

/// What can be called with the result of an operation that gives a T.
template <class F, class T>
concept completion = std::invocable<F, result<response<T>>>;

/// A call without a transport, for a loop that must not block. No I/O, no thread, and no clock but where an answer asks by
/// an HTTP date to be retried and has no `Date` of its own: the program polls it with the steady time, makes the exchange
/// it asks for, and says what came of it. It does not need its client any more. Once moved from it may only be assigned or
/// destroyed.
template <class T> class [[nodiscard]] call {
public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit call(detail::call_machine machine) : machine_{std::make_unique<detail::call_machine>(std::move(machine))} {}

    /// What to do now: make the exchange `request`, wait, or take() the result. While an exchange is under way it says to
    /// wait until that times out. When it says to send again, one that is still under way is to be given up. A request
    /// lives as long as the call.
    call_action poll(time_point now) { return machine().poll(now); }
    /// The exchange gave an answer. Where none was asked for, or what came of it was said before, it is not looked at.
    void received(http::response response, time_point now) { machine().received(std::move(response), now); }
    /// The exchange gave none: a transport_error. Not looked at where an answer is not.
    void failed(error e, time_point now) { machine().failed(std::move(e), now); }
    /// Ends the call as cancelled, whatever it is doing.
    void cancel() { machine().cancel(); }
    /// Precondition: poll said done. Call it once.
    [[nodiscard]] result<response<T>> take() {
        assert(machine().done() && !taken_);
        taken_ = true;
        return detail::conclude<T>(machine());
    }

private:
    [[nodiscard]] detail::call_machine& machine() {
        assert(machine_); // moved from
        return *machine_;
    }
    std::unique_ptr<detail::call_machine> machine_;
    bool taken_{false};
};

} // namespace novu
