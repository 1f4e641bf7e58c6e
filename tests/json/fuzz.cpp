// Random input, the same on every run: nothing crashes, and the ways to read agree with each other.
#include "../fixtures.hpp"
#include "agree.hpp"
#include "json_types.hpp"

#include <novu/json/detail/check.hpp>
#include <novu/json/read.hpp>
#include <novu/workflows/storages.hpp>

#include <boost/json/serialize.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <ostream>
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

/// Behind the first of these from there on; the end, if there is none.
std::size_t behind(std::string const& text, std::string_view what, std::size_t from) {
    std::size_t const at = text.find(what, from);
    return at == text.npos ? text.size() : at + what.size();
}
/// Where a key or its comma may stand, from there on.
std::size_t key_place(std::string const& text, std::size_t from) { return (std::min)(text.find_first_of("{,", from), text.size() - 1) + 1; }

/// A change at one place: a byte flipped, left out, doubled, or a piece moved; and what the readers have ways of their own for.
void mutate(std::string& text, std::mt19937& random) {
    if (text.empty()) text = "{";
    std::size_t const p = random() % text.size();
    switch (random() % 12) {
    case 0: text[p] = static_cast<char>(random()); break;
    case 1: text.erase(p, 1 + random() % 4); break;
    case 2: text.insert(p, text, random() % text.size(), 1 + random() % 24); break;
    case 3: text.insert(p, 1, "{}[]\",:\\0123456789eE+-.tfnu \n"[random() % 29]); break;
    case 4: text.resize(p); break;
    case 5: text.insert(p, std::string{"\\ud83d\\udce6"}, random() % 6, 1 + random() % 12); break;
    case 6: { // what no key begins with, and the table of members ends with
        std::size_t const places[] = {key_place(text, p), p, text.size()};
        text.insert(places[random() % 3], 16, '\0');
        break;
    }
    case 7: { // a key cut at its end or its begin
        std::size_t const end = behind(text, "\":", p) - 2, n = 1 + random() % 6;
        if (end < text.size() && end > n) text.erase(random() % 2 == 0 ? end - n : (std::max)(text.rfind('"', end - 1) + 1, n) , n);
        break;
    }
    case 8:
    case 9: { // a member a second time, there or elsewhere, perhaps with another value
        std::size_t const from = key_place(text, p);
        std::string member = text.substr(from, text.find_first_of(",}", from) - from) + ",";
        if (random() % 2 == 0) member.resize(behind(member, "\":", 0)), member += random() % 2 == 0 ? "7," : "null,";
        text.insert(random() % 2 == 0 ? from : key_place(text, random() % text.size()), member);
        break;
    }
    case 10: { // a long string
        std::size_t const sizes[] = {250 + random() % 11, 510 + random() % 6, 4000};
        text.insert(behind(text, ":\"", p), (random() % 2 == 0 ? "" : "\\n") + std::string(sizes[random() % 3], 'x'));
        break;
    }
    default: { // a long list
        std::size_t const from = behind(text, "[", p);
        char const* const end = json::detail::checker{std::string_view{text}.substr(from), 128}.value_end();
        std::string element = end ? text.substr(from, static_cast<std::size_t>(end - text.data()) - from) : random() % 2 == 0 ? "\"x\"" : R"({"type":"sms","name":"n"})";
        if (element.size() > 500) break;
        if (end) element += ',';
        std::string many;
        for (auto n = 14 + random() % 6; n != 0; --n) many += !end && n != 1 ? element + ',' : element;
        text.insert(from, many);
        break;
    }
    }
}

/// Not the usual way: fewer levels than there may be, an envelope that there may be.
json::read_options random_options(std::mt19937& random) {
    json::read_options options;
    if (random() % 3 == 0) options.max_depth = 1 + random() % 8;
    if (random() % 2 == 0) options.envelope = "data";
    return options;
}

/// A body after up to so many mutations, perhaps in an envelope; and how to read it.
struct mutated_body {
    json::read_options const options;
    std::string text;
    mutated_body(std::string body, unsigned most, std::mt19937& random) : options{random_options(random)}, text{std::move(body)} {
        if (random() % 4 == 0) text = R"({"data":)" + text + "}";
        for (auto n = 1 + random() % most; n != 0; --n) mutate(text, random);
    }
    friend std::ostream& operator<<(std::ostream& out, mutated_body const& b) {
        return out << "envelope \"" << b.options.envelope << "\", levels " << b.options.max_depth << ": " << b.text;
    }
};

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

TEST_CASE("mutated bodies: whole, in pieces and in each storage agree") {
    std::mt19937 random{20260301};
    int read = 0;
    for (char const* name : {"workflow-response.min", "create-workflow.min", "step-response.min", "list-workflows-response.min-item", "step-upsert.email.full"})
        for (int i = 0; i != 400; ++i) {
            std::string text = fixture(name);
            if (random() % 2 == 0) text = json::write(json::read<boost::json::value>(text).value()).value(); // without white space
            if (name == std::string_view{"step-upsert.email.full"}) text = R"({"name":"n","workflowId":"w","steps":[)" + text + "]}";
            mutated_body const m{text, 3, random};
            INFO(m);
            REQUIRE(test::disagreement<basic_workflow>(m.text, random, m.options) == "");
            REQUIRE(test::disagreement<basic_create_workflow>(m.text, random, m.options) == "");
            REQUIRE(test::disagreement<basic_step_details>(m.text, random, m.options) == "");
            read += json::read<workflow>(m.text, m.options).has_value() + json::read<create_workflow>(m.text, m.options).has_value();
        }
    CHECK(read > 100); // not all are broken beyond reading
}

namespace {
template <class T> void mutated(char const* body) {
    std::mt19937 random{20260305};
    int read = 0;
    for (int i = 0; i != 500; ++i) {
        mutated_body const m{body, 2, random};
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

TEST_CASE("mutated large bodies") {
    std::mt19937 random{7};
    for (char const* name : {"workflow-response.full", "create-workflow.full"})
        for (int i = 0; i != 25; ++i) {
            std::string text = fixture(name);
            json::read_options const options = random_options(random);
            mutate(text, random);
            INFO(text);
            REQUIRE(test::disagreement<basic_workflow>(text, random, options) == "");
            REQUIRE(test::disagreement<basic_create_workflow>(text, random, options) == "");
        }
}
