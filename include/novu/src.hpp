// Include this in exactly one translation unit of a program that does not link libboost_json: it brings the
// functions of Boost.JSON that are not in its headers.
#pragma once

#include <boost/json/src.hpp>
