// What a transport must do, as a test that its author runs, in any test framework or a plain main.
//
//     int main() {
//         auto const report = novu::testing::check_transport([] { return my_transport{}; });
//         std::cout << report;                     // a line a check: passed, failed and how, or skipped and why
//         return report.passed() ? 0 : 1;
//     }
//
// A synchronous transport needs no more. One of another kind needs a runner, called with what it is to run to the end:
//
//     coroutine   std::vector<task<void>>           start them all, return when all have ended
//     callback    std::function<bool()>             turn your loop until that gives true; ask it again at least every 50 ms
//     manual      std::vector<polled_call*>         poll them all, and make the exchanges they ask for, until all are done
//
//     check_transport([&] { return my_transport{loop}; }, [&](std::vector<my_task<void>> tasks) {
//         for (auto& each : tasks) loop.spawn(std::move(each));
//         loop.run();
//     });
//     check_transport([&] { return novu::manual{}; }, [&](std::vector<novu::testing::polled_call*> calls) { ... });
//
// Plain HTTP over 127.0.0.1, some ten seconds. Not covered: TLS, proxies, and how host names are looked up.
// POSIX only; needs Boost.Asio and Beast, exceptions, and OpenSSL and threads to link, whatever the transport needs.
#pragma once

#if !defined(__cpp_exceptions)
#error "novu/testing/conformance.hpp needs exceptions, as Boost.Asio does"
#elif !__has_include(<openssl/ssl.h>)
#error "novu/testing/conformance.hpp needs OpenSSL's headers (Debian: libssl-dev)"
#endif

#include <novu/testing/conformance_report.hpp>
#include <novu/testing/detail/conformance_calls.hpp>
#include <novu/testing/detail/conformance_exchanges.hpp>
#include <novu/testing/detail/conformance_faults.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace novu::testing {

namespace conformance {

struct check {
    std::string_view name;
    void (*run)(trial&);
};

/// All of them: a new one is a function and an entry.
inline constexpr check checks[] = {
    {"operation: create", operation_create},
    {"operation: list", operation_list},
    {"operation: get", operation_get},
    {"operation: update", operation_update},
    {"operation: patch", operation_patch},
    {"operation: remove", operation_remove},
    {"operation: sync", operation_sync},
    {"operation: steps.retrieve", operation_retrieve_step},
    {"operation: steps.generate_preview", operation_generate_preview},
    {"operation: ids that need encoding", odd_ids},
    {"errors: 400 to 415 and 500, as an ErrorDto", errors_as_dto},
    {"errors: 422, with its fields", errors_of_validation},
    {"errors: 429, 503 and all others, as text", errors_as_text},
    {"request: method, target and body arrive byte for byte", method_target_and_body},
    {"request: headers arrive as they are given", headers_arrive},
    {"request: Host and Content-Length", host_and_content_length},
    {"request: no encoding is asked for that is not decoded", encodings},
    {"request: nothing carries over to the next, no cookie either", nothing_carries_over},
    {"request and answer of 1 MB", large_body},
    {"answer: the status is passed through", status_is_passed_through},
    {"answer: headers, repeated ones in their order", answer_headers},
    {"answer: redirects are not followed", redirects_are_not_followed},
    {"answer: without a body", no_body},
    {"answer: chunked", chunked},
    {"answer: chunked, with extensions and trailers", extensions_and_trailers},
    {"answer: behind 100 Continue", continued},
    {"answer: behind other interim answers", interim_answers},
    {"answer: until the connection is closed, HTTP/1.0", until_closed},
    {"answer: Connection: close", connection_close},
    {"answer: in pieces, to a sink that takes them or refuses", in_pieces},
    {"answer: bytes of every value", bytes_of_every_value},
    {"answer: huge headers, whole or refused", huge_headers},
    {"answer: a body over the transport's limit", over_the_limit},
    {"answer: byte by byte, within the time-out", dripping_within_the_time},
    {"answer: before the request is read", answered_too_early},
    {"connection: refused", refused},
    {"connection: closed before the answer", [](trial& t) { cut(t, ""); }},
    {"connection: reset before the answer", [](trial& t) { cut(t, "", &peer::reset); }},
    {"connection: closed in the status line", [](trial& t) { cut(t, "HTTP/1.1 20"); }},
    {"connection: closed in the headers", [](trial& t) { cut(t, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Ty"); }},
    {"connection: closed before the body", [](trial& t) { cut(t, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"); }},
    {"connection: closed in the body", [](trial& t) { cut(t, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"); }},
    {"connection: reset in the body", [](trial& t) { cut(t, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345", &peer::reset); }},
    {"connection: closed in a chunk", [](trial& t) { cut(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"); }},
    {"connection: closed before the last chunk", [](trial& t) { cut(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"); }},
    {"connection: closed behind an interim answer", [](trial& t) { cut(t, "HTTP/1.1 100 Continue\r\n\r\n"); }},
    {"connection: garbage instead of an answer", garbage},
    {"connection: kept, and closed by the server", [](trial& t) { stale(t, &peer::finish); }},
    {"connection: kept, and reset by the server", [](trial& t) { stale(t, &peer::reset); }},
    {"connection: two answers to one request", two_answers},
    {"time-out: before the exchange", [](trial& t) { ends(t, by_time_out, when_its_time_is_over); }},
    {"time-out: while connecting", [](trial& t) { ends(t, by_time_out, while_connecting); }},
    {"time-out: while sending", [](trial& t) { ends(t, by_time_out, while_sending); }},
    {"time-out: waiting for the answer", [](trial& t) { ends(t, by_time_out, within("")); }},
    {"time-out: in the status line", [](trial& t) { ends(t, by_time_out, within("HTTP/1.1 2")); }},
    {"time-out: in the headers", [](trial& t) { ends(t, by_time_out, within("Content-Le")); }},
    {"time-out: before the body", [](trial& t) { ends(t, by_time_out, within("\r\n\r\n")); }},
    {"time-out: in the body", [](trial& t) { ends(t, by_time_out, within("ow")); }},
    {"time-out: while the answer comes byte by byte", time_out_of_drops},
    {"time-out: none where it is zero", no_time_out},
    {"time-out: of some among others", time_outs_among_others},
    {"total time-out: before the exchange", [](trial& t) { ends(t, by_total_time_out, when_its_time_is_over); }},
    {"total time-out: while connecting", [](trial& t) { ends(t, by_total_time_out, while_connecting); }},
    {"total time-out: while sending", [](trial& t) { ends(t, by_total_time_out, while_sending); }},
    {"total time-out: waiting for the answer", [](trial& t) { ends(t, by_total_time_out, within("")); }},
    {"total time-out: in the status line", [](trial& t) { ends(t, by_total_time_out, within("HTTP/1.1 2")); }},
    {"total time-out: in the headers", [](trial& t) { ends(t, by_total_time_out, within("Content-Le")); }},
    {"total time-out: before the body", [](trial& t) { ends(t, by_total_time_out, within("\r\n\r\n")); }},
    {"total time-out: in the body", [](trial& t) { ends(t, by_total_time_out, within("ow")); }},
    {"total time-out: between two attempts", total_time_out_between_attempts},
    {"stop: before the exchange", [](trial& t) { ends(t, by_stop, before_it_begins); }},
    {"stop: while connecting", [](trial& t) { ends(t, by_stop, while_connecting); }},
    {"stop: while sending", [](trial& t) { ends(t, by_stop, while_sending); }},
    {"stop: waiting for the answer", [](trial& t) { ends(t, by_stop, within("")); }},
    {"stop: in the status line", [](trial& t) { ends(t, by_stop, within("HTTP/1.1 2")); }},
    {"stop: in the headers", [](trial& t) { ends(t, by_stop, within("Content-Le")); }},
    {"stop: before the body", [](trial& t) { ends(t, by_stop, within("\r\n\r\n")); }},
    {"stop: in the body", [](trial& t) { ends(t, by_stop, within("ow")); }},
    {"stop: between two attempts", stop_between_attempts},
    {"stop: too late changes nothing", stop_too_late},
    {"stop: of one among others", stop_among_others},
    {"destruction: of the transport, while an exchange is under way", destroyed},
    {"wait: lasts as long as asked", wait_lasts},
    {"wait: ends when it is stopped", wait_is_stopped},
    {"call: tried again after 503 and after a broken connection", tried_again},
    {"call: a large answer, behind one that broke off", large_answer},
    {"call: its arguments need not live on", arguments_need_not_live_on},
    {"1,000 calls, one after another", one_after_another},
    {"many exchanges and calls at once", at_once},
};

using subjects = std::vector<std::unique_ptr<subject>>;

/// `given_up` keeps the transport where something of it has not ended.
inline check_result run_check(check const& c, std::function<std::unique_ptr<subject>(std::chrono::milliseconds)> const& make, conformance_options const& options, subjects& given_up) {
    check_result out{.name = std::string{c.name}};
    for (left_out const& each : options.skip)
        if (each.check == c.name) return out.outcome = outcome::skipped, out.words = {each.why}, out;
    auto const begun = std::chrono::steady_clock::now();
    std::unique_ptr<subject> over = make(3s * options.time_scale);
    trial t{*over, options};
    try {
        c.run(t);
    } catch (std::exception const& e) {
        t.faults.push_back("an exception came out: " + std::string{e.what()});
    } catch (...) {
        t.faults.push_back("an exception came out");
    }
    over->on_event->set(nullptr);
    for (std::string& each : over->said->take()) t.faults.push_back(std::move(each));
    out.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
    out.outcome = !t.faults.empty() ? outcome::failed : t.skipped ? outcome::skipped : outcome::passed;
    if (out.outcome == outcome::failed) out.words = std::move(t.faults);
    else if (t.skipped) out.words = {*t.skipped};
    else out.words = std::move(t.remarks);
    if (over->gave_up()) given_up.push_back(std::move(over));
    return out;
}

/// `most_kept`: descriptors that may be open afterwards.
inline conformance_report run_checks(std::function<std::unique_ptr<subject>(std::chrono::milliseconds)> const& make, conformance_options const& options, int most_kept) {
    conformance_report report;
    auto const add = [&](check_result result) {
        if (options.progress) *options.progress << result << std::flush;
        report.checks.push_back(std::move(result));
    };
    auto const known = [](std::string_view name) { return std::ranges::find(checks, name, &check::name) != std::end(checks); };
    for (left_out const& each : options.skip)
        if (!known(each.check)) add({.name = each.check, .outcome = outcome::failed, .words = {"conformance_options::skip: there is no check of this name"}});
    for (std::string const& each : options.only)
        if (!known(each)) add({.name = each, .outcome = outcome::failed, .words = {"conformance_options::only: there is no check of this name"}});
    int const before = open_descriptors();
    subjects given_up;
    for (check const& each : checks)
        if (options.only.empty() || std::ranges::find(options.only, each.name) != options.only.end()) add(run_check(each, make, options, given_up));
    given_up.clear();
    if (!options.only.empty()) return report;
    int const more = open_descriptors() - before;
    check_result leaks{.name = "descriptors: none is left open"};
    if (more > most_kept)
        leaks.outcome = outcome::failed, leaks.words = {"expected at most " + std::to_string(most_kept) + " more open descriptors than before, there are " + std::to_string(more)};
    add(std::move(leaks));
    return report;
}

} // namespace conformance

/// Runs the checks. `make()` gives the transport, or a reference to one; it is called for each check, and more often where one
/// takes more than one, while others of it live. `run` is the runner of its kind. Errors: a check that fails says so in the
/// report; nothing is thrown. Threads: servers run on their own; the transport is used from this one, but where
/// conformance_options::concurrent lets a synchronous one be used from more.
/// Stop tokens are asked from other threads. A transport that hangs for good hangs this too: options.progress shows where.
/// An exchange that a check gave up keeps what it looks at until it ends, and its transport until the last check.
template <class Make, class Run>
    requires std::invocable<Make&> && (!std::convertible_to<Run, conformance_options>)
conformance_report check_transport(Make make, Run run, conformance_options const& options = {}) {
    using made = std::invoke_result_t<Make&>;
    constexpr int most_kept = std::is_reference_v<made> || std::is_same_v<made, manual> ? 64 : 8; // by a pool that lives on; by the runner's loop
    return conformance::run_checks([&](std::chrono::milliseconds slack) { return std::make_unique<conformance::subject_of<Make, Run>>(make, run, slack); }, options, most_kept);
}
/// The same for a synchronous transport.
template <std::invocable Make> conformance_report check_transport(Make make, conformance_options const& options = {}) {
    return check_transport(std::move(make), conformance::no_runner{}, options);
}

} // namespace novu::testing
