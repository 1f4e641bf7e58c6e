// A required member of a nested aggregate that is left out.
// says: required member is missing
#include <novu/novu.hpp>
novu::step request() {
    return novu::email_step{.name = "a", .control_values = novu::email_controls{
#ifdef MENDED
                                             .subject = "s",
#endif
                                             .layout_id = nullptr}};
}
