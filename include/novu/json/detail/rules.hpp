// What JSON means to the types that are read: where each value goes, what is required, what is kept, what null stands
// for, how a fault is named. Written once for every way to read; how bytes become values is the front end's business.
#pragma once

#include <novu/json/detail/table.hpp>
#include <novu/json/error.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace novu::json::detail {

/// A value to fill.
struct slot {
    type_info const* type{nullptr};
    void* at{nullptr};
};

/// An object or array under way.
struct frame {
    frame(type_info const* t, void* p) : type{t}, at{p}, next{t->members} {} // g++ would clear all of an aggregate first, slowly

    type_info const* type;
    void* at;
    std::uint64_t seen{0};              ///< record: members that came
    std::size_t count{0};               ///< list: elements
    member_info const* next;            ///< record: the member to expect next
    slot value{};                       ///< record, map: where the value of the last key goes; no type: unknown
    member_info const* member{nullptr}; ///< record: the last key's, or null
    std::string_view key{};             ///< the last key that is no member's; it lives as long as its value is read

    [[nodiscard]] std::string_view name() const { return member ? member->name() : key; }
};

/// Whether `null` for it says that it is absent.
constexpr bool null_means_absent(type_info const& type) {
    return type.null == null_rule::absent && (type.kind == shape::list || !type.inner->accepts(json_type::null));
}

/// Whether it holds free-form JSON.
constexpr bool holds_free(type_info const* type) {
    while (type->kind == shape::wrapper) type = type->inner;
    return type->kind == shape::free || type->kind == shape::free_object;
}

/// Whether an object that has but that one member stands for the member's value.
inline bool may_be_envelope(type_info const& info, std::string_view envelope) {
    if (info.kind != shape::record || envelope.empty()) return false;
    for (std::size_t i = 0; i != info.member_count; ++i)
        if (info.members[i].name() == envelope) return false;
    return true;
}

/// Takes that member of a record for the next value's; false where it came before.
constexpr bool take_member(frame& f, member_info const& member) {
    std::uint64_t const bit = std::uint64_t{1} << member.position;
    f.next = &member + 1;
    f.member = &member;
    f.value = {member.type, f.type->member_at(f.at, member.index)};
    bool const first = (f.seen & bit) == 0;
    f.seen |= bit;
    return first || f.type->lenient; // where anything goes, the last counts
}

/// Takes a key that is no member's.
constexpr void take_unknown(frame& f, std::string_view key) {
    f.member = nullptr;
    f.key = key;
    f.value = {};
}

/// The member of a record with that name; null where there is none. They mostly come in their order.
inline member_info const* find_member(frame const& f, std::string_view name) {
    member_info const *const begin = f.type->members, *const end = begin + f.type->member_count;
    auto const is = [&](member_info const& member) {
        return member.key_size == name.size() + 3 && (name.empty() || member.key()[1] == name[0]) && member.name() == name;
    };
    for (member_info const* m = f.next; m != end; ++m)
        if (is(*m)) return m;
    for (member_info const* m = begin; m != f.next; ++m)
        if (is(*m)) return m;
    return nullptr;
}

/// The first required member that did not come, or null.
constexpr member_info const* missing_member(frame const& f) {
    std::uint64_t const missing = f.type->required & ~f.seen;
    return missing == 0 ? nullptr : &f.type->members[std::countr_zero(missing)];
}

/// Whether two short texts are the same. (memcmp takes longer.)
constexpr bool same_text(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i != a.size(); ++i)
        if (a[i] != b[i]) return false;
    return true;
}

/// The alternative of a tagged variant for that tag, or for none (no text); null where there is none.
constexpr alternative_info const* choose(type_info const& variant, std::string_view const* tag) {
    alternative_info const* other = nullptr;
    for (std::size_t i = 0; i != variant.alternative_count; ++i) {
        alternative_info const& a = variant.alternatives[i];
        if (a.tag.empty()) other = other ? other : &a;
        else if (tag && same_text(a.tag, *tag)) return &a;
    }
    return other;
}

/// Whether it, or a member of it, may not fit its type and then goes elsewhere.
constexpr bool may_be_taped(type_info const& type, int levels = 4) {
    if (type.fallback) return true;
    for (std::size_t i = 0; i != type.member_count; ++i)
        if (type.members[i].lenient || (levels != 0 && may_be_taped(*type.members[i].type, levels - 1))) return true;
    for (std::size_t i = 0; i != type.alternative_count; ++i)
        if (levels != 0 && may_be_taped(*type.alternatives[i].type, levels - 1)) return true;
    return false;
}

/// Where values go. A front end derives from it and offers
///
///     text()                      the string that came, its escapes replaced
///     give_text(type, at)         hands it to type.set_text, says what that says
///     number_value() boolean_value()
///     collect(slot)               makes free-form JSON of the value that begins, for the slot
///     keep_extra(frame&)          the same for the frame's `extra`, if it has one; else skips the value
///     open(slot, json_type)       goes into a record, map or list
///     find_tag(slot)              finds the tag of the object that begins, and fills the slot, a tagged variant
///     attempt(slot, frame&)       fills the slot if the value fits it, else lets the frame keep it
///     refuse(code, reason)        notes a fault, whose text reason() makes; false
///
/// All give false when the document cannot be read into the value.
template <class Front> class rules {
protected:
    explicit rules(memory* resource) : memory_{resource} {}
    memory* const memory_; ///< what values are made in; null: each type's usual one

    /// Puts the value of that type, which begins, into `s`. `lenient` is the record to keep it otherwise, if there is one: its last
    /// key's value is `s`.
    template <json_type Type> bool fill(slot s, frame* lenient) {
        if (!s.type->accepts(Type)) {
            if (lenient) return keep(*lenient);
            return front().refuse(errc::wrong_type, [&] { return "expected " + std::string{name_of(s.type->expected)} + ", got " + std::string{name_of(Type)}; });
        }
        if (lenient) {
            if (Type == json_type::null && null_means_absent(*s.type)) return keep(*lenient);
            if ((Type == json_type::object || Type == json_type::array) && s.type->clear && !holds_free(s.type)) return front().attempt(s, *lenient);
        }
        for (;;) {
            type_info const& type = *s.type;
            if (Type == json_type::string && type.takes_text) break;
            if (type.kind == shape::wrapper) {
                if (Type == json_type::null && (type.null == null_rule::kept || null_means_absent(type))) return type.set_null(s.at), true;
                s = {type.inner, type.enter(s.at, memory_)};
            } else if (type.kind == shape::either) {
                alternative_info const* a = type.alternatives;
                while (!a->type->accepts(Type)) ++a;
                s = {a->type, a->emplace(s.at, memory_)};
            } else if (type.kind == shape::free || type.kind == shape::free_object) {
                return front().collect(s);
            } else {
                break;
            }
        }
        type_info const& type = *s.type;
        if constexpr (Type == json_type::null) return type.clear(s.at), true; // a list
        if constexpr (Type == json_type::boolean) return type.set_boolean(s.at, front().boolean_value()), true;
        if constexpr (Type == json_type::number) {
            if (type.set_number(s.at, front().number_value())) return true;
            if (lenient && lenient->value.type->clear) return keep(*lenient);
            return front().refuse(errc::out_of_range, [&] { return "expected " + std::string{name_of(type.expected)} + ", got a number that is none or out of range"; });
        }
        if constexpr (Type == json_type::string) {
            if (front().give_text(type, s.at)) return true;
            if (lenient && lenient->value.type->clear) return keep(*lenient);
            return front().refuse(errc::unknown_value, [&] { return not_known(front().text()); });
        }
        if constexpr (Type == json_type::array) return type.set_present(s.at), front().open(s, Type);
        if constexpr (Type == json_type::object) return type.kind == shape::tagged ? front().find_tag(s) : front().open(s, Type);
    }

    /// The value of a key that the record does not name.
    template <json_type Type> bool unknown(frame& f) {
        if (!f.type->tag_member.empty() && f.name() == f.type->tag_member) {
            if (Type != json_type::string)
                return front().refuse(errc::wrong_type, [] { return "expected string, got " + std::string{name_of(Type)}; });
            if (front().text() == f.type->tag_text) return true;
            return front().refuse(errc::unknown_value,
                                  [&] { return "expected \"" + std::string{f.type->tag_text} + "\", got \"" + std::string{front().text()} + "\""; });
        }
        return front().keep_extra(f);
    }

    /// The value of the frame's last key.
    template <json_type Type> bool fill_member(frame& f) {
        if (Type == json_type::string && f.value.type && f.value.type->takes_text && front().give_text(*f.value.type, f.value.at)) return true;
        return f.value.type ? fill<Type>(f.value, f.member && f.member->lenient ? &f : nullptr) : unknown<Type>(f);
    }

    /// The value of the frame's last key, a member's, does not fit: nor does one that stood there before.
    bool keep(frame& f) {
        if (f.value.type && f.value.type->clear) f.value.type->clear(f.value.at);
        f.value = {};
        return front().keep_extra(f);
    }

    static std::string not_known(std::string_view text) { return "\"" + std::string{text} + "\" is none of the values known"; }

private:
    Front& front() { return static_cast<Front&>(*this); }
};

} // namespace novu::json::detail
