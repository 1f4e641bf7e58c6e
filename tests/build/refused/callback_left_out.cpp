// An operation over a callback transport, without the callback.
// says: over a callback transport an operation's last argument is what to call with the result
#include <novu/novu.hpp>
struct calls_back {
    void send(novu::http::request const&, auto done) { done(novu::http::response{}); }
    void wait(std::chrono::milliseconds, auto done) { done(); }
};
void use(novu::client<calls_back> const& client) {
#ifdef MENDED
    client.workflows.remove("a", {}, [](novu::result<novu::response<void>>) {});
#else
    client.workflows.remove("a", {});
#endif
}
