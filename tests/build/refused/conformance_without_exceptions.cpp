// The test of transports in a build without exceptions.
// says: novu/testing/conformance.hpp needs exceptions
#ifndef MENDED
#include <novu/testing/conformance.hpp>
#endif
