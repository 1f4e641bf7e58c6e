// The small rules by which a Novu server writes things: ids, slugs, times, templates' variables, query strings.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace novu::testing::detail {

namespace bj = boost::json;

inline std::string_view view(bj::string const& text) { return {text.data(), text.size()}; }

/// A member, or nullptr where it is absent.
inline bj::value const* find(bj::object const& o, std::string_view name) { return o.if_contains({name.data(), name.size()}); }

/// A member's text, or empty where it is absent or something else.
inline std::string_view text_of(bj::object const& o, std::string_view name) {
    bj::value const* v = find(o, name);
    return v && v->is_string() ? view(v->get_string()) : std::string_view{};
}

/// The value as JSON, which has no infinity and no NaN: null stands for those, as in JavaScript.
inline std::string json_text(bj::value value) {
    struct {
        void operator()(bj::value& v) const {
            if (v.is_double() && !std::isfinite(v.get_double())) v = nullptr;
            if (v.is_array())
                for (bj::value& element : v.get_array()) (*this)(element);
            if (v.is_object())
                for (auto& member : v.get_object()) (*this)(member.value());
        }
    } const make_finite;
    make_finite(value);
    return bj::serialize(value);
}

/// `letters and digits in runs joined by single -, _ or .`
constexpr bool is_identifier(std::string_view text) {
    bool joiner = true; // as if before the first
    for (char c : text) {
        bool const alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!alnum && (joiner || (c != '-' && c != '_' && c != '.'))) return false;
        joiner = !alnum;
    }
    return !joiner;
}

/// Lower-case letters and digits of a name, all else as single dashes.
inline std::string slugify(std::string_view name) {
    std::string out;
    for (char c : name) {
        bool const upper = c >= 'A' && c <= 'Z';
        if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += upper ? static_cast<char>(c - 'A' + 'a') : c;
        else if (!out.empty() && out.back() != '-') out += '-';
    }
    while (out.ends_with('-')) out.pop_back();
    return out;
}

/// Writes a number of one base in another, most significant digit first, padded with zeros to `width`.
inline std::string in_base(std::string_view digits, unsigned from, unsigned to, std::size_t width) {
    constexpr std::string_view symbols = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::string number;
    for (char c : digits) {
        if (from == 16 && c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
        number += static_cast<char>(symbols.find(c));
    }
    std::string out;
    while (number.find_first_not_of('\0') != number.npos) {
        unsigned rest = 0;
        for (char& digit : number) {
            unsigned const all = rest * from + static_cast<unsigned char>(digit);
            digit = static_cast<char>(all / to);
            rest = all % to;
        }
        out.insert(out.begin(), symbols[rest]);
    }
    if (to == 16)
        for (char& c : out)
            if (c >= 'A') c = static_cast<char>(c - 'A' + 'a');
    if (out.size() < width) out.insert(0, width - out.size(), '0');
    return out;
}

/// What tells one id from its neighbours.
inline std::string_view short_id(std::string_view id) { return id.substr(id.size() - (std::min)(id.size(), std::size_t{4})); }

/// The slug of a name, or the short id where the name has none: `漢字`.
inline std::string slugify_or(std::string_view name, std::string_view id) {
    std::string const slug = slugify(name);
    return slug.empty() ? std::string{short_id(id)} : slug;
}

/// `name_wf_` and the id in base 62, as 16 characters.
inline std::string slug(std::string_view name, std::string_view marker, std::string_view id) {
    return slugify_or(name, id).append(marker).append(in_base(id, 16, 62, 16));
}

/// The id that a slug ends in; empty where it is none.
inline std::string id_of_slug(std::string_view slug, std::string_view marker) {
    if (slug.size() < 16 + marker.size()) return {};
    std::string_view const coded = slug.substr(slug.size() - 16);
    if (slug.substr(0, slug.size() - 16).substr(slug.size() - 16 - marker.size()) != marker) return {};
    for (char c : coded)
        if (!is_identifier({&c, 1})) return {};
    return in_base(coded, 62, 16, 24);
}

/// ISO 8601 in UTC with milliseconds: `2026-03-01T10:20:30.456Z`.
inline std::string iso_time(std::chrono::system_clock::time_point at) {
    using namespace std::chrono;
    auto const day = floor<days>(at);
    year_month_day const date{day};
    hh_mm_ss const time{floor<milliseconds>(at - day)};
    auto const padded = [](auto number, std::size_t width) {
        std::string digits = std::to_string(number);
        return std::string(digits.size() < width ? width - digits.size() : 0, '0') + digits;
    };
    return padded(static_cast<int>(date.year()), 4) + "-" + padded(static_cast<unsigned>(date.month()), 2) + "-" + padded(static_cast<unsigned>(date.day()), 2) +
           "T" + padded(time.hours().count(), 2) + ":" + padded(time.minutes().count(), 2) + ":" + padded(time.seconds().count(), 2) + "." +
           padded(time.subseconds().count(), 3) + "Z";
}

inline std::string percent_decoded(std::string_view text) {
    constexpr auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; };
    std::string out;
    for (std::size_t i = 0; i != text.size(); ++i) {
        bool const escape = text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
        out += escape ? static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])) : text[i];
        if (escape) i += 2;
    }
    return out;
}

/// A name or value of a query, where a plus is a space.
inline std::string query_decoded(std::string_view text) {
    std::string spaced{text};
    std::replace(spaced.begin(), spaced.end(), '+', ' ');
    return percent_decoded(spaced);
}

/// Takes what stands before `separator` off the front of `rest`.
constexpr std::string_view cut(std::string_view& rest, char separator) {
    std::size_t const at = rest.find(separator);
    std::string_view const out = rest.substr(0, at);
    rest.remove_prefix(at == rest.npos ? rest.size() : at + 1);
    return out;
}

/// Whether `text` contains `part`, in any case of ASCII letters. An empty part is in every text.
inline bool contains_nocase(std::string_view text, std::string_view part) {
    auto const lower = [](std::string_view s) {
        std::string out{s};
        for (char& c : out)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        return out;
    };
    return lower(text).find(lower(part)) != std::string::npos;
}

} // namespace novu::testing::detail
