// Random input, the same on every run: nothing crashes, and the ways to read agree with each other.
#include "agree.hpp"
#include "json_types.hpp"
#include "mutate.hpp"

#include <novu/json/read.hpp>
#include <novu/json/write.hpp>

#include <catch2/catch_test_macros.hpp>

#include <random>
#include <string>

using namespace novu;

namespace {

/// What any string becomes, one byte at a time.
std::string escaped(std::string_view s) {
    std::string out = "\"";
    for (char c : s) {
        std::size_t const at = std::string_view{"\"\\\b\f\n\r\t"}.find(c);
        if (at != std::string_view::npos) out.append({'\\', "\"\\bfnrt"[at]});
        else if (static_cast<unsigned char>(c) < 0x20) out.append("\\u00").append(1, "01"[c >> 4]).append(1, "0123456789abcdef"[c & 15]);
        else out += c;
    }
    return out + '"';
}

} // namespace

TEST_CASE("strings of every length, with every special character at every place") {
    for (std::size_t size = 0; size != 42; ++size)
        for (std::string_view special : {"", "\"", "\\", "\n", "\x01", "\x1f", "\x7f", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x93\xa6", "\"\"\"", "\xc3\xa9\xc3\xa9\n"})
            for (std::size_t at = 0; at <= size; ++at) {
                std::string text(size, 'a');
                text.insert(at, special);
                std::string buffer;
                buffer.shrink_to_fit();
                REQUIRE(json::write_to(text, buffer));
                REQUIRE(buffer == escaped(text));
            }
    for (std::string_view broken : {"\x80", "\xc3", "\xc0\xaf", "\xe2\x82", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff"})
        for (std::size_t at = 0; at != 40; ++at) {
            std::string text(40, 'a');
            text.replace(at, at + broken.size() > 40 ? 40 - at : broken.size(), broken);
            auto const r = json::write(text);
            REQUIRE(!r);
            REQUIRE(r.error().offset == 1 + at);
        }
}

namespace {
template <class T> void mutated(char const* body) {
    std::mt19937 random{20260305};
    int read = 0;
    for (int i = 0; i != 500; ++i) {
        test::mutated_body const m{body, 2, random};
        INFO(m);
        REQUIRE(test::disagreement_of<T>(m.text, random, m.options) == "");
        read += json::read<T>(m.text, m.options).has_value();
    }
    CHECK(read != 0);
}
} // namespace

TEST_CASE("mutated bodies of types of one's own") {
    mutated<test::lenient>(R"({"name":"n","count":7,"inner":{"longName":"x","kind":"red","tags":["a","b"],"tint":"mauve"},"more":1,"any":[1.50,"x",{"y":null}]})");
    mutated<test::with_extra>(R"({"name":"a","x":{"b":[1,2.5,"x"]},"y":null,"u":"\ud83d\udce6"})");
    mutated<test::drawing>(R"({"figures":[{"type":"square","side":2,"corners":[1,2]},{"radius":3,"type":"circle"}],"sizes":{"a":1,"b":2}})");
    mutated<test::tree>(R"({"name":"a","children":[{"name":"b"},{"name":"c","children":[{"name":"d"},{"name":"\u00e9"}]}]})");
    mutated<test::numbers>(R"({"d":1.5e3,"smallOne":-128,"large":18446744073709551615})");
    mutated<test::long_names>(R"({"theNumberOfSubscribersThatHaveSeenTheMessageInTheLastThirtyDays":1,)"
                                         R"("theNumberOfSubscribersThatHaveSeenTheMessageInTheLastThirtyWeeks":2})");
}
