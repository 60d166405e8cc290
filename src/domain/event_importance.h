// Which events an agent gives up last when it cannot keep them all. Pure.
#pragma once

#include <string_view>

namespace sloth {

// An event that says that something broke, ended or crossed a line is said once, and what comes
// after it does not make up for it. One that says how something is by now is told again by the next
// of its kind, or belongs to a stream of which a part is still worth having.
bool is_important(std::string_view type);

}  // namespace sloth
