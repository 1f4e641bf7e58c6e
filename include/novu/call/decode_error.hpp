// From the body of a 4XX or 5XX to what the server said, by the table of the API.
#pragma once

#include <novu/error.hpp>
#include <novu/json/read.hpp>

#include <string>
#include <string_view>

namespace novu::detail {

/// Whether a content type is JSON: `application/json`, or anything `+json`.
inline bool is_json(std::string_view content_type) {
    std::string_view type = content_type.substr(0, content_type.find(';'));
    while (type.ends_with(' ')) type.remove_suffix(1);
    return http::iequals(type, "application/json") || (type.size() > 5 && http::iequals(type.substr(type.size() - 5), "+json"));
}

/// The statuses whose body is an ErrorDto, or for 422 a ValidationErrorDto. All others are kept as text.
constexpr bool has_error_dto(int status) {
    for (int s : {400, 401, 403, 404, 405, 409, 413, 414, 415, 422, 500})
        if (s == status) return true;
    return false;
}

inline void add_note(error& e, std::string_view note) { e.note.append(e.note.empty() ? "" : "; ").append(note); }

/// Sets `decoded`, and `kind` for a 422, where the table and the body allow it; else says in `note` why not.
inline void decode_error(error& e) {
    if (!has_error_dto(e.status)) return;
    if (!is_json(e.headers.get("content-type").value_or("application/json"))) return add_note(e, "the error's body is not JSON");
    if (e.status == 422) {
        if (auto dto = json::read<validation_error_dto>(e.body)) {
            e.kind = error_kind::validation;
            e.decoded = std::move(*dto);
            return;
        }
    }
    auto dto = json::read<error_dto>(e.body);
    if (dto) e.decoded = std::move(*dto);
    else add_note(e, "the error's body is not the one documented: " + dto.error().message());
}

} // namespace novu::detail
