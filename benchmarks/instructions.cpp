// instructions OPERATION BODY TIMES: does one thing so many times, for a counter of instructions, and prints the body's
// size. instructions.sh runs it under callgrind. Operations: encode, owned, borrowed, pmr, pieces. The body `create` may
// be encoded as `constant` too, known at compile time, and as `few_strings`, but for three. Exits with 2 where it does not
// know the operation or the body, which would count as nothing.
#include "bodies.hpp"

#include <novu/json/read.hpp>
#include <novu/json/render.hpp>

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

using types = novu::borrowed_types;
constexpr std::string_view html = "<p>Hello {{subscriber.firstName}}, your order has left our house.</p><p>Hello {{subscriber.firstName}}, your order has left our house.</p>"
                                  "<p>Hello {{subscriber.firstName}}, your order has left our house.</p>";
/// The request whose text bodies::create() is.
constexpr types::create_workflow create_with(std::string_view name, std::string_view id, std::string_view subject) {
    auto const mail = [&](std::string_view step) { return types::email_step{.name = step, .control_values = types::email_controls{.subject = subject, .body = html}}; };
    return {.name = name, .workflow_id = id, .steps = {mail("E-mail 0"), mail("E-mail 1"), mail("E-mail 2"), mail("E-mail 3")},
            .description = "Sent when a parcel leaves the warehouse", .tags = {"orders", "shipping"}, .active = true};
}

/// Of that body, all known at compile time.
void run_constant(int times) {
    static constexpr auto body = json::render<[] { return create_with("Order shipped", "order-shipped", "Your order {{payload.id}} is on its way"); }>();
    check(body.view() == bodies::create());
    repeat(times, [] { asm volatile("" : : "r"(body.view().data()), "r"(body.view().size())); }); // whoever sends it has them in registers
}
/// But for three strings.
void run_few_strings(std::string const& text, int times) {
    static constexpr auto body = json::render<create_with>();
    std::string const name = "Order shipped", id = "order-shipped", subject = "Your order {{payload.id}} is on its way";
    std::string buffer;
    check(json::write_to(body(name, id, subject), buffer).has_value() && buffer == text);
    repeat(times, [&] { buffer.clear(), check(json::write_to(body(name, id, subject), buffer).has_value()); });
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    std::string_view const operation = argv[1], body = argv[2];
    int const times = std::atoi(argv[3]);
    using namespace novu;
    std::string text;
    if (body == "constant" && operation == "encode") text = bodies::create(), run_constant(times);
    else if (body == "few_strings" && operation == "encode") run_few_strings(text = bodies::create(), times);
    else if (body == "list") run<basic_workflow_list>(operation, text = bodies::list(), times);
    else if (body == "create") run<basic_create_workflow>(operation, text = bodies::create(), times);
    else if (body == "escapes") run<basic_create_workflow>(operation, text = bodies::escapes(), times);
    else if (body == "megabyte") run<basic_workflow>(operation, text = bodies::megabyte(), times);
    else if (body == "tiny") run<basic_patch_workflow>(operation, text = bodies::tiny(), times);
    else return 2;
    std::printf("%zu\n", text.size());
}
