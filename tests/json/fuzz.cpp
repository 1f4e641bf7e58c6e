// Random input, the same on every run: nothing crashes, and the ways to read agree with each other.
#include "../fixtures.hpp"
#include "agree.hpp"
#include "json_types.hpp"

#include <novu/json/read.hpp>
#include <novu/workflows/storages.hpp>

#include <boost/json/serialize.hpp>
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

/// A change at one place: a byte flipped, left out, doubled, or a piece moved.
void mutate(std::string& text, std::mt19937& random) {
    auto const at = [&] { return text.empty() ? 0 : random() % text.size(); };
    std::size_t const p = at();
    switch (random() % 6) {
    case 0: text[p] = static_cast<char>(random()); break;
    case 1: text.erase(p, 1 + random() % 4); break;
    case 2: text.insert(p, text, at(), 1 + random() % 24); break;
    case 3: text.insert(p, 1, "{}[]\",:\\0123456789eE+-.tfnu \n"[random() % 29]); break;
    case 4: text.resize(p); break;
    default: text.insert(p, std::string{"\\ud83d\\udce6"}, random() % 6, 1 + random() % 12); break;
    }
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

TEST_CASE("mutated bodies: whole, in pieces and as views agree") {
    std::mt19937 random{20260301};
    int read = 0;
    for (char const* name : {"workflow-response.min", "create-workflow.min", "step-response.min", "list-workflows-response.min-item"})
        for (int i = 0; i != 400; ++i) {
            std::string text = fixture(name);
            for (auto n = 1 + random() % 3; n != 0; --n) mutate(text, random);
            INFO(text);
            REQUIRE(test::disagreement<basic_workflow>(text, random) == "");
            REQUIRE(test::disagreement<basic_create_workflow>(text, random) == "");
            REQUIRE(test::disagreement<basic_step_details>(text, random) == "");
            read += json::read<workflow>(text).has_value();
        }
    CHECK(read > 10); // not all are broken beyond reading
}

TEST_CASE("mutated large bodies") {
    std::mt19937 random{7};
    for (char const* name : {"workflow-response.full", "create-workflow.full"})
        for (int i = 0; i != 25; ++i) {
            std::string text = fixture(name);
            mutate(text, random);
            INFO(text);
            REQUIRE(test::disagreement<basic_workflow>(text, random) == "");
            REQUIRE(test::disagreement<basic_create_workflow>(text, random) == "");
        }
}
