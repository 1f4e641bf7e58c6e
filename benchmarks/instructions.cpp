// instructions OPERATION BODY TIMES: does one thing so many times, for a counter of instructions. instructions.sh runs it
// under callgrind. Operations: encode, owned, borrowed.
#include "bodies.hpp"

#include <novu/json/read.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

namespace json = novu::json;

template <class F> void repeat(int times, F f) {
    for (int i = 0; i != times; ++i) f();
}
void check(bool good) {
    if (!good) std::abort();
}

template <class Owned, class Borrowed> void run(std::string_view operation, std::string const& text, int times) {
    if (operation == "encode") {
        Owned const value = json::read<Owned>(text).value();
        std::string buffer;
        check(json::write_to(value, buffer).has_value());
        repeat(times, [&] { buffer.clear(), check(json::write_to(value, buffer).has_value()); });
    } else if (operation == "owned") {
        repeat(times, [&] { check(json::read<Owned>(text).has_value()); });
    } else if (operation == "borrowed") {
        repeat(times, [&] {
            json::arena arena;
            check(json::read<Borrowed>(text, arena).has_value());
        });
    }
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    std::string_view const body = argv[2];
    int const times = std::atoi(argv[3]);
    using namespace novu;
    std::string text;
    if (body == "list") run<workflow_list, borrowed_types::workflow_list>(argv[1], text = bodies::list(), times);
    else if (body == "create") run<create_workflow, borrowed_types::create_workflow>(argv[1], text = bodies::create(), times);
    else if (body == "escapes") run<create_workflow, borrowed_types::create_workflow>(argv[1], text = bodies::escapes(), times);
    else if (body == "megabyte") run<workflow, borrowed_types::workflow>(argv[1], text = bodies::megabyte(), times);
    else if (body == "tiny") run<patch_workflow, borrowed_types::patch_workflow>(argv[1], text = bodies::tiny(), times);
    std::printf("%zu\n", text.size());
}
