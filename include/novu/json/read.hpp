// JSON text to values: straight into the struct, whole or as the bytes arrive.
//
//     novu::json::result<order> o = novu::json::read<order>(text);
//     if (!o) log(o.error().message());       // steps[2].name: expected string, got number (byte 210)
//
//     novu::json::reader<order> r;            // in pieces
//     while (auto piece = receive()) r.feed(*piece);
//     auto o = r.finish();
//
// What a type does not name is kept in its `extra` where it has one, else skipped. An open_enum keeps a text it does
// not know. Absent and null members become what their field type says; std::optional takes null for absent.
// Numbers of free-form JSON beyond 64 bits become doubles, beyond those infinities (which cannot be written), but in borrowed
// values, which keep the text.
// Of members that a type names, one that stands twice is an error; of others the last counts. A dictionary keeps both.
#pragma once

#include <novu/json/arena.hpp>
#include <novu/json/detail/table.hpp>
#include <novu/json/error.hpp>
#include <novu/json/write.hpp>

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string_view>

namespace novu::json {

/// How to read, where that is not the usual way.
struct read_options {
    std::size_t max_depth{default_max_depth}; ///< levels of arrays and objects
    std::string_view envelope{};              ///< of an object whose one member has this name, read that member's value. In pieces its first member decides
};

/// Reads a whole document. Errors: each of errc's but the last three, with path and offset.
/// Allocations: the strings and lists that hold values, each once (a list that is long, or whose first element is, by an
/// estimate of its size, and then perhaps once more). A document that is refused takes some scratch.
template <class T> result<T> read(std::string_view json, read_options const& options = {});

/// The same for a value that holds views: into `json`, or, for strings with escapes, into
/// `text`. Both must outlive the value. Free-form JSON is the text as it stands, a view of it too; what a type does not
/// name is put together in `text` for its `extra`. Allocations: the lists', and one block of `text` if it is needed (of a
/// document whose unknown members stand among others in many places, perhaps more).
template <class T> result<T> read(std::string_view json, arena& text, read_options const& options = {});

/// The same for a value of the pmr storage: all its memory is from `resource`, which must outlive it.
/// Allocations: what the value holds, in its resource; a document that is refused takes some from operator new.
template <class T> result<T> read(std::string_view json, std::pmr::memory_resource* resource, read_options const& options = {});

/// Reads a document that comes in pieces, which need not be kept. Not for values that hold views. Of the text no more is held
/// than what a piece may cut in two: a key, a number, a text of free-form JSON or of a list, and an object of a list of up to
/// 64 KiB (those that are written without white space between them are read at once, when they end). Where an object may turn
/// out to be of another alternative, or not to fit and go to `extra`, all of it is held until it ends.
/// Movable. Threads: one at a time. Allocations: a block for itself, what the value holds (a text that comes in pieces grows
/// with them), and what is held.
template <class T> class reader;

} // namespace novu::json

namespace novu::json::detail {

/// Whether a T, a part of `Outer`, may hold views of the input.
template <class T, class... Outer> constexpr bool holds_views() {
    using plain = plain_t<T>;
    if constexpr (std::is_same_v<plain, std::string_view> || is_raw<plain>) return true;
    else if constexpr (is_a<plain, open_enum>) return plain::is_view;
    else if constexpr (is_a<plain, dictionary>) return holds_views<decltype(plain::value_type::key)>() || holds_views<decltype(plain::value_type::value), Outer...>();
    else if constexpr (is_a<plain, std::optional> || is_a<plain, nullable> || is_a<plain, optional_list> || is_a<plain, std::vector>)
        return holds_views<typename plain::value_type, Outer...>();
    else if constexpr (is_a<plain, std::variant>)
        return []<class... A>(std::type_identity<std::variant<A...>>) { return (holds_views<A, Outer...>() || ...); }(std::type_identity<plain>{});
    else if constexpr ((std::is_same_v<plain, Outer> || ...)) return false; // which is being looked at
    else if constexpr (described<plain> && !is_free<plain>)
        return []<class... D>(boost::mp11::mp_list<D...>) { return (holds_views<member_t<D>, Outer..., plain>() || ...); }(members_of<plain>{});
    else return false;
}

/// A document and what its value may use: an arena for text that is kept as views, a memory resource, each perhaps null.
struct source {
    std::string_view json;
    arena* text;
    memory* resource;
};

template <class T> result<T> blank_in(memory* resource) {
    result<T> out{blank_one<T>{resource}}; // made in its place
    made(*out, resource);
    return out;
}

/// By basic_parser, for what it says about a document that cannot be read.
bool parse_into(type_info const& info, void* value, source const& from, read_options const& options, json::error& fault, bool& enveloped);
template <class T> result<T> parse_whole(source const& from, read_options options) {
    json::error fault;
    bool enveloped = false;
    for (;;) {
        result<T> out = blank_in<T>(from.resource);
        if (parse_into(info_of<T>, &*out, from, options, fault, enveloped)) return out;
        if (!enveloped) return failure{std::move(fault)};
        options.envelope = {}; // perhaps it only began like an envelope
        enveloped = false;
    }
}

/// Straight from the text. False where it cannot; the value is then in some state.
bool read_into(type_info const& info, void* value, source const& from, read_options const& options);
class piece_reader; // json/detail/piece_reader.hpp
/// What comes in pieces, read into a value.
class pieces {
public:
    pieces(type_info const& info, void* value, memory* resource, read_options const& options);
    ~pieces();
    /// The document was read whole, from text of that size: what follows is an error, but white space.
    void read_whole(std::size_t size);
    bool feed(std::string_view bytes);
    /// False where the document is refused: fault() says why.
    bool finish();
    [[nodiscard]] json::error const& fault() const noexcept;

private:
    std::unique_ptr<piece_reader> reader_;
};
template <class T> result<T> read_whole(source const& from, read_options const& options) {
    result<T> out = blank_in<T>(from.resource);
    if (!read_into(info_of<T>, &*out, from, options)) out = parse_whole<T>(from, options);
    return out; // the same in both cases: it is not moved
}

} // namespace novu::json::detail

template <class T> novu::json::result<T> novu::json::read(std::string_view json, read_options const& options) {
    static_assert(!detail::holds_views<T>(), "novu: a value that holds views is read with an arena: read<T>(text, arena)");
    return detail::read_whole<T>({json, nullptr, nullptr}, options);
}

template <class T> novu::json::result<T> novu::json::read(std::string_view json, arena& text, read_options const& options) {
    return detail::read_whole<T>({json, detail::holds_views<T>() ? &text : nullptr, nullptr}, options);
}

template <class T>
novu::json::result<T> novu::json::read(std::string_view json, std::pmr::memory_resource* resource, read_options const& options) {
    static_assert(detail::uses_memory<T>(), "novu: only a value of the pmr storage is read into a memory resource");
    return detail::read_whole<T>({json, nullptr, resource}, options);
}

template <class T> class novu::json::reader {
public:
    explicit reader(read_options const& options = {}) : reader{nullptr, options} {}
    /// The value's memory is from `resource`, if its type takes one.
    explicit reader(std::pmr::memory_resource* resource, read_options const& options = {});

    /// Takes the next piece. False once the document is refused; finish() says why.
    bool feed(std::string_view bytes);

    /// The document is complete: its value, or the fault. Call it once.
    [[nodiscard]] result<T> finish();

private:
    struct state {
        T value;
        std::pmr::memory_resource* resource;
        read_options options;
        std::size_t whole{0}; // of the first piece, if it was the document
        std::optional<detail::pieces> reader{};

        state(std::pmr::memory_resource* r, read_options const& o) : value{detail::blank<T>(r)}, resource{r}, options{o} { detail::made(value, r); }
        bool reads_whole(std::string_view bytes) {
            if (reader || whole != 0 || bytes.empty() || (bytes.back() != '}' && bytes.back() != ']')) return false;
            if (detail::read_into(detail::info_of<T>, &value, {bytes, nullptr, resource}, options)) return whole = bytes.size(), true;
            detail::replace(value, detail::blank<T>(resource));
            return detail::made(value, resource), false;
        }
        detail::pieces& in_pieces() {
            if (!reader) {
                reader.emplace(detail::info_of<T>, &value, resource, options);
                if (whole != 0) reader->read_whole(whole);
            }
            return *reader;
        }
    };
    std::unique_ptr<state> state_;
};

// Outside of the class, so that separate compilation leaves them out: what is inside is inline.
template <class T> novu::json::reader<T>::reader(std::pmr::memory_resource* resource, read_options const& options) : state_{std::make_unique<state>(resource, options)} {
    static_assert(!detail::holds_views<T>(), "novu: a value that holds views cannot be read in pieces that are not kept");
}

template <class T> bool novu::json::reader<T>::feed(std::string_view bytes) { return state_->reads_whole(bytes) || state_->in_pieces().feed(bytes); }

template <class T> novu::json::result<T> novu::json::reader<T>::finish() {
    if ((state_->whole == 0 || state_->reader) && !state_->in_pieces().finish()) return failure{state_->in_pieces().fault()};
    return std::move(state_->value);
}

#if !defined(NOVU_SEPARATE_COMPILATION)
#include <novu/json/detail/functions.hpp>
#endif
