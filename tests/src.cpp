#include <novu/src.hpp>
