#include "json_types.hpp"

#include <novu/json/render.hpp>
#include <novu/json/write.hpp>

#include <catch2/catch_test_macros.hpp>

#include <limits>
#include <string>

namespace json = novu::json;
using namespace test;

namespace {
template <class T> std::string text(T const& value) {
    auto out = json::write(value);
    return out ? *out : out.error().message();
}
} // namespace

TEST_CASE("members are written in camelCase, in their order, absent ones left out") {
    CHECK(text(shape{.long_name = "x"}) == R"({"longName":"x","kind":"red"})");
    CHECK(text(shape{.long_name = "x", .kind = color::dark_blue, .tags = {"a", "b"}}) ==
          R"({"longName":"x","kind":"dark_blue","tags":["a","b"]})");
}

TEST_CASE("names that differ stand beside the struct") {
    CHECK(text(renamed{.id = 3, .default_ = 4}) == R"({"_id":3,"default":4})");
}

TEST_CASE("a struct with nothing present is an empty object") { CHECK(text(nothing_needed{}) == "{}"); }

TEST_CASE("nullable: absent, null and a value differ") {
    CHECK(text(nothing_needed{}) == "{}");
    CHECK(text(nothing_needed{.n = nullptr}) == R"({"n":null})");
    CHECK(text(nothing_needed{.n = 3}) == R"({"n":3})");
}

TEST_CASE("an optional list is absent, empty or full") {
    CHECK(text(nothing_needed{.list = novu::empty_list}) == R"({"list":[]})");
    CHECK(text(nothing_needed{.list = {1, 2}}) == R"({"list":[1,2]})");
}

TEST_CASE("strings are escaped where JSON demands it and nowhere else") {
    CHECK(text(std::string{"a\"b\\c/d\b\f\n\r\t\x01\x1f\x7f"}) == "\"a\\\"b\\\\c/d\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"");
    CHECK(text(std::string{"é 漢字 📦"}) == "\"é 漢字 📦\"");
    for (std::size_t n = 0; n != 40; ++n) // wherever it stands among the bytes looked at together
        CHECK(text(std::string(n, 'x') + "\n" + std::string(n, 'y')) == "\"" + std::string(n, 'x') + "\\n" + std::string(n, 'y') + "\"");
}

TEST_CASE("text that is not UTF-8 is refused with its path") {
    for (std::string bad : {"\x80", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xe2\x82", "\xff"}) {
        auto out = json::write(tree{.name = "top", .children = {tree{.name = "fine " + bad}}});
        REQUIRE(!out);
        CHECK(out.error().code == json::errc::invalid_utf8);
        CHECK(out.error().path == "children[0].name");
    }
}

TEST_CASE("numbers: integers in full, doubles shortest, no NaN") {
    CHECK(text(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
    CHECK(text(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
    CHECK(text(0.1) == "0.1");
    CHECK(text(10.0) == "10");
    CHECK(text(boost::json::value(2.5)) == "2.5");
    auto out = json::write(numbers{.d = std::numeric_limits<double>::quiet_NaN()});
    REQUIRE(!out);
    CHECK(out.error().code == json::errc::not_finite);
    CHECK(out.error().path == "d");
}

TEST_CASE("free-form JSON is written as it is, down to the depth limit") {
    boost::json::value deep = 1;
    for (int i = 0; i != 200; ++i) deep = boost::json::array{deep};
    auto out = json::write(deep);
    REQUIRE(!out);
    CHECK(out.error().code == json::errc::too_deep);
    CHECK(text(boost::json::value{{"a", {1, nullptr, true}}, {"b", "x\n"}}) == R"({"a":[1,null,true],"b":"x\n"})");
}

TEST_CASE("raw JSON is checked before it is written") {
    CHECK(text(json::raw{" [1, 2 ] "}) == " [1, 2 ] ");
    CHECK(text(json::raw_object{}) == "{}");
    for (char const* bad : {"[1,]", "{\"a\"}", "nul", "1 2", "\"\\x\"", "01", "{} {}", "\"\x80\""})
        CHECK(json::write(json::raw{bad}).error().code == json::errc::invalid_raw);
    CHECK(json::write(json::raw_object{"[1]"}).error().code == json::errc::invalid_raw);
}

TEST_CASE("extra goes out beside the members and never repeats one that is there") {
    with_extra v{.name = "x", .extra = {{"name", "shadow"}, {"more", 1}}};
    CHECK(text(v) == R"({"name":"x","more":1})");
    v.name.reset();
    CHECK(text(v) == R"({"name":"shadow","more":1})");
    CHECK(text(borrowed_with_extra{.name = "x", .extra = R"({ "name": 1, "more" : [ 2 ] })"}) == R"({"name":"x","more":[ 2 ]})");
}

TEST_CASE("a tag is written for the alternative that has one") {
    std::variant<circle, square> v = square{.side = 2};
    CHECK(text(v) == R"({"type":"square","side":2})");
}

TEST_CASE("writing appends, reuses the capacity, and leaves the buffer alone when it fails") {
    std::string buffer = "head";
    REQUIRE(json::write_to(shape{.long_name = "x"}, buffer));
    CHECK(buffer == R"(head{"longName":"x","kind":"red"})");
    buffer = "head";
    CHECK(!json::write_to(shape{.long_name = "\xff"}, buffer));
    CHECK(buffer == "head");
    std::vector<char> bytes;
    CHECK(*json::write_to(true, bytes) == 4);
    CHECK(std::string(bytes.begin(), bytes.end()) == "true");
}

TEST_CASE("a body rendered at compile time") {
    constexpr auto body = json::render<[] {
        return borrowed_with_extra{.name = "a\"é", .extra = R"({"x":1})"};
    }>();
    static_assert(std::string_view{body} == R"({"name":"a\"é","x":1})");
    static_assert(sizeof(body) == sizeof(std::string_view));
    constexpr auto free = json::render<[] { return borrowed_with_extra{.any = json::raw{R"([1,{"a":[]}])"}}; }>();
    static_assert(std::string_view{free} == R"({"any":[1,{"a":[]}]})");
}

TEST_CASE("a body rendered at compile time but for a few texts is what the value with them is") {
    static constexpr auto make = [](std::string_view a, std::string_view b, std::string_view unused) {
        return std::array{borrowed_with_extra{.name = a}, borrowed_with_extra{.name = "\x01 between \"é"}, borrowed_with_extra{.name = b, .extra = R"({"x":"y"})"},
                          borrowed_with_extra{.name = unused.substr(0, 0)}, borrowed_with_extra{.name = a}};
    };
    static constexpr auto in_list = [](std::string_view a, std::string_view b, std::string_view unused) {
        auto const all = make(a, b, unused);
        return std::variant<borrowed_with_extra, int>{all[unused.empty() ? 0 : 2]};
    };
    static constexpr auto first = json::render<[](std::string_view a, std::string_view b, std::string_view c) { return make(a, b, c)[0]; }>();
    static constexpr auto third = json::render<in_list>();
    static constexpr auto none = json::render<[](std::string_view a) { return make(a, a, a)[1]; }>();
    static constexpr auto text = json::render<[](std::string_view a) { return a; }>(); // nothing but a gap
    std::string const long_one(5000, 'x');
    for (std::string const& a : {std::string{}, std::string{"a\"é\n"}, std::string{"\x01\x1a\x01" "a"}, long_one}) {
        std::string buffer = "head";
        auto const size = json::write_to(first(a, "b", "c"), buffer);
        REQUIRE(size.value() == buffer.size() - 4);
        CHECK(buffer == "head" + json::write(make(a, "b", "c")[0]).value());
        CHECK(json::write(third("", a, "c")).value() == json::write(make("", a, "c")[2]).value());
        CHECK(json::write(none(a)).value() == json::write(make(a, a, a)[1]).value());
        CHECK(json::write(text(a)).value() == json::write(a).value());
    }
    std::string buffer = "head";
    auto const refused = json::write_to(first("\xff", "b", "c"), buffer);
    REQUIRE(!refused);
    CHECK(refused.error().message() == "[0]: not valid UTF-8 (byte 9)");
    CHECK(buffer == "head");
}
