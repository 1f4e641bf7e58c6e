// What of a call may be shown, in errors and to observers: nothing with the secret key in it, and of URLs and headers only
// what cannot be private.
#pragma once

#include <novu/http/headers.hpp>
#include <novu/http/response.hpp>
#include <novu/json/read.hpp>
#include <novu/json/write.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace novu::detail {

/// A secret key without `ApiKey ` in front and white space around; what is in files and variables may have both.
inline std::string_view bare_key(std::string_view key) {
    auto const trim = [&] {
        while (!key.empty() && std::string_view{" \t\r\n"}.find(key.front()) != key.npos) key.remove_prefix(1);
        while (!key.empty() && std::string_view{" \t\r\n"}.find(key.back()) != key.npos) key.remove_suffix(1);
    };
    trim();
    if (key == "ApiKey" || key.starts_with("ApiKey ")) key.remove_prefix(6), trim();
    return key;
}

/// Takes a secret out of what a server sent back; not one that is so short that it may stand anywhere for itself. Looks at
/// the secret.
class redaction {
public:
    explicit redaction(std::string_view secret) : secret_{secret.size() < shortest ? std::string_view{} : secret} {}

    void in(std::string& text) const {
        if (secret_.empty()) return;
        for (std::size_t at = 0; (at = text.find(secret_, at)) != text.npos; at += instead.size()) text.replace(at, secret_.size(), instead);
    }
    void in(http::headers& headers) const {
        if (secret_.empty()) return;
        http::headers clean;
        for (http::field f : headers) {
            std::string value{f.value};
            in(value);
            clean.add(f.name, value);
        }
        headers = std::move(clean);
    }
    void in(http::response& response) const {
        in(response.body);
        in(response.headers);
        if (secret_.empty() || response.body.find('\\') == response.body.npos) return;
        auto const document = json::read<boost::json::value>(response.body); // the secret may be spelled with escapes
        std::string const plain = document ? json::write(*document).value_or("") : "";
        std::string clean = plain;
        in(clean);
        if (clean != plain) response.body = std::move(clean);
    }
    /// Of a piece of what a server sent back, the parts of the secret that it may begin and end with.
    void at_the_ends_of(std::string& piece) const {
        for (std::size_t n = secret_.size(); n-- > shortest;)
            if (piece.starts_with(secret_.substr(secret_.size() - n))) piece.replace(0, n, instead);
        for (std::size_t n = secret_.size(); n-- > shortest;)
            if (piece.ends_with(secret_.substr(0, n))) piece.replace(piece.size() - n, n, instead);
    }

private:
    static constexpr std::size_t shortest = 8;
    static constexpr std::string_view instead = "[secret key]";
    std::string_view secret_;
};

/// The URL as events show it: of the query only what cannot be private.
inline std::string shown_url(std::string_view url) {
    std::size_t at = url.find('?');
    std::string out{url.substr(0, at)};
    char separator = '?';
    while (at != url.npos) {
        std::size_t const next = url.find('&', at + 1);
        std::string_view const parameter = url.substr(at + 1, next == url.npos ? next : next - at - 1);
        at = next;
        for (std::string_view shown : {"limit=", "offset=", "orderBy=", "orderDirection=", "status="})
            if (parameter.starts_with(shown)) {
                out.append(1, separator).append(parameter);
                separator = '&';
            }
    }
    return out;
}

/// The headers of a response that events show. Views of them.
inline std::vector<http::field> shown_headers(http::headers const& headers) {
    std::vector<http::field> shown;
    for (http::field f : headers)
        for (std::string_view name : {"content-type", "retry-after", "retry-after-ms", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset",
                                      "ratelimit-policy", "idempotency-replay", "idempotent-replay"})
            if (http::iequals(f.name, name)) shown.push_back(f);
    return shown;
}

} // namespace novu::detail
