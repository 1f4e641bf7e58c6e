// A copy of a response whose views look into the original.
// says: deleted
#include <novu/novu.hpp>
using response = novu::response<novu::borrowed_types::workflow>;
#ifdef MENDED
response use(response& r) { return std::move(r); }
#else
response use(response& r) { return r; }
#endif
