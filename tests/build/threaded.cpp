// What symbols.sh must find: the start of a thread.
#include <thread>
void start() { std::thread{[] {}}.detach(); }
