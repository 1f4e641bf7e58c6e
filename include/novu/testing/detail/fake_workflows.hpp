// The workflows of one environment, and each operation on them, from JSON to JSON.
#pragma once

#include <novu/testing/detail/fake_preview.hpp>
#include <novu/testing/detail/fake_rules.hpp>

#include <boost/json/parse.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace novu::testing::detail {

/// What an operation answers: a value, or what an ErrorDto says besides its time and path.
struct reply {
    int status{200};
    bj::value body{};
};

inline reply refusal(int status, std::string message, bj::object more = {}) {
    more["message"] = bj::string{message};
    return {status, std::move(more)};
}

/// 422 and the fields that break their rules; nothing where all is well.
inline std::optional<reply> broken_rules(bj::object const& body, std::span<rule const> rules) {
    bj::object errors;
    check(body, rules, "", errors);
    if (errors.empty()) return std::nullopt;
    bj::object more;
    more["errors"] = std::move(errors);
    return refusal(422, "Validation Error", std::move(more));
}

struct fake_step {
    std::string id;
    bj::object sent; ///< as it was sent, with its stepId
};

struct fake_workflow {
    std::string id, identifier;
    bj::object sent; ///< the members of create and update that were sent, but for the steps
    std::vector<fake_step> steps;
    std::chrono::system_clock::time_point created, updated;
    std::optional<std::chrono::system_clock::time_point> published;
    std::uint64_t order; ///< later is greater, for equal times

    [[nodiscard]] std::string_view name() const { return text_of(sent, "name"); }
};

struct fake_environment_state {
    std::string name, id, secret_key;
    std::vector<fake_workflow> workflows{};
};

/// What operations need besides the environment.
struct fake_world {
    std::chrono::system_clock::time_point now{};
    std::uint64_t counter{0};

    /// 24 hexadecimal digits, the first eight of them the time.
    std::string new_id() {
        auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
        return in_base(std::to_string(seconds), 10, 16, 8).append("c0ffee").append(in_base(std::to_string(++counter), 10, 16, 10));
    }
};

// ---- what is stored, as the API shows it ----

inline bj::object user_dto() {
    return {{"_id", "66b1000000000000000000aa"}, {"firstName", "Test"}, {"lastName", "User"}, {"externalId", nullptr}};
}

inline bj::object step_issues(fake_step const& step) {
    bj::object const none;
    bj::value const* sent = find(step.sent, "controlValues");
    bj::object const& values = sent && sent->is_object() ? sent->get_object() : none;
    bj::object controls;
    for (control const& c : controls_of(text_of(step.sent, "type")).controls) {
        if (!c.needed || find(values, c.name)) continue;
        bj::object issue{{"issueType", "MISSING_VALUE"}, {"variableName", bj::string{c.name}}, {"message", bj::string{std::string{c.name} + " is required"}}};
        controls[c.name].emplace_array().emplace_back(std::move(issue));
    }
    bj::object out;
    if (!controls.empty()) out["controls"] = std::move(controls);
    return out;
}

inline bj::object object_or_empty(bj::object const& from, std::string_view name) {
    bj::value const* v = find(from, name);
    return v && v->is_object() ? v->get_object() : bj::object{};
}

inline std::string step_slug(fake_step const& step) { return slug(text_of(step.sent, "name"), "_st_", step.id); }

inline bj::object step_dto(fake_workflow const& w, fake_step const& step) {
    std::string_view const type = text_of(step.sent, "type");
    control_table const table = controls_of(type);
    bj::object values = object_or_empty(step.sent, "controlValues"), schema, form;
    for (control const& c : table.controls) {
        if (!c.preset.empty() && !find(values, c.name)) values[c.name] = bj::parse(c.preset);
        schema[c.name] = bj::object{{"type", bj::string{c.type}}};
    }
    bj::object controls, ui;
    controls["values"] = std::move(values);
    controls["dataSchema"] = bj::object{{"type", "object"}, {"properties", std::move(schema)}};
    if (!table.group.empty()) controls["uiSchema"] = bj::object{{"group", bj::string{table.group}}};

    bj::object payload = object_or_empty(w.sent, "payloadSchema");
    if (payload.empty()) payload = {{"type", "object"}, {"additionalProperties", true}};
    bj::object const names{{"type", "object"}, {"properties", {{"firstName", {{"type", "string"}}}, {"lastName", {{"type", "string"}}}, {"email", {{"type", "string"}}}}}};

    bj::object out;
    out["controls"] = std::move(controls);
    if (find(step.sent, "controlValues")) out["controlValues"] = object_or_empty(step.sent, "controlValues");
    out["variables"] = bj::object{{"type", "object"}, {"properties", {{"payload", std::move(payload)}, {"subscriber", names}}}};
    out["stepId"] = bj::string{text_of(step.sent, "stepId")};
    out["_id"] = bj::string{step.id};
    out["name"] = bj::string{text_of(step.sent, "name")};
    out["slug"] = bj::string{step_slug(step)};
    out["type"] = bj::string{type};
    out["origin"] = "novu-cloud";
    out["workflowId"] = bj::string{w.identifier};
    out["workflowDatabaseId"] = bj::string{w.id};
    if (bj::object issues = step_issues(step); !issues.empty()) out["issues"] = std::move(issues);
    if (bj::value const* overrides = find(step.sent, "providerOverrides")) out["providerOverrides"] = *overrides;
    return out;
}

inline std::string_view status_of(fake_workflow const& w) {
    for (fake_step const& s : w.steps)
        if (!step_issues(s).empty()) return "ERROR";
    bj::value const* active = find(w.sent, "active");
    return active && active->get_bool() ? "ACTIVE" : "INACTIVE";
}

/// Preferences as they were sent, with what was left out.
inline bj::object completed_preferences(bj::object sent) {
    bj::object all = object_or_empty(sent, "all"), channels = object_or_empty(sent, "channels");
    all.emplace("enabled", true);
    all.emplace("readOnly", false);
    for (std::string_view channel : {"email", "sms", "in_app", "chat", "push"}) channels.emplace(channel, bj::object{});
    for (auto& each : channels) each.value().get_object().emplace("enabled", true);
    return {{"all", std::move(all)}, {"channels", std::move(channels)}};
}

/// The members that a workflow and its summary share.
inline bj::object common_dto(fake_workflow const& w) {
    bj::object out;
    out["name"] = bj::string{w.name()};
    out["tags"] = bj::array{};
    if (bj::value const* tags = find(w.sent, "tags")) out["tags"] = *tags;
    out["_id"] = bj::string{w.id};
    out["workflowId"] = bj::string{w.identifier};
    out["slug"] = bj::string{slug(w.name(), "_wf_", w.id)};
    out["updatedAt"] = bj::string{iso_time(w.updated)};
    out["createdAt"] = bj::string{iso_time(w.created)};
    out["updatedBy"] = user_dto();
    out["lastPublishedAt"] = w.published ? bj::value(bj::string{iso_time(*w.published)}) : bj::value();
    out["lastPublishedBy"] = w.published ? bj::value(user_dto()) : bj::value();
    out["status"] = bj::string{status_of(w)};
    out["origin"] = "novu-cloud";
    out["lastTriggeredAt"] = nullptr;
    out["isTranslationEnabled"] = false;
    if (bj::value const* enabled = find(w.sent, "isTranslationEnabled")) out["isTranslationEnabled"] = *enabled;
    return out;
}

inline bj::object workflow_dto(fake_workflow const& w) {
    bj::object out = common_dto(w);
    out["active"] = false;
    out["severity"] = "none";
    out["payloadSchema"] = nullptr;
    out["payloadExample"] = nullptr;
    for (std::string_view member : {"description", "active", "validatePayload", "payloadSchema", "severity", "agent"})
        if (bj::value const* value = find(w.sent, member)) out[member] = *value;
    bj::object const wanted = object_or_empty(w.sent, "preferences");
    bj::object preferences;
    preferences["user"] = find(wanted, "user") && find(wanted, "user")->is_object() ? bj::value(completed_preferences(object_or_empty(wanted, "user"))) : bj::value();
    preferences["default"] = completed_preferences(object_or_empty(wanted, "workflow"));
    out["preferences"] = std::move(preferences);
    bj::array steps;
    for (fake_step const& s : w.steps) steps.emplace_back(step_dto(w, s));
    out["steps"] = std::move(steps);
    return out;
}

inline bj::object summary_dto(fake_workflow const& w) {
    bj::object out = common_dto(w);
    bj::array types, steps;
    for (fake_step const& s : w.steps) {
        types.emplace_back(bj::string{text_of(s.sent, "type")});
        bj::object step;
        step["slug"] = bj::string{step_slug(s)};
        step["type"] = types.back();
        if (bj::object issues = step_issues(s); !issues.empty()) step["issues"] = std::move(issues);
        steps.emplace_back(std::move(step));
    }
    out["stepTypeOverviews"] = std::move(types);
    out["steps"] = std::move(steps);
    return out;
}

// ---- finding ----

/// By identifier, else by id, else by slug.
template <class List, class Identifier>
auto find_by_any_name(List& list, std::string_view name, std::string_view marker, Identifier identifier) -> decltype(list.data()) {
    for (auto& each : list)
        if (identifier(each) == name) return &each;
    std::string const of_slug = id_of_slug(name, marker);
    for (auto& each : list)
        if (each.id == name || each.id == of_slug) return &each;
    return nullptr;
}
inline fake_workflow* find_workflow(fake_environment_state& e, std::string_view name) {
    return find_by_any_name(e.workflows, name, "_wf_", [](fake_workflow const& w) { return std::string_view{w.identifier}; });
}
inline fake_step* find_step(fake_workflow& w, std::string_view name) {
    return find_by_any_name(w.steps, name, "_st_", [](fake_step const& s) { return text_of(s.sent, "stepId"); });
}
inline reply no_workflow(std::string_view name) { return refusal(404, "Workflow cannot be found", {{"workflowId", bj::string{name}}}); }

// ---- changing ----

/// Whether one of these steps has that step id.
inline bool has_step_id(std::vector<fake_step> const& steps, std::string_view id) {
    return std::any_of(steps.begin(), steps.end(), [&](fake_step const& s) { return text_of(s.sent, "stepId") == id; });
}

/// The steps of a body. A step that names an old one by `_id` keeps that one's id and step id. Another has the step id it
/// is given, else one made from its name, and made unique. Fails for given step ids that occur twice.
inline std::optional<reply> take_steps(bj::array const& sent, std::vector<fake_step>& steps, fake_world& world) {
    std::vector<fake_step> out;
    std::string const refused = "Duplicate stepIds are not allowed: ";
    std::string twice;
    bj::array errors;
    for (bj::value const& value : sent) {
        fake_step step{{}, value.get_object()};
        auto const old = std::find_if(steps.begin(), steps.end(), [id = text_of(step.sent, "_id")](fake_step const& s) { return s.id == id; });
        step.id = old != steps.end() ? old->id : world.new_id();
        std::string step_id{text_of(old != steps.end() ? old->sent : step.sent, "stepId")};
        if (step_id.empty()) {
            step_id = slugify_or(text_of(step.sent, "name"), step.id);
            if (has_step_id(steps, step_id) || has_step_id(out, step_id)) step_id.append("-").append(short_id(step.id));
        }
        if (has_step_id(out, step_id)) {
            twice.append(twice.empty() ? "" : ", ").append(step_id);
            errors.emplace_back(bj::object{{"message", bj::string{refused + step_id}}, {"path", bj::string{"steps." + std::to_string(out.size()) + ".stepId"}}});
        }
        step.sent["stepId"] = bj::string{step_id};
        step.sent.erase("_id");
        out.push_back(std::move(step));
    }
    if (!twice.empty()) return refusal(400, refused + twice, {{"errors", std::move(errors)}});
    steps = std::move(out);
    return std::nullopt;
}

/// What a body says of the workflow itself.
inline bj::object without_steps(bj::object body) {
    for (std::string_view member : {"steps", "workflowId", "origin", "__source"}) body.erase(member);
    return body;
}

inline reply create_workflow(fake_environment_state& e, bj::object const& body, fake_world& world) {
    if (auto refused = broken_rules(body, create_rules)) return *refused;
    std::string const identifier{text_of(body, "workflowId")};
    for (fake_workflow const& w : e.workflows)
        if (w.identifier == identifier) return refusal(409, "Workflow with identifier " + identifier + " already exists", {{"workflowId", bj::string{identifier}}});
    fake_workflow w{world.new_id(), identifier, without_steps(body), {}, world.now, world.now, std::nullopt, world.counter};
    if (auto refused = take_steps(body.at("steps").get_array(), w.steps, world)) return *refused;
    e.workflows.push_back(std::move(w));
    return {201, workflow_dto(e.workflows.back())};
}

inline reply update_workflow(fake_environment_state& e, std::string_view name, bj::object const& body, fake_world& world) {
    fake_workflow* const w = find_workflow(e, name);
    if (!w) return no_workflow(name);
    if (auto refused = broken_rules(body, update_rules)) return *refused;
    if (auto refused = take_steps(body.at("steps").get_array(), w->steps, world)) return *refused;
    w->sent = without_steps(body);
    w->updated = world.now;
    return {200, workflow_dto(*w)};
}

inline reply patch_workflow(fake_environment_state& e, std::string_view name, bj::object const& body, fake_world& world) {
    fake_workflow* const w = find_workflow(e, name);
    if (!w) return no_workflow(name);
    if (auto refused = broken_rules(body, patch_rules)) return *refused;
    for (rule const& r : patch_rules)
        if (bj::value const* value = find(body, r.member)) w->sent[r.member] = *value;
    w->updated = world.now;
    return {200, workflow_dto(*w)};
}

inline reply delete_workflow(fake_environment_state& e, std::string_view name) {
    fake_workflow* const w = find_workflow(e, name);
    if (!w) return no_workflow(name);
    e.workflows.erase(e.workflows.begin() + (w - e.workflows.data()));
    return {204, nullptr};
}

/// Copies a workflow to another environment. The copy's steps keep their identity by step id.
inline reply sync_workflow(fake_environment_state& from, std::string_view name, fake_environment_state& to, bool of_errors, fake_world& world) {
    fake_workflow* const source = find_workflow(from, name);
    if (!source) return no_workflow(name);
    if (&from == &to) return refusal(400, "Cannot sync a workflow to the environment it is in");
    if (!of_errors && status_of(*source) == "ERROR")
        return refusal(400, "Cannot sync workflow: cannot be synced while in 'ERROR' status",
                       {{"workflowId", bj::string{source->identifier}}, {"status", "ERROR"}, {"origin", "novu-cloud"}});
    auto target = std::find_if(to.workflows.begin(), to.workflows.end(), [&](fake_workflow const& w) { return w.identifier == source->identifier; });
    if (target == to.workflows.end()) {
        fake_workflow made{world.new_id(), source->identifier, {}, {}, world.now, world.now, std::nullopt, world.counter};
        target = to.workflows.insert(target, std::move(made));
    }
    std::vector<fake_step> steps = source->steps;
    for (fake_step& s : steps) {
        fake_step const* const old = find_step(*target, text_of(s.sent, "stepId"));
        s.id = old ? old->id : world.new_id();
    }
    target->steps = std::move(steps);
    target->sent = source->sent;
    target->updated = world.now;
    target->published = source->published = world.now;
    return {200, workflow_dto(*target)};
}

// ---- asking ----

inline reply get_workflow(fake_environment_state& e, std::string_view name) {
    fake_workflow const* const w = find_workflow(e, name);
    return w ? reply{200, workflow_dto(*w)} : no_workflow(name);
}

inline reply list_workflows(fake_environment_state& e, bj::object const& query) {
    if (auto refused = broken_rules(query, list_rules)) return *refused;
    auto const number = [&](std::string_view name, std::int64_t preset) { return find(query, name) ? find(query, name)->to_number<std::int64_t>() : preset; };
    auto const any_of = [&](std::string_view name, auto matches) {
        bj::value const* list = find(query, name);
        return !list || list->get_array().empty() || std::any_of(list->get_array().begin(), list->get_array().end(), [&](bj::value const& v) { return matches(view(v.get_string())); });
    };
    std::vector<fake_workflow const*> found;
    for (fake_workflow const& w : e.workflows) {
        bool const named = contains_nocase(w.name(), text_of(query, "query")) || contains_nocase(w.identifier, text_of(query, "query"));
        auto const tagged = [&](std::string_view tag) {
            bj::value const* tags = find(w.sent, "tags");
            return tags && std::any_of(tags->get_array().begin(), tags->get_array().end(), [&](bj::value const& v) { return view(v.get_string()) == tag; });
        };
        if (named && any_of("tags", tagged) && any_of("status", [&](std::string_view s) { return s == status_of(w); })) found.push_back(&w);
    }
    std::string_view const by = text_of(query, "orderBy");
    bool const ascending = text_of(query, "orderDirection") == "ASC";
    std::sort(found.begin(), found.end(), [&](fake_workflow const* a, fake_workflow const* b) {
        if (!ascending) std::swap(a, b);
        if (by == "name" && a->name() != b->name()) return a->name() < b->name();
        if (by == "updatedAt" && a->updated != b->updated) return a->updated < b->updated;
        return a->order < b->order; // nothing is ever triggered here
    });
    bj::array page;
    for (std::int64_t i = number("offset", 0), left = number("limit", 50); left > 0 && i < static_cast<std::int64_t>(found.size()); ++i, --left)
        page.emplace_back(summary_dto(*found[static_cast<std::size_t>(i)]));
    bj::object out;
    out["workflows"] = std::move(page);
    out["totalCount"] = found.size();
    return {200, std::move(out)};
}

inline reply get_step(fake_environment_state& e, std::string_view workflow, std::string_view step) {
    fake_workflow* const w = find_workflow(e, workflow);
    if (!w) return no_workflow(workflow);
    fake_step const* const s = find_step(*w, step);
    if (!s) return refusal(404, "Step not found", {{"stepId", bj::string{step}}});
    return {200, step_dto(*w, *s)};
}

inline reply preview_step(fake_environment_state& e, std::string_view workflow, std::string_view step, bj::object const& body) {
    fake_workflow* const w = find_workflow(e, workflow);
    if (!w) return no_workflow(workflow);
    fake_step const* const s = find_step(*w, step);
    if (!s) return refusal(404, "Step not found", {{"stepId", bj::string{step}}});
    if (auto refused = broken_rules(body, preview_rules)) return *refused;
    bj::object const controls = object_or_empty(find(body, "controlValues") ? body : s->sent, "controlValues");
    bj::object const schema = object_or_empty(w->sent, "payloadSchema");
    preview_rendering rendering{object_or_empty(body, "previewPayload"), schema};
    return {201, rendering.render(text_of(s->sent, "type"), controls)};
}

} // namespace novu::testing::detail
