// A body at compile time that is not UTF-8.
// says: the_value_cannot_be_written_as_json
#include <novu/novu.hpp>
#ifdef MENDED
#define NAME "a"
#else
#define NAME "\xff"
#endif
constexpr auto body = novu::json::render<[] { return novu::borrowed_types::create_workflow{.name = NAME, .workflow_id = "a", .steps = novu::empty_list}; }>();
