// What reading does, but for its templates: see novu/detail/inline.hpp.
#pragma once

#include <novu/detail/inline.hpp>
#include <novu/json/detail/parser.hpp>
#include <novu/json/detail/text_reader.hpp>
#include <novu/json/read.hpp>

#include <memory>
#include <string_view>

namespace novu::json::detail {

NOVU_DETAIL_INLINE bool parse_into(type_info const& info, void* value, source const& from, read_options const& options, json::error& fault, bool& enveloped) {
    engine e{info, value, from.json, from.text, from.resource, options.envelope};
    parser p{e, options.max_depth};
    if (p.finish(from.json)) return true;
    if (fault.reason.empty()) fault = p.fault(); // a second try's fault says less
    enveloped = e.enveloped();
    return false;
}

NOVU_DETAIL_INLINE bool read_into(type_info const& info, void* value, source const& from, read_options const& options) {
    return text_reader{from.json, from.text, from.resource, options.max_depth}.read(info, value, options.envelope);
}

struct piece_reader::state {
    detail::engine engine;
    detail::parser parser;
    state(type_info const& info, void* value, memory* resource, read_options const& options)
        : engine{info, value, {}, nullptr, resource, options.envelope}, parser{engine, options.max_depth} {}
};
NOVU_DETAIL_INLINE piece_reader::piece_reader(type_info const& info, void* value, memory* resource, read_options const& options)
    : state_{std::make_unique<state>(info, value, resource, options)} {}
NOVU_DETAIL_INLINE piece_reader::~piece_reader() = default;
NOVU_DETAIL_INLINE bool piece_reader::feed(std::string_view bytes) { return state_->parser.feed(bytes); }
NOVU_DETAIL_INLINE bool piece_reader::finish() { return state_->parser.finish(); }
NOVU_DETAIL_INLINE json::error const& piece_reader::fault() const noexcept { return state_->parser.fault(); }

} // namespace novu::json::detail
