// An authority and the certificates it signs, made while the test runs.
#pragma once

#include <boost/asio/ssl.hpp>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include <unistd.h>

namespace novu::tests {

struct free_openssl {
    void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
    void operator()(X509* p) const { X509_free(p); }
    void operator()(X509_EXTENSION* p) const { X509_EXTENSION_free(p); }
    void operator()(BIO* p) const { BIO_free(p); }
};
template <class T> using owned_by_openssl = std::unique_ptr<T, free_openssl>;

/// A certificate and its key, as PEM.
struct certificate {
    owned_by_openssl<EVP_PKEY> key{EVP_EC_gen("P-256")};
    owned_by_openssl<X509> x509{X509_new()};

    [[nodiscard]] std::string chain() const {
        return pem([this](BIO* to) { PEM_write_bio_X509(to, x509.get()); });
    }
    [[nodiscard]] std::string private_key() const {
        return pem([this](BIO* to) { PEM_write_bio_PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
    }

private:
    template <class Write> static std::string pem(Write write) {
        owned_by_openssl<BIO> const memory{BIO_new(BIO_s_mem())};
        write(memory.get());
        char* text = nullptr;
        long const size = BIO_get_mem_data(memory.get(), &text);
        return {text, static_cast<std::size_t>(size)};
    }
};

/// A certificate for `names` (`DNS:localhost,IP:127.0.0.1`; empty: an authority), signed by `issuer` (nullptr: by
/// itself), valid from a day ago until `days` from now.
inline certificate make_certificate(std::string const& subject, std::string const& names, certificate const* issuer, long days = 1) {
    certificate out;
    X509* const x = out.x509.get();
    static long serial = 1;
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), serial++);
    X509_gmtime_adj(X509_getm_notBefore(x), -24 * 3600 * 2);
    X509_gmtime_adj(X509_getm_notAfter(x), days * 24 * 3600);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, reinterpret_cast<unsigned char const*>(subject.c_str()), -1, -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(issuer ? issuer->x509.get() : x));
    X509_set_pubkey(x, out.key.get());
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer ? issuer->x509.get() : x, x, nullptr, nullptr, 0);
    auto const extend = [&](int nid, std::string const& value) {
        owned_by_openssl<X509_EXTENSION> const e{X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str())};
        X509_add_ext(x, e.get(), -1);
    };
    extend(NID_basic_constraints, names.empty() ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (!names.empty()) extend(NID_subject_alt_name, names);
    X509_sign(x, issuer ? issuer->key.get() : out.key.get(), EVP_sha256());
    return out;
}

/// A file that is gone with its object.
class temporary_file {
public:
    explicit temporary_file(std::string const& text) {
        int const file = ::mkstemp(path_.data());
        [[maybe_unused]] auto const written = ::write(file, text.data(), text.size());
        ::close(file);
    }
    temporary_file(temporary_file const&) = delete;
    temporary_file& operator=(temporary_file const&) = delete;
    ~temporary_file() { std::remove(path_.c_str()); }
    [[nodiscard]] std::string const& path() const { return path_; }

private:
    std::string path_ = "/tmp/novu-test-XXXXXX";
};

inline boost::asio::ssl::context server_context(certificate const& c) {
    boost::asio::ssl::context out{boost::asio::ssl::context::tls_server};
    out.use_certificate_chain(boost::asio::buffer(c.chain()));
    out.use_private_key(boost::asio::buffer(c.private_key()), boost::asio::ssl::context::pem);
    return out;
}

} // namespace novu::tests
