// What makes a value of a body that is delivered in pieces, as they arrive. A body of up to 64 KiB is put together first
// and read whole, which is faster; of a larger one no more is held than json::reader says.
//
// What is different for a larger one: the first member of an object decides whether that is an envelope, and where the
// JSON does not fit, the rest of the body is not looked at, and error::body is the piece at which it was found.
#pragma once

#include <novu/call/machine.hpp>
#include <novu/http/body_sink.hpp>
#include <novu/json/read.hpp>
#include <novu/response.hpp>
#include <novu/transport/concepts.hpp>

#include <boost/core/no_exceptions_support.hpp>

#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace novu::detail {

inline constexpr json::read_options answer_options{.envelope = "data"};

/// One call's, as long as its driver's frame. Begins with what the call takes for its success, and nothing else.
template <class T> class body_decoder final : public http::body_sink {
public:
    static constexpr std::size_t read_whole_up_to = 64 * 1024;

    explicit body_decoder(call_machine& call) : call_{call} { call.deliver_to(this); }
    body_decoder(body_decoder const&) = delete;
    body_decoder& operator=(body_decoder const&) = delete;

    bool begin(http::response const& head) noexcept override {
        clear();
        return call_.succeeds(head);
    }
    bool take(std::string_view piece) noexcept override {
        bool good = false;
        BOOST_TRY { good = add(piece); }
        BOOST_CATCH(...) { thrown_ = std::current_exception(); }
        BOOST_CATCH_END
        return good;
    }

    /// Gives what came of an exchange the body that was put together, or of a larger one the last piece.
    void complete(result<http::response>& came) noexcept {
        if (!came) clear();
        else if (!text_.empty()) came->body = std::move(text_);
    }
    /// Whether the body was read as it came.
    [[nodiscard]] bool has_read() const noexcept { return reader_.has_value() || thrown_; }
    /// Its value, or why it has none. Throws what reading threw. Precondition: has_read.
    json::result<T> finish() {
#if defined(__cpp_exceptions)
        if (thrown_) std::rethrow_exception(thrown_);
#endif
        return reader_->finish();
    }

private:
    void clear() noexcept {
        text_.clear();
        reader_.reset();
        thrown_ = nullptr;
    }
    bool add(std::string_view piece) {
        if (!reader_ && text_.size() + piece.size() <= read_whole_up_to) {
            text_.append(piece);
            return true;
        }
        if (!reader_) {
            reader_.emplace(json::detail::uses_memory<T>() ? call_.memory() : nullptr, answer_options);
            std::string const first = std::exchange(text_, {});
            if (!reader_->feed(first)) return text_ = first, false;
        }
        text_ = piece;
        return reader_->feed(piece);
    }

    call_machine const& call_;
    std::string text_{};                        // what has come, or what came last
    std::optional<json::reader<T>> reader_{};   // of what is larger
    std::exception_ptr thrown_{};
};

/// For bodies that come whole: over a transport that does not deliver pieces, or of a value that holds views.
struct whole_body {
    explicit whole_body(call_machine&) {}
    static void complete(result<http::response>&) noexcept {}
};

template <class T, class Transport> constexpr bool reads_pieces() {
    if constexpr (std::is_void_v<T> || !delivers_pieces<Transport>) return false;
    else return !is_borrowed<T>;
}
template <class T, class Transport> using body_of = std::conditional_t<reads_pieces<T, Transport>(), body_decoder<T>, whole_body>;

} // namespace novu::detail
