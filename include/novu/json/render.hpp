// A body known at compile time is text in the program's read-only data: encoding it costs nothing.
//
//     constexpr auto body = novu::json::render<[] {
//         return novu::borrowed_types::create_workflow{.name = "Hi", .workflow_id = "hi", .steps = novu::empty_list};
//     }>();
//     static_assert(std::string_view{body} == R"({"name":"Hi","workflowId":"hi","steps":[]})");
#pragma once

#include <novu/json/write.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

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

/// Renders what `Make()`, a captureless lambda, returns. A value that cannot be written (invalid UTF-8, raw text
/// that is not JSON) does not compile.
template <auto Make> consteval auto render();

} // namespace novu::json

namespace novu::json::detail {

struct the_value_cannot_be_written_as_json {};

template <auto Make> constexpr std::string render_text() {
    std::string text;
    buffer_output<std::string> out{text};
    bool const good = write_value(out, Make());
    if (!good) throw the_value_cannot_be_written_as_json{};
    out.finish(true);
    return text;
}

template <auto Make> inline constexpr auto rendered_text = [] {
    std::array<char, render_text<Make>().size()> out{};
    std::string const text = render_text<Make>();
    for (std::size_t i = 0; i != out.size(); ++i) out[i] = text[i];
    return out;
}();

} // namespace novu::json::detail

template <auto Make> consteval auto novu::json::render() {
    return rendered<decltype(Make())>{detail::rendered_text<Make>.data(), detail::rendered_text<Make>.size()};
}
