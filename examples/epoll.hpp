// Which sockets are ready, asked of the kernel (epoll), and a bell that any thread may ring (eventfd). Linux.
#pragma once

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>

namespace own {

/// Something rung from other threads. A copy knows the bell no longer than that lives.
struct bell {
    int rung;
    void ring() const { ::eventfd_write(rung, 1); }
};

/// Watches sockets, each for one `T`. Threads: one at a time.
template <class T> class epoll {
public:
    epoll() { add(bell_.rung, EPOLLIN | EPOLLET, nullptr); }
    epoll(epoll const&) = delete;
    epoll& operator=(epoll const&) = delete;
    ~epoll() { ::close(epoll_), ::close(bell_.rung); }

    void add(int socket, unsigned events, T* whose) {
        epoll_event event{events, {whose}};
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
    }
    void remove(int socket) { ::epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, nullptr); }
    bell wakes() const { return bell_; }

    /// Until a socket is ready, the bell rings, or for this long. Calls `ready` with whose the sockets are.
    template <class F> void wait(std::chrono::steady_clock::duration longest, F ready) {
        epoll_event happened[64];
        int const n = ::epoll_wait(epoll_, happened, 64, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(longest).count()));
        for (int i = 0; i < n; ++i)
            if (happened[i].data.ptr) ready(*static_cast<T*>(happened[i].data.ptr));
    }

private:
    int epoll_{::epoll_create1(EPOLL_CLOEXEC)};
    bell bell_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
};

} // namespace own
