// From the name of a host to a connected socket: its addresses are looked up, and tried one after the other or at once.
#pragma once

#include <novu/transport/detail/exchange_errors.hpp>
#include <novu/transport/detail/guarded_socket.hpp>
#include <novu/transport/detail/resolve.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace novu::detail {

/// Threads: one of the coroutines at a time, on `steps`; `look` from any.
class dialer : public std::enable_shared_from_this<dialer> {
public:
    /// `interrupted` lives as long as the coroutines run.
    dialer(asio::any_io_executor const& executor, asio::any_io_executor steps, std::atomic<interruption> const& interrupted)
        : steps_{std::move(steps)}, interrupted_{interrupted}, news_{executor} {}

    /// What is under way looks whether there are news: an answer, or that it is interrupted.
    void look() {
        try {
            asio::post(steps_, [self = shared_from_this()] { self->news_.cancel(); });
        } catch (std::bad_alloc const&) { // then it ends at its deadline
        }
    }

    /// Nothing where it is interrupted. `by` is what looks up.
    asio::awaitable<resolved> look_up(lookup const& by, std::string const& host, std::string const& port) {
        boost::system::error_code not_an_address;
        if (auto const address = asio::ip::make_address(host, not_an_address); !not_an_address) {
            resolved literal;
            literal.endpoints.emplace_back(address, static_cast<unsigned short>(std::stoi(port)));
            co_return literal;
        }
        struct pending {
            std::mutex mutex{};
            dialer* waits{};
            std::optional<resolved> answer{};
        };
        struct in_this_frame {
            std::shared_ptr<pending> state = std::make_shared<pending>();
            ~in_this_frame() { // a later answer goes nowhere
                std::lock_guard lock{state->mutex};
                state->waits = nullptr;
            }
            std::optional<resolved> answer() {
                std::lock_guard lock{state->mutex};
                return std::move(state->answer);
            }
        } here;
        here.state->waits = this;
        by(host, port, [state = here.state](resolved r) {
            std::lock_guard lock{state->mutex};
            if (!state->waits) return;
            state->answer = std::move(r);
            state->waits->look();
        });
        for (;;) {
            std::optional<resolved> found = here.answer();
            if (found) co_return std::move(*found);
            if (interrupted_ != interruption::none) co_return resolved{};
            auto answered = news();
            co_await std::move(answered);
        }
    }

    /// Connects `to` to one of the addresses: the next is tried when one fails, or when it takes longer than `stagger`, and
    /// the first that answers is taken.
    asio::awaitable<boost::system::error_code> connect(std::vector<asio::ip::tcp::endpoint> endpoints, guarded_socket& to) {
        alternate_families(endpoints);
        struct racing { // which outlives this frame, if that is left early, until the last attempt has ended
            boost::system::error_code failed = asio::error::host_not_found;
            std::list<asio::ip::tcp::socket> attempts{};
            asio::ip::tcp::socket* winner{nullptr};
            std::size_t running{0};
            bool due{true}; // the next one is
        };
        struct in_this_frame {
            std::shared_ptr<racing> state = std::make_shared<racing>();
            ~in_this_frame() {
                boost::system::error_code ignored;
                for (auto& attempt : state->attempts) attempt.close(ignored);
            }
        } const here;
        racing& r = *here.state;
        auto next = endpoints.begin();
        while (!r.winner && interrupted_ == interruption::none && (r.running != 0 || next != endpoints.end())) {
            if (r.due && next != endpoints.end()) {
                asio::ip::tcp::socket* const attempt = &r.attempts.emplace_back(to.get_executor());
                attempt->async_connect(*next++, asio::bind_executor(steps_, [self = shared_from_this(), state = here.state, attempt](boost::system::error_code ec) {
                    --state->running;
                    if (ec) state->failed = ec, state->due = true;
                    else if (!state->winner) state->winner = attempt;
                    self->news_.cancel();
                }));
                ++r.running;
            }
            r.due = false;
            auto something = next == endpoints.end() ? news() : news(std::chrono::steady_clock::now() + stagger);
            bool const late = co_await std::move(something);
            r.due = r.due || late;
        }
        if (r.winner)
            to.with([&](auto& s) {
                if (interrupted_ == interruption::none) s = std::move(*r.winner);
            });
        co_return r.winner ? boost::system::error_code{} : r.failed;
    }

private:
    static constexpr std::chrono::milliseconds stagger{250}; // between addresses; RFC 8305, 5

    /// Waits until there are news, or until then, which it tells by true.
    asio::awaitable<bool> news(std::chrono::steady_clock::time_point until = (std::chrono::steady_clock::time_point::max)()) {
        boost::system::error_code cancelled;
        news_.expires_at(until);
        co_await news_.async_wait(asio::redirect_error_t<asio::use_awaitable_t<>>{asio::use_awaitable, cancelled});
        co_return !cancelled;
    }

    asio::any_io_executor const steps_;
    std::atomic<interruption> const& interrupted_;
    asio::steady_timer news_; // cancelled when there are some
};

} // namespace novu::detail
