// What both ways to read do to a DOM of Boost.JSON.
#pragma once

#include <novu/json/detail/number.hpp>

#include <boost/json/value_stack.hpp>

namespace novu::json::detail {

/// Puts a number into a DOM.
inline void push_number(boost::json::value_stack& dom, number const& n) {
    if (n.type == number::kind::int64) dom.push_int64(n.int64);
    else if (n.type == number::kind::uint64) dom.push_uint64(n.uint64);
    else dom.push_double(n.double_);
}

} // namespace novu::json::detail
