// What a logical call's functions do, those that are no templates: see novu/detail/inline.hpp.
#pragma once

#include <novu/call/decode_error.hpp>
#include <novu/call/encode.hpp>
#include <novu/call/machine.hpp>
#include <novu/call/retry_after.hpp>
#include <novu/call/shown.hpp>
#include <novu/detail/inline.hpp>
#include <novu/version.hpp>

#include <boost/core/no_exceptions_support.hpp>
#include <boost/system/system_error.hpp>

#if __has_include(<sys/random.h>)
#include <sys/random.h>
#endif

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <initializer_list>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace novu::detail {

NOVU_DETAIL_INLINE void fill_random(void* to, std::size_t size) {
#if __has_include(<sys/random.h>)
    if (::getentropy(to, size) == 0) return;
#endif
    std::random_device device;
    for (auto* byte = static_cast<unsigned char*>(to); size != 0; --size) *byte++ = static_cast<unsigned char>(device());
}

NOVU_DETAIL_INLINE void return_buffers::operator()(call_buffers* buffers) const noexcept { to->give_back(buffers); }

NOVU_DETAIL_INLINE void append_key(std::string& key, std::array<std::uint64_t, 2> const& bits) {
    char digits[32];
    char* to = digits;
    for (std::uint64_t word : bits)
        for (int i = 0; i != 16; ++i, word >>= 4) *to++ = "0123456789abcdef"[word & 15];
    key.append(digits, sizeof digits);
}

NOVU_DETAIL_INLINE call_plan begin_plan(call_shared const& client, http::method method, int success, std::string_view path, std::initializer_list<std::string_view> ids,
                                        call_options const& options) {
    call_plan out{.method = method, .success = success, .buffers = take_buffers(client), .retries = options.retries.value_or(client.options.retries),
                  .timeout = bounded(options.timeout.value_or(client.options.timeout)), .total_timeout = bounded(options.total_timeout.value_or(client.options.total_timeout)),
                  .headers = options.headers, .stop = options.stop, .memory = options.memory};
    out.retries.max_elapsed_time = bounded(out.retries.max_elapsed_time);
    call_buffers& buffers = *out.buffers;
    out.own_key = !options.idempotency_key;
    if (out.own_key) append_key(buffers.key, client.random<2>());
    else buffers.key = *options.idempotency_key;
    if (options.server.empty()) buffers.url = client.base_url;
    else http::assign_base_url(buffers.url, options.server);
    out.has_server = !buffers.url.empty();
    if (result<void> done = append_path(buffers.url, path, ids); !done) out.refused = std::make_unique<error>(std::move(done).error());
    return out;
}

NOVU_DETAIL_INLINE void end_plan(call_plan& plan, std::string_view server, result<void>&& encoded) {
    if (!encoded) plan.refused = std::make_unique<error>(std::move(encoded).error());
    if (plan.has_server || plan.refused) return; // in words that hold no password
    plan.refused = std::make_unique<error>(invalid_request((server.find('@') == server.npos ? in_quotes(server) : "what has a user or a password") + " is no http or https base URL"));
}

NOVU_DETAIL_INLINE call_machine::call_machine(std::shared_ptr<call_shared const> client, call_plan plan) : client_{std::move(client)}, plan_{std::move(plan)} {
    if (auto refused = prepare()) finish(std::move(*refused));
}

NOVU_DETAIL_INLINE call_machine::call_machine(call_machine&&) noexcept = default;
NOVU_DETAIL_INLINE call_machine::~call_machine() = default;

NOVU_DETAIL_INLINE bool call_machine::succeeds(http::response const& head) const {
    return head.status == plan_.success && (plan_.success == 204 || is_json(head.headers.get("content-type").value_or("application/json")));
}

NOVU_DETAIL_INLINE call_action call_machine::poll(time_point now) {
    now_ = now;
    if (!started_) started_ = now;
    if (state_ != state::done && plan_.stop.stop_requested()) cancel();
    switch (state_) {
    case state::done: return {call_action::done};
    case state::waiting:
        if (now < until_) return {call_action::wait, until_};
        [[fallthrough]];
    case state::ready: return begin_attempt(now);
    case state::sending:
        if (now < until_) return {call_action::wait, until_};
        // What was asked of the transport may still look at its request.
        abandoned_.push_back(std::move(plan_.buffers));
        plan_.buffers = take_buffers(*client_);
        buffers() = *abandoned_.back();
        failed(transport_error(std::make_error_code(std::errc::timed_out), true), now);
        return poll(now);
    }
    return {call_action::done};
}

NOVU_DETAIL_INLINE void call_machine::received(http::response response, time_point now) {
    if (state_ != state::sending) return;
    sent_ = true;
    note_attempt({.status = response.status}, now, &response.headers);
    bool const replayed = is_replayed(response.headers);
    if (succeeds(response)) {
        response_ = std::move(response);
        replayed_ = replayed;
        error_.reset();
        return finish();
    }
    hide().in(response);
    error e;
    e.status = response.status;
    e.kind = e.status >= 400 && e.status < 600 ? error_kind::api : error_kind::unexpected_response;
    e.headers = std::move(response.headers);
    e.body = std::move(response.body);
    e.sent = true;
    if (e.kind == error_kind::unexpected_response) {
        explain_unexpected(e, plan_.success);
        return finish(std::move(e));
    }
    decode_error(e);
    if (replayed) {
        add_note(e, "Novu stored this answer under the idempotency key and gives it again for 24 hours: mend the cause and call again with a new key");
        return finish(std::move(e), stop_reason::replayed);
    }
    bool const again = e.status == 408 || e.status == 429 || e.status >= 500 || (e.status == 409 && e.headers.contains("retry-after"));
    if (!again) {
        explain_refusal(e);
        return finish(std::move(e));
    }
    auto const wanted = wanted_wait(e.headers, client().clock);
    retry(std::move(e), wanted, now);
}

NOVU_DETAIL_INLINE void call_machine::failed(error e, time_point now) {
    if (state_ != state::sending) return;
    hide().in(e.note);
    sent_ = sent_ || e.sent;
    note_attempt({.cause = e.cause}, now, nullptr);
    if (e.kind == error_kind::cancelled) return finish(std::move(e), stop_reason::cancelled);
    bool const connection = e.kind == error_kind::transport || e.kind == error_kind::timeout;
    if (e.permanent || !connection || !plan_.retries.retry_connection_errors) return finish(std::move(e));
    retry(std::move(e), std::nullopt, now);
}

NOVU_DETAIL_INLINE void call_machine::retry(error e, std::optional<std::chrono::milliseconds> wanted, time_point now) {
    bool const unsafe = plan_.method == http::method::post || plan_.method == http::method::patch;
    if (unsafe && e.sent && !plan_.retries.resend_posts) {
        add_note(e, "it may have reached Novu; resend_posts is off");
        return finish(std::move(e), stop_reason::not_repeatable);
    }
    if (plan_.retries.max_attempts != 0 && attempts() >= plan_.retries.max_attempts) return finish(std::move(e), stop_reason::attempts_exhausted);
    auto const wait = wanted ? *wanted : back_off(plan_.retries, attempts() - 1, client_->random<1>()[0]);
    bool const after_total = plan_.total_timeout.count() != 0 && now + wait >= *started_ + plan_.total_timeout;
    bool const after_elapsed = plan_.retries.max_elapsed_time.count() != 0 && now + wait > *started_ + plan_.retries.max_elapsed_time;
    if (after_total || after_elapsed) {
        if (wanted) add_note(e, "Novu asks to wait " + std::to_string(wanted->count()) + " ms, which is more than this call may take");
        return finish(std::move(e), stop_reason::time_exhausted);
    }
    waited_ = wait;
    until_ = now + wait;
    state_ = state::waiting;
    error_ = std::make_unique<error>(std::move(e));
    tell<retry_scheduled>(wait);
}

NOVU_DETAIL_INLINE void call_machine::give_up(error e) {
    if (state_ == state::done) return;
    hide().in(e.note);
    if (state_ == state::sending) note_attempt({.cause = e.cause}, now_, nullptr);
    stop_reason const why = e.kind == error_kind::cancelled ? stop_reason::cancelled : stop_reason::permanent;
    if (error_) { // what was said so far is not lost
        e.status = error_->status;
        e.headers = std::move(error_->headers);
        e.body = std::move(error_->body);
        e.decoded = std::move(error_->decoded);
    }
    finish(std::move(e), why);
}

NOVU_DETAIL_INLINE result<http::response> call_machine::outcome() {
    if (error_) return failure{std::move(*error_)};
    return std::move(response_);
}

NOVU_DETAIL_INLINE error call_machine::undecodable(http::response&& response, std::string_view why, bool is_piece) {
    hide().in(response);
    if (is_piece) hide().at_the_ends_of(response.body);
    error e;
    e.kind = error_kind::undecodable;
    e.status = response.status;
    e.headers = std::move(response.headers);
    e.body = std::move(response.body);
    e.sent = true;
    e.note = why;
    hide().in(e.note);
    if (is_piece) add_note(e, "it was decoded as it arrived, and the body kept is the piece that came last");
    e.attempts = buffers().attempts;
    return e;
}

NOVU_DETAIL_INLINE void call_machine::finished(error const* e) const {
    if (!summary_) return;
    if (!e) return tell<call_finished>(nullptr);
    error shown{.kind = e->kind, .status = e->status, .cause = e->cause, .attempts = e->attempts, .stopped = e->stopped, .sent = e->sent,
                .permanent = e->permanent};
    if (e->kind != error_kind::unexpected_response && e->kind != error_kind::undecodable) shown.note = e->note; // which quote what came
    for (http::field f : shown_headers(e->headers)) shown.headers.add(f.name, f.value);
    tell<call_finished>(&shown);
}

NOVU_DETAIL_INLINE bool call_machine::is_replayed(http::headers const& h) {
    return http::iequals(h.get("idempotency-replay").value_or(""), "true") || http::iequals(h.get("idempotent-replay").value_or(""), "true");
}

NOVU_DETAIL_INLINE std::optional<error> call_machine::prepare() {
    if (client().on_event) summary_ = std::make_unique<request_summary>(request_summary{plan_.method, shown_url(buffers().url), {}, 1});
    if (plan_.refused) return std::move(*plan_.refused);
    retry_policy const& policy = plan_.retries;
    for (auto const& [name, duration] : {std::pair{"timeout", plan_.timeout}, {"total_timeout", plan_.total_timeout}, {"max_elapsed_time", policy.max_elapsed_time},
                                         {"initial_interval", policy.initial_interval}, {"max_interval", policy.max_interval}})
        if (duration.count() < 0) return invalid_request(std::string{name} + " is negative");
    if (!std::isfinite(policy.exponent) || policy.exponent < 0) return invalid_request("exponent is negative, or no finite number");
    if (!client().secret_key_provider && bare_key(client().secret_key).empty())
        return invalid_request("there is no secret key: set client_options::secret_key or the environment variable NOVU_SECRET_KEY");
    std::string_view key = buffers().key;
    bool own_key = plan_.own_key;
    for (std::vector<http::header> const* list : {&client().headers, &std::as_const(plan_.headers)})
        for (http::header const& h : *list) {
            if (auto refused = check_header(h)) return refused;
            if (http::iequals(h.name, "idempotency-key")) key = h.value, own_key = false;
        }
    if (!own_key && (key.empty() || key.size() > 255)) return invalid_request("an idempotency key has 1 to 255 characters");
    if (!own_key && !http::is_header_value(key)) return invalid_request("the idempotency key has a character that no header can carry");
    if (summary_) summary_->idempotency_key = key;
    return std::nullopt;
}

NOVU_DETAIL_INLINE void call_machine::assemble_headers() {
    call_buffers& b = buffers();
    std::vector<http::field>& all = b.fields;
    all.clear();
    all.reserve(5 + client().headers.size() + plan_.headers.size() - b.body().empty());
    all.push_back({"authorization", b.authorization});
    all.push_back({"accept", "application/json"});
    all.push_back({"user-agent", "novu-cpp/" NOVU_VERSION_STRING});
    all.push_back({"idempotency-key", b.key});
    if (!b.body().empty()) all.push_back({"content-type", "application/json"});
    for (std::vector<http::header> const* list : {&client().headers, &std::as_const(plan_.headers)}) {
        std::erase_if(all, [&](http::field own) {
            return std::ranges::any_of(*list, [&](http::header const& h) { return http::iequals(own.name, h.name); });
        });
        all.insert(all.end(), list->begin(), list->end());
    }
}

NOVU_DETAIL_INLINE std::optional<error> call_machine::check_header(http::header const& h) {
    if (!http::is_header_name(h.name)) return invalid_request(in_quotes(h.name) + " is no name of a header");
    for (std::string_view framing : {"host", "content-length", "transfer-encoding", "connection"})
        if (http::iequals(h.name, framing)) return invalid_request("the header " + h.name + " is the transport's to write");
    if (!http::is_header_value(h.value)) return invalid_request("the header " + h.name + " has a character that no header can carry");
    return std::nullopt;
}

NOVU_DETAIL_INLINE redaction call_machine::hide() const {
    std::string_view secret;
    for (http::field h : buffers().fields)
        if (http::iequals(h.name, "authorization")) {
            secret = bare_key(h.value);
            if (h.value.data() != buffers().authorization.data()) secret.remove_prefix(secret.rfind(' ') + 1); // behind the caller's own scheme
        }
    return redaction{secret};
}

NOVU_DETAIL_INLINE call_action call_machine::begin_attempt(time_point now) {
    bool const late = attempts() != 0 && plan_.retries.max_elapsed_time.count() != 0 && now > *started_ + plan_.retries.max_elapsed_time;
    if (late || (plan_.total_timeout.count() != 0 && now >= *started_ + plan_.total_timeout)) {
        finish(out_of_time(), stop_reason::time_exhausted);
        return {call_action::done};
    }
    std::string given;
    std::string_view gave = "gave none";
    BOOST_TRY {
        if (client().secret_key_provider) given = client().secret_key_provider();
    }
    BOOST_CATCH(...) { gave = "threw"; }
    BOOST_CATCH_END
    std::string_view const secret = bare_key(client().secret_key_provider ? given : client().secret_key);
    if (secret.empty() || !http::is_header_value(secret)) {
        give_up(invalid_request(secret.empty() ? "there is no secret key: secret_key_provider " + std::string{gave}
                                               : "the secret key has a character that no header can carry"));
        return {call_action::done};
    }
    call_buffers& b = buffers();
    b.authorization.assign("ApiKey ").append(secret);
    assemble_headers();
    std::chrono::milliseconds limit = plan_.timeout;
    if (plan_.total_timeout.count() != 0) {
        auto const left = ceil(*started_ + plan_.total_timeout - now);
        if (limit.count() == 0 || left < limit) limit = left;
    }
    b.request = {plan_.method, b.url, b.fields, b.body(), limit, plan_.stop, sink_};
    until_ = limit.count() != 0 ? now + limit : (time_point::max)();
    sent_at_ = now;
    state_ = state::sending;
    if (summary_) summary_->attempt = attempts() + 1;
    tell<attempt_started>(limit);
    return {call_action::send, until_, &b.request};
}

NOVU_DETAIL_INLINE void call_machine::note_attempt(attempt a, time_point now, http::headers const* headers) {
    a.waited = waited_;
    a.took = std::chrono::duration_cast<std::chrono::milliseconds>(now - sent_at_);
    buffers().attempts.push_back(a);
    if (!summary_) return;
    http::headers clean = headers ? *headers : http::headers{};
    hide().in(clean);
    std::vector<http::field> const shown = shown_headers(clean);
    tell<attempt_finished>(buffers().attempts.back(), shown);
}

NOVU_DETAIL_INLINE error call_machine::out_of_time() {
    if (error_) return std::move(*error_);
    return transport_error(std::make_error_code(std::errc::timed_out), false);
}

NOVU_DETAIL_INLINE void call_machine::explain_unexpected(error& e, int expected) {
    if (e.status >= 300 && e.status < 400) {
        add_note(e, "redirects are not followed, since the secret key would go along; the location is " +
                        in_quotes(e.headers.get("location").value_or("not given")) + ": check the server's base URL");
    } else if (e.status != expected) {
        add_note(e, "expected status " + std::to_string(expected));
    } else {
        add_note(e, "content type " + in_quotes(e.headers.get("content-type").value_or("not given")) + ": is this Novu's API?");
    }
}

NOVU_DETAIL_INLINE void call_machine::explain_refusal(error& e) {
    if (e.status == 401) add_note(e, "check the secret key, and that it is this server's");
    else if (e.status == 403) add_note(e, "the secret key may not do this");
    else if (e.status == 404) add_note(e, "check the id, and that the secret key is of its environment");
    else if (e.status == 409) add_note(e, "a conflict with what is there: calling again changes nothing until it is resolved");
}

NOVU_DETAIL_INLINE void call_machine::finish(error e, stop_reason why) {
    e.stopped = why;
    e.sent = e.sent || sent_; // in any attempt
    e.attempts = buffers().attempts; // copied: the next call has room for its own
    error_ = std::make_unique<error>(std::move(e));
    state_ = state::done;
}

NOVU_DETAIL_INLINE std::chrono::milliseconds left(call_action const& next, call_machine const& call) {
    auto const time = std::chrono::ceil<std::chrono::milliseconds>(next.until - call.client().clock.steady());
    return (std::max)(time, std::chrono::milliseconds{0});
}

NOVU_DETAIL_INLINE void answer(call_machine& call, result<http::response>&& came) {
    auto const now = call.client().clock.steady();
    if (came) call.received(std::move(*came), now);
    else call.failed(std::move(came).error(), now);
}

NOVU_DETAIL_INLINE void give_up(call_machine& call, result<void>&& waited) { call.give_up(std::move(waited).error()); }

NOVU_DETAIL_INLINE std::string what_was_thrown() {
#if defined(__cpp_exceptions)
    try {
        throw;
    } catch (std::exception const& x) {
        return x.what();
    } catch (...) {
    }
#endif
    return "something that is no std::exception";
}

NOVU_DETAIL_INLINE void threw(call_machine& call, call_action const& next) {
    error e = transport_error(std::make_error_code(std::errc::io_error), true);
#if defined(__cpp_exceptions)
    try {
        throw;
    } catch (boost::system::system_error const& x) {
        e = transport_error(x.code(), true);
    } catch (std::system_error const& x) {
        e = transport_error(x.code(), true);
    } catch (...) {
    }
#endif
    e.permanent = true; // a fault of the program, which trying again would not mend
    if (e.kind != error_kind::cancelled) e.note = "the transport threw: " + what_was_thrown(); // as Asio does where a coroutine is cancelled
    if (next.kind == call_action::send) answer(call, failure{std::move(e)});
    else call.give_up(std::move(e));
}

} // namespace novu::detail
