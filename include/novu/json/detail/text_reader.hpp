// The reader of whole documents: straight from the text into the value, by the rules. It gives no reasons: a document
// that it does not read goes to basic_parser, which says what is wrong with it (or reads it after all: what is rare, like
// more than 512 levels or an exponent of nine digits, is left to it).
#pragma once

#include <novu/json/arena.hpp>
#include <novu/json/detail/check.hpp>
#include <novu/json/detail/engine.hpp>
#include <novu/json/detail/rules.hpp>
#include <novu/json/detail/skim.hpp>

#include <cassert>
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

/// The end of the text of a string that starts at p, if it stands there as it is, and does not end the document; else null, and
/// where it is not ASCII perhaps as well.
[[gnu::always_inline]] inline char const* plain_end(char const* p, char const* end) noexcept {
#if defined(__SSE2__)
    for (; end - p >= 17; p += 16)
        if (unsigned const bits = special_bytes(_mm_loadu_si128(reinterpret_cast<__m128i const*>(p)))) {
            p += std::countr_zero(bits);
            return *p == '"' ? p : nullptr;
        }
#endif
    p += verbatim_prefix(p, static_cast<std::size_t>(end - p));
    return end - p > 1 && *p == '"' ? p : nullptr;
}

class text_reader : rules<text_reader> {
public:
    /// `stored` is where strings with escapes go that are kept as views; null where there are no views.
    text_reader(std::string_view json, arena* stored, memory* resource, std::size_t max_depth)
        : rules{resource}, p_{json.data()}, end_{json.data() + json.size()}, depth_{max_depth < 512 ? max_depth : 512}, skim_budget_{2 * json.size() + 256}, arena_{stored} {}
    text_reader(text_reader const&) = delete;
    text_reader& operator=(text_reader const&) = delete;

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

    [[gnu::always_inline]] inline void space() {
        if (p_ != end_ && static_cast<unsigned char>(*p_) <= ' ') more_space();
    }
    void more_space() {
        while (p_ != end_ && (*p_ == ' ' || *p_ == '\n' || *p_ == '\r' || *p_ == '\t')) ++p_;
    }
    bool take(char c) { return p_ != end_ && *p_ == c && (++p_, true); }
    bool word(char const* w, std::size_t size) { return static_cast<std::size_t>(end_ - p_) >= size && std::memcmp(p_, w, size) == 0 && (p_ += size, true); }
    template <class Reason> static bool refuse(errc, Reason const&) { return false; }

    bool take_envelope(std::string_view name) {
        char const* const from = p_;
        if (take('{') && (space(), take('"')) && string() && text() == name && (space(), take(':'))) return true;
        return p_ = from, false;
    }

    // What came, and what the rules ask of it.
    bool string() { // behind the opening quote
        text_ = p_;
        char* const to = arena_ && arena_->room() >= sizeof small_ ? arena_->reserve(0) : small_; // in the arena's room, which stable() claims
        text_part const part = unescape_while(p_, end_, to, small_size);
        if (!part.ends) return rest_of_string(part, to);
        unescaped_at_ = to;
        return ends(part);
    }
    /// The same, and its text.
    bool string(std::string_view& its) {
        if (char const* const close = plain_end(p_, end_)) return its = {p_, static_cast<std::size_t>(close - p_)}, p_ = close + 1, true;
        return string() && (its = text(), true);
    }
    bool ends(text_part const& part) {
        if (!part.p) return false;
        saved_ = part.saved, text_end_ = part.p, p_ = part.p + 1;
        return true;
    }
    /// Goes on with a string that is long, or close to the end; what came of it is at `begun` too.
    [[gnu::noinline]] bool rest_of_string(text_part part, [[maybe_unused]] char const* begun) {
        unescaped_at_ = nullptr;
#if defined(__SSE2__)
        if (arena_ && end_ - part.p >= 64) { // perhaps its text is to live as long as the value: if it has escapes, it goes on in the arena's room
            if (part.saved == 0) part.p += verbatim_prefix(part.p, static_cast<std::size_t>(end_ - part.p));
            if (part.p == end_) return false;
            if (*part.p == '"') return ends(part);
            std::size_t const size = static_cast<std::size_t>(part.p - text_) - part.saved;
            char* const from = room_for(size + sizeof small_);
            if (part.saved == 0) std::memcpy(from, text_, size);
            else if (from != begun) std::memcpy(from, begun, size);
            text_part const rest = unescape_while(part.p, end_, from + size, static_cast<std::ptrdiff_t>(arena_->room() - size) - copy_slack);
            part = {rest.p, part.saved + rest.saved, rest.ends};
            if (part.ends) return unescaped_at_ = from, ends(part);
        }
#endif
        std::size_t saved = 0;
        part.p = string_end(part.p, end_, saved), part.saved += saved;
        return ends(part);
    }
    [[nodiscard]] std::size_t text_size() const { return static_cast<std::size_t>(text_end_ - text_) - saved_; }
    /// The string that came; one with escapes is in a buffer until the next.
    std::string_view text() { return saved_ == 0 ? std::string_view{text_, text_size()} : unescaped_at_ ? std::string_view{unescaped_at_, text_size()} : long_text(); }
    [[gnu::noinline]] std::string_view long_text() {
        std::pmr::string& s = unescaped_ ? *unescaped_ : unescaped_.emplace(scratch());
        s.resize(text_size() + 16);
        unescape_to(s.data());
        return {s.data(), text_size()};
    }
    [[nodiscard]] memory* scratch() const { return memory_ ? memory_ : std::pmr::get_default_resource(); }
    /// The string that came, where there is room for it and sixteen bytes more.
    void unescape_to(char* to) const {
        char const* from = text_;
        if (unescaped_at_) std::memcpy(to, unescaped_at_, text_size());
        else if (has_room()) unescape_some(from, text_end_, to, to + text_size() + 1);
        else unescape(from, text_end_, to);
    }
    /// Whether there are sixteen bytes behind the string's text.
    [[nodiscard]] bool has_room() const { return end_ - text_end_ >= 16; }
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
    /// The string that came, where it lives as long as the value.
    std::string_view stable() {
        if (saved_ == 0 || !arena_) return text();
        bool const in_room = unescaped_at_ && unescaped_at_ != small_;
        if (!in_room) unescape_to(room_for(text_size() + 16));
        char const* const at = arena_->claim(text_size());
        assert(!in_room || at == unescaped_at_); // nothing else was claimed since
        return {at, text_size()};
    }
    /// The arena's room, of so many bytes or more, not claimed yet.
    char* room_for(std::size_t size) { return arena_->reserve(size, all_from(text_)); }
    /// What a block of the arena is made for, so that there is but one: all texts from there on, and room to try.
    [[nodiscard]] std::size_t all_from(char const* p) const { return static_cast<std::size_t>(end_ - p) + sizeof small_; }
    [[nodiscard]] number number_value() const { return to_number({begin_, static_cast<std::size_t>(p_ - begin_)}); }
    [[nodiscard]] bool boolean_value() const { return *begin_ == 't'; }
    bool number_text() {
        char const* const to = number_end(p_, end_, exponent_digits);
        return to && (p_ = to, true);
    }

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
            take_unknown(f, saved_ == 0 ? name : std::string_view{f.unescaped_key.emplace(name, scratch())});
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
            if (!dom_value()) return false;
            s.type->set_free(s.at, dom_->release());
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
            if (!dom_value()) return false;
            record.type->extra->add_extra(record.type->extra_at(record.at), record.name(), dom_->release());
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

    bool skip() {
        char const* const to = checker{{p_, static_cast<std::size_t>(end_ - p_)}, depth_, exponent_digits}.value_end();
        return to && (p_ = to, true);
    }

    /// Makes a DOM of the value at p_, to be released.
    bool dom_value() {
        if (!dom_) dom_.emplace(storage_ = json_storage(memory_), dom_buffer_, sizeof dom_buffer_);
        dom_->reset(storage_);
        return push_value();
    }
    bool push_value() {
        space();
        if (p_ == end_) return false;
        std::string_view text{};
        switch (*p_) {
        case '"': return ++p_, string(text) && (dom_->push_string(text), true);
        case '{':
        case '[': {
            if (depth_ == 0) return false;
            --depth_;
            bool const good = *p_++ == '{' ? push_members() : push_elements();
            return ++depth_, good;
        }
        case 't': return word("true", 4) && (dom_->push_bool(true), true);
        case 'f': return word("false", 5) && (dom_->push_bool(false), true);
        case 'n': return word("null", 4) && (dom_->push_null(), true);
        default: {
            char const* const from = p_;
            return number_text() && (push_number(*dom_, to_number({from, static_cast<std::size_t>(p_ - from)})), true);
        }
        }
    }
    bool push_members() {
        std::size_t n = 0;
        if (space(), take('}')) return dom_->push_object(0), true;
        do {
            space();
            std::string_view key{};
            if (!take('"') || !string(key)) return false;
            dom_->push_key(key);
            if (space(), !take(':')) return false;
            if (!push_value()) return false;
            ++n;
        } while (space(), take(','));
        return take('}') && (dom_->push_object(n), true);
    }
    bool push_elements() {
        std::size_t n = 0;
        if (space(), take(']')) return dom_->push_array(0), true;
        do {
            if (!push_value()) return false;
            ++n;
        } while (space(), take(','));
        return take(']') && (dom_->push_array(n), true);
    }

    static constexpr std::size_t exponent_digits = 8; // more are left to basic_parser

    char const* p_;
    char const* end_;
    std::size_t depth_;        // levels that may still come
    std::size_t skim_budget_;  // bytes that may still be looked at to count elements
    arena* arena_;
    char const* begin_{nullptr}; // of the value that came, or comes
    char const* text_{nullptr};
    char const* text_end_{nullptr};
    std::size_t saved_{0};
    std::optional<std::pmr::string> unescaped_; // the last string that had escapes, if it was asked for and is not in small_
    static constexpr std::ptrdiff_t small_size = 512;
    char small_[small_size + copy_slack];
    char const* unescaped_at_{nullptr}; // the last string's text, its escapes replaced, if that was done: in small_, or in the arena's room
    type_info const* tagged_{nullptr}; // what begins with a tag that has been seen to, from tag_ to behind_tag_
    char const *tag_{nullptr}, *behind_tag_{nullptr};
    bool gave_up_{false};      // something rare came
    boost::json::storage_ptr storage_; // of all free-form JSON
    std::optional<boost::json::value_stack> dom_;
    unsigned char dom_buffer_[1024];
};

} // namespace novu::json::detail
