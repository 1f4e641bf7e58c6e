// The server for tests in a build without exceptions.
// says: novu/testing/serve.hpp needs exceptions
#ifndef MENDED
#include <novu/testing/serve.hpp>
#endif
