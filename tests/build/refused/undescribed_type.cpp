// A struct that Boost.Describe knows nothing of.
// says: novu: this type has no JSON form; describe a struct or enum with BOOST_DESCRIBE_STRUCT
#include <novu/json/write.hpp>
#include <boost/describe/class.hpp>
#include <string>
struct point { int x{}; };
#ifdef MENDED
BOOST_DESCRIBE_STRUCT(point, (), (x))
#endif
auto use() { return novu::json::write(point{}); }
