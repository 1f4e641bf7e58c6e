// A body known at compile time is text in the program's read-only data: encoding it costs nothing.
//
//     constexpr auto body = novu::json::render<[] {
//         return novu::borrowed_types::create_workflow{.name = "Hi", .workflow_id = "hi", .steps = novu::empty_list};
//     }>();
//     static_assert(std::string_view{body} == R"({"name":"Hi","workflowId":"hi","steps":[]})");
//
// A lambda with parameters makes a form, with gaps for texts: see novu/json/form.hpp.
#pragma once

#include <novu/json/form.hpp>
#include <novu/json/write.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace novu::json {

/// The JSON of a T, rendered at compile time: a pointer and a size into static storage. Made by `render` alone.
template <class T> class rendered {
public:
    using value_type = T;
    [[nodiscard]] constexpr std::string_view view() const noexcept { return {data_, size_}; }
    constexpr operator std::string_view() const noexcept { return view(); }

private:
    template <auto F> friend consteval auto render();
    constexpr rendered(char const* data, std::size_t size) noexcept : data_{data}, size_{size} {}
    char const* data_;
    std::size_t size_;
};

/// Renders what `Make()`, a captureless lambda, returns: a `rendered`. A value that cannot be written (invalid UTF-8, raw text
/// that is not JSON) does not compile. Where Make takes std::string_views, up to 26, a `form`: Make is to use each as the whole
/// of a string of the JSON, of none, or of several, whatever it holds.
template <auto Make> consteval auto render();

} // namespace novu::json

namespace novu::json::detail {

/// Not constexpr: calling it ends the compilation.
inline void the_value_cannot_be_written_as_json() {}

/// What buffer_output needs of a buffer, for constant expressions: clang takes neither std::string nor
/// std::vector::resize of libstdc++ 12 there.
class constant_buffer {
public:
    constexpr constant_buffer() = default;
    constant_buffer(constant_buffer const&) = delete;
    constant_buffer& operator=(constant_buffer const&) = delete;
    constexpr ~constant_buffer() { delete[] data_; }
    [[nodiscard]] constexpr char* data() const { return data_; }
    [[nodiscard]] constexpr std::size_t size() const { return size_; }
    [[nodiscard]] constexpr std::size_t capacity() const { return size_; }
    constexpr void resize(std::size_t size) {
        char* const larger = new char[size]{};
        for (std::size_t i = 0; i != size && i != size_; ++i) larger[i] = data_[i];
        delete[] data_;
        data_ = larger;
        size_ = size;
    }

private:
    char* data_{nullptr};
    std::size_t size_{0};
};

template <auto Make> constexpr void render_to(constant_buffer& text) {
    buffer_output out{text, nullptr};
    bool const good = write_value(out, Make());
    if (!good) the_value_cannot_be_written_as_json();
    out.finish(true);
}

template <auto Make> inline constexpr std::size_t rendered_size = [] {
    constant_buffer text;
    render_to<Make>(text);
    return text.size();
}();

template <auto Make> inline constexpr auto rendered_text = [] {
    constant_buffer text;
    render_to<Make>(text);
    std::array<char, rendered_size<Make>> out{};
    for (std::size_t i = 0; i != out.size(); ++i) out[i] = text.data()[i];
    return out;
}();

/// How many texts a lambda takes.
template <class Make, class... Texts> constexpr std::size_t parameters_of() {
    if constexpr (std::is_invocable_v<Make, Texts...>) return sizeof...(Texts);
    else {
        static_assert(sizeof...(Texts) != most_gaps, "novu: what is rendered takes nothing, or up to 26 std::string_views");
        return parameters_of<Make, Texts..., std::string_view>();
    }
}

/// Makes the value with a set of stand-ins for its texts.
template <auto Make, std::size_t N, int Set> struct with_stand_ins {
    constexpr auto operator()() const {
        return []<std::size_t... I>(std::index_sequence<I...>) { return Make(std::string_view{stand_in<Set, I>, 4}...); }(std::make_index_sequence<N>{});
    }
};

} // namespace novu::json::detail

template <auto Make> consteval auto novu::json::render() {
    constexpr std::size_t texts = detail::parameters_of<decltype(Make)>();
    if constexpr (texts == 0) {
        return rendered<decltype(Make())>{detail::rendered_text<Make>.data(), detail::rendered_text<Make>.size()};
    } else {
        constexpr auto filled = detail::with_stand_ins<Make, texts, 0>{};
        constexpr auto otherwise = detail::with_stand_ins<Make, texts, 1>{};
        using made = detail::form_of<detail::rendered_text<filled>, 0>;
        static_assert(detail::same_form<made, detail::form_of<detail::rendered_text<otherwise>, 1>>(),
                      "novu: a text that is rendered into a form stands in it whole, or not at all");
        return form<decltype(filled()), texts>{made::value};
    }
}
