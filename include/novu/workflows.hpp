// The Workflows resource: its operations as a table, and the functions that programs call.
//
//     auto created = client.workflows.create({.name = "Hi", .workflow_id = "hi", .steps = {novu::sms_step{.name = "Text"}}});
//     auto page = client.workflows.list({.limit = 50, .tags = {"orders"}});
//     for (auto const& each : client.workflows.all()) ...
//
// Every operation takes a storage as its first template argument, for its braces and for what comes back, and
// call_options as its last parameter (before the callback of a callback transport).
#pragma once

#include <novu/call/encode.hpp>
#include <novu/call/machine.hpp>
#include <novu/json/render.hpp>
#include <novu/workflows/cursor.hpp>
#include <novu/workflows/storages.hpp>
#include <novu/workflows/to_update.hpp>

#include <initializer_list>
#include <string_view>
#include <utility>

namespace novu {

/// Method, path and success status of each operation.
namespace workflows_endpoints {
inline constexpr endpoint create{http::method::post, "/v2/workflows", 201};
inline constexpr endpoint list{http::method::get, "/v2/workflows", 200};
inline constexpr endpoint get{http::method::get, "/v2/workflows/{}", 200};
inline constexpr endpoint update{http::method::put, "/v2/workflows/{}", 200};
inline constexpr endpoint patch{http::method::patch, "/v2/workflows/{}", 200};
inline constexpr endpoint remove{http::method::delete_, "/v2/workflows/{}", 204};
inline constexpr endpoint sync{http::method::put, "/v2/workflows/{}/sync", 200};
inline constexpr endpoint retrieve_step{http::method::get, "/v2/workflows/{}/steps/{}", 200};
inline constexpr endpoint generate_preview{http::method::post, "/v2/workflows/{}/step/{}/preview", 201}; // `step`, singular
} // namespace workflows_endpoints

namespace detail {

struct nothing {};

/// An operation's arguments as a plan; the first thing that cannot be sent is the error.
template <class Query, class Body>
result<call_plan> plan(endpoint const& e, std::initializer_list<std::string_view> ids, Query const& query, Body const& body, call_options const& options) {
    auto target = encode_path(e.path, ids);
    if (!target) return failure{std::move(target).error()};
    call_plan out{.method = e.method, .target = std::move(*target), .success = e.success, .options = options};
    if constexpr (!std::is_same_v<Query, nothing>)
        if (auto added = append_query(out.target, query); !added) return failure{std::move(added).error()};
    if constexpr (!std::is_same_v<Body, nothing>) {
        auto text = encode_body(body);
        if (!text) return failure{std::move(text).error()};
        out.body = std::move(*text);
    }
    return out;
}

} // namespace detail

/// The two operations on the steps of a workflow.
template <class Core> class workflow_steps_resource {
public:
    explicit workflow_steps_resource(Core& core) : core_{&core} {}

    /// GET one step, of any type, with its controls as free-form JSON.
    template <class Storage = owned, class... Done>
    auto retrieve(std::string_view workflow_id, std::string_view step_id, call_options const& options = {}, Done... done) const {
        return core_->template run<basic_step_details<Storage>>(
            detail::plan(workflows_endpoints::retrieve_step, {workflow_id, step_id}, detail::nothing{}, detail::nothing{}, options), std::move(done)...);
    }

    /// How the step would look with the given controls and payload.
    template <class Storage = owned, class... Done>
    auto generate_preview(std::string_view workflow_id, std::string_view step_id, basic_preview_request<Storage> const& request = {},
                          call_options const& options = {}, Done... done) const {
        return core_->template run<basic_preview<Storage>>(
            detail::plan(workflows_endpoints::generate_preview, {workflow_id, step_id}, detail::nothing{}, request, options), std::move(done)...);
    }

private:
    Core* core_;
};

/// Each function encodes its arguments, makes the call, and gives what the transport's kind gives.
/// Errors: error_kind, all of them. A workflow is named by its identifier, its internal id or its slug; an id that is
/// empty, `.`, `..` or not UTF-8 is error_kind::invalid_request.
template <class Core> class workflows_resource {
    Core* core_;

public:
    explicit workflows_resource(Core& core) : core_{&core}, steps{core} {}

    workflow_steps_resource<Core> steps;

    /// Creates a workflow.
    template <class Storage = owned, class... Done>
    auto create(basic_create_workflow<Storage> const& request, call_options const& options = {}, Done... done) const {
        return body<basic_workflow<Storage>>(workflows_endpoints::create, {}, request, options, std::move(done)...);
    }
    template <class Storage = owned, class Rendered, class... Done>
    auto create(json::rendered<basic_create_workflow<Rendered>> const& request, call_options const& options = {}, Done... done) const {
        return body<basic_workflow<Storage>>(workflows_endpoints::create, {}, request, options, std::move(done)...);
    }

    /// Replaces a workflow. See basic_update_workflow, and to_update.
    template <class Storage = owned, class... Done>
    auto update(std::string_view id, basic_update_workflow<Storage> const& request, call_options const& options = {}, Done... done) const {
        return body<basic_workflow<Storage>>(workflows_endpoints::update, {id}, request, options, std::move(done)...);
    }
    template <class Storage = owned, class Rendered, class... Done>
    auto update(std::string_view id, json::rendered<basic_update_workflow<Rendered>> const& request, call_options const& options = {}, Done... done) const {
        return body<basic_workflow<Storage>>(workflows_endpoints::update, {id}, request, options, std::move(done)...);
    }

    /// Changes only what is given.
    template <class Storage = owned, class... Done>
    auto patch(std::string_view id, basic_patch_workflow<Storage> const& request, call_options const& options = {}, Done... done) const {
        return body<basic_workflow<Storage>>(workflows_endpoints::patch, {id}, request, options, std::move(done)...);
    }
    template <class Storage = owned, class Rendered, class... Done>
    auto patch(std::string_view id, json::rendered<basic_patch_workflow<Rendered>> const& request, call_options const& options = {}, Done... done) const {
        return body<basic_workflow<Storage>>(workflows_endpoints::patch, {id}, request, options, std::move(done)...);
    }

    /// One page of workflows.
    template <class Storage = owned, class... Done>
    auto list(basic_list_workflows<Storage> const& query = {}, call_options const& options = {}, Done... done) const {
        return core_->template run<basic_workflow_list<Storage>>(detail::plan(workflows_endpoints::list, {}, query, detail::nothing{}, options),
                                                                 std::move(done)...);
    }

    /// One workflow.
    template <class Storage = owned, class... Done>
    auto get(std::string_view id, basic_get_workflow<Storage> const& query = {}, call_options const& options = {}, Done... done) const {
        return core_->template run<basic_workflow<Storage>>(detail::plan(workflows_endpoints::get, {id}, query, detail::nothing{}, options),
                                                            std::move(done)...);
    }

    /// Deletes a workflow.
    template <class... Done> auto remove(std::string_view id, call_options const& options = {}, Done... done) const {
        return core_->template run<void>(detail::plan(workflows_endpoints::remove, {id}, detail::nothing{}, detail::nothing{}, options), std::move(done)...);
    }

    /// Copies a workflow into another environment; gives the copy.
    template <class Storage = owned, class... Done>
    auto sync(std::string_view id, basic_sync_workflow<Storage> const& request, call_options const& options = {}, Done... done) const {
        return body<basic_workflow<Storage>>(workflows_endpoints::sync, {id}, request, options, std::move(done)...);
    }

    /// All workflows that match, page by page as they are asked for; `limit` is the size of a page. See list_cursor.
    template <class Storage = owned> auto all(basic_list_workflows<Storage> const& query = {}, call_options const& options = {}) const {
        return list_cursor<workflows_resource, Storage>{*this, query, options};
    }

private:
    template <class T, class Body, class... Done>
    auto body(endpoint const& e, std::initializer_list<std::string_view> ids, Body const& request, call_options const& options, Done... done) const {
        return core_->template run<T>(detail::plan(e, ids, detail::nothing{}, request, options), std::move(done)...);
    }
};

} // namespace novu
