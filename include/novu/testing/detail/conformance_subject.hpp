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

/// Hears the events of calls, while a check listens. Threads: any.
class observer {
public:
    void set(std::function<void(event const&)> listens) {
        std::lock_guard lock{mutex_};
        listens_ = std::move(listens);
    }
    void operator()(event const& e) {
        std::lock_guard lock{mutex_};
        if (listens_) listens_(e);
    }

private:
    std::mutex mutex_{};
    std::function<void(event const&)> listens_{};
};

/// A request and all that it looks at.
class kept_request {
public:
    kept_request(http::request const& q, std::shared_ptr<http::body_sink> sink) : url_{q.url}, body_{q.body}, sink_{std::move(sink)}, request_{q} {
        for (http::field f : q.headers) headers_.add(f.name, f.value);
        fields_.assign(headers_.begin(), headers_.end());
        request_.url = url_;
        request_.headers = fields_;
        request_.body = body_;
        request_.sink = sink_.get();
    }
    kept_request(kept_request const&) = delete;
    kept_request& operator=(kept_request const&) = delete;

    http::request const& operator*() const { return request_; }

private:
    std::string url_, body_;
    http::headers headers_{};
    std::vector<http::field> fields_{};
    std::shared_ptr<http::body_sink> sink_;
    http::request request_;
};
using kept_requests = std::deque<kept_request>;

/// What n of something came to. What is under way shares it with the check, which may give up before that ends. Threads: any.
template <class T> class outcomes {
public:
    outcomes(std::size_t n, std::shared_ptr<complaints> said, std::shared_ptr<kept_requests> requests) : said_{std::move(said)}, requests_{std::move(requests)}, came_(n), left_{n} {}

    void put(std::size_t i, result<T> r) {
        std::lock_guard lock{mutex_};
        if (came_[i]) return said_->add("called back more than once");
        came_[i] = std::move(r);
        --left_;
    }
    bool whole() {
        std::lock_guard lock{mutex_};
        return left_ == 0;
    }
    std::vector<std::optional<result<T>>> take() {
        std::lock_guard lock{mutex_};
        std::vector<std::optional<result<T>>> out(came_.size());
        for (std::size_t i = 0; i != out.size(); ++i) // what is left behind marks that it came
            if (came_[i]) out[i] = std::exchange(came_[i], result<T>{failure{error{}}});
        return out;
    }
    complaints& said() { return *said_; }

private:
    std::shared_ptr<complaints> said_;
    std::shared_ptr<kept_requests> requests_;
    std::mutex mutex_{};
    std::vector<std::optional<result<T>>> came_;
    std::size_t left_;
};

class subject {
public:
    virtual ~subject() = default;

    std::shared_ptr<observer> on_event{std::make_shared<observer>()}; ///< of the calls; not of the bare exchanges
    std::shared_ptr<complaints> said{std::make_shared<complaints>()};
    std::chrono::milliseconds held_up{0}; ///< between the start of exchanges and calls, and the runner

    virtual std::string_view kind() const = 0;
    /// Whether something was given up before it had ended: it may still look at the transport.
    virtual bool gave_up() const = 0;
    /// Bare exchanges, without the client, at once where there are several.
    virtual std::vector<result<http::response>> exchange(std::span<http::request const> requests, std::shared_ptr<http::body_sink> sink = nullptr) = 0;
    /// Gives false where the transport has none.
    virtual bool wait(std::chrono::milliseconds time, stop_token stop) = 0;
    virtual bool stoppable_wait() const = 0;
    /// An exchange over a transport of its own, which goes when `begun` gives true; ends when `over` does. Gives false where
    /// no exchange outlives its transport.
    virtual bool outlives_transport(http::request const& q, std::function<bool()> begun, std::function<bool()> over) = 0;

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

    explicit single_exchange(http::request const& q) : request_{q} {} // which outlives it

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
        : make_{make}, transport_(make()), run_{run}, slack_{slack},
          client_{std::ref(transport_), client_options{.secret_key = "test-secret-key", .retries = retry_policy::none(), .on_event = [heard = on_event](event const& e) { (*heard)(e); }}} {}

    std::string_view kind() const override { return is_manual ? "manual" : is_coroutine ? "coroutine" : is_callback ? "callback" : "synchronous"; }
    bool gave_up() const override { return gave_up_; }

    std::vector<result<http::response>> exchange(std::span<http::request const> requests, std::shared_ptr<http::body_sink> sink) override {
        std::chrono::milliseconds limit{0};
        auto const kept = std::make_shared<kept_requests>();
        for (http::request const& q : requests) {
            limit = q.timeout > limit ? q.timeout : limit;
            kept->emplace_back(q, sink);
        }
        return all<http::response>(requests.size(), limit, [&](std::size_t i, auto... done) {
            if constexpr (is_manual) return single_exchange{*(*kept)[i]};
            else return transport_.send(*(*kept)[i], std::move(done)...);
        }, kept);
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
            run_until(time, [over] { return over->load(); });
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
    bool outlives_transport(http::request const& q, std::function<bool()> begun, std::function<bool()> over) override {
        if constexpr (!is_callback || std::is_reference_v<made>) {
            return false;
        } else {
            auto const kept = std::make_shared<kept_requests>();
            kept->emplace_back(q, nullptr);
            auto const shared = std::make_shared<outcomes<http::response>>(1, said, kept);
            {
                made goes = make_();
                goes.send(*kept->front(), [shared](result<http::response> r) { shared->put(0, std::move(r)); });
                run_until(q.timeout, std::move(begun));
            }
            run_until(q.timeout, std::move(over));
            return true;
        }
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
    static std::chrono::milliseconds limit_of(call_options const& o) { return o.total_timeout.value_or(client_options{}.total_timeout); }
    template <class T, class Start> result<T> one(call_options const& o, Start start) {
        return std::move(all<T>(1, limit_of(o), [&](std::size_t, auto... done) { return start(std::move(done)...); }).front());
    }

    /// Starts n of something and runs them to their ends. `start(i)` gives what the kind gives; over callbacks, it gets one.
    template <class T, class Start> std::vector<result<T>> all(std::size_t n, std::chrono::milliseconds limit, Start start, std::shared_ptr<kept_requests> requests = nullptr) {
        auto const shared = std::make_shared<outcomes<T>>(n, said, std::move(requests));
        if constexpr (is_callback) {
            for (std::size_t i = 0; i != n; ++i) start(i, [shared, i](result<T> r) { shared->put(i, std::move(r)); });
            std::this_thread::sleep_for(held_up);
            run_until(limit, [shared] { return shared->whole(); });
        } else if constexpr (is_coroutine) {
            std::vector<task> tasks;
            for (std::size_t i = 0; i != n; ++i) tasks.push_back(into<T>(shared, i, start(i)));
            std::this_thread::sleep_for(held_up);
            run_(std::move(tasks));
        } else if constexpr (is_manual) {
            struct calls {
                std::shared_ptr<outcomes<T>> into;
                std::deque<polled<decltype(start(0))>> each{};
            };
            auto const polled_calls = std::make_shared<calls>(calls{shared});
            std::vector<polled_call*> list;
            for (std::size_t i = 0; i != n; ++i) list.push_back(&polled_calls->each.emplace_back(start(i)));
            run_(list);
            for (std::size_t i = 0; i != n; ++i)
                if (polled_calls->each[i].poll(std::chrono::steady_clock::now()).kind == call_action::done) shared->put(i, polled_calls->each[i].call.take());
            if (!shared->whole()) given_up_.push_back(polled_calls);
        } else if (n == 1) {
            guarded(*said, [&] { shared->put(0, start(0)); });
        } else {
            std::vector<std::thread> threads;
            for (std::size_t i = 0; i != n; ++i) threads.emplace_back([&, i] { guarded(*said, [&] { shared->put(i, start(i)); }); });
            for (std::thread& each : threads) each.join();
        }
        std::vector<result<T>> out;
        for (std::optional<result<T>>& each : shared->take()) out.push_back(each ? std::move(*each) : no_outcome());
        return out;
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

    template <class T, class Task> static task into(std::shared_ptr<outcomes<T>> shared, std::size_t i, Task exchange) {
        Task its_own = std::move(exchange); // gone before what it looks at
#if defined(__cpp_exceptions)
        std::exception_ptr thrown;
        try {
            result<T> r = co_await std::move(its_own);
            shared->put(i, std::move(r));
        } catch (...) {
            thrown = std::current_exception();
        }
        if (thrown) guarded(shared->said(), [&] { std::rethrow_exception(thrown); });
#else
        result<T> r = co_await std::move(its_own);
        shared->put(i, std::move(r));
#endif
    }
    template <class Wait> static task waited(Wait wait) { static_cast<void>(co_await std::move(wait)); }

    void run_until(std::chrono::milliseconds limit, std::function<bool()> over) {
        auto const until = std::chrono::steady_clock::now() + (limit.count() != 0 ? limit : std::chrono::milliseconds{10'000}) + slack_;
        run_([over = std::move(over), until] { return over() || std::chrono::steady_clock::now() >= until; });
    }

    failure<error> no_outcome() {
        gave_up_ = true;
        if (said->none()) said->add(is_callback ? "never called back" : "the runner returned before all had ended");
        error none = transport_error(std::make_error_code(std::errc::io_error), true);
        none.note = "there was no outcome";
        return {std::move(none)};
    }

    bool gave_up_{false};
    std::vector<std::shared_ptr<void>> given_up_{}; // calls of novu::manual that its runner may still know
    Make& make_;
    made transport_;
    Run& run_;
    std::chrono::milliseconds slack_;
    client<transport_type&> client_;
};

} // namespace novu::testing::conformance
