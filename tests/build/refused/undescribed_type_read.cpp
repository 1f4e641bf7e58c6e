// The same, when it is read.
// says: novu: this type has no JSON form; describe a struct or enum with BOOST_DESCRIBE_STRUCT
#include <novu/json/read.hpp>
#include <boost/describe/class.hpp>
#include <string>
struct point { int x{}; };
#ifdef MENDED
BOOST_DESCRIBE_STRUCT(point, (), (x))
#endif
auto use() { return novu::json::read<point>("{}"); }
