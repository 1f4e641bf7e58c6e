// A program that has the single header and nothing else of the library.
#include "novu.hpp"

#if __has_include(<novu/novu.hpp>)
#error "the folder include/ is in reach"
#endif

namespace {
struct in_memory {
    novu::result<novu::http::response> send(novu::http::request const& q) {
        return novu::http::response{.status = 200, .body = R"({"data":{"workflows":[],"totalCount":)" + std::to_string(q.url.size()) + "}}"};
    }
    void wait(std::chrono::milliseconds) {}
};
} // namespace

int main() {
    novu::client client{in_memory{}, {.secret_key = "k"}};
    auto page = client.workflows.list({.limit = 1});
    return page && page->value.total_count > 0 ? 0 : 1;
}
