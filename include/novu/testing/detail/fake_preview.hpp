// How the fake renders a step: `{{ path | filters }}` is replaced by the payload's value, filters are not applied.
#pragma once

#include <novu/testing/detail/fake_rules.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace novu::testing::detail {

class preview_rendering {
public:
    /// `payload` is completed with an example of each variable that the templates name and it lacks, of the type that
    /// PreviewPayloadDto, or the payload's schema, wants there.
    preview_rendering(bj::object payload, bj::object const& payload_schema) : payload_(std::move(payload)), schema_{payload_schema} {}

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
            std::size_t const end = in.find("}}", at);
            if (end == in.npos) {
                bj::object error;
                error["title"] = "Template error";
                error["message"] = bj::string{"a {{ is not closed in " + std::string{control}};
                error["hint"] = "close it with }}";
                error_ = std::move(error);
                break;
            }
            out.append(in.substr(0, at)).append(expression(in.substr(at + 2, end - at - 2)));
            in.remove_prefix(end + 2);
        }
        return out.append(in);
    }
    /// What stands between `{{` and `}}`: a variable, a literal, or something that is left as it is. Filters are not applied.
    std::string expression(std::string_view inside) {
        std::string_view rest = inside;
        while (rest.starts_with(' ')) rest.remove_prefix(1);
        if (rest.starts_with('\'') || rest.starts_with('"'))
            if (std::size_t const end = rest.find(rest.front(), 1); end != rest.npos) return std::string{rest.substr(1, end - 1)};
        std::string_view word = cut(rest, '|');
        while (word.ends_with(' ')) word.remove_suffix(1);
        if (word == "true" || word == "false" || word.find_first_not_of("-.0123456789") == word.npos) return std::string{word};
        if (word.find_first_of(" '\"{}()") != word.npos) return "{{" + std::string{inside} + "}}";
        return variable(word);
    }

    /// The payload's value for a path. What is absent or null is made up and put there; what was given stays.
    std::string variable(std::string_view path) {
        path_steps const steps = steps_of(path);
        if (std::find(steps.begin(), steps.end(), "") != steps.end()) return "{{" + std::string{path} + "}}";
        bj::value* at = &payload_;
        std::size_t depth = 0;
        for (bj::value* next; depth != steps.size() && (next = inner(*at, steps[depth])) && !next->is_null(); ++depth) at = next;
        bool const in_context = steps.front() == "context" && steps.size() > 2;
        if (in_context && depth == 2 && steps.size() == 3 && steps[2] == "id" && at->is_string()) { // an id alone stands for the object
            *at = bj::object{{"id", *at}};
            at = &at->get_object()["id"];
            ++depth;
        }
        if (depth != steps.size()) {
            bool made = at->is_object();
            for (std::size_t d = depth + 1; d < steps.size(); ++d) made = made && may_be_object(steps, d);
            if (!made) return "{{" + std::string{path} + "}}";
            bj::value value = example(steps, path);
            for (std::size_t d = steps.size() - 1; d != depth; --d) {
                bj::object outer;
                outer[steps[d]] = std::move(value);
                value = std::move(outer);
            }
            at->get_object()[steps[depth]] = std::move(value);
            if (in_context) // an object there is known by its id
                inner(*inner(payload_, "context"), steps[1])->get_object().emplace("id", "{{context." + std::string{steps[1]} + ".id}}");
            return variable(path);
        }
        if (at->is_string()) return std::string{view(at->get_string())};
        return json_text(*at);
    }

    using path_steps = std::vector<std::string_view>;
    /// Of `payload.items[0].name`: payload, items, 0, name.
    static path_steps steps_of(std::string_view path) {
        path_steps out;
        while (!path.empty()) {
            std::size_t const end = path.find_first_of(".[");
            std::string_view step = path.substr(0, end);
            path.remove_prefix(end == path.npos ? path.size() : end + 1);
            if (step.ends_with(']')) step.remove_suffix(1);
            out.push_back(step);
        }
        return out;
    }
    /// A member of an object, an element of an array; nullptr where there is none.
    static bj::value* inner(bj::value& value, std::string_view step) {
        if (value.is_object()) return value.get_object().if_contains(step);
        std::size_t index = 0;
        if (!value.is_array() || std::from_chars(step.data(), step.data() + step.size(), index).ptr != step.data() + step.size()) return nullptr;
        return value.get_array().if_contains(index);
    }

    // PreviewPayloadDto says what may stand where: of the first `count` steps of a path, and at the end of one.
    static bool is_person(std::string_view step) { return step == "subscriber" || step == "actor"; }
    static bool may_be_object(path_steps const& steps, std::size_t count) {
        if (count == 3 && steps[0] == "context") return steps[2] != "id";
        if (count != 2 || !is_person(steps[0])) return true;
        for (std::string_view plain : {"_id", "firstName", "lastName", "email", "phone", "avatar", "locale", "channels", "topics", "isOnline", "lastOnlineAt",
                                       "__v", "timezone"})
            if (steps[1] == plain) return false;
        return true;
    }
    bj::value example(path_steps const& steps, std::string_view path) const {
        std::string_view const last = steps.back();
        if (steps.size() == 1)
            for (std::string_view object : {"subscriber", "actor", "payload", "steps", "context", "env"})
                if (last == object) return bj::object{};
        if (steps.size() == 2 && is_person(steps[0])) {
            if (last == "data") return bj::object{};
            if (last == "channels" || last == "topics") return bj::array{};
            if (last == "isOnline") return true;
            if (last == "__v") return 0;
        }
        if (steps.size() == 3 && steps[0] == "context" && last == "data") return bj::object{};
        if (steps[0] == "payload") {
            bj::object const* schema = &schema_;
            for (std::size_t d = 1; schema && d != steps.size(); ++d) schema = object_in(object_in(schema, "properties"), steps[d]);
            std::string_view const type = schema ? text_of(*schema, "type") : std::string_view{};
            if (type == "number" || type == "integer") return 1;
            if (type == "boolean") return true;
            if (type == "object") return bj::object{};
            if (type == "array") return bj::array{};
        }
        return bj::string{"{{" + std::string{path} + "}}"};
    }
    static bj::object const* object_in(bj::object const* from, std::string_view name) {
        bj::value const* value = from ? find(*from, name) : nullptr;
        return value ? value->if_object() : nullptr;
    }

    bj::value payload_; // an object
    bj::object const& schema_;
    std::optional<bj::object> error_{};
};

} // namespace novu::testing::detail
