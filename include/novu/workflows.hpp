// The Workflows resource: its operations as a table, and the functions that programs call.
//
//     auto created = client.workflows.create({.name = "Hi", .workflow_id = "hi", .steps = {novu::sms_step{.name = "Text"}}});
//     auto page = client.workflows.list({.limit = 50, .tags = {"orders"}});
//     for (auto const& each : client.workflows.all()) ...
//
// Every operation takes a storage as its first template argument, for its braces and for what comes back, and
// call_options as its last parameter. Over a callback transport what is to be called comes behind them, or in their place.
#pragma once

#include <novu/call/encode.hpp>
#include <novu/cursor.hpp>
#include <novu/json/render.hpp>
#include <novu/workflows/separate.hpp>
#include <novu/workflows/storages.hpp>
#include <novu/workflows/to_update.hpp>

#include <string_view>
#include <utility>

namespace novu {

/// Method, path, what is sent, what comes back, and the status of success.
namespace workflows_table {
template <class S> using create = operation<http::method::post, "/v2/workflows", basic_create_workflow<S>, basic_workflow<S>, 201>;
template <class S> using list = operation<http::method::get, "/v2/workflows", basic_list_workflows<S>, basic_workflow_list<S>>;
template <class S> using get = operation<http::method::get, "/v2/workflows/{}", basic_get_workflow<S>, basic_workflow<S>>;
template <class S> using update = operation<http::method::put, "/v2/workflows/{}", basic_update_workflow<S>, basic_workflow<S>>;
template <class S> using patch = operation<http::method::patch, "/v2/workflows/{}", basic_patch_workflow<S>, basic_workflow<S>>;
using remove = operation<http::method::delete_, "/v2/workflows/{}", nothing, void, 204>;
template <class S> using sync = operation<http::method::put, "/v2/workflows/{}/sync", basic_sync_workflow<S>, basic_workflow<S>>;
template <class S> using retrieve_step = operation<http::method::get, "/v2/workflows/{}/steps/{}", nothing, basic_step_details<S>>;
template <class S> using generate_preview = // `step`, singular
    operation<http::method::post, "/v2/workflows/{}/step/{}/preview", basic_preview_request<S>, basic_preview<S>, 201>;
} // namespace workflows_table

// In the functions below `Request` and `Options` are what the braces of a call become; anything else is taken as it is.

/// The two operations on the steps of a workflow.
template <class Core> class workflow_steps_resource {
    Core* core_;

public:
    explicit workflow_steps_resource(Core& core) : core_{&core} {}

    /// GET one step, of any type, with its controls as free-form JSON.
    template <class Storage = owned, class Options = call_options, class... Done>
    auto retrieve(std::string_view workflow_id, std::string_view step_id, Options&& options = {}, Done&&... done) const {
        return core_->template run<workflows_table::retrieve_step<Storage>>({workflow_id, step_id}, nothing{}, std::forward<Options>(options), std::forward<Done>(done)...);
    }

    /// How the step would look with the given controls and payload.
    template <class Storage = owned, class Request = basic_preview_request<Storage>, class Options = call_options, class... Done>
    auto generate_preview(std::string_view workflow_id, std::string_view step_id, Request&& request = {}, Options&& options = {}, Done&&... done) const {
        return core_->template run<workflows_table::generate_preview<Storage>>({workflow_id, step_id}, std::forward<Request>(request), std::forward<Options>(options),
                                                                               std::forward<Done>(done)...);
    }
};

/// Each function encodes its arguments, makes the call, and gives what the transport's kind gives. A request to create,
/// update, patch or preview may be one that was rendered at compile time.
/// Errors: error_kind, all of them. A workflow is named by its identifier, its internal id or its slug; an id that is
/// empty, `.`, `..` or not UTF-8 is error_kind::invalid_request.
template <class Core> class workflows_resource {
    Core* core_;

public:
    using transport_type = typename Core::transport_type;

    explicit workflows_resource(Core& core) : core_{&core}, steps{core} {}

    workflow_steps_resource<Core> steps;

    /// Creates a workflow.
    template <class Storage = owned, class Request = basic_create_workflow<Storage>, class Options = call_options, class... Done>
    auto create(Request&& request, Options&& options = {}, Done&&... done) const {
        return core_->template run<workflows_table::create<Storage>>({}, std::forward<Request>(request), std::forward<Options>(options), std::forward<Done>(done)...);
    }

    /// Replaces a workflow. See basic_update_workflow, and to_update.
    template <class Storage = owned, class Request = basic_update_workflow<Storage>, class Options = call_options, class... Done>
    auto update(std::string_view id, Request&& request, Options&& options = {}, Done&&... done) const {
        return core_->template run<workflows_table::update<Storage>>({id}, std::forward<Request>(request), std::forward<Options>(options), std::forward<Done>(done)...);
    }

    /// Changes only what is given.
    template <class Storage = owned, class Request = basic_patch_workflow<Storage>, class Options = call_options, class... Done>
    auto patch(std::string_view id, Request&& request, Options&& options = {}, Done&&... done) const {
        return core_->template run<workflows_table::patch<Storage>>({id}, std::forward<Request>(request), std::forward<Options>(options), std::forward<Done>(done)...);
    }

    /// One page of workflows.
    template <class Storage = owned, class Request = basic_list_workflows<Storage>, class Options = call_options, class... Done>
    auto list(Request&& request = {}, Options&& options = {}, Done&&... done) const {
        return core_->template run<workflows_table::list<Storage>>({}, std::forward<Request>(request), std::forward<Options>(options), std::forward<Done>(done)...);
    }

    /// One workflow.
    template <class Storage = owned, class Request = basic_get_workflow<Storage>, class Options = call_options, class... Done>
    auto get(std::string_view id, Request&& request = {}, Options&& options = {}, Done&&... done) const {
        return core_->template run<workflows_table::get<Storage>>({id}, std::forward<Request>(request), std::forward<Options>(options), std::forward<Done>(done)...);
    }

    /// Deletes a workflow.
    template <class Storage = owned, class Options = call_options, class... Done>
    auto remove(std::string_view id, Options&& options = {}, Done&&... done) const {
        return core_->template run<workflows_table::remove>({id}, nothing{}, std::forward<Options>(options), std::forward<Done>(done)...);
    }

    /// Copies a workflow into another environment; gives the copy.
    template <class Storage = owned, class Request = basic_sync_workflow<Storage>, class Options = call_options, class... Done>
    auto sync(std::string_view id, Request&& request, Options&& options = {}, Done&&... done) const {
        return core_->template run<workflows_table::sync<Storage>>({id}, std::forward<Request>(request), std::forward<Options>(options), std::forward<Done>(done)...);
    }

    /// All workflows that match, page by page as they are asked for; `limit` is the size of a page. See list_cursor.
    template <class Storage = owned> auto all(basic_list_workflows<Storage> const& query = {}, call_options const& options = {}) const {
        return list_cursor<Core, workflows_table::list, &basic_workflow_list<Storage>::workflows, Storage>{*core_, query, options};
    }
};

} // namespace novu
