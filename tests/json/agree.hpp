// The ways to read a document, against each other: the direct one and basic_parser, whole and in pieces, each storage.
#pragma once

#include <novu/json/read.hpp>

#include <algorithm>
#include <memory_resource>
#include <random>
#include <string>
#include <vector>

namespace test {

/// Whether a piece that ends there ends within a word, a number, an escape or a character.
inline bool within_token(std::string_view text, std::size_t at) {
    auto const of_token = [](char c) { return std::string_view{"\"[]{},: \t\r\n"}.find(c) == std::string_view::npos; };
    if (at == 0 || at >= text.size()) return false;
    return (of_token(text[at - 1]) && of_token(text[at])) || text.substr(at < 12 ? 0 : at - 12, 12).find('\\') != std::string_view::npos;
}

/// Whether pieces are refused as the whole is: for the same reason at the same place. basic_parser puts elsewhere what is wrong
/// in a word, a number, an escape or a character that is cut, as far as those are long, and may call bad syntax otherwise.
inline bool same_fault(novu::json::error const& pieces, novu::json::error const& whole, bool tokens_whole) {
    if (tokens_whole && whole.code != novu::json::errc::syntax) return pieces == whole;
    std::size_t const apart = pieces.offset < whole.offset ? whole.offset - pieces.offset : pieces.offset - whole.offset;
    return pieces.code == whole.code && pieces.path == whole.path && apart <= 12;
}

/// Reads the text in pieces of random size, each in its own buffer: ASan sees its end.
template <class T> novu::json::result<T> in_pieces(novu::json::reader<T> reader, std::string_view text, std::mt19937& random, bool tokens_whole) {
    std::size_t const longest = std::size_t{8} << random() % 10;
    for (std::size_t at = 0, end = 0; at < text.size(); at = end) {
        end = (std::min)(at + 1 + random() % longest, text.size());
        while (tokens_whole && within_token(text, end)) ++end;
        std::vector<char> const piece(text.begin() + static_cast<std::ptrdiff_t>(at), text.begin() + static_cast<std::ptrdiff_t>(end));
        reader.feed({piece.data(), piece.size()});
    }
    return reader.finish();
}

/// Whether it is what the text is read as without an envelope: in pieces, the first member has decided that there is one.
template <class T> bool only_began_like_an_envelope(T const& value, std::string_view text, novu::json::read_options options) {
    if (options.envelope.empty()) return false;
    options.envelope = {};
    auto const read = novu::json::read<T>(text, options);
    return read && *read == value;
}

/// What the ways to read `text` disagree in; empty: nothing.
template <class T> std::string disagreement_of(std::string const& text, std::mt19937& random, novu::json::read_options const& options = {}) {
    namespace json = novu::json;
    std::vector<char> const bytes(text.begin(), text.end()); // its own buffer: ASan sees its end
    std::string_view const exact{bytes.data(), bytes.size()};
    auto const oracle = json::detail::parse_whole<T>({exact, nullptr, nullptr}, options);
    auto direct = json::detail::blank_in<T>(nullptr);
    if (json::detail::read_into(json::detail::info_of<T>, &*direct, {exact, nullptr, nullptr}, options)) {
        if (!oracle) return "read though basic_parser refuses it: " + oracle.error().message();
        if (!(*oracle == *direct)) return "another value than by basic_parser";
    }
    auto const whole = json::read<T>(exact, options);
    if (whole.has_value() != oracle.has_value()) return "refused though basic_parser reads it";
    if (!whole && !(whole.error() == oracle.error())) return "another error: " + whole.error().message() + "; " + oracle.error().message();
    if (whole && !(*whole == *oracle)) return "another value";
    if (!whole && whole.error().reason.empty()) return "no reason";

    bool const tokens_whole = random() % 2 == 0;
    auto const pieces = in_pieces(json::reader<T>{options}, exact, random, tokens_whole);
    if (!pieces && whole) return only_began_like_an_envelope(*whole, exact, options) ? "" : "only whole: " + pieces.error().message();
    if (!whole && pieces) return "only in pieces: " + whole.error().message();
    if (!whole) return same_fault(pieces.error(), whole.error(), tokens_whole) ? "" : "another error in pieces: " + pieces.error().message() + "; " + whole.error().message();
    if (!(*whole == *pieces)) return "another value in pieces";
    auto const written = json::write(*whole);
    // An exponent beyond all doubles is read as an infinity, which cannot be written.
    if (!written) return written.error().code == json::errc::not_finite ? "" : "cannot be written: " + written.error().message();
    auto const again = json::read<T>(*written);
    if (!again) return "what is written is not read: " + again.error().message();
    // Equal as JSON, no more: whole doubles are written as integers. And what did not fit its type, since a member stood in it
    // twice, may fit it now.
    auto const as_json = [](T const& value) { return json::read<boost::json::value>(json::write(value).value()).value(); };
    if (as_json(*again) == as_json(*whole)) return "";
    auto const each_once = json::read<T>(json::write(json::read<boost::json::value>(exact).value()).value(), options);
    return each_once && as_json(*each_once) == as_json(*whole) ? "another value when read again: " + *written : "";
}

/// The same, and what the storages disagree in.
template <template <class> class T> std::string disagreement(std::string const& text, std::mt19937& random, novu::json::read_options const& options = {}) {
    namespace json = novu::json;
    using owned = T<novu::owned>;
    if (std::string found = disagreement_of<owned>(text, random, options); !found.empty()) return found;
    std::vector<char> const bytes(text.begin(), text.end());
    std::string_view const exact{bytes.data(), bytes.size()};
    auto const whole = json::read<owned>(exact, options);
    json::arena arena;
    auto const views = json::read<T<novu::borrowed>>(exact, arena, options);
    std::pmr::monotonic_buffer_resource memory;
    auto const in_memory = json::read<T<novu::pmr>>(exact, &memory, options);
    auto const pieces_in_memory = in_pieces(json::reader<T<novu::pmr>>{&memory, options}, exact, random, false);
    if (whole.has_value() != views.has_value()) return "only borrowed, or only owned";
    if (whole.has_value() != in_memory.has_value()) return "only pmr, or only owned";
    if (!pieces_in_memory && in_memory) return only_began_like_an_envelope(*whole, exact, options) ? "" : "only owned, or only whole";
    if (whole.has_value() != pieces_in_memory.has_value()) return "only pmr in pieces";
    if (!whole) {
        if (!(whole.error() == views.error())) return "another error when borrowed: " + whole.error().message() + "; " + views.error().message();
        if (!(whole.error() == in_memory.error())) return "another error in memory";
        return same_fault(pieces_in_memory.error(), whole.error(), false) ? "" : "another error in memory in pieces";
    }
    if (!(*in_memory == *pieces_in_memory)) return "another value in memory in pieces";
    auto const text_of_owned = json::write(*whole), text_of_views = json::write(*views), text_in_memory = json::write(*in_memory);
    if (!text_of_views) return "views cannot be written: " + text_of_views.error().message();
    if (!text_of_owned) return text_in_memory ? "only owned cannot be written" : "";
    if (!text_in_memory || *text_in_memory != *text_of_owned) return "pmr writes something else";
    auto const of_views = json::read<owned>(*text_of_views);
    if (!of_views) return "what views write is not read: " + of_views.error().message();
    if (json::write(*of_views).value() != *text_of_owned) return "what views write is something else: " + *text_of_views + "; " + *text_of_owned;
    return "";
}

} // namespace test
