// The value out of a borrowed response that is gone with the expression: its views would look at nothing.
// says: deleted
#include <novu/novu.hpp>
using response = novu::response<novu::borrowed_types::workflow>;
response get();
#ifdef MENDED
auto use() { return get(); }
#else
auto use() { return *get(); }
#endif
