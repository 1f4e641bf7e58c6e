// nlohmann/json: the header alone (OPERATIONS 0), or one request written by its macros and dump.
#include <nlohmann/json.hpp>
#if OPERATIONS >= 1
#include <optional>

namespace nlohmann {
template <class T> struct adl_serializer<std::optional<T>> {
    static void to_json(json& to, std::optional<T> const& from) {
        if (from) to = *from;
        else to = nullptr;
    }
};
} // namespace nlohmann

// As NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE, for writing alone.
#define DESCRIBE(Struct, ...)                                                                                          \
    inline void to_json(nlohmann::json& nlohmann_json_j, Struct const& nlohmann_json_t) {                              \
        NLOHMANN_JSON_EXPAND(NLOHMANN_JSON_PASTE(NLOHMANN_JSON_TO, __VA_ARGS__))                                       \
    }
#define WRITE_CONTROLS                                                                                                 \
    inline void to_json(nlohmann::json& to, any_controls const& from) {                                                \
        std::visit([&](auto const& v) { to = v; }, from.one);                                                          \
    }
#include "structs.hpp"

std::string written(plain::create const& value) { return nlohmann::json(value).dump(); }
#endif
