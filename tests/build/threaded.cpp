// What symbols.sh must find: the start of a thread.
#include <thread>
namespace novu {
void start() { std::thread{[] {}}.detach(); }
} // namespace novu
