// The Beast transport in a build without exceptions.
// says: novu/transport/beast.hpp needs exceptions
#ifndef MENDED
#include <novu/transport/beast.hpp>
#endif
