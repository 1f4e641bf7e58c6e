// Values over a std::pmr::memory_resource: uses-allocator construction does not exist for aggregates, so the reader makes a
// value blank and then gives the resource to each string and list in it; what it adds later gets it in turn.
#pragma once

#include <novu/json/detail/shape.hpp>

#include <boost/json/storage_ptr.hpp>

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace novu::json::detail {

/// Whether a T takes a resource, itself or in a member.
template <class T> constexpr bool uses_memory() {
    using plain = plain_t<T>;
    if constexpr (with_resource<plain>) return true;
    else if constexpr (requires { typename plain::novu_model; }) return with_resource<typename plain::novu_model::string>;
    else if constexpr (is_a<plain, optional_list> || is_a<plain, dictionary>) return with_resource<typename plain::list_type>;
    else if constexpr (is_a<plain, open_enum>) return with_resource<typename plain::string_type>;
    else if constexpr (is_a<plain, std::optional> || is_a<plain, nullable>) return uses_memory<typename plain::value_type>();
    else if constexpr (is_a<plain, std::variant>)
        return []<class... A>(std::type_identity<std::variant<A...>>) { return (uses_memory<A>() || ...); }(std::type_identity<plain>{});
    else if constexpr (described<plain> && !is_free<plain>)
        return []<class... D>(boost::mp11::mp_list<D...>) { return (uses_memory<member_t<D>>() || ...); }(members_of<plain>{});
    else return false;
}

/// Puts what is made of `value` where `at` is.
template <class T, class V> void replace(T& at, V&& value) {
    std::destroy_at(&at);
    std::construct_at(&at, std::forward<V>(value));
}

/// Gives the resource to all in a blank value that takes one; required members have it. What the value holds stays.
template <class T> void give_memory(T& value, memory* resource) {
    using plain = plain_t<T>;
    if constexpr (!uses_memory<T>() || (is_required<T> && with_resource<plain>)) {
        return;
    } else if constexpr (with_resource<plain>) {
        if (value.empty()) replace(static_cast<plain&>(value), resource); // mostly
        else replace(value, plain(static_cast<plain&&>(value), resource));
    } else if constexpr (is_a<plain, optional_list> || is_a<plain, dictionary> || is_a<plain, open_enum>) {
        give_memory(storage_access::of(value), resource);
    } else if constexpr (is_a<plain, std::optional> || is_a<plain, nullable>) {
        if (value.has_value()) give_memory(*value, resource);
    } else if constexpr (is_a<plain, std::variant>) {
        std::visit([&](auto& v) { give_memory(v, resource); }, static_cast<plain&>(value));
    } else {
        [&]<class... D>(boost::mp11::mp_list<D...>) { (give_memory(value.*D::pointer, resource), ...); }(members_of<plain>{});
    }
}

/// Boost.JSON takes memory from resources of its own kind, and keeps them: this one, made in the std one's memory, lives as
/// long as a value refers to it.
struct std_resource final : boost::json::memory_resource {
    explicit std_resource(memory* r) : upstream{r} {}
    memory* upstream;
    void* do_allocate(std::size_t n, std::size_t align) override { return upstream->allocate(n, align); }
    void do_deallocate(void* p, std::size_t n, std::size_t align) override { upstream->deallocate(p, n, align); }
    bool do_is_equal(boost::json::memory_resource const& other) const noexcept override { return this == &other; }
};

} // namespace novu::json::detail

// What boost::json::make_shared_resource makes comes from operator new. For std_resource it comes from the resource itself.
namespace boost::json {
namespace detail {
template <> class shared_resource_impl<novu::json::detail::std_resource> final : public shared_resource {
public:
    explicit shared_resource_impl(std::pmr::memory_resource* r) : resource_{r} {}
    void* do_allocate(std::size_t n, std::size_t align) override { return resource_.do_allocate(n, align); }
    void do_deallocate(void* p, std::size_t n, std::size_t align) override { resource_.do_deallocate(p, n, align); }
    bool do_is_equal(memory_resource const& other) const noexcept override { return this == &other; }

    static void operator delete(shared_resource_impl* self, std::destroying_delete_t) {
        std::pmr::memory_resource* const from = self->resource_.upstream;
        self->~shared_resource_impl();
        from->deallocate(self, sizeof(shared_resource_impl), alignof(shared_resource_impl));
    }

private:
    novu::json::detail::std_resource resource_;
};
} // namespace detail

template <> inline storage_ptr make_shared_resource<novu::json::detail::std_resource, std::pmr::memory_resource*&>(std::pmr::memory_resource*& from) {
    using made = detail::shared_resource_impl<novu::json::detail::std_resource>;
    return storage_ptr{::new (from->allocate(sizeof(made), alignof(made))) made(from)};
}
} // namespace boost::json

namespace novu::json::detail {

/// A resource for Boost.JSON over `resource`; the usual one for null.
inline boost::json::storage_ptr json_storage(memory* resource) {
    return resource ? boost::json::make_shared_resource<std_resource>(resource) : boost::json::storage_ptr{};
}

} // namespace novu::json::detail
