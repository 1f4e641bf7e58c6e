// How the fake renders a step: `{{ path | filters }}` is replaced by the payload's value, filters are not applied.
#pragma once

#include <novu/testing/detail/fake_rules.hpp>

#include <boost/json/serialize.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace novu::testing::detail {

class preview_rendering {
public:
    /// `payload` is completed with an example of each variable that the templates name and it lacks.
    preview_rendering(bj::object payload, bj::object const& payload_schema) : payload_{std::move(payload)}, schema_{payload_schema} {}

    /// GeneratePreviewResponseDto of a step with these controls.
    bj::object render(std::string_view type, bj::object const& controls) {
        bj::object preview;
        for (auto const& [key, value] : controls)
            if (shown(type, {key.data(), key.size()})) preview[key] = rendered(value, {key.data(), key.size()});
        for (std::string_view always : {"subject", "body"})
            if (is_message(type) && (always == "body" || type == "email" || type == "push")) preview.emplace(always, "");
        bj::object result;
        result["type"] = bj::string{type};
        result["preview"] = std::move(preview);
        if (error_) result["error"] = std::move(*error_);
        bj::object out;
        out["previewPayloadExample"] = payload_;
        out["schema"] = schema_.empty() ? bj::value() : bj::value(schema_);
        out["result"] = std::move(result);
        return out;
    }

private:
    static bool is_message(std::string_view type) { return type == "email" || type == "in_app" || type == "sms" || type == "push" || type == "chat"; }
    static bool shown(std::string_view type, std::string_view control) {
        if (type == "email" || type == "push") return control == "subject" || control == "body";
        if (type == "sms" || type == "chat") return control == "body";
        if (type == "in_app") return control != "skip" && control != "disableOutputSanitization";
        if (type == "delay" || type == "digest") return control == "amount" || control == "unit" || control == "digestKey" || control == "lookBackWindow";
        return control != "skip";
    }

    bj::value rendered(bj::value const& value, std::string_view control) {
        if (value.is_string()) return bj::string{text(view(value.get_string()), control)};
        bj::value out = value;
        if (out.is_object())
            for (auto& member : out.get_object()) member.value() = rendered(member.value(), control);
        if (out.is_array())
            for (bj::value& element : out.get_array()) element = rendered(element, control);
        return out;
    }
    std::string text(std::string_view in, std::string_view control) {
        std::string out;
        for (std::size_t at; (at = in.find("{{")) != in.npos;) {
            out.append(in.substr(0, at));
            std::size_t const end = in.find("}}", at);
            if (end == in.npos) {
                bj::object error;
                error["title"] = "Template error";
                error["message"] = bj::string{"a {{ is not closed in " + std::string{control}};
                error["hint"] = "close it with }}";
                error_ = std::move(error);
                break;
            }
            std::string_view expression = in.substr(at + 2, end - at - 2);
            std::string_view path = cut(expression, '|');
            while (path.starts_with(' ')) path.remove_prefix(1);
            while (path.ends_with(' ')) path.remove_suffix(1);
            out.append(variable(path));
            in.remove_prefix(end + 2);
        }
        return out.append(in);
    }
    /// The payload's value for a path; one it lacks is made up.
    std::string variable(std::string_view path) {
        bj::object* where = &payload_;
        std::string_view rest = path;
        for (;;) {
            std::string_view const key = cut(rest, '.');
            bj::value& value = (*where)[key];
            if (rest.empty()) {
                if (value.is_null()) value = example(path, key);
                return value.is_string() ? std::string{view(value.get_string())} : bj::serialize(value);
            }
            if (!value.is_object()) value.emplace_object();
            where = &value.get_object();
        }
    }
    bj::value example(std::string_view path, std::string_view key) const {
        if (path.starts_with("payload."))
            if (bj::value const* properties = find(schema_, "properties"); properties && properties->is_object())
                if (bj::value const* property = find(properties->get_object(), key); property && property->is_object()) {
                    std::string_view const type = text_of(property->get_object(), "type");
                    if (type == "number" || type == "integer") return bj::value(1);
                    if (type == "boolean") return bj::value(true);
                }
        return bj::string{"{{" + std::string{path} + "}}"};
    }

    bj::object payload_;
    bj::object const& schema_;
    std::optional<bj::object> error_{};
};

} // namespace novu::testing::detail
