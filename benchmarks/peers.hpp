// The same typed work by other libraries: plain structs that list their members once, and for each library one way
// to write and one to read any of them.
#pragma once

#include <boost/json.hpp>
#include <nlohmann/json.hpp>
#include <simdjson.h>
#if !defined(__clang__) // Debian 12's RapidJSON does not compile with clang 19
#define NOVU_BENCH_RAPIDJSON
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#endif

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace plain {

template <class S> struct controls {
    std::optional<S> subject, body;
    template <class T, class F> static void members(T& s, F f) { f("subject", s.subject), f("body", s.body); }
};
template <class S> struct step {
    S type, name;
    std::optional<controls<S>> control_values;
    template <class T, class F> static void members(T& s, F f) { f("type", s.type), f("name", s.name), f("controlValues", s.control_values); }
};
template <class S> struct create {
    S name, workflow_id;
    std::vector<step<S>> steps;
    std::optional<S> description;
    std::vector<S> tags;
    std::optional<bool> active;
    template <class T, class F> static void members(T& s, F f) {
        f("name", s.name), f("workflowId", s.workflow_id), f("steps", s.steps), f("description", s.description), f("tags", s.tags), f("active", s.active);
    }
};
template <class S> struct patch {
    std::optional<S> name;
    template <class T, class F> static void members(T& s, F f) { f("name", s.name); }
};
template <class S> struct user {
    S id;
    std::optional<S> first_name, last_name, external_id;
    template <class T, class F> static void members(T& s, F f) { f("_id", s.id), f("firstName", s.first_name), f("lastName", s.last_name), f("externalId", s.external_id); }
};
template <class S> struct step_summary {
    S slug, type;
    template <class T, class F> static void members(T& s, F f) { f("slug", s.slug), f("type", s.type); }
};
template <class S> struct summary {
    S name, updated_at, created_at, id, workflow_id, slug, status, origin;
    std::vector<S> step_types;
    std::vector<step_summary<S>> steps;
    std::vector<S> tags;
    std::optional<user<S>> updated_by, published_by;
    std::optional<S> published_at;
    template <class T, class F> static void members(T& s, F f) {
        f("name", s.name), f("updatedAt", s.updated_at), f("createdAt", s.created_at), f("_id", s.id), f("workflowId", s.workflow_id), f("slug", s.slug);
        f("status", s.status), f("origin", s.origin), f("stepTypeOverviews", s.step_types), f("steps", s.steps), f("tags", s.tags), f("updatedBy", s.updated_by);
        f("lastPublishedAt", s.published_at), f("lastPublishedBy", s.published_by);
    }
};
template <class S> struct page {
    std::vector<summary<S>> workflows;
    std::int64_t total_count{};
    template <class T, class F> static void members(T& s, F f) { f("workflows", s.workflows), f("totalCount", s.total_count); }
};
template <class S> struct metadata {
    controls<S> values;
    template <class T, class F> static void members(T& s, F f) { f("values", s.values); }
};
template <class S> struct step_response {
    metadata<S> all;
    S step_id, id, name, slug, type, origin, workflow_id, database_id;
    std::optional<controls<S>> control_values;
    template <class T, class F> static void members(T& s, F f) {
        f("controls", s.all), f("stepId", s.step_id), f("_id", s.id), f("name", s.name), f("slug", s.slug), f("type", s.type), f("origin", s.origin);
        f("workflowId", s.workflow_id), f("workflowDatabaseId", s.database_id), f("controlValues", s.control_values);
    }
};
template <class S> struct workflow {
    S name, id, workflow_id, slug, updated_at, created_at;
    std::vector<step_response<S>> steps;
    S origin, status, severity;
    template <class T, class F> static void members(T& s, F f) {
        f("name", s.name), f("_id", s.id), f("workflowId", s.workflow_id), f("slug", s.slug), f("updatedAt", s.updated_at), f("createdAt", s.created_at);
        f("steps", s.steps), f("origin", s.origin), f("status", s.status), f("severity", s.severity);
    }
};

template <class T> inline constexpr bool is_optional = false;
template <class T> inline constexpr bool is_optional<std::optional<T>> = true;
template <class T> inline constexpr bool is_vector = false;
template <class T> inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
concept structure = requires(T t) { T::members(t, [](char const*, auto&&) {}); };

} // namespace plain

/// Boost.JSON: value_from and value_to by way of tag_invoke.
namespace plain {
template <structure T> void tag_invoke(boost::json::value_from_tag, boost::json::value& to, T const& from) {
    auto& o = to.emplace_object();
    T::members(from, [&](char const* name, auto const& v) {
        if constexpr (is_optional<std::remove_cvref_t<decltype(v)>>) {
            if (v) o[name] = boost::json::value_from(*v);
        } else {
            o[name] = boost::json::value_from(v);
        }
    });
}
template <structure T> T tag_invoke(boost::json::value_to_tag<T>, boost::json::value const& from) {
    T out;
    auto const& o = from.as_object();
    T::members(out, [&](char const* name, auto& v) {
        using V = std::remove_cvref_t<decltype(v)>;
        if constexpr (is_optional<V>) {
            if (auto const* p = o.if_contains(name); p && !p->is_null()) v = boost::json::value_to<typename V::value_type>(*p);
        } else {
            v = boost::json::value_to<V>(o.at(name));
        }
    });
    return out;
}

/// nlohmann/json, by way of to_json and from_json.
template <structure T> void to_json(nlohmann::json& to, T const& from) {
    to = nlohmann::json::object();
    T::members(from, [&](char const* name, auto const& v) {
        if constexpr (is_optional<std::remove_cvref_t<decltype(v)>>) {
            if (v) to[name] = *v;
        } else {
            to[name] = v;
        }
    });
}
template <structure T> void from_json(nlohmann::json const& from, T& to) {
    T::members(to, [&](char const* name, auto& v) {
        if constexpr (is_optional<std::remove_cvref_t<decltype(v)>>) {
            if (auto const p = from.find(name); p != from.end() && !p->is_null()) p->get_to(v.emplace());
        } else {
            from.at(name).get_to(v);
        }
    });
}

/// simdjson On-Demand: the members in their order.
template <class From, class T> void simd_read(From&& from, T& v) {
    if constexpr (structure<T>) {
        simdjson::ondemand::object o = [&] {
            if constexpr (std::is_same_v<std::remove_cvref_t<From>, simdjson::ondemand::object>) return from;
            else return from.get_object().value();
        }();
        T::members(v, [&](char const* name, auto& m) {
            auto found = o.find_field_unordered(name);
            if constexpr (is_optional<std::remove_cvref_t<decltype(m)>>) {
                if (found.error() == simdjson::SUCCESS && !found.value().is_null()) simd_read(found.value(), m.emplace());
            } else {
                simd_read(found.value(), m);
            }
        });
    } else if constexpr (is_vector<T>) {
        for (auto e : from.get_array().value()) simd_read(e.value(), v.emplace_back());
    } else if constexpr (std::is_same_v<T, bool>) {
        v = from.get_bool().value();
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
        v = from.get_int64().value();
    } else {
        v = from.get_string().value();
    }
}

#ifdef NOVU_BENCH_RAPIDJSON
template <class Writer, class T> void rapid_write(Writer& out, T const& v) {
    if constexpr (structure<T>) {
        out.StartObject();
        T::members(v, [&](char const* name, auto const& m) {
            auto const put = [&](auto const& value) {
                std::string_view const key{name};
                out.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
                rapid_write(out, value);
            };
            if constexpr (is_optional<std::remove_cvref_t<decltype(m)>>) {
                if (m) put(*m);
            } else {
                put(m);
            }
        });
        out.EndObject();
    } else if constexpr (is_vector<T>) {
        out.StartArray();
        for (auto const& e : v) rapid_write(out, e);
        out.EndArray();
    } else if constexpr (std::is_same_v<T, bool>) {
        out.Bool(v);
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
        out.Int64(v);
    } else {
        out.String(v.data(), static_cast<rapidjson::SizeType>(v.size()));
    }
}
template <class T> void rapid_read(rapidjson::Value const& from, T& v) {
    if constexpr (structure<T>) {
        if (!from.IsObject()) throw std::runtime_error{"object"};
        T::members(v, [&](char const* name, auto& m) {
            auto const p = from.FindMember(name);
            if constexpr (is_optional<std::remove_cvref_t<decltype(m)>>) {
                if (p != from.MemberEnd() && !p->value.IsNull()) rapid_read(p->value, m.emplace());
            } else {
                if (p == from.MemberEnd()) throw std::runtime_error{name};
                rapid_read(p->value, m);
            }
        });
    } else if constexpr (is_vector<T>) {
        if (!from.IsArray()) throw std::runtime_error{"array"};
        v.reserve(from.Size());
        for (auto const& e : from.GetArray()) rapid_read(e, v.emplace_back());
    } else if constexpr (std::is_same_v<T, bool>) {
        v = from.GetBool();
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
        v = from.GetInt64();
    } else {
        if (!from.IsString()) throw std::runtime_error{"string"};
        v.assign(from.GetString(), from.GetStringLength());
    }
}
#endif

} // namespace plain
