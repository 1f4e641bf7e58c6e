// The single header where the library is to be compiled apart.
// says: novu: NOVU_SEPARATE_COMPILATION is for the headers of include/
#ifdef MENDED
#undef NOVU_SEPARATE_COMPILATION
#else
#define NOVU_SEPARATE_COMPILATION
#endif
#include <novu.hpp>
