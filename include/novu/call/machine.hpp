// One logical call as a state machine that does no I/O: it says what to do next and is told what came of it. Drivers
// (drivers.hpp) do what it says; retries, budgets, keys and the meaning of answers are decided by it and nowhere else: how,
// is in detail/machine.hpp.
//
//     for (;;) {
//         auto const next = call.poll(now());
//         if (next.kind == call_action::send)      make the exchange *next.request: call.received(response, now()) or call.failed(error, now())
//         else if (next.kind == call_action::wait) sleep until next.until
//         else break;                              // call.outcome()
//     }
#pragma once

#include <novu/call/buffers.hpp>
#include <novu/call/encode.hpp>
#include <novu/call/options.hpp>
#include <novu/error.hpp>
#include <novu/http/response.hpp>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace novu {

/// What a call wants of its driver.
struct call_action {
    enum kind_type : std::uint8_t {
        send, ///< make one exchange: `request`. One that is still under way is given up
        wait, ///< poll again at `until`, or when something came; max(): when something came
        done, ///< the result is there
    } kind{done};
    std::chrono::steady_clock::time_point until{};
    http::request const* request{nullptr};
    friend bool operator==(call_action const&, call_action const&) = default;
};

} // namespace novu

namespace novu::detail {

class redaction;

/// A call as it is made: everything but the server's part.
struct call_plan {
    http::method method{};
    bool has_server{true};            ///< whether the server is a base URL
    bool own_key{true};               ///< whether the idempotency key is the library's
    int success{200};
    buffers_ptr buffers{};            ///< with URL, key and body
    std::unique_ptr<error> refused{}; ///< why it cannot be sent
    // As the call's options say, or else the client's:
    retry_policy retries{};
    std::chrono::milliseconds timeout{}, total_timeout{};
    // The call's own:
    std::vector<http::header> headers{};
    stop_token stop{};
    std::pmr::memory_resource* memory{};
};

/// A plan as far as it is the same for all operations: up to the query or body.
call_plan begin_plan(call_shared const& client, http::method method, int success, std::string_view path, std::initializer_list<std::string_view> ids, call_options const& options);
/// Takes what is wrong with the query or body, or else with the server, for why it is refused.
void end_plan(call_plan& plan, std::string_view server, result<void>&& encoded);

/// An operation's arguments as a plan; the first thing that cannot be sent is why it is refused.
template <class Operation, class Request>
call_plan plan(call_shared const& client, std::initializer_list<std::string_view> ids, Request const& request, call_options const& options) {
    call_plan out = begin_plan(client, Operation::method, Operation::success, Operation::path, ids, options);
    result<void> encoded;
    if (out.refused) {
    } else if constexpr (std::is_same_v<Request, nothing>) {
    } else if constexpr (Operation::method == http::method::get) {
        encoded = append_query(out.buffers->url, request);
    } else {
        encoded = encode_body(*out.buffers, request);
    }
    end_plan(out, options.server.empty() ? client.options.server : options.server, std::move(encoded));
    return out;
}

class call_machine {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// A plan that is refused ends the call at the first poll. `client` made it.
    call_machine(std::shared_ptr<call_shared const> client, call_plan plan);
    call_machine(call_machine&&) noexcept;
    ~call_machine();

    /// Where transports that deliver pieces put the bodies that come from now on. Lives until the call is done.
    void deliver_to(http::body_sink* sink) noexcept { sink_ = sink; }
    /// Whether an answer with that head is the operation's success, if its body can be decoded.
    [[nodiscard]] bool succeeds(http::response const& head) const;

    /// What to do now. While an exchange is under way: to wait for its deadline, when it counts as timed out.
    call_action poll(time_point now);

    /// The exchange gave an answer.
    void received(http::response response, time_point now);

    /// The exchange gave none.
    void failed(error e, time_point now);

    /// Ends the call as cancelled, whatever it is doing. What comes of an exchange under way is not looked at.
    void cancel() { give_up(transport_error(std::make_error_code(std::errc::operation_canceled), state_ == state::sending)); }
    /// The same with another reason.
    void give_up(error e);

    [[nodiscard]] client_options const& client() const noexcept { return client_->options; }
    [[nodiscard]] std::pmr::memory_resource* memory() const noexcept { return plan_.memory; }
    [[nodiscard]] stop_token const& stop() const noexcept { return plan_.stop; }
    [[nodiscard]] bool done() const noexcept { return state_ == state::done; }
    [[nodiscard]] int attempts() const noexcept { return static_cast<int>(plan_.buffers->attempts.size()); }
    [[nodiscard]] bool replayed() const noexcept { return replayed_; }
    /// The response of a call that worked, or why it did not. Precondition: done. Call it once.
    result<http::response> outcome();
    /// The error of a response that turns out to be undecodable, with all that is known of the call. `is_piece`: the
    /// body is a piece of it.
    error undecodable(http::response&& response, std::string_view why, bool is_piece);
    /// Tells the observer that the call is over: of an error, neither body nor what was read from it.
    void finished(error const* e) const;

private:
    enum class state : std::uint8_t { ready, sending, waiting, done };
    [[nodiscard]] call_buffers& buffers() const noexcept { return *plan_.buffers; }
    static std::chrono::milliseconds ceil(std::chrono::steady_clock::duration d) { return std::chrono::ceil<std::chrono::milliseconds>(d); }
    /// Tells the observer, if there is one.
    template <class Event, class... Facts> void tell(Facts const&... facts) const {
        if (summary_) client().on_event(event{Event{*summary_, facts...}});
    }

    static bool is_replayed(http::headers const& h);

    /// What cannot be sent is given; nothing where all can.
    std::optional<error> prepare();
    /// Views of all that is sent. Valid until the machine moves.
    void assemble_headers();
    static std::optional<error> check_header(http::header const& h);
    /// What takes the secret that the last attempt sent out of what came of it.
    [[nodiscard]] redaction hide() const;

    call_action begin_attempt(time_point now);

    void note_attempt(attempt a, time_point now, http::headers const* headers);

    /// Waits and tries again, unless something forbids it.
    void retry(error e, std::optional<std::chrono::milliseconds> wanted, time_point now);

    /// The error of a call whose time ran out while it waited: the last one.
    error out_of_time();

    static void explain_unexpected(error& e, int expected);
    static void explain_refusal(error& e);

    void finish() { state_ = state::done; }
    void finish(error e, stop_reason why = stop_reason::permanent);

    std::shared_ptr<call_shared const> client_; // which buffers go back to
    call_plan plan_;
    http::body_sink* sink_{nullptr};
    std::vector<buffers_ptr> abandoned_{}; // of exchanges that timed out here, but perhaps not in the transport
    bool sent_{false}, replayed_{false};
    state state_{state::ready};
    std::optional<time_point> started_{};
    time_point now_{}, sent_at_{}, until_{}; // of the last poll; of the last attempt; when the attempt or the wait ends
    std::chrono::milliseconds waited_{0};
    std::unique_ptr<error> error_{};         // what the last attempt came to, or the call
    http::response response_{};
    std::unique_ptr<request_summary> summary_{}; // where there is an observer
};

/// How long it says to wait, from now.
std::chrono::milliseconds left(call_action const& next, call_machine const& call);

/// Tells a call what came of its exchange.
void answer(call_machine& call, result<http::response>&& came);

/// Tells a call that its wait failed: apart from the coroutine, whose frame would have room for the error.
void give_up(call_machine& call, result<void>&& waited);

/// In words. Precondition: within a catch block.
std::string what_was_thrown();

/// Tells a call that its transport threw, which it should not. Precondition: within a catch block.
void threw(call_machine& call, call_action const& next);

} // namespace novu::detail

#if !defined(NOVU_SEPARATE_COMPILATION)
#include <novu/call/detail/machine.hpp>
#endif
