// Exact numbers of allocations, by a counting operator new.
#include "../client/lazy_task.hpp"
#include "../fixtures.hpp"
#include "../workflows/large_list.hpp"

#include "../../benchmarks/bodies.hpp"

#include <novu/novu.hpp>
#include <novu/testing/virtual_clock.hpp>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <malloc.h>

#include <chrono>
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <memory_resource>
#include <new>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace {
std::size_t allocations = 0, bytes_alive = 0, most_alive = 0;
void* counted_block(void* p) {
    if (!p) throw std::bad_alloc{};
    bytes_alive += malloc_usable_size(p);
    if (bytes_alive > most_alive) most_alive = bytes_alive;
    return ++allocations, p;
}
void give_back(void* p) { bytes_alive -= malloc_usable_size(p), std::free(p); }
}
void* operator new(std::size_t size) { return counted_block(std::malloc(size ? size : 1)); }
void* operator new(std::size_t size, std::align_val_t alignment) { // std::pmr::new_delete_resource's
    std::size_t const unit = static_cast<std::size_t>(alignment);
    return counted_block(std::aligned_alloc(unit, (size + unit - 1) / unit * unit));
}
void operator delete(void* p) noexcept { give_back(p); }
void operator delete(void* p, std::size_t) noexcept { give_back(p); }
void operator delete(void* p, std::align_val_t) noexcept { give_back(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { give_back(p); }

using namespace novu;

namespace {

template <class F> std::size_t counted(F f) {
    std::size_t const before = allocations;
    f();
    return allocations - before;
}

std::string repeat(std::string_view text, int times) {
    std::string out;
    while (times-- != 0) out += text;
    return out;
}

/// A page of `n` workflows whose strings are all short, so that only lists allocate.
std::string page_of(int n) {
    std::string out = R"({"workflows":[)";
    for (int i = 0; i != n; ++i) {
        out += i == 0 ? "" : ",";
        out += R"({"name":"n","updatedAt":"t","createdAt":"t","_id":"i","workflowId":"w","slug":"s","status":"ACTIVE","origin":"external","stepTypeOverviews":["sms"],"steps":[]})";
    }
    return out + R"(],"totalCount":)" + std::to_string(n) + "}";
}

} // namespace

TEST_CASE("the counter counts") {
    CHECK(counted([] { std::string s(100, 'x'); }) == 1);
    CHECK(counted([] { std::pmr::string s(100, 'x'); }) == 1);
    std::size_t const before = bytes_alive;
    auto text = std::make_unique<std::string>(100, 'x');
    std::size_t const with_text = bytes_alive;
    text.reset();
    std::size_t const after = bytes_alive;
    CHECK(with_text >= before + 100);
    CHECK(after == before);
}

TEST_CASE("writing into a warm buffer allocates nothing") {
    for (char const* name : {"create-workflow.full", "create-workflow.min"}) {
        auto const value = json::read<create_workflow>(fixture(name));
        REQUIRE(value);
        std::string buffer;
        REQUIRE(json::write_to(*value, buffer));
        CHECK(counted([&] {
                  buffer.clear();
                  if (!json::write_to(*value, buffer)) std::abort();
              }) == 0);
    }
    auto const page = json::read<workflow_list>(page_of(100));
    std::string buffer;
    REQUIRE(json::write_to(*page, buffer));
    CHECK(counted([&] { buffer.clear(), (void)json::write_to(*page, buffer); }) == 0);
    std::string into;
    CHECK(counted([&] { (void)json::write_to(*page, into); }) <= 12); // a cold one grows by doubling
}

TEST_CASE("a body rendered at compile time allocates nothing") {
    CHECK(counted([] {
              static constexpr auto body = json::render<[] { return borrowed_types::create_workflow{.name = "a", .workflow_id = "b", .steps = empty_list}; }>();
              if (body.view().empty()) std::abort();
          }) == 0);
    static constexpr auto form = json::render<[](std::string_view name) { return borrowed_types::create_workflow{.name = name, .workflow_id = "b", .steps = empty_list}; }>();
    std::string buffer = json::write(form("a name of some length")).value();
    CHECK(counted([&] { buffer.clear(), (void)json::write_to(form("a name of some length"), buffer); }) == 0);
}

TEST_CASE("reading allocates for the values that need it, and nothing else") {
    std::string const ten = page_of(10), hundred = page_of(100), two_hundred = page_of(200);
    auto count = [](std::string const& text) {
        return counted([&] {
            if (!json::read<workflow_list>(text)) std::abort();
        });
    };
    // Of each workflow one list, of step types; its strings are short enough to need nothing. And the list of workflows.
    CHECK(count(two_hundred) == 200 + 1);
    CHECK(count(hundred) == 100 + 1);
    CHECK(count(ten) == 10 + 1);
}

TEST_CASE("reading views allocates no string") {
    std::string text = page_of(100);
    for (std::size_t at; (at = text.find(R"("name":"n")")) != text.npos;) text.replace(at, 10, R"("name":"a name too long for a string to hold in place")");
    json::arena arena;
    auto const owning = counted([&] { (void)json::read<workflow_list>(text); });
    auto const viewing = counted([&] { (void)json::read<borrowed_types::workflow_list>(text, arena); });
    CHECK(owning - viewing >= 100);
    CHECK(viewing == 100 + 1); // step types, and the list
}

namespace {
/// Gives memory, and keeps account of it.
struct counting_resource final : std::pmr::memory_resource {
    std::size_t given = 0, bytes_out = 0;
    void* do_allocate(std::size_t size, std::size_t) override { return ++given, bytes_out += size, std::malloc(size); }
    void do_deallocate(void* p, std::size_t size, std::size_t) override { bytes_out -= size, std::free(p); }
    bool do_is_equal(memory_resource const& other) const noexcept override { return this == &other; }
};
} // namespace

TEST_CASE("reading views of strings with escapes takes one block of the arena") {
    std::string text = page_of(100);
    for (std::size_t at; (at = text.find(R"("name":"n")")) != text.npos;) text.replace(at, 10, R"("name":"a \"name\" too long for a string to hold in place")");
    counting_resource memory;
    CHECK(counted([&] {
              json::arena arena{&memory};
              if (!json::read<borrowed_types::workflow_list>(text, arena)) std::abort();
          }) == 100 + 1);
    CHECK(memory.given == 1);
    CHECK(memory.bytes_out == 0);
}

namespace {
template <class T> void only_from_the_resource(std::string const& text) {
    std::pmr::set_default_resource(std::pmr::null_memory_resource()); // gives nothing
    counting_resource memory;
    CHECK(counted([&] {
              auto value = json::read<T>(text, &memory, {.envelope = "data"});
              if (!value) std::abort();
              auto const moved = std::move(*value); // its memory goes along
              if (memory.given == 0) std::abort();
          }) == 0);
    CHECK(memory.given > 0);
    CHECK(memory.bytes_out == 0);
    std::pmr::set_default_resource(nullptr);
}
} // namespace

namespace {
/// What of a value is in blocks of its own, by walking it: each list that is not empty, each string that has no place in
/// its object, and what a copy of free-form JSON allocates. And how many bytes lists and strings have, but dictionaries and
/// unknown enum values.
struct blocks {
    std::size_t lists = 0, strings = 0, free_form = 0, bytes = 0;
    bool has_adapter = false; ///< Boost.JSON's resource over a std one: a block that all free-form JSON of a document shares

    template <class T> explicit blocks(T const& value) { add(value); }
    [[nodiscard]] std::size_t all() const { return lists + strings + free_form; }

private:
    template <class T> void add(T const& value) {
        if constexpr (json::detail::is_required<T>) add(static_cast<json::detail::plain_t<T> const&>(value));
        else if constexpr (requires { value.capacity(), value.c_str(); }) {
            if (value.size() > T{value, 0, 0}.capacity()) ++strings, bytes += value.capacity() + 1;
        }
        else if constexpr (requires { value.known(), value.text(); }) strings += !T::is_view && !value.known() && value.text().size() > std::string{}.capacity();
        else if constexpr (requires { value.storage(); }) has_adapter |= value.storage().is_shared(), free_form += counted([&] { T copy = value; });
        else if constexpr (requires { value.begin()->key; }) add_list(value, [&](auto const& e) { add(e.key), add(e.value); });
        else if constexpr (requires { *value; value.has_value(); }) value.has_value() ? add(*value) : void();
        else if constexpr (requires { std::variant_size<T>::value; }) std::visit([&](auto const& v) { add(v); }, value);
        else if constexpr (json::described<T>) add_members(value, json::detail::members_of<T>{});
        else if constexpr (requires { value.data(), value.capacity(); }) bytes += value.capacity() * sizeof(*value.data()), add_list(value, [&](auto const& e) { add(e); });
        else static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_convertible_v<T, std::string_view>);
    }
    template <class T> void add_list(T const& list, auto add_one) {
        lists += !list.empty();
        for (auto const& e : list) add_one(e);
    }
    template <class T, class... D> void add_members(T const& value, boost::mp11::mp_list<D...>) { (add(value.*D::pointer), ...); }
};
} // namespace

TEST_CASE("of a document in pieces a few KiB are held beside its value: what a piece cuts in two") {
    struct elsewhere final : std::pmr::memory_resource { // the value is in
        void* do_allocate(std::size_t n, std::size_t) override { return std::malloc(n); }
        void do_deallocate(void* p, std::size_t, std::size_t) override { std::free(p); }
        bool do_is_equal(std::pmr::memory_resource const& other) const noexcept override { return this == &other; }
    } resource;
    auto const held = [&]<class T>(std::type_identity<T>, std::string const& text, std::size_t piece) {
        std::size_t const before = most_alive = bytes_alive;
        json::reader<T> reader{&resource};
        for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size()))) REQUIRE(reader.feed(rest.substr(0, piece)));
        REQUIRE(reader.finish());
        return most_alive - before;
    };
    constexpr std::type_identity<pmr_types::workflow_list> list;
    constexpr std::type_identity<pmr_types::workflow> one;
    std::string const large(1'000'000, 'x'), page = page_of(5000);
    std::string workflow = fixture("workflow-response.min-steps");
    workflow.insert(workflow.find('{') + 1, R"("description":")" + large + R"(",)");
    for (std::size_t piece : {std::size_t{64}, std::size_t{4096}, std::size_t{60'000}}) {
        CAPTURE(piece);
        CHECK(held(list, page, piece) < 8 * 1024);
        CHECK(held(one, workflow, piece) < 8 * 1024);
    }
}

namespace {
/// Reads `text` in each storage, and writes it again into a warm buffer.
template <template <class> class T> void needs_only_what_it_holds(char const* what, std::string const& text) {
    std::string buffer;
    auto const written = [&](auto const& value) {
        buffer.clear();
        if (!json::write_to(value, buffer)) std::abort();
    };
    auto const writes_nothing_else = [&](auto const& value) {
        written(value);
        CHECK(counted([&] { written(value); }) == 0);
        CHECK(same_json(buffer, text));
    };
    std::optional<json::result<T<owned>>> owning;
    std::size_t const count = counted([&] { owning.emplace(json::read<T<owned>>(text)); });
    REQUIRE(*owning);
    blocks const needed{**owning};
    INFO(what << ": " << needed.lists << " lists, " << needed.strings << " strings");
    CHECK(needed.free_form == 0);
    CHECK(count == needed.all());
    writes_nothing_else(**owning);

    counting_resource texts;
    json::arena arena{&texts};
    std::optional<json::result<T<borrowed>>> viewing;
    CHECK(counted([&] { viewing.emplace(json::read<T<borrowed>>(text, arena)); }) == needed.lists);
    CHECK(texts.given == (text.find('\\') != text.npos)); // one block for all strings with escapes
    CHECK(blocks{**viewing}.all() == needed.lists);
    writes_nothing_else(**viewing);

    counting_resource memory;
    std::optional<json::result<T<pmr>>> in_memory;
    CHECK(counted([&] { in_memory.emplace(json::read<T<pmr>>(text, &memory)); }) == 0);
    blocks const held{**in_memory};
    CHECK(memory.given == needed.all() + held.has_adapter);
    CHECK(memory.bytes_out == held.bytes + held.has_adapter * sizeof(boost::json::detail::shared_resource_impl<json::detail::std_resource>));
    writes_nothing_else(**in_memory);
    in_memory.reset();
    CHECK(memory.bytes_out == 0);
}
} // namespace

TEST_CASE("reading a body allocates the lists and the strings with no place of their own that its value holds; writing it again nothing") {
    needs_only_what_it_holds<basic_workflow_list>("a list of 72 KB", bodies::list());
    needs_only_what_it_holds<basic_workflow_list>("a list full of escapes", tests::large_list(30'200));
    needs_only_what_it_holds<basic_create_workflow>("create, 1.5 KB", bodies::create());
    needs_only_what_it_holds<basic_create_workflow>("create, 15 KB", bodies::large());
    needs_only_what_it_holds<basic_create_workflow>("create, 1.5 KB full of escapes", bodies::escapes());
    needs_only_what_it_holds<basic_workflow>("a workflow of 1 MB", bodies::megabyte());
    needs_only_what_it_holds<basic_workflow>("a workflow of 2.8 KB", bodies::workflow());
    needs_only_what_it_holds<basic_patch_workflow>("20 bytes", bodies::tiny());
}

TEST_CASE("reading into a memory resource takes memory from nowhere else, and gives it back") {
    for (char const* name : {"workflow-response.full", "workflow-response.enveloped", "workflow-response.min-steps"})
        only_from_the_resource<pmr_types::workflow>(fixture(name));
    only_from_the_resource<pmr_types::workflow_list>(fixture("list-workflows-response.full"));
    only_from_the_resource<pmr_types::create_workflow>(fixture("create-workflow.full"));
    only_from_the_resource<pmr_types::step_details>(fixture("step-response.full"));
    only_from_the_resource<pmr_types::preview>(fixture("generate-preview-response.full"));
    only_from_the_resource<pmr_types::preview_request>(fixture("generate-preview-request.full"));
    only_from_the_resource<pmr_types::validation_error_dto>(fixture("validation-error-dto.full"));
    // Keys and strings too long for the reader's own buffer, with escapes.
    std::string const escaped = repeat("\\u00e9", 400);
    only_from_the_resource<pmr_types::patch_workflow>(R"({"name":")" + escaped + R"(","x)" + escaped + R"(":{"y)" + escaped + R"(":")" + escaped + R"("}})");
}

namespace {
/// In each storage.
template <template <class> class T> void at_most(std::size_t in_owned, std::size_t in_borrowed, std::size_t in_pmr) {
    INFO(__PRETTY_FUNCTION__);
    CHECK(sizeof(T<owned>) <= in_owned);
    CHECK(sizeof(T<borrowed>) <= in_borrowed);
    CHECK(sizeof(T<pmr>) <= in_pmr);
}
} // namespace

TEST_CASE("the public types are as small as they were") {
    if constexpr (sizeof(void*) == 8 && sizeof(std::string) == 32 && sizeof(std::optional<std::string>) == 40) {
        at_most<basic_workflow_summary>(912, 600, 1080);
        at_most<basic_workflow>(1392, 968, 1608);
        at_most<basic_create_workflow>(664, 504, 752);
        at_most<basic_any_step>(888, 592, 1008);
        at_most<basic_any_step_response>(2072, 1384, 2360);
        at_most<basic_preview>(2240, 1560, 2544);
        at_most<basic_update_workflow>(664, 504, 752);
        at_most<basic_patch_workflow>(192, 144, 216);
        at_most<basic_sync_workflow>(56, 32, 64);
        at_most<basic_list_workflows>(232, 184, 272);
        at_most<basic_get_workflow>(40, 24, 48);
        at_most<basic_preview_request>(1384, 1016, 1568);
        at_most<basic_workflow_list>(56, 48, 64);
        at_most<basic_step_details>(728, 504, 840);
        at_most<basic_error_dto>(200, 128, 224);
        at_most<basic_validation_error_dto>(224, 152, 256);

        CHECK(sizeof(open_enum<step_type, borrowed>) <= 24);
        CHECK(sizeof(json::raw) <= 16);
        CHECK(sizeof(json::error) <= 80);
        CHECK(sizeof(json::arena) <= 40);
        CHECK(sizeof(json::reader<workflow>) <= 8);
        CHECK(sizeof(json::rendered<create_workflow>) <= 16);
        CHECK(sizeof(json::form<create_workflow, 2>) <= 32);
        CHECK(sizeof(json::filled_form<create_workflow, 2>) <= 64);
        CHECK(sizeof(json::read_options) <= 24);
        CHECK(sizeof(open_enum<step_type>) <= 40);
        CHECK(sizeof(open_enum<step_type, pmr>) <= 48);
        CHECK(sizeof(nullable<std::string>) <= 48);
        CHECK(sizeof(optional_list<std::string>) <= 32);
        CHECK(sizeof(dictionary<std::string>) <= 24);
        CHECK(sizeof(required<std::string>) <= 32);

        CHECK(sizeof(error) <= 416);
        CHECK(sizeof(attempt) <= 40);
        CHECK(sizeof(http::headers) <= 56);
        CHECK(sizeof(http::request) <= 88);
        CHECK(sizeof(http::response) <= 96);
        CHECK(sizeof(response<void>) <= 72);
        CHECK(sizeof(response<workflow>) - sizeof(workflow) <= 72);
        CHECK(sizeof(response<workflow_list>) <= 128);
        CHECK(sizeof(response<borrowed_types::workflow>) - sizeof(borrowed_types::workflow) <= 160); // 88 of them for what it looks at
        CHECK(sizeof(response<borrowed_types::workflow_list>) <= 208);
        CHECK(sizeof(response<pmr_types::workflow>) - sizeof(pmr_types::workflow) <= 72);
        CHECK(sizeof(response<pmr_types::workflow_list>) <= 136);
        CHECK(sizeof(result<void>) <= 16);
        CHECK(sizeof(result<response<void>>) <= 80);
        CHECK(sizeof(result<response<workflow_list>>) <= 136);
        CHECK(sizeof(result<response<borrowed_types::workflow_list>>) <= 216);
        CHECK(sizeof(result<response<workflow>>) <= 16);
        CHECK(sizeof(result<response<borrowed_types::workflow>>) <= 1136);
        CHECK(sizeof(result<response<pmr_types::workflow>>) <= 16);
        CHECK(sizeof(result<response<pmr_types::workflow_list>>) <= 144);
        CHECK(sizeof(client<manual>) <= 24);
        CHECK(sizeof(client_options) <= 248);
        CHECK(sizeof(call_options) <= 200);
        CHECK(sizeof(retry_policy) <= 40);
        CHECK(sizeof(stop_token) <= 16);
        CHECK(sizeof(stop_source) <= 16);
        CHECK(sizeof(stop_callback) <= 72);
        CHECK(sizeof(event) <= 32);
        CHECK(sizeof(clock_ref) <= 24);
        CHECK(sizeof(random_ref) <= 16);
        CHECK(sizeof(http::url_view) <= 96);
        CHECK(sizeof(json::annotation) <= 40);
        CHECK(sizeof(call<workflow>) <= 16);
        CHECK(sizeof(call_action) <= 24);
        CHECK(sizeof(decltype(std::declval<client<manual>&>().workflows.all())) <= 904); // with its options
    }
}

TEST_CASE("what is not used costs nothing: stop tokens, observers, results") {
    CHECK(counted([] {
              stop_token token;
              stop_callback callback{token, [] {}};
              observer none;
              retry_policy policy = retry_policy::none();
              (void)token.stop_requested(), (void)none, (void)policy;
          }) == 0);
}

TEST_CASE("a thousand calls: none leaves anything behind, and each allocates as the others") {
    struct in_memory {
        result<http::response> send(http::request const&) { return http::response{.status = 204}; }
        void wait(std::chrono::milliseconds) {}
    };
    client c{in_memory{}, {.secret_key = "k"}};
    auto once = [&] {
        return counted([&] {
            if (!c.workflows.remove("order-shipped")) std::abort();
        });
    };
    once();
    std::size_t const usual = once();
    for (int i = 0; i != 1000; ++i)
        if (once() != usual) FAIL("call " << i);
    CHECK(usual == 0);
}

namespace {
/// Answers in turn: copies, from the first again after the last, or each once, as it was made. Time that passes when it is waited for.
struct answers {
    std::vector<http::response> all;
    bool once = false;
    std::size_t given = 0;
    testing::virtual_clock clock{};
    http::response next() {
        std::size_t const i = given++;
        return once ? std::move(all.at(i)) : all[i % all.size()];
    }
};
struct in_memory {
    answers* from;
    result<http::response> send(http::request const&) { return from->next(); }
    void wait(std::chrono::milliseconds time) { from->clock.advance(time); }
};
struct in_memory_task {
    template <class T> using task = tests::lazy<T>;
    answers* from;
    task<result<http::response>> send(http::request const&) { co_return from->next(); }
    task<void> wait(std::chrono::milliseconds time) {
        from->clock.advance(time);
        co_return;
    }
};
struct in_memory_callback {
    answers* from;
    void send(http::request const&, auto done) { done(result<http::response>{from->next()}); }
    void wait(std::chrono::milliseconds time, auto done) { from->clock.advance(time), done(); }
};

/// Whether the call that `make` makes works, over a transport of any kind.
template <class Transport> bool works(client<Transport>& over, [[maybe_unused]] answers& from, auto make) {
    if constexpr (std::is_same_v<Transport, manual>) {
        for (auto call = make(over.workflows);;) {
            auto const now = from.clock.steady();
            call_action const next = call.poll(now);
            if (next.kind == call_action::done) return call.take().has_value();
            if (next.kind == call_action::send) call.received(from.next(), now);
            else from.clock.advance(std::chrono::ceil<std::chrono::milliseconds>(next.until - now));
        }
    } else if constexpr (callback_transport<Transport>) {
        bool good = false;
        make(over.workflows, [&](auto const& came) { good = came.has_value(); });
        return good;
    } else if constexpr (async_transport<Transport>) {
        auto task = make(over.workflows);
        return task.get().has_value();
    } else {
        return make(over.workflows).has_value();
    }
}

template <class Transport> client<Transport> client_of(answers& from) {
    client_options options{.secret_key = "a key too long for a string to hold in place", .clock = from.clock};
    if constexpr (std::is_same_v<Transport, manual>) return client{manual{}, std::move(options)};
    else return client{Transport{&from}, std::move(options)};
}

/// A thousand calls after two leave the memory as it was.
template <class Transport> void stays_flat(char const* what, std::vector<http::response> all, bool good, auto make) {
    answers from{std::move(all)};
    auto c = client_of<Transport>(from);
    auto const calls = [&](int times) {
        while (times-- != 0)
            if (works(c, from, make) != good) std::abort();
    };
    calls(2);
    std::size_t const before = bytes_alive;
    calls(1000);
    std::size_t const after = bytes_alive;
    INFO(what);
    CHECK(after == before);
    CHECK(from.given == 1002 * from.all.size()); // as many attempts each
}
} // namespace

TEMPLATE_TEST_CASE("a thousand calls: memory is flat, whatever comes of them", "", in_memory, in_memory_task, in_memory_callback, manual) {
    http::headers const json_headers{{"content-type", "application/json"}, {"x-request-id", "one too long for a string to hold in place"}};
    http::response const page{200, json_headers, page_of(3)}, created{201, json_headers, fixture("workflow-response.min-steps")},
        missing{404, json_headers, fixture("error-dto.full")}, busy{503, json_headers, fixture("error-503.string")};
    counting_resource memory;
    call_options const options{.memory = &memory};
    auto const each = [&]<class S>(std::type_identity<S>) {
        auto const list = [&](auto const& w, auto... done) { return w.template list<S>({.limit = 10, .query = "a query too long for a string"}, options, done...); };
        auto const create = [&](auto const& w, auto... done) {
            return w.template create<S>({.name = "a name too long for a string to hold in place", .workflow_id = "w", .steps = empty_list}, options, done...);
        };
        stays_flat<TestType>("list", {page}, true, list);
        stays_flat<TestType>("create", {created}, true, create);
        stays_flat<TestType>("failed", {missing}, false, list);
        stays_flat<TestType>("retried", {busy, page}, true, list);
        stays_flat<TestType>("created on retry", {busy, busy, created}, true, create);
    };
    each(std::type_identity<owned>{});
    each(std::type_identity<borrowed>{});
    each(std::type_identity<pmr>{});
    CHECK(memory.given > 0);
    CHECK(memory.bytes_out == 0);
}

namespace {
/// What a call allocates for itself, by the kind of its transport.
template <class Transport> constexpr std::size_t own_blocks = 0;
template <> constexpr std::size_t own_blocks<in_memory_task> = 2;     // two frames: its own, and the transport's of the one exchange
template <> constexpr std::size_t own_blocks<in_memory_callback> = 1; // the call, which its callbacks share
template <> constexpr std::size_t own_blocks<manual> = 1;             // its machine, so that the call may move

http::response json_answer(int status, std::string const& body) { return {.status = status, .headers = {{"content-type", "application/json"}}, .body = body}; }

/// What a call allocates after `before`, which is called with the client and what gives it those answers.
template <class Transport = in_memory> std::size_t allocated_after(std::vector<http::response> answered, auto before, http::response const& answer, auto make) {
    std::size_t const had = answered.size();
    answered.push_back(answer);
    answers from{.all = std::move(answered), .once = true};
    auto c = client_of<Transport>(from);
    before(c, from);
    if (from.given != had) std::abort();
    return counted([&] {
        if (!works(c, from, make)) std::abort();
    });
}
template <class Transport> std::size_t second_call(int status, std::string const& body, auto make) {
    http::response const answer = json_answer(status, body);
    return allocated_after<Transport>({answer}, [&](auto& c, answers& from) { REQUIRE(works(c, from, make)); }, answer, make);
}

/// What reading a borrowed T allocates: for its lists, and, if it has such, for dictionaries that grow and for strings with escapes.
template <class T> std::size_t lists_of(std::string const& text) {
    return counted([&] {
        json::arena arena;
        if (!json::read<T>(text, arena, {.envelope = "data"})) std::abort();
    });
}
constexpr auto rendered_body = json::render<[] { return borrowed_types::create_workflow{.name = "a", .workflow_id = "b", .steps = empty_list}; }>();
} // namespace

TEMPLATE_TEST_CASE("a call allocates nothing for its request once another has ended, and for its response what that holds", "", in_memory, in_memory_task,
                   in_memory_callback, manual) {
    using types = borrowed_types;
    std::string const created = fixture("workflow-response.min-steps"), previewed = fixture("generate-preview-response.full"),
                      retrieved = fixture("step-response.full");
    std::string_view const id = "an id too long for a string to hold in place", name = "a name too long for a string to hold in place";
    call_options const none{};
    constexpr std::size_t own = own_blocks<TestType>;
    std::size_t const whole = own + lists_of<types::workflow>(created);
    CHECK(second_call<TestType>(200, page_of(10), [&](auto& w, auto... done) {
              return w.template list<borrowed>({.limit = 10, .query = "a query too long for a string"}, none, done...);
          }) == own + 10 + 1);
    CHECK(second_call<TestType>(201, created, [&](auto& w, auto... done) {
              return w.template create<borrowed>({.name = name, .workflow_id = "w", .steps = empty_list}, none, done...);
          }) == whole);
    CHECK(second_call<TestType>(201, created, [&](auto& w, auto... done) { return w.template create<borrowed>(rendered_body, none, done...); }) == whole);
    CHECK(second_call<TestType>(200, created, [&](auto& w, auto... done) { return w.template get<borrowed>(id, {.environment_id = id}, none, done...); }) == whole);
    CHECK(second_call<TestType>(200, created, [&](auto& w, auto... done) {
              return w.template update<borrowed>(id, {.name = name, .steps = empty_list, .preferences = types::preferences{}, .payload_schema = R"({"a":1})"}, none, done...);
          }) == whole);
    CHECK(second_call<TestType>(200, created, [&](auto& w, auto... done) {
              return w.template patch<borrowed>(id, {.name = name, .payload_schema = nullptr}, none, done...);
          }) == whole);
    CHECK(second_call<TestType>(200, created, [&](auto& w, auto... done) { return w.template sync<borrowed>(id, {.target_environment_id = id}, none, done...); }) == whole);
    CHECK(second_call<TestType>(200, retrieved, [&](auto& w, auto... done) { return w.steps.template retrieve<borrowed>(id, id, none, done...); }) ==
          own + lists_of<types::step_details>(retrieved));
    CHECK(second_call<TestType>(201, previewed, [&](auto& w, auto... done) {
              return w.steps.template generate_preview<borrowed>(id, id, {.control_values = R"({"subject":"s"})"}, none, done...);
          }) == own + lists_of<types::preview>(previewed));
    CHECK(second_call<TestType>(204, "", [&](auto& w, auto... done) { return w.remove(id, none, done...); }) == own);

    stop_source const stop;
    constexpr std::size_t asked = callback_transport<TestType>; // the function that a stop calls
    CHECK(second_call<TestType>(204, "", [&](auto& w, auto... done) { return w.remove(id, {.stop = stop.get_token()}, done...); }) == own + asked);

    // A result holds a value of more than 512 bytes in a block of its own, unless it is borrowed.
    constexpr std::size_t box = 1;
    std::size_t const holds = counted([&] { (void)json::read<workflow>(created, {.envelope = "data"}); });
    CHECK(second_call<TestType>(200, created, [&](auto& w, auto... done) { return w.get(id, {}, none, done...); }) == own + holds + box);
    counting_resource memory;
    call_options const in_memory_resource{.memory = &memory};
    CHECK(second_call<TestType>(200, created, [&](auto& w, auto... done) { return w.template get<pmr>(id, {}, in_memory_resource, done...); }) == own + box);
    constexpr std::size_t adapter = 1; // of its free-form JSON
    CHECK(memory.given == 2 * (holds + adapter));
}

TEST_CASE("a call after one that was retried, or failed, allocates as one after any other") {
    std::string const page = page_of(10), busy = fixture("error-503.string");
    auto const list = [](auto& w) { return w.template list<borrowed>({.limit = 10, .query = "a query too long for a string"}); };
    auto const after = [&](std::vector<http::response> const& answered, auto before) {
        return allocated_after(answered, [&](auto& c, answers&) { before(c.workflows); }, json_answer(200, page), list);
    };
    std::size_t const usual = after({json_answer(200, page)}, [&](auto& w) { REQUIRE(list(w)); });
    CHECK(usual == 10 + 1);
    CHECK(after({json_answer(404, fixture("error-dto.full"))}, [&](auto& w) { CHECK(list(w).error().status == 404); }) == usual);
    CHECK(after({json_answer(422, fixture("validation-error-dto.full"))}, [&](auto& w) { CHECK(list(w).error().status == 422); }) == usual);
    CHECK(after({json_answer(200, "no JSON")}, [&](auto& w) { CHECK(list(w).error().kind == error_kind::undecodable); }) == usual);
    CHECK(after({json_answer(503, busy), json_answer(200, page)}, [&](auto& w) { CHECK(list(w)->attempts == 2); }) == usual);
    CHECK(after({json_answer(503, busy), json_answer(429, busy), json_answer(200, page)}, [&](auto& w) { CHECK(list(w)->attempts == 3); }) == usual);
}

TEST_CASE("a call after one with a large body allocates its text, and nothing else") {
    std::string const created = fixture("workflow-response.min-steps"), large(100 * 1024, 'x');
    auto const create = [&](auto& w) {
        return w.template create<borrowed>({.name = "a name too long for a string to hold in place", .workflow_id = "w", .steps = empty_list});
    };
    http::response const answer = json_answer(201, created);
    std::size_t const usual = second_call<in_memory>(201, created, create);
    constexpr std::size_t text = 1;
    auto const create_large = [&](auto& c, answers&) { REQUIRE(c.workflows.template create<borrowed>({.name = large, .workflow_id = "w", .steps = empty_list})); };
    CHECK(allocated_after({answer}, create_large, answer, create) == usual + text);
}
