// curl_transport delivers bodies in pieces.
#include <novu/transport/curl.hpp>

#include <tuple>

namespace novu::tests {
template <class Transport, class Options> struct synchronous;
}
using subjects = std::tuple<novu::tests::synchronous<novu::curl_transport, novu::curl_options>>;
#include "pieces.hpp"
