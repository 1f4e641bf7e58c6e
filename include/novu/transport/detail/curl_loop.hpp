// Exchanges over one multi handle of libcurl, which holds their connections: the engine under both curl transports.
#pragma once

#include <novu/transport/detail/curl_exchange.hpp>

#include <boost/intrusive/set.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace novu::detail {

/// Threads: one at a time, but for `wake` and the stops of exchanges. Destroying it drops what is under way.
class curl_loop {
public:
    explicit curl_loop(curl_settings const& settings) : settings_{settings} {
        spare_.push_back(std::make_unique<curl_exchange>(settings_, kept_)); // first: curl_easy_init sets libcurl up where nobody has
        multi_ = curl_multi_init();
        sessions_ = curl_share_init();
        curl_share_setopt(sessions_, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
#if LIBCURL_VERSION_NUM >= 0x081400
        limit(CURLMOPT_QUICK_EXIT, 1L);
#endif
    }
    curl_loop(curl_loop const&) = delete;
    curl_loop& operator=(curl_loop const&) = delete;
    ~curl_loop() {
        for (auto& each : under_way_) {
            each->on_stop.reset();
            curl_multi_remove_handle(multi_, each->easy());
        }
        under_way_.clear(), ended_.clear(), spare_.clear();
        curl_multi_cleanup(multi_);
        curl_share_cleanup(sessions_);
    }

    void limit(CURLMoption option, long value) { curl_multi_setopt(multi_, option, value); }

    /// Begins an exchange; what `q` looks at lives until it has ended. `done` goes with it.
    void start(http::request const& q, std::unique_ptr<handler<result<http::response>>> done = nullptr) {
        auto made = spare_.empty() ? std::make_unique<curl_exchange>(settings_, kept_) : std::move(spare_.back());
        if (!spare_.empty()) spare_.pop_back();
        curl_exchange& x = *made;
        curl_easy_setopt(x.easy(), CURLOPT_SHARE, sessions_);
        x.done = std::move(done);
        if (auto refused = x.begin(q)) return conclude(std::move(made), std::move(*refused));
        if (curl_multi_add_handle(multi_, x.easy()) != CURLM_OK) return conclude(std::move(made), no_memory(false));
        x.stop = false;
        x.place = under_way_.size();
        under_way_.push_back(std::move(made));
        if (x.until()) deadlines_.insert(x);
        if (q.stop.stop_possible())
            x.on_stop.emplace(q.stop, [this, &x] {
                x.stop = true;
                asked_ = true;
                wake();
            });
    }

    /// Reads and writes what can be without waiting.
    void perform() {
        int running = 0;
        if (!asked_ && curl_multi_perform(multi_, &running) != CURLM_OK) // nothing of it can be relied on any more
            while (!under_way_.empty()) {
                curl_exchange& last = *under_way_.back();
                bool const sent = last.may_have_been_sent();
                conclude(take(last), no_memory(sent));
            }
    }

    /// An exchange that has ended, if there is one; with its answer.
    std::unique_ptr<curl_exchange> finished() {
        int left = 0;
        while (CURLMsg* const message = curl_multi_info_read(multi_, &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            CURLcode const code = message->data.result;
            curl_exchange* x = nullptr;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &x);
            if (code != CURLE_OK && x->again(code)) {
                curl_multi_remove_handle(multi_, x->easy());
                if (curl_multi_add_handle(multi_, x->easy()) != CURLM_OK) conclude(take(*x), no_memory(false));
                continue;
            }
            x->end(code);
            keep_in_mind(*x);
            return take(*x);
        }
        if (asked_.exchange(false))
            for (auto& each : under_way_)
                if (each->stop) {
                    asked_ = true; // there may be more
                    each->end(interruption::cancelled);
                    return take(*each);
                }
        if (!deadlines_.empty() && *deadlines_.begin()->until() <= std::chrono::steady_clock::now()) {
            curl_exchange& late = *deadlines_.begin();
            late.end(interruption::timed_out);
            return take(late);
        }
        if (ended_.empty()) return nullptr;
        auto out = std::move(ended_.back());
        ended_.pop_back();
        return out;
    }

    /// Waits until something can be done or is too late, a stop is asked for, `wake` is called, or the time is over.
    void poll(std::chrono::milliseconds time) {
        constexpr std::chrono::milliseconds longest{1'000'000'000};
        if (!deadlines_.empty()) time = (std::min)(time, std::chrono::ceil<std::chrono::milliseconds>(*deadlines_.begin()->until() - std::chrono::steady_clock::now()));
        if (ended_.empty()) curl_multi_poll(multi_, nullptr, 0, static_cast<int>(std::clamp(time, std::chrono::milliseconds{0}, longest).count()), nullptr);
    }
    /// From any thread.
    void wake() { curl_multi_wakeup(multi_); }

    /// How many have begun and not been given back as finished.
    [[nodiscard]] std::size_t size() const noexcept { return under_way_.size() + ended_.size(); }

    /// Keeps the handle for another exchange, where libcurl may use one again.
    void give_back(std::unique_ptr<curl_exchange> x) {
        constexpr std::size_t most = 64;
        x->answer.reset();
        if (settings_.reuses_handles && spare_.size() < most) spare_.push_back(std::move(x));
    }

private:
    static error no_memory(bool sent) { return transport_error(std::make_error_code(std::errc::not_enough_memory), sent); }

    void conclude(std::unique_ptr<curl_exchange> x, error e) {
        x->end(std::move(e));
        ended_.push_back(std::move(x));
    }
    /// Out of those under way.
    std::unique_ptr<curl_exchange> take(curl_exchange& x) {
        curl_multi_remove_handle(multi_, x.easy());
        if (x.is_linked()) x.unlink();
        std::size_t const place = x.place;
        std::swap(under_way_[place], under_way_.back());
        under_way_[place]->place = place;
        auto out = std::move(under_way_.back());
        under_way_.pop_back();
        return out;
    }
    void keep_in_mind(curl_exchange const& x) {
        kept_socket left = x.left();
        std::erase_if(kept_, [&](kept_socket const& each) { return each.socket == left.socket || each.is_between(left.address, left.port, left.local_port); });
        if (left.socket != CURL_SOCKET_BAD) kept_.push_back(std::move(left));
    }

    struct sooner {
        bool operator()(curl_exchange const& a, curl_exchange const& b) const { return *a.until() < *b.until(); }
    };

    curl_settings const& settings_;
    std::vector<kept_socket> kept_{};
    CURLM* multi_{nullptr};
    CURLSH* sessions_{nullptr}; // of TLS, which would go with a handle
    std::vector<std::unique_ptr<curl_exchange>> spare_{}, under_way_{}, ended_{};
    boost::intrusive::multiset<curl_exchange, boost::intrusive::compare<sooner>, boost::intrusive::constant_time_size<false>> deadlines_{}; // of those under way
    std::atomic<bool> asked_{false};
};

} // namespace novu::detail
