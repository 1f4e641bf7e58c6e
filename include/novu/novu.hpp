// All of novu but the ready transports (novu/transport/...) and the testing tools (novu/testing/...).
#pragma once

#include <novu/client.hpp>
#include <novu/json/read.hpp>
#include <novu/json/render.hpp>
#include <novu/json/write.hpp>
#include <novu/transport/any_transport.hpp>
#include <novu/version.hpp>
#include <novu/workflows.hpp>
