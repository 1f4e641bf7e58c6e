// Every fixture that is a body, and the type that it is read as.
#pragma once

#include "../fixtures.hpp"

#include <novu/json/detail/shape.hpp>
#include <novu/workflows/storages.hpp>

#include <boost/json/serialize.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace test {

template <class Storage> using step_of = typename novu::json::detail::plain_t<decltype(novu::basic_create_workflow<Storage>::steps)>::value_type;
template <class Storage> using text = typename Storage::string;

/// The text of a file; where that is an array of bodies, each of them.
inline std::vector<std::string> bodies_of(std::string const& name) {
    std::string whole = fixture(name);
    if (whole.front() != '[') return {std::move(whole)};
    std::vector<std::string> out;
    boost::json::value const all = boost::json::parse(whole);
    for (auto const& each : all.as_array()) out.push_back(boost::json::serialize(each));
    return out;
}

/// Calls `f.operator()<T>(name, body)` for each, T<Storage> what it is.
template <class F> void each_fixture(F f) {
    std::vector<std::string> names;
    for (auto const& file : std::filesystem::directory_iterator{NOVU_FIXTURES}) names.push_back(file.path().stem().string());
    std::ranges::sort(names);
    for (std::string const& name : names)
        for (std::string const& body : bodies_of(name)) {
            auto const is = [&](std::string_view kind) { return name.starts_with(kind); };
            if (is("create-workflow.")) f.template operator()<novu::basic_create_workflow>(name, body);
            else if (is("update-workflow.")) f.template operator()<novu::basic_update_workflow>(name, body);
            else if (is("patch-workflow.")) f.template operator()<novu::basic_patch_workflow>(name, body);
            else if (is("sync-workflow.")) f.template operator()<novu::basic_sync_workflow>(name, body);
            else if (is("step-upsert.")) f.template operator()<step_of>(name, body);
            else if (is("generate-preview-request.")) f.template operator()<novu::basic_preview_request>(name, body);
            else if (is("workflow-response.")) f.template operator()<novu::basic_workflow>(name, body);
            else if (is("list-workflows-response.")) f.template operator()<novu::basic_workflow_list>(name, body);
            else if (is("step-response.")) f.template operator()<novu::basic_step_details>(name, body);
            else if (is("generate-preview-response.")) f.template operator()<novu::basic_preview>(name, body);
            else if (is("error-dto.") || is("error-422.") || is("error-429.object")) f.template operator()<novu::basic_error_dto>(name, body);
            else if (is("validation-error-dto.")) f.template operator()<novu::basic_validation_error_dto>(name, body);
            else if (is("error-")) f.template operator()<text>(name, body);
            else REQUIRE((is("enums") || is("path.cases") || is("list-query.cases"))); // tables
        }
}

} // namespace test
