// The TLS side of a transport: its settings, whom to trust, and the sessions that a later connection resumes.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace novu::detail {

/// TLS 1.2 or newer; the system's roots and those of a file; chain and name are verified. Threads: any.
class tls_client {
public:
    explicit tls_client(std::string ca_file) : ca_file_{std::move(ca_file)} {}

    [[nodiscard]] std::string const& ca_file() const noexcept { return ca_file_; }

    /// The settings, made when first needed; nullptr and the reason where that fails.
    boost::asio::ssl::context* context(boost::system::error_code& ec) {
        namespace ssl = boost::asio::ssl;
        std::lock_guard lock{mutex_};
        if (context_) return &*context_;
        ssl::context made{ssl::context::tls_client};
        made.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
        made.set_verify_mode(ssl::verify_peer);
        made.set_default_verify_paths(ec);
        if (!ec && !ca_file_.empty()) made.load_verify_file(ca_file_, ec);
        if (ec) return nullptr;
        return &context_.emplace(std::move(made));
    }

    /// Before the handshake: which name the certificate must have, and the session to resume.
    void prepare(SSL* ssl, std::string const& host, std::string const& key) {
        boost::system::error_code not_an_address;
        boost::asio::ip::make_address(host, not_an_address);
        if (not_an_address) {
            SSL_set_tlsext_host_name(ssl, host.c_str());
            SSL_set1_host(ssl, host.c_str());
        } else {
            X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
        }
        std::lock_guard lock{mutex_};
        auto const kept = sessions_.find(key);
        if (kept == sessions_.end()) return;
        auto const* bytes = reinterpret_cast<unsigned char const*>(kept->second.data());
        session_ptr const session{d2i_SSL_SESSION(nullptr, &bytes, static_cast<long>(kept->second.size()))};
        if (session) SSL_set_session(ssl, session.get());
    }

    /// After an exchange (with TLS 1.3 a session is there only once the server has sent something): keeps the session,
    /// as bytes, since connections on several threads resume it.
    void remember(SSL* ssl, std::string const& key) {
        session_ptr const session{SSL_get1_session(ssl)};
        if (!session || SSL_SESSION_is_resumable(session.get()) != 1) return;
        std::string bytes(static_cast<std::size_t>(i2d_SSL_SESSION(session.get(), nullptr)), '\0');
        auto* to = reinterpret_cast<unsigned char*>(bytes.data());
        i2d_SSL_SESSION(session.get(), &to);
        std::lock_guard lock{mutex_};
        constexpr std::size_t most = 64; // hosts
        if (sessions_.size() >= most && !sessions_.contains(key)) sessions_.erase(sessions_.begin());
        sessions_[key] = std::move(bytes);
    }
    void forget(std::string const& key) {
        std::lock_guard lock{mutex_};
        sessions_.erase(key);
    }

private:
    struct free_session {
        void operator()(SSL_SESSION* s) const { SSL_SESSION_free(s); }
    };
    using session_ptr = std::unique_ptr<SSL_SESSION, free_session>;

    std::string ca_file_;
    std::mutex mutex_{};
    std::optional<boost::asio::ssl::context> context_{};
    std::map<std::string, std::string> sessions_{}; // DER, by where the connection leads
};

} // namespace novu::detail
