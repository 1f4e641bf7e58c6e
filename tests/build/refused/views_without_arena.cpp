// A value that holds views, read with nowhere to put strings that had escapes.
// says: a value that holds views is read with an arena
#include <novu/novu.hpp>
void use(std::string_view text) {
    novu::json::arena arena;
#ifdef MENDED
    (void)novu::json::read<novu::borrowed_types::workflow>(text, arena);
#else
    (void)novu::json::read<novu::borrowed_types::workflow>(text);
#endif
    (void)arena;
}
