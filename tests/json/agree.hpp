// The ways to read a document, against each other: the direct one and basic_parser, whole and in pieces, each storage.
#pragma once

#include <novu/json/read.hpp>

#include <memory_resource>
#include <random>
#include <string>

namespace test {

/// What two ways to read `text` disagree in; empty: nothing.
template <template <class> class T> std::string disagreement(std::string const& text, std::mt19937& random) {
    namespace json = novu::json;
    using owned = T<novu::owned>;
    std::string const exact{text}; // its own buffer: ASan sees its end
    auto const oracle = json::detail::parse_whole<owned>({exact, nullptr, nullptr}, {});
    auto direct = json::detail::blank_in<owned>(nullptr);
    if (json::detail::read_into(json::detail::info_of<owned>, &*direct, {exact, nullptr, nullptr}, {})) {
        if (!oracle) return "read though basic_parser refuses it: " + oracle.error().message();
        if (!(*oracle == *direct)) return "another value than by basic_parser";
    }
    auto const whole = json::read<owned>(exact);
    if (whole.has_value() != oracle.has_value()) return "refused though basic_parser reads it";
    if (!whole && !(whole.error() == oracle.error())) return "another error: " + whole.error().message() + "; " + oracle.error().message();
    if (whole && !(*whole == *oracle)) return "another value";

    json::reader<owned> reader;
    std::size_t const longest = std::size_t{8} << random() % 10;
    for (std::size_t at = 0; at < text.size();) {
        std::string const piece = text.substr(at, 1 + random() % longest);
        reader.feed(piece);
        at += piece.size();
    }
    auto const pieces = reader.finish();
    json::arena arena;
    auto const views = json::read<T<novu::borrowed>>(exact, arena);
    std::pmr::monotonic_buffer_resource memory;
    auto const in_memory = json::read<T<novu::pmr>>(exact, &memory);
    if (whole.has_value() != pieces.has_value()) return "only in pieces, or only whole";
    if (whole.has_value() != views.has_value()) return "only borrowed, or only owned";
    if (whole.has_value() != in_memory.has_value()) return "only pmr, or only owned";
    if (!whole) {
        if (whole.error().path != pieces.error().path) return "another path in pieces";
        if (!(whole.error() == views.error())) return "another error when borrowed: " + whole.error().message() + "; " + views.error().message();
        if (!(whole.error() == in_memory.error())) return "another error in memory";
        return whole.error().reason.empty() ? "no reason" : "";
    }
    if (!(*whole == *pieces)) return "another value in pieces";
    auto const text_of_owned = json::write(*whole), text_of_views = json::write(*views), text_in_memory = json::write(*in_memory);
    // An exponent beyond all doubles is read as an infinity, which cannot be written.
    if (!text_of_owned) return text_of_owned.error().code == json::errc::not_finite ? "" : "cannot be written: " + text_of_owned.error().message();
    if (!text_in_memory || *text_in_memory != *text_of_owned) return "pmr writes something else";
    if (!text_of_views) return "views cannot be written: " + text_of_views.error().message();
    if (!(json::read<owned>(*text_of_owned).value() == *whole)) return "another value when read again";
    if (!json::read<owned>(*text_of_views)) return "what views write is not read";
    return "";
}

} // namespace test
