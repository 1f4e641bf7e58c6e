// What a cursor gives over a transport that does not block refers to the cursor.
// says: constraints not satisfied
#include <novu/novu.hpp>

void use(novu::client<novu::manual> const& client) {
#ifndef MENDED
    auto next = client.workflows.all().next();
#else
    auto all = client.workflows.all();
    auto next = all.next();
#endif
    (void)next;
}
