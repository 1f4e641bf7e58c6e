// The reader of whole documents: straight from the text into the value, by the rules. It gives no reasons: a document
// that it does not read goes to basic_parser, which says what is wrong with it (or reads it after all: what is rare, like
// more than 512 levels or an exponent of nine digits, is left to it).
#pragma once

#include <novu/json/detail/engine.hpp>
#include <novu/json/detail/free_form_reader.hpp>
#include <novu/json/detail/rules.hpp>
#include <novu/json/detail/skim.hpp>

#include <cstddef>
#include <cstring>
#include <memory_resource>
#include <new>
#include <optional>
#include <string>
#include <string_view>

namespace novu::json::detail {

/// Whether the text from p on begins with the member's key as it is usually written, and as less than 64 bytes, and goes on.
inline bool begins_with(char const* p, char const* end, member_info const& m) noexcept {
    auto const left = static_cast<std::size_t>(end - p);
#if defined(__SSE2__)
    if (left > 16) {
        __m128i const a = _mm_loadu_si128(reinterpret_cast<__m128i const*>(p)), b = _mm_loadu_si128(reinterpret_cast<__m128i const*>(m.key()));
        auto const same = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(a, b)));
        if ((same & m.head) != m.head) return false;
        return m.key_size <= 16 || (m.key_size < 64 && m.key_size < left && std::memcmp(p + 16, m.key() + 16, m.key_size - 16) == 0);
    }
#endif
    return m.key_size < 64 && m.key_size < left && std::memcmp(p, m.key(), m.key_size) == 0;
}

class text_reader : rules<text_reader>, free_form_reader {
public:
    /// `stored` is where strings with escapes go that are kept as views; null where there are no views.
    text_reader(std::string_view json, arena* stored, memory* resource, std::size_t max_depth)
        : rules{resource}, free_form_reader{json, stored, resource, max_depth < 512 ? max_depth : 512}, skim_budget_{2 * json.size() + 256} {}

    /// Reads the document into `root`, a value that `info` describes. Of an object whose only member is `envelope`, that
    /// member's value is read. False where it cannot; the value is then in some state.
    bool read(type_info const& info, void* root, std::string_view envelope) {
        slot const s{&info, root};
        space();
        if (depth_ != 0 && may_be_envelope(info, envelope) && take_envelope(envelope)) {
            --depth_;
            if (!value<false>(s)) return false;
            space();
            if (!take('}')) return false;
        } else if (!value<false>(s)) {
            return false;
        }
        space();
        return p_ == end_;
    }

    /// Fills `s` with the value that the text begins with: its end, or null.
    char const* read_one(slot s) { return value<false>(s) ? p_ : nullptr; }

private:
    friend rules<text_reader>;
    /// Unknown members as text: a run of them as it stands in the input, and the runs before it.
    struct kept_text {
        std::string_view text{};
        kept_text const* before{nullptr};
    };
    struct open_frame : frame {
        using frame::frame;
        char const* key_at{nullptr}; // the last key's opening quote
        kept_text kept{};
        std::optional<std::pmr::string> unescaped_key{}; // an unknown one with escapes
    };

    template <class Reason> static bool refuse(errc, Reason const&) { return false; }

    bool take_envelope(std::string_view name) {
        char const* const from = p_;
        if (take('{') && (space(), take('"')) && string() && text() == name && (space(), take(':'))) return true;
        return p_ = from, false;
    }

    // What came, and what the rules ask of it.
    [[gnu::always_inline]] inline bool give_text(type_info const& type, void* at) {
        if (saved_ == 0) return type.set_text(at, {text_, text_size()}, memory_);
        return give_escaped(type, at);
    }
    bool give_escaped(type_info const& type, void* at) {
        if (type.needs_stable_text) return type.set_text(at, stable(), memory_);
        std::size_t size = text_size();
        if (unescaped_at_ || !type.append || !has_room()) return type.set_text(at, text(), memory_);
        while (text_ != text_end_) { // in pieces: a string that grows at once fills itself with zeros first
            char* const to = unescape_some(text_, text_end_, small_, small_ + small_size);
            type.append(at, {small_, static_cast<std::size_t>(to - small_)}, size, memory_);
            size = 0;
        }
        return true;
    }
    [[nodiscard]] number number_value() const { return to_number({begin_, static_cast<std::size_t>(p_ - begin_)}); }
    [[nodiscard]] bool boolean_value() const { return *begin_ == 't'; }

    /// Fills `s`, or the value of the frame's last key, with the value at p_, which white space may precede.
    template <bool Member> [[gnu::always_inline]] inline bool value(slot s, frame* f = nullptr) {
        space();
        if (p_ == end_) return false;
        auto const to = [&]<json_type Type>() {
            if constexpr (Member) return fill_member<Type>(*f);
            else return fill<Type>(s, nullptr);
        };
        begin_ = p_;
        switch (*p_) {
        case '"': return ++p_, string() && to.template operator()<json_type::string>();
        case '{': return to.template operator()<json_type::object>();
        case '[': return to.template operator()<json_type::array>();
        case 't': return word("true", 4) && to.template operator()<json_type::boolean>();
        case 'f': return word("false", 5) && to.template operator()<json_type::boolean>();
        case 'n': return word("null", 4) && to.template operator()<json_type::null>();
        default: return number_text() && to.template operator()<json_type::number>();
        }
    }

    bool open(slot s, json_type type) { // p_ at the bracket
        if (depth_ == 0) return false;
        --depth_;
        ++p_;
        bool const good = type == json_type::array ? list(s) : s.type->kind == shape::map ? map(s) : record(*s.type, s.at);
        ++depth_;
        return good;
    }

    /// Makes room in the list or map that begins for what a look ahead says will come.
    void reserve(slot s) {
        if (skim_budget_ == 0) return;
        char const* ahead = p_;
        std::size_t const expected = skim_elements(ahead, static_cast<std::size_t>(end_ - p_) > skim_budget_ ? p_ + skim_budget_ : end_);
        skim_budget_ -= static_cast<std::size_t>((ahead < end_ ? ahead : end_) - p_);
        s.type->reserve(s.at, expected, static_cast<std::size_t>(end_ - p_));
    }
    bool list(slot s) {
        if (space(), take(']')) return true;
        if (s.type->inner->takes_text && list_of_plain_strings(s)) return true;
        reserve(s);
        do {
            if (!value<false>({s.type->inner, s.type->enter(s.at, memory_)})) return false;
            space();
        } while (take(','));
        return take(']');
    }

    /// Reads a list of up to sixteen strings without escapes; of another list, nothing.
    bool list_of_plain_strings(slot s) {
        struct { char const* begin; std::size_t size; } texts[16];
        std::size_t n = 0;
        for (char const* p = p_; n != 16 && p != end_ && *p == '"'; ++p) {
            char const* const close = plain_end(p + 1, end_);
            if (!close) return false;
            texts[n++] = {p + 1, static_cast<std::size_t>(close - p - 1)};
            p = close + 1;
            if (*p == ',') continue;
            if (*p != ']') return false;
            s.type->reserve(s.at, n, n);
            type_info const& inner = *s.type->inner;
            for (std::size_t i = 0; i != n; ++i)
                if (!inner.set_text(s.type->enter(s.at, memory_), {texts[i].begin, texts[i].size}, memory_)) return false;
            return p_ = p + 1, true;
        }
        return false;
    }

    bool map(slot s) {
        if (space(), take('}')) return true;
        reserve(s);
        do {
            space();
            if (!take('"') || !string()) return false;
            std::string_view stored;
            void* const at = s.type->insert(s.at, s.type->needs_stable_text ? stable() : text(), &stored, memory_);
            if (space(), !take(':')) return false;
            if (!value<false>({s.type->inner, at})) return false;
            space();
        } while (take(','));
        return take('}');
    }

    /// The next member, or one soon after it, if it comes at p, written without white space; else null.
    [[gnu::always_inline]] static inline member_info const* next_member(frame const& f, char const* p, char const* end) {
        member_info const* m = f.next; // the stand-in behind the last is never there
        if (begins_with(p, end, *m)) return m;
        member_info const* const end_of_members = f.type->members + f.type->member_count;
        for (int more = 5; more != 0 && m != end_of_members; --more)
            if (begins_with(p, end, *++m)) return m;
        return nullptr;
    }
    bool any_member(open_frame& f) {
        space();
        f.key_at = p_;
        if (!take('"') || !string()) return false;
        std::string_view const name = text();
        if (member_info const* m = find_member(f, name)) {
            if (!take_member(f, *m)) return false;
        } else {
            take_unknown(f, saved_ == 0 ? name : std::string_view{f.unescaped_key.emplace(name, scratch_)});
        }
        return space(), take(':');
    }

    bool record(type_info const& type, void* at) {
        open_frame f{&type, at};
        space();
        bool const tag_is_seen_to = &type == tagged_ && p_ == tag_;
        if (tag_is_seen_to) p_ = behind_tag_, space();
        if (tag_is_seen_to ? take(',') : p_ != end_ && *p_ != '}') {
            for (;;) {
                char const* p = p_;
                if (member_info const* m = next_member(f, p, end_)) {
                    f.key_at = p;
                    p_ = p += m->key_size;
                    if (!take_member(f, *m)) return false;
                    char const* const close = *p == '"' && m->type->takes_text ? plain_end(p + 1, end_) : nullptr;
                    if (close && m->type->set_text(f.value.at, {p + 1, static_cast<std::size_t>(close - p - 1)}, memory_)) { // as the rules have it
                        p_ = close + 1;
                        if (*p_ == ',') {
                            ++p_;
                            continue;
                        }
                    } else if (!value<true>({}, &f)) {
                        return false;
                    }
                } else if (!any_member(f) || !value<true>({}, &f)) {
                    return false;
                }
                space();
                if (!take(',')) break;
            }
        }
        if (!take('}')) return false;
        if (missing_member(f)) return false;
        if (!f.kept.text.empty()) f.type->extra->set_text(f.type->extra_at(f.at), joined(f.kept), memory_);
        return true;
    }

    /// The tag's value, where its member is the first and written as usual; else null.
    char const* tag_in_front(std::string_view member) const {
        if (static_cast<std::size_t>(end_ - p_) < member.size() + 4) return nullptr;
        char const* const name = p_ + 2;
        bool const is_there = name[-1] == '"' && same_text({name, member.size()}, member) && name[member.size()] == '"' && name[member.size() + 1] == ':';
        return is_there ? name + member.size() + 2 : nullptr;
    }
    bool find_tag(slot s) {
        type_info const& variant = *s.type;
        char const* const object = p_;
        char const* const in_front = tag_in_front(variant.tag_member);
        bool escaped = false;
        char const* const tag = in_front ? in_front : skim_member(p_ + 1, end_, variant.tag_member, escaped);
        if (escaped) return gave_up_ = true, false; // perhaps that was the tag
        alternative_info const* chosen = nullptr;
        if (!tag) {
            chosen = choose(variant, nullptr);
        } else {
            p_ = tag, space();
            if (!take('"')) return false;
            std::string_view name{};
            if (!string(name)) return false;
            chosen = choose(variant, &name);
            if (in_front && chosen && !chosen->tag.empty() && !chosen->type->tag_member.empty()) tagged_ = chosen->type, tag_ = object + 1, behind_tag_ = p_;
        }
        if (!chosen) return false;
        for (;;) {
            p_ = begin_ = object;
            if (fill<json_type::object>({chosen->type, chosen->emplace(s.at, memory_)}, nullptr)) return true;
            if (gave_up_ || !variant.fallback || chosen == variant.fallback) return false;
            chosen = variant.fallback;
        }
    }

    bool attempt(slot s, frame& lenient) {
        char const* const from = p_;
        if (*p_ == '{' ? fill<json_type::object>(s, nullptr) : fill<json_type::array>(s, nullptr)) return true;
        if (gave_up_) return false;
        p_ = begin_ = from;
        return keep(lenient);
    }

    bool collect(slot s) {
        p_ = begin_;
        if (s.type->set_free) {
            if (!dom_value(memory_)) return false;
            s.type->set_free(s.at, release());
        } else {
            if (!skip()) return false;
            s.type->set_text(s.at, {begin_, static_cast<std::size_t>(p_ - begin_)}, memory_);
        }
        return true;
    }

    bool keep_extra(frame& record) {
        p_ = begin_;
        if (!record.type->has_extra) return skip();
        if (record.type->extra->set_free) {
            if (!dom_value(memory_)) return false;
            record.type->extra->add_extra(record.type->extra_at(record.at), record.name(), release());
            return true;
        }
        if (!skip()) return false;
        auto& f = static_cast<open_frame&>(record);
        char const* from = f.key_at;
        if (!f.kept.text.empty()) { // does this one follow the last one kept?
            char const* const last = f.kept.text.data() + f.kept.text.size();
            if (std::string_view{last, static_cast<std::size_t>(from - last)}.find_first_not_of(", \t\r\n") == std::string_view::npos) from = f.kept.text.data();
            else f.kept.before = new (arena_->claim_for<kept_text>(all_from(f.kept.text.data()) + 256)) kept_text{f.kept};
        }
        f.kept.text = {from, static_cast<std::size_t>(p_ - from)};
        return true;
    }
    /// An object of all that was kept.
    std::string_view joined(kept_text const& kept) {
        std::size_t size = 1;
        for (kept_text const* k = &kept; k; k = k->before) size += 1 + k->text.size();
        char* const text = arena_->claim(size, all_from(p_) + size);
        char* to = text + size;
        *--to = '}';
        for (kept_text const* k = &kept; k; k = k->before) {
            to -= k->text.size();
            std::memcpy(to, k->text.data(), k->text.size());
            *--to = k->before ? ',' : '{';
        }
        return {text, size};
    }

    std::size_t skim_budget_;          // bytes that may still be looked at to count elements
    char const* begin_{nullptr};       // of the value that came, or comes
    type_info const* tagged_{nullptr}; // what begins with a tag that has been seen to, from tag_ to behind_tag_
    char const *tag_{nullptr}, *behind_tag_{nullptr};
    bool gave_up_{false};              // something rare came
};

} // namespace novu::json::detail
