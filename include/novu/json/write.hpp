// Values to JSON text: straight from the struct into one buffer, by keys computed at compile time.
//
//     novu::json::result<std::string> text = novu::json::write(request);
//     std::string buffer;                                     // reused: no allocation once it is large enough
//     buffer.clear();
//     if (auto n = novu::json::write_to(request, buffer)) send(buffer);
//
// Written are: bool, numbers, strings, described enums and open_enum, std::optional, nullable, optional_list, lists,
// dictionary, std::variant, free-form JSON, and structs that Boost.Describe knows. What is absent is left out.
#pragma once

#include <novu/json/detail/check.hpp>
#include <novu/json/detail/output.hpp>
#include <novu/json/detail/shape.hpp>
#include <novu/json/error.hpp>

#include <concepts>
#include <cstddef>
#include <string>
#include <utility>
#include <variant>

namespace novu::json {

/// The levels of arrays and objects that free-form JSON may have, read or written, unless told otherwise.
inline constexpr std::size_t default_max_depth = 128;

/// A contiguous buffer of char that can grow.
template <class B>
concept growable_buffer = requires(B& b, std::size_t n) {
    { b.data() } -> std::convertible_to<char*>;
    { b.size() } -> std::convertible_to<std::size_t>;
    { b.capacity() } -> std::convertible_to<std::size_t>;
    b.resize(n);
};

/// Appends `value` as JSON to `buffer`, reusing its capacity, and gives the number of bytes appended.
/// Errors: invalid_utf8, not_finite, invalid_raw, too_deep, each with the path; `buffer` is then as it was.
/// Allocations: the buffer's own, none while the text fits its capacity.
template <class T, growable_buffer Buffer> result<std::size_t> write_to(T const& value, Buffer& buffer);

/// The same into a new string.
template <class T> result<std::string> write(T const& value);

} // namespace novu::json

namespace novu::json::detail {

template <class T> constexpr bool write_value(output& out, T const& value);

/// Adds a step in front of the path of a fault on its way out.
inline bool within(output& out, std::string_view step) {
    std::string& path = out.fault->path;
    if (!path.empty() && path.front() != '[') path.insert(0, 1, '.');
    path.insert(0, step);
    return false;
}
inline bool within(output& out, std::size_t index) { return within(out, "[" + std::to_string(index) + "]"); }
constexpr bool failed_within(output& out, std::string_view step) { return out.fault ? within(out, step) : false; }
constexpr bool failed_within(output& out, std::size_t index) { return out.fault ? within(out, index) : false; }

template <class T> constexpr bool is_present(T const& value) {
    if constexpr (is_a<T, nullable>) return !value.is_absent();
    else if constexpr (can_be_absent<T>) return value.has_value();
    else return true;
}

inline bool write_free(output& out, boost::json::value const& value, std::size_t depth = default_max_depth);

/// The members of an object, but those that its `owner` has.
inline bool write_entries(output& out, boost::json::object const& object, std::size_t depth, bool (*is_own)(void const*, std::string_view) = nullptr, void const* owner = nullptr) {
    for (auto const& [key, value] : object) {
        std::string_view const name{key.data(), key.size()};
        if (is_own && is_own(owner, name)) continue;
        out.append(",");
        if (!write_string(out, name)) return false;
        out.append(":");
        if (!write_free(out, value, depth)) return within(out, name);
    }
    return true;
}

/// Objects are written with a comma before each member; then the first one becomes the brace.
constexpr bool close_object(output& out, std::size_t start) {
    out.ensure(2);
    if (out.size() == start) out.put('{');
    else out.set(start, '{');
    out.put('}');
    return true;
}

inline bool write_free(output& out, boost::json::value const& value, std::size_t depth) {
    switch (value.kind()) {
    case boost::json::kind::null: return out.append("null"), true;
    case boost::json::kind::bool_: return out.append(value.get_bool() ? "true" : "false"), true;
    case boost::json::kind::int64: return write_number(out, value.get_int64());
    case boost::json::kind::uint64: return write_number(out, value.get_uint64());
    case boost::json::kind::double_: return write_number(out, value.get_double());
    case boost::json::kind::string: return write_string(out, {value.get_string().data(), value.get_string().size()});
    case boost::json::kind::array: {
        if (depth == 0) return out.fail(errc::too_deep, "too many levels");
        std::size_t index = 0;
        for (auto const& element : value.get_array()) {
            out.append(index == 0 ? "[" : ",");
            if (!write_free(out, element, depth - 1)) return within(out, index);
            ++index;
        }
        return out.append(index == 0 ? "[]" : "]"), true;
    }
    case boost::json::kind::object: {
        if (depth == 0) return out.fail(errc::too_deep, "too many levels");
        std::size_t const start = out.size();
        return write_entries(out, value.get_object(), depth - 1) && close_object(out, start);
    }
    }
    return true;
}

template <raw_kind Kind> constexpr bool write_raw(output& out, basic_raw<Kind> const& json) {
    if (json.empty()) return out.append(Kind == raw_kind::object ? "{}" : "null"), true;
    checker check{json.text, default_max_depth};
    bool const good = Kind == raw_kind::object ? check.object([](auto, auto) {}) : check.document();
    if (!good) return out.fail(errc::invalid_raw, Kind == raw_kind::object ? "not a JSON object" : "not JSON");
    return out.append(json.text), true;
}

template <class T, class... D, std::size_t... I>
constexpr bool has_member(T const& value, std::size_t index, boost::mp11::mp_list<D...>*, std::index_sequence<I...>) {
    return ((index == I && !is_extra<D, member_t<D>> && is_present(value.*D::pointer)) || ...);
}
/// Whether `name` is the wire name of a present member of `value`, or its tag: what `extra` must not repeat.
template <class T> constexpr bool names_present_member(T const& value, std::string_view name) {
    if constexpr (tagged<T>)
        if (name == T::json_tag.member) return true;
    constexpr std::size_t count = member_keys<T>.size();
    return has_member(value, index_of(member_keys<T>, name), static_cast<members_of<T>*>(nullptr), std::make_index_sequence<count>{});
}

/// The members of `extra`, but those that the struct itself has.
template <class T> constexpr bool write_extra(output& out, T const&, raw_object const& extra, T const& owner) {
    if (extra.empty()) return true;
    bool const good = checker{extra.text, default_max_depth}.object([&](std::string_view key, std::string_view json) {
        if (key.find('\\') == key.npos ? names_present_member(owner, key) : names_present_member(owner, without_escapes(key))) return;
        out.append(",\"");
        out.append(key);
        out.append("\":");
        out.append(json);
    });
    return good || out.fail(errc::invalid_raw, "extra: not a JSON object");
}
template <class T> bool is_own(void const* owner, std::string_view name) { return names_present_member(*static_cast<T const*>(owner), name); }
template <class T> bool write_extra(output& out, T const&, boost::json::object const& extra, T const& owner) {
    return extra.empty() || write_entries(out, extra, default_max_depth - 1, is_own<T>, &owner);
}

template <class T, std::size_t I, bool Extra, class Member> constexpr bool write_member(output& out, T const& value, Member const& field) {
    if constexpr (Extra) {
        return write_extra(out, value, field, value);
    } else {
        if (!is_present(field)) return true;
        constexpr std::string_view key = member_keys<T>[I];
        out.ensure(key.size() + 8);
        out.put(key.data(), key.size());
        return write_value(out, field) || (failed_within(out, wire_name(key)), false); // false: the compiler knows
    }
}
template <class T, class... D, std::size_t... I>
constexpr bool write_members(output& out, T const& value, boost::mp11::mp_list<D...>*, std::index_sequence<I...>) {
    return (write_member<T, I, is_extra<D, member_t<D>>>(out, value, value.*D::pointer) && ...);
}

/// `,"type":"in_app"` of a struct whose tag is not among its members.
template <class T> inline constexpr auto tag_member = [] {
    constexpr tag t = T::json_tag;
    text_list<1, 6 + t.member.size() + t.text.size()> out{};
    if (index_of(member_keys<T>, t.member) != member_keys<T>.size()) return out;
    char* end = out.chars.data();
    for (std::string_view part : {std::string_view{",\""}, t.member, std::string_view{"\":\""}, t.text, std::string_view{"\""}}) end = append(end, part);
    out.starts[1] = static_cast<std::uint32_t>(end - out.chars.data());
    return out;
}();

template <class T> constexpr bool write_struct(output& out, T const& value) {
    std::size_t const start = out.size();
    if constexpr (tagged<T>) {
        constexpr std::string_view member = tag_member<T>[0];
        out.ensure(member.size());
        out.put(member.data(), member.size());
    }
    constexpr std::size_t count = member_keys<T>.size();
    return write_members(out, value, static_cast<members_of<T>*>(nullptr), std::make_index_sequence<count>{}) && close_object(out, start);
}

template <class... A, std::size_t... I>
constexpr bool write_alternative(output& out, std::variant<A...> const& value, std::index_sequence<I...>) {
    bool good = false;
    (void)((value.index() == I && (good = write_value(out, *std::get_if<I>(&value)), true)) || ...);
    return good;
}

template <class T> constexpr bool write_list(output& out, T const& list) {
    std::size_t index = 0;
    for (auto const& element : list) {
        out.ensure(1);
        out.put(index == 0 ? '[' : ',');
        if (!write_value(out, element)) return failed_within(out, index);
        ++index;
    }
    out.ensure(2);
    if (index == 0) out.put('[');
    out.put(']');
    return true;
}

template <class T> constexpr bool write_dictionary(output& out, T const& map) {
    std::size_t const start = out.size();
    for (auto const& [key, value] : map) {
        out.append(",");
        if (!write_string(out, key)) return false;
        out.append(":");
        if (!write_value(out, value)) return failed_within(out, std::string_view{key});
    }
    return close_object(out, start);
}

template <class T> constexpr bool write_value(output& out, T const& value) {
    if constexpr (is_required<T>) return write_value(out, static_cast<plain_t<T> const&>(value));
    else if constexpr (requires { value.write_as_json(out); }) return value.write_as_json(out); // a form
    else if constexpr (std::is_same_v<T, bool>) return out.append(value ? "true" : "false"), true;
    else if constexpr (is_integer<T>) return write_number(out, value);
    else if constexpr (std::is_floating_point_v<T>) return write_number(out, static_cast<double>(value));
    else if constexpr (is_string<T>) return write_string(out, value);
    else if constexpr (is_a<T, open_enum>) return write_string(out, value.text());
    else if constexpr (described_enum<T>) {
        std::string_view const text = to_text(value);
        return !text.empty() ? write_string(out, text) : out.fail(errc::unknown_value, "not an enumerator");
    } else if constexpr (is_a<T, nullable>) return value.has_value() ? write_value(out, *value) : (out.append("null"), true);
    else if constexpr (is_a<T, std::optional>) return value ? write_value(out, *value) : (out.append("null"), true);
    else if constexpr (is_a<T, optional_list>) return write_list(out, *value);
    else if constexpr (is_a<T, dictionary>) return write_dictionary(out, value);
    else if constexpr (is_a<T, std::variant>) return write_alternative(out, value, std::make_index_sequence<std::variant_size_v<T>>{});
    else if constexpr (is_raw<T>) return write_raw(out, value);
    else if constexpr (std::is_same_v<T, boost::json::object>) {
        std::size_t const start = out.size();
        return write_entries(out, value, default_max_depth - 1) && close_object(out, start);
    } else if constexpr (is_free<T>) return write_free(out, value);
    else if constexpr (is_a<T, std::vector>) return write_list(out, value);
    else if constexpr (described<T>) return write_struct(out, value);
    else {
        NOVU_DETAIL_NO_SHAPE(T);
        return false;
    }
}

} // namespace novu::json::detail

template <class T, novu::json::growable_buffer Buffer>
novu::json::result<std::size_t> novu::json::write_to(T const& value, Buffer& buffer) {
    json::error fault;
    detail::buffer_output<Buffer> out{buffer, &fault};
    bool const good = detail::write_value(out, value);
    out.finish(good);
    if (!good) return failure{std::move(fault)};
    return out.size();
}

template <class T> novu::json::result<std::string> novu::json::write(T const& value) {
    std::string text;
    if (auto written = write_to(value, text); !written) return failure{std::move(written).error()};
    return text;
}
