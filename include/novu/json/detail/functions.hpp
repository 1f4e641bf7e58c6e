// What reading does, but for its templates: see novu/detail/inline.hpp.
#pragma once

#include <novu/detail/inline.hpp>
#include <novu/json/detail/parser.hpp>
#include <novu/json/detail/piece_reader.hpp>
#include <novu/json/detail/text_reader.hpp>
#include <novu/json/read.hpp>

#include <cstddef>
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

NOVU_DETAIL_INLINE pieces::pieces(type_info const& info, void* value, memory* resource, read_options const& options)
    : reader_{std::make_unique<piece_reader>(info, value, resource, options.max_depth, options.envelope)} {}
NOVU_DETAIL_INLINE pieces::~pieces() = default;
NOVU_DETAIL_INLINE void pieces::read_whole(std::size_t size) { reader_->read_whole(size); }
NOVU_DETAIL_INLINE bool pieces::feed(std::string_view bytes) { return reader_->feed(bytes); }
NOVU_DETAIL_INLINE bool pieces::finish() { return reader_->finish(); }
NOVU_DETAIL_INLINE json::error const& pieces::fault() const noexcept { return reader_->fault(); }

} // namespace novu::json::detail
