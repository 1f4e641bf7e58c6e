// The reader's tables: one constexpr `type_info` a type, made from the reflection, that says what JSON fits the
// type and how to fill it, through pointers that know nothing but void*. The engine walks them.
#pragma once

#include <novu/json/detail/memory.hpp>
#include <novu/json/detail/number.hpp>
#include <novu/json/detail/scan.hpp>
#include <novu/json/detail/shape.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

namespace novu::json::detail {

/// What a value is in JSON.
enum class json_type : std::uint8_t { null, boolean, number, string, object, array };

enum class shape : std::uint8_t {
    boolean, number, string, ///< scalars
    free, free_object,       ///< free-form JSON
    record,                  ///< a described struct
    list, map,
    wrapper,                 ///< optional, nullable: a value or less
    either,                  ///< a variant told apart by the JSON type of what comes
    tagged,                  ///< a variant told apart by a member of the object
};

/// What a type takes, for messages.
enum class expected_value : std::uint8_t { null, boolean, number, string, object, array, integer, any, another }; // as json_type first
constexpr std::string_view name_of(expected_value v) {
    switch (v) {
    case expected_value::null: return "null";
    case expected_value::boolean: return "boolean";
    case expected_value::integer: return "integer";
    case expected_value::number: return "number";
    case expected_value::string: return "string";
    case expected_value::object: return "object";
    case expected_value::array: return "array";
    case expected_value::any: return "any JSON";
    default: return "another type";
    }
}
constexpr std::string_view name_of(json_type t) { return name_of(static_cast<expected_value>(t)); }

/// What `null` is to a wrapper or a list: no value of it, the same as absent, or a state of its own.
enum class null_rule : std::uint8_t { refused, absent, kept };

struct type_info;

struct member_info {
    type_info const* type;
    std::uint16_t key_at;       ///< bytes from here to its key: a pointer would cost each program four times as much, to relocate it
    std::uint16_t key_size;
    std::uint16_t head;         ///< a bit for each of the key's first sixteen bytes
    std::uint16_t index : 8;    ///< among the members that are described
    std::uint16_t position : 7; ///< among those of the table
    std::uint16_t lenient : 1;  ///< what does not fit it goes to `extra`
    /// `"wireName":`, with room to read 16 bytes.
    [[nodiscard]] char const* key() const noexcept { return reinterpret_cast<char const*>(this) + key_at; }
    [[nodiscard]] std::string_view name() const noexcept { return {key() + 1, key_size - 3u}; }
};

struct alternative_info {
    std::string_view tag; ///< empty: the one for tags that no other has
    type_info const* type;
    void* (*emplace)(void* variant, memory*);
};

/// How a type is filled. Functions that make a value take the resource for it; null: each type's usual one. Which pointers
/// are set follows from `kind`:
///
///     boolean, number     set_boolean; set_number
///     string              set_text; append, but of views and enums
///     free, free_object   set_free, and of objects add_extra; of raw JSON set_text
///     wrapper             inner, enter, clear, set_null; set_text and append as its inner type has them, if that is a string
///     list                inner, enter, drop, reserve, clear, set_present
///     map                 inner, insert, reserve
///     record              members, member_at; extra if it keeps what it does not name
///     either, tagged      alternatives; of tagged ones fallback, perhaps
struct type_info {
    shape kind;
    expected_value expected{};
    unsigned accepted{0};                      ///< bit n: takes json_type n
    bool needs_stable_text{false};             ///< keeps views: what it is given must live on
    bool takes_text{false};                    ///< a string, or a wrapper that set_text fills with one
    type_info const* inner{nullptr};           ///< of a list, map or wrapper
    void (*set_boolean)(void*, bool){nullptr};
    bool (*set_number)(void*, number const&){nullptr};       ///< false: out of range
    bool (*set_text)(void*, std::string_view, memory*){nullptr}; ///< false: not an enumerator. Of raw JSON: the JSON
    void (*append)(void*, std::string_view, std::size_t size, memory*){nullptr}; ///< string: a piece of `size` in all, which comes with the first, else 0
    void (*set_free)(void*, boost::json::value&&){nullptr};  ///< null for raw JSON
    void* (*enter)(void*, memory*){nullptr};   ///< wrapper: makes a value; list: appends one
    void (*drop)(void*){nullptr};              ///< list: takes its last element away
    void (*reserve)(void*, std::size_t, std::size_t){nullptr}; ///< list, map: for so many elements, as far as so many bytes of text are worth it
    void (*clear)(void*){nullptr};             ///< wrapper, list: back to nothing
    void (*set_present)(void*){nullptr};       ///< a list that came
    void (*set_null)(void*){nullptr};          ///< wrapper
    null_rule null{null_rule::refused};        ///< wrapper, list
    void* (*insert)(void*, std::string_view key, std::string_view* stored, memory*){nullptr};
    member_info const* members{nullptr};
    std::size_t member_count{0};
    std::uint64_t required{0};                 ///< bit n: member n must be there
    bool lenient{false};                       ///< what does not fit a member goes to `extra`
    bool has_extra{false};                     ///< members it does not name are kept:
    type_info const* extra{nullptr};
    std::uint16_t extra_index{0};
    void* (*member_at)(void* object, std::size_t index){nullptr};
    void (*add_extra)(void*, std::string_view key, boost::json::value&&){nullptr};
    std::string_view tag_member{};             ///< tagged variant, or a record that has a tag and no such member
    std::string_view tag_text{};
    alternative_info const* alternatives{nullptr};
    std::size_t alternative_count{0};
    alternative_info const* fallback{nullptr}; ///< tagged variant: takes what the alternative of its tag does not

    [[nodiscard]] constexpr void* extra_at(void* object) const { return member_at(object, extra_index); }
    [[nodiscard]] constexpr bool accepts(json_type t) const noexcept { return (accepted >> static_cast<unsigned>(t) & 1) != 0; }
};
constexpr unsigned bit(json_type t) { return 1u << static_cast<unsigned>(t); }

template <class T> constexpr type_info make_type_info();
template <class T> inline constexpr type_info info_of = make_type_info<T>();

template <class T> constexpr T& as(void* p) { return *static_cast<T*>(p); }
/// A value that was just made, with its memory.
template <class T> void* made(T& value, [[maybe_unused]] memory* resource) {
    if constexpr (uses_memory<T>())
        if (resource) give_memory(value, resource);
    return &value;
}

template <class T> bool assign_number(void* p, number const& n) {
    using kind = number::kind;
    T& to = as<T>(p);
    if constexpr (std::is_floating_point_v<T>) {
        to = static_cast<T>(n.type == kind::int64 ? static_cast<double>(n.int64) : n.type == kind::uint64 ? static_cast<double>(n.uint64) : n.double_);
        return std::isfinite(to);
    } else {
        switch (n.type) {
        case kind::int64: return std::in_range<T>(n.int64) && (to = static_cast<T>(n.int64), true);
        case kind::uint64: return std::in_range<T>(n.uint64) && (to = static_cast<T>(n.uint64), true);
        default: // 10.0 is 10; 2^63 and beyond do not fit an int64
            if (n.double_ != std::trunc(n.double_) || !(std::abs(n.double_) < 9223372036854775808.0)) return false;
            auto const whole = static_cast<std::int64_t>(n.double_);
            return std::in_range<T>(whole) && (to = static_cast<T>(whole), true);
        }
    }
}

/// Appends to a string that grows to `size`, if that is told.
template <class S> void append_to(S& string, std::string_view piece, std::size_t size) {
    if (size != 0) string.clear(), string.reserve(size);
    string.append(piece.data(), piece.size());
}

// The functions of each shape. (Functions of a class template: a lambda costs the compiler four times as much.)
template <class T> struct scalar_functions {
    static void set_boolean(void* p, bool b) { as<T>(p) = b; }
    static bool set_text(void* p, std::string_view s, memory*) {
        if constexpr (std::is_same_v<T, std::string_view>) {
            as<T>(p) = s;
        } else if constexpr (described_enum<T>) {
            auto const known = from_text<T>(s);
            if (known) as<T>(p) = *known;
            return known.has_value();
        } else if constexpr (is_string<T>) {
            replace(as<T>(p), T(s.data(), s.size(), as<T>(p).get_allocator())); // assigning is the slower way into an empty string
        } else {
            as<T>(p).assign(s);
        }
        return true;
    }
    static void append(void* p, std::string_view s, std::size_t size, memory*) { append_to(as<T>(p), s, size); }
};
template <class T> constexpr type_info scalar_info() {
    using functions = scalar_functions<T>;
    if constexpr (std::is_same_v<T, bool>) {
        return {.kind = shape::boolean, .expected = expected_value::boolean, .accepted = bit(json_type::boolean), .set_boolean = functions::set_boolean};
    } else if constexpr (std::is_arithmetic_v<T>) {
        return {.kind = shape::number, .expected = is_integer<T> ? expected_value::integer : expected_value::number, .accepted = bit(json_type::number), .set_number = assign_number<T>};
    } else {
        type_info info{.kind = shape::string, .expected = expected_value::string, .accepted = bit(json_type::string), .takes_text = true, .set_text = functions::set_text};
        if constexpr (std::is_same_v<T, std::string_view>) info.needs_stable_text = true;
        else if constexpr (is_string<T>) info.append = functions::append;
        else if constexpr (is_a<T, open_enum>) info.needs_stable_text = T::is_view;
        return info;
    }
}

template <class T> struct free_functions {
    static bool set_text(void* p, std::string_view s, memory*) { return as<T>(p).text = s, true; }
    static void set_free(void* p, boost::json::value&& v) { // assigning would copy to other memory
        if constexpr (is_free_object<T>) replace(as<T>(p), std::move(v.get_object()));
        else replace(as<T>(p), std::move(v));
    }
    static void add_extra(void* p, std::string_view key, boost::json::value&& v) {
        T& object = as<T>(p);
        if (object.empty() && object.storage() != v.storage()) replace(object, T(v.storage()));
        object.insert_or_assign(key, std::move(v));
    }
};
template <class T> constexpr type_info free_info() {
    using functions = free_functions<T>;
    type_info info{.kind = is_free_object<T> ? shape::free_object : shape::free, .expected = is_free_object<T> ? expected_value::object : expected_value::any,
                   .accepted = is_free_object<T> ? bit(json_type::object) : 0x3fu};
    if constexpr (is_raw<T>) {
        info.needs_stable_text = true;
        info.set_text = functions::set_text;
    } else {
        info.set_free = functions::set_free;
        if constexpr (is_free_object<T>) info.add_extra = functions::add_extra;
    }
    return info;
}

template <class T> struct wrapper_functions {
    using inner = plain_t<typename T::value_type>;
    static void* enter(void* p, memory* m) {
        if constexpr (std::is_default_constructible_v<inner>) return made(as<T>(p).emplace(), m);
        else return made(as<T>(p).emplace(blank_one<inner>{m}), m);
    }
    static void clear(void* p) { as<T>(p).reset(); }
    static void set_null(void* p) { as<T>(p) = nullptr; }
    static bool set_text(void* p, std::string_view s, [[maybe_unused]] memory* m) {
        if constexpr (with_resource<inner>) as<T>(p).emplace(s, m ? m : std::pmr::get_default_resource());
        else if constexpr (uses_memory<inner>()) static_cast<inner*>(made(as<T>(p).emplace(), m))->assign(s);
        else as<T>(p).emplace(s);
        return true;
    }
    static void append(void* p, std::string_view s, std::size_t size, memory* m) {
        append_to(*static_cast<inner*>(size == 0 ? static_cast<void*>(&*as<T>(p)) : made(as<T>(p).emplace(), m)), s, size);
    }
};
template <class T> constexpr type_info wrapper_info() {
    using functions = wrapper_functions<T>;
    using inner = typename functions::inner;
    type_info info{.kind = shape::wrapper, .expected = info_of<inner>.expected, .accepted = info_of<inner>.accepted | bit(json_type::null), .inner = &info_of<inner>,
                   .enter = functions::enter, .clear = functions::clear, .set_null = functions::clear};
    info.null = is_a<T, nullable> ? null_rule::kept : null_rule::absent;
    if constexpr (is_a<T, nullable>) info.set_null = functions::set_null;
    if constexpr (is_string<inner> || is_a<inner, open_enum>) {
        info.takes_text = true;
        info.needs_stable_text = info_of<inner>.needs_stable_text;
        info.set_text = functions::set_text;
        if constexpr (is_string<inner> && !std::is_same_v<inner, std::string_view>) info.append = functions::append;
    }
    return info;
}

/// Makes room for so many elements, as far as so many bytes of text are worth it: `[,,,,` must not cost a thousand times its size,
/// and where few small elements stand before large ones, the room for more small ones not much more than the text.
template <class List> void reserve_in(List& list, std::size_t n, std::size_t bytes) {
    constexpr std::size_t sure = 128 * 1024; // bytes of text, for whose elements there may be eight times as much
    std::size_t const most = 16 + (bytes < sure ? bytes * 8 : sure * 7 + bytes) / sizeof(typename List::value_type);
    list.reserve(n < most ? n : most);
}

template <class T> struct list_functions {
    using element = typename T::value_type;
    /// The vector of a list or optional_list.
    static auto& elements(void* p) {
        if constexpr (is_a<T, optional_list>) return *as<T>(p);
        else return as<T>(p);
    }
    static void* enter(void* p, memory* m) {
        auto& list = elements(p);
        if constexpr (with_resource<element>) return &list.emplace_back(); // takes the list's
        else if constexpr (std::is_default_constructible_v<element>) return made(list.emplace_back(), m);
        else if constexpr (is_a<element, std::variant>)
            return made(list.emplace_back(std::in_place_index<0>, blank_one<std::variant_alternative_t<0, element>>{m}), m);
        else return made(list.emplace_back(blank_one<element>{m}), m);
    }
    static void drop(void* p) { elements(p).pop_back(); }
    static void reserve(void* p, std::size_t n, std::size_t bytes) { reserve_in(elements(p), n, bytes); }
    static void clear(void* p) {
        if constexpr (is_a<T, optional_list>) as<T>(p).reset();
        else as<T>(p).clear();
    }
    static void set_present(void* p) {
        if constexpr (is_a<T, optional_list>) as<T>(p).emplace();
        else as<T>(p).clear();
    }
};
template <class T> constexpr type_info list_info() {
    using functions = list_functions<T>;
    return {.kind = shape::list, .expected = expected_value::array,
            .accepted = bit(json_type::array) | (is_a<T, optional_list> ? bit(json_type::null) : 0u), .inner = &info_of<typename functions::element>,
            .enter = functions::enter, .drop = functions::drop, .reserve = functions::reserve, .clear = functions::clear, .set_present = functions::set_present,
            .null = is_a<T, optional_list> ? null_rule::absent : null_rule::refused};
}

template <class T> struct map_functions;
template <class V, class S> struct map_functions<dictionary<V, S>> {
    using key_type = typename S::string;
    using value_type = V;
    static void* insert(void* p, std::string_view key, std::string_view* stored, memory* resource) {
        auto& map = as<dictionary<V, S>>(p);
        V& value = map.append(make_key(key, resource), blank<V>(resource));
        *stored = std::prev(map.end())->key;
        return made(value, resource);
    }
    static void reserve(void* p, std::size_t n, std::size_t bytes) { reserve_in(storage_access::of(as<dictionary<V, S>>(p)), n, bytes); }
    static key_type make_key(std::string_view key, [[maybe_unused]] memory* resource) {
        if constexpr (with_resource<key_type>)
            if (resource) return key_type(key, resource);
        return key_type(key);
    }
};
template <class T> constexpr type_info map_info() {
    using functions = map_functions<T>;
    return {.kind = shape::map, .expected = expected_value::object, .accepted = bit(json_type::object),
            .needs_stable_text = std::is_same_v<typename functions::key_type, std::string_view>, .inner = &info_of<typename functions::value_type>,
            .reserve = functions::reserve, .insert = functions::insert};
}

template <class T> constexpr tag tag_of() {
    if constexpr (tagged<T>) return T::json_tag;
    else return {};
}

/// Whether T also takes what the alternative for a tag does not: T says `static constexpr bool json_fallback = true;`.
template <class T> constexpr bool is_fallback() {
    if constexpr (requires { T::json_fallback; }) return T::json_fallback;
    else return false;
}

template <class V, class A> void* emplace_alternative(void* variant, memory* m) {
    if constexpr (std::is_default_constructible_v<A>) return made(as<V>(variant).template emplace<A>(), m);
    else return made(as<V>(variant).template emplace<A>(blank_one<A>{m}), m);
}
template <class V> inline constexpr int alternatives_of = 0;
template <class... A>
inline constexpr std::array<alternative_info, sizeof...(A)> alternatives_of<std::variant<A...>>{
    alternative_info{tag_of<A>().text, &info_of<A>, emplace_alternative<std::variant<A...>, A>}...};

template <class... A> constexpr std::string_view tag_member_of() {
    std::string_view member{};
    for (tag t : {tag_of<A>()...})
        if (!t.member.empty()) member = t.member;
    return member;
}
template <class... A> constexpr type_info variant_info(std::type_identity<std::variant<A...>>) {
    auto const& alternatives = alternatives_of<std::variant<A...>>;
    constexpr std::string_view member = tag_member_of<A...>();
    static_assert(((tag_of<A>().member.empty() || tag_of<A>().member == member) && ...), "novu: the tags of a variant's alternatives are of one member");
    type_info info{.kind = member.empty() ? shape::either : shape::tagged, .expected = member.empty() ? expected_value::another : expected_value::object,
                   .accepted = member.empty() ? (info_of<A>.accepted | ...) : bit(json_type::object), .tag_member = member,
                   .alternatives = alternatives.data(), .alternative_count = alternatives.size()};
    std::size_t n = 0;
    ((is_fallback<A>() ? void(info.fallback = &alternatives[n++]) : void(++n)), ...);
    return info;
}

/// Whether what does not fit T's members is kept in `extra`: T says `static constexpr bool json_lenient = true;`.
template <class T> constexpr bool is_lenient() {
    if constexpr (requires { T::json_lenient; }) return T::json_lenient;
    else return false;
}

/// Where each member is in its struct.
template <class T, class Members> struct member_locator;
template <class T, class... D> struct member_locator<T, boost::mp11::mp_list<D...>> {
    static void* at(void* object, std::size_t index) { // of which compilers make a table of offsets
        T& t = *static_cast<T*>(object);
        std::ptrdiff_t offset = 0;
        std::size_t n = 0;
        (void)((n++ == index && (offset = &reinterpret_cast<char&>(static_cast<plain_t<member_t<D>>&>(t.*D::pointer)) - &reinterpret_cast<char&>(t), true)) || ...);
        return static_cast<char*>(object) + offset;
    }
};

/// What a member's type says.
struct member_type {
    type_info const* type;
    bool may_be_absent;
    bool free_object;
};
template <class... D> constexpr std::array<member_type, sizeof...(D)> member_types(boost::mp11::mp_list<D...>*) {
    return {member_type{&info_of<plain_t<member_t<D>>>, can_be_absent<member_t<D>>, is_free_object<member_t<D>>}...};
}

/// The members of a struct but `extra`, and behind them at least one that no key is, with room for its first sixteen bytes; and all
/// their keys.
template <std::size_t Count, std::size_t Room> struct record_table {
    std::array<member_info, Count + 1> members{};
    char keys[Room + 16]{};
    std::size_t count{0};
    std::uint64_t required{0};
    bool has_extra{false}; // (with the sanitizer g++ 12 does not compare an address in a constant expression)
    type_info const* extra{nullptr};
    std::uint16_t extra_index{0};
};
template <std::size_t Count, std::size_t Room>
constexpr record_table<Count, Room> make_record(std::array<member_type, Count> const& types, names<Count> const& names, text_list<Count, Room> const& keys,
                                          std::span<annotation const> annotations, bool lenient) {
    record_table<Count, Room> out{};
    std::copy_n(keys.chars.data(), Room, out.keys);
    auto const distance = [&](std::size_t key) { return static_cast<std::uint16_t>((out.members.size() - out.count) * sizeof(member_info) + key); };
    for (std::size_t i = 0; i != Count; ++i) {
        if (types[i].free_object && names[i] == "extra") {
            out.has_extra = true;
            out.extra = types[i].type;
            out.extra_index = static_cast<std::uint16_t>(i);
            continue;
        }
        annotation const special = find_annotation(annotations, names[i]);
        auto const size = static_cast<std::uint16_t>(keys[i].size() - 1);
        std::uint16_t const key_at = distance(keys.starts[i] + 1);
        if (!types[i].may_be_absent && !special.may_be_absent && out.count < 64) out.required |= std::uint64_t{1} << out.count;
        out.members[out.count] = {types[i].type, key_at, size, static_cast<std::uint16_t>(size < 16 ? (1u << size) - 1 : 0xffffu), static_cast<std::uint16_t>(i & 0xff),
                                  static_cast<std::uint16_t>(out.count & 0x7f), lenient || special.lenient};
        ++out.count;
    }
    out.members[out.count] = {nullptr, distance(Room), 0xffff, 0xffff, 0, 0, false}; // which no text begins with: it is too long
    return out;
}
template <class T> inline constexpr auto record_of =
    make_record(member_types(static_cast<members_of<T>*>(nullptr)), member_names<T>, member_keys<T>, annotations_of<T>(), is_lenient<T>());

template <class T> constexpr type_info record_info() {
    auto const& record = record_of<T>;
    static_assert(record_of<T>.count <= 64, "novu: a described struct has at most 64 members, those of its bases included");
    static_assert(sizeof record <= 0xffff, "novu: the wire names of a described struct's members are too long"); // member_info::key_at
    type_info info{.kind = shape::record, .expected = expected_value::object, .accepted = bit(json_type::object), .members = record.members.data(), .member_count = record.count,
                   .required = record.required, .lenient = is_lenient<T>(), .has_extra = record.has_extra, .extra = record.extra, .extra_index = record.extra_index,
                   .member_at = member_locator<T, members_of<T>>::at};
    if constexpr (tagged<T>) {
        if (index_of(member_keys<T>, T::json_tag.member) == member_keys<T>.size()) {
            info.tag_member = T::json_tag.member;
            info.tag_text = T::json_tag.text;
        }
    }
    return info;
}

template <class T> constexpr type_info make_type_info() {
    if constexpr (std::is_arithmetic_v<T> || is_string<T> || is_a<T, open_enum> || described_enum<T>) return scalar_info<T>();
    else if constexpr (is_free<T>) return free_info<T>();
    else if constexpr (is_a<T, std::optional> || is_a<T, nullable>) return wrapper_info<T>();
    else if constexpr (is_a<T, optional_list> || is_a<T, std::vector>) return list_info<T>();
    else if constexpr (is_a<T, dictionary>) return map_info<T>();
    else if constexpr (is_a<T, std::variant>) return variant_info(std::type_identity<T>{});
    else if constexpr (described<T>) return record_info<T>();
    else {
        NOVU_DETAIL_NO_SHAPE(T);
        return {};
    }
}

} // namespace novu::json::detail
