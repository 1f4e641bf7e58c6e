// Storage: where a type keeps its text, lists and free-form JSON. Every model is `basic_X<Storage>`.
//
//   owned      std::string, std::vector, boost::json: values that live on their own. The default.
//   borrowed   std::string_view and raw JSON text: nothing is copied. What a borrowed value looks at must outlive
//              it; it is usable in constant expressions.
//   pmr        std::pmr::string, std::pmr::vector, boost::json: values all of whose memory comes from the resource that
//              they were read with, which must outlive them.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

namespace novu {

namespace json {

/// Which JSON a `basic_raw` may hold.
enum class raw_kind { any, object };

/// JSON as text, not parsed. Checked to be one JSON value (an object, for raw_object) when it is written;
/// compares byte for byte. An empty raw_object stands for `{}`, an empty raw for `null`.
template <raw_kind Kind> struct basic_raw {
    std::string_view text{};

    constexpr basic_raw() = default;
    constexpr basic_raw(std::string_view json) noexcept : text{json} {}
    constexpr basic_raw(char const* json) noexcept : text{json} {}
    constexpr operator std::string_view() const noexcept { return text; }
    [[nodiscard]] constexpr bool empty() const noexcept { return text.empty(); }
    friend constexpr bool operator==(basic_raw const& a, basic_raw const& b) noexcept { return a.text == b.text; }
};
using raw = basic_raw<raw_kind::any>;
using raw_object = basic_raw<raw_kind::object>;

} // namespace json

/// Values that own all they hold.
struct owned {
    using string = std::string;
    using json_value = boost::json::value;
    using json_object = boost::json::object;
    template <class T> using list = std::vector<T>;
};

/// Views: text and free-form JSON stay where they are. Lists are vectors of views.
struct borrowed {
    using string = std::string_view;
    using json_value = json::raw;
    using json_object = json::raw_object;
    template <class T> using list = std::vector<T>;
};

/// Values from one memory resource. As with all of std::pmr: moving a value takes its memory along, copying it takes the
/// default resource, and what is put into it later comes from the resource of the string or list that it is put into.
/// Objects of free-form JSON that are empty have no resource yet: reading gives them one when something comes.
struct pmr {
    using string = std::pmr::string;
    using json_value = boost::json::value;
    using json_object = boost::json::object;
    template <class T> using list = std::pmr::vector<T>;
};

} // namespace novu
