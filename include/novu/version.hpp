// The library's version, as a number (major * 10000 + minor * 100 + patch) and as text.
#pragma once

#define NOVU_VERSION 100
#define NOVU_VERSION_STRING "0.1.0"
