// Each operation, over each kind of transport that neither needs exceptions nor has threads.
#include "../client/lazy_task.hpp"

#include <novu/novu.hpp>
#include <novu/testing/fake_transport.hpp>
#include <novu/testing/scripted_transport.hpp>
#include <novu/transport/any_transport.hpp>
#if __has_include(<curl/curl.h>)
#include <novu/transport/curl.hpp>
#include <novu/transport/curl_multi.hpp>
#endif

namespace {
struct callback_transport {
    void send(novu::http::request const&, auto done) { done(novu::result<novu::http::response>{novu::http::response{}}); }
    void wait(std::chrono::milliseconds, auto done) { done(); }
};
struct task_transport {
    template <class T> using task = novu::tests::basic_task<T, novu::tests::awaited_by::itself, novu::tests::start::lazily>;
    task<novu::result<novu::http::response>> send(novu::http::request const&) { co_return novu::http::response{}; }
    task<void> wait(std::chrono::milliseconds) { co_return; }
};
template <class Client, class... Done> void operate(Client& client, Done... done) {
    auto const& w = client.workflows;
    (void)w.create({.name = "a", .workflow_id = "a", .steps = novu::empty_list}, {}, done...);
    (void)w.list({}, {}, done...);
    (void)w.get("a", {}, {}, done...);
    (void)w.update("a", {.name = "a", .steps = novu::empty_list, .preferences = novu::preferences{}}, {}, done...);
    (void)w.patch("a", {}, {}, done...);
    (void)w.remove("a", {}, done...);
    (void)w.sync("a", {.target_environment_id = "b"}, {}, done...);
    (void)w.steps.retrieve("a", "b", {}, done...);
    (void)w.steps.generate_preview("a", "b", {}, {}, done...);
    (void)w.template get<novu::borrowed>("a", {}, {}, done...);
    (void)w.template list<novu::pmr>({}, {}, done...);
    auto all = w.all();
    (void)all.next(done...);
}
} // namespace

void everything() {
    novu::testing::fake_novu fake;
    novu::client synchronous{novu::testing::fake_transport{fake}};
    operate(synchronous);
#if defined(__cpp_lib_jthread)
    std::stop_source stop;
    (void)synchronous.workflows.list({}, {.retries = novu::retry_policy::none(), .stop = stop.get_token()});
#endif
    novu::client polled{novu::manual{}};
    operate(polled);
    novu::client called_back{callback_transport{}};
    operate(called_back, [](auto const& result) { (void)result; });
    novu::client awaited{task_transport{}};
    operate(awaited);
    novu::client<novu::any_transport> erased{novu::testing::fake_transport{fake}};
    operate(erased);
#if __has_include(<curl/curl.h>)
    novu::client over_curl{novu::curl_transport{}};
    operate(over_curl);
    novu::curl_multi_transport loop;
    novu::client over_curl_multi{std::ref(loop)};
    operate(over_curl_multi, [](auto const& result) { (void)result; });
    while (loop.run_once(std::chrono::seconds{1})) {}
#endif
}
