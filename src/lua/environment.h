// The environment variables that a run has set for itself (env.set): env and os.getenv read them
// before the service's, and commands get them. They end with the run.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "lua/kept.h"

namespace sloth::lua {

struct Environment final : Kept {
    std::map<std::string, std::string, std::less<>> own;
};

inline Environment& environment(lua_State* L) { return kept<Environment>(context(L)); }

}  // namespace sloth::lua
