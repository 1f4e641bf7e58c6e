// What most of these files include.
#include <novu/novu.hpp>
