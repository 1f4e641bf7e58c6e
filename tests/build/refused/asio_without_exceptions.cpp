// The Asio transport in a build without exceptions.
// says: novu/transport/asio.hpp needs exceptions
#ifndef MENDED
#include <novu/transport/asio.hpp>
#endif
