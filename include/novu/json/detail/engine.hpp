// The reader of documents in pieces: takes a document token by token and fills a value by the rules. No template: it is
// compiled once, whatever is read.
//
// A token goes to the first of these that is under way:
//   a tape        tokens are recorded: of an object whose tag has not come yet, or of a value that may not fit
//   a collector   tokens become free-form JSON, or are skipped
//   the frames    tokens fill the innermost record, list or map
#pragma once

#include <novu/json/arena.hpp>
#include <novu/json/detail/dom.hpp>
#include <novu/json/detail/output.hpp>
#include <novu/json/detail/rules.hpp>
#include <novu/json/error.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace novu::json::detail {

/// One step of a document.
struct token {
    enum class kind : std::uint8_t { null, boolean, number, string, object_begin, array_begin, key, object_end, array_end }; // as json_type first
    kind type{};
    bool boolean{};
    std::string_view text{}; ///< of a string or key, decoded; of a number, as it stood
};

/// Free-form JSON as it is put together: a boost::json::value, or text.
class collector {
public:
    enum class form : std::uint8_t { none, skipped, dom, text };

    [[nodiscard]] bool active() const noexcept { return form_ != form::none; }
    [[nodiscard]] form what() const noexcept { return form_; }
    void start(form f, memory* resource) {
        form_ = f;
        depth_ = 0;
        text_.clear();
        counts_.clear();
        if (f == form::dom) stack_.reset(json_storage(resource));
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
        case kind::number: return push_number(stack_, to_number(t.text));
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
        case kind::number: text_ += t.text; break;
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

class engine : rules<engine> {
public:
    /// Fills `root`, a value that `info` describes. `input` is the whole document where it is known and outlives
    /// the value's views, else empty; `text` stores what has no place in it. Of an object whose only member is
    /// `envelope`, that member's value is read.
    engine(type_info const& info, void* root, std::string_view input, arena* text, memory* resource, std::string_view envelope)
        : rules{resource}, root_{&info, root}, input_{input}, arena_{text}, envelope_name_{envelope} {
        frames_.reserve(16);
        if (may_be_envelope(info, envelope)) envelope_ = envelope_state::possible;
    }
    engine(engine const&) = delete;
    engine& operator=(engine const&) = delete;

    /// Takes the next token; false when the document cannot be read into the value.
    bool take(token const& t) {
        now_ = &t;
        last_ = t.type;
        if (tape_) return record(t);
        if (collector_.active()) return gather();
        switch (t.type) {
        case token::kind::key: return key(t.text);
        case token::kind::object_end: return end_object();
        case token::kind::array_end: return frames_.pop_back(), true;
        case token::kind::null: return begin<json_type::null>();
        case token::kind::boolean: return begin<json_type::boolean>();
        case token::kind::number: return begin<json_type::number>();
        case token::kind::string: return begin<json_type::string>();
        case token::kind::object_begin: return begin<json_type::object>();
        case token::kind::array_begin: return begin<json_type::array>();
        }
        return false;
    }

    /// Takes a part of the string that begins, another follows, to where the whole of it goes; false where it cannot.
    bool take_part(std::string_view part) {
        std::size_t first = 0;
        if (!grows_.type) {
            if (tape_ || collector_.active() || frames_.empty() || !frames_.back().value.type || !frames_.back().value.type->append) return false;
            grows_ = frames_.back().value;
            first = part.size() + 1;
        }
        return grows_.type->append(grows_.at, part, first, memory_), true;
    }
    /// The last part, if there were others.
    bool take_last_part(std::string_view part) {
        if (!grows_.type) return false;
        take_part(part);
        last_ = token::kind::string;
        return grows_ = {}, true;
    }

    /// Whether the list is open whose next element, an object, that character would begin, or the comma before it.
    [[nodiscard]] bool wants_element(char c) const {
        if (last_ != (c == ',' ? token::kind::object_end : token::kind::array_begin) || tape_ || collector_.active() || frames_.empty()) return false;
        type_info const& type = *frames_.back().type;
        return type.kind == shape::list && (type.inner->kind == shape::record || type.inner->kind == shape::tagged);
    }
    /// That element, to be filled by whoever asks; drop_element if he cannot.
    slot next_element() {
        frame& f = frames_.back();
        last_ = token::kind::object_end;
        return ++f.count, slot{f.type->inner, f.type->enter(f.at, memory_)};
    }
    void drop_element() {
        frame& f = frames_.back();
        --f.count, f.type->drop(f.at);
        last_ = f.count == 0 ? token::kind::array_begin : token::kind::object_end;
    }
    /// Whether much of it would be kept as tokens: something may not fit, and then has to go elsewhere.
    [[nodiscard]] bool element_is_kept_anyway() const { return may_be_taped(*frames_.back().type->inner); }
    /// Levels of arrays and objects that are open.
    [[nodiscard]] std::size_t depth() const { return frames_.size() + (enveloped() ? 1 : 0); }

    [[nodiscard]] json::error const& fault() const noexcept { return fault_; }
    /// Whether the document began like an envelope. If it then cannot be read, it may be none.
    [[nodiscard]] bool enveloped() const noexcept { return envelope_ == envelope_state::inside; }

    /// Where in the document the engine is.
    [[nodiscard]] std::string path() const {
        std::string out;
        for (frame const& f : frames_) {
            if (f.type->kind == shape::list) {
                if (f.count != 0) out.append("[").append(std::to_string(f.count - 1)).append("]");
            } else if (!f.name().empty()) {
                if (!out.empty()) out += '.';
                out.append(f.name());
            }
        }
        return out;
    }

private:
    friend rules<engine>;
    enum class envelope_state : std::uint8_t { none, possible, inside };
    struct open_frame : frame {
        using frame::frame;
        std::string extra_text{}; // record: unknown members, where they are kept as text
    };
    /// Tokens kept for later, and why.
    struct tape {
        enum class purpose : std::uint8_t { find_tag, try_value } why;
        slot value;
        std::size_t depth{0};
        bool tag_comes{false};
        std::optional<std::string_view> tag{};
        std::vector<token> tokens{};
    };

    template <class Reason> bool refuse(errc code, Reason reason) {
        fault_ = {code, path(), 0, reason()};
        return false;
    }
    bool refuse_member(errc code, std::string reason, std::string_view member) {
        refuse(code, [&] { return std::move(reason); });
        fault_.path.append(fault_.path.empty() ? "" : ".").append(member);
        return false;
    }

    /// The text itself where it lives in the input, else a copy that lives as long.
    std::string_view stable(std::string_view s) {
        bool const inside = s.data() >= input_.data() && s.data() + s.size() <= input_.data() + input_.size();
        return inside || !arena_ ? s : arena_->store(s);
    }

    // What the rules ask for.
    [[nodiscard]] std::string_view text() const { return now_->text; }
    bool give_text(type_info const& type, void* at) { return type.set_text(at, type.needs_stable_text ? stable(text()) : text(), memory_); }
    [[nodiscard]] number number_value() const { return to_number(now_->text); }
    [[nodiscard]] bool boolean_value() const { return now_->boolean; }
    bool collect(slot s) {
        collecting_ = s;
        collector_.start(s.type->set_free ? collector::form::dom : collector::form::text, memory_);
        return gather();
    }
    bool keep_extra(frame& f) {
        collecting_ = {};
        if (f.member) unknown_key_.assign(f.member->name());
        collector_.start(!f.type->has_extra ? collector::form::skipped : f.type->extra->set_free ? collector::form::dom : collector::form::text, memory_);
        return gather();
    }
    bool open(slot s, json_type) { return frames_.emplace_back(s.type, s.at), true; }
    bool find_tag(slot s) { return start_tape(tape::purpose::find_tag, s), record(*now_); }
    bool attempt(slot s, frame&) { return start_tape(tape::purpose::try_value, s), record(*now_); }

    template <json_type Type> bool begin() {
        if (frames_.empty()) return fill<Type>(root_, nullptr);
        frame& f = frames_.back();
        if (f.type->kind != shape::list) return fill_member<Type>(f);
        ++f.count;
        return fill<Type>({f.type->inner, f.type->enter(f.at, memory_)}, nullptr);
    }

    bool key(std::string_view name) {
        if (frames_.empty()) return refuse(errc::wrong_type, [&] { return "a second member beside \"" + std::string{envelope_name_} + "\""; });
        if (frames_.size() == 1 && envelope_ == envelope_state::possible) { // the first key decides
            bool const inside = name == envelope_name_;
            envelope_ = inside ? envelope_state::inside : envelope_state::none;
            if (inside) return frames_.clear(), true; // the next value is the root's
        }
        frame& f = frames_.back();
        if (f.type->kind == shape::map) {
            void* const at = f.type->insert(f.at, f.type->needs_stable_text ? stable(name) : name, &f.key, memory_);
            f.value = {f.type->inner, at};
        } else if (member_info const* m = find_member(f, name)) {
            if (!take_member(f, *m)) return refuse(errc::duplicate_member, [] { return std::string{"stands twice in the same object"}; });
        } else {
            unknown_key_.assign(name);
            take_unknown(f, unknown_key_);
        }
        return true;
    }

    bool end_object() {
        if (frames_.empty()) return true; // the envelope's
        open_frame& f = frames_.back();
        f.member = nullptr;
        f.key = {};
        if (member_info const* missing = missing_member(f)) return refuse_member(errc::missing_member, "missing required member", missing->name());
        if (!f.extra_text.empty()) {
            f.extra_text.front() = '{';
            f.type->extra->set_text(f.type->extra_at(f.at), arena_->store(f.extra_text += '}'), memory_);
        }
        frames_.pop_back();
        return true;
    }

    /// Gives the collector the token; when the value is complete, it goes where it belongs.
    bool gather() {
        if (!collector_.take(*now_)) return true;
        collector::form const form = collector_.what();
        collector_.stop();
        if (collecting_.type) {
            if (form == collector::form::dom) collecting_.type->set_free(collecting_.at, collector_.release());
            else collecting_.type->set_text(collecting_.at, arena_->store(collector_.text()), memory_);
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
                return refuse_member(errc::wrong_type, "expected string, got " + std::string{name_of(static_cast<json_type>(t.type))}, tp.value.type->tag_member);
            tp.tag = lasting(t.text);
            tp.tag_comes = false;
            if (!tp.value.type->fallback) return read_tagged() && take(t);
        }
        token kept = t;
        if (t.type == kind::string || t.type == kind::key || !t.text.empty()) kept.text = lasting(t.text);
        tp.tokens.push_back(kept);
        if (t.type == kind::object_begin || t.type == kind::array_begin) ++tp.depth;
        else if (t.type == kind::object_end || t.type == kind::array_end) --tp.depth;
        if (tp.why == tape::purpose::find_tag) {
            if (t.type == kind::key && tp.depth == 1 && !tp.tag && t.text == tp.value.type->tag_member) tp.tag_comes = true;
            return tp.depth != 0 || read_tagged();
        }
        return tp.depth != 0 || try_value();
    }
    /// The text where it lives as long as the engine.
    std::string_view lasting(std::string_view s) {
        bool const inside = s.data() >= input_.data() && s.data() + s.size() <= input_.data() + input_.size() && !input_.empty();
        return inside ? s : tape_text_.store(s);
    }

    /// Fills a slot with what is on a tape; where the tape is a whole value and does not fit, everything is as before.
    bool replay(slot s, std::vector<token> const& tokens) {
        std::size_t const depth = frames_.size();
        for (token const& t : tokens) {
            now_ = &t;
            bool const fits = &t != &tokens.front()                 ? take(t)
                              : t.type == token::kind::object_begin ? fill<json_type::object>(s, nullptr)
                                                                    : fill<json_type::array>(s, nullptr);
            if (fits) continue;
            tape_.reset();
            collector_.stop();
            if (frames_.size() > depth) frames_.erase(frames_.begin() + static_cast<std::ptrdiff_t>(depth), frames_.end());
            return false;
        }
        return true;
    }

    /// The tag is known, or the object ended without: fills the value with what is on the tape, which may go on.
    bool read_tagged() {
        tape taken = std::move(*tape_);
        tape_.reset();
        type_info const& variant = *taken.value.type;
        alternative_info const* chosen = choose(variant, taken.tag ? &*taken.tag : nullptr);
        if (!chosen)
            return taken.tag ? refuse_member(errc::unknown_value, not_known(*taken.tag), variant.tag_member)
                             : refuse_member(errc::missing_member, "missing required member", variant.tag_member);
        bool fits = replay({chosen->type, chosen->emplace(taken.value.at, memory_)}, taken.tokens);
        if (!fits && variant.fallback && chosen != variant.fallback) {
            json::error first = std::exchange(fault_, {});
            fits = replay({variant.fallback->type, variant.fallback->emplace(taken.value.at, memory_)}, taken.tokens);
            if (!fits) fault_ = std::move(first);
        }
        spare_tokens_.swap(taken.tokens);
        return fits;
    }

    /// A value that a lenient record may have no place for: read into its member, or kept in `extra`.
    bool try_value() {
        tape const taken = std::move(*tape_);
        tape_.reset();
        if (replay(taken.value, taken.tokens)) return true;
        fault_ = {};
        now_ = &taken.tokens.front();
        bool kept = keep(frames_.back());
        for (std::size_t i = 1; kept && i != taken.tokens.size(); ++i) kept = take(taken.tokens[i]);
        return kept;
    }

    slot root_;
    std::string_view input_;
    arena* arena_;
    std::string_view envelope_name_;
    envelope_state envelope_{envelope_state::none};
    token const* now_{nullptr}; // the token being taken
    token::kind last_{};
    std::vector<open_frame> frames_;
    std::optional<tape> tape_;
    std::vector<token> spare_tokens_; // the last tape's, for its room
    arena tape_text_;
    collector collector_;
    slot collecting_{};         // where what is collected goes; none: extra
    slot grows_{};              // a string of which a part has come
    std::string unknown_key_;   // the last key that no table has
    json::error fault_{};
};

} // namespace novu::json::detail
