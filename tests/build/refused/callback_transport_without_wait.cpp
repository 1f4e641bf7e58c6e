// A callback transport that cannot wait.
// says: novu: this transport calls back, but has no: void wait(std::chrono::milliseconds, auto done)
#include <novu/novu.hpp>
struct lame {
    void send(novu::http::request const&, auto done) { done(novu::http::response{}); }
#ifdef MENDED
    void wait(std::chrono::milliseconds, auto done) { done(); }
#endif
};
void use() { novu::client client{lame{}}; }
