// A required member that is left out.
// says: required member is missing
#include <novu/novu.hpp>
novu::create_workflow request() {
    return {.name = "a",
#ifdef MENDED
            .workflow_id = "a",
#endif
            .steps = novu::empty_list};
}
