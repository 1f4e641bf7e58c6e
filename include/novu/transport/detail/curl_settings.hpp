// What the curl transports are told by their options and by the environment, made once.
#pragma once

#if !__has_include(<curl/curl.h>)
#error "novu/transport/curl.hpp needs libcurl's headers (Debian: libcurl4-openssl-dev)"
#endif
#include <curl/curl.h>
#if LIBCURL_VERSION_NUM < 0x075000
#error "novu/transport/curl.hpp needs libcurl 7.80 or newer"
#endif

#include <novu/error.hpp>
#include <novu/http/url.hpp>
#include <novu/transport/detail/exchange_errors.hpp>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace novu {

struct curl_options {
    std::string ca_file{};                               ///< PEM of authorities to trust besides the system's; empty: none
    std::string proxy{};                                 ///< `http://host:port`, or any other that libcurl takes, for every host. Empty: what the environment names, as curl does
    std::size_t max_response_size{16 * 1024 * 1024};     ///< bytes of a body; headers are limited to 64 KiB
    std::chrono::milliseconds connect_timeout{10'000};   ///< look-up, connection and TLS; zero: only the request's own time-out
};

} // namespace novu

namespace novu::detail {

/// The text of a file; nothing where it cannot be read.
inline std::optional<std::string> read_file(std::string const& path) {
    std::FILE* const file = std::fopen(path.c_str(), "rb");
    if (!file) return std::nullopt;
    std::string out;
    char piece[4096];
    while (std::size_t const size = std::fread(piece, 1, sizeof piece, file)) out.append(piece, size);
    bool const failed = std::ferror(file) != 0;
    std::fclose(file);
    if (failed) return std::nullopt;
    return out;
}

struct curl_settings {
    curl_options options;
    std::string ca_file{}, ca_directory{}; // for CURLOPT_CAINFO, CURLOPT_CAPATH; empty: libcurl's own
    std::string ca_text{};                 // instead of a file
    std::string unusable_ca{};             // why no https can be spoken
    bool unusable_proxy{false};
    /// Of libcurl before 8.2, a handle's second answer may begin with a header that goes on with one of the first, which is
    /// freed memory: https://github.com/curl/curl/issues/11101.
    bool const reuses_handles{curl_version_info(CURLVERSION_NOW)->version_num >= 0x080200};

    explicit curl_settings(curl_options o) : options{std::move(o)} {
        find_authorities();
        if (!options.proxy.empty()) unusable_proxy = !is_proxy(options.proxy);
    }
    curl_settings(curl_settings const&) = delete;
    curl_settings& operator=(curl_settings const&) = delete;

    /// What keeps an exchange from being made at all.
    [[nodiscard]] std::optional<error> refuse(bool secure) const {
        if (secure && !unusable_ca.empty()) return unusable("ca_file " + in_quotes(options.ca_file) + " cannot be used: " + unusable_ca);
        if (unusable_proxy) return unusable("the proxy " + in_quotes(without_user(options.proxy)) + " is no http://host:port");
        return std::nullopt;
    }

private:
    /// The environment's variables are those of the curl program, which libcurl itself does not read.
    void find_authorities() {
        auto const environment = [](char const* name) {
            char const* const value = std::getenv(name);
            return std::string{value ? value : ""};
        };
        ca_file = environment("CURL_CA_BUNDLE");
        if (ca_file.empty()) ca_directory = environment("SSL_CERT_DIR");
        if (ca_file.empty() && ca_directory.empty()) ca_file = environment("SSL_CERT_FILE");
        if (options.ca_file.empty()) return;

        std::optional<std::string> own = read_file(options.ca_file);
        if (!own) {
            unusable_ca = "it cannot be read";
        } else if (own->find("-----BEGIN ") == own->npos) {
            unusable_ca = "it holds no certificate";
        } else if (auto const* built = curl_version_info(CURLVERSION_NOW); ca_file.empty() && (built->capath || !ca_directory.empty())) {
            ca_file = options.ca_file; // beside it, the directory still has the system's
        } else {
            if (ca_file.empty() && built->cainfo) ca_file = built->cainfo;
            ca_text = read_file(ca_file).value_or(std::string{}) + '\n' + *own;
        }
    }

    static std::string without_user(std::string_view proxy) {
        std::size_t const scheme = proxy.find("://"), user = proxy.rfind('@');
        std::size_t const begin = scheme == proxy.npos ? 0 : scheme + 3;
        std::string out{proxy.substr(0, begin)};
        return out.append(proxy.substr(user == proxy.npos || user < begin ? begin : user + 1));
    }
    static bool is_proxy(std::string_view proxy) {
        std::string const named = without_user(proxy);
        std::size_t const scheme = named.find("://");
        if (scheme == named.npos) return http::is_base_url("http://" + named);
        bool known = false;
        for (std::string_view each : {"http", "https", "socks4", "socks4a", "socks5", "socks5h"}) known = known || each == std::string_view{named}.substr(0, scheme);
        return known && http::is_base_url("http" + named.substr(scheme));
    }
};

} // namespace novu::detail
