// Exact numbers of allocations, by a counting operator new.
#include "../fixtures.hpp"

#include <novu/novu.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <new>
#include <string>

namespace {
std::size_t allocations = 0;
}
void* operator new(std::size_t size) {
    ++allocations;
    if (void* p = std::malloc(size ? size : 1)) return p;
    throw std::bad_alloc{};
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

using namespace novu;

namespace {

template <class F> std::size_t counted(F f) {
    std::size_t const before = allocations;
    f();
    return allocations - before;
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
    CHECK(usual <= 24);
}
