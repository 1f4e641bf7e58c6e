// How functions that are no templates are defined: inline, or, with NOVU_SEPARATE_COMPILATION, in the one file of a program
// that includes <novu/src.hpp> or <novu/workflows/src.hpp>. A header whose functions are many declares them, and ends with
//
//     #if !defined(NOVU_SEPARATE_COMPILATION)
//     #include <novu/.../detail/functions.hpp>
//     #endif
#pragma once

#if defined(NOVU_SEPARATE_COMPILATION)
#define NOVU_DETAIL_INLINE
#else
#define NOVU_DETAIL_INLINE inline
#endif
