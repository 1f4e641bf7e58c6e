// The Beast transport in a build without exceptions.
// says: novu/transport/beast.hpp needs exceptions
// options: -fno-exceptions
#ifndef MENDED
#include <novu/transport/beast.hpp>
#endif
