// HTTP headers as plain values: `field` is a view of one header, `header` owns one, `headers` is an
// ordered list of them, looked up without regard to case (RFC 9110, 5.1).
//
//     novu::http::headers h{{"Retry-After", "2"}};
//     h.add("Set-Cookie", "a=1");
//     if (auto after = h.get("retry-after")) use(*after);          // std::optional<std::string_view>
//     for (novu::http::field f : h) log(f.name, f.value);          // in the order they were added
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace novu::http {

/// One header as two views; valid as long as what it looks at.
struct field {
    std::string_view name{};
    std::string_view value{};
    friend constexpr bool operator==(field const&, field const&) = default;
};

/// One header that owns its text.
struct header {
    std::string name{};
    std::string value{};
    operator field() const noexcept { return {name, value}; }
    friend bool operator==(header const&, header const&) = default;
};

namespace detail {
constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
} // namespace detail

/// Whether two texts are equal but for the case of ASCII letters.
constexpr bool iequals(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i != a.size(); ++i)
        if (detail::lower(a[i]) != detail::lower(b[i])) return false;
    return true;
}

/// Whether `name` may stand as a header's name: a non-empty RFC 9110 token.
constexpr bool is_header_name(std::string_view name) noexcept {
    for (char c : name) {
        bool const alnum = (c >= '0' && c <= '9') || (detail::lower(c) >= 'a' && detail::lower(c) <= 'z');
        if (!alnum && std::string_view{"!#$%&'*+-.^_`|~"}.find(c) == std::string_view::npos) return false;
    }
    return !name.empty();
}

/// Whether `value` may stand as a header's value: no control character but tab, so that no line can be
/// injected (RFC 9110, 5.5).
constexpr bool is_header_value(std::string_view value) noexcept {
    for (char c : value) {
        auto const byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\t') || byte == 0x7f) return false;
    }
    return true;
}

/// An ordered list of headers. Equal names may occur more than once.
/// Allocations: one block for all the text and one for the positions, both grown geometrically.
/// Threads: distinct objects may be used at once; a shared one only for reading.
class headers {
public:
    class const_iterator;

    headers() = default;
    headers(std::initializer_list<field> fields) {
        for (field f : fields) add(f.name, f.value);
    }

    /// Appends a header; one of the same name that is there stays.
    void add(std::string_view name, std::string_view value) {
        std::size_t const at = text_.size(), size = at + name.size() + value.size();
        if (size <= text_.capacity()) {
            text_.append(name).append(value);
        } else { // into another block: both may be views of this one
            std::string grown;
            grown.reserve(size < 2 * at ? 2 * at : size);
            grown.append(text_).append(name).append(value);
            text_.swap(grown);
        }
        entries_.push_back({at, name.size(), value.size()});
    }

    /// The value of the first header of that name, in any case; nothing where there is none.
    /// The view is valid until the next `add`.
    [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const noexcept;

    [[nodiscard]] bool contains(std::string_view name) const noexcept { return get(name).has_value(); }
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
    [[nodiscard]] field operator[](std::size_t index) const noexcept {
        entry const& e = entries_[index];
        std::string_view const text{text_};
        return {text.substr(e.at, e.name), text.substr(e.at + e.name, e.value)};
    }

    [[nodiscard]] const_iterator begin() const noexcept;
    [[nodiscard]] const_iterator end() const noexcept;

    /// Equal when the same fields stand in the same order, byte for byte.
    friend bool operator==(headers const& a, headers const& b) noexcept {
        if (a.size() != b.size()) return false;
        for (std::size_t i = 0; i != a.size(); ++i)
            if (a[i] != b[i]) return false;
        return true;
    }

private:
    struct entry {
        std::size_t at, name, value; // where the name starts in text_, and the two lengths
    };
    std::string text_;
    std::vector<entry> entries_;
};

/// Gives fields by value, in the order they were added.
class headers::const_iterator {
public:
    using iterator_category = std::input_iterator_tag;
    using iterator_concept = std::forward_iterator_tag;
    using value_type = field;
    using difference_type = std::ptrdiff_t;
    using reference = field;
    using pointer = void;

    const_iterator() = default;
    const_iterator(headers const& list, std::size_t index) noexcept : list_{&list}, index_{index} {}
    field operator*() const noexcept { return (*list_)[index_]; }
    const_iterator& operator++() noexcept { return ++index_, *this; }
    const_iterator operator++(int) noexcept { return {*list_, index_++}; }
    friend bool operator==(const_iterator const& a, const_iterator const& b) noexcept { return a.index_ == b.index_; }

private:
    headers const* list_{};
    std::size_t index_{};
};

inline headers::const_iterator headers::begin() const noexcept { return {*this, 0}; }
inline headers::const_iterator headers::end() const noexcept { return {*this, size()}; }

inline std::optional<std::string_view> headers::get(std::string_view name) const noexcept {
    for (field f : *this)
        if (iequals(f.name, name)) return f.value;
    return std::nullopt;
}

} // namespace novu::http
