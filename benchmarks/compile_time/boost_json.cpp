// Boost.JSON: the header alone (OPERATIONS 0), or one request written by value_from and serialize.
#include <boost/json.hpp>
#if OPERATIONS >= 1
#include <boost/describe/class.hpp>

#define DESCRIBE(Struct, ...) BOOST_DESCRIBE_STRUCT(Struct, (), (__VA_ARGS__))
#define WRITE_CONTROLS                                                                                                 \
    inline void tag_invoke(boost::json::value_from_tag, boost::json::value& to, any_controls const& from) {            \
        std::visit([&](auto const& v) { to = boost::json::value_from(v); }, from.one);                                 \
    }
#include "structs.hpp"

std::string written(plain::create const& value) { return boost::json::serialize(boost::json::value_from(value)); }
#endif
