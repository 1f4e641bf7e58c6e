// The server that misbehaves in a build without exceptions.
// says: novu/testing/faulty_server.hpp needs exceptions
#ifndef MENDED
#include <novu/testing/faulty_server.hpp>
#endif
