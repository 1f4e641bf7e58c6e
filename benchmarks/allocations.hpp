// Counts allocations, of new and of malloc: linked with --wrap=malloc and --wrap=realloc. Included by one file of a program.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

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
