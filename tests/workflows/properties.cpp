// Random values of every type of the API, and the fixtures: read and written they are the same, in each storage, whole and
// in pieces, wherever they are cut.
#include "each_fixture.hpp"
#include "random_value.hpp"

#include <novu/json/read.hpp>
#include <novu/workflows/storages.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <memory_resource>
#include <string>
#include <vector>

using namespace novu;

namespace {

/// Where a document is cut: at each byte, if it is of at most `small` bytes. A larger one at one place in each of so many
/// equal parts of it that what is read of it comes to about 10 KB; where in its part, the random source says, so that
/// documents differ.
std::vector<std::size_t> cuts(std::size_t size, std::size_t small, test::random_source& random) {
    std::size_t const parts = size <= small ? size + 1 : (std::max)(10'000 / size, std::size_t{4});
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i != parts; ++i) {
        std::size_t const from = (size + 1) * i / parts, to = (size + 1) * (i + 1) / parts;
        out.push_back(from + random.below(to - from));
    }
    return out;
}

/// Each piece has a buffer of its own: ASan sees its end.
template <class T> json::result<T> in_pieces(json::reader<T> reader, std::string_view text, std::size_t first, std::size_t size = std::string_view::npos) {
    for (std::size_t at = 0, n = first; at < text.size() || n == 0; at += n, n = size) {
        n = (std::min)(n, text.size() - at);
        std::vector<char> const piece(text.begin() + static_cast<std::ptrdiff_t>(at), text.begin() + static_cast<std::ptrdiff_t>(at + n));
        if (!reader.feed({piece.data(), piece.size()})) break;
    }
    return reader.finish();
}

/// What the text is read as, in each way the same.
template <template <class> class T> T<owned> each_way(std::string const& text, std::size_t small, test::random_source& random, json::read_options const& options = {}) {
    auto const owns = json::read<T<owned>>(text, options);
    if (!owns) FAIL(owns.error().message());
    T<owned> const& value = *owns;
    std::string const written = json::write(value).value();

    json::arena arena;
    auto const borrows = json::read<T<borrowed>>(text, arena, options);
    REQUIRE(borrows);
    REQUIRE(json::read<T<owned>>(json::write(*borrows).value()).value() == value);
    std::pmr::monotonic_buffer_resource memory;
    auto const in_memory = json::read<T<pmr>>(text, &memory, options);
    REQUIRE(in_memory);
    REQUIRE(json::write(*in_memory).value() == written);
    REQUIRE(json::detail::parse_whole<T<owned>>({text, nullptr, nullptr}, options).value() == value);

    auto const same = [&](std::size_t first, std::size_t size) {
        std::pmr::monotonic_buffer_resource more;
        auto const a = in_pieces(json::reader<T<owned>>{options}, text, first, size);
        auto const b = in_pieces(json::reader<T<pmr>>{&more, options}, text, first, size);
        return a && b && *a == value && *b == *in_memory;
    };
    for (std::size_t size : {1u, 2u, 3u, 7u}) REQUIRE(same(size, size));
    std::size_t const end = text.find_last_not_of(" \n") + 1;
    for (std::size_t cut : cuts(text.size(), small, random)) {
        INFO(cut);
        REQUIRE(same(cut, text.npos));
        std::vector<char> const head(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(cut));
        std::string_view const part{head.data(), head.size()};
        json::arena more;
        bool const read = json::read<T<owned>>(part, options).has_value();
        REQUIRE(read == (cut >= end));
        REQUIRE(json::read<T<borrowed>>(part, more, options).has_value() == read);
    }
    return value;
}

template <template <class> class T> void properties(int times) {
    test::random_source random{20260302};
    for (int i = 0; i != times; ++i) {
        test::random_source same_random = random, again = random;
        T<owned> const value = test::random_value<T<owned>>(random);
        auto const written = json::write(value);
        if (!written) FAIL(written.error().message());
        INFO(*written);
        REQUIRE(json::write(test::random_value<T<pmr>>(same_random)).value() == *written);
        T<borrowed> const views = test::random_value<T<borrowed>>(again);
        REQUIRE(json::write(views).value() == *written);
        json::arena arena;
        REQUIRE(json::read<T<borrowed>>(*written, arena).value() == views); // to the letter, without white space
        T<owned> const read = each_way<T>(*written, 200, random);
        REQUIRE(read == value);
    }
}

} // namespace

TEST_CASE("random requests are the same read and written") {
    properties<basic_create_workflow>(60);
    properties<basic_update_workflow>(20);
    properties<basic_patch_workflow>(60);
    properties<basic_sync_workflow>(20);
    properties<basic_list_workflows>(40);
    properties<basic_get_workflow>(10);
    properties<basic_preview_request>(40);
}

TEST_CASE("random responses are the same read and written") {
    properties<basic_workflow>(40);
    properties<basic_workflow_list>(40);
    properties<basic_step_details>(40);
    properties<basic_preview>(60);
    properties<basic_error_dto>(60);
    properties<basic_validation_error_dto>(60);
}

TEST_CASE("doubles of every kind are the same read and written, in free-form JSON too") {
    test::random_source random{20260304};
    for (int i = 0; i != 5000; ++i) {
        double const d = test::random_double(random);
        std::string const text = json::write(d).value();
        INFO(text);
        REQUIRE(json::write(boost::json::value(d)).value() == text);
        REQUIRE(json::read<double>(text).value() == d);
        REQUIRE(json::read<boost::json::value>(text).value().to_number<double>() == d);
    }
}

TEST_CASE("fixtures are the same wherever they are cut") {
    test::random_source random{20260303};
    std::size_t documents = 0;
    test::each_fixture([&]<template <class> class T>(std::string const& name, std::string const& body) {
        INFO(name);
        auto direct = json::detail::blank_in<T<owned>>(nullptr);
        REQUIRE(json::detail::read_into(json::detail::info_of<T<owned>>, &*direct, {body, nullptr, nullptr}, {.envelope = "data"})); // not left to basic_parser
        T<owned> const value = each_way<T>(body, 300, random, {.envelope = "data"});
        T<owned> const again = each_way<T>(json::write(value).value(), 300, random); // without white space
        REQUIRE(again == value);
        ++documents;
    });
    CHECK(documents > 80);
}
