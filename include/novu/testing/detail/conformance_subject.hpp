// The transport under test as its checks see it: of any kind, made blocking by the author's runner, and known by one
// virtual interface, so that the checks are compiled once.
#pragma once

#include <novu/client.hpp>
#include <novu/testing/polled_call.hpp>

#include <atomic>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>
#if defined(__cpp_exceptions)
#include <exception>
#endif

namespace novu::testing::conformance {

/// What went wrong around an exchange rather than in it. Threads: any.
class complaints {
public:
    void add(std::string words) {
        std::lock_guard lock{mutex_};
        list_.push_back(std::move(words));
    }
    bool none() {
        std::lock_guard lock{mutex_};
        return list_.empty();
    }
    std::vector<std::string> take() {
        std::lock_guard lock{mutex_};
        return std::exchange(list_, {});
    }

private:
    std::mutex mutex_{};
    std::vector<std::string> list_{};
};

class subject {
public:
    virtual ~subject() = default;

    std::function<void(event const&)> on_event{}; ///< of the calls; not of the bare exchanges
    std::shared_ptr<complaints> said{std::make_shared<complaints>()};

    virtual std::string_view kind() const = 0;
    /// Bare exchanges, without the client, at once where there are several.
    virtual std::vector<result<http::response>> exchange(std::span<http::request const> requests) = 0;
    /// Gives false where the transport has none.
    virtual bool wait(std::chrono::milliseconds time, stop_token stop) = 0;
    virtual bool stoppable_wait() const = 0;

    /// Calls, at once where there are several. The n-th is made of what `make(n)` gives, which lives no longer than that.
    virtual std::vector<result<response<workflow>>> create(std::size_t n, std::function<create_workflow(std::size_t)> const& make, call_options const&) = 0;
    virtual result<response<workflow_list>> list(list_workflows const&, call_options const&) = 0;
    virtual result<response<workflow>> get(std::string_view id, get_workflow const&, call_options const&) = 0;
    virtual result<response<workflow>> update(std::string_view id, update_workflow const&, call_options const&) = 0;
    virtual result<response<workflow>> patch(std::string_view id, patch_workflow const&, call_options const&) = 0;
    virtual result<response<void>> remove(std::string_view id, call_options const&) = 0;
    virtual result<response<workflow>> sync(std::string_view id, sync_workflow const&, call_options const&) = 0;
    virtual result<response<step_details>> retrieve(std::string_view id, std::string_view step, call_options const&) = 0;
    virtual result<response<preview>> generate_preview(std::string_view id, std::string_view step, preview_request const&, call_options const&) = 0;
};

/// One exchange in the form of a call, without retries: for the checks that are below the client.
class single_exchange {
public:
    using time_point = polled_call::time_point;

    explicit single_exchange(http::request const& q) : request_{q} {}

    call_action poll(time_point now) {
        if (!came_ && request_.stop.stop_requested()) fail(std::errc::operation_canceled);
        if (!came_ && now >= until_) fail(std::errc::timed_out);
        if (came_) return {.kind = call_action::done};
        if (std::exchange(begun_, true)) return {.kind = call_action::wait, .until = until_};
        if (request_.timeout.count() != 0) until_ = now + request_.timeout;
        return {.kind = call_action::send, .request = &request_};
    }
    void received(http::response r, time_point) { settle(std::move(r)); }
    void failed(error e, time_point) { settle(failure{std::move(e)}); }
    result<http::response> take() { return std::move(*came_); }

private:
    void settle(result<http::response> r) {
        if (!came_) came_ = std::move(r);
    }
    void fail(std::errc why) { settle(failure{transport_error(std::make_error_code(why), begun_)}); }

    http::request const& request_;
    bool begun_{false};
    time_point until_{(time_point::max)()};
    std::optional<result<http::response>> came_{};
};

/// What `check_transport` got no second argument for.
struct no_runner {};

template <class Make, class Run> class subject_of final : public subject {
    using made = std::invoke_result_t<Make&>; // a transport, or a reference to one
    using transport_type = std::remove_reference_t<made>;
    static_assert(novu::detail::check_transport<transport_type>());

    static constexpr bool is_manual = std::is_same_v<transport_type, manual>;
    static constexpr bool is_coroutine = async_transport<transport_type>;
    static constexpr bool is_callback = !is_manual && !is_coroutine && callback_transport<transport_type>;
    template <class T> struct task_of { using type = void; };
    template <class T> requires is_coroutine struct task_of<T> { using type = typename transport_type::template task<T>; };
    using task = typename task_of<void>::type;

    static constexpr bool check_runner() {
        if constexpr (is_coroutine)
            static_assert(std::invocable<Run&, std::vector<task>>,
                          "novu: over a coroutine transport, check_transport's second argument is called with std::vector<task<void>>: start them all, return when all have ended");
        else if constexpr (is_callback)
            static_assert(std::invocable<Run&, std::function<bool()>>,
                          "novu: over a callback transport, check_transport's second argument is called with std::function<bool()>: turn your loop until that gives true");
        else if constexpr (is_manual)
            static_assert(std::invocable<Run&, std::vector<polled_call*>>,
                          "novu: over novu::manual, check_transport's second argument is called with std::vector<novu::testing::polled_call*>: poll them all until all are done");
        return true;
    }
    static_assert(check_runner());

public:
    /// `slack`: by how much a callback may come late.
    subject_of(Make& make, Run& run, std::chrono::milliseconds slack)
        : transport_(make()), run_{run}, slack_{slack},
          client_{std::ref(transport_), client_options{.secret_key = "test-secret-key", .retries = retry_policy::none(), .on_event = [this](event const& e) {
                                                           if (on_event) on_event(e);
                                                       }}} {}

    std::string_view kind() const override { return is_manual ? "manual" : is_coroutine ? "coroutine" : is_callback ? "callback" : "synchronous"; }

    std::vector<result<http::response>> exchange(std::span<http::request const> requests) override {
        std::chrono::milliseconds limit{0};
        for (http::request const& q : requests) limit = q.timeout > limit ? q.timeout : limit;
        return all<http::response>(requests.size(), limit, [&](std::size_t i, auto... done) {
            if constexpr (is_manual) return single_exchange{requests[i]};
            else return transport_.send(requests[i], std::move(done)...);
        });
    }

    bool wait(std::chrono::milliseconds time, stop_token stop) override {
        if constexpr (is_manual) {
            return false;
        } else if constexpr (is_coroutine) {
            std::vector<task> waiting;
            if constexpr (novu::detail::has_stoppable_wait<transport_type>) waiting.push_back(waited(transport_.wait(time, stop)));
            else waiting.push_back(waited(transport_.wait(time)));
            run_(std::move(waiting));
        } else if constexpr (is_callback) {
            auto const over = std::make_shared<std::atomic<bool>>(false);
            if constexpr (novu::detail::has_stoppable_callback_wait<transport_type>) transport_.wait(time, stop, [over] { *over = true; });
            else transport_.wait(time, [over] { *over = true; });
            run_until(time, [&] { return over->load(); });
        } else {
            if constexpr (novu::detail::has_stoppable_wait<transport_type>) transport_.wait(time, stop);
            else transport_.wait(time);
        }
        return true;
    }
    bool stoppable_wait() const override {
        if constexpr (is_manual) return false;
        else if constexpr (is_callback) return novu::detail::has_stoppable_callback_wait<transport_type>;
        else return novu::detail::has_stoppable_wait<transport_type>;
    }

    std::vector<result<response<workflow>>> create(std::size_t n, std::function<create_workflow(std::size_t)> const& make, call_options const& o) override {
        return all<response<workflow>>(n, limit_of(o), [&](std::size_t i, auto... done) { return client_.workflows.create(make(i), o, std::move(done)...); });
    }
    result<response<workflow_list>> list(list_workflows const& query, call_options const& o) override {
        return one<response<workflow_list>>(o, [&](auto... done) { return client_.workflows.list(query, o, std::move(done)...); });
    }
    result<response<workflow>> get(std::string_view id, get_workflow const& query, call_options const& o) override {
        return one<response<workflow>>(o, [&](auto... done) { return client_.workflows.get(id, query, o, std::move(done)...); });
    }
    result<response<workflow>> update(std::string_view id, update_workflow const& request, call_options const& o) override {
        return one<response<workflow>>(o, [&](auto... done) { return client_.workflows.update(id, request, o, std::move(done)...); });
    }
    result<response<workflow>> patch(std::string_view id, patch_workflow const& request, call_options const& o) override {
        return one<response<workflow>>(o, [&](auto... done) { return client_.workflows.patch(id, request, o, std::move(done)...); });
    }
    result<response<void>> remove(std::string_view id, call_options const& o) override {
        return one<response<void>>(o, [&](auto... done) { return client_.workflows.remove(id, o, std::move(done)...); });
    }
    result<response<workflow>> sync(std::string_view id, sync_workflow const& request, call_options const& o) override {
        return one<response<workflow>>(o, [&](auto... done) { return client_.workflows.sync(id, request, o, std::move(done)...); });
    }
    result<response<step_details>> retrieve(std::string_view id, std::string_view step, call_options const& o) override {
        return one<response<step_details>>(o, [&](auto... done) { return client_.workflows.steps.retrieve(id, step, o, std::move(done)...); });
    }
    result<response<preview>> generate_preview(std::string_view id, std::string_view step, preview_request const& request, call_options const& o) override {
        return one<response<preview>>(o, [&](auto... done) { return client_.workflows.steps.generate_preview(id, step, request, o, std::move(done)...); });
    }

private:
    template <class T> using outcomes = std::vector<std::optional<result<T>>>;

    static std::chrono::milliseconds limit_of(call_options const& o) { return o.total_timeout.value_or(client_options{}.total_timeout); }
    template <class T, class Start> result<T> one(call_options const& o, Start start) {
        return std::move(all<T>(1, limit_of(o), [&](std::size_t, auto... done) { return start(std::move(done)...); }).front());
    }

    /// Starts n of something and runs them to their ends. `start(i)` gives what the kind gives; over callbacks, it gets one.
    template <class T, class Start> std::vector<result<T>> all(std::size_t n, std::chrono::milliseconds limit, Start start) {
        if constexpr (is_callback) {
            struct shared {
                std::mutex mutex{};
                outcomes<T> came{};
                std::size_t left{};
            };
            auto const state = std::make_shared<shared>();
            state->came.resize(n);
            state->left = n;
            for (std::size_t i = 0; i != n; ++i)
                start(i, [state, i, box = said](result<T> r) {
                    std::lock_guard lock{state->mutex};
                    if (state->came[i]) return box->add("called back more than once");
                    state->came[i] = std::move(r);
                    --state->left;
                });
            run_until(limit, [&] {
                std::lock_guard lock{state->mutex};
                return state->left == 0;
            });
            std::lock_guard lock{state->mutex};
            outcomes<T> came(n);
            for (std::size_t i = 0; i != n; ++i) // what is left behind marks that it came
                if (state->came[i]) came[i] = std::exchange(state->came[i], result<T>{failure{error{}}});
            return whole<T>(std::move(came));
        } else {
            outcomes<T> came(n);
            if constexpr (is_coroutine) {
                std::vector<task> tasks;
                for (std::size_t i = 0; i != n; ++i) tasks.push_back(into<T>(start(i), came[i], *said));
                run_(std::move(tasks));
            } else if constexpr (is_manual) {
                std::deque<polled<decltype(start(0))>> calls;
                std::vector<polled_call*> list;
                for (std::size_t i = 0; i != n; ++i) list.push_back(&calls.emplace_back(start(i)));
                run_(list);
                for (std::size_t i = 0; i != n; ++i)
                    if (calls[i].poll(std::chrono::steady_clock::now()).kind == call_action::done) came[i] = calls[i].call.take();
            } else if (n == 1) {
                guarded(*said, [&] { came[0] = start(0); });
            } else {
                std::vector<std::thread> threads;
                for (std::size_t i = 0; i != n; ++i) threads.emplace_back([&, i] { guarded(*said, [&] { came[i] = start(i); }); });
                for (std::thread& each : threads) each.join();
            }
            return whole<T>(std::move(came));
        }
    }

    template <class F> static void guarded([[maybe_unused]] complaints& said, F f) {
#if defined(__cpp_exceptions)
        try {
            f();
        } catch (std::exception const& e) {
            said.add("the transport threw: " + std::string{e.what()});
        } catch (...) {
            said.add("the transport threw");
        }
#else
        f();
#endif
    }

    template <class T, class Task> static task into(Task exchange, std::optional<result<T>>& came, [[maybe_unused]] complaints& said) {
#if defined(__cpp_exceptions)
        std::exception_ptr thrown;
        try {
            came = co_await std::move(exchange);
        } catch (...) {
            thrown = std::current_exception();
        }
        if (thrown) guarded(said, [&] { std::rethrow_exception(thrown); });
#else
        came = co_await std::move(exchange);
#endif
    }
    template <class Wait> static task waited(Wait wait) { static_cast<void>(co_await std::move(wait)); }

    void run_until(std::chrono::milliseconds limit, std::function<bool()> const& over) {
        auto const until = std::chrono::steady_clock::now() + (limit.count() != 0 ? limit : std::chrono::milliseconds{10'000}) + slack_;
        run_([&] { return over() || std::chrono::steady_clock::now() >= until; });
    }

    template <class T> std::vector<result<T>> whole(outcomes<T> came) {
        std::vector<result<T>> out;
        for (std::optional<result<T>>& each : came) {
            if (each) {
                out.push_back(std::move(*each));
                continue;
            }
            if (said->none()) said->add(is_callback ? "never called back" : "the runner returned before all had ended");
            error none = transport_error(std::make_error_code(std::errc::io_error), true);
            none.note = "there was no outcome";
            out.push_back(failure{std::move(none)});
        }
        return out;
    }

    made transport_;
    Run& run_;
    std::chrono::milliseconds slack_;
    client<transport_type&> client_;
};

} // namespace novu::testing::conformance
