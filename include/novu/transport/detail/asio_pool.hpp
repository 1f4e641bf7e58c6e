// What asio_transport is made of: connections, and calls that wait for one of them.
//
// An exchange is a `job`, which lives in the frame of the coroutine that makes it: it waits in its host's queue, or has
// a connection that it hands to the next when it is done. It ends once, by an answer, its deadline, a stop, Asio's
// cancellation, or the end of the pool. Nothing is pending when nothing is in flight, so that the program's run() returns.
#pragma once

#include <novu/transport/detail/connection.hpp>

#include <boost/asio/strand.hpp>
#include <boost/intrusive/list.hpp>
#include <boost/intrusive/set.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace novu::detail {

/// Threads: any. Nothing of the program's is called, and no coroutine woken, while the lock is held.
class asio_pool : public std::enable_shared_from_this<asio_pool> {
public:
    template <class Options>
    asio_pool(asio::any_io_executor const& executor, Options const& o, lookup look_up)
        : executor_{executor}, network_{std::make_shared<network>(o, std::move(look_up))}, most_{o.max_connections_per_host}, idle_timeout_{o.idle_timeout}, alarm_{executor} {}

    /// One exchange. `q` and what it looks at live until it ends.
    static asio::awaitable<result<http::response>> send(std::shared_ptr<asio_pool> self, http::request const* q) {
        job j{*self, end_of(*q, *self->network_)};
        auto const on_stop = j.listen(q->stop);
        if (self->queue_up(j, http::url_view{q->url})) {
            auto turn = self->wait_for(j);
            co_await std::move(turn);
        }
        if (!j.by) co_return failure{interrupted(j.why, stage::queueing)};
        auto exchange = j.by->perform(*q, j.until); // which j releases
        co_return co_await std::move(exchange);
    }

    /// Ends well at the time, and as cancelled before it.
    static asio::awaitable<result<void>> wait(std::shared_ptr<asio_pool> self, std::chrono::milliseconds time, stop_token stop) {
        asio::steady_timer timer{self->executor_, after(time)};
        job j{*self, std::nullopt, &timer};
        auto const on_stop = j.listen(stop);
        if (self->sleep(j)) {
            auto turn = self->wait_for(j);
            co_await std::move(turn);
            self->wake_up(j);
        }
        if (j.why == interruption::cancelled) co_return failure{transport_error(std::make_error_code(std::errc::operation_canceled), false)};
        co_return result<void>{};
    }

    /// What is in flight ends as cancelled, and so does all that comes.
    void close() {
        {
            std::lock_guard lock{mutex_};
            closed_ = true;
            for (job& j : served_) j.by->interrupt(interruption::cancelled);
            for (auto& [key, h] : hosts_) {
                h.open -= h.idle.size();
                h.idle.clear();
            }
        }
        while (auto ended = end_first([this]() -> job* {
            if (!sleeping_.empty()) return &sleeping_.front();
            for (auto& [key, h] : hosts_)
                if (!h.queue.empty()) return &h.queue.front();
            return nullptr;
        }, interruption::cancelled)) resume(std::move(*ended));
    }

private:
    using completion = asio::async_result<asio::use_awaitable_t<>, void()>::handler_type;
    using in_list = boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
    using in_alarms = boost::intrusive::set_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
    struct host;
    struct line;

    struct job : in_list, in_alarms {
        enum class state : std::uint8_t { fresh, waiting, served, over } is{state::fresh};
        interruption why{interruption::none};
        asio_pool& pool;
        deadline const until;
        asio::steady_timer* const sleeps;   // on its own timer, not in a host's queue
        std::optional<completion> woken{};  // while it waits in a queue
        std::shared_ptr<line> by{};         // what serves it

        job(asio_pool& p, deadline end, asio::steady_timer* timer = nullptr) : pool{p}, until{end}, sleeps{timer} {}
        job(job const&) = delete;
        job& operator=(job const&) = delete;
        ~job() {
            if (by) {
                pool.release(*this);
            } else {
                std::lock_guard lock{pool.mutex_};
                pool.take_out(*this);
            }
        }
        /// From here on it may be ended from outside.
        [[nodiscard]] std::unique_ptr<stop_callback> listen(stop_token const& stop) {
            if (!stop.stop_possible()) return nullptr;
            return std::make_unique<stop_callback>(stop, [this] { pool.cancel(*this); });
        }
    };
    struct sooner {
        bool operator()(job const& a, job const& b) const { return *a.until < *b.until; }
    };
    using jobs = boost::intrusive::list<job, boost::intrusive::base_hook<in_list>, boost::intrusive::constant_time_size<false>>;
    using alarms = boost::intrusive::multiset<job, boost::intrusive::base_hook<in_alarms>, boost::intrusive::compare<sooner>, boost::intrusive::constant_time_size<false>>;

    /// Calls that all go to the same scheme, host and port.
    struct host {
        jobs queue{};
        std::vector<std::shared_ptr<line>> idle{}; // the one used last is the last
        std::size_t open{0};
    };
    struct line : connection {
        host& home;
        std::chrono::steady_clock::time_point idle_since{};

        line(asio_pool& p, host& h, std::string key, http::url_view const& to)
            : connection{p.executor_, asio::make_strand(p.executor_), p.network_, std::move(key), to}, home{h} {}
    };

    /// Gives whether it has to wait: it is served at once where a connection is free or may be made.
    bool queue_up(job& j, http::url_view const& url) {
        std::lock_guard lock{mutex_};
        if (!admit(j)) return false;
        drop_old_connections();
        host& h = host_of(url);
        if (std::shared_ptr<line> by = free_line(h, url)) {
            begin(j, std::move(by));
            return false;
        }
        put(j, h.queue);
        return true;
    }
    /// Gives whether it has to wait: not where it was ended before.
    bool sleep(job& j) {
        std::lock_guard lock{mutex_};
        if (!admit(j)) return false;
        put(j, sleeping_);
        return true;
    }
    /// From here on nothing cancels it.
    void wake_up(job& j) {
        std::lock_guard lock{mutex_};
        take_out(j);
    }
    /// Until it is served or over, or has slept.
    asio::awaitable<void> wait_for(job& j) {
        return asio::async_initiate<asio::use_awaitable_t<> const, void()>(
            [this, &j](completion done) {
                if (auto slot = done.get_cancellation_slot(); slot.is_connected()) slot.assign([this, &j](asio::cancellation_type) { cancel(j); });
                {
                    std::lock_guard lock{mutex_};
                    if (j.is == job::state::waiting && j.sleeps) {
                        auto const executor = done.get_executor();
                        return j.sleeps->async_wait(asio::bind_executor(executor, [d = std::move(done)](boost::system::error_code) mutable { std::move(d)(); }));
                    }
                    if (j.is == job::state::waiting) return void(j.woken.emplace(std::move(done)));
                }
                resume(std::move(done));
            },
            asio::use_awaitable);
    }
    void cancel(job& j) {
        std::optional<completion> ended;
        {
            std::lock_guard lock{mutex_};
            switch (j.is) {
            case job::state::fresh: j.why = interruption::cancelled; return; // admit will see
            case job::state::waiting: end(j, interruption::cancelled, ended); break;
            case job::state::served: return j.by->interrupt(interruption::cancelled);
            case job::state::over: return;
            }
        }
        if (ended) resume(std::move(*ended));
    }
    /// The time of some that wait is over.
    void ring() {
        {
            std::lock_guard lock{mutex_};
            armed_.reset();
        }
        auto const now = std::chrono::steady_clock::now();
        while (auto ended = end_first([this, now] { return !alarms_.empty() && *alarms_.begin()->until <= now ? &*alarms_.begin() : nullptr; }, interruption::timed_out))
            resume(std::move(*ended));
        std::lock_guard lock{mutex_};
        arm();
    }
    /// Ends the one that `which` finds; how to wake it, nothing where there is none.
    template <class Which> std::optional<completion> end_first(Which which, interruption why) {
        std::optional<completion> ended;
        std::lock_guard lock{mutex_};
        while (!ended) { // one that does not wait yet, or sleeps, wakes by itself
            job* const j = which();
            if (!j) break;
            end(*j, why, ended);
        }
        return ended;
    }
    /// Its connection takes the next that waits, or is kept, or is none any more.
    void release(job& j) {
        std::optional<completion> next;
        {
            std::lock_guard lock{mutex_};
            std::shared_ptr<line> const by = std::move(j.by);
            take_out(j);
            by->release();
            host& h = by->home;
            if (!h.queue.empty() && !closed_) { // whose calls close() is about to end
                job& first = h.queue.front();
                begin(first, by);
                take_completion(first, next);
            } else if (by->is_open() && !closed_) {
                by->idle_since = std::chrono::steady_clock::now();
                h.idle.push_back(by); // which there is room for
            } else {
                by->rest();
                --h.open;
            }
            if (served_.empty()) rest();
        }
        if (!next) return;
        try {
            resume(std::move(*next));
        } catch (...) { // no memory: its coroutine is destroyed, and passes the connection on
        }
    }
    /// On its executor, and never from within.
    static void resume(completion done) { asio::post(std::move(done)); }

    // ---- under the lock ----
    /// Whether a job goes on: it may have been ended before it began.
    bool admit(job& j) {
        if (closed_) j.why = interruption::cancelled;
        if (j.why != interruption::none) j.is = job::state::over;
        return j.is == job::state::fresh;
    }
    void put(job& j, jobs& list) {
        j.is = job::state::waiting;
        list.push_back(j);
        if (!j.until) return;
        alarms_.insert(j);
        arm();
    }
    /// From here on its connection sees to its deadline.
    void begin(job& j, std::shared_ptr<line> by) {
        take_out(j);
        served_.push_back(j);
        j.is = job::state::served;
        by->prepare();
        j.by = std::move(by);
    }
    void take_out(job& j) {
        j.is = job::state::over;
        if (j.in_list::is_linked()) j.in_list::unlink();
        if (!j.in_alarms::is_linked()) return;
        j.in_alarms::unlink();
        if (alarms_.empty() && armed_) armed_.reset(), alarm_.cancel();
    }
    void end(job& j, interruption why, std::optional<completion>& ended) {
        take_out(j);
        j.why = why;
        take_completion(j, ended);
    }
    static void take_completion(job& j, std::optional<completion>& to) {
        if (j.sleeps) j.sleeps->cancel();
        if (j.woken) to.emplace(*std::move(j.woken)), j.woken.reset();
    }

    void arm() {
        if (alarms_.empty() || (armed_ && *armed_ <= *alarms_.begin()->until)) return;
        armed_.reset();
        alarm_.expires_at(*alarms_.begin()->until);
        alarm_.async_wait([weak = weak_from_this()](boost::system::error_code aborted) {
            if (auto const self = weak.lock(); self && !aborted) self->ring();
        });
        armed_ = alarms_.begin()->until; // now that nothing was thrown
    }
    /// Nothing is served: no timer that a connection left on is for anything.
    void rest() {
        for (auto& [key, h] : hosts_)
            for (auto const& each : h.idle) each->rest();
    }

    host& host_of(http::url_view const& url) {
        constexpr std::size_t many = 64;
        if (hosts_.size() > many) std::erase_if(hosts_, [](auto const& each) { return each.second.open == 0 && each.second.queue.empty(); });
        return hosts_[connection_key(url, key_)];
    }
    /// A connection that is free or may be made; nullptr where there are as many as there may be. After host_of.
    std::shared_ptr<line> free_line(host& h, http::url_view const& url) {
        if (!h.idle.empty()) {
            std::shared_ptr<line> last = std::move(h.idle.back());
            h.idle.pop_back();
            return last;
        }
        if (most_ != 0 && h.open >= most_) return nullptr;
        auto made = std::make_shared<line>(*this, h, key_, url);
        h.idle.reserve(h.open + 1);
        ++h.open;
        return made;
    }
    void drop_old_connections() {
        if (idle_timeout_.count() == 0) return;
        auto const since = std::chrono::steady_clock::now() - bounded(idle_timeout_);
        for (auto& [key, h] : hosts_) {
            auto const young = std::find_if(h.idle.begin(), h.idle.end(), [since](auto const& each) { return each->idle_since > since; });
            h.open -= static_cast<std::size_t>(young - h.idle.begin());
            h.idle.erase(h.idle.begin(), young);
        }
    }

    asio::any_io_executor const executor_;
    std::shared_ptr<network> const network_;
    std::size_t const most_;
    std::chrono::milliseconds const idle_timeout_;
    std::mutex mutex_{}; // guards what follows, and what jobs and hosts are
    bool closed_{false};
    std::string key_{};                 // of the host looked for last
    std::map<std::string, host> hosts_{};
    jobs served_{}, sleeping_{};
    alarms alarms_{};                   // the deadlines of those that wait
    deadline armed_{};                  // when alarm_ goes off
    asio::steady_timer alarm_;
};

} // namespace novu::detail
