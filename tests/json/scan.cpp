// The scanning of text, against what a loop over its bytes says. Built twice: with SSE2, and for processors without.
#include <novu/json/detail/output.hpp>
#include <novu/json/detail/scan.hpp>
#include <novu/json/detail/skim.hpp>

#include <catch2/catch_test_macros.hpp>

#include <memory>
#include <random>
#include <string>
#include <string_view>

namespace detail = novu::json::detail;

namespace {

/// A copy with a buffer of its own, so that ASan sees both ends.
struct exact {
    std::unique_ptr<char[]> bytes;
    std::size_t size;
    explicit exact(std::string_view text) : bytes{new char[text.size()]}, size{text.size()} { text.copy(bytes.get(), size); }
    [[nodiscard]] char const* begin() const { return bytes.get(); }
    [[nodiscard]] char const* end() const { return bytes.get() + size; }
};

// Byte by byte.
bool plain(unsigned char c) { return c >= 0x20 && c != '"' && c != '\\'; }
struct decoded {
    bool good{false};
    std::string text{};
    std::size_t end{0};
};
decoded decode(std::string_view s) {
    decoded out;
    for (std::size_t i = 0; i != s.size();) {
        auto const c = static_cast<unsigned char>(s[i]);
        if (c == '"') return out.good = true, out.end = i, out;
        if (plain(c)) {
            std::size_t const n = detail::utf8_length(s.data() + i, s.size() - i);
            if (n == 0) return out;
            out.text.append(s, i, n);
            i += n;
            continue;
        }
        if (c != '\\' || i + 1 == s.size()) return out;
        std::size_t const simple = std::string_view{"\"\\/bfnrt"}.find(s[i + 1]);
        if (simple != std::string_view::npos) {
            out.text += "\"\\/\b\f\n\r\t"[simple];
            i += 2;
            continue;
        }
        auto const unit = [&](std::size_t at) -> int {
            if (s.size() < at + 6 || s[at] != '\\' || s[at + 1] != 'u') return -1;
            int value = 0;
            for (std::size_t k = at + 2; k != at + 6; ++k) {
                std::size_t const digit = std::string_view{"0123456789abcdefABCDEF"}.find(s[k]);
                if (digit == std::string_view::npos) return -1;
                value = value * 16 + static_cast<int>(digit < 16 ? digit : digit - 6);
            }
            return value;
        };
        int code = unit(i);
        if (code < 0 || (code >= 0xdc00 && code <= 0xdfff)) return out;
        i += 6;
        if (code >= 0xd800 && code <= 0xdbff) {
            int const low = unit(i);
            if (low < 0xdc00 || low > 0xdfff) return out;
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            i += 6;
        }
        char bytes[4];
        out.text.append(bytes, static_cast<std::size_t>(detail::put_utf8(bytes, static_cast<unsigned>(code)) - bytes));
    }
    return out;
}
std::size_t elements(std::string_view s) {
    std::size_t depth = 0, commas = 0;
    bool in_string = false;
    for (std::size_t i = 0; i != s.size(); ++i) {
        if (in_string) {
            if (s[i] == '\\') ++i;
            else in_string = s[i] != '"';
        } else if (s[i] == '"') in_string = true;
        else if (s[i] == '[' || s[i] == '{') ++depth;
        else if (s[i] == ']' || s[i] == '}') {
            if (depth-- == 0) break;
        } else if (s[i] == ',' && depth == 0) ++commas;
    }
    return commas + 1;
}

std::string random_text(std::mt19937& random) {
    static constexpr std::string_view pieces[] = {"\\\"", "\\\\", "\\/", "\\n", "\\u0041", "\\u00e9", "\\u20ac", "\\ud83d\\udce6", "é", "€", "📦", "abcdefghijklmnop", "a", "bc", "<p>"};
    static constexpr std::string_view bad[] = {"\\", "\\u12", "\\ud83d", "\\udce6", "\\x", "\n", "\xff", "\xc3", "\xed\xa0\x80", "\"", "\\ud83d\\u0041"};
    std::string out;
    for (auto n = random() % 24; n != 0; --n) out += pieces[random() % std::size(pieces)];
    if (random() % 4 == 0) out.insert(out.empty() ? 0 : random() % out.size(), bad[random() % std::size(bad)]);
    return out;
}

} // namespace

TEST_CASE("the end of a string and its text") {
    std::mt19937 random{1};
    int good = 0, copies = 0, parts = 0;
    for (int i = 0; i != 20'000; ++i) {
        std::string const text = random_text(random) + (random() % 8 == 0 ? "" : "\"") + std::string(random() % 80, ' ');
        exact const in{text};
        decoded const expected = decode(text);
        std::size_t saved = 99;
        char const* const end = detail::string_end(in.begin(), in.end(), saved);
        INFO(text);
        REQUIRE((end != nullptr) == expected.good);
        if (!end) {
            exact copied{std::string(text.size() + 48, '?')};
            detail::text_part const part = detail::unescape_while(in.begin(), in.end(), copied.bytes.get(), std::ssize(text));
            REQUIRE((part.p == nullptr || (!part.ends && detail::string_end(part.p, in.end(), saved) == nullptr)));
            continue;
        }
        ++good;
        REQUIRE(static_cast<std::size_t>(end - in.begin()) == expected.end);
        REQUIRE(saved == expected.end - expected.text.size());
        for (std::size_t room : {expected.text.size() + 1, std::size_t{random() % 40}}) { // the same, copied on the way
            exact copied{std::string(room + 48, '?')};
            detail::text_part const part = detail::unescape_while(in.begin(), in.end(), copied.bytes.get(), static_cast<std::ptrdiff_t>(room));
            REQUIRE(part.p);
            std::size_t more = 0;
            REQUIRE((part.ends ? part.p : detail::string_end(part.p, in.end(), more)) == end);
            REQUIRE(part.saved + more == expected.end - expected.text.size());
            std::size_t const came = static_cast<std::size_t>(part.p - in.begin()) - part.saved;
            REQUIRE(std::string_view{copied.begin(), came} == std::string_view{expected.text}.substr(0, came));
            (part.ends ? copies : parts) += came != 0;
        }
        exact out{std::string(expected.text.size(), '?')};
        REQUIRE(detail::unescape(in.begin(), end, out.bytes.get()) == out.end());
        REQUIRE(std::string_view{out.begin(), out.size} == expected.text);
        if (in.end() - end < 16) continue;
        exact roomy{std::string(expected.text.size() + 32, '?')};
        char const* from = in.begin();
        char* to = detail::unescape_some(from, end, roomy.bytes.get(), roomy.begin() + expected.text.size() / 2);
        if (from != end) to = detail::unescape_some(from, end, to, roomy.begin() + expected.text.size() + 1);
        REQUIRE(from == end);
        REQUIRE(static_cast<std::size_t>(to - roomy.begin()) == expected.text.size());
        REQUIRE(std::string_view{roomy.begin(), expected.text.size()} == expected.text);
    }
    CHECK(good > 10'000);
#if defined(__SSE2__)
    CHECK(copies > 2'000);
    CHECK(parts > 2'000);
#else
    CHECK(copies + parts == 0);
#endif
}

TEST_CASE("strings as they are written read back") {
    std::mt19937 random{2};
    for (int i = 0; i != 20'000; ++i) {
        std::string text = decode(random_text(random) + '"').text;
        for (auto n = random() % 3; n != 0; --n) text.insert(random() % (text.size() + 1), 1, static_cast<char>(random() % 0x80));
        if (random() % 50 == 0) text = std::string(600, 'x') + text + std::string(random() % 600, '"');
        bool const valid = detail::is_utf8(text);
        exact const in{text};
        std::string out;
        novu::json::error fault;
        detail::buffer_output to{out, &fault};
        INFO(text);
        REQUIRE(detail::write_string(to, {in.begin(), in.size}) == valid);
        to.finish(valid);
        if (!valid) continue;
        REQUIRE(out.front() == '"');
        decoded const back = decode(std::string_view{out}.substr(1));
        REQUIRE(back.good);
        REQUIRE(back.end == out.size() - 2);
        REQUIRE(back.text == text);
    }
}

TEST_CASE("how many elements an array has, short or long") {
    std::mt19937 random{3};
    for (int i = 0; i != 5'000; ++i) {
        std::string text;
        auto const n = 1 + random() % 8;
        for (unsigned k = 0; k != n; ++k) {
            text += k == 0 ? "" : ",";
            if (random() % 3 == 0) text += "{\"a,\":[1,{\"b\":\"]\\\"},\"}]}";
            else if (random() % 2 == 0) text += "\"" + std::string(random() % 40, ',') + "\\\\\"";
            else text += "12";
        }
        if (text.size() > 500) continue;
        exact const in{text + "]" + std::string(random() % 20, ',')};
        char const* p = in.begin();
        INFO(text);
        REQUIRE(detail::skim_elements(p, in.end()) == n);
        REQUIRE(n == elements(text + "]"));
        REQUIRE(*p == ']');
    }
    std::string many = "\"0123456789\"";
    for (int i = 1; i != 1000; ++i) many += ",\"0123456789\"";
    exact const in{many + "]}"};
    char const* p = in.begin();
    std::size_t const expected = detail::skim_elements(p, in.end());
    CHECK(expected >= 1000);
    CHECK(expected < 1100);
    CHECK(p - in.begin() < 600);
    for (std::string_view broken : {"", "\"", "\"\\", "{", "[[", ",,,", "\"a\\"}) { // never past the end
        exact const b{broken};
        char const* at = b.begin();
        detail::skim_elements(at, b.end());
        bool escaped = false;
        CHECK(detail::skim_member(b.begin(), b.end(), "type", escaped) == nullptr);
    }
}

TEST_CASE("where a member stands") {
    std::string const text = R"("a":{"type":1},"b":["type"],"c":"type","type" : "x"})";
    exact const in{text};
    bool escaped = false;
    char const* const at = detail::skim_member(in.begin(), in.end(), "type", escaped);
    REQUIRE(at);
    CHECK(std::string_view(at, 3) == "\"x\"");
    CHECK(!escaped);
    exact const other{std::string_view{R"("t\u0079pe":"x"})"}};
    CHECK(detail::skim_member(other.begin(), other.end(), "type", escaped) == nullptr);
    CHECK(escaped);
}
