// URLs: building the ones the library asks for, and taking one apart for whoever has to connect.
//
//     std::string url;
//     novu::http::assign_base_url(url, "https://novu.example.com/api/");   // no trailing slash
//     novu::http::append_encoded(url += '/', "order shipped");             // .../api/order%20shipped
//     novu::http::append_query(url, "tags", "a&b");         // ...?tags=a%26b, then &... for the next
//     novu::http::url_view{url}.port();                     // "443"
#pragma once

#include <boost/url/encode.hpp>
#include <boost/url/grammar/lut_chars.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace novu::http {

/// The characters that stand unencoded in a path segment and in a query key or value: RFC 3986's
/// unreserved ones and `!'()*`, as JavaScript's encodeURIComponent and so the official SDKs have it.
inline constexpr auto component_chars = boost::urls::unreserved_chars + boost::urls::grammar::lut_chars("!'()*");

/// The same in a query, where the SDKs' URL class encodes the apostrophe too (WHATWG URL, special-query percent-encode set).
inline constexpr auto query_chars = component_chars - boost::urls::grammar::lut_chars("'");

/// Appends `text` percent-encoded, all but `kept`.
inline void append_encoded(std::string& url, std::string_view text, boost::urls::grammar::lut_chars const& kept = component_chars) {
    std::size_t const before = url.size(), size = boost::urls::encoded_size(text, kept);
    url.resize(before + size);
    boost::urls::encode(url.data() + before, size, text, kept);
}

/// Appends one query parameter, with `?` before the first and `&` before the others.
inline void append_query(std::string& url, std::string_view key, std::string_view value) {
    append_encoded(url += url.find('?') == std::string::npos ? '?' : '&', key, query_chars);
    append_encoded(url += '=', value, query_chars);
}

/// The parts of an absolute http(s) URL, as views into it.
/// Of `https://api.novu.co/v2/workflows?limit=1`: scheme `https`, host `api.novu.co`, port `443`, target
/// `/v2/workflows?limit=1`. An IPv6 address is given without its brackets.
class url_view {
public:
    url_view() = default;
    /// Precondition: `is_base_url` of what stands before the query.
    explicit constexpr url_view(std::string_view url) noexcept : url_{url} {
        std::size_t const slashes = url.find("://");
        scheme_ = url.substr(0, slashes);
        std::string_view const rest = slashes == url.npos ? std::string_view{} : url.substr(slashes + 3);
        std::size_t path = 0; // loops: the library's find_first_of takes a call a character
        while (path != rest.size() && rest[path] != '/' && rest[path] != '?' && rest[path] != '#') ++path;
        authority_ = rest.substr(0, path);
        target_ = rest.substr(path, path == rest.size() ? 0 : rest.find('#', path) - path);
        std::size_t colon = authority_.size();
        while (colon != 0 && authority_[colon - 1] != ':' && authority_[colon - 1] != ']') --colon;
        bool const has_port = colon != 0 && authority_[colon - 1] == ':';
        host_ = has_port ? authority_.substr(0, colon - 1) : authority_;
        if (has_port) port_ = authority_.substr(colon);
        if (host_.starts_with('[') && host_.ends_with(']')) host_ = host_.substr(1, host_.size() - 2);
    }

    [[nodiscard]] constexpr std::string_view scheme() const noexcept { return scheme_; }
    /// Host and port as written, for the `Host` header.
    [[nodiscard]] constexpr std::string_view authority() const noexcept { return authority_; }
    [[nodiscard]] constexpr std::string_view host() const noexcept { return host_; }
    /// The port as written, else the scheme's own: `80` or `443`.
    [[nodiscard]] constexpr std::string_view port() const noexcept {
        if (!port_.empty()) return port_;
        return scheme_ == "https" ? "443" : "80";
    }
    /// Path and query, what an origin server is asked for; `/` where the URL has no path.
    [[nodiscard]] constexpr std::string_view target() const noexcept {
        return target_.starts_with('/') ? target_ : std::string_view{"/"};
    }

private:
    std::string_view url_, scheme_, authority_, host_, port_, target_;
};

/// Whether `url` can be a server's base URL: `http` or `https`, a host, an optional numeric port, an optional
/// path without dot segments; no user, query or fragment, and no character that has no place in a URL.
constexpr bool is_base_url(std::string_view url) noexcept {
    url_view const parts{url};
    if (parts.scheme() != "http" && parts.scheme() != "https") return false;
    constexpr boost::urls::grammar::lut_chars not_here{"?#@\\\"<>^`{|}"};
    for (char each : url)
        if (auto const c = static_cast<unsigned char>(each); c <= 0x20 || c >= 0x7f || not_here(c)) return false;
    std::string_view const authority = parts.authority();
    bool const bracketed = authority.starts_with('[');
    std::string_view const rest = authority.substr((std::min)(authority.size(), parts.host().size() + (bracketed ? 2 : 0))); // `:port`, or nothing
    if (parts.host().empty() || rest == ":" || parts.host().find_first_of(bracketed ? "[]" : "[]:") != std::string_view::npos) return false;
    if (bracketed && !authority.substr(parts.host().size() + 1).starts_with(']')) return false;
    for (std::string_view path = parts.target(); !path.empty();) {
        path.remove_prefix(1);
        std::string_view const segment = path.substr(0, path.find('/'));
        if (segment == "." || segment == "..") return false;
        path.remove_prefix(segment.size());
    }
    unsigned port = 0;
    for (char c : parts.port()) {
        if (c < '0' || c > '9') return false;
        if ((port = port * 10 + static_cast<unsigned>(c - '0')) > 65535) return false;
    }
    return port != 0;
}

/// Makes `out` a base URL as requests begin with it: the scheme in lower case, without trailing slashes. False, and `out`
/// empty, where `url` is not `is_base_url`. Allocations: none that the capacity of `out` spares.
inline bool assign_base_url(std::string& out, std::string_view url) {
    while (url.ends_with('/')) url.remove_suffix(1);
    out = url;
    for (char& c : out) {
        if (c == ':') break;
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    if (!is_base_url(out)) out.clear();
    return !out.empty();
}

} // namespace novu::http
