// What constant.sh must find: a body that is written before main.
// body: {"name":"a"}
#include <novu/novu.hpp>

std::string const body = novu::json::write(novu::patch_workflow{.name = "a"}).value();
