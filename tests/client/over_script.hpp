// A client over a scripted transport.
#pragma once

#include <novu/client.hpp>
#include <novu/testing/scripted_transport.hpp>

#include <functional>
#include <string>

namespace novu::tests {

struct over_script {
    testing::scripted_transport transport;
    novu::client<testing::scripted_transport&> client{std::ref(transport), client_options{.secret_key = "sk_live_do_not_print"}};
    testing::recorded_request const& last() { return transport.requests.back(); }
    std::string path() { return last().url.substr(std::string{us_server}.size()); }
};

} // namespace novu::tests
