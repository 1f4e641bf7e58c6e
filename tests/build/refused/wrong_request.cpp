// An operation that is given another's request.
// says: novu: this is neither the operation's request nor what to call with its result
#include <novu/novu.hpp>
#ifdef MENDED
using request = novu::create_workflow;
#else
using request = novu::update_workflow;
#endif
void create(novu::client<novu::manual>& client, request const& r) { (void)client.workflows.create(r); }
