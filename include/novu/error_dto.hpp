// What Novu says when it refuses a request.
#pragma once

#include <novu/json/described.hpp>

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>

namespace novu {

/// ErrorDto: the body of an error. `extra` holds what newer servers add (`error`, `errors`, `cause`, ...).
template <class Storage> struct basic_error_dto {
    std::int64_t status_code{};                                ///< the HTTP status again
    typename Storage::string timestamp{};                      ///< ISO 8601
    typename Storage::string path{};                           ///< the request's
    std::optional<typename Storage::json_value> message{};     ///< mostly a string; any JSON is possible
    std::optional<typename Storage::json_object> ctx{};
    std::optional<typename Storage::string> error_id{};        ///< with status 500: for Novu's support
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_error_dto, status_code, timestamp, path, message, ctx, error_id, extra)
};

/// ConstraintValidation: what is wrong with one field.
template <class Storage> struct basic_constraint_violation {
    typename Storage::template list<typename Storage::string> messages{};
    std::optional<typename Storage::json_value> value{};       ///< what was sent
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_constraint_violation, messages, value, extra)
};

/// ValidationErrorDto: the body of a 422.
template <class Storage> struct basic_validation_error_dto {
    std::int64_t status_code{};
    typename Storage::string timestamp{};
    typename Storage::string path{};
    dictionary<basic_constraint_violation<Storage>, Storage> errors{}; ///< by the field's path, like `steps.0.type`
    std::optional<typename Storage::json_value> message{};
    std::optional<typename Storage::json_object> ctx{};
    std::optional<typename Storage::string> error_id{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_validation_error_dto, status_code, timestamp, path, errors, message, ctx, error_id, extra)
};

using error_dto = basic_error_dto<owned>;
using constraint_violation = basic_constraint_violation<owned>;
using validation_error_dto = basic_validation_error_dto<owned>;

} // namespace novu
