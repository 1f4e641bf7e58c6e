// An answer as Beast's parser reads it: its head, and its body, which goes to the request's sink as it arrives where that
// wants it.
#pragma once

#include <novu/http/body_sink.hpp>
#include <novu/http/response.hpp>

#include <boost/asio/error.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/optional/optional.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace novu::detail {

/// Status and headers, without the body.
inline http::response head_of(boost::beast::http::header<false, boost::beast::http::fields> const& from) {
    http::response out{.status = static_cast<int>(from.result_int())};
    for (auto const& f : from) out.headers.add({f.name_string().data(), f.name_string().size()}, {f.value().data(), f.value().size()});
    return out;
}

/// A Body in the sense of Beast.
struct delivered_body {
    struct value_type {
        http::body_sink* sink{nullptr};
        std::optional<http::response> answer{}; // where it has a body, which is here unless the sink takes it
        bool begun{false};                      // it does
        bool refused{false};                    // no longer: the parser ends with an error
    };
    class reader {
    public:
        template <class Header> reader(Header& head, value_type& to) : head_{head}, to_{to} {}

        /// The head is there, and a body follows.
        void init(boost::optional<std::uint64_t> const& length, boost::system::error_code& ec) {
            ec = {};
            http::response& answer = to_.answer.emplace(head_of(head_));
            to_.begun = to_.sink && to_.sink->begin(answer);
            if (length && !to_.begun) answer.body.reserve(static_cast<std::size_t>(*length)); // within the parser's limit
        }
        template <class Buffers> std::size_t put(Buffers const& pieces, boost::system::error_code& ec) {
            ec = {};
            std::size_t size = 0;
            for (auto const b : boost::beast::buffers_range_ref(pieces)) {
                std::string_view const piece{static_cast<char const*>(b.data()), b.size()};
                if (!to_.begun) to_.answer->body.append(piece);
                else if (to_.refused = !to_.sink->take(piece); to_.refused) return ec = boost::asio::error::operation_aborted, size;
                size += piece.size();
            }
            return size;
        }
        void finish(boost::system::error_code& ec) { ec = {}; }

    private:
        boost::beast::http::header<false, boost::beast::http::fields> const& head_;
        value_type& to_;
    };
};

} // namespace novu::detail
