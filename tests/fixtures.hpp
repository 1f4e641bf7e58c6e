// The JSON bodies that the tests read and write: tests/data/fixtures.
#pragma once

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#ifndef NOVU_FIXTURES
#define NOVU_FIXTURES "tests/data/fixtures"
#endif

inline std::string read_file(std::string const& path) {
    std::ifstream in{path, std::ios::binary};
    if (!in) std::fprintf(stderr, "cannot open %s\n", path.c_str()), std::abort();
    return {std::istreambuf_iterator<char>{in}, {}};
}
inline std::string fixture(std::string const& name) { return read_file(std::string{NOVU_FIXTURES "/"} + name + ".json"); }

/// Equal as JSON: members in any order; 10 and 10.0 are the same number.
inline bool same_json(boost::json::value const& a, boost::json::value const& b) { return a == b; }
inline bool same_json(std::string const& a, std::string const& b) { return same_json(boost::json::parse(a), boost::json::parse(b)); }
inline boost::json::object object(std::string_view text) { return boost::json::parse(text).as_object(); }
