// Described types as a user of the library would write them.
#pragma once

#include <novu/json/fields.hpp>
#include <novu/json/open_enum.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace test {

enum class color { red, dark_blue };
BOOST_DESCRIBE_ENUM(color, red, dark_blue)

struct shape {
    novu::required<std::string> long_name;
    color kind{color::red};
    novu::optional_list<std::string> tags{};
    std::optional<novu::open_enum<color>> tint{};
    friend bool operator==(shape const&, shape const&) = default;
};
BOOST_DESCRIBE_STRUCT(shape, (), (long_name, kind, tags, tint))

struct renamed {
    int id{};
    int default_{};
    static constexpr novu::json::annotation json_members[] = {novu::json::named("id", "_id"), novu::json::defaulted("default_")};
};
BOOST_DESCRIBE_STRUCT(renamed, (), (id, default_))

/// Longer names than the reader looks at in one go.
struct long_names {
    int the_number_of_subscribers_that_have_seen_the_message_in_the_last_thirty_days{};
    int the_number_of_subscribers_that_have_seen_the_message_in_the_last_thirty_weeks{};
    friend bool operator==(long_names const&, long_names const&) = default;
};
BOOST_DESCRIBE_STRUCT(long_names, (), (the_number_of_subscribers_that_have_seen_the_message_in_the_last_thirty_days,
                                       the_number_of_subscribers_that_have_seen_the_message_in_the_last_thirty_weeks))

struct nothing_needed {
    novu::nullable<int> n{};
    novu::optional_list<int> list{};
    std::optional<bool> flag{};
};
BOOST_DESCRIBE_STRUCT(nothing_needed, (), (n, list, flag))

struct tree {
    std::string name{};
    std::vector<tree> children{};
    static constexpr novu::json::annotation json_members[] = {novu::json::defaulted("children")};
    friend bool operator==(tree const&, tree const&) = default;
};
BOOST_DESCRIBE_STRUCT(tree, (), (name, children))

struct numbers {
    double d{};
    std::optional<std::int8_t> small_one{};
    std::optional<std::uint64_t> large{};
    friend bool operator==(numbers const&, numbers const&) = default;
};
BOOST_DESCRIBE_STRUCT(numbers, (), (d, small_one, large))

struct with_extra {
    std::optional<std::string> name{};
    boost::json::object extra{};
    friend bool operator==(with_extra const&, with_extra const&) = default;
};
BOOST_DESCRIBE_STRUCT(with_extra, (), (name, extra))

struct lenient {
    std::optional<std::string> name{};
    std::optional<int> count{};
    std::optional<shape> inner{};
    boost::json::object extra{};
    static constexpr bool json_lenient = true;
    friend bool operator==(lenient const&, lenient const&) = default;
};
BOOST_DESCRIBE_STRUCT(lenient, (), (name, count, inner, extra))

struct borrowed_with_extra {
    std::optional<std::string_view> name{};
    std::optional<novu::json::raw> any{};
    novu::json::raw_object extra{};
};
BOOST_DESCRIBE_STRUCT(borrowed_with_extra, (), (name, any, extra))

/// A view so many lists deep.
template <int Depth> struct nested {
    std::vector<nested<Depth - 1>> in{};
    BOOST_DESCRIBE_CLASS(nested, (), (in), (), ())
};
template <> struct nested<0> {
    std::string_view text{};
    BOOST_DESCRIBE_CLASS(nested, (), (text), (), ())
};

struct circle {
    int radius{};
    static constexpr novu::json::tag json_tag{"type", "circle"};
    friend bool operator==(circle const&, circle const&) = default;
};
BOOST_DESCRIBE_STRUCT(circle, (), (radius))
struct square {
    int side{};
    novu::optional_list<int> corners{};
    static constexpr novu::json::tag json_tag{"type", "square"};
    friend bool operator==(square const&, square const&) = default;
};
BOOST_DESCRIBE_STRUCT(square, (), (side, corners))

struct drawing {
    std::vector<std::variant<circle, square>> figures{};
    novu::dictionary<int> sizes{};
    static constexpr novu::json::annotation json_members[] = {novu::json::defaulted("sizes")};
    friend bool operator==(drawing const&, drawing const&) = default;
};
BOOST_DESCRIBE_STRUCT(drawing, (), (figures, sizes))

} // namespace test
