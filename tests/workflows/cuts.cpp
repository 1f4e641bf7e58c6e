// Every fixture cut at every byte: what is left of it is refused, and in two pieces it is what it is whole, in each storage;
// a large one, in one storage after the other. Optimised, as that is 10 GB of reading; instead of a sanitizer, a page that
// must not be touched ends what is read.
#include "each_fixture.hpp"

#include <novu/json/read.hpp>

#include <catch2/catch_test_macros.hpp>

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <memory_resource>
#include <string>
#include <string_view>

using namespace novu;

namespace {

/// Room for texts of up to so many bytes, behind which no byte may be read.
class guarded {
public:
    explicit guarded(std::size_t most) : size_{(most / page_ + 1) * page_} {
        begin_ = static_cast<char*>(::mmap(nullptr, size_ + page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        REQUIRE(begin_ != MAP_FAILED);
        REQUIRE(::mprotect(begin_ + size_, page_, PROT_NONE) == 0);
    }
    guarded(guarded const&) = delete;
    guarded& operator=(guarded const&) = delete;
    ~guarded() { ::munmap(begin_, size_ + page_); }

    std::string_view copy(std::string_view text) const {
        char* const to = begin_ + size_ - text.size();
        std::memcpy(to, text.data(), text.size());
        return {to, text.size()};
    }

private:
    std::size_t page_{static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))}, size_;
    char* begin_{nullptr};
};

constexpr std::size_t large = 12'000; // of which every second or third place is looked at in one storage

template <template <class> class T> void cut_everywhere(std::string const& text, json::read_options const& options) {
    std::pmr::monotonic_buffer_resource memory, of_cuts;
    auto const owns = json::read<T<owned>>(text, options);
    if (!owns) FAIL(owns.error().message());
    auto const in_memory = json::read<T<pmr>>(text, &memory, options);
    REQUIRE(in_memory);
    guarded const left{text.size()}, right{text.size()};
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        std::string_view const head = left.copy({text.data(), cut}), tail = right.copy({text.data() + cut, text.size() - cut});
        bool const is_whole = head.size() > text.find_last_not_of(" \n"); // but for white space
        auto const turn = [&](std::size_t i, std::size_t n) { return text.size() <= large || cut % n == i; };
        auto const as_it_should = [&](auto const& part) { return part.has_value() == is_whole && (is_whole || part.error().offset <= cut); };
        auto const is_the_same = [&](auto reader, auto const& whole) {
            reader.feed(head), reader.feed(tail);
            auto const pieces = reader.finish();
            return pieces && *pieces == *whole;
        };
        json::arena arena;
        of_cuts.release();
        if (!((!turn(0, 3) || as_it_should(json::read<T<owned>>(head, options))) && (!turn(1, 3) || as_it_should(json::read<T<borrowed>>(head, arena, options))) &&
              (!turn(2, 3) || as_it_should(json::read<T<pmr>>(head, &of_cuts, options))) && (!turn(0, 2) || is_the_same(json::reader<T<owned>>{options}, owns)) &&
              (!turn(1, 2) || is_the_same(json::reader<T<pmr>>{&of_cuts, options}, in_memory))))
            FAIL("cut at " << cut);
    }
}

} // namespace

TEST_CASE("every fixture cut at every byte") {
    std::size_t documents = 0;
    test::each_fixture([&]<template <class> class T>(std::string const& name, std::string const& body) {
        INFO(name);
        cut_everywhere<T>(body, {.envelope = "data"});
        if (body.size() <= large) cut_everywhere<T>(json::write(json::read<T<owned>>(body, {.envelope = "data"}).value()).value(), {}); // without white space
        ++documents;
    });
    CHECK(documents > 80);
}
