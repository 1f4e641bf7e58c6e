// What an HTTP client must offer to carry the library's calls. Write one of the three, or use `novu::manual` and do
// the exchanges yourself.
//
//     struct my_transport {                                          // synchronous
//         novu::result<novu::http::response> send(novu::http::request const& q);
//         void wait(std::chrono::milliseconds);                      // or wait(milliseconds, novu::stop_token)
//     };
//     struct my_async_transport {                                    // coroutine, any task type
//         template <class T> using task = my::task<T>;
//         task<novu::result<novu::http::response>> send(novu::http::request const& q);
//         task<void> wait(std::chrono::milliseconds);                // or wait(milliseconds, novu::stop_token); see below
//     };
//     struct my_callback_transport {                                 // callback
//         void send(novu::http::request const& q, auto done);        // done(result<http::response>), once
//         void wait(std::chrono::milliseconds, auto done);           // done(); or wait(milliseconds, novu::stop_token, auto done)
//     };
//
// `send` makes one exchange. It ends within q.timeout, should end when q.stop asks, does not follow redirects, and
// throws nothing. No answer is `novu::failure{novu::transport_error(code, sent)}`. What `q` looks at lives until then.
//
// A task's promise is made without the coroutine's arguments; with g++ 12, a task that is its own awaiter can be moved.
// A task starts at once or when it is awaited, may go on on another thread, and may resume its awaiter within await_suspend,
// which takes a level of the stack for each exchange and each wait of a call: retry_policy::max_attempts must keep them
// within a megabyte (asserted in debug builds).
//
// A wait that takes a stop token ends early when that asks; without one, a synchronous or coroutine wait is cut into
// slices of 50 ms where a call can be stopped, and a callback wait that is over too late is not looked at. A coroutine
// wait may give task<result<void>>: an error ends the call, as the runtime's own cancellation does.
//
// A task under way may outlive its client, and with that the transport, unless `send` and `wait` touch the transport once
// they have been suspended: then the client must outlive its calls. A handler of a callback transport must not throw.
//
// A synchronous or coroutine transport that can give a body out as it arrives says
//     static constexpr bool delivers_pieces = true;
// and then, where q.sink is set and wants it, gives it there (http/body_sink.hpp): a large answer is decoded while it
// arrives and never held whole. One that does not say so need not look at q.sink.
#pragma once

#include <novu/error.hpp>
#include <novu/http/request.hpp>
#include <novu/http/response.hpp>

#include <chrono>
#include <concepts>
#include <type_traits>

namespace novu {

/// No transport: operations return a call<T>, and the program does the exchanges.
struct manual {};

namespace detail {
struct on_response {
    void operator()(result<http::response>) const {}
};
struct on_waited {
    void operator()() const {}
};
template <class T>
concept has_send = requires(T& t, http::request const& q) { { t.send(q) } -> std::convertible_to<result<http::response>>; };
template <class T>
concept has_wait = requires(T& t, std::chrono::milliseconds d) { t.wait(d); };
template <class T>
concept has_stoppable_wait = requires(T& t, std::chrono::milliseconds d, stop_token s) { t.wait(d, s); };
template <class T>
concept has_task_wait = (has_stoppable_wait<T> && requires(T& t, std::chrono::milliseconds d, stop_token s) { requires !std::is_void_v<decltype(t.wait(d, s))>; }) ||
                        (!has_stoppable_wait<T> && requires(T& t, std::chrono::milliseconds d) { requires !std::is_void_v<decltype(t.wait(d))>; });
template <class T>
concept has_task = requires { typename T::template task<result<http::response>>; };
template <class T>
concept has_task_send = requires(T& t, http::request const& q) { { t.send(q) } -> std::same_as<typename T::template task<result<http::response>>>; };
template <class T>
concept has_callback_send = requires(T& t, http::request const& q) { t.send(q, on_response{}); };
template <class T>
concept has_stoppable_callback_wait = requires(T& t, std::chrono::milliseconds d, stop_token s) { t.wait(d, s, on_waited{}); };
template <class T>
concept has_callback_wait = has_stoppable_callback_wait<T> || requires(T& t, std::chrono::milliseconds d) { t.wait(d, on_waited{}); };
template <class T>
concept waits_with_result = requires(T& t, std::chrono::milliseconds d) { { t.wait(d) } -> std::same_as<typename T::template task<result<void>>>; } ||
                            requires(T& t, std::chrono::milliseconds d, stop_token s) { { t.wait(d, s) } -> std::same_as<typename T::template task<result<void>>>; };
template <class T>
concept delivers_pieces = requires { requires T::delivers_pieces; };
} // namespace detail

/// `send` and `wait` give tasks: coroutines, of any type that can be awaited.
template <class T>
concept async_transport = detail::has_task<T> && detail::has_task_send<T> && detail::has_task_wait<T>;
/// `send` and `wait` block.
template <class T>
concept sync_transport = !detail::has_task<T> && detail::has_send<T> && (detail::has_wait<T> || detail::has_stoppable_wait<T>);
/// `send` and `wait` return at once and call back.
template <class T>
concept callback_transport = detail::has_callback_send<T> && detail::has_callback_wait<T>;
/// Anything a client can be made of.
template <class T>
concept transport = sync_transport<T> || async_transport<T> || callback_transport<T> || std::same_as<T, manual>;

namespace detail {

/// Says in one line what a type lacks to be a transport.
template <class T> constexpr bool check_transport() {
    if constexpr (!transport<T>) {
        if constexpr (has_task<T>) {
            static_assert(has_task_send<T>, "novu: this transport has a task, but no: task<novu::result<novu::http::response>> send(novu::http::request const&)");
            static_assert(has_task_wait<T>, "novu: this transport has a task, but no: task<void> wait(std::chrono::milliseconds)");
        } else if constexpr (has_callback_send<T>) {
            static_assert(has_callback_wait<T>, "novu: this transport calls back, but has no: void wait(std::chrono::milliseconds, auto done)");
        } else {
            static_assert(has_send<T>, "novu: a transport needs: novu::result<novu::http::response> send(novu::http::request const&); one whose send gives a task, the alias: template <class T> using task");
            static_assert(has_wait<T> || !has_send<T>, "novu: a transport needs: void wait(std::chrono::milliseconds)");
        }
    }
    return transport<T>;
}

} // namespace detail

} // namespace novu
