// Preferences: which channels a workflow uses, by default and as the subscribers chose.
#pragma once

#include <novu/json/described.hpp>

#include <boost/describe/class.hpp>

namespace novu {

/// ChannelPreferenceDto.
template <class Storage> struct basic_channel_preference {
    static constexpr json::annotation json_members[] = {json::defaulted("enabled")};
    bool enabled{true};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_channel_preference, enabled, extra)
};

/// WorkflowPreferenceDto. `read_only`: subscribers cannot change it.
template <class Storage> struct basic_workflow_preference {
    static constexpr json::annotation json_members[] = {json::defaulted("enabled"), json::defaulted("read_only")};
    bool enabled{true};
    bool read_only{false};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_workflow_preference, enabled, read_only, extra)
};

/// WorkflowPreferencesDto: for the workflow as a whole, and by channel (`email`, `in_app`, ...).
template <class Storage> struct basic_workflow_preferences {
    static constexpr json::annotation json_members[] = {json::defaulted("all"), json::defaulted("channels")};
    basic_workflow_preference<Storage> all{};
    dictionary<basic_channel_preference<Storage>, Storage> channels{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_workflow_preferences, all, channels, extra)
};

/// PreferencesRequestDto. Null resets to the default.
template <class Storage> struct basic_preferences {
    nullable<basic_workflow_preferences<Storage>> user{};
    nullable<basic_workflow_preferences<Storage>> workflow{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_preferences, user, workflow, extra)
};

/// WorkflowPreferencesResponseDto.
template <class Storage> struct basic_preferences_response {
    basic_workflow_preferences<Storage> default_{};
    nullable<basic_workflow_preferences<Storage>> user{};
    typename Storage::json_object extra{};
    NOVU_DETAIL_DESCRIBE(basic_preferences_response, default_, user, extra)
};

using channel_preference = basic_channel_preference<owned>;
using workflow_preference = basic_workflow_preference<owned>;
using workflow_preferences = basic_workflow_preferences<owned>;
using preferences = basic_preferences<owned>;
using preferences_response = basic_preferences_response<owned>;

} // namespace novu
