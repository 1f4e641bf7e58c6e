#include <novu/http/request.hpp>
#include <novu/http/response.hpp>
#include <novu/result.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace novu;

TEST_CASE("headers keep their order and are found in any case") {
    http::headers h{{"Content-Type", "a"}, {"X", "1"}};
    h.add("x", "2");
    CHECK(h.get("X") == "1");
    CHECK(h.get("content-TYPE") == "a");
    CHECK(!h.get("y"));
    std::string seen;
    for (http::field f : h) seen.append(f.name).append("=").append(f.value).append(";");
    CHECK(seen == "Content-Type=a;X=1;x=2;");
    CHECK(h == http::headers{{"Content-Type", "a"}, {"X", "1"}, {"x", "2"}});
}

TEST_CASE("a header is added from what is in the same list") {
    http::headers h{{"name", "a value too long for a string to hold in place"}};
    for (int i = 0; i != 20; ++i) h.add(h[0].name, *h.get("name"));
    REQUIRE(h.size() == 21);
    for (http::field f : h) CHECK(f == http::field{"name", "a value too long for a string to hold in place"});
}

TEST_CASE("names and values that would break out of their line are told") {
    CHECK(http::is_header_name("X-Trace_1"));
    for (auto bad : {"", "a b", "a:b", "a\n", "\xc3\xa9"}) CHECK(!http::is_header_name(bad));
    CHECK(http::is_header_value("a\tb \xc3\xa9"));
    CHECK(!http::is_header_value("a\r\nb"));
    CHECK(!http::is_header_value(std::string_view{"a\0b", 3}));
}

TEST_CASE("the parts of a URL") {
    http::url_view const u{"https://[::1]:8443/api/v2/workflows?limit=1#x"};
    CHECK(u.scheme() == "https");
    CHECK(u.host() == "::1");
    CHECK(u.port() == "8443");
    CHECK(u.authority() == "[::1]:8443");
    CHECK(u.target() == "/api/v2/workflows?limit=1");
    CHECK(http::url_view{"http://a"}.port() == "80");
    CHECK(http::url_view{"https://a"}.port() == "443");
    CHECK(http::url_view{"https://a?x"}.target() == "/");
}

TEST_CASE("base URLs: with and without a path, without trailing slashes, and what is none") {
    auto const base_url = [](std::string_view url) {
        std::string out{"left over"};
        bool const good = http::assign_base_url(out, url);
        CHECK(good == !out.empty());
        return out;
    };
    CHECK(base_url("https://api.novu.co/") == "https://api.novu.co");
    CHECK(base_url("http://localhost:3000/prefix//") == "http://localhost:3000/prefix");
    CHECK(base_url("HTTPS://[::1]:8443/A") == "https://[::1]:8443/A");
    CHECK(base_url("https://x/a..b/.c") == "https://x/a..b/.c");
    for (auto bad : {"", "api.novu.co", "ftp://a", "http://", "http://a:x", "http://a:0", "http://a:70000", "http://u@a", "http://a/?q", "http://a b", "http://a\n"})
        CHECK(base_url(bad).empty());
}

TEST_CASE("a result is a value or an error") {
    using r = basic_result<int, std::string>;
    r good{3}, bad{failure{std::string{"no"}}};
    CHECK(*good == 3);
    CHECK(bad.error() == "no");
    r const as_it_is = std::string{"no"};
    CHECK(as_it_is.error() == "no");
    CHECK(bad.value_or(7) == 7);
    CHECK(*good.transform([](int i) { return i + 1; }) == 4);
    CHECK(good.and_then([](int) { return r{failure{std::string{"later"}}}; }).error() == "later");
    CHECK(bad.transform([](int i) { return i; }).error() == "no");
    CHECK(basic_result<void, std::string>{}.has_value());
}
