// A Novu in memory: the server side of the Workflows API, for tests of programs that use it. It keeps what it is sent,
// checks bodies as the server does, and answers as it does, errors included.
//
//     novu::testing::fake_novu fake;
//     novu::client client{novu::testing::fake_transport{fake}, {.secret_key = "test-secret-key"}};
//     client.workflows.create({.name = "Hi", .workflow_id = "hi", .steps = {novu::sms_step{.name = "Text"}}});
//
// Over real HTTP: novu::testing::serve server{fake};          (serve.hpp)
#pragma once

#include <novu/call/options.hpp>
#include <novu/http/request.hpp>
#include <novu/http/response.hpp>
#include <novu/testing/detail/fake_workflows.hpp>

#include <boost/json/parse.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace novu::testing {

/// An environment and the key that opens it.
struct fake_environment {
    std::string name{};
    std::string id{};
    std::string secret_key{};
};

struct fake_options {
    std::vector<fake_environment> environments{};    ///< empty: the key "test-secret-key", and any environment once it is named
    bool envelope{true};                             ///< success bodies come as {"data": ...}
    bool idempotency{true};                          ///< the rules of idempotency keys, which a real server can have turned off
    bool sync_of_errors{true};                       ///< a workflow with status ERROR can be synced, which older servers refuse
    int rate_limit{0};                               ///< requests in each second of the clock; zero: no limit
    std::size_t max_body_size{20 * 1024 * 1024};     ///< bytes
    clock_ref clock{};                               ///< for times and for what lasts 24 h; a virtual_clock, say
};

/// Threads: every member function may be called from any. Nothing is thrown.
/// It does not deliver anything, so `lastTriggeredAt` is always null; previews do not apply filters.
class fake_novu {
public:
    explicit fake_novu(fake_options options = {});
    fake_novu(fake_novu const&) = delete;
    fake_novu& operator=(fake_novu const&) = delete;

    /// Answers one request as the server would.
    http::response handle(http::request const& q);

    /// The next requests get this answer and nothing else happens: a gateway that is down, say.
    void answer_next(http::response answer, int times = 1);
    /// The next operations fail inside: 500 with an errorId, which is kept under the idempotency key.
    void crash_next(int times = 1);
    /// A request with this idempotency key counts as being processed, until release or for 5 minutes.
    void hold(std::string idempotency_key);
    void release(std::string const& idempotency_key);
    /// How many requests were answered.
    [[nodiscard]] int requests() const;

private:
    struct outcome { // of a request with an idempotency key
        std::string body{};
        http::response answer{};
        std::chrono::system_clock::time_point at{};
        bool held{false};
    };

    detail::reply crash_or_operate(http::request const& q, std::string_view path, std::string_view query, detail::fake_environment_state& environment);
    detail::reply operate(http::request const& q, std::string_view path, std::string_view query, detail::fake_environment_state& environment);
    detail::fake_environment_state* environment_of_key(http::request const& q);
    detail::fake_environment_state* environment_of_id(std::string_view id);
    http::response written(detail::reply r, http::request const& q) const;

    mutable std::mutex mutex_{};
    fake_options options_;
    std::deque<detail::fake_environment_state> environments_{};
    detail::fake_world world_{};
    std::map<std::string, outcome, std::less<>> outcomes_{};
    std::deque<http::response> canned_{};
    int crashes_{0}, requests_{0}, in_this_second_{0};
    std::chrono::system_clock::time_point second_{};
};

} // namespace novu::testing

namespace novu::testing::detail {

/// The value of a header of a request; empty where there is none.
inline std::string_view header_of(http::request const& q, std::string_view name) {
    for (http::field f : q.headers)
        if (http::iequals(f.name, name)) return f.value;
    return {};
}

/// A list's query as an object: numbers as numbers where they are, repeated keys as arrays, `tags[]` as `tags`.
inline bj::object query_object(std::string_view query) {
    bj::object out;
    while (!query.empty()) {
        std::string_view value = cut(query, '&');
        std::string name = query_decoded(cut(value, '='));
        if (name.ends_with("[]")) name.resize(name.size() - 2);
        bj::string const text{query_decoded(value)};
        if (name == "tags" || name == "status") {
            bj::value& list = out[name];
            if (!list.is_array()) list.emplace_array();
            list.get_array().emplace_back(text);
        } else {
            boost::system::error_code no_json;
            bj::value number = name == "limit" || name == "offset" ? bj::parse({text.data(), text.size()}, no_json) : bj::value();
            out[name] = number.is_number() ? number : bj::value(text);
        }
    }
    return out;
}

inline std::string_view reason_of(int status) {
    switch (status) {
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 404: return "Not Found";
    case 409: return "Conflict";
    case 413: return "Payload Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Entity";
    default: return "Internal Server Error";
    }
}

} // namespace novu::testing::detail

inline novu::testing::fake_novu::fake_novu(fake_options options) : options_{std::move(options)} {
    for (fake_environment const& e : options_.environments) environments_.push_back({e.name, e.id, e.secret_key});
    if (environments_.empty()) environments_.push_back({"Development", "66b100000000000000000d00", "test-secret-key"});
}

inline novu::http::response novu::testing::fake_novu::handle(http::request const& q) {
    std::lock_guard lock{mutex_};
    ++requests_;
    world_.now = options_.clock.system();
    if (!canned_.empty()) {
        http::response answer = std::move(canned_.front());
        canned_.pop_front();
        return answer;
    }
    http::url_view const url{q.url};
    std::string_view query = url.target();
    std::string_view const path = detail::cut(query, '?');
    detail::fake_environment_state* const environment = environment_of_key(q);
    if (!environment) return written(detail::refusal(401, detail::header_of(q, "authorization").empty() ? "Missing authorization header" : "API Key not found"), q);

    if (options_.rate_limit > 0) {
        auto const second = std::chrono::floor<std::chrono::seconds>(world_.now);
        if (second != second_) second_ = second, in_this_second_ = 0;
        if (++in_this_second_ > options_.rate_limit) {
            http::response answer{.status = 429, .body = "\"API rate limit exceeded\""};
            answer.headers.add("content-type", "application/json; charset=utf-8");
            answer.headers.add("retry-after", "1");
            std::string const limit = std::to_string(options_.rate_limit);
            answer.headers.add("ratelimit-limit", limit);
            answer.headers.add("ratelimit-remaining", "0");
            answer.headers.add("ratelimit-reset", "1");
            answer.headers.add("ratelimit-policy", limit + ";w=1;burst=" + limit + ";comment=\"token bucket\";category=\"configuration\";cost=\"single\"");
            return answer;
        }
    }

    std::string_view const key = detail::header_of(q, "idempotency-key");
    bool const keyed = options_.idempotency && !key.empty() && (q.method == http::method::post || q.method == http::method::patch);
    if (!keyed) return written(crash_or_operate(q, path, query, *environment), q);
    if (key.size() > 255) return written(detail::refusal(400, "idempotency-key has exceeded the maximum allowed length of 255 characters"), q);
    if (auto const kept = outcomes_.find(key); kept != outcomes_.end()) {
        using namespace std::chrono_literals;
        outcome const& o = kept->second;
        std::string const name = "Request with key \"" + std::string{key} + "\" is ";
        if (world_.now - o.at >= (o.held ? 5min : 24h)) {
            outcomes_.erase(kept);
        } else if (o.held) {
            http::response answer = written(detail::refusal(409, name + "currently being processed. Please retry after 1 second"), q);
            answer.headers.add("retry-after", "1");
            answer.headers.add("link", "<https://docs.novu.co/api-reference/idempotency>; rel=\"help\"");
            return answer;
        } else if (o.body != q.body) {
            return written(detail::refusal(422, name + "being reused for a different body"), q);
        } else {
            http::response answer = o.answer;
            answer.headers.add("idempotency-replay", "true");
            return answer;
        }
    }
    http::response answer = written(crash_or_operate(q, path, query, *environment), q);
    answer.headers.add("idempotency-key", key);
    outcomes_[std::string{key}] = {std::string{q.body}, answer, world_.now};
    return answer;
}

inline novu::testing::detail::reply novu::testing::fake_novu::crash_or_operate(http::request const& q, std::string_view path, std::string_view query,
                                                                               detail::fake_environment_state& environment) {
    if (crashes_ > 0) {
        --crashes_;
        return detail::refusal(500, "Internal server error", {{"errorId", "4f0c2f5a-77a1-4f0e-9c0e-00000000c0de"}});
    }
    return operate(q, path, query, environment);
}

/// Finds the operation that a method and a path name, and does it.
inline novu::testing::detail::reply novu::testing::fake_novu::operate(http::request const& q, std::string_view path, std::string_view query,
                                                                      detail::fake_environment_state& environment) {
    using http::method;
    auto const unknown = [&] { return detail::refusal(404, "Cannot " + std::string{to_string(q.method)} + " " + std::string{path}); };
    constexpr std::string_view root = "/v2/workflows";
    std::size_t const at = path.find(root); // behind a prefix, too
    if (at == path.npos) return unknown();
    std::string_view rest = path.substr(at + root.size());
    if (!rest.empty() && !rest.starts_with('/')) return unknown();
    std::vector<std::string> parts; // behind /v2/workflows
    if (!rest.empty()) rest.remove_prefix(1);
    while (!rest.empty()) parts.push_back(detail::percent_decoded(detail::cut(rest, '/')));

    detail::bj::object body;
    if (q.method == method::post || q.method == method::put || q.method == method::patch) {
        if (q.body.size() > options_.max_body_size) return detail::refusal(413, "request entity too large");
        std::string_view const type = detail::header_of(q, "content-type");
        if (!http::iequals(type.substr(0, type.find(';')), "application/json")) return detail::refusal(415, "Unsupported Media Type");
        boost::system::error_code no_json;
        detail::bj::parse_options limits;
        limits.max_depth = 128;
        detail::bj::value value = detail::bj::parse({q.body.data(), q.body.size()}, no_json, {}, limits);
        if (no_json) return detail::refusal(400, "The body is not JSON: " + no_json.message());
        if (!value.is_object()) return detail::refusal(400, "The body is not a JSON object");
        body = std::move(value.get_object());
    }
    std::size_t const depth = parts.size();
    if (depth == 0 && q.method == method::post) return detail::create_workflow(environment, body, world_);
    if (depth == 0 && q.method == method::get) return detail::list_workflows(environment, detail::query_object(query));
    if (depth == 1 && q.method == method::put) return detail::update_workflow(environment, parts[0], body, world_);
    if (depth == 1 && q.method == method::patch) return detail::patch_workflow(environment, parts[0], body, world_);
    if (depth == 1 && q.method == method::delete_) return detail::delete_workflow(environment, parts[0]);
    if (depth == 1 && q.method == method::get) {
        detail::bj::object const asked = detail::query_object(query);
        std::string_view const id = detail::text_of(asked, "environmentId");
        detail::fake_environment_state* const other = id.empty() ? &environment : environment_of_id(id);
        if (!other) return detail::refusal(404, "Environment not found", {{"environmentId", detail::bj::string{id}}});
        return detail::get_workflow(*other, parts[0]);
    }
    if (depth == 2 && parts[1] == "sync" && q.method == method::put) {
        if (auto refused = detail::broken_rules(body, detail::sync_rules)) return *refused;
        std::string_view const id = detail::text_of(body, "targetEnvironmentId");
        detail::fake_environment_state* const target = environment_of_id(id);
        if (!target) return detail::refusal(404, "Environment not found", {{"environmentId", detail::bj::string{id}}});
        return detail::sync_workflow(environment, parts[0], *target, options_.sync_of_errors, world_);
    }
    if (depth == 3 && parts[1] == "steps" && q.method == method::get) return detail::get_step(environment, parts[0], parts[2]);
    if (depth == 4 && parts[1] == "step" && parts[3] == "preview" && q.method == method::post)
        return detail::preview_step(environment, parts[0], parts[2], body);
    return unknown();
}

inline novu::testing::detail::fake_environment_state* novu::testing::fake_novu::environment_of_key(http::request const& q) {
    std::string_view key = detail::header_of(q, "authorization");
    if (!key.starts_with("ApiKey ")) return nullptr;
    key.remove_prefix(7);
    for (auto& e : environments_)
        if (!key.empty() && e.secret_key == key) return &e;
    return nullptr;
}

inline novu::testing::detail::fake_environment_state* novu::testing::fake_novu::environment_of_id(std::string_view id) {
    for (auto& e : environments_)
        if (e.id == id) return &e;
    if (!options_.environments.empty()) return nullptr;
    environments_.push_back({std::string{id}, std::string{id}, {}});
    return &environments_.back();
}

/// A reply as HTTP: an error gets its status, time and path; a value its envelope.
inline novu::http::response novu::testing::fake_novu::written(detail::reply r, http::request const& q) const {
    http::response out{.status = r.status};
    if (r.status == 204) return out;
    detail::bj::object whole;
    if (r.status >= 400) {
        whole["statusCode"] = r.status;
        whole["timestamp"] = detail::bj::string{detail::iso_time(world_.now)};
        whole["path"] = detail::bj::string{http::url_view{q.url}.target()};
        for (auto& member : r.body.get_object()) whole[member.key()] = std::move(member.value());
        whole.emplace("error", detail::bj::string{detail::reason_of(r.status)});
    } else if (options_.envelope) {
        whole["data"] = std::move(r.body);
    } else {
        whole = std::move(r.body.get_object());
    }
    out.headers.add("content-type", "application/json; charset=utf-8");
    out.body = detail::json_text(std::move(whole));
    return out;
}

inline void novu::testing::fake_novu::answer_next(http::response answer, int times) {
    std::lock_guard lock{mutex_};
    for (; times > 0; --times) canned_.push_back(answer);
}
inline void novu::testing::fake_novu::crash_next(int times) {
    std::lock_guard lock{mutex_};
    crashes_ += times;
}
inline void novu::testing::fake_novu::hold(std::string idempotency_key) {
    std::lock_guard lock{mutex_};
    outcomes_[std::move(idempotency_key)] = {{}, {}, options_.clock.system(), true};
}
inline void novu::testing::fake_novu::release(std::string const& idempotency_key) {
    std::lock_guard lock{mutex_};
    outcomes_.erase(idempotency_key);
}
inline int novu::testing::fake_novu::requests() const {
    std::lock_guard lock{mutex_};
    return requests_;
}
