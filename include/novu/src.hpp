// Include this in exactly one translation unit of a program that does not link libboost_json: it brings the
// functions of Boost.JSON that are not in its headers. With NOVU_SEPARATE_COMPILATION defined it brings the JSON of the
// Workflows API as well: see <novu/workflows/src.hpp>.
#pragma once

#include <boost/json/src.hpp>

#if defined(NOVU_SEPARATE_COMPILATION)
#include <novu/workflows/src.hpp>
#endif
