// Going through all workflows that match, a page at a time.
//
//     for (auto const& each : client.workflows.all({.limit = 100})) {        // synchronous transports
//         if (!each) return report(each.error());                            // the last element there is
//         std::cout << each->name << '\n';
//     }
#pragma once

#include <novu/call/encode.hpp>
#include <novu/call/options.hpp>
#include <novu/json/read.hpp>
#include <novu/response.hpp>
#include <novu/workflows/requests.hpp>

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace novu {

/// Ends after the first error, an empty page, or as many as the server says match. A workflow that is created or
/// deleted meanwhile can shift the pages: one may then be seen twice or not at all, as in any list by offset.
/// Lifetimes: the client outlives it; the query is copied. Threads: one at a time. Allocations: a page at a time.
template <class Workflows, class Storage> class list_cursor {
public:
    /// A summary; of a borrowed one, the response that owns what it looks at.
    using value_type = std::conditional_t<std::is_same_v<Storage, owned>, workflow_summary, response<basic_workflow_summary<Storage>>>;
    class iterator;

    list_cursor(Workflows const& workflows, basic_list_workflows<Storage> const& query, call_options options)
        : workflows_{workflows}, options_{std::move(options)} {
        auto copy = json::write(query); // through JSON, into a query that owns its text
        if (copy) query_ = std::move(*json::read<list_workflows>(*copy));
        else refused_ = detail::invalid_request("the query cannot be sent: " + copy.error().message());
        offset_ = query_.offset.value_or(0);
    }

    /// The next one; nothing at the end.
    result<std::optional<value_type>> next() {
        if (at_ == page_.size() && !done_) {
            if (auto fetched = fetch(); !fetched) return failure{std::move(fetched).error()};
        }
        if (at_ == page_.size()) return std::optional<value_type>{};
        return std::optional<value_type>{std::move(page_[at_++])};
    }

    /// A single-pass range of result<value_type>.
    iterator begin() { return iterator{*this}; }
    std::default_sentinel_t end() { return {}; }

private:
    result<void> fetch() {
        done_ = true; // unless there is more
        page_.clear();
        at_ = 0;
        if (refused_) return failure{std::move(*refused_)};
        query_.offset = offset_;
        auto got = workflows_.list(query_, options_);
        if (!got) return failure{std::move(got).error()};
        for (workflow_summary& summary : got->value.workflows) page_.push_back(own(std::move(summary)));
        offset_ += static_cast<std::int64_t>(page_.size());
        done_ = page_.empty() || offset_ >= got->value.total_count;
        return {};
    }
    static value_type own(workflow_summary&& summary) {
        if constexpr (std::is_same_v<Storage, owned>) {
            return std::move(summary);
        } else { // each with a text of its own to look at
            value_type out;
            out.source = std::make_unique<detail::borrowed_source>();
            if (auto text = json::write(summary)) out.source->body = std::move(*text);
            if (auto value = json::read<basic_workflow_summary<Storage>>(out.source->body, out.source->text)) out.value = std::move(*value);
            return out;
        }
    }

    Workflows workflows_;
    call_options options_;
    list_workflows query_{};
    std::optional<error> refused_{};
    std::int64_t offset_{0};
    std::vector<value_type> page_{};
    std::size_t at_{0};
    bool done_{false};
};

template <class Workflows, class Storage> class list_cursor<Workflows, Storage>::iterator {
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
