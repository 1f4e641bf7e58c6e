// curl_transport over plain sockets and TLS, and what is its own.
#include <novu/transport/curl.hpp>

using transport_under_test = novu::curl_transport;
using options_under_test = novu::curl_options;
#include "exchange_faults.hpp"
#include "tls_faults.hpp"
