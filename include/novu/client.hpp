// client<Transport>: the library's front door. It joins a transport, the options, and one member a resource.
//
//     novu::client client{novu::beast_transport{}, {.secret_key = key}};
//     auto page = client.workflows.list({.limit = 10});
//
// What an operation returns follows the transport: result<response<T>> from a synchronous one, a task of that from a
// coroutine one, nothing (and a last argument that is called with it) from a callback one, call<T> from novu::manual.
// Arguments are encoded before an operation returns: none of them need live on.
#pragma once

#include <novu/call/drivers.hpp>
#include <novu/call/options.hpp>
#include <novu/transport/concepts.hpp>
#include <novu/workflows.hpp>

#include <cstdlib>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace novu {

namespace detail {

/// What a client is made of; stays where it is when the client moves. Resources refer to it.
template <class Transport> struct client_core {
    using transport_type = std::remove_reference_t<Transport>;
    static_assert(check_transport<transport_type>());

    Transport transport;
    client_options options;

    client_core(Transport t, client_options o) : transport{static_cast<Transport&&>(t)}, options{std::move(o)} {
        if (!options.secret_key.empty() || options.secret_key_provider) return;
        if (char const* key = std::getenv("NOVU_SECRET_KEY")) options.secret_key = key;
    }

    /// Makes a call: every operation comes through here. `done` is the callback of a callback transport.
    template <class T, class... Done> auto run(result<call_plan> plan, Done... done) {
        call_machine call{options, std::move(plan)};
        if constexpr (std::is_same_v<transport_type, manual>) {
            return novu::call<T>{std::move(call)};
        } else if constexpr (callback_transport<transport_type>) {
            static_assert(sizeof...(Done) == 1, "novu: over a callback transport an operation's last argument is what to call with the result");
            using op = callback_call<T, transport_type, Done...>;
            std::make_shared<op>(transport, options.clock, std::move(call), std::move(done)...)->run();
        } else {
            return drive<T>(transport, options.clock, std::move(call));
        }
    }
};

} // namespace detail

/// Threads: const operations may run at once from many threads as far as the transport allows it. Lifetimes: a client
/// outlives the tasks, calls and cursors it made; it may be moved meanwhile. Allocations: one block, and a call's own.
template <class Transport> class client {
    std::unique_ptr<detail::client_core<Transport>> core_;

public:
    explicit client(Transport transport = Transport{}, client_options options = {})
        requires(!std::is_reference_v<Transport>)
        : core_{std::make_unique<detail::client_core<Transport>>(std::move(transport), std::move(options))}, workflows{*core_} {}
    /// Over a transport that lives elsewhere, given as std::ref(transport).
    explicit client(std::reference_wrapper<std::remove_reference_t<Transport>> transport, client_options options = {})
        requires std::is_lvalue_reference_v<Transport>
        : core_{std::make_unique<detail::client_core<Transport>>(transport.get(), std::move(options))}, workflows{*core_} {}

    workflows_resource<detail::client_core<Transport>> workflows;
};

template <class Transport> client(Transport) -> client<Transport>;
template <class Transport> client(Transport, client_options) -> client<Transport>;
template <class Transport> client(std::reference_wrapper<Transport>) -> client<Transport&>;
template <class Transport> client(std::reference_wrapper<Transport>, client_options) -> client<Transport&>;

} // namespace novu
