// instructions OPERATION BODY TIMES: does one thing so many times, for a counter of instructions, and prints the body's
// size. instructions.sh runs it under callgrind. Operations: encode, owned, borrowed, pmr, pieces. Exits with 2 where it
// does not know the operation or the body, which would count as nothing.
#include "bodies.hpp"

#include <novu/json/read.hpp>

#include <cstdio>
#include <cstdlib>
#include <memory_resource>
#include <string>

namespace {

namespace json = novu::json;

template <class F> void repeat(int times, F f) {
    for (int i = 0; i != times; ++i) f();
}
void check(bool good) {
    if (!good) std::abort();
}

template <template <class> class T> void run(std::string_view operation, std::string const& text, int times) {
    using Owned = T<novu::owned>;
    if (operation == "encode") {
        Owned const value = json::read<Owned>(text).value();
        std::string buffer;
        check(json::write_to(value, buffer).has_value());
        repeat(times, [&] { buffer.clear(), check(json::write_to(value, buffer).has_value()); });
    } else if (operation == "owned") {
        repeat(times, [&] { check(json::read<Owned>(text).has_value()); });
    } else if (operation == "pieces") { // of 4 KB
        repeat(times, [&] {
            json::reader<Owned> reader;
            for (std::size_t at = 0; at < text.size(); at += 4096) check(reader.feed(std::string_view{text}.substr(at, 4096)));
            check(reader.finish().has_value());
        });
    } else if (operation == "borrowed") {
        repeat(times, [&] {
            json::arena arena;
            check(json::read<T<novu::borrowed>>(text, arena).has_value());
        });
    } else if (operation == "pmr") {
        std::string room(4 * text.size() + 4096, '\0');
        repeat(times, [&] {
            std::pmr::monotonic_buffer_resource memory{room.data(), room.size()};
            check(json::read<T<novu::pmr>>(text, &memory).has_value());
        });
    } else {
        std::exit(2);
    }
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    std::string_view const body = argv[2];
    int const times = std::atoi(argv[3]);
    using namespace novu;
    std::string text;
    if (body == "list") run<basic_workflow_list>(argv[1], text = bodies::list(), times);
    else if (body == "create") run<basic_create_workflow>(argv[1], text = bodies::create(), times);
    else if (body == "escapes") run<basic_create_workflow>(argv[1], text = bodies::escapes(), times);
    else if (body == "megabyte") run<basic_workflow>(argv[1], text = bodies::megabyte(), times);
    else if (body == "tiny") run<basic_patch_workflow>(argv[1], text = bodies::tiny(), times);
    else return 2;
    std::printf("%zu\n", text.size());
}
