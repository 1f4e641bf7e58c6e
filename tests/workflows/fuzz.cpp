// Fixtures changed at random, the same on every run: nothing crashes, and the ways to read each type agree.
#include "../json/agree.hpp"
#include "../json/mutate.hpp"
#include "each_fixture.hpp"

#include <novu/json/read.hpp>

#include <catch2/catch_test_macros.hpp>

#include <random>
#include <string>

using namespace novu;

TEST_CASE("mutated fixtures: whole, in pieces and in each storage agree") {
    std::mt19937 random{20260301};
    int read = 0, refused = 0;
    std::string other = "{}"; // a body that is of another type, perhaps
    test::each_fixture([&]<template <class> class T>(std::string const& name, std::string const& body) {
        INFO(name);
        std::string const dense = json::write(json::read<boost::json::value>(body).value()).value(); // without white space
        for (std::size_t times = 10 + 200'000 / (body.size() + 1000); times != 0; --times) {
            std::string const& from = random() % 4 == 0 ? other : random() % 2 == 0 ? body : dense;
            test::mutated_body const m{from, 3, random};
            INFO(m);
            REQUIRE(test::disagreement<T>(m.text, random, m.options) == "");
            ++(json::read<T<owned>>(m.text, m.options) ? read : refused);
        }
        other = body;
    });
    CHECK(read > 1000); // not all are broken beyond reading
    CHECK(refused > 1000);
}
