// From what was read to what writes it back.
//
//     auto got = client.workflows.get("order-shipped");
//     novu::update_workflow change = novu::to_update(got->value);
//     change.description = "Sent when a parcel leaves";
//     client.workflows.update("order-shipped", change);
#pragma once

#include <novu/json/detail/shape.hpp>
#include <novu/json/read.hpp>
#include <novu/workflows/requests.hpp>

#include <concepts>
#include <string_view>
#include <utility>

namespace novu {

/// The update that changes nothing: what was read, less what the server sets itself. Nothing else is lost:
/// members that this library does not name stay in `extra`, `preferences.default_` goes to `preferences.workflow`,
/// and a step whose controls lack a required member, or whose type is unknown, becomes a free_form_step.
/// Allocations: copies of all it holds. (A template so that only who calls it compiles it; there is the owned one.)
template <std::same_as<owned> Storage> basic_update_workflow<Storage> to_update(basic_workflow<Storage> const& read);

} // namespace novu

namespace novu::detail {

/// Assigns where something came; false where a required member gets nothing.
template <class To, class From> bool carry(To& to, From const& from) {
    if constexpr (requires { to = from; }) return to = from, true;
    else if (!from) return false;
    else return to = *from, true;
}
/// Controls with every member, by name, of the received ones.
template <class To, class From> bool carry_controls(To& to, From const& from) {
    return [&]<class... T, class... F>(boost::mp11::mp_list<T...>, boost::mp11::mp_list<F...>) {
        return (carry(to.*T::pointer, from.*F::pointer) && ...);
    }(json::detail::members_of<To>{}, json::detail::members_of<From>{});
}

/// What is there as free-form JSON.
template <class T> boost::json::value as_json(T const& field) {
    if constexpr (json::detail::is_free<T>) return field; // also what cannot be written, an infinity: sending it fails, with its path
    else if constexpr (json::detail::is_a<T, std::optional> || json::detail::is_a<T, nullable>) return field ? as_json(*field) : boost::json::value{};
    else return json::read<boost::json::value>(json::write(field).value()).value(); // of what was read, which can be written
}
/// Controls as free-form JSON: what they would be written as.
template <class Controls> boost::json::object as_object(Controls const& controls) {
    boost::json::object out;
    auto const add = [&](std::string_view name, auto const& field) {
        if (json::detail::is_present(field)) out[name] = as_json(field);
    };
    [&]<class... D, std::size_t... I>(boost::mp11::mp_list<D...>*, std::index_sequence<I...>) {
        ((json::detail::is_extra<D, json::detail::member_t<D>> ? void() : add(json::detail::wire_name(json::detail::member_keys<Controls>[I]), controls.*D::pointer)), ...);
    }(static_cast<json::detail::members_of<Controls>*>(nullptr), std::make_index_sequence<json::detail::member_keys<Controls>.size()>{});
    for (auto const& [key, value] : controls.extra) out.emplace(key, value); // none that is there
    return out;
}

template <class Storage, step_type Type> basic_any_step<Storage> to_step(basic_step_response<Type, Storage> const& from) {
    auto const finish = [&](auto to) -> basic_any_step<Storage> {
        to.id = from.id;
        to.step_id = from.step_id;
        to.provider_overrides = from.provider_overrides;
        to.extra = from.extra;
        return to;
    };
    basic_step<Type, Storage> typed{.name = from.name};
    using received_controls = detail::controls<Type, Storage, received>;
    received_controls const& values = from.control_values ? *from.control_values : from.controls.values; // stored, else those in force
    if (!from.control_values && values == received_controls{}) return finish(std::move(typed));
    auto controls = json::detail::blank<typename decltype(typed.control_values)::value_type>();
    if (carry_controls(controls, values)) {
        typed.control_values = std::move(controls);
        return finish(std::move(typed));
    }
    return finish(basic_free_form_step<Storage>{.type = from.type, .name = from.name, .control_values = as_object(values)});
}

template <class Storage> basic_any_step<Storage> to_step(basic_free_form_step_response<Storage> const& from) {
    basic_free_form_step<Storage> to{.type = from.type, .name = from.name.value_or(""), .id = from.id, .step_id = from.step_id, .extra = from.extra};
    auto const object_in = [](boost::json::object const& object, std::string_view name) {
        auto const* value = object.if_contains(name);
        return value ? value->if_object() : nullptr;
    };
    if (auto const* stored = object_in(to.extra, "controlValues")) {
        to.control_values = *stored;
        to.extra.erase("controlValues");
    } else if (auto const* controls = object_in(to.extra, "controls")) {
        if (auto const* in_force = object_in(*controls, "values")) to.control_values = *in_force;
    }
    for (std::string_view set_by_server : {"controls", "variables", "issues", "stepResolverHash"}) to.extra.erase(set_by_server);
    return to;
}

} // namespace novu::detail

template <std::same_as<novu::owned> Storage> novu::basic_update_workflow<Storage> novu::to_update(basic_workflow<Storage> const& read) {
    basic_update_workflow<Storage> out{
        .name = read.name,
        .steps = empty_list,
        .preferences = basic_preferences<Storage>{.user = read.preferences.user, .workflow = read.preferences.default_, .extra = read.preferences.extra},
        .description = read.description,
        .tags = read.tags,
        .active = read.active,
        .validate_payload = read.validate_payload,
        .payload_schema = read.payload_schema,
        .is_translation_enabled = read.is_translation_enabled,
        .workflow_id = read.workflow_id,
        .origin = read.origin,
        .severity = read.severity,
        .agent = read.agent,
        .extra = read.extra,
    };
    for (auto const& s : read.steps)
        out.steps.push_back(std::visit([](auto const& kind) { return detail::to_step<Storage>(kind); }, s));
    return out;
}
