// Free-form JSON in a document, as Boost.JSON's DOM.
#pragma once

#include <novu/json/detail/dom.hpp>
#include <novu/json/detail/text_cursor.hpp>

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value_stack.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace novu::json::detail {

class free_form_reader : protected text_cursor {
protected:
    using text_cursor::text_cursor;

    /// Makes a DOM of the value at p_, to be released. All of them are of the same memory.
    bool dom_value(memory* resource) {
        if (!dom_) dom_.emplace(storage_ = json_storage(resource), dom_buffer_, sizeof dom_buffer_);
        dom_->reset(storage_);
        return push_value();
    }
    boost::json::value release() { return dom_->release(); }

private:
    bool push_value() {
        space();
        if (p_ == end_) return false;
        std::string_view text{};
        switch (*p_) {
        case '"': return ++p_, string(text) && (dom_->push_string(text), true);
        case '{':
        case '[': {
            if (depth_ == 0) return false;
            --depth_;
            bool const good = *p_++ == '{' ? push_members() : push_elements();
            return ++depth_, good;
        }
        case 't': return word("true", 4) && (dom_->push_bool(true), true);
        case 'f': return word("false", 5) && (dom_->push_bool(false), true);
        case 'n': return word("null", 4) && (dom_->push_null(), true);
        default: {
            char const* const from = p_;
            return number_text() && (push_number(*dom_, to_number({from, static_cast<std::size_t>(p_ - from)})), true);
        }
        }
    }
    bool push_members() {
        std::size_t n = 0;
        if (space(), take('}')) return dom_->push_object(0), true;
        do {
            space();
            std::string_view key{};
            if (!take('"') || !string(key)) return false;
            dom_->push_key(key);
            if (space(), !take(':')) return false;
            if (!push_value()) return false;
            ++n;
        } while (space(), take(','));
        return take('}') && (dom_->push_object(n), true);
    }
    bool push_elements() {
        std::size_t n = 0;
        if (space(), take(']')) return dom_->push_array(0), true;
        do {
            if (!push_value()) return false;
            ++n;
        } while (space(), take(','));
        return take(']') && (dom_->push_array(n), true);
    }

    boost::json::storage_ptr storage_;
    std::optional<boost::json::value_stack> dom_;
    unsigned char dom_buffer_[1024];
};

} // namespace novu::json::detail
