// A transport whose send gives something else than a result.
// says: novu: a transport needs: novu::result<novu::http::response> send(novu::http::request const&)
#include <novu/novu.hpp>
struct mute {
#ifdef MENDED
    novu::http::response send(novu::http::request const&) { return {}; }
#else
    int send(novu::http::request const&) { return 200; }
#endif
    void wait(std::chrono::milliseconds) {}
};
void use() { novu::client client{mute{}}; }
