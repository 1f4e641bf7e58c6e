// == and << for every described struct of namespace novu, and << for variants of them, from the reflection alone.
#pragma once

#include <novu/json/write.hpp>

#include <concepts>
#include <string>
#include <variant>

namespace novu {

namespace detail {
template <class T>
concept model = json::described<T> && requires { typename T::novu_model; };
template <class T> inline constexpr bool is_model_variant = false;
template <class... A> inline constexpr bool is_model_variant<std::variant<A...>> = (model<A> || ...);
template <class T>
concept printable = model<T> || is_model_variant<T>;
/// An output stream, without <ostream>.
template <class O>
concept ostream = requires(O& out, char const* s) { out.write(s, 1), out.setstate(out.rdstate()); };
} // namespace detail

/// Equal member by member.
template <detail::model T> constexpr bool operator==(T const& a, T const& b) {
    return [&]<class... D>(boost::mp11::mp_list<D...>) {
        return ((a.*D::pointer == b.*D::pointer) && ...);
    }(json::detail::members_of<T>{});
}

/// Prints the value as JSON; one that cannot be written, as what is wrong with it.
template <detail::ostream Ostream, detail::printable T> Ostream& operator<<(Ostream& out, T const& value) {
    auto const text = json::write(value);
    std::string const shown = text ? *text : "<" + text.error().message() + ">";
    out.write(shown.data(), static_cast<std::ptrdiff_t>(shown.size()));
    return out;
}

} // namespace novu

/// Describes a struct of this library, a template over Storage: the members in braces order, `==`, `<<`, and a place for annotations.
/// (BOOST_DESCRIBE_STRUCT does not take class templates.)
#define NOVU_DETAIL_DESCRIBE(Type, ...)                                                                                \
    using novu_model = Storage;                                                                                        \
    BOOST_DESCRIBE_CLASS(Type, (), (__VA_ARGS__), (), ())
