// The other one.
#include <novu/novu.hpp>
#include <novu/testing/fake_transport.hpp>
#include <novu/testing/scripted_transport.hpp>
#include <novu/testing/serve.hpp>
#include <novu/transport/beast.hpp>

std::string other(novu::workflow const& w) {
    auto read = novu::json::read<novu::workflow>(*novu::json::write(w));
    return *novu::json::write(*read);
}
