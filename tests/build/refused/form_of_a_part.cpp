// A form of a part of its text.
// says: novu: a text that is rendered into a form stands in it whole, or not at all
#include <novu/novu.hpp>
#ifdef MENDED
#define PART
#else
#define PART .substr(0, 3)
#endif
constexpr auto welcome = novu::json::render<[](std::string_view name, std::string_view id) {
    return novu::borrowed_types::create_workflow{.name = name, .workflow_id = id PART, .steps = novu::empty_list};
}>();
