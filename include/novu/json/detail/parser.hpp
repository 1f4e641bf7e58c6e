// boost::json::basic_parser in front of the engine: bytes to tokens, whole or in pieces.
#pragma once

#include <novu/json/detail/engine.hpp>

#include <boost/json/basic_parser_impl.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace novu::json::detail {

/// basic_parser's handler: hands tokens on, and puts texts together that come in parts and have no place yet to go to.
struct token_handler {
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1), max_array_size = max_object_size,
                                 max_key_size = max_object_size, max_string_size = max_object_size;
    using error_code = boost::json::error_code;
    using text_view = boost::json::string_view;

    engine* to; // null: nobody
    std::string parts{};

    bool pass(token const& t, error_code& ec) {
        if (!to || to->take(t)) return true;
        ec = boost::system::errc::make_error_code(boost::system::errc::operation_canceled);
        return false;
    }
    bool pass_text(token t, text_view s, error_code& ec) {
        if (parts.empty()) {
            t.text = {s.data(), s.size()};
            return pass(t, ec);
        }
        t.text = parts.append(s.data(), s.size());
        bool const good = pass(t, ec);
        parts.clear();
        return good;
    }
    bool part(text_view s) { return parts.append(s.data(), s.size()), true; }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code& ec) { return pass({.type = token::kind::object_begin}, ec); }
    bool on_object_end(std::size_t, error_code& ec) { return pass({.type = token::kind::object_end}, ec); }
    bool on_array_begin(error_code& ec) { return pass({.type = token::kind::array_begin}, ec); }
    bool on_array_end(std::size_t, error_code& ec) { return pass({.type = token::kind::array_end}, ec); }
    bool on_key_part(text_view s, std::size_t, error_code&) { return part(s); }
    bool on_key(text_view s, std::size_t, error_code& ec) { return pass_text({.type = token::kind::key}, s, ec); }
    bool on_string_part(text_view s, std::size_t, error_code&) { return (parts.empty() && to->take_part({s.data(), s.size()})) || part(s); }
    bool on_string(text_view s, std::size_t, error_code& ec) { return to->take_last_part({s.data(), s.size()}) || pass_text({.type = token::kind::string}, s, ec); }
    bool on_number_part(text_view s, error_code&) { return part(s); }
    bool on_int64(std::int64_t, text_view s, error_code& ec) { return pass_text({.type = token::kind::number}, s, ec); }
    bool on_uint64(std::uint64_t, text_view s, error_code& ec) { return pass_text({.type = token::kind::number}, s, ec); }
    bool on_double(double, text_view s, error_code& ec) { return pass_text({.type = token::kind::number}, s, ec); }
    bool on_bool(bool b, error_code& ec) { return pass({.type = token::kind::boolean, .boolean = b}, ec); }
    bool on_null(error_code& ec) { return pass({.type = token::kind::null}, ec); }
    bool on_comment_part(text_view, error_code&) { return true; }
    bool on_comment(text_view, error_code&) { return true; }
};

/// One document from bytes to the engine. Not movable: boost::json::basic_parser points into itself.
class parser {
public:
    parser(engine& to, std::size_t max_depth) : engine_{to}, parser_{options(max_depth), token_handler{&to}} {}

    /// Takes the next piece; false when the document is refused, see fault().
    /// Below Boost 1.82 the parser overflows its stack when a piece ends inside `\uXXXX` and a long rest of the
    /// string follows (boostorg/json #876), so what follows a backslash among the last five bytes waits.
    bool feed(std::string_view bytes) {
        if (failed_) return false;
        if (!held_.empty()) {
            std::string const joined = held_.append(bytes);
            held_.clear();
            return cut(joined);
        }
        return cut(bytes);
    }
    /// The document ends with `bytes`.
    bool finish(std::string_view bytes = {}) {
        if (failed_) return false;
        if (held_.empty()) return write(bytes, false);
        return write(held_.append(bytes), false);
    }
    [[nodiscard]] json::error const& fault() const noexcept { return fault_; }

    /// Whether all that was fed went to the engine.
    [[nodiscard]] bool between_tokens() const { return held_.empty() && parser_.handler().parts.empty(); }
    /// Text of that size was read by another; with `value`, a value where one may stand.
    void passed(std::size_t size, bool value) {
        read_ += size;
        if (!value) return;
        boost::json::error_code ec;
        parser_.handler().to = nullptr;
        parser_.write_some(true, "{}", 2, ec);
        parser_.handler().to = &engine_;
        done_ = parser_.done();
    }

private:
    static boost::json::parse_options options(std::size_t max_depth) {
        boost::json::parse_options o;
        o.max_depth = max_depth;
        return o;
    }
    bool cut(std::string_view bytes) {
        std::size_t const tail = bytes.size() < 5 ? bytes.size() : 5;
        std::size_t const slash = bytes.substr(bytes.size() - tail).find_last_of('\\');
        if (slash == std::string_view::npos) return write(bytes, true);
        std::size_t const keep = bytes.size() - tail + slash;
        held_ = bytes.substr(keep);
        return write(bytes.substr(0, keep), true);
    }
    bool write(std::string_view bytes, bool more) {
        boost::json::error_code ec;
        std::size_t used = 0;
        if (!done_) {
            used = parser_.write_some(more, bytes.data(), bytes.size(), ec);
            if (ec) return refuse(ec, read_ + used);
            done_ = parser_.done();
        }
        // Text behind the document is no error to basic_parser.
        std::size_t const rest = bytes.find_first_not_of(" \t\r\n", used);
        if (rest != std::string_view::npos) return failed_ = true, fault_ = {errc::trailing_text, {}, read_ + rest, "text behind the document"}, false;
        read_ += bytes.size();
        return true;
    }
    bool refuse(boost::json::error_code ec, std::size_t offset) {
        failed_ = true;
        if (!engine_.fault().reason.empty()) {
            fault_ = engine_.fault();
        } else if (ec == boost::json::error::incomplete) {
            fault_ = {errc::incomplete, engine_.path(), 0, offset == 0 ? "empty" : "the text ends too soon"};
        } else if (ec == boost::json::error::too_deep) {
            fault_ = {errc::too_deep, engine_.path(), 0, "too many levels"};
        } else {
            fault_ = {errc::syntax, engine_.path(), 0, "not JSON: " + ec.message()};
        }
        fault_.offset = offset;
        return false;
    }

    engine& engine_;
    [[maybe_unused]] char apart_[16]{}; // no piece may end where the parser begins (boostorg/json #814)
    boost::json::basic_parser<token_handler> parser_;
    std::string held_;
    std::size_t read_{0};
    bool done_{false}, failed_{false};
    json::error fault_{};
};

} // namespace novu::json::detail
