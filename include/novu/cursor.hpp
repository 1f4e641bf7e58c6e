// Going through everything that a list operation finds, a page at a time.
//
//     for (auto const& each : client.workflows.all({.limit = 100})) {        // synchronous transports
//         if (!each) return report(each.error());                            // the last element there is
//         std::cout << each->name << '\n';
//     }
//
//     auto all = client.workflows.all({.limit = 100});                       // coroutines
//     for (;;) {
//         auto next = all.next();
//         auto each = co_await std::move(next);
//         if (!each || !*each) break;                                        // an error, or the end
//         std::cout << (*each)->name << '\n';
//     }
#pragma once

#include <novu/call/drivers.hpp>
#include <novu/call/encode.hpp>
#include <novu/call/options.hpp>
#include <novu/json/read.hpp>
#include <novu/response.hpp>

#include <cstddef>
#include <iterator>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace novu {

/// Ends after the first error, an empty page, or as many as the server says match. What is created or deleted meanwhile
/// can shift the pages: an item may then be seen twice or not at all, as in any list by offset.
/// Lifetimes: the client outlives it, and it what next() started; the query is copied. Threads: one next() at a time.
/// Allocations: a page at a time.
/// `Operation` is of a table: its query has `offset`, what it gives has the list `Items` and `total_count`.
template <class Core, template <class> class Operation, auto Items, class Storage> class list_cursor {
    using transport_type = typename Core::transport_type;
    using page_operation = Operation<Storage>;
    using page_type = typename page_operation::response_type;
    using query_type = typename Operation<owned>::request_type;
    using item_type = typename std::remove_cvref_t<decltype(std::declval<page_type>().*Items)>::value_type;

public:
    /// An item; of a borrowed one, the response that owns what it looks at.
    using value_type = std::conditional_t<detail::is_borrowed<item_type>, response<item_type>, item_type>;
    /// A value; nothing at the end.
    using next_result = result<std::optional<value_type>>;
    class iterator;
    class next_call;

    list_cursor(Core& core, typename page_operation::request_type const& query, call_options options) : core_{&core}, options_{std::move(options)} {
        auto copy = json::write(query); // through JSON, into a query that owns its text
        if (copy) query_ = std::move(*json::read<query_type>(*copy));
        else take(failure{detail::invalid_request("the query cannot be sent: " + copy.error().message())});
        if (!query_.offset) query_.offset = 0;
    }

    /// The next one, as the transport's kind has it: a next_result, a task of it, a next_call to poll; over a callback
    /// transport `done` is called with it, within next() where the page is there already. So next() from within `done` goes
    /// as deep as a page has items; over a transport that completes within send, through all pages: there, call it in a loop.
    template <class... Done> auto next(Done... done) & {
        if constexpr (std::is_same_v<transport_type, manual>) {
            return next_call{*this};
        } else if constexpr (callback_transport<transport_type>) {
            static_assert(sizeof...(Done) == 1, "novu: over a callback transport the argument of next is what to call with the result");
            if (!wants_page()) return (std::move(done)(pop()), ...);
            fetch([this, ... done = std::move(done)](result<response<page_type>> page) mutable {
                take(std::move(page));
                (std::move(done)(pop()), ...);
            });
        } else if constexpr (async_transport<transport_type>) {
            return next_task<typename transport_type::template task<next_result>>(*this);
        } else {
            if (wants_page()) take(fetch());
            return pop();
        }
    }

    /// Of a cursor that is gone at once: only where nothing is under way then.
    auto next() && requires sync_transport<transport_type> { return next(); }

    /// A single-pass range of result<value_type>, over a synchronous transport.
    iterator begin() requires sync_transport<transport_type> { return iterator{*this}; }
    std::default_sentinel_t end() requires sync_transport<transport_type> { return {}; }

private:
    template <class... Done> auto fetch(Done... done) { return core_->template run<page_operation>({}, query_, options_, std::move(done)...); }
    [[nodiscard]] bool wants_page() const { return at_ == page_.size() && !last_; }
    void take(result<response<page_type>> page) {
        page_.clear();
        at_ = 0;
        last_ = true; // unless there is more
        if (!page) {
            failed_ = std::move(page).error();
            return;
        }
        for (item_type& item : page->value.*Items) page_.push_back(own(std::move(item), *page));
        *query_.offset += static_cast<std::int64_t>(page_.size());
        last_ = page_.empty() || *query_.offset >= page->value.total_count;
    }
    next_result pop() {
        if (failed_) {
            error e = std::move(*failed_);
            failed_.reset();
            return failure{std::move(e)};
        }
        if (at_ == page_.size()) return std::optional<value_type>{};
        return std::optional<value_type>{std::move(page_[at_++])};
    }
    template <class Task> static Task next_task(list_cursor& self) {
        if (self.wants_page()) {
            auto call = self.fetch();
            result<response<page_type>> page = co_await std::move(call);
            self.take(std::move(page));
        }
        co_return self.pop();
    }
    static value_type own(item_type&& item, response<page_type>& page) {
        if constexpr (!detail::is_borrowed<item_type>) return std::move(item);
        else return {std::move(item), page.status, page.headers, page.attempts, page.replayed, page.source.share()};
    }

    Core* core_;
    call_options options_;
    query_type query_{};
    std::vector<value_type> page_{};
    std::size_t at_{0};
    bool last_{false};              // no page follows
    std::optional<error> failed_{}; // to be given next
};

/// One step of a cursor over novu::manual: polled like a call<T>, and done at once where the page is there.
template <class Core, template <class> class Operation, auto Items, class Storage>
class [[nodiscard]] list_cursor<Core, Operation, Items, Storage>::next_call {
public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit next_call(list_cursor& cursor) : cursor_{&cursor} {
        if (cursor.wants_page()) page_.emplace(cursor.fetch());
    }
    call_action poll(time_point now) { return page_ ? page_->poll(now) : call_action{}; }
    void received(http::response response, time_point now) {
        if (page_) page_->received(std::move(response), now);
    }
    void failed(error e, time_point now) {
        if (page_) page_->failed(std::move(e), now);
    }
    void cancel() {
        if (page_) page_->cancel();
    }
    /// Precondition: poll said done. Call it once.
    [[nodiscard]] next_result take() {
        if (page_) cursor_->take(page_->take());
        return cursor_->pop();
    }

private:
    list_cursor* cursor_;
    std::optional<call<page_type>> page_{};
};

template <class Core, template <class> class Operation, auto Items, class Storage>
class list_cursor<Core, Operation, Items, Storage>::iterator {
public:
    using iterator_concept = std::input_iterator_tag;
    using value_type = result<typename list_cursor::value_type>;
    using difference_type = std::ptrdiff_t;

    iterator() = default;
    explicit iterator(list_cursor& cursor) : cursor_{&cursor} { ++*this; }
    value_type& operator*() const { return const_cast<value_type&>(*current_); }
    iterator& operator++() {
        auto next = cursor_->next();
        if (!next) current_.emplace(failure{std::move(next).error()});
        else if (*next) current_.emplace(std::move(**next));
        else current_.reset();
        return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(iterator const& i, std::default_sentinel_t) { return !i.current_; }

private:
    list_cursor* cursor_{nullptr};
    std::optional<value_type> current_{};
};

} // namespace novu
