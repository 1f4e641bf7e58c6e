// A transport that cannot wait.
// says: novu: a transport needs: void wait(std::chrono::milliseconds)
#include <novu/novu.hpp>
struct lame {
    novu::result<novu::http::response> send(novu::http::request const&) { return novu::http::response{}; }
#ifdef MENDED
    void wait(std::chrono::milliseconds) {}
#endif
};
void use() { novu::client client{lame{}}; }
