// The reader's engine: takes a document token by token and fills a value through its tables. No template: it is
// compiled once, whatever is read. What a value means (what is required, what is kept, how a fault is named) is
// decided here; how bytes become tokens is not.
//
// A token goes to the first of these that is under way:
//   a tape        tokens are recorded: of an object whose tag has not come yet, or of a value that may not fit
//   a collector   tokens become free-form JSON, or are skipped
//   the frames    tokens fill the innermost record, list or map
#pragma once

#include <novu/json/arena.hpp>
#include <novu/json/detail/output.hpp>
#include <novu/json/detail/table.hpp>
#include <novu/json/error.hpp>

#include <boost/json/value_stack.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace novu::json::detail {

/// Free-form JSON as it is put together: a boost::json::value, or text.
class collector {
public:
    enum class form : std::uint8_t { none, skipped, dom, text };

    [[nodiscard]] bool active() const noexcept { return form_ != form::none; }
    [[nodiscard]] form what() const noexcept { return form_; }
    void start(form f) {
        form_ = f;
        depth_ = 0;
        text_.clear();
        counts_.clear();
        if (f == form::dom) stack_.reset();
    }
    /// Takes a token; true when the value is complete.
    bool take(token const& t) {
        if (form_ == form::dom) add_to_dom(t);
        else if (form_ == form::text) add_to_text(t);
        using kind = token::kind;
        if (t.type == kind::object_begin || t.type == kind::array_begin) ++depth_;
        else if (t.type == kind::object_end || t.type == kind::array_end) --depth_;
        return depth_ == 0 && t.type != kind::key;
    }
    void stop() noexcept { form_ = form::none; }
    [[nodiscard]] boost::json::value release() { return stack_.release(); }
    [[nodiscard]] std::string_view text() const noexcept { return text_; }

private:
    void add_to_dom(token const& t) {
        using kind = token::kind;
        if (!counts_.empty() && t.type != kind::key && t.type != kind::object_end && t.type != kind::array_end) ++counts_.back();
        switch (t.type) {
        case kind::null: return stack_.push_null();
        case kind::boolean: return stack_.push_bool(t.boolean);
        case kind::int64: return stack_.push_int64(t.int64);
        case kind::uint64: return stack_.push_uint64(t.uint64);
        case kind::double_: return stack_.push_double(t.double_);
        case kind::string: return stack_.push_string(t.text);
        case kind::key: return stack_.push_key(t.text);
        case kind::object_begin:
        case kind::array_begin: return counts_.push_back(0);
        case kind::object_end: stack_.push_object(pop_count()); return;
        case kind::array_end: stack_.push_array(pop_count()); return;
        }
    }
    std::size_t pop_count() {
        std::size_t const n = counts_.back();
        counts_.pop_back();
        return n;
    }
    void add_to_text(token const& t) {
        using kind = token::kind;
        bool const closes = t.type == kind::object_end || t.type == kind::array_end;
        if (!closes && !text_.empty() && std::string_view{"{[:"}.find(text_.back()) == std::string_view::npos) text_ += ',';
        switch (t.type) {
        case kind::null: text_ += "null"; break;
        case kind::boolean: text_ += t.boolean ? "true" : "false"; break;
        case kind::int64:
        case kind::uint64:
        case kind::double_: text_ += t.text; break;
        case kind::string:
        case kind::key: {
            buffer_output out{text_, nullptr};
            write_string(out, t.text);
            out.finish(true);
            if (t.type == kind::key) text_ += ':';
            break;
        }
        case kind::object_begin: text_ += '{'; break;
        case kind::array_begin: text_ += '['; break;
        case kind::object_end: text_ += '}'; break;
        case kind::array_end: text_ += ']'; break;
        }
    }

    form form_{form::none};
    std::size_t depth_{0};
    boost::json::value_stack stack_;
    std::vector<std::size_t> counts_; // members of each open array or object
    std::string text_;
};

class engine {
public:
    /// Fills `root`, a value that `info` describes. `input` is the whole document where it is known and outlives
    /// the value's views, else empty; `text` stores what has no place in it. Of an object whose only member is
    /// `envelope`, that member's value is read.
    engine(type_info const& info, void* root, std::string_view input, arena* text, std::string_view envelope)
        : root_{&info, root}, input_{input}, arena_{text}, envelope_name_{envelope} {
        frames_.reserve(16);
        if (info.kind == shape::record && !envelope.empty()) envelope_ = envelope_state::possible;
        for (std::size_t i = 0; i != info.member_count; ++i)
            if (info.members[i].name == envelope) envelope_ = envelope_state::none;
    }
    engine(engine const&) = delete;
    engine& operator=(engine const&) = delete;

    /// Takes the next token; false when the document cannot be read into the value.
    bool take(token const& t) {
        if (tape_) return record(t);
        if (collector_.active()) return collect(t);
        switch (t.type) {
        case token::kind::key: return key(t.text);
        case token::kind::object_end: return end_object();
        case token::kind::array_end: return frames_.pop_back(), true;
        default: return begin_value(t);
        }
    }

    [[nodiscard]] json::error const& fault() const noexcept { return fault_; }
    /// Whether the document began like an envelope. If it then cannot be read, it may be none.
    [[nodiscard]] bool enveloped() const noexcept { return envelope_ == envelope_state::inside; }

    /// Where in the document the engine is.
    [[nodiscard]] std::string path() const {
        std::string out;
        for (frame const& f : frames_) {
            if (f.type->kind == shape::list) {
                if (f.count != 0) out.append("[").append(std::to_string(f.count - 1)).append("]");
            } else if (!f.key.empty()) {
                if (!out.empty()) out += '.';
                out.append(f.key);
            }
        }
        return out;
    }

private:
    enum class envelope_state : std::uint8_t { none, possible, inside };
    struct slot {
        type_info const* type{nullptr};
        void* at{nullptr};
    };
    /// An object or array under way.
    struct frame {
        type_info const* type;
        void* at;
        std::uint64_t seen{0};      // record: members that came
        std::size_t count{0};       // record: the member to expect next; list: elements
        slot value{};               // record, map: where the value of the last key goes; no type: unknown
        std::string_view key{};     // the last key
        std::string extra_text{};   // record: unknown members, where they are kept as text
    };
    /// Tokens kept for later, and why.
    struct tape {
        enum class purpose : std::uint8_t { find_tag, try_value } why;
        slot value;
        std::size_t depth{0};
        bool tag_comes{false};
        std::vector<token> tokens{};
    };

    bool fail(errc code, std::string reason, std::string_view member = {}) {
        fault_ = {code, path(), 0, std::move(reason)};
        if (!member.empty()) fault_.path.append(fault_.path.empty() ? "" : ".").append(member);
        return false;
    }

    /// The text itself where it lives in the input, else a copy that lives as long.
    std::string_view stable(std::string_view s) {
        bool const inside = s.data() >= input_.data() && s.data() + s.size() <= input_.data() + input_.size();
        return inside || !arena_ ? s : arena_->store(s);
    }

    static bool accepts(type_info const& type, token::kind t) {
        using kind = token::kind;
        switch (type.kind) {
        case shape::boolean: return t == kind::boolean;
        case shape::number: return t == kind::int64 || t == kind::uint64 || t == kind::double_;
        case shape::string: return t == kind::string;
        case shape::free: return true;
        case shape::list: return t == kind::array_begin || (t == kind::null && type.null == null_rule::absent);
        case shape::wrapper: return t == kind::null || accepts(*type.inner, t);
        case shape::either:
            for (std::size_t i = 0; i != type.alternative_count; ++i)
                if (accepts(*type.alternatives[i].type, t)) return true;
            return false;
        default: return t == kind::object_begin;
        }
    }
    static bool null_means_absent(type_info const& type) {
        return type.null == null_rule::absent && (type.kind == shape::list || !accepts(*type.inner, token::kind::null));
    }
    static std::string_view name_of(token::kind t) {
        using kind = token::kind;
        switch (t) {
        case kind::null: return "null";
        case kind::boolean: return "boolean";
        case kind::string: return "string";
        case kind::object_begin: return "object";
        case kind::array_begin: return "array";
        default: return "number";
        }
    }

    bool key(std::string_view name) {
        if (frames_.empty()) return fail(errc::wrong_type, "a second member beside \"" + std::string{envelope_name_} + "\"");
        if (frames_.size() == 1 && envelope_ == envelope_state::possible) { // the first key decides
            bool const inside = name == envelope_name_;
            envelope_ = inside ? envelope_state::inside : envelope_state::none;
            if (inside) return frames_.clear(), true; // the next value is the root's
        }
        frame& f = frames_.back();
        if (f.type->kind == shape::map) {
            void* const at = f.type->insert(f.at, f.type->needs_stable_text ? stable(name) : name, &f.key);
            f.value = {f.type->inner, at};
            return true;
        }
        std::size_t const n = f.type->member_count;
        for (std::size_t i = 0, m = f.count; i != n; ++i, ++m) { // members mostly come in their order
            if (m >= n) m = 0;
            if (f.type->members[m].name != name) continue;
            f.key = f.type->members[m].name;
            std::uint64_t const bit = std::uint64_t{1} << m;
            if (f.seen & bit) return fail(errc::duplicate_member, "stands twice in the same object");
            f.seen |= bit;
            f.count = m + 1;
            f.value = {f.type->members[m].type, f.type->members[m].at(f.at)};
            return true;
        }
        unknown_key_.assign(name);
        f.key = unknown_key_;
        f.value = {};
        return true;
    }

    bool begin_value(token const& t) {
        if (frames_.empty()) return fill(root_, t, nullptr);
        frame& f = frames_.back();
        if (f.type->kind == shape::list) {
            ++f.count;
            return fill({f.type->inner, f.type->enter(f.at)}, t, nullptr);
        }
        if (!f.value.type) return unknown_member(f, t);
        return fill(f.value, t, f.type->lenient ? &f : nullptr);
    }

    /// A member that the record does not name, or whose value does not fit: into `extra`, or nowhere.
    bool unknown_member(frame& f, token const& t) {
        if (!f.type->tag_member.empty() && f.key == f.type->tag_member && !f.value.type) {
            if (t.type != token::kind::string) return fail(errc::wrong_type, "expected string, got " + std::string{name_of(t.type)});
            if (t.text != f.type->tag_text)
                return fail(errc::unknown_value, "expected \"" + std::string{f.type->tag_text} + "\", got \"" + std::string{t.text} + "\"");
            return true;
        }
        f.value = {};
        collecting_ = {};
        if (f.key.data() != unknown_key_.data()) unknown_key_.assign(f.key), f.key = unknown_key_;
        collector_.start(!f.type->has_extra ? collector::form::skipped : f.type->extra->set_free ? collector::form::dom : collector::form::text);
        return collect(t);
    }

    bool collect(token const& t) {
        if (!collector_.take(t)) return true;
        collector::form const form = collector_.what();
        collector_.stop();
        if (collecting_.type) {
            if (form == collector::form::dom) collecting_.type->set_free(collecting_.at, collector_.release());
            else collecting_.type->set_text(collecting_.at, arena_->store(collector_.text()));
        } else if (form == collector::form::dom) {
            frame& f = frames_.back();
            f.type->extra->add_extra(f.type->extra_at(f.at), unknown_key_, collector_.release());
        } else if (form == collector::form::text) {
            std::string& extra = frames_.back().extra_text;
            extra += ',';
            buffer_output out{extra, nullptr};
            write_string(out, unknown_key_);
            out.finish(true);
            extra.append(":").append(collector_.text());
        }
        return true;
    }

    /// Puts the value that `t` begins into `s`. `lenient` is the record to keep it otherwise, if there is one.
    bool fill(slot s, token const& t, frame* lenient) {
        bool const compound = t.type == token::kind::object_begin || t.type == token::kind::array_begin;
        bool const fits = accepts(*s.type, t.type);
        if (lenient) {
            if (!fits || (t.type == token::kind::null && null_means_absent(*s.type))) return unknown_member(*lenient, t);
            if (compound && !is_free(s) && s.type->clear) {
                start_tape(tape::purpose::try_value, s);
                return record(t);
            }
        } else if (!fits) {
            return fail(errc::wrong_type, "expected " + std::string{s.type->expected} + ", got " + std::string{name_of(t.type)});
        }
        slot const member = s;
        for (;;) {
            type_info const& type = *s.type;
            switch (type.kind) {
            case shape::wrapper:
                if (t.type == token::kind::null && (type.null == null_rule::kept || null_means_absent(type))) return type.set_null(s.at), true;
                s = {type.inner, type.enter(s.at)};
                continue;
            case shape::either:
                for (std::size_t i = 0; i != type.alternative_count; ++i)
                    if (accepts(*type.alternatives[i].type, t.type)) {
                        s = {type.alternatives[i].type, type.alternatives[i].emplace(s.at)};
                        break;
                    }
                continue;
            case shape::boolean: return type.set_boolean(s.at, t.boolean);
            case shape::number:
                if (type.set_number(s.at, t)) return true;
                if (lenient && member.type->clear) return member.type->clear(member.at), unknown_member(*lenient, t);
                return fail(errc::out_of_range, "expected " + std::string{type.expected} + ", got a number that is none or out of range");
            case shape::string:
                if (type.set_text(s.at, type.needs_stable_text ? stable(t.text) : t.text)) return true;
                if (lenient && member.type->clear) return member.type->clear(member.at), unknown_member(*lenient, t);
                return fail(errc::unknown_value, "\"" + std::string{t.text} + "\" is none of the values known");
            case shape::free:
            case shape::free_object:
                collecting_ = s;
                collector_.start(type.set_free ? collector::form::dom : collector::form::text);
                return collect(t);
            case shape::list:
                if (t.type == token::kind::null) return type.clear(s.at), true;
                type.set_present(s.at);
                [[fallthrough]];
            case shape::record:
            case shape::map:
                frames_.push_back({&type, s.at});
                return true;
            case shape::tagged: start_tape(tape::purpose::find_tag, s); return record(t);
            }
        }
    }
    static bool is_free(slot s) {
        type_info const* type = s.type;
        while (type->kind == shape::wrapper) type = type->inner;
        return type->kind == shape::free || type->kind == shape::free_object;
    }

    bool end_object() {
        if (frames_.empty()) return true; // the envelope's
        frame& f = frames_.back();
        f.key = {};
        if (std::uint64_t const missing = f.type->required & ~f.seen; missing != 0) {
            std::size_t m = 0;
            while (!(missing >> m & 1)) ++m;
            return fail(errc::missing_member, "missing required member", f.type->members[m].name);
        }
        if (!f.extra_text.empty()) {
            f.extra_text.front() = '{';
            f.type->extra->set_text(f.type->extra_at(f.at), arena_->store(f.extra_text += '}'));
        }
        frames_.pop_back();
        return true;
    }

    void start_tape(tape::purpose why, slot value) {
        tape& t = tape_.emplace(tape{why, value});
        t.tokens.swap(spare_tokens_);
        t.tokens.clear();
    }
    /// Adds to the tape, and acts when what it waits for has come.
    bool record(token const& t) {
        using kind = token::kind;
        tape& tp = *tape_;
        if (tp.why == tape::purpose::find_tag && tp.tag_comes) {
            if (t.type != kind::string)
                return fail(errc::wrong_type, "expected string, got " + std::string{name_of(t.type)}, tp.value.type->tag_member);
            return choose(t);
        }
        token kept = t;
        if (t.type == kind::string || t.type == kind::key || !t.text.empty()) kept.text = inside_input(t.text) ? t.text : tape_text_.store(t.text);
        tp.tokens.push_back(kept);
        if (t.type == kind::object_begin || t.type == kind::array_begin) ++tp.depth;
        else if (t.type == kind::object_end || t.type == kind::array_end) --tp.depth;
        if (tp.why == tape::purpose::find_tag) {
            if (t.type == kind::key && tp.depth == 1 && t.text == tp.value.type->tag_member) tp.tag_comes = true;
            if (tp.depth == 0) return choose({});
            return true;
        }
        return tp.depth != 0 || try_value();
    }
    [[nodiscard]] bool inside_input(std::string_view s) const {
        return s.data() >= input_.data() && s.data() + s.size() <= input_.data() + input_.size() && !input_.empty();
    }

    /// The tag is known (or the object ended without: a default token): reads what is on the tape and goes on live.
    bool choose(token const& tag) {
        tape taken = std::move(*tape_);
        tape_.reset();
        type_info const& variant = *taken.value.type;
        alternative_info const* chosen = nullptr;
        bool const has_tag = tag.type == token::kind::string;
        for (std::size_t i = 0; i != variant.alternative_count; ++i) {
            alternative_info const& a = variant.alternatives[i];
            if (a.tag.empty() ? !chosen : has_tag && a.tag == tag.text) chosen = &a;
        }
        if (!chosen)
            return has_tag ? fail(errc::unknown_value, "\"" + std::string{tag.text} + "\" is none of the values known", variant.tag_member)
                           : fail(errc::missing_member, "missing required member", variant.tag_member);
        slot const s{chosen->type, chosen->emplace(taken.value.at)};
        for (token const& t : taken.tokens)
            if (&t == &taken.tokens.front() ? !fill(s, t, nullptr) : !take(t)) return false;
        spare_tokens_.swap(taken.tokens);
        return !has_tag || take(tag);
    }

    /// A value that a lenient record may have no place for: read into its member, or kept in `extra`.
    bool try_value() {
        tape const taken = std::move(*tape_);
        tape_.reset();
        std::size_t const depth = frames_.size();
        for (token const& t : taken.tokens) {
            if (&t == &taken.tokens.front() ? fill(taken.value, t, nullptr) : take(t)) continue;
            tape_.reset();
            collector_.stop();
            fault_ = {};
            frames_.erase(frames_.begin() + static_cast<std::ptrdiff_t>(depth), frames_.end());
            taken.value.type->clear(taken.value.at);
            bool kept = unknown_member(frames_.back(), taken.tokens.front());
            for (std::size_t i = 1; kept && i != taken.tokens.size(); ++i) kept = collect(taken.tokens[i]);
            return kept;
        }
        return true;
    }

    slot root_;
    std::string_view input_;
    arena* arena_;
    std::string_view envelope_name_;
    envelope_state envelope_{envelope_state::none};
    std::vector<frame> frames_;
    std::optional<tape> tape_;
    std::vector<token> spare_tokens_; // the last tape's, for its room
    arena tape_text_;
    collector collector_;
    slot collecting_{};         // where what is collected goes; none: extra
    std::string unknown_key_;   // the last key that no table has
    json::error fault_{};
};

} // namespace novu::json::detail
