#if !defined(BOOST_JSON_IS_LINKED)
#include <novu/src.hpp>
#elif defined(NOVU_SEPARATE_COMPILATION)
#include <novu/workflows/src.hpp>
#endif

#include <boost/config.hpp>

#if defined(BOOST_NO_EXCEPTIONS)
// What Boost calls instead of throwing is the program's to define, in a build without exceptions.
#include <boost/assert/source_location.hpp>

#include <cstdlib>
#include <exception>

namespace boost {
BOOST_NORETURN void throw_exception(std::exception const&) { std::abort(); }
BOOST_NORETURN void throw_exception(std::exception const&, boost::source_location const&) { std::abort(); }
} // namespace boost
#endif
