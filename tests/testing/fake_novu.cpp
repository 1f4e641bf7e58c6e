// The Novu in memory: every operation through the client, in memory and over a socket, and each rule of the server.
#include <novu/novu.hpp>
#include <novu/testing/fake_transport.hpp>
#include <novu/testing/scripted_transport.hpp>
#include <novu/testing/serve.hpp>
#include <novu/transport/beast.hpp>

#include <boost/json/parse.hpp>
#include <catch2/catch_test_macros.hpp>

#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace novu;
using namespace std::chrono_literals;

namespace {

using testing::fake_novu;
using testing::fake_transport;

/// Two environments, their keys, and a clock that moves only when told.
struct two_environments {
    testing::virtual_clock clock;
    fake_novu fake{{.environments = {{.name = "Development", .id = "env-dev", .secret_key = "dev-key"}, {.name = "Production", .id = "env-prod", .secret_key = "prod-key"}},
                    .clock = clock}};
    client<fake_transport> dev = open("dev-key"), prod = open("prod-key");

    client<fake_transport> open(std::string key) {
        return client<fake_transport>{fake_transport{fake, clock}, client_options{.secret_key = std::move(key), .clock = clock}};
    }
};

create_workflow shipped(std::string id = "order-shipped") {
    return {.name = "Order shipped",
            .workflow_id = id,
            .steps = {in_app_step{.name = "In-app", .control_values = in_app_controls{.body = "Order {{payload.id}} for {{ subscriber.firstName | upcase }}"}},
                      email_step{.name = "Email", .control_values = email_controls{.subject = "On its way", .body = "<p>{{payload.id}}</p>"}}},
            .tags = {"orders", "eu"},
            .active = true};
}

template <class T> T const& ok(result<response<T>> const& r) {
    INFO((r ? std::string{} : r.error().message()));
    REQUIRE(r);
    return r->value;
}

/// A raw request to the fake, past the client.
http::response raw(fake_novu& fake, http::method m, std::string const& target, std::string const& body = {}, std::vector<http::field> more = {}) {
    std::vector<http::field> fields{{"authorization", "ApiKey test-secret-key"}, {"content-type", "application/json"}};
    std::erase_if(fields, [&](http::field f) { return std::any_of(more.begin(), more.end(), [&](http::field o) { return o.name == f.name; }); });
    fields.insert(fields.end(), more.begin(), more.end());
    return fake.handle({m, "https://fake" + target, fields, body});
}
boost::json::object json_of(http::response const& r) { return boost::json::parse(r.body).as_object(); }

/// All nine operations and `all`, one after another.
template <class Dev, class Prod> void use_every_operation(Dev const& dev, Prod const& prod) {
    auto created = dev.workflows.create(shipped());
    workflow const w = ok(created);
    CHECK(created->status == 201);
    CHECK(w.workflow_id == "order-shipped");
    CHECK(w.origin == resource_origin::novu_cloud);
    CHECK(w.status == workflow_status::active);
    CHECK(w.slug.starts_with("order-shipped_wf_"));
    CHECK(w.id.size() == 24);
    REQUIRE(w.steps.size() == 2);
    CHECK(common(w.steps[1]).step_id == "email");
    CHECK(std::get<email_step_response>(w.steps[1]).controls.values.subject == "On its way");

    CHECK(ok(dev.workflows.get("order-shipped")) == w);
    CHECK(ok(dev.workflows.get(w.id)) == w);
    CHECK(ok(dev.workflows.get(w.slug)) == w);

    update_workflow change = to_update(w);
    std::get<email_step>(change.steps[1]).control_values->subject = "Here it comes";
    workflow const updated = ok(dev.workflows.update(w.id, change));
    CHECK(common(updated.steps[1]).id == common(w.steps[1]).id);
    CHECK(std::get<email_step_response>(updated.steps[1]).control_values->subject == "Here it comes");
    CHECK(updated.steps[0] == w.steps[0]);

    CHECK(ok(dev.workflows.patch(w.id, {.active = false})).status == workflow_status::inactive);
    CHECK(ok(dev.workflows.get(w.id)).tags == w.tags);

    step_details const step = ok(dev.workflows.steps.retrieve("order-shipped", "in-app"));
    CHECK(step.type == step_type::in_app);
    CHECK(ok(dev.workflows.steps.retrieve(w.slug, step.slug)).id == step.id);

    auto seen = dev.workflows.steps.generate_preview("order-shipped", "in-app", {.preview_payload = preview_payload{.payload = boost::json::object{{"id", 7}}}});
    CHECK(seen->status == 201);
    CHECK(boost::json::serialize(boost::json::parse(*json::write(ok(seen).result))) ==
          R"({"type":"in_app","preview":{"body":"Order 7 for {{subscriber.firstName}}"}})");

    workflow const copy = ok(dev.workflows.sync("order-shipped", {.target_environment_id = "env-prod"}));
    CHECK(copy.id != w.id);
    CHECK(copy.last_published_at.has_value());
    CHECK(ok(prod.workflows.get("order-shipped")) == copy);
    CHECK(ok(dev.workflows.get("order-shipped", {.environment_id = "env-prod"})) == copy);

    CHECK(ok(dev.workflows.list({.limit = 1})).total_count == 1);
    int count = 0;
    for (auto const& each : dev.workflows.all()) count += each && each->id == w.id;
    CHECK(count == 1);

    auto removed = dev.workflows.remove("order-shipped");
    REQUIRE(removed);
    CHECK(removed->status == 204);
    auto gone = dev.workflows.get("order-shipped");
    REQUIRE(!gone);
    CHECK(gone.error().status == 404);
    CHECK(gone.error().dto()->path.ends_with("/v2/workflows/order-shipped"));
    REQUIRE(prod.workflows.remove("order-shipped"));
}

} // namespace

TEST_CASE("every operation, in memory") {
    two_environments t;
    use_every_operation(t.dev, t.prod);
}

TEST_CASE("every operation, over a socket") {
    two_environments t;
    testing::serve server{t.fake};
    auto open = [&](char const* key) { return client{beast_transport{}, {.secret_key = key, .server = server.url()}}; };
    use_every_operation(open("dev-key"), open("prod-key"));
    CHECK(server.connections() == 2); // one a client, kept alive
}

TEST_CASE("every operation, without the envelope and under a path prefix") {
    fake_novu fake{{.environments = {{.name = "D", .id = "env-dev", .secret_key = "a"}, {.name = "P", .id = "env-prod", .secret_key = "b"}}, .envelope = false}};
    testing::serve server{fake, "127.0.0.1"};
    auto open = [&](char const* key) { return client{beast_transport{}, {.secret_key = key, .server = server.url() + "/api/novu/"}}; };
    use_every_operation(open("a"), open("b"));
}

TEST_CASE("keys open environments, each with its own workflows") {
    two_environments t;
    ok(t.dev.workflows.create(shipped()));
    CHECK(ok(t.prod.workflows.list()).total_count == 0);
    auto wrong = t.open("other").workflows.list();
    CHECK(wrong.error().status == 401);
    CHECK(wrong.error().message().find("check the secret key") != std::string::npos);
    auto nowhere = t.dev.workflows.sync("order-shipped", {.target_environment_id = "env-none"});
    CHECK(nowhere.error().status == 404);
    CHECK(t.dev.workflows.sync("order-shipped", {.target_environment_id = "env-dev"}).error().status == 400);
    CHECK(t.dev.workflows.get("order-shipped", {.environment_id = "env-none"}).error().status == 404);

    fake_novu easy;
    client c{fake_transport{easy}, {.secret_key = "test-secret-key"}};
    ok(c.workflows.create(shipped()));
    ok(c.workflows.sync("order-shipped", {.target_environment_id = "anything"}));
    CHECK(ok(c.workflows.get("order-shipped", {.environment_id = "anything"})).workflow_id == "order-shipped");
    for (std::string_view bad : {"", "ApiKey ", "ApiKey other", "Bearer test-secret-key"})
        CHECK(raw(easy, http::method::get, "/v2/workflows", "", {{"authorization", bad}}).status == 401);
}

TEST_CASE("a second sync updates, and the copy's steps keep their ids") {
    two_environments t;
    ok(t.dev.workflows.create(shipped()));
    workflow const first = ok(t.dev.workflows.sync("order-shipped", {.target_environment_id = "env-prod"}));
    ok(t.dev.workflows.patch("order-shipped", {.name = "Renamed"}));
    workflow const second = ok(t.dev.workflows.sync("order-shipped", {.target_environment_id = "env-prod"}));
    CHECK(second.id == first.id);
    CHECK(second.name == "Renamed");
    CHECK(common(second.steps[0]).id == common(first.steps[0]).id);
    CHECK(ok(t.prod.workflows.list()).total_count == 1);
}

TEST_CASE("a workflow with errors is synced, or refused as older servers do") {
    for (bool synced : {true, false}) {
        fake_novu fake{{.sync_of_errors = synced}};
        client c{fake_transport{fake}, {.secret_key = "test-secret-key"}};
        REQUIRE(ok(c.workflows.create({.name = "W", .workflow_id = "w", .steps = {email_step{.name = "No subject"}}})).status == workflow_status::error);
        auto const copy = c.workflows.sync("w", {.target_environment_id = "other"});
        CHECK(copy.has_value() == synced);
        if (copy) continue;
        CHECK(copy.error().status == 400);
        CHECK(copy.error().dto()->message == "Cannot sync workflow: cannot be synced while in 'ERROR' status");
        CHECK(copy.error().dto()->extra.at("workflowId") == "w");
        CHECK(c.workflows.get("w", {.environment_id = "other"}).error().status == 404);
    }
}

TEST_CASE("replacing: a step with its id stays, one without is new, one left out is gone") {
    two_environments t;
    workflow const w = ok(t.dev.workflows.create(shipped()));
    std::string const kept{common(w.steps[1]).id};
    workflow const after = ok(t.dev.workflows.update("order-shipped", {.name = "N",
                                                                       .steps = {sms_step{.name = "Text"}, email_step{.name = "Mail", .id = kept}},
                                                                       .preferences = preferences{}}));
    REQUIRE(after.steps.size() == 2);
    CHECK(common(after.steps[0]).step_id == "text");
    CHECK(common(after.steps[0]).id != kept);
    CHECK(common(after.steps[1]).id == kept);
    CHECK(common(after.steps[1]).step_id == "email"); // its own, not the new name's
    CHECK(after.tags.empty());                        // whole replacement
    CHECK(after.status == workflow_status::error);    // an e-mail step without a subject
    CHECK(std::get<email_step_response>(after.steps[1]).issues->controls->find("subject")->at(0).issue_type == content_issue::missing_value);
}

TEST_CASE("patching: null clears the payload schema, what is absent stays") {
    two_environments t;
    create_workflow request = shipped();
    request.payload_schema = boost::json::object{{"type", "object"}};
    request.description = "d";
    ok(t.dev.workflows.create(request));
    CHECK(ok(t.dev.workflows.patch("order-shipped", {.description = "e"})).payload_schema.has_value());
    workflow const cleared = ok(t.dev.workflows.patch("order-shipped", {.payload_schema = nullptr}));
    CHECK(cleared.payload_schema.is_null());
    CHECK(cleared.description == "e");
}

TEST_CASE("preferences: null is the default, what is left out is filled in") {
    two_environments t;
    create_workflow request = shipped();
    request.preferences = preferences{.user = nullptr, .workflow = workflow_preferences{.all = workflow_preference{.enabled = false}}};
    workflow const w = ok(t.dev.workflows.create(request));
    CHECK(w.preferences.user.is_null());
    CHECK(!w.preferences.default_.all.enabled);
    CHECK(w.preferences.default_.channels.find("email")->enabled);
}

TEST_CASE("lists: limit, offset, order, filters, the total of all matches") {
    two_environments t;
    struct made { char const *name, *id, *tag; bool active; };
    for (made m : {made{"Banana", "fruit-b", "eu", true}, {"apple", "fruit-a", "us", false}, {"Cherry", "fruit-c", "eu", false}}) {
        ok(t.dev.workflows.create({.name = m.name, .workflow_id = m.id, .steps = empty_list, .tags = {m.tag}, .active = m.active}));
        t.clock.advance(1s);
    }
    ok(t.dev.workflows.patch("fruit-b", {.validate_payload = true}));
    auto ids = [&](list_workflows const& query) {
        auto page = ok(t.dev.workflows.list(query));
        std::string out = std::to_string(page.total_count) + ":";
        for (auto const& w : page.workflows) out += w.workflow_id.substr(6);
        return out;
    };
    CHECK(ids({}) == "3:cab"); // newest first
    CHECK(ids({.order_direction = direction::asc}) == "3:bac");
    CHECK(ids({.order_by = sort_field::updated_at}) == "3:bca");
    CHECK(ids({.order_direction = direction::asc, .order_by = sort_field::name}) == "3:bca"); // by bytes
    CHECK(ids({.limit = 2}) == "3:ca");
    CHECK(ids({.limit = 2, .offset = 2}) == "3:b");
    CHECK(ids({.offset = 9}) == "3:");
    CHECK(ids({.query = "APPLE"}) == "1:a");
    CHECK(ids({.query = "fruit-"}) == "3:cab");
    CHECK(ids({.query = "nope"}) == "0:");
    CHECK(ids({.tags = {"eu"}}) == "2:cb");
    CHECK(ids({.tags = {"eu", "us"}}) == "3:cab");
    CHECK(ids({.status = {workflow_status::active}}) == "1:b");
    CHECK(ids({.tags = {"eu"}, .status = {workflow_status::inactive}}) == "1:c");
    auto bad = t.dev.workflows.list({.limit = 0, .order_by = open_enum<sort_field>{"color"}});
    REQUIRE(bad.error().validation());
    CHECK(bad.error().validation()->errors.contains("limit"));
    CHECK(bad.error().validation()->errors.contains("orderBy"));

    for (int i = 0; i != 60; ++i) ok(t.dev.workflows.create({.name = "x", .workflow_id = "x" + std::to_string(i), .steps = empty_list}));
    CHECK(ok(t.dev.workflows.list()).workflows.size() == 50); // the default
    int all = 0;
    for (auto const& each : t.dev.workflows.all({.limit = 7})) all += each.has_value();
    CHECK(all == 63);
}

TEST_CASE("bodies that break the rules: 422 with the paths, 400 for step ids twice, 409 for an id that is there") {
    fake_novu fake;
    auto errors = [&](http::method m, std::string const& target, std::string const& body) {
        auto const r = raw(fake, m, target, body);
        CHECK(r.status == 422);
        std::string out;
        if (r.status != 422) return out;
        boost::json::object const dto = json_of(r);
        for (auto const& [path, entry] : dto.at("errors").as_object())
            out += std::string{path.data(), path.size()} + "=" + std::string{entry.at("messages").as_array()[0].as_string()} + ";";
        return out;
    };
    using http::method;
    CHECK(errors(method::post, "/v2/workflows", "{}") ==
          "name=name should not be null or undefined;workflowId=workflowId should not be null or undefined;steps=steps should not be null or undefined;");
    CHECK(errors(method::post, "/v2/workflows", R"({"name":"","workflowId":"a--b","steps":[],"tags":["a",5],"active":1,"severity":"x","payloadSchema":null})") ==
          "name=name should not be empty;tags.1=tags.1 must be a string;active=active must be a boolean value;"
          "workflowId=workflowId must consist of letters and digits, joined by single -, _ or .;"
          "severity=severity must be one of the following values: high, medium, low, none;");
    CHECK(errors(method::post, "/v2/workflows", R"({"name":"a","workflowId":"a","steps":[{"type":"telex","name":"x"},5,{"type":"sms","name":"y","controlValues":"z"}]})")
              .starts_with("steps.0.type=steps.0.type must be one of the following values: in_app,"));
    CHECK(errors(method::post, "/v2/workflows", R"({"name":"a","workflowId":"a","steps":[],"agent":{},"preferences":{"workflow":{"channels":{"email":{"enabled":"y"}}}}})") ==
          "preferences.workflow.channels.email.enabled=preferences.workflow.channels.email.enabled must be a boolean value;"
          "agent.identifier=agent.identifier should not be null or undefined;");
    auto const twice = raw(fake, method::post, "/v2/workflows", R"({"name":"a","workflowId":"a","steps":[{"type":"sms","name":"A","stepId":"a-b"},{"type":"sms","name":"B","stepId":"a-b"},{"type":"sms","name":"c"}]})");
    CHECK(twice.status == 400);
    CHECK(json_of(twice).at("message") == "Duplicate stepIds are not allowed: a-b");
    CHECK(raw(fake, method::post, "/v2/workflows", R"({"name":"a","workflowId":"a","steps":[]})").status == 201);
    auto const there = raw(fake, method::post, "/v2/workflows", R"({"name":"a","workflowId":"a","steps":[]})");
    CHECK(there.status == 409);
    CHECK(!there.headers.contains("retry-after"));
    CHECK(errors(method::put, "/v2/workflows/a", R"({"name":"a","steps":[]})") == "preferences=preferences should not be null or undefined;");
    CHECK(errors(method::patch, "/v2/workflows/a", R"({"name":""})") == "name=name should not be empty;");
    CHECK(errors(method::put, "/v2/workflows/a/sync", "{}") == "targetEnvironmentId=targetEnvironmentId should not be null or undefined;");
    CHECK(raw(fake, method::post, "/v2/workflows", "{").status == 400);
    CHECK(raw(fake, method::post, "/v2/workflows", "[]").status == 400);
    CHECK(raw(fake, method::post, "/v2/workflows", "{}", {{"content-type", "text/plain"}}).status == 415);
    CHECK(raw(fake, method::delete_, "/v2/workflows").status == 404);
    CHECK(raw(fake, method::get, "/v1/other").status == 404);
    CHECK(raw(fake, method::get, "/v2/workflows/a/steps/none").status == 404);
    fake_novu small{{.max_body_size = 10}};
    CHECK(raw(small, method::post, "/v2/workflows", std::string(11, ' ')).status == 413);
    auto const dto = json_of(raw(fake, method::get, "/v2/workflows/none?x=1"));
    CHECK(dto.at("statusCode") == 404);
    CHECK(dto.at("path") == "/v2/workflows/none?x=1");
    CHECK(dto.at("timestamp").as_string().size() == 24);
}

TEST_CASE("each error has the name that HTTP gives its status") {
    fake_novu fake{{.max_body_size = 100}};
    using http::method;
    std::string const body = R"({"name":"a","workflowId":"a","steps":[]})";
    auto error = [&](int status, http::response const& r) {
        CHECK(r.status == status);
        return json_of(r).at("error");
    };
    CHECK(error(401, raw(fake, method::get, "/v2/workflows", "", {{"authorization", ""}})) == "Unauthorized");
    CHECK(error(404, raw(fake, method::get, "/v2/workflows/none")) == "Not Found");
    CHECK(error(400, raw(fake, method::post, "/v2/workflows", "{")) == "Bad Request");
    CHECK(error(422, raw(fake, method::post, "/v2/workflows", "{}")) == "Unprocessable Entity");
    CHECK(error(413, raw(fake, method::post, "/v2/workflows", std::string(101, ' '))) == "Payload Too Large");
    CHECK(error(415, raw(fake, method::post, "/v2/workflows", body, {{"content-type", "text/plain"}})) == "Unsupported Media Type");
    CHECK(raw(fake, method::post, "/v2/workflows", body).status == 201);
    CHECK(error(409, raw(fake, method::post, "/v2/workflows", body)) == "Conflict");
    fake.crash_next();
    CHECK(error(500, raw(fake, method::get, "/v2/workflows")) == "Internal Server Error");
}

TEST_CASE("step ids that occur twice: the 400 says where, and the client keeps that") {
    fake_novu fake;
    client c{fake_transport{fake}, {.secret_key = "test-secret-key"}};
    auto const twice = c.workflows.create(
        {.name = "W", .workflow_id = "w", .steps = {sms_step{.name = "A", .step_id = "x"}, sms_step{.name = "B"}, sms_step{.name = "C", .step_id = "x"}}});
    REQUIRE(!twice);
    CHECK(twice.error().status == 400);
    REQUIRE(twice.error().dto());
    CHECK(twice.error().dto()->extra ==
          boost::json::parse(R"({"error":"Bad Request","errors":[{"message":"Duplicate stepIds are not allowed: x","path":"steps.2.stepId"}]})").as_object());
}

namespace {

/// The names of a step type's controls, as the client sends them.
template <step_type Type> std::set<std::string> names_of_controls() {
    using controls = novu::detail::controls<Type, owned, sent>;
    std::set<std::string> out;
    if constexpr (json::described<controls>)
        for (std::size_t i = 0; i != json::detail::member_names<controls>.size(); ++i)
            if (json::detail::member_names<controls>[i] != "extra") out.emplace(json::detail::wire_name(json::detail::member_keys<controls>[i]));
    return out;
}

/// A step of each type that can be sent, with everything left out: what its form shows.
template <step_type Type> void check_form_of(fake_novu& fake) {
    std::string const type{json::to_text(Type)};
    INFO(type);
    auto const made = raw(fake, http::method::post, "/v2/workflows", R"({"name":"a","workflowId":")" + type + R"(","steps":[{"name":"a","type":")" + type + R"("}]})");
    if (Type == step_type::trigger) {
        CHECK(made.status == 422);
        return;
    }
    REQUIRE(made.status == 201);
    std::set<std::string> shown;
    boost::json::value const form = json_of(made).at("data").at("steps").at(0).at("controls");
    for (auto const& each : form.at("dataSchema").at("properties").as_object()) shown.emplace(each.key());
    CHECK(shown == names_of_controls<Type>());
}

} // namespace

TEST_CASE("each step type has the controls that the client knows") {
    constexpr auto& types = json::detail::enum_texts<step_type>.values;
    fake_novu fake;
    [&]<std::size_t... I>(std::index_sequence<I...>) { (check_form_of<types[I]>(fake), ...); }(std::make_index_sequence<types.size()>{});
}

TEST_CASE("each value of an enum is taken, and the refusal of another names them all") {
    fake_novu fake;
    auto refusal = [&](std::string const& member) {
        auto const r = raw(fake, http::method::post, "/v2/workflows", R"({"name":"a","workflowId":"a","steps":[{"name":"a","type":"?"}],"severity":"?","__source":"?"})");
        return std::string{json_of(r).at("errors").at(member).at("messages").at(0).as_string()};
    };
    std::string const among = " must be one of the following values: ";
    CHECK(refusal("steps.0.type") == "steps.0.type" + among + "in_app, email, sms, chat, push, digest, delay, throttle, custom, http_request, tool"); // no trigger
    CHECK(refusal("severity") == "severity" + among + "high, medium, low, none");
    CHECK(refusal("__source") == "__source" + among +
                                     "template_store, editor, notification_directory, onboarding_digest_demo, onboarding_in_app, empty_state, dropdown, "
                                     "onboarding_get_started, bridge, dashboard, ai");
    for (std::string_view origin : {"novu-cloud", "novu-cloud-v1", "external", "?"}) {
        raw(fake, http::method::post, "/v2/workflows", R"({"name":"a","workflowId":"a","steps":[]})");
        auto const r = raw(fake, http::method::put, "/v2/workflows/a", R"({"name":"a","steps":[],"preferences":{},"origin":")" + std::string{origin} + "\"}");
        CHECK(r.status == (origin == "?" ? 422 : 200));
    }
    for (auto [query, status] : {std::pair{"orderBy=lastTriggeredAt&orderDirection=ASC&status=ACTIVE&status=INACTIVE&status=ERROR", 200}, {"orderDirection=asc", 422},
                                 {"status=active", 422}, {"orderBy=created_at", 422}})
        CHECK(raw(fake, http::method::get, std::string{"/v2/workflows?"} + query).status == status);
}

TEST_CASE("idempotency: replayed, another body, in progress, 24 hours, too long, or turned off") {
    testing::virtual_clock clock;
    fake_novu fake{{.clock = clock}};
    std::string const body = R"({"name":"a","workflowId":"a","steps":[]})";
    auto post = [&](std::string_view key, std::string const& text, http::method m = http::method::post, std::string const& target = "/v2/workflows") {
        return raw(fake, m, target, text, {{"idempotency-key", key}});
    };
    auto const first = post("k", body), again = post("k", body);
    CHECK(first.status == 201);
    CHECK(first.headers.get("Idempotency-Key") == "k");
    CHECK(again.status == 201);
    CHECK(again.body == first.body);
    CHECK(again.headers.get("idempotency-replay") == "true");
    CHECK(post("k", body + " ").status == 422);
    CHECK(post("k", body, http::method::patch, "/v2/workflows/a").body == first.body); // neither method nor path is part of it
    CHECK(raw(fake, http::method::put, "/v2/workflows/a", body, {{"idempotency-key", "k"}}).status == 422); // PUT does not look at the key
    fake.crash_next();
    CHECK(post("e", body).status == 500);
    CHECK(post("e", body).headers.get("idempotency-replay") == "true"); // errors too
    CHECK(json_of(post("e", body)).contains("errorId"));
    fake.hold("h");
    auto const busy = post("h", body);
    CHECK(busy.status == 409);
    CHECK(busy.headers.get("retry-after") == "1");
    CHECK(busy.headers.contains("link"));
    clock.advance(5min);
    CHECK(post("h", body).status == 409); // "a" is there: a real conflict now
    fake.hold("r");
    fake.release("r");
    CHECK(!post("r", body).headers.contains("retry-after"));
    clock.advance(24h);
    CHECK(!post("k", body).headers.contains("idempotency-replay"));
    CHECK(post(std::string(255, 'x'), body).status == 409);
    CHECK(post(std::string(256, 'x'), body).status == 400);
    fake_novu off{{.idempotency = false}};
    CHECK(raw(off, http::method::post, "/v2/workflows", body, {{"idempotency-key", "k"}}).status == 201);
    CHECK(raw(off, http::method::post, "/v2/workflows", body, {{"idempotency-key", "k"}}).status == 409);
}

TEST_CASE("the client over a server in trouble: canned answers, crashes, holds, rate limits") {
    testing::virtual_clock clock;
    fake_novu fake{{.rate_limit = 2, .clock = clock}};
    client c{fake_transport{fake, clock}, {.secret_key = "test-secret-key", .clock = clock}};
    fake.answer_next({.status = 503, .headers = {{"content-type", "text/plain"}}, .body = "down"}, 2);
    auto made = c.workflows.create(shipped());
    REQUIRE(made);
    CHECK(made->attempts == 3);
    fake.crash_next();
    clock.advance(1s);
    auto crashed = c.workflows.create(shipped("other")); // the same key again: the stored 500
    REQUIRE(!crashed);
    CHECK(crashed.error().stopped == stop_reason::replayed);
    CHECK(crashed.error().attempts.size() == 2);
    clock.advance(1s);
    for (int i = 0; i != 2; ++i) REQUIRE(c.workflows.list());
    auto limited = c.workflows.list();
    REQUIRE(limited);
    CHECK(limited->attempts == 2); // waited as it was asked to
    fake.hold("busy");
    auto held = c.workflows.create(shipped("third"), {.idempotency_key = "busy", .total_timeout = 3s});
    REQUIRE(!held);
    CHECK(held.error().status == 409);
    CHECK(held.error().stopped == stop_reason::time_exhausted);
    CHECK(fake.requests() > 8);
}

TEST_CASE("slugs are the id in base 62") {
    using namespace testing::detail;
    CHECK(in_base("66b100000000000000000001", 16, 62, 16).size() == 16);
    CHECK(in_base(in_base("66b1000000000000000000ff", 16, 62, 16), 62, 16, 24) == "66b1000000000000000000ff");
    CHECK(in_base("3d", 16, 62, 1) == "z"); // digits, upper case, lower case
    CHECK(in_base("24", 16, 62, 1) == "a");
    CHECK(slugify("  Order -- Shipped! ") == "order-shipped");
    CHECK(id_of_slug("order-shipped_wf_0000000000000001", "_wf_") == "000000000000000000000001");
    CHECK(id_of_slug("order-shipped_st_0000000000000001", "_wf_").empty());
    CHECK(iso_time({}) == "1970-01-01T00:00:00.000Z");
}

TEST_CASE("previews: templates, examples, errors, every kind") {
    two_environments t;
    create_workflow request = shipped();
    request.payload_schema = boost::json::object{{"properties", {{"n", {{"type", "number"}}}, {"b", {{"type", "boolean"}}}}}};
    ok(t.dev.workflows.create(request));
    auto render = [&](boost::json::object controls) {
        auto r = t.dev.workflows.steps.generate_preview("order-shipped", "email", {.control_values = std::move(controls)});
        return *json::write(ok(r));
    };
    CHECK(render({{"subject", "{{payload.n}}-{{payload.b}}"}}) ==
          R"({"previewPayloadExample":{"payload":{"n":1,"b":true}},"result":{"type":"email","preview":{"subject":"1-true","body":""}},)"
          R"("schema":{"properties":{"n":{"type":"number"},"b":{"type":"boolean"}}}})");
    CHECK(render({{"subject", "a {{b"}}).find(R"("error":{"title":"Template error")") != std::string::npos);
    ok(t.dev.workflows.create({.name = "d", .workflow_id = "d", .steps = {digest_step{.name = "D", .control_values = digest_controls{.amount = 2, .unit = time_unit::hours}}}}));
    CHECK(*json::write(ok(t.dev.workflows.steps.generate_preview("d", "d")).result) == R"({"type":"digest","preview":{"amount":2,"unit":"hours"}})");
}

namespace {

/// The preview of an e-mail's subject, and the payload that it shows, each as JSON.
struct subject_preview {
    fake_novu fake;
    client<fake_transport> c{fake_transport{fake}, client_options{.secret_key = "test-secret-key"}};
    boost::json::object preview_of(std::string const& subject, std::string const& payload = "{}", std::string const& schema = "{}") {
        raw(fake, http::method::delete_, "/v2/workflows/w");
        raw(fake, http::method::post, "/v2/workflows", R"({"name":"W","workflowId":"w","steps":[{"type":"email","name":"E"}],"payloadSchema":)" + schema + "}");
        preview_request request;
        request.control_values = boost::json::object{{"subject", subject}};
        request.extra = boost::json::object{{"previewPayload", boost::json::parse(payload)}}; // as any client may send it
        auto r = c.workflows.steps.generate_preview("w", "e", request);
        INFO(subject);
        INFO((r ? std::string{} : r.error().message()));
        REQUIRE(r);
        return boost::json::parse(*json::write(r->value)).as_object();
    }
    std::string text(std::string const& subject, std::string const& payload = "{}") {
        return std::string{preview_of(subject, payload).at("result").at("preview").at("subject").as_string()};
    }
    boost::json::value shown(std::string const& subject, std::string const& payload = "{}") { return preview_of(subject, payload).at("previewPayloadExample"); }
};

} // namespace

TEST_CASE("previews: a variable that nobody gave has an example of the type that belongs there") {
    struct row { char const *variable, *example; };
    for (row const& r : {
             row{"subscriber", R"({"subscriber":{}})"}, {"actor", R"({"actor":{}})"}, {"payload", R"({"payload":{}})"}, {"steps", R"({"steps":{}})"},
             {"env", R"({"env":{}})"}, {"context", R"({"context":{}})"}, {"other", R"({"other":"{{other}}"})"},
             {"subscriber.firstName", R"({"subscriber":{"firstName":"{{subscriber.firstName}}"}})"},
             {"subscriber.isOnline", R"({"subscriber":{"isOnline":true}})"}, {"actor.isOnline", R"({"actor":{"isOnline":true}})"},
             {"subscriber.channels", R"({"subscriber":{"channels":[]}})"}, {"subscriber.topics", R"({"subscriber":{"topics":[]}})"},
             {"subscriber.__v", R"({"subscriber":{"__v":0}})"}, {"subscriber.data", R"({"subscriber":{"data":{}}})"},
             {"subscriber.data.tier", R"({"subscriber":{"data":{"tier":"{{subscriber.data.tier}}"}}})"},
             {"subscriber.firstName.x", "{}"}, {"subscriber.channels.0.providerId", "{}"}, {"subscriber.channels[0].providerId", "{}"}, // nothing can be there
             {"subscriber._id.x", "{}"}, {"actor.topics.0", "{}"},
             {"context.tenant", R"({"context":{"tenant":"{{context.tenant}}"}})"},
             {"context.tenant.id", R"({"context":{"tenant":{"id":"{{context.tenant.id}}"}}})"},
             {"context.tenant.name", R"({"context":{"tenant":{"name":"{{context.tenant.name}}","id":"{{context.tenant.id}}"}}})"},
             {"context.tenant.data", R"({"context":{"tenant":{"data":{},"id":"{{context.tenant.id}}"}}})"},
             {"context.tenant.data.name", R"({"context":{"tenant":{"data":{"name":"{{context.tenant.data.name}}"},"id":"{{context.tenant.id}}"}}})"},
             {"context.tenant.id.x", "{}"},
             {"steps.digest.events", R"({"steps":{"digest":{"events":"{{steps.digest.events}}"}}})"},
             {"payload.a.b", R"({"payload":{"a":{"b":"{{payload.a.b}}"}}})"},
         }) {
        subject_preview p;
        CHECK(p.shown("{{" + std::string{r.variable} + "}}") == boost::json::parse(r.example));
    }
    subject_preview p;
    CHECK(p.text("{{subscriber.firstName.x}} {{ subscriber.isOnline }} {{payload}}") == "{{subscriber.firstName.x}} true {}");
    auto const typed = p.preview_of("{{payload.o}}{{payload.l}}{{payload.o.n}}{{payload.other.n}}", "{}",
                                    R"({"properties":{"o":{"type":"object","properties":{"n":{"type":"integer"}}},"l":{"type":"array"}}})");
    CHECK(typed.at("previewPayloadExample") == boost::json::parse(R"({"payload":{"o":{"n":1},"l":[],"other":{"n":"{{payload.other.n}}"}}})"));
}

TEST_CASE("previews: what the caller gave stays as it is") {
    subject_preview p;
    std::string const given = R"({"payload":{"a":"text","items":[{"name":"N"}],"n":5,"f":false,"none":null},"context":{"tenant":"acme","region":{"id":"eu"}}})";
    boost::json::value const as_given = boost::json::parse(given);
    struct row { char const *subject, *text; };
    for (row const& r : {
             row{"Hi {{payload.items.0.name}} {{payload.a.b}}", "Hi N {{payload.a.b}}"}, {"{{payload.items[0].name}}", "N"}, {"{{payload.items[0]}}", R"({"name":"N"})"},
             {"{{payload.items.1.name}}", "{{payload.items.1.name}}"}, {"{{payload.items.x}}", "{{payload.items.x}}"}, {"{{payload.n}} {{payload.f}}", "5 false"},
             {"{{ 'a' | upcase }}", "a"}, {R"({{ "a|b" | upcase }})", "a|b"}, {"{{ 42 }} {{ true }} {{ -1.5 | abs }}", "42 true -1.5"}, {"{{ a b }}", "{{ a b }}"},
             {"{{}}|{{ }}", "|"}, {"{{payload..a}}", "{{payload..a}}"}, {"{{.payload}}", "{{.payload}}"},
             {"{{context.tenant}} {{context.tenant.data.name}} {{context.region.id}}", "acme {{context.tenant.data.name}} eu"},
         }) {
        INFO(r.subject);
        CHECK(p.text(r.subject, given) == r.text);
        CHECK(p.shown(r.subject, given) == as_given);
    }
    CHECK(p.text("{{context.tenant.id}}", given) == "acme");
    CHECK(p.shown("{{context.tenant.id}}", given).at("context").at("tenant") == boost::json::object{{"id", "acme"}});
    CHECK(p.shown("{{payload.none}}", given).at("payload").at("none") == "{{payload.none}}");
    CHECK(p.shown("{{payload.none.x}}", given).at("payload").at("none") == boost::json::object{{"x", "{{payload.none.x}}"}});
    CHECK(p.shown("{{payload.items[0].size}}", given).at("payload").at("items") == boost::json::parse(R"([{"name":"N","size":"{{payload.items[0].size}}"}])"));
    CHECK(p.shown("{{context.region.data.name}}", given).at("context").at("region") == boost::json::parse(R"({"id":"eu","data":{"name":"{{context.region.data.name}}"}})"));
}

TEST_CASE("previews: what stands before a {{ that is not closed stands there once") {
    subject_preview p;
    for (auto [subject, text] : {std::pair{"abc {{x", "abc {{x"}, {"{{", "{{"}, {"a {{payload.a}} b {{ c", "a A b {{ c"}}) {
        auto const result = p.preview_of(subject, R"({"payload":{"a":"A"}})").at("result");
        CHECK(result.at("preview").at("subject") == text);
        CHECK(result.at("error").at("message") == "a {{ is not closed in subject");
    }
}

TEST_CASE("step ids that are made from names are unique and never empty") {
    fake_novu fake;
    client c{fake_transport{fake}, {.secret_key = "test-secret-key"}};
    auto ids = [](workflow const& w) {
        std::vector<std::string> out;
        for (auto const& s : w.steps) out.emplace_back(common(s).step_id);
        return out;
    };
    auto const twins = c.workflows.create({.name = "T", .workflow_id = "twins", .steps = {sms_step{.name = "Text"}, sms_step{.name = "Text"}, sms_step{.name = "text!"}}});
    REQUIRE(twins);
    auto const made = ids(twins->value);
    CHECK(made[0] == "text");
    CHECK(made[1] == "text-" + std::string{common(twins->value.steps[1]).id.substr(20)});
    CHECK(made[2].starts_with("text-"));
    CHECK(made[1] != made[2]);
    CHECK(c.workflows.steps.retrieve("twins", made[2]));

    // against those that are there, too, whether or not they stay
    auto const more = c.workflows.update("twins", {.name = "T", .steps = {sms_step{.name = "Text"}}, .preferences = preferences{}});
    REQUIRE(more);
    CHECK(ids(more->value)[0].starts_with("text-"));

    auto const given = c.workflows.create({.name = "T", .workflow_id = "given", .steps = {sms_step{.name = "A", .step_id = "x"}, sms_step{.name = "X"}, sms_step{.name = "B", .step_id = "x"}}});
    REQUIRE(!given);
    CHECK(given.error().status == 400);
    CHECK(given.error().dto()->message == "Duplicate stepIds are not allowed: x");

    auto const nameless = c.workflows.create({.name = "漢字", .workflow_id = "kanji", .steps = {sms_step{.name = "漢字"}, sms_step{.name = "!!!"}}});
    REQUIRE(nameless);
    CHECK(nameless->value.slug.starts_with(nameless->value.id.substr(20) + "_wf_"));
    for (auto const& s : nameless->value.steps) {
        CHECK(common(s).step_id == common(s).id.substr(20));
        CHECK(common(s).slug.starts_with(std::string{common(s).step_id} + "_st_"));
        CHECK(c.workflows.steps.retrieve("kanji", common(s).slug));
    }
}

TEST_CASE("replacing: a step that is there keeps its step id, whatever is sent") {
    fake_novu fake;
    client c{fake_transport{fake}, {.secret_key = "test-secret-key"}};
    auto const w = c.workflows.create({.name = "W", .workflow_id = "w", .steps = {sms_step{.name = "Text"}}});
    REQUIRE(w);
    std::string const id{common(w->value.steps[0]).id};
    auto const after = c.workflows.update("w", {.name = "W", .steps = {sms_step{.name = "Other", .id = id, .step_id = "renamed"}}, .preferences = preferences{}});
    REQUIRE(after);
    CHECK(common(after->value.steps[0]).id == id);
    CHECK(common(after->value.steps[0]).step_id == "text");
    CHECK(common(after->value.steps[0]).name == "Other");
}

TEST_CASE("queries as browsers and other clients write them") {
    fake_novu fake;
    client c{fake_transport{fake}, {.secret_key = "test-secret-key"}};
    REQUIRE(c.workflows.create({.name = "Order shipped", .workflow_id = "a", .steps = empty_list, .tags = {"x y", "z"}}));
    REQUIRE(c.workflows.create({.name = "Order+shipped", .workflow_id = "b", .steps = empty_list, .tags = {"z"}}));
    auto total = [&](std::string const& query) { return json_of(raw(fake, http::method::get, "/v2/workflows?" + query)).at("data").at("totalCount").to_number<int>(); };
    CHECK(total("query=Order+shipped") == 1);
    CHECK(total("query=Order%2Bshipped") == 1);
    CHECK(total("query=order") == 2);
    CHECK(total("tags[]=x+y") == 1);
    CHECK(total("tags%5B%5D=x%20y&tags[]=z") == 2);
    CHECK(total("status[]=ACTIVE") == 0);
    CHECK(raw(fake, http::method::get, "/v2/workflows/a+b").status == 404); // a path has no such rule
    CHECK(json_of(raw(fake, http::method::get, "/v2/workflows/a+b")).at("workflowId") == "a+b");
}

TEST_CASE("no body has an infinity or a NaN") {
    fake_novu fake;
    auto const limit = raw(fake, http::method::get, "/v2/workflows?limit=1e400&offset=-1e400");
    CHECK(limit.status == 422);
    CHECK(json_of(limit).at("errors").at("limit").at("value").is_null());
    CHECK(json_of(limit).at("errors").at("offset").at("value").is_null());
    CHECK(limit.body.find("e9999") == std::string::npos);
    auto const made = raw(fake, http::method::post, "/v2/workflows",
                          R"({"name":"W","workflowId":"w","steps":[{"type":"email","name":"E"}],"payloadSchema":{"most":1e400,"least":[-1e400]}})");
    CHECK(json_of(made).at("data").at("payloadSchema") == boost::json::parse(R"({"most":null,"least":[null]})"));
    auto const preview = raw(fake, http::method::post, "/v2/workflows/w/step/e/preview",
                             R"({"controlValues":{"subject":"{{payload.n}} {{payload}}"},"previewPayload":{"payload":{"n":1e400}}})");
    CHECK(json_of(preview).at("data").at("result").at("preview").at("subject") == R"(null {"n":null})");
    CHECK(preview.body.find("e9999") == std::string::npos);
}
