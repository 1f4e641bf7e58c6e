// Views of pieces that are not kept.
// says: a value that holds views cannot be read in pieces that are not kept
#include <novu/novu.hpp>
void use() {
#ifdef MENDED
    novu::json::reader<novu::workflow> reader;
#else
    novu::json::reader<novu::borrowed_types::workflow> reader;
#endif
    reader.feed("{}");
}
