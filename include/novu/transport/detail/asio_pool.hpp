// What asio_transport is made of: calls that wait, and connections that serve them, each in its turn.
//
// An exchange is a `job`: it waits in its host's queue or is served by a connection, and ends once, by an answer, its
// deadline, a stop, Asio's cancellation, or the end of the pool. A connection that is busy runs `serve`, a coroutine on
// a strand of its own, which takes the next job of its host when it is done with one. Nothing is pending when nothing
// is in flight, so that the program's run() returns.
#pragma once

#include <novu/transport/detail/connection.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/strand.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iterator>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace novu::detail {

/// Threads: any. Nothing of the program's is called while the lock is held, nor within what the program calls.
class asio_pool : public std::enable_shared_from_this<asio_pool> {
public:
    using completion = asio::async_result<asio::use_awaitable_t<>, void(result<http::response>)>::handler_type;

    template <class Options>
    asio_pool(asio::any_io_executor const& executor, Options const& o, lookup look_up)
        : executor_{executor}, network_{o, std::move(look_up)}, most_{o.max_connections_per_host}, idle_timeout_{o.idle_timeout}, alarm_{executor} {}

    /// One exchange. `q` and what it looks at live until `done` is called.
    void send(http::request const& q, completion done) {
        http::url_view const url{q.url};
        auto const j = std::make_shared<job>(*this, &q, end_of(q, url, network_), std::move(done));
        j->listen(q.stop);
        std::shared_ptr<line> by;
        {
            std::lock_guard lock{mutex_};
            if (!admit(j)) return;
            drop_old_connections();
            host& h = host_of(url);
            by = free_line(h, url);
            put(j, h.queue);
            if (by) begin(*j, by);
            else set_alarm(*j);
        }
        if (by) asio::co_spawn(by->executor(), serve(shared_from_this(), by, j), asio::detached);
    }

    /// Ends well at the time, and as cancelled before it.
    void wait(std::chrono::milliseconds time, stop_token const& stop, completion done) {
        auto const j = std::make_shared<job>(*this, nullptr, std::chrono::steady_clock::now() + time, std::move(done));
        j->listen(stop);
        std::lock_guard lock{mutex_};
        if (!admit(j)) return;
        put(j, sleeping_);
        set_alarm(*j);
    }

    /// What is in flight ends as cancelled, and so does all that comes.
    void close() {
        std::lock_guard lock{mutex_};
        closed_ = true;
        for (auto const& j : served_) interrupt(j);
        while (!sleeping_.empty()) give_up(sleeping_.front(), interruption::cancelled);
        for (auto& [key, h] : hosts_) {
            while (!h.queue.empty()) give_up(h.queue.front(), interruption::cancelled);
            h.open -= h.idle.size();
            h.idle.clear();
        }
    }

private:
    struct job;
    using jobs = std::list<std::shared_ptr<job>>;
    using alarms = std::multimap<std::chrono::steady_clock::time_point, job*>;
    struct host;
    struct line;

    struct job : std::enable_shared_from_this<job> {
        enum class state : std::uint8_t { fresh, waiting, served, over } is{state::fresh};
        std::shared_ptr<asio_pool> const pool;
        http::request const* const request; // nullptr: a wait
        deadline const until;
        completion done;
        jobs* in{nullptr};                  // the list it is in, and where
        jobs::iterator place{};
        std::optional<alarms::iterator> alarm{};
        std::shared_ptr<line> by{};
        std::atomic<bool> stopped{false};   // while it was served
        std::unique_ptr<stop_callback> on_stop{};

        job(asio_pool& p, http::request const* q, deadline end, completion d) : pool{p.shared_from_this()}, request{q}, until{end}, done{std::move(d)} {}

        /// From here on it may be ended from outside.
        void listen(stop_token const& stop) {
            auto const cancel = [weak = this->weak_from_this()](auto...) {
                if (auto const j = weak.lock()) j->pool->cancel(j);
            };
            if (auto slot = done.get_cancellation_slot(); slot.is_connected()) slot.assign(cancel);
            if (stop.stop_possible()) on_stop = std::make_unique<stop_callback>(stop, cancel);
        }
    };
    /// Calls that all go to the same scheme, host and port.
    struct host {
        jobs queue{};
        std::vector<std::shared_ptr<line>> idle{}; // the one used last is the last
        std::size_t open{0};
    };
    struct line : connection {
        host& home;
        job const* serving{nullptr};        // on its strand
        std::chrono::steady_clock::time_point idle_since{};

        line(asio_pool& p, host& h, std::string key, http::url_view const& to)
            : connection{asio::make_strand(p.executor_), p.network_, std::move(key), to}, home{h} {}
    };

    static asio::awaitable<void> serve(std::shared_ptr<asio_pool> self, std::shared_ptr<line> by, std::shared_ptr<job> j) {
        struct under_way { // or the loop is destroyed before it is done: nothing else would let go of the job
            asio_pool& pool;
            job* serving;
            ~under_way() {
                if (serving) pool.abandon(*serving);
            }
        } now{*self, j.get()};
        while (j) {
            by->serving = j.get();
            result<http::response> answer;
            try {
                if (j->stopped) {
                    answer = ended(*j, interruption::cancelled);
                } else {
                    auto exchange = by->perform(*j->request, j->until);
                    answer = co_await std::move(exchange);
                }
            } catch (...) {
                answer = failure{thrown_error(std::current_exception())};
            }
            by->serving = nullptr;
            std::shared_ptr<job> next = self->release(by, *j);
            now.serving = next.get();
            complete(std::move(j), std::move(answer));
            j = std::move(next);
        }
        by->rest();
    }

    void cancel(std::shared_ptr<job> const& j) {
        std::lock_guard lock{mutex_};
        switch (j->is) {
        case job::state::fresh: j->is = job::state::over; break; // admit will see
        case job::state::waiting: give_up(j, interruption::cancelled); break;
        case job::state::served: interrupt(j); break;
        case job::state::over: break;
        }
    }
    /// The time of some that wait is over.
    void ring() {
        std::lock_guard lock{mutex_};
        armed_.reset();
        auto const now = std::chrono::steady_clock::now();
        while (!alarms_.empty() && alarms_.begin()->first <= now) give_up(alarms_.begin()->second->shared_from_this(), interruption::timed_out);
        arm();
    }
    /// A connection is done with a job: it takes the next, or is kept, or is none any more.
    std::shared_ptr<job> release(std::shared_ptr<line> const& by, job& done) {
        std::lock_guard lock{mutex_};
        take_out(done);
        host& h = by->home;
        if (!h.queue.empty()) {
            std::shared_ptr<job> next = h.queue.front();
            begin(*next, by);
            return next;
        }
        if (by->is_open() && !closed_) {
            by->idle_since = std::chrono::steady_clock::now();
            h.idle.push_back(by);
        } else {
            --h.open;
        }
        return nullptr;
    }
    void abandon(job& j) {
        std::lock_guard lock{mutex_};
        take_out(j);
    }
    /// On the executor of whoever waits for it, and never from within.
    static void complete(std::shared_ptr<job> j, result<http::response> answer) {
        auto const executor = j->done.get_executor();
        asio::post(executor, [j = std::move(j), answer = std::move(answer)]() mutable {
            j->on_stop.reset();
            completion done = std::move(j->done);
            j.reset();
            std::move(done)(std::move(answer));
        });
    }

    // ---- under the lock ----
    /// Whether a job goes on: it may have been ended before it began.
    bool admit(std::shared_ptr<job> const& j) {
        if (!closed_ && j->is == job::state::fresh) return true;
        j->is = job::state::over;
        complete(j, ended(*j, interruption::cancelled));
        return false;
    }
    void put(std::shared_ptr<job> const& j, jobs& list) {
        j->is = job::state::waiting;
        j->in = &list;
        j->place = list.insert(list.end(), j);
    }
    /// From here on its connection sees to its deadline.
    void begin(job& j, std::shared_ptr<line> const& by) {
        drop_alarm(j);
        served_.splice(served_.end(), *j.in, j.place);
        j.in = &served_;
        j.is = job::state::served;
        j.by = by;
    }
    void take_out(job& j) {
        drop_alarm(j);
        j.is = job::state::over;
        j.by.reset();
        j.in->erase(j.place);
    }
    void give_up(std::shared_ptr<job> j, interruption why) {
        take_out(*j);
        complete(j, ended(*j, why));
    }
    /// Its connection finds out when it begins with it, or in the middle.
    static void interrupt(std::shared_ptr<job> const& j) {
        j->stopped = true;
        asio::post(j->by->executor(), [j, by = j->by] {
            if (by->serving == j.get()) by->interrupt(interruption::cancelled);
        });
    }
    /// What comes of a job that was never served.
    static result<http::response> ended(job const& j, interruption why) {
        if (j.request) return failure{interrupted(why, stage::queueing)};
        if (why == interruption::timed_out) return http::response{};
        return failure{transport_error(std::make_error_code(std::errc::operation_canceled), false)};
    }

    void set_alarm(job& j) {
        if (!j.until) return;
        j.alarm = alarms_.emplace(*j.until, &j);
        arm();
    }
    void drop_alarm(job& j) {
        if (!j.alarm) return;
        alarms_.erase(*std::exchange(j.alarm, std::nullopt));
        if (alarms_.empty() && armed_) armed_.reset(), alarm_.cancel();
    }
    void arm() {
        if (alarms_.empty() || (armed_ && *armed_ <= alarms_.begin()->first)) return;
        armed_ = alarms_.begin()->first;
        alarm_.expires_at(*armed_);
        alarm_.async_wait([weak = weak_from_this()](boost::system::error_code aborted) {
            if (auto const self = weak.lock(); self && !aborted) self->ring();
        });
    }

    host& host_of(http::url_view const& url) {
        constexpr std::size_t many = 64;
        if (hosts_.size() > many) std::erase_if(hosts_, [](auto const& each) { return each.second.open == 0 && each.second.queue.empty(); });
        return hosts_[connection_key(url)];
    }
    /// A connection that is free or may be made; nullptr where there are as many as there may be.
    std::shared_ptr<line> free_line(host& h, http::url_view const& url) {
        if (!h.idle.empty()) {
            std::shared_ptr<line> last = std::move(h.idle.back());
            h.idle.pop_back();
            return last;
        }
        if (most_ != 0 && h.open >= most_) return nullptr;
        auto made = std::make_shared<line>(*this, h, connection_key(url), url);
        ++h.open;
        return made;
    }
    void drop_old_connections() {
        if (idle_timeout_.count() == 0) return;
        auto const since = std::chrono::steady_clock::now() - idle_timeout_;
        for (auto& [key, h] : hosts_) {
            auto const young = std::find_if(h.idle.begin(), h.idle.end(), [since](auto const& each) { return each->idle_since > since; });
            h.open -= static_cast<std::size_t>(young - h.idle.begin());
            h.idle.erase(h.idle.begin(), young);
        }
    }

    asio::any_io_executor const executor_;
    network network_;
    std::size_t const most_;
    std::chrono::milliseconds const idle_timeout_;
    std::mutex mutex_{}; // guards what follows, and what jobs and hosts are
    bool closed_{false};
    std::map<std::string, host> hosts_{};
    jobs served_{}, sleeping_{};
    alarms alarms_{};                   // the deadlines of those that wait
    deadline armed_{};                  // when alarm_ goes off
    asio::steady_timer alarm_;
};

} // namespace novu::detail
