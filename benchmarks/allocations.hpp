// Counts allocations, of new and of malloc: linked with --wrap=malloc and --wrap=realloc. Included by one file of a program.
// And keeps what malloc has, so that nothing measured is the kernel's giving and taking of pages.
#pragma once

#include <malloc.h>

#include <cstddef>
#include <cstdlib>
#include <new>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmismatched-new-delete" // it does not know __real_malloc
#endif

static std::size_t allocations = 0; ///< so far
static long living = 0;             ///< of new, not yet deleted

extern "C" {
void* __real_malloc(std::size_t);
void* __real_realloc(void*, std::size_t);
void* __wrap_malloc(std::size_t n) { return ++allocations, __real_malloc(n); }
void* __wrap_realloc(void* p, std::size_t n) { return ++allocations, __real_realloc(p, n); }
}
void* operator new(std::size_t n) {
    ++allocations, ++living;
    if (void* p = __real_malloc(n)) return p;
    throw std::bad_alloc{};
}
void operator delete(void* p) noexcept {
    if (p) --living;
    std::free(p);
}
void operator delete(void* p, std::size_t) noexcept { operator delete(p); }
void* operator new(std::size_t n, std::align_val_t to) { // of std::pmr's default resource
    ++allocations, ++living;
    auto const alignment = static_cast<std::size_t>(to);
    if (void* p = std::aligned_alloc(alignment, (n + alignment - 1) / alignment * alignment)) return p;
    throw std::bad_alloc{};
}
void operator delete(void* p, std::align_val_t) noexcept { operator delete(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { operator delete(p); }

/// To be called first.
inline void keep_memory() {
    constexpr int gigabyte = 1 << 30;
    mallopt(M_TRIM_THRESHOLD, gigabyte);
    mallopt(M_MMAP_THRESHOLD, gigabyte);
    mallopt(M_TOP_PAD, 1 << 24);
}
