// What a call writes its requests into. A client keeps those of a call that ended for the next one, so that calls one
// after the other allocate nothing for what they send.
#pragma once

#include <novu/call/options.hpp>
#include <novu/error.hpp>
#include <novu/http/request.hpp>
#include <novu/http/url.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace novu::detail {

/// One call's request and what it looks at. In one place as long as a transport may look at it.
struct call_buffers {
    std::string url{};
    std::string text{};                ///< the body, unless
    std::string_view constant{};       ///< it was rendered at compile time
    std::string key{};                 ///< idempotency key
    std::string authorization{};       ///< of the attempt under way
    std::vector<http::field> fields{};
    std::vector<attempt> attempts{};
    http::request request{};

    [[nodiscard]] std::string_view body() const noexcept { return constant.empty() ? std::string_view{text} : constant; }
    void clear() noexcept {
        for (std::string* s : {&url, &text, &key, &authorization}) s->clear();
        fields.clear(), attempts.clear();
        constant = {}, request = {};
    }
};

/// Fills at most 256 bytes with random bits of the system, by a system call (getentropy, where it has that): a fork, and a
/// machine that is started twice from one snapshot, get bits of their own. Threads: any.
void fill_random(void* to, std::size_t size);

/// What a client's calls share. Threads: any.
class call_shared {
public:
    explicit call_shared(client_options o) : options{std::move(o)} {
        http::assign_base_url(base_url, options.server);
    }
    ~call_shared() { delete spare_.load(); }

    client_options options; ///< never changed: the calls' is const
    std::string base_url{}; ///< of options.server; empty where that is none

    /// Random bits for keys and jitter: the program's, or else the system's.
    template <std::size_t N> [[nodiscard]] std::array<std::uint64_t, N> random() const {
        std::array<std::uint64_t, N> bits{};
        if (!options.random) return fill_random(bits.data(), sizeof bits), bits;
        for (std::uint64_t& each : bits) each = options.random();
        return bits;
    }

    [[nodiscard]] call_buffers* take() const {
        call_buffers* const spare = spare_.exchange(nullptr);
        return spare ? spare : new call_buffers;
    }
    /// Kept if none is yet, but a large body's text.
    void give_back(call_buffers* buffers) const noexcept {
        call_buffers* none = nullptr;
        buffers->clear();
        if (buffers->text.capacity() > largest_kept) std::string{}.swap(buffers->text);
        if (!spare_.compare_exchange_strong(none, buffers)) delete buffers;
    }
    static constexpr std::size_t largest_kept = 64 * 1024;

private:
    mutable std::atomic<call_buffers*> spare_{nullptr};
};

struct return_buffers {
    call_shared const* to; // which outlives them
    void operator()(call_buffers* buffers) const noexcept;
};
using buffers_ptr = std::unique_ptr<call_buffers, return_buffers>;

inline buffers_ptr take_buffers(call_shared const& from) { return buffers_ptr{from.take(), return_buffers{&from}}; }

} // namespace novu::detail
