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

#include <concepts>
#include <cstdlib>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace novu {

namespace detail {

/// What may be given as a Request: one, of any storage, or one that was rendered at compile time, with its texts if it
/// has gaps for some.
template <class T, class Request> inline constexpr bool is_request_of = std::is_convertible_v<T const&, Request const&>;
template <template <class> class Type, class Given, class Storage> inline constexpr bool is_request_of<Type<Given>, Type<Storage>> = true;
template <template <class> class Type, class Rendered, class Storage>
inline constexpr bool is_request_of<json::rendered<Type<Rendered>>, Type<Storage>> = true;
template <template <class> class Type, class Rendered, std::size_t Texts, class Storage>
inline constexpr bool is_request_of<json::filled_form<Type<Rendered>, Texts>, Type<Storage>> = true;

/// What a client is made of; stays where it is when the client moves. Resources refer to it. Calls keep the options,
/// and of the transport only know whether it is still there.
template <class Transport> class client_core {
public:
    using transport_type = std::remove_reference_t<Transport>;
    static_assert(check_transport<transport_type>());

    client_core(std::shared_ptr<transport_type> transport, client_options options) : transport_{std::move(transport)} {
        if (options.secret_key.empty() && !options.secret_key_provider)
            if (char const* key = std::getenv("NOVU_SECRET_KEY")) options.secret_key = key;
        shared_ = std::make_shared<call_shared const>(std::move(options));
    }

    /// Makes a call: every operation comes through here, with what its caller gave: the request, options, and the callback
    /// of a callback transport, which may stand in the place of either.
    template <class Operation, class Request, class Options, class... Done>
    auto run(std::initializer_list<std::string_view> ids, Request&& request, Options&& options, Done&&... done) {
        using request_type = typename Operation::request_type;
        if constexpr (!is_request_of<std::remove_cvref_t<Request>, request_type>) {
            static_assert(completion<Request, typename Operation::response_type>, "novu: this is neither the operation's request nor what to call with its result");
            return start<Operation>(ids, request_type{}, call_options{}, std::forward<Request>(request));
        } else if constexpr (!std::convertible_to<Options, call_options const&>) {
            static_assert(completion<Options, typename Operation::response_type>, "novu: these are neither call_options nor what to call with the result");
            return start<Operation>(ids, request, call_options{}, std::forward<Options>(options));
        } else {
            return start<Operation>(ids, request, options, std::forward<Done>(done)...);
        }
    }

private:
    template <class Operation, class Request, class... Done>
    auto start(std::initializer_list<std::string_view> ids, Request const& request, call_options const& options, Done... done) {
        using T = typename Operation::response_type;
        call_machine call{shared_, plan<Operation>(*shared_, ids, request, options)};
        static_assert(sizeof...(Done) == 0 || callback_transport<transport_type>, "novu: only over a callback transport is an operation given what to call");
        if constexpr (std::is_same_v<transport_type, manual>) {
            return novu::call<T>{std::move(call)};
        } else if constexpr (callback_transport<transport_type>) {
            static_assert(sizeof...(Done) == 1, "novu: over a callback transport an operation's last argument is what to call with the result");
            std::make_shared<callback_call<T, transport_type, Done...>>(transport_, std::move(call), std::move(done)...)->start();
        } else if constexpr (async_transport<transport_type>) {
            return drive<T>(std::weak_ptr<transport_type>{transport_}, std::move(call));
        } else {
            return drive<T>(*transport_, std::move(call));
        }
    }

    std::shared_ptr<transport_type> transport_;
    std::shared_ptr<call_shared const> shared_{};
};

} // namespace detail

/// The API over a transport: a synchronous, coroutine or callback transport of transport/concepts.hpp, or novu::manual.
/// Threads: const operations may run at once from many threads as far as the transport allows it. Lifetimes: a client may
/// be moved while calls are in flight. Where it is destroyed, its transport goes too; a coroutine call then makes no further
/// attempt: it gives the answer to the one under way, or ends as cancelled (if its transport's tasks may outlive that:
/// transport/concepts.hpp); the callback of a callback call is destroyed without being called. Precondition of that: no
/// completion, timer or stop of its calls is at work on another thread meanwhile, nor is one of them being resumed there. It
/// outlives its cursors. Allocations: a block each for the transport, the options and itself, and a call's own.
template <class Transport> class client {
    std::unique_ptr<detail::client_core<Transport>> core_;

public:
    /// With the secret key from the environment variable NOVU_SECRET_KEY.
    client()
        requires std::default_initializable<Transport>
        : client{Transport{}} {}
    /// Over a transport that is moved in.
    explicit client(Transport transport, client_options options = {})
        requires(!std::is_reference_v<Transport>)
        : core_{std::make_unique<detail::client_core<Transport>>(std::make_shared<Transport>(std::move(transport)), std::move(options))},
          workflows{*core_} {}
    /// Over a transport that lives elsewhere, given as std::ref(transport).
    explicit client(std::reference_wrapper<std::remove_reference_t<Transport>> transport, client_options options = {})
        requires std::is_lvalue_reference_v<Transport>
        : core_{std::make_unique<detail::client_core<Transport>>(refer_to(transport.get()), std::move(options))}, workflows{*core_} {}

    workflows_resource<detail::client_core<Transport>> workflows; ///< its operations

private:
    /// Not owned, but gone, for the calls in flight, when the client is.
    static auto refer_to(std::remove_reference_t<Transport>& transport) {
        return std::shared_ptr<std::remove_reference_t<Transport>>{std::make_shared<char>(), &transport};
    }
};

template <class Transport> client(Transport) -> client<Transport>;
template <class Transport> client(Transport, client_options) -> client<Transport>;
template <class Transport> client(std::reference_wrapper<Transport>) -> client<Transport&>;
template <class Transport> client(std::reference_wrapper<Transport>, client_options) -> client<Transport&>;

} // namespace novu
