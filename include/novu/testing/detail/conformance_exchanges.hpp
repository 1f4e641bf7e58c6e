// Checks of one exchange with a healthy server: that what is sent arrives, and what is answered comes back.
#pragma once

#include <novu/testing/detail/conformance_trial.hpp>
#include <novu/testing/serve.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace novu::testing::conformance {

// Requests.

inline void method_target_and_body(trial& t) {
    std::string const all_bytes = [] {
        std::string out;
        for (int i = 0; i != 256; ++i) out += static_cast<char>(i);
        return out;
    }();
    heard by;
    auto server = t.server({by.answering(ok("{}"))});
    for (std::string const& target : {std::string{"/"}, std::string{"/v2/workflows"}, std::string{"/a%2Fb%3Fc"}, std::string{"/%2E%2E/%2e/x"}, std::string{"//two"},
                                      std::string{"/it's(a)*test!~"}, std::string{"/%22quoted%22?q=%27%22&tags=a&tags=b"}, std::string{"/gr%C3%B6%C3%9Fe?a+b=c%20d"},
                                      std::string{"/?"}, std::string{"/x;y=1,2:3@4$5&6=7"}, "/long?q=" + std::string(4000, 'q')}) {
        if (!t.worked("GET " + shown(target), t.get(server.url() + target))) continue;
        t.expect_text("the request line", "GET " + target + " HTTP/1.1", by.last().substr(0, by.last().find("\r\n")));
    }
    for (http::method m : {http::method::get, http::method::post, http::method::put, http::method::patch, http::method::delete_})
        for (std::string const& body : {std::string{}, std::string{R"({"a":1})"}, all_bytes}) {
            if (body.empty() != (m == http::method::get || m == http::method::delete_)) continue; // as the library asks
            std::string const what = std::string{to_string(m)} + " with a body of " + std::to_string(body.size()) + " bytes";
            if (!t.worked(what, t.send({m, server.url() + "/x", {}, body, t.soon()}))) continue;
            t.expect_text(what + ", the request line", std::string{to_string(m)} + " /x HTTP/1.1", by.last().substr(0, by.last().find("\r\n")));
            t.expect_text(what + ", the body", body, by.last().substr(by.last().find("\r\n\r\n") + 4));
        }
}

inline void headers_arrive(trial& t) {
    heard by;
    auto server = t.server({by.answering(ok("{}"))});
    std::string const large(4000, 'v');
    std::vector<http::field> fields{{"accept", "application/json"}, {"authorization", "ApiKey x y"}, {"user-agent", "novu-cpp/test"}, {"content-type", "application/json"},
                                    {"X-MiXeD-Case", "Kept As It Is"}, {"x-empty", ""}, {"x-odd", "a,b; c=\"d\" ~!#$%&'*+-.^_`|"}, {"x-utf-8", "gr\xc3\xb6\xc3\x9f" "e"},
                                    {"x-large", large}, {"idempotency-key", "0123456789abcdef"}, {"x-twice", "1"}, {"x-twice", "2"}};
    if (!t.worked("a request with 12 headers", t.send({http::method::post, server.url(), fields, "{}", t.soon()}))) return;
    for (http::field f : fields) {
        if (f.name == "x-twice") f.value = "1, 2";
        t.expect_header("the request", by.last(), f.name, f.value);
    }
}

inline void host_and_content_length(trial& t) {
    heard by;
    auto server = t.server({by.answering(ok("{}"))});
    std::string const host = "127.0.0.1:" + std::to_string(server.port());
    if (t.worked("GET", t.get(server.url() + "/"))) t.expect_header("GET", by.last(), "host", host);
    if (!t.worked("POST", t.post(server.url() + "/", R"({"a":1})"))) return;
    t.expect_header("POST", by.last(), "host", host);
    t.expect_header("POST", by.last(), "content-length", "7");
    t.expect_header("POST", by.last(), "transfer-encoding", {});
}

inline void encodings(trial& t) {
    using namespace std::string_view_literals;
    // "plain" in the two forms that can be asked for
    constexpr std::string_view gzip = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\x2b\xc8\x49\xcc\xcc\x03\x00\xcf\x62\x20\x19\x05\x00\x00\x00"sv;
    constexpr std::string_view deflate = "\x78\xda\x2b\xc8\x49\xcc\xcc\x03\x00\x06\x48\x02\x15"sv;
    heard by;
    auto server = t.server({[&](peer& p) {
        by.add(p.request());
        std::string const asked = peer::header_of(by.last(), "accept-encoding").value_or("");
        if (asked.find("gzip") != asked.npos) p.send(ok(gzip, "Content-Encoding: gzip\r\n"));
        else if (asked.find("deflate") != asked.npos) p.send(ok(deflate, "Content-Encoding: deflate\r\n"));
        else p.send(ok("plain"));
    }});
    auto const got = t.get(server.url());
    t.answered("an answer to a request with Accept-Encoding " + shown(peer::header_of(by.last(), "accept-encoding").value_or("")), got, 200, "plain");
}

inline void nothing_carries_over(trial& t) {
    heard by;
    auto server = t.server({by.answering(ok("{}", "Set-Cookie: session=1; Path=/\r\nWWW-Authenticate: Basic\r\n"))});
    http::field const fields[] = {{"x-first", "1"}, {"content-type", "application/json"}};
    t.worked("the first request, a POST", t.send({http::method::post, server.url() + "/first", fields, "{}", t.soon()}));
    if (!t.worked("the second request, a GET", t.get(server.url() + "/second"))) return;
    t.expect(by.last().starts_with("GET /second ") && by.last().ends_with("\r\n\r\n"), "the second request: expected a GET without a body, got " + shown(by.last()));
    for (char const* name : {"cookie", "x-first", "content-type", "referer"}) t.expect_header("the second request", by.last(), name, {});
}

inline void large_body(trial& t) {
    echo_handler handler;
    serve server{handler};
    std::size_t const most = t.options.max_response_size, size = most != 0 && most < 1'000'100 ? most - 10 : 1'000'000;
    std::string body;
    for (int i = 0; body.size() < size; ++i) body += std::to_string(i) + '\n';
    body.resize(size);
    t.answered("a body of " + std::to_string(size) + " bytes, there and back", t.post(server.url() + "/big", body, 5 * t.soon()), 200, "/big " + body);
}

// Answers.

inline void status_is_passed_through(trial& t) {
    for (int status : {200, 201, 202, 203, 206, 299, 300, 400, 401, 402, 404, 407, 408, 409, 418, 421, 422, 425, 429, 451, 499, 500, 502, 503, 504, 507, 511, 599}) {
        std::string const body = "body of " + std::to_string(status);
        auto server = t.server({answers({"HTTP/1.1 " + std::to_string(status) + " Any Reason\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body})});
        t.answered("an answer of status " + std::to_string(status), t.get(server.url()), status, body);
        t.expect(server.connections() == 1, "status " + std::to_string(status) + ": expected one request, the transport connected " + std::to_string(server.connections()) + " times");
    }
    auto server = t.server({answers({"HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\n{}"})});
    t.answered("a status line without a reason", t.get(server.url()), 200, "{}");
}

inline void answer_headers(trial& t) {
    auto server = t.server({answers({ok("{}", "Content-Type: application/json; charset=utf-8\r\nRETRY-AFTER: 2\r\nX-Many: 1\r\nLink: <a>; rel=\"b\", <c>\r\nx-many:2\r\n"
                                              "X-Empty:\r\nX-Spaces:  \t padded \t \r\nX-Many: 3\r\nDate: Tue, 03 Mar 2026 10:00:00 GMT\r\n")})});
    auto const got = t.get(server.url());
    if (!t.answered("an answer with 9 headers", got, 200, "{}")) return;
    for (http::field f : {http::field{"content-type", "application/json; charset=utf-8"}, {"retry-after", "2"}, {"link", "<a>; rel=\"b\", <c>"}, {"x-empty", ""},
                          {"x-spaces", "padded"}, {"DATE", "Tue, 03 Mar 2026 10:00:00 GMT"}})
        if (t.expect(got->headers.contains(f.name), "the header " + std::string{f.name} + ": expected it among the answer's, it is not"))
            t.expect_text("the header " + std::string{f.name}, f.value, *got->headers.get(f.name));
    std::string many;
    for (http::field f : got->headers)
        if (http::iequals(f.name, "x-many")) many.append(many.empty() ? "" : " ").append(f.value);
    t.expect_text("the values of the header x-many, which stands three times", "1 2 3", many);
}

inline void redirects_are_not_followed(trial& t) {
    auto elsewhere = t.server({[](peer& p) { p.request(), p.answer("elsewhere"); }});
    for (int status : {301, 302, 303, 307, 308})
        for (std::string const& location : {std::string{"/other"}, elsewhere.url() + "/other"}) {
            auto server = t.server({[&](peer& p) {
                p.request();
                p.send("HTTP/1.1 " + std::to_string(status) + " Moved\r\nLocation: " + location + "\r\nContent-Length: 5\r\n\r\nmoved");
                if (!p.request().empty()) p.answer("followed");
            }, [](peer& p) { p.request(), p.answer("followed"); }});
            std::string const what = "a redirect, status " + std::to_string(status);
            auto const got = t.post(server.url() + "/from", "{}");
            if (t.answered(what, got, status, "moved")) t.expect_text(what + ", the header Location", location, got->headers.get("location").value_or(""));
            t.expect(server.connections() == 1, what + ": expected no further request");
        }
    t.expect(elsewhere.connections() == 0, "expected no connection to where the redirects lead: the secret key would go along");
}

/// The answers to requests over one connection, if it is kept: each is whole, and the next is its own.
inline void framings(trial& t, std::vector<std::pair<std::string, std::string>> const& rows, int status = 200) {
    for (auto const& [bytes, body] : rows) {
        auto server = t.server({answers({bytes, ok("next")}), answers({ok("next")})});
        t.answered("the answer " + shown(bytes), t.get(server.url()), status, body);
        t.answered("the exchange behind the answer " + shown(bytes), t.get(server.url()), 200, "next");
    }
}
inline void no_body(trial& t) {
    framings(t, {{"HTTP/1.1 204 No Content\r\n\r\n", ""}}, 204);
    framings(t, {{"HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n", ""}}, 304);
    framings(t, {{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""}, {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ""}});
    auto server = t.server({answers({"HTTP/1.1 204 No Content\r\n\r\n", ok("next")}), answers({ok("next")})});
    t.answered("204 to a DELETE", t.send({http::method::delete_, server.url(), {}, {}, t.soon()}), 204, "");
    t.answered("the exchange behind it", t.get(server.url()), 200, "next");
}
inline constexpr std::string_view chunked_head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
inline void chunked(trial& t) {
    std::string const head{chunked_head}, kilobyte(1024, 'k');
    framings(t, {{head + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "abcde"},
                 {"HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n00A\r\n0123456789\r\nb\r\n0123456789x\r\n0\r\n\r\n", "01234567890123456789x"},
                 {head + "400\r\n" + kilobyte + "\r\n2\r\n\r\n\r\n0\r\n\r\n", kilobyte + "\r\n"}});
}
inline void extensions_and_trailers(trial& t) {
    std::string const head{chunked_head};
    framings(t, {{head + "3;name=value\r\nabc\r\n2;a;b=\"c\"\r\nde\r\n0\r\n\r\n", "abcde"}, {head + "3\r\nabc\r\n0\r\nX-Trailer: 1\r\nX-Sum: 2\r\n\r\n", "abc"}});
}
inline void continued(trial& t) { framings(t, {{"HTTP/1.1 100 Continue\r\n\r\n" + ok("a"), "a"}}); }
struct collecting_sink final : http::body_sink {
    std::string body{};
    std::size_t up_to{std::string::npos}; // and refuses what is beyond
    int status{0};                        // 0: it has not begun
    bool begin(http::response const& head) noexcept override { return status = head.status, body.clear(), true; }
    bool take(std::string_view piece) noexcept override { return body.append(piece).size() <= up_to; }
};
/// A transport may give the body whole all the same; of the kinds whose exchanges may be abandoned, the library asks none.
inline result<http::response> send_with(trial& t, std::shared_ptr<collecting_sink> sink, std::string const& url) {
    bool const asks = t.over.kind() == "synchronous" || t.over.kind() == "coroutine";
    return t.send({.url = url, .timeout = 5 * t.soon()}, asks ? std::move(sink) : nullptr);
}
/// The answer of these bytes, whose body a sink may take; whether it did.
inline bool takes_pieces(trial& t, std::string const& what, std::string const& bytes, std::string const& body) {
    auto server = t.server({closes_after(bytes)});
    auto const sink = std::make_shared<collecting_sink>();
    auto got = send_with(t, sink, server.url());
    bool const took = got && sink->status != 0; // what has not ended may still have it
    if (took) {
        t.expect(sink->status == 200, "a body " + what + ": expected begin() with status 200, got " + std::to_string(sink->status));
        t.expect_text("the answer's body beside what the sink took", "", got->body);
        got->body = sink->body;
    }
    t.answered("a body " + what, got, 200, body);
    return took;
}
inline void interim_answers(trial& t) {
    framings(t, {{"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + ok("b"), "b"},
                 {"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\nX-Early: 1\r\n\r\n" + ok("c"), "c"}});
    auto server = t.server({answers({"HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n" + ok("{}", "X-Late: 2\r\n")})});
    auto const got = t.get(server.url());
    if (!t.answered("an answer behind early hints", got, 200, "{}")) return;
    std::size_t const most = t.options.max_response_size;
    std::string const body(most != 0 && most < 100'000 ? most : 100'000, 'b');
    takes_pieces(t, "behind early hints", "HTTP/1.1 103 Early Hints\r\n\r\n" + ok(body), body);
    t.expect(!got->headers.contains("x-early"), "expected the headers of the interim answer to be left out");
    t.expect(got->headers.contains("x-late"), "expected the headers of the answer itself");
}
inline void until_closed(trial& t) {
    for (std::string const& bytes : {std::string{"HTTP/1.0 200 OK\r\n\r\nuntil closed"}, std::string{"HTTP/1.1 200 OK\r\n\r\nuntil closed"},
                                     std::string{"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil closed"}}) {
        auto server = t.server({closes_after(bytes), closes_after(ok("next"))});
        t.answered("the answer " + shown(bytes), t.get(server.url()), 200, "until closed");
        t.answered("the exchange behind it", t.get(server.url()), 200, "next");
        auto lingering = t.server({[&](peer& p) { p.request(), p.send(bytes), p.finish(), p.until_closed(); }, closes_after(ok("next"))});
        t.answered("the answer " + shown(bytes) + ", whose server goes on reading", t.get(lingering.url()), 200, "until closed");
        t.answered("the exchange behind it", t.get(lingering.url()), 200, "next");
    }
}
inline void connection_close(trial& t) {
    for (std::string const& bytes : {ok("last", "Connection: close\r\n"), ok("last", "connection: Close\r\n"), std::string{"HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nlast"}}) {
        auto server = t.server({answers({bytes}), answers({ok("next")})}); // the first would not answer a second request
        t.answered("the answer " + shown(bytes), t.get(server.url()), 200, "last");
        t.answered("the exchange behind it, which needs a new connection", t.get(server.url()), 200, "next");
    }
}
inline void bytes_of_every_value(trial& t) {
    std::string body;
    for (int i = 0; i != 1024; ++i) body += static_cast<char>(i * 7);
    body += "\r\n\r\nHTTP/1.1 200 OK\r\n\r\n";
    framings(t, {{ok(body, "Content-Type: application/json\r\n"), body}, {ok(body, "Content-Type: text/html; charset=latin1\r\n"), body}});
}
inline void huge_headers(trial& t) {
    for (auto [count, size] : {std::pair{1, 60'000}, {300, 200}, {100, 2'000}}) {
        std::string headers;
        for (int i = 0; i != count; ++i) headers += "X-Huge-" + std::to_string(i) + ": " + std::string(static_cast<std::size_t>(size), 'h') + "\r\n";
        auto server = t.server({answers({ok("whole", headers)})});
        auto const got = t.get(server.url());
        std::string const what = std::to_string(count) + " headers of " + std::to_string(size) + " bytes";
        if (!got) {
            t.failed(what, got, error_kind::transport, true);
            t.remark(what + " are refused");
            continue;
        }
        t.answered(what, got, 200, "whole");
        for (int i = 0; i != count; ++i)
            if (auto value = got->headers.get("x-huge-" + std::to_string(i)); !value || value->size() != static_cast<std::size_t>(size))
                return void(t.expect(false, what + ": expected each whole or a failure, got one of " + std::to_string(value.value_or("").size()) + " bytes"));
    }
}
inline std::string in_chunks(std::string_view body, std::size_t each) {
    std::string out{chunked_head};
    for (; !body.empty(); body.remove_prefix((std::min)(each, body.size()))) {
        std::string_view const part = body.substr(0, each);
        char size[20];
        out.append(size, std::to_chars(size, std::end(size), part.size(), 16).ptr).append("\r\n").append(part).append("\r\n");
    }
    return out + "0\r\n\r\n";
}
inline void in_pieces(trial& t) {
    std::size_t const most = t.options.max_response_size, size = most != 0 && most < 300'000 ? most : 300'000;
    std::string body;
    while (body.size() < size) body += std::to_string(body.size()) + '\n';
    body.resize(size);
    bool begun = false;
    for (auto const& [what, bytes] : {std::pair{"of known length", ok(body)}, {"in small chunks", in_chunks(body, 7)}, {"in large chunks", in_chunks(body, 100'000)},
                                      {"until the connection is closed", "HTTP/1.1 200 OK\r\n\r\n" + body}})
        begun = takes_pieces(t, what, bytes, body) || begun;
    if (!begun) return t.remark("bodies are given whole");
    auto server = t.server({answers({ok(body), ok("next")}), answers({ok("next")})});
    auto const sink = std::make_shared<collecting_sink>();
    sink->up_to = 1000;
    auto const refused = send_with(t, sink, server.url());
    if (t.worked("an exchange whose sink refuses", refused)) t.expect(refused->status == 200, "an exchange whose sink refuses: expected status 200, got " + std::to_string(refused->status));
    t.answered("the exchange behind it", t.get(server.url()), 200, "next");
}
inline void over_the_limit(trial& t) {
    std::size_t const most = t.options.max_response_size;
    if (most == 0) return t.skip("conformance_options::max_response_size is not set");
    std::string const fits(most, 'x'), over(most + 1, 'x');
    for (std::string const& bytes : {ok(fits), in_chunks(fits, most)}) {
        auto server = t.server({answers({bytes})});
        auto const got = t.get(server.url(), 5 * t.soon());
        if (t.worked("a body of max_response_size", got)) t.expect(got->body == fits, "a body of max_response_size: expected it whole");
    }
    for (std::string const& bytes : {ok(over), in_chunks(over, most + 1), "HTTP/1.1 200 OK\r\n\r\n" + over}) {
        auto server = t.server({closes_after(bytes)});
        t.failed("a body one byte over max_response_size", t.get(server.url(), 5 * t.soon()), error_kind::transport, true);
    }
}
inline void dripping_within_the_time(trial& t) {
    std::string const chunk = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n";
    auto server = t.server({[&](peer& p) {
        p.request(), p.drip(ok("abcdef", "X-Slow: 1\r\n"), 1ms);
        p.request(), p.drip(chunk, 1ms), p.until_closed();
    }, [&](peer& p) { p.request(), p.drip(chunk, 1ms); }});
    t.answered("an answer, byte by byte", t.get(server.url(), 2 * t.soon()), 200, "abcdef");
    t.answered("a chunked answer, byte by byte", t.get(server.url(), 2 * t.soon()), 200, "abcdef");
}
inline void answered_too_early(trial& t) {
    std::string const answer = "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 5\r\n\r\nlarge", body(1'000'000, 'b');
    for (bool const reads : {true, false}) {
        auto server = t.server({[&](peer& p) {
            p.send(answer);
            if (reads) p.until_closed();
        }, closes_after(ok("next"))});
        auto const got = t.post(server.url(), body);
        if (got) t.answered("an answer before the request was read", got, 413, "large");
        else t.failed("an answer before the request was read", got, error_kind::transport);
        t.answered("the exchange behind it", t.get(server.url()), 200, "next");
    }
}

} // namespace novu::testing::conformance
