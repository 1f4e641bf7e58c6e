// Wire names: how members and enumerators are called in JSON, computed at compile time from Boost.Describe.
//
//   member       its name in camelCase: `total_count` is `totalCount`; a trailing underscore (`default_`) is dropped
//   enumerator   its name, in the style that json_naming(E) gives: snake_case where there is none
//
// What differs stands beside the struct or the enum:
//
//     struct user {
//         std::string id{};
//         bool admin{false};
//         static constexpr novu::json::annotation json_members[] = {
//             novu::json::named("id", "_id"),          // another wire name
//             novu::json::defaulted("admin"),          // may be absent when read, keeps its initialiser then
//         };
//         BOOST_DESCRIBE_STRUCT(user, (), (id, admin))
//     };
#pragma once

#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/list.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace novu::json {

/// What is special about one member of a described struct.
struct annotation {
    std::string_view member{};
    std::string_view wire_name{}; ///< empty: the usual one
    bool may_be_absent{false};    ///< no error when it is not there
    bool lenient{false};          ///< a value that does not fit goes to the struct's `extra`
};
constexpr annotation named(std::string_view member, std::string_view wire_name) { return {.member = member, .wire_name = wire_name}; }
constexpr annotation defaulted(std::string_view member) { return {.member = member, .may_be_absent = true}; }
constexpr annotation lenient(std::string_view member) { return {.member = member, .lenient = true}; }

/// The member that tells the alternatives of a std::variant apart, and its text in this one. A struct that has
/// `static constexpr json::tag json_tag{"type", "circle"};` is written with that member and chosen by it.
struct tag {
    std::string_view member{};
    std::string_view text{};
};

enum class word_style { snake, upper_snake, kebab, camel };
/// How an enum's names become wire texts. Declared as `constexpr json::enum_naming json_naming(E)` beside E.
struct enum_naming {
    word_style style{word_style::snake};
    std::string_view prefix{};
};

/// A type that Boost.Describe knows the members of.
template <class T>
concept described = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;
/// An enum that Boost.Describe knows the enumerators of.
template <class E>
concept described_enum = std::is_enum_v<E> && boost::describe::has_describe_enumerators<E>::value;

/// The wire text of a known enumerator; empty for any other value.
template <described_enum E> constexpr std::string_view to_text(E value) noexcept;
/// The enumerator with that wire text.
template <described_enum E> constexpr std::optional<E> from_text(std::string_view text) noexcept;

} // namespace novu::json

namespace novu::json::detail {

/// Texts one behind the other, in static storage.
template <std::size_t Count, std::size_t Room> struct text_list {
    std::array<char, Room + 1> chars{};
    std::array<std::uint32_t, Count + 1> starts{};
    static constexpr std::size_t size() noexcept { return Count; }
    constexpr std::string_view operator[](std::size_t i) const noexcept { return {chars.data() + starts[i], starts[i + 1] - starts[i]}; }
};

constexpr char* append(char* to, std::string_view text) {
    for (char c : text) *to++ = c;
    return to;
}

constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// Appends a name as it is on the wire, which is no longer than the prefix and the name.
constexpr char* append_styled(char* to, std::string_view name, enum_naming naming) {
    while (name.ends_with('_')) name.remove_suffix(1);
    to = append(to, naming.prefix);
    bool word_starts = false;
    for (char c : name) {
        if (c == '_' && naming.style == word_style::camel) {
            word_starts = true;
            continue;
        }
        if (c == '_' && naming.style == word_style::kebab) c = '-';
        if (word_starts || naming.style == word_style::upper_snake) c = upper(c);
        word_starts = false;
        *to++ = c;
    }
    return to;
}

template <class E> constexpr enum_naming naming_of() {
    if constexpr (requires { json_naming(E{}); }) return json_naming(E{});
    else return {};
}

/// The first eight characters, or zeros behind the end: texts that differ there differ.
constexpr std::uint64_t head_of(std::string_view text) noexcept {
    std::uint64_t head = 0;
    if (std::is_constant_evaluated() || std::endian::native != std::endian::little) {
        for (std::size_t i = 0; i != text.size() && i != 8; ++i) head |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
    } else if (text.size() >= 8) {
        std::memcpy(&head, text.data(), 8);
    } else if (text.size() >= 4) { // two halves that overlap
        std::uint32_t low = 0, high = 0;
        std::memcpy(&low, text.data(), 4);
        std::memcpy(&high, text.data() + text.size() - 4, 4);
        head = low | std::uint64_t{high} << (8 * (text.size() - 4));
    } else {
        for (std::size_t i = 0; i != text.size(); ++i) head |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
    }
    return head;
}

template <std::size_t Count> using names = std::array<std::string_view, Count>;
template <std::size_t Count> constexpr std::size_t total_size(names<Count> const& all) {
    std::size_t size = 0;
    for (std::string_view name : all) size += name.size();
    return size;
}

template <class E, std::size_t Count, std::size_t Room> struct enum_table {
    std::array<E, Count> values{};
    std::array<std::uint64_t, Count> heads{};
    text_list<Count, Room> texts{};
};
template <class E, std::size_t Room, std::size_t Count> constexpr auto make_enum_table(std::array<E, Count> const& values, names<Count> const& names) {
    enum_table<E, Count, Room> out{.values = values};
    char* const begin = out.texts.chars.data();
    char* end = begin;
    for (std::size_t i = 0; i != Count; ++i) {
        end = append_styled(end, names[i], naming_of<E>());
        out.texts.starts[i + 1] = static_cast<std::uint32_t>(end - begin);
        out.heads[i] = head_of(out.texts[i]);
    }
    return out;
}
template <class E, template <class...> class List, class... D> constexpr auto enum_table_of(List<D...>*) {
    constexpr names<sizeof...(D)> all{D::name...};
    return make_enum_table<E, total_size(all) + all.size() * naming_of<E>().prefix.size()>(std::array<E, sizeof...(D)>{D::value...}, all);
}
template <class E> inline constexpr auto enum_texts = enum_table_of<E>(static_cast<boost::describe::describe_enumerators<E>*>(nullptr));

template <class T> struct described_members {
    using type = boost::mp11::mp_rename<
        boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>, boost::mp11::mp_list>;
};
// The library's own structs have no bases and nothing but data: looking for those takes the compiler long.
template <class T>
    requires requires { typename T::novu_model; }
struct described_members<T> {
    using type = boost::mp11::mp_rename<decltype(boost_public_member_descriptor_fn(static_cast<T**>(nullptr))), boost::mp11::mp_list>;
};
/// The descriptors of T's members, in order: `D::pointer`, `D::name`.
template <class T> using members_of = typename described_members<T>::type;

template <class T> constexpr std::span<annotation const> annotations_of() {
    if constexpr (requires { T::json_members; }) return T::json_members;
    else return {};
}
constexpr annotation find_annotation(std::span<annotation const> all, std::string_view member) {
    for (annotation const& a : all)
        if (a.member == member) return a;
    return {};
}

template <class... D> constexpr names<sizeof...(D)> names_of(boost::mp11::mp_list<D...>*) { return {D::name...}; }
/// The names of T's members, as C++ has them.
template <class T> inline constexpr auto member_names = names_of(static_cast<members_of<T>*>(nullptr));

/// What is around the name in a key.
inline constexpr std::string_view before_name = ",\"", behind_name = "\":";
/// `,"wireName":` of each member.
template <std::size_t Room, std::size_t Count> constexpr auto make_keys(names<Count> const& names, std::span<annotation const> annotations) {
    text_list<Count, Room> out{};
    char* const begin = out.chars.data();
    char* end = begin;
    for (std::size_t i = 0; i != Count; ++i) {
        std::string_view const given = find_annotation(annotations, names[i]).wire_name;
        end = append(end, before_name);
        end = given.empty() ? append_styled(end, names[i], {word_style::camel, {}}) : append(end, given);
        end = append(end, behind_name);
        out.starts[i + 1] = static_cast<std::uint32_t>(end - begin);
    }
    return out;
}
template <std::size_t Count> constexpr std::size_t room_for_keys(names<Count> const& names, std::span<annotation const> annotations) {
    std::size_t size = total_size(names) + Count * (before_name.size() + behind_name.size());
    for (annotation const& a : annotations) size += a.wire_name.size();
    return size;
}
template <class T>
inline constexpr auto member_keys = make_keys<room_for_keys(member_names<T>, annotations_of<T>())>(member_names<T>, annotations_of<T>());
/// The name within a key.
constexpr std::string_view wire_name(std::string_view key) noexcept {
    return key.substr(before_name.size(), key.size() - before_name.size() - behind_name.size());
}
/// Which of the keys has that name; their number where none has.
template <std::size_t Count, std::size_t Room> constexpr std::size_t index_of(text_list<Count, Room> const& keys, std::string_view name) noexcept {
    std::size_t i = 0;
    while (i != Count && wire_name(keys[i]) != name) ++i;
    return i;
}

template <class T>
concept tagged = requires { { T::json_tag } -> std::convertible_to<tag>; };

} // namespace novu::json::detail

template <novu::json::described_enum E> constexpr std::string_view novu::json::to_text(E value) noexcept {
    auto const& all = detail::enum_texts<E>;
    for (std::size_t i = 0; i != all.values.size(); ++i)
        if (all.values[i] == value) return all.texts[i];
    return {};
}

template <novu::json::described_enum E> constexpr std::optional<E> novu::json::from_text(std::string_view text) noexcept {
    auto const& all = detail::enum_texts<E>;
    std::uint64_t const head = detail::head_of(text);
    for (std::size_t i = 0; i != all.values.size(); ++i)
        if (all.heads[i] == head && all.texts[i].size() == text.size() && (text.size() <= 8 || all.texts[i] == text)) return all.values[i];
    return std::nullopt;
}
