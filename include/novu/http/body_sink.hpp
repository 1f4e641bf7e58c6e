// Where a transport that can puts the body of an answer piece by piece, as it arrives, instead of collecting it.
//
//     if (q.sink && q.sink->begin(head)) {                        // once the headers are there; `head` has no body
//         while (auto piece = next_piece())
//             if (!q.sink->take(*piece)) break;                   // the connection is not used again
//         return head;
//     }
#pragma once

#include <novu/http/response.hpp>

#include <string_view>

namespace novu::http {

/// Of one exchange at a time, whose thread it is called on. Throws nothing.
class body_sink {
public:
    /// A head came, with a body to follow: whether that is to be given to take() rather than into response::body. Each
    /// begin starts afresh: what was taken before is forgotten, as of an exchange that broke off and was made again.
    virtual bool begin(response const& head) noexcept = 0;
    /// The next piece, of any size. False: no more is wanted. The exchange may end at once, as an answer, and its
    /// connection is not to be used again, unless what is left of the body is read.
    virtual bool take(std::string_view piece) noexcept = 0;

protected:
    ~body_sink() = default;
};

} // namespace novu::http
