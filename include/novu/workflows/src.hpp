// With NOVU_SEPARATE_COMPILATION defined: include this, or <novu/src.hpp>, in exactly one translation unit. It brings what
// makes calls, and what reads and writes the types of the Workflows API.
#pragma once

#include <novu/call/detail/machine.hpp>
#include <novu/json/detail/functions.hpp>
#include <novu/workflows/separate.hpp>

NOVU_DETAIL_WORKFLOWS_JSON()
