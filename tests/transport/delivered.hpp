// Waiting until what a server sent has arrived at its client.
#pragma once

#include <novu/testing/faulty_server.hpp>

#include <sys/ioctl.h>

#include <thread>

namespace novu::tests {

/// Until the client's system has acknowledged every byte: then they are in its socket.
inline void wait_until_delivered(testing::peer& p) {
    for (int unacknowledged = 1; ::ioctl(p.socket().native_handle(), TIOCOUTQ, &unacknowledged) == 0 && unacknowledged != 0;) std::this_thread::yield();
}

} // namespace novu::tests
