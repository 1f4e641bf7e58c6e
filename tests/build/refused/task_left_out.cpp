// A coroutine transport that does not say what its tasks are.
// says: one whose send gives a task, the alias: template <class T> using task
#include <novu/novu.hpp>
template <class T> struct my_task {};
struct tacit {
#ifdef MENDED
    template <class T> using task = my_task<T>;
#endif
    my_task<novu::result<novu::http::response>> send(novu::http::request const&);
    my_task<void> wait(std::chrono::milliseconds);
};
static_assert(novu::detail::check_transport<tacit>());
