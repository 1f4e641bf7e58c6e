// A coroutine transport whose wait is none.
// says: novu: this transport has a task, but no: task<void> wait(std::chrono::milliseconds)
#include <novu/novu.hpp>
template <class T> struct my_task {};
struct hasty {
    template <class T> using task = my_task<T>;
    task<novu::result<novu::http::response>> send(novu::http::request const&);
#ifdef MENDED
    task<void>
#else
    void
#endif
    wait(std::chrono::milliseconds);
};
static_assert(novu::detail::check_transport<hasty>());
