// Random values of every type of the API: read and written they are the same, in each storage, whole and in pieces.
#include "random_value.hpp"

#include <novu/json/read.hpp>
#include <novu/workflows/storages.hpp>

#include <catch2/catch_test_macros.hpp>

#include <memory_resource>
#include <string>

using namespace novu;

namespace {

template <template <class> class T> void properties(int times) {
    test::random_source random{20260302};
    for (int i = 0; i != times; ++i) {
        T<owned> const value = test::random_value<T<owned>>(random);
        auto const written = json::write(value);
        if (!written) FAIL(written.error().message());
        std::string const& text = *written;
        INFO(text);
        auto const owns = json::read<T<owned>>(text);
        if (!owns) FAIL(owns.error().message());
        REQUIRE(*owns == value);

        json::arena arena;
        auto const borrows = json::read<T<borrowed>>(text, arena);
        REQUIRE(borrows);
        REQUIRE(json::write(*borrows).value() == text);
        std::pmr::monotonic_buffer_resource memory;
        auto const in_memory = json::read<T<pmr>>(text, &memory);
        REQUIRE(in_memory);
        REQUIRE(json::write(*in_memory).value() == text);

        T<owned> by_parser = json::detail::parse_whole<T<owned>>({text, nullptr, nullptr}, {}).value();
        REQUIRE(by_parser == value);
        for (std::size_t size : {1u, 2u, 3u, 7u}) {
            json::reader<T<owned>> pieces;
            for (std::size_t at = 0; at < text.size(); at += size) REQUIRE(pieces.feed(std::string_view{text}.substr(at, size)));
            REQUIRE(pieces.finish().value() == value);
        }
        if (text.size() > 400) continue;
        for (std::size_t cut = 0; cut <= text.size(); ++cut) {
            json::reader<T<owned>> pieces;
            REQUIRE(pieces.feed(std::string_view{text}.substr(0, cut)));
            REQUIRE(pieces.feed(std::string_view{text}.substr(cut)));
            REQUIRE(pieces.finish().value() == value);
            std::string const head = text.substr(0, cut); // its own buffer: ASan sees its end
            bool const read = json::read<T<owned>>(head).has_value();
            json::arena more;
            REQUIRE(json::read<T<borrowed>>(head, more).has_value() == read);
            REQUIRE(read == (cut == text.size()));
        }
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
