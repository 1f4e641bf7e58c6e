#include "../fixtures.hpp"
#include "json_types.hpp"

#include <novu/json/read.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <filesystem>
#include <memory_resource>
#include <string>
#include <utility>
#include <vector>

namespace json = novu::json;
using namespace test;

namespace {
template <class T> std::string fault(std::string_view text, json::read_options const& options = {}) {
    auto r = json::read<T>(text, options);
    return r ? "read" : r.error().message();
}
} // namespace

TEST_CASE("what is written is read back") {
    auto v = json::read<shape>(R"({"tags":["a"],"longName":"x","kind":"dark_blue","tint":"dark_blue"})");
    REQUIRE(v);
    CHECK(*v == shape{.long_name = "x", .kind = color::dark_blue, .tags = {"a"}, .tint = color::dark_blue});
}

TEST_CASE("an open enum keeps a text it does not know; a closed one refuses it") {
    auto v = json::read<shape>(R"({"longName":"x","kind":"red","tint":"mauve"})");
    REQUIRE(v);
    CHECK(!v->tint->known());
    CHECK(v->tint->text() == "mauve");
    CHECK(fault<shape>(R"({"longName":"x","kind":"mauve"})") == R"(kind: "mauve" is none of the values known (byte 29))");
}

TEST_CASE("faults name their path") {
    CHECK(fault<tree>(R"({"name":"a","children":[{"name":"b"},{"name":"c","children":[{"name":5}]}]})").starts_with(
        "children[1].children[0].name: expected string, got number"));
    CHECK(fault<tree>(R"({"name":"a","children":[{}]})").starts_with("children[0].name: missing required member"));
    CHECK(fault<drawing>(R"({"figures":[],"sizes":{"k":"x"}})").starts_with("sizes.k: expected integer, got string"));
    CHECK(fault<tree>("[]").starts_with("expected object, got array"));
    CHECK(fault<tree>(R"({"name":"a","name":"b"})").starts_with("name: stands twice"));
    CHECK(fault<renamed>(R"({"_id":9999999999})").starts_with("_id: expected integer, got a number that is none or out of range"));
    CHECK(fault<renamed>(R"({"_id":1.5})").starts_with("_id: expected integer"));
    CHECK(fault<renamed>(R"({"_id":null})").starts_with("_id: expected integer, got null"));
}

TEST_CASE("faults of the text itself") {
    auto code = [](std::string_view text) {
        auto r = json::read<tree>(text);
        return r ? std::optional<json::errc>{} : r.error().code;
    };
    CHECK(code("") == json::errc::incomplete);
    CHECK(code("  ") == json::errc::incomplete);
    CHECK(code(R"({"name":"a")") == json::errc::incomplete);
    CHECK(code(R"({"name":"a"} x)") == json::errc::trailing_text);
    CHECK(code("<html>") == json::errc::syntax);
    CHECK(code("{\"name\":\"\xff\"}") == json::errc::syntax);
    CHECK(code(R"({"name":"a"}  )") == std::nullopt);
}

TEST_CASE("nesting is limited") {
    auto nested = [](int levels) { return R"({"name":"a","x":)" + std::string(static_cast<std::size_t>(levels), '[') + std::string(static_cast<std::size_t>(levels), ']') + "}"; };
    CHECK(json::read<with_extra>(nested(100)));
    CHECK(json::read<with_extra>(nested(200)).error().code == json::errc::too_deep);
    CHECK(json::read<with_extra>(nested(20'000)).error().code == json::errc::too_deep);
    CHECK(json::read<with_extra>(nested(3), {.max_depth = 3}).error().code == json::errc::too_deep);
    CHECK(json::read<with_extra>(nested(2), {.max_depth = 3}));
}

TEST_CASE("whole numbers may come as 10 or 10.0") {
    CHECK(json::read<renamed>(R"({"_id":10.0})")->id == 10);
    std::string const long_text = R"({"theNumberOfSubscribersThatHaveSeenTheMessageInTheLastThirtyWeeks":2,"theNumberOfSubscribersThatHaveSeenTheMessageInTheLastThirtyDays":1})";
    auto const by_long_names = json::read<long_names>(long_text).value();
    CHECK(by_long_names.the_number_of_subscribers_that_have_seen_the_message_in_the_last_thirty_days == 1);
    CHECK(json::write(by_long_names).value().find(R"("theNumberOfSubscribersThatHaveSeenTheMessageInTheLastThirtyWeeks":2)") != std::string::npos);
    CHECK(json::read<renamed>(R"({"_id":1e2})")->id == 100);
    CHECK(json::read<numbers>(R"({"d":3,"large":18446744073709551615})")->large == 18446744073709551615u);
    CHECK(json::read<numbers>(R"({"d":1,"smallOne":128})").error().code == json::errc::out_of_range);
    CHECK(json::read<numbers>(R"({"d":1e999})").error().code == json::errc::out_of_range);
}

TEST_CASE("null is absent for std::optional and a state of its own for nullable") {
    auto v = json::read<nothing_needed>(R"({"n":null,"list":null,"flag":null})");
    REQUIRE(v);
    CHECK(v->n.is_null());
    CHECK(!v->list.has_value());
    CHECK(!v->flag);
}

TEST_CASE("what a type does not name is kept in extra, else skipped") {
    auto v = json::read<with_extra>(R"({"a":{"b":[1,2.5,"x"]},"name":"n","c":null})");
    REQUIRE(v);
    CHECK(v->extra == boost::json::object{{"a", {{"b", {1, 2.5, "x"}}}}, {"c", nullptr}});
    CHECK(json::read<renamed>(R"({"x":[[{}]],"_id":1,"y":"z"})")->id == 1);
}

TEST_CASE("in a lenient type what does not fit its member is kept in extra") {
    auto v = json::read<lenient>(R"({"name":5,"count":2.5,"inner":{"longName":"x","kind":"mauve"},"more":1})");
    REQUIRE(v);
    CHECK(!v->name);
    CHECK(!v->count);
    CHECK(!v->inner);
    CHECK(v->extra == boost::json::object{{"name", 5}, {"count", 2.5}, {"inner", {{"longName", "x"}, {"kind", "mauve"}}}, {"more", 1}});
    CHECK(json::read<lenient>(R"({"name":"n","inner":{"longName":"x","kind":"red"}})")->inner->long_name == "x");
    CHECK(json::read<lenient>(R"({"name":null})")->extra == boost::json::object{{"name", nullptr}});
}

TEST_CASE("of a lenient type's member that stands twice the last counts, whether it fits or not") {
    for (auto const& [text, counts] : {std::pair{R"({"name":"a","name":"b"})", R"({"name":"b"})"}, {R"({"name":5,"name":"b"})", R"({"name":"b"})"}, {R"({"name":"a","name":5})", R"({"name":5})"},
                                       {R"({"name":"a","name":null})", R"({"name":null})"}, {R"({"count":1,"count":2.5})", R"({"count":2.5})"}, {R"({"count":1,"count":"x"})", R"({"count":"x"})"},
                                       {R"({"inner":{"longName":"x","kind":"red"},"inner":{"longName":"x"}})", R"({"inner":{"longName":"x"}})"},
                                       {R"({"inner":{"longName":"x","kind":"red"},"inner":[]})", R"({"inner":[]})"}, {R"({"a":1,"a":2})", R"({"a":2})"}}) {
        INFO(text);
        CHECK(json::write(json::read<lenient>(text).value()).value() == counts);
        json::reader<lenient> pieces;
        for (char const* c = text; *c != 0; ++c) pieces.feed({c, 1});
        CHECK(json::write(pieces.finish().value()).value() == counts);
    }
}

TEST_CASE("zeros where a key should be are no JSON, and none are read behind the end of a long key") {
    for (std::string const before : {R"({)", R"({"longName":"x",)", R"({"longName":"x","kind":"red",)", R"({"longName":"x","kind":"red","tags":["a"],)", R"({"longName":"x","kind":"red","tags":["a"],"tint":"red",)"})
        for (std::size_t zeros : {1u, 15u, 16u, 17u, 64u}) {
            std::string const text = before + std::string(zeros, '\0') + R"(":1})" + std::string(80, ' ');
            INFO(before << ' ' << zeros);
            auto const r = json::read<shape>(text);
            REQUIRE(!r);
            CHECK(r.error().code == json::errc::syntax);
            CHECK(r.error().offset == before.size());
        }
    std::string const text = R"({"theNumberOfSubscribersThatHaveSeenTheMessageInTheLastThirtyDays":1,"theNumberOfSubscribersThatHaveSeenTheMessageInTheLastThirtyWeeks":2})";
    for (std::size_t size = 0; size != text.size(); ++size) {
        std::vector<char> const cut(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size)); // its own buffer: ASan sees its end
        auto const r = json::read<long_names>({cut.data(), cut.size()});
        REQUIRE(!r);
        CHECK(r.error().code == json::errc::incomplete);
    }
}

TEST_CASE("empty keys, and values of nothing") { // no pointer to copy from
    for (char const* text : {R"({"figures":[{"":1,"type":"square","side":2}]})", R"({"":1,"figures":[{"side":2,"":"","type":"square"}],"sizes":{"":1}})"}) {
        INFO(text);
        CHECK(std::get<square>(json::read<drawing>(text).value().figures.at(0)).side == 2);
        json::reader<drawing> pieces;
        for (char const* c = text; *c != 0; ++c) pieces.feed({c, 1}), pieces.feed({});
        CHECK(std::get<square>(pieces.finish().value().figures.at(0)).side == 2);
    }
    CHECK(json::read<lenient>(R"({"inner":{"longName":"","":""},"":""})").value().extra == boost::json::object{{"", ""}, {"inner", {{"longName", ""}, {"", ""}}}});
}

TEST_CASE("the tag of a variant may stand anywhere in its object") {
    for (char const* text : {R"({"figures":[{"type":"square","side":2,"corners":[1]}]})", R"({"figures":[{"side":2,"type":"square","corners":[1]}]})",
                             R"({"figures":[{"side":2,"corners":[1],"type":"square"}]})"}) {
        auto v = json::read<drawing>(text);
        REQUIRE(v);
        auto* s = std::get_if<square>(&v->figures[0]);
        REQUIRE(s);
        CHECK(s->side == 2);
        CHECK(s->corners.size() == 1);
    }
    for (char const* text : {R"({"figures":[{"type":"square","side":2}]})", R"({"figures": [{"type": "square", "side": 2}]})", R"({"figures":[ { "type" : "square" , "side" : 2 } ]})",
                             R"({"figures":[{"side":2,"type" : "square"}]})"}) { // the reader of whole documents, too
        auto direct = novu::json::detail::blank_in<drawing>(nullptr);
        CHECK(novu::json::detail::read_into(novu::json::detail::info_of<drawing>, &*direct, {text, nullptr, nullptr}, {}));
        CHECK(std::get<square>(direct->figures.at(0)).side == 2);
    }
    for (char const* text : {R"({"figures":[{"type":"square",}]})", R"({"figures":[{"type":"square",,"side":2}]})", R"({"figures":[{"type":"square" "side":2}]})",
                             R"({"figures":[{"type":"square","type":"circle","side":2}]})", R"({"figures":[{"type":"square")"})
        CHECK(fault<drawing>(text) != "");
    CHECK(fault<drawing>(R"({"figures":[{"side":1}]})").starts_with("figures[0].type: missing required member"));
    CHECK(fault<drawing>(R"({"figures":[{"type":1}]})").starts_with("figures[0].type: expected string, got number"));
    CHECK(fault<drawing>(R"({"figures":[{"type":"oval"}]})").starts_with(R"(figures[0].type: "oval" is none)"));
    CHECK(fault<drawing>(R"({"figures":[{"side":"x","type":"square"}]})").starts_with("figures[0].side: expected integer, got string"));
    CHECK(fault<square>(R"({"side":1,"type":"circle"})").starts_with(R"(type: expected "square", got "circle")"));
}

TEST_CASE("an envelope is taken off when it is one") {
    json::read_options const options{.envelope = "data"};
    CHECK(json::read<renamed>(R"({"data":{"_id":1}})", options)->id == 1);
    CHECK(json::read<renamed>(R"({"_id":1})", options)->id == 1);
    CHECK(json::read<renamed>(R"({"data":7,"_id":1})", options)->id == 1);
    CHECK(fault<renamed>(R"({"data":7})", options).starts_with("expected object, got number"));
    CHECK(!json::read<renamed>(R"({"data":{"_id":1}})"));
}

TEST_CASE("borrowed values look at the text, or at the arena where the text has no such place") {
    std::string const text = R"({"name":"plain","any":[1.50,"x"],"u":{"k":"\u00e9"}})";
    json::arena arena;
    auto v = json::read<borrowed_with_extra>(text, arena);
    REQUIRE(v);
    CHECK(v->name->data() == text.data() + text.find("plain"));
    CHECK(v->any->text == R"([1.50,"x"])");
    CHECK(v->extra.text == R"({"u":{"k":"\u00e9"}})"); // as it stands
}

TEST_CASE("long texts of borrowed values, with escapes anywhere") {
    for (int const before : {0, 15, 400, 500, 511, 512, 513, 700, 5000})
        for (std::string const special : {"\\n", "\\u00e9", "\\ud83d\\udce6", "é", "", "\\x", "\n", "\\ud83d", "\xc3"})
            for (int const behind : {0, 1, 40, 600})
                for (int const space : {0, 20, 70}) {
                    CAPTURE(before, special, behind, space);
                    std::string const one = "\"" + std::string(static_cast<std::size_t>(before), 'a') + special + std::string(static_cast<std::size_t>(behind), 'b') + "\\t\"";
                    std::string const text = "[" + one + ",\"\\r\"," + one + ",\"plain\"," + one + "]" + std::string(static_cast<std::size_t>(space), ' ');
                    json::arena arena;
                    auto const views = json::read<std::vector<std::string_view>>(text, arena);
                    auto const owned = json::read<std::vector<std::string>>(text);
                    bool const good = special != "\\x" && special != "\n" && special != "\\ud83d" && special != "\xc3";
                    REQUIRE(owned.has_value() == good);
                    REQUIRE(views.has_value() == good);
                    if (good) REQUIRE(std::vector<std::string>(views->begin(), views->end()) == *owned);
                    else REQUIRE(views.error().message() == owned.error().message());
                }
}

TEST_CASE("views are found however deep they are") {
    static_assert(json::detail::holds_views<nested<20>>());
    static_assert(!json::detail::holds_views<tree>()); // which has itself
    std::string text = R"({"text":"a\n"})";
    for (int i = 0; i != 20; ++i) text = R"({"in":[)" + text + "]}";
    json::arena arena;
    auto const read = json::read<nested<20>>(text, arena);
    REQUIRE(read);
    text.clear();
    CHECK(read->in[0].in[0].in[0].in[0].in[0].in[0].in[0].in[0].in[0].in[0].in[0].in[0].in[0].in[0].in[0].in[0].in[0].in[0].in[0].in[0].text == "a\n");
}

TEST_CASE("a list takes little more room than its text where large elements follow small ones") {
    std::string text = R"([{"name":"a"},{"name":"b"},{"name":"c"})";
    while (text.size() < 300) text += R"(,{"name":"d"})";
    auto const read = json::read<std::vector<tree>>(text + R"(,{"name":")" + std::string(5'000'000, 'x') + R"("}])");
    REQUIRE(read);
    CHECK(read->capacity() * sizeof(tree) < 7'000'000);
}

TEST_CASE("an arena takes little more than a document has, whatever stands among its texts") {
    struct counted final : std::pmr::memory_resource {
        std::size_t taken{0}, blocks{0};
        void* do_allocate(std::size_t n, std::size_t align) override { return taken += n, ++blocks, std::pmr::new_delete_resource()->allocate(n, align); }
        void do_deallocate(void* p, std::size_t n, std::size_t align) override { std::pmr::new_delete_resource()->deallocate(p, n, align); }
        bool do_is_equal(std::pmr::memory_resource const& other) const noexcept override { return this == &other; }
    };
    std::string const one = R"({"u":1,"name":")" + std::string(600, 'x') + R"(\n","v":1,"any":2,"w":2})";
    std::string text = "[" + one;
    for (int i = 0; i != 300; ++i) text += "," + one;
    text += "]";
    counted memory;
    json::arena arena{&memory};
    auto const read = json::read<std::vector<borrowed_with_extra>>(text, arena);
    REQUIRE(read);
    CHECK(read->back().extra.text == R"({"u":1,"v":1,"w":2})");
    CHECK(memory.taken < 3 * text.size());
    counted once;
    json::arena small{&once};
    CHECK(json::read<borrowed_with_extra>(R"({"u":1,"name":"","v":1,"any":")" + std::string(600, 'x') + "\"}" + std::string(80, ' '), small));
    CHECK(once.blocks == 1);
}

TEST_CASE("a document in pieces reads as in one, wherever it is cut") {
    std::string const text = R"({"longName":"a\u00e9\ud83d\udce6\\\"b","x":{"y":[1.25e3,-7,true,null,"\u0041"]},"kind":"dark_blue","tags":["\\","q"]} )";
    auto const whole = json::read<shape>(text);
    REQUIRE(whole);
    for (std::size_t size : {1u, 2u, 3u, 7u}) {
        json::reader<shape> r;
        for (std::size_t at = 0; at < text.size(); at += size) REQUIRE(r.feed(std::string_view{text}.substr(at, size)));
        auto v = r.finish();
        REQUIRE(v);
        CHECK(*v == *whole);
    }
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        json::reader<shape> r;
        r.feed(std::string_view{text}.substr(0, cut));
        r.feed(std::string_view{text}.substr(cut));
        auto v = r.finish();
        REQUIRE(v);
        CHECK(*v == *whole);
        if (cut < text.find('}', text.find("tags")) ) {
            json::reader<shape> half;
            half.feed(std::string_view{text}.substr(0, cut));
            CHECK(!half.finish());
        }
    }
}

TEST_CASE("a list of objects in pieces of every size, and what is wrong with one of them") {
    std::vector<shape> list;
    for (std::size_t n : {3u, 0u, 40u, 700u, 5u, 100'000u, 60u, 900u, 2u})
        list.push_back({.long_name = std::string(n, 'x') + "\"},{[\\", .kind = color::red, .tags = {"a},{b", std::string(n / 4, '\n')}});
    std::string const good = *json::write(list);
    auto const with = [&](std::string_view before, std::string_view after) {
        std::string text = good;
        return text.replace(text.find(before), before.size(), after);
    };
    std::string const sixty = "\"longName\":\"" + std::string(60, 'x') + "\\";
    for (std::string const& text : {good, with("},{", "} , {"), with("},{", "},"), with("},{", "}{"), with("},{", "},,{"), with("},{", "},tru,{"), with("[{", "[tru{"), with("},{", "},null,{"), with("},{", "},{\"longName\":7},{"),
                                    with(sixty, "\"x\":\"\\"), with(sixty, "\"longName\":\"\x01\\"), with(sixty, "\"longName\":\"a\",\"x\":[1,{]}"), good + ",{}", good.substr(1)}) {
        auto const whole = json::read<std::vector<shape>>(text);
        for (std::size_t size : {1u, 7u, 100u, 1400u, 16384u, 1'000'000u}) {
            json::reader<std::vector<shape>> r;
            for (std::size_t at = 0; at < text.size(); at += size) r.feed(std::string{text.substr(at, size)});
            auto const v = r.finish();
            REQUIRE(v.has_value() == whole.has_value());
            if (v) REQUIRE(*v == *whole);
            else CHECK(v.error().path == whole.error().path);
            if (!v && size >= 100) CHECK(v.error() == whole.error()); // basic_parser puts a word that is cut elsewhere
        }
    }
}

TEST_CASE("what follows a document that came in one piece") {
    json::reader<shape> r;
    REQUIRE(r.feed(R"({"longName":"a","kind":"red"})"));
    REQUIRE(r.feed(" \n"));
    CHECK(!r.feed("  x"));
    auto const refused = r.finish();
    REQUIRE(!refused);
    CHECK(refused.error().code == json::errc::trailing_text);
    CHECK(refused.error().offset == 33);
}

TEST_CASE("an escape cut at the end of a piece, with a long rest of the string behind it") {
    std::string const text = "{\"longName\":\"\\u00e9" + std::string(9000, 'z') + "\\u00e9\",\"kind\":\"red\"}";
    for (std::size_t cut = 0; cut != 40; ++cut) {
        std::string head = text.substr(0, cut), tail = text.substr(cut); // buffers of their own, so that ASan sees the ends
        json::reader<shape> r;
        r.feed(head);
        r.feed(tail);
        auto v = r.finish();
        REQUIRE(v);
        CHECK(v->long_name.size() == 9004);
    }
}

TEST_CASE("a public corpus of JSON texts") {
    char const* const shared = std::getenv("NOVU_SHARED_DATA");
    std::filesystem::path const corpus = std::filesystem::path{shared ? shared : "../shared"} / "corpus/json/test_parsing";
    if (!std::filesystem::is_directory(corpus)) {
#if defined(__cpp_exceptions)
        SKIP("no corpus at " << corpus.string());
#else // where Catch2's SKIP aborts
        WARN("skipped: no corpus at " << corpus.string());
        return;
#endif
    }
    for (auto const& entry : std::filesystem::directory_iterator{corpus}) {
        std::string const name = entry.path().filename().string(), text = read_file(entry.path().string());
        auto whole = json::read<boost::json::value>(text);
        json::reader<boost::json::value> in_pieces;
        for (char const& c : text) in_pieces.feed({&c, 1});
        bool const pieces_read = in_pieces.finish().has_value();
        json::arena arena;
        bool const raw_read = json::read<json::raw>(text, arena).has_value();
        INFO(name);
        CHECK(whole.has_value() == pieces_read);
        CHECK(whole.has_value() == raw_read);
        if (name.starts_with("y_")) CHECK(whole.has_value());
        if (name.starts_with("n_")) CHECK(!whole.has_value());
        bool const checks = json::detail::checker{text, json::default_max_depth}.document();
        if (name.starts_with("y_")) CHECK(checks);
        if (name.starts_with("n_")) CHECK(!checks);
    }
}

TEST_CASE("numbers of free-form JSON beyond 64 bits become doubles, or stay the text they are") {
    std::string_view const text = "123456789012345678901234567890";
    CHECK(json::read<boost::json::value>("18446744073709551615")->is_uint64());
    auto const number = json::read<boost::json::value>(text);
    REQUIRE(number);
    CHECK(number->get_double() == 123456789012345678901234567890.0);
    json::arena arena;
    CHECK(json::read<json::raw>(text, arena)->text == text);
}
