// What symbols.sh must find: a variable, one of a thread, an initialiser.
#include <string>
namespace novu {
inline std::string text = "x";
thread_local int number;
} // namespace novu
int use() { return static_cast<int>(novu::text.size()) + novu::number++; }
