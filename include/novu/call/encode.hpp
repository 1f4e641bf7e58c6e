// From typed arguments to what goes on the wire: path, query and body of one call.
#pragma once

#include <novu/call/buffers.hpp>
#include <novu/error.hpp>
#include <novu/http/request.hpp>
#include <novu/http/url.hpp>
#include <novu/json/render.hpp>
#include <novu/json/write.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace novu {

/// A text as a template argument.
template <std::size_t Size> struct fixed_text {
    char chars[Size]{};
    consteval fixed_text(char const (&text)[Size]) { std::copy_n(text, Size, chars); }
    [[nodiscard]] constexpr std::string_view view() const noexcept { return {chars, Size - 1}; }
};

/// One row of a resource's table: all there is to know of an operation. Each `{}` of the path is an id. What is sent goes
/// into the query of a GET, into the body of anything else; `nothing` for none. `Response` is void for none.
struct nothing {};
template <http::method Method, fixed_text Path, class Request, class Response, int Success = 200> struct operation {
    static constexpr http::method method = Method;
    static constexpr std::string_view path = Path.view();
    static constexpr int success = Success;
    using request_type = Request;
    using response_type = Response;
};

} // namespace novu

namespace novu::detail {

inline error invalid_request(std::string note) {
    error e;
    e.kind = error_kind::invalid_request;
    e.note = std::move(note);
    return e;
}

/// Appends the path of an endpoint with its ids, each percent-encoded as one segment. Refused are ids that a URL would
/// lose (`DELETE /v2/workflows/` would reach the collection) and what is not UTF-8; the pattern is then what is appended.
inline result<void> append_path(std::string& url, std::string_view pattern, std::initializer_list<std::string_view> ids) {
    std::size_t const before = url.size();
    auto const refuse = [&, pattern](std::string why) -> result<void> {
        url.replace(before, url.npos, pattern);
        return failure{invalid_request(std::move(why))};
    };
    auto id = ids.begin();
    for (std::size_t at; (at = pattern.find("{}")) != pattern.npos; pattern.remove_prefix(at + 2), ++id) {
        if (id->empty() || *id == "." || *id == "..")
            return refuse("the id \"" + std::string{*id} + "\" cannot be sent: it would disappear from the URL");
        if (!json::detail::is_utf8(*id)) return refuse("an id is not valid UTF-8");
        url.append(pattern.substr(0, at));
        http::append_encoded(url, *id);
    }
    url.append(pattern);
    return {};
}

/// Indices of T's members in the order of their wire names, which is the order of the official SDKs' queries.
template <class T> inline constexpr auto query_order = [] {
    constexpr auto& keys = json::detail::member_keys<T>;
    std::array<std::size_t, keys.size()> order{};
    for (std::size_t i = 0; i != order.size(); ++i) order[i] = i;
    std::ranges::sort(order, {}, [&](std::size_t i) { return json::detail::wire_name(keys[i]); });
    return order;
}();

template <class V> bool append_parameter(std::string& url, std::string_view name, V const& value) {
    if constexpr (json::detail::is_a<V, std::optional>) return !value || append_parameter(url, name, *value);
    else if constexpr (json::detail::is_a<V, optional_list>) {
        return std::ranges::all_of(value, [&](auto const& element) { return append_parameter(url, name, element); });
    } else {
        std::string_view text;
        [[maybe_unused]] char digits[24];
        if constexpr (json::detail::is_integer<V>) text = {digits, static_cast<std::size_t>(std::to_chars(digits, digits + sizeof digits, value).ptr - digits)};
        else if constexpr (json::detail::is_a<V, open_enum>) text = value.text();
        else text = value;
        http::append_query(url, name, text);
        return json::detail::is_utf8(text);
    }
}

/// Appends each member that is there; a list as repeated keys.
template <class T> result<void> append_query(std::string& url, T const& query) {
    std::string_view bad{};
    auto const append = [&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
        using member = boost::mp11::mp_at_c<json::detail::members_of<T>, I>;
        if (!append_parameter(url, json::detail::wire_name(json::detail::member_keys<T>[I]), query.*member::pointer)) bad = member::name;
    };
    constexpr auto& order = query_order<T>;
    [&]<std::size_t... I>(std::index_sequence<I...>) { (append(std::integral_constant<std::size_t, order[I]>{}), ...); }(std::make_index_sequence<order.size()>{});
    if (!bad.empty()) return failure{invalid_request("the query's " + std::string{bad} + " is not valid UTF-8")};
    return {};
}

/// The body as text: of a value, or a form, written; of a rendered one, as it is.
template <class T> result<void> encode_body(call_buffers& to, T const& value) {
    auto written = json::write_to(value, to.text);
    if (!written) return failure{invalid_request("the request cannot be written as JSON: " + written.error().message())};
    return {};
}
template <class T> result<void> encode_body(call_buffers& to, json::rendered<T> const& body) { return to.constant = body.view(), result<void>{}; }

} // namespace novu::detail
