// Encoding and decoding beside Boost.JSON, nlohmann/json, RapidJSON and, for decoding, simdjson On-Demand, which do the
// same typed work on the same text; simdjson fills views, as `borrowed` does.
// Names are direction/document/library; run.sh makes the table of ratios.
#include "allocations.hpp"
#include "bodies.hpp"
#include "peers.hpp"

#include <novu/novu.hpp>

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <memory_resource>
#include <string>

namespace {

// ---- one benchmark each ----
void report(benchmark::State& state, std::size_t bytes, std::size_t before) {
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
    state.counters["allocs"] = static_cast<double>(allocations - before) / static_cast<double>(state.iterations());
}
template <class F> void encode(std::string const& name, std::size_t size, F once) {
    benchmark::RegisterBenchmark(("encode/" + name).c_str(), [=](benchmark::State& state) mutable {
        benchmark::DoNotOptimize(once()); // warm
        std::size_t const before = allocations;
        for (auto _ : state) benchmark::DoNotOptimize(once());
        report(state, size, before);
    });
}
template <class F> void decode(std::string const& name, std::size_t size, F once) {
    benchmark::RegisterBenchmark(("decode/" + name).c_str(), [=](benchmark::State& state) mutable {
        std::size_t const before = allocations;
        for (auto _ : state) once();
        report(state, size, before);
    });
}

/// Every library on one document, which T and `Plain` describe; `Views` is Plain with views for strings.
template <template <class> class T, class Plain, class Views> void compare(std::string const& document, std::string text) {
    using Novu = T<novu::owned>;
    using Borrowed = T<novu::borrowed>;
    std::size_t const size = text.size();
    std::fprintf(stderr, "%s: %zu bytes\n", document.c_str(), size);
    auto const ours = novu::json::read<Novu>(text);
    Plain const plain = boost::json::value_to<Plain>(boost::json::parse(text));
    if (!ours) std::fprintf(stderr, "%s\n", ours.error().message().c_str()), std::abort();

    encode(document + "/novu", size, [v = *ours, buffer = std::string{}]() mutable {
        buffer.clear();
        if (!novu::json::write_to(v, buffer)) std::abort();
        return buffer.data();
    });
    encode(document + "/boost", size, [plain] { return boost::json::serialize(boost::json::value_from(plain)).size(); });
    encode(document + "/nlohmann", size, [plain] { return nlohmann::json(plain).dump().size(); });
    decode(document + "/novu", size, [text] {
        auto v = novu::json::read<Novu>(text);
        benchmark::DoNotOptimize(v);
        if (!v) std::abort();
    });
    decode(document + "/novu_borrowed", size, [text] {
        novu::json::arena arena;
        auto v = novu::json::read<Borrowed>(text, arena);
        benchmark::DoNotOptimize(v);
        if (!v) std::abort();
    });
    decode(document + "/novu_pmr", size, [text, room = std::string(4 * size + 4096, '\0')]() mutable {
        std::pmr::monotonic_buffer_resource memory{room.data(), room.size()};
        auto v = novu::json::read<T<novu::pmr>>(text, &memory);
        benchmark::DoNotOptimize(v);
        if (!v) std::abort();
    });
    decode(document + "/novu_in_pieces", size, [text] { // of 4 KB, as they come from a socket
        novu::json::reader<Novu> reader;
        for (std::size_t at = 0; at < text.size(); at += 4096)
            if (!reader.feed(std::string_view{text}.substr(at, 4096))) std::abort();
        auto v = reader.finish();
        benchmark::DoNotOptimize(v);
        if (!v) std::abort();
    });
    decode(document + "/simdjson_views", size, [padded = std::make_shared<simdjson::padded_string>(text), parser = std::make_shared<simdjson::ondemand::parser>()] {
        simdjson::ondemand::document doc = parser->iterate(*padded);
        Views v;
        plain::simd_read(doc.get_object().value(), v);
        benchmark::DoNotOptimize(v);
    });
    decode(document + "/boost", size, [text] {
        auto v = boost::json::value_to<Plain>(boost::json::parse(text));
        benchmark::DoNotOptimize(v);
    });
    decode(document + "/boost_dom_alone", size, [text] {
        auto v = boost::json::parse(text);
        benchmark::DoNotOptimize(v);
    });
    decode(document + "/nlohmann", size, [text] {
        auto v = nlohmann::json::parse(text).template get<Plain>();
        benchmark::DoNotOptimize(v);
    });
#ifdef NOVU_BENCH_RAPIDJSON
    encode(document + "/rapidjson", size, [plain, buffer = std::make_shared<rapidjson::StringBuffer>()] {
        buffer->Clear();
        rapidjson::Writer<rapidjson::StringBuffer> out{*buffer};
        plain::rapid_write(out, plain);
        return buffer->GetString();
    });
    encode(document + "/rapidjson_checking_utf8", size, [plain, buffer = std::make_shared<rapidjson::StringBuffer>()] {
        buffer->Clear();
        rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>, rapidjson::UTF8<>, rapidjson::CrtAllocator, rapidjson::kWriteValidateEncodingFlag> out{*buffer};
        plain::rapid_write(out, plain);
        return buffer->GetString();
    });
    decode(document + "/rapidjson", size, [text] {
        rapidjson::Document dom;
        dom.Parse<rapidjson::kParseValidateEncodingFlag>(text.data(), text.size());
        Plain v;
        plain::rapid_read(dom, v);
        benchmark::DoNotOptimize(v);
    });
#endif
}

} // namespace

int main(int argc, char** argv) {
    keep_memory();
    using namespace novu;
    compare<basic_workflow_list, plain::page<std::string>, plain::page<std::string_view>>("list", bodies::list());
    compare<basic_create_workflow, plain::create<std::string>, plain::create<std::string_view>>("create", bodies::create());
    compare<basic_create_workflow, plain::create<std::string>, plain::create<std::string_view>>("large", bodies::large());
    compare<basic_create_workflow, plain::create<std::string>, plain::create<std::string_view>>("escapes", bodies::escapes());
    compare<basic_workflow, plain::workflow<std::string>, plain::workflow<std::string_view>>("megabyte", bodies::megabyte());
    compare<basic_patch_workflow, plain::patch<std::string>, plain::patch<std::string_view>>("tiny", bodies::tiny());
    static constexpr auto body = json::render<[] {
        return borrowed_types::create_workflow{.name = "Hi", .workflow_id = "hi", .steps = {borrowed_types::sms_step{.name = "Text"}}};
    }>();
    encode("compile_time/novu", body.view().size(), [] { return body.view().data(); });
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
