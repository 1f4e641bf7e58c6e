// What can go wrong between JSON and values.
#pragma once

#include <novu/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#if defined(__cpp_exceptions)
#include <exception>
#endif

namespace novu::json {

enum class errc : std::uint8_t {
    syntax,           ///< not JSON
    incomplete,       ///< the text ends too soon, or is empty
    trailing_text,    ///< something follows the document
    too_deep,         ///< more levels than the limit
    wrong_type,       ///< a value of another JSON type than the member's
    missing_member,   ///< a required member is not there
    duplicate_member, ///< a member that the type names stands twice in one object
    out_of_range,     ///< a number that its member cannot hold
    unknown_value,    ///< a text that is no enumerator of a closed enum, or not this alternative's tag
    invalid_utf8,     ///< written: a string is not UTF-8
    not_finite,       ///< written: NaN or an infinity
    invalid_raw,      ///< written: raw JSON that is not one JSON value (of the kind asked for)
};

/// One fault, with its place.
struct error {
    errc code{};
    std::string path{};     ///< like `steps[2].controlValues.subject`; empty for the document itself
    std::size_t offset{0};  ///< reading: bytes read when it was found; writing: bytes written before
    std::string reason{};   ///< like `expected string, got number`

    /// `steps[2].controlValues.subject: expected string, got number (byte 210)`
    [[nodiscard]] std::string message() const {
        std::string out = path.empty() ? reason : path + ": " + reason;
        return out.append(" (byte ").append(std::to_string(offset)).append(")");
    }
    friend bool operator==(error const&, error const&) = default;
};

template <class T> using result = basic_result<T, error>;

#if defined(__cpp_exceptions)
/// What result::value() throws.
class exception : public std::exception {
public:
    explicit exception(json::error e) : error_{std::move(e)}, what_{error_.message()} {}
    [[nodiscard]] char const* what() const noexcept override { return what_.c_str(); }
    [[nodiscard]] json::error const& error() const noexcept { return error_; }

private:
    json::error error_;
    std::string what_;
};
[[noreturn]] inline void throw_error(error const& e) { throw exception{e}; }
#endif

} // namespace novu::json
