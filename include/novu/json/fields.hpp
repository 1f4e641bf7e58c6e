// Field types that say what JSON can say and plain C++ types cannot: absent, null or a value; absent or a list;
// an object used as a map.
//
//     novu::nullable<int> n;          // absent        n = nullptr;  // null        n = 3;  // a value
//     novu::optional_list<int> l;     // absent        l = novu::empty_list;        l = {1, 2};
//     novu::dictionary<int> d{{"a", 1}};               if (int* a = d.find("a")) ...
#pragma once

#include <novu/json/required.hpp>
#include <novu/json/storage.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

namespace novu::json::detail {
/// For the reader: the string or list in a field type, whose memory it chooses.
struct storage_access {
    template <class T> static constexpr auto& of(T& field) noexcept { return field.storage_(); }
};
} // namespace novu::json::detail

namespace novu {

/// A member that is absent from the JSON, `null`, or a value.
template <class T> class nullable {
public:
    using value_type = T;

    constexpr nullable() = default;
    constexpr nullable(std::nullptr_t) noexcept : null_{true} {}
    template <class U = T>
        requires(std::convertible_to<U, T> && !std::same_as<std::remove_cvref_t<U>, nullable> &&
                 !std::same_as<std::remove_cvref_t<U>, std::nullptr_t>)
    constexpr nullable(U&& value) : value_{std::in_place, std::forward<U>(value)} {}

    [[nodiscard]] constexpr bool is_absent() const noexcept { return !null_ && !value_; }
    [[nodiscard]] constexpr bool is_null() const noexcept { return null_; }
    [[nodiscard]] constexpr bool has_value() const noexcept { return value_.has_value(); }
    constexpr explicit operator bool() const noexcept { return has_value(); }

    /// Unchecked. Precondition: has_value().
    constexpr T& operator*() & noexcept { return *value_; }
    constexpr T const& operator*() const& noexcept { return *value_; }
    constexpr T&& operator*() && noexcept { return *std::move(value_); }
    constexpr T* operator->() noexcept { return &*value_; }
    constexpr T const* operator->() const noexcept { return &*value_; }
    /// Throws std::bad_optional_access without a value, as std::optional's.
    constexpr T& value() & { return value_.value(); }
    constexpr T const& value() const& { return value_.value(); }
    template <class U> constexpr T value_or(U&& other) const { return value_.value_or(std::forward<U>(other)); }

    template <class... A> constexpr T& emplace(A&&... args) {
        null_ = false;
        return value_.emplace(std::forward<A>(args)...);
    }
    /// Makes it absent.
    constexpr void reset() noexcept { null_ = false, value_.reset(); }

    friend constexpr bool operator==(nullable const& a, nullable const& b) { return a.null_ == b.null_ && a.value_ == b.value_; }
    friend constexpr bool operator==(nullable const& a, std::nullptr_t) noexcept { return a.null_; }
    template <std::same_as<nullable> N, class U> // N, so that nothing that converts to a nullable is tried: the question would lead to itself
        requires(!std::same_as<U, nullable> && !std::same_as<U, std::nullptr_t> && std::equality_comparable_with<T, U>)
    friend constexpr bool operator==(N const& a, U const& b) {
        return a.value_ && *a.value_ == b;
    }

private:
    std::optional<T> value_{};
    bool null_{false};
};

/// A list that may be absent. Takes braces; iterates as empty when absent; `empty_list` is there and empty.
template <class T, class Storage = owned> class optional_list {
public:
    using list_type = typename Storage::template list<T>;
    using value_type = T;
    using iterator = typename list_type::iterator;
    using const_iterator = typename list_type::const_iterator;

    constexpr optional_list() = default;
    constexpr optional_list(std::initializer_list<T> list) : list_(list), present_{true} {}
    constexpr optional_list(empty_list_t) : present_{true} {}
    constexpr optional_list(list_type list) : list_(std::move(list)), present_{true} {}

    [[nodiscard]] constexpr bool has_value() const noexcept { return present_; }
    constexpr explicit operator bool() const noexcept { return present_; }
    constexpr list_type& operator*() noexcept { return list_; }
    constexpr list_type const& operator*() const noexcept { return list_; }
    constexpr list_type* operator->() noexcept { return &list_; }
    constexpr list_type const* operator->() const noexcept { return &list_; }
    /// Makes it present, and empty.
    constexpr list_type& emplace() { return present_ = true, list_ = list_type{}; }
    /// Makes it absent.
    constexpr void reset() { present_ = false, list_ = list_type{}; }

    [[nodiscard]] constexpr auto begin() noexcept { return list_.begin(); }
    [[nodiscard]] constexpr auto end() noexcept { return list_.end(); }
    [[nodiscard]] constexpr auto begin() const noexcept { return list_.begin(); }
    [[nodiscard]] constexpr auto end() const noexcept { return list_.end(); }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return list_.size(); }
    [[nodiscard]] constexpr bool empty() const noexcept { return list_.empty(); }
    [[nodiscard]] constexpr T& operator[](std::size_t i) noexcept { return list_[i]; }
    [[nodiscard]] constexpr T const& operator[](std::size_t i) const noexcept { return list_[i]; }
    constexpr void push_back(T value) { present_ = true, list_.push_back(std::move(value)); }

    friend constexpr bool operator==(optional_list const& a, optional_list const& b) {
        return a.present_ == b.present_ && std::ranges::equal(a.list_, b.list_);
    }

private:
    friend json::detail::storage_access;
    constexpr list_type& storage_() noexcept { return list_; }
    list_type list_{};
    bool present_{false};
};

/// A JSON object used as a map: entries in wire order, found by key in linear time.
/// (std::map is not constexpr, and std::pair fails on clang for a V that is not complete yet.)
template <class V, class Storage = owned> class dictionary {
public:
    struct entry {
        typename Storage::string key{};
        V value{};
        friend constexpr bool operator==(entry const& a, entry const& b) { return a.key == b.key && a.value == b.value; }
    };
    using value_type = entry;
    using list_type = typename Storage::template list<entry>;

    constexpr dictionary() noexcept {} // with a body of its own, so that a type may hold a dictionary of itself
    template <class E = entry>
    constexpr dictionary(std::initializer_list<E> entries) : entries_(entries) {}

    /// The value under `key`, or nullptr.
    [[nodiscard]] constexpr V* find(std::string_view key) noexcept {
        for (entry& e : entries_)
            if (e.key == key) return &e.value;
        return nullptr;
    }
    [[nodiscard]] constexpr V const* find(std::string_view key) const noexcept { return const_cast<dictionary&>(*this).find(key); }
    [[nodiscard]] constexpr bool contains(std::string_view key) const noexcept { return find(key) != nullptr; }
    /// The value under `key`, made if it is not there.
    constexpr V& operator[](std::string_view key) {
        if (V* value = find(key)) return *value;
        return entries_.emplace_back(entry{typename Storage::string(key), V{}}).value;
    }
    /// Appends an entry. Precondition: the key is not there yet.
    constexpr V& append(typename Storage::string key, V value = {}) {
        return entries_.emplace_back(entry{std::move(key), std::move(value)}).value;
    }

    [[nodiscard]] constexpr auto begin() noexcept { return entries_.begin(); }
    [[nodiscard]] constexpr auto end() noexcept { return entries_.end(); }
    [[nodiscard]] constexpr auto begin() const noexcept { return entries_.begin(); }
    [[nodiscard]] constexpr auto end() const noexcept { return entries_.end(); }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] constexpr bool empty() const noexcept { return entries_.empty(); }

    /// Equal when the same entries stand in the same order.
    friend constexpr bool operator==(dictionary const& a, dictionary const& b) { return std::ranges::equal(a.entries_, b.entries_); }

private:
    friend json::detail::storage_access;
    constexpr list_type& storage_() noexcept { return entries_; }
    list_type entries_;
};

} // namespace novu
