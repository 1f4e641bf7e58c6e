// Documents changed at random, the same on every run.
#pragma once

#include <novu/json/detail/check.hpp>
#include <novu/json/read.hpp>

#include <algorithm>
#include <ostream>
#include <random>
#include <string>
#include <string_view>

namespace test {

/// Behind the first of these from there on; the end, if there is none.
inline std::size_t behind(std::string const& text, std::string_view what, std::size_t from) {
    std::size_t const at = text.find(what, from);
    return at == text.npos ? text.size() : at + what.size();
}
/// Where a key or its comma may stand, from there on.
inline std::size_t key_place(std::string const& text, std::size_t from) { return (std::min)(text.find_first_of("{,", from), text.size() - 1) + 1; }

/// A change at one place: a byte flipped, left out, doubled, or a piece moved; and what the readers have ways of their own for.
inline void mutate(std::string& text, std::mt19937& random) {
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
        char const* const end = novu::json::detail::checker{std::string_view{text}.substr(from), 128}.value_end();
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
inline novu::json::read_options random_options(std::mt19937& random) {
    novu::json::read_options options;
    if (random() % 3 == 0) options.max_depth = 1 + random() % 8;
    if (random() % 2 == 0) options.envelope = "data";
    return options;
}

/// A body after up to so many mutations, perhaps in an envelope; and how to read it.
struct mutated_body {
    novu::json::read_options const options;
    std::string text;
    mutated_body(std::string body, unsigned most, std::mt19937& random) : options{random_options(random)}, text{std::move(body)} {
        if (random() % 4 == 0) text = R"({"data":)" + text + "}";
        for (auto n = 1 + random() % most; n != 0; --n) mutate(text, random);
    }
    friend std::ostream& operator<<(std::ostream& out, mutated_body const& b) {
        return out << "envelope \"" << b.options.envelope << "\", levels " << b.options.max_depth << ": " << b.text;
    }
};

} // namespace test
