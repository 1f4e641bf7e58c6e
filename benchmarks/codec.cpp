// Encoding and decoding beside Boost.JSON, nlohmann/json and RapidJSON, which do the same typed work on the same text.
// Names are direction/document/library; run.sh makes the table of ratios.
#include "peers.hpp"

#include <novu/novu.hpp>

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>

// ---- allocations, of new and of malloc: linked with --wrap ----
static std::size_t allocations = 0;
extern "C" {
void* __real_malloc(std::size_t);
void* __real_realloc(void*, std::size_t);
void* __wrap_malloc(std::size_t n) { return ++allocations, __real_malloc(n); }
void* __wrap_realloc(void* p, std::size_t n) { return ++allocations, __real_realloc(p, n); }
}
void* operator new(std::size_t n) {
    ++allocations;
    if (void* p = __real_malloc(n)) return p;
    throw std::bad_alloc{};
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

namespace {

template <class T> std::string written(T const& value) {
    auto text = novu::json::write(value);
    if (!text) std::abort();
    return *text;
}

// ---- documents ----
std::string list_of_100() {
    novu::workflow_list list{.total_count = 100};
    for (int i = 0; i != 100; ++i) {
        std::string const n = std::to_string(1000 + i);
        novu::workflow_summary w{.name = "Order shipped, variant " + n, .updated_at = "2026-03-01T10:20:30.456Z", .created_at = "2026-02-01T08:00:00.000Z",
                                 .id = "66b10000000000000000" + n, .workflow_id = "order-shipped-variant-" + n, .slug = "order-shipped-variant-" + n + "_wf_000000000000" + n,
                                 .status = novu::workflow_status::active, .origin = novu::resource_origin::novu_cloud,
                                 .step_type_overviews = {novu::step_type::in_app, novu::step_type::email}};
        w.steps = {{.slug = "in-app-notice_st_000000000001" + n, .type = novu::step_type::in_app}, {.slug = "order-e-mail_st_000000000002" + n, .type = novu::step_type::email}};
        w.tags = {"orders", "shipping"};
        w.last_published_at = "2026-03-02T00:00:00.000Z";
        w.last_published_by = novu::user{.id = "66b100000000000000000008", .first_name = "Grace", .last_name = "Hopper", .external_id = "user_2abc"};
        w.updated_by = novu::user{.id = "66b100000000000000000007", .first_name = "Ada", .last_name = "Bell"};
        list.workflows.push_back(std::move(w));
    }
    return written(list);
}
std::string create_with(int steps, std::string const& subject, std::string const& body) {
    std::vector<novu::step> list;
    for (int i = 0; i != steps; ++i)
        list.push_back(novu::email_step{.name = "E-mail " + std::to_string(i), .control_values = novu::email_controls{.subject = subject, .body = body}});
    return written(novu::create_workflow{.name = "Order shipped", .workflow_id = "order-shipped", .steps = std::move(list),
                                         .description = "Sent when a parcel leaves the warehouse", .tags = {"orders", "shipping"}, .active = true});
}
std::string repeated(std::string_view text, int times) {
    std::string out;
    while (times-- != 0) out += text;
    return out;
}

// ---- one benchmark each ----
void report(benchmark::State& state, std::size_t bytes, std::size_t before) {
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes * state.iterations()));
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

/// Every library on one document, which `Novu`, `Borrowed` and `Plain` describe.
template <class Novu, class Borrowed, class Plain> void compare(std::string const& document, std::string text) {
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
    using namespace novu;
    compare<workflow_list, borrowed_types::workflow_list, plain::page>("list", list_of_100());
    std::string const html = repeated("<p>Hello {{subscriber.firstName}}, your order {{payload.id}} has left our house.</p>", 12);
    compare<create_workflow, borrowed_types::create_workflow, plain::create>("create_large", create_with(12, "Your order {{payload.id}}", html));
    compare<create_workflow, borrowed_types::create_workflow, plain::create>("create_small", create_with(1, "Your order", "<p>Hello</p>"));
    std::string const markup = repeated("<p class=\"greeting\">Grüße aus München,</p>\r\n\t<a href=\"https://example.com/a?b=c\">Zur Bestellung — 5 €</a>\r\n", 4);
    compare<create_workflow, borrowed_types::create_workflow, plain::create>("escapes", create_with(4, "\"Ihre\" Bestellung\n", markup));
    static constexpr auto body = json::render<[] {
        return borrowed_types::create_workflow{.name = "Hi", .workflow_id = "hi", .steps = {borrowed_types::sms_step{.name = "Text"}}};
    }>();
    encode("compile_time/novu", body.view().size(), [] { return body.view().data(); });
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
